"""The history of a vision: its versions, and what one version changed in another: its why, what it believes, each sentence
with what one would see, and the words it explains."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.vision.differences import NEW, OUT, REWORDED, Change, Texts, line_changes, longest_rise, text_change
from commonwhy.vision.models import Clause, LookFor, VisionVersion


@dataclass(frozen=True)
class VersionLine:
    """A version in the list: how many sentences and authors it has, how many rest on nothing, and who recorded it."""

    version: VisionVersion
    sentences: int
    authors: int
    untraced: int
    adopted_by: str


@dataclass(frozen=True)
class Part:
    """A part of the vision beside its sentences, and what became of it."""

    title: str
    changes: tuple[Change, ...]

    @property
    def is_same(self) -> bool:
        return all(one.is_same for one in self.changes)


@dataclass(frozen=True)
class Comparison:
    """What `after` changes in `before`."""

    before: VisionVersion
    after: VisionVersion
    parts: tuple[Part, ...]
    sentences: tuple[Change, ...]

    @property
    def why_changed(self) -> bool:
        return bool(self.before.why != self.after.why)

    @property
    def same(self) -> bool:
        return not self.changed_parts and all(each.is_same for each in self.sentences)

    @property
    def changed_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.is_same)

    @property
    def in_short(self) -> str:
        """The comparison in one sentence, for whoever reads no further."""
        kinds = Counter(each.kind for each in self.sentences)
        moved = sum(each.moved for each in self.sentences)
        seen = sum(not all(one.is_same for one in each.inside) for each in self.sentences)
        looks = ngettext("what one would see changed for %(n)s sentence", "what one would see changed for %(n)s sentences", seen)
        counted = [
            (kinds[REWORDED], ngettext("%(n)s sentence reworded", "%(n)s sentences reworded", kinds[REWORDED])),
            (kinds[NEW], ngettext("%(n)s new sentence", "%(n)s new sentences", kinds[NEW])),
            (kinds[OUT], ngettext("%(n)s sentence taken out", "%(n)s sentences taken out", kinds[OUT])),
            (moved, ngettext("%(n)s sentence in another place", "%(n)s sentences in another place", moved)),
            (seen, looks),
        ]
        said = [words % {"n": count} for count, words in counted if count]
        said += [_("changes in: %(part)s") % {"part": part.title} for part in self.changed_parts]
        return "; ".join(said)


def version_lines(viewer: Viewer, district: District) -> list[VersionLine]:
    """Every version the viewer may see: the draft, then by the date of adoption, the latest first."""
    rows = VisionVersion.objects.visible_to(viewer).filter(district=district)
    traced = Q(clauses__voices__isnull=False) | Q(clauses__later_voices__isnull=False)
    traced |= Q(clauses__statements__isnull=False) | Q(clauses__trade_offs__isnull=False)
    counted = rows.annotate(
        sentences=Count("clauses", distinct=True),
        authors=Count("contributions", distinct=True),
        traced=Count("clauses", filter=traced, distinct=True),
    )
    versions = sorted(counted, key=_by_date, reverse=True)
    adoptions = AuditEntry.objects.filter(
        district_id=district.pk,
        object_type=VisionVersion._meta.label,
        verb__in=["adopted", "brought in"],
        object_id__in=[str(version.pk) for version in versions],
    )
    by_whom = dict(adoptions.values_list("object_id", "actor"))
    return [
        VersionLine(
            version,
            version.sentences,
            version.authors,
            0 if version.is_draft else version.sentences - version.traced,
            by_whom.get(str(version.pk), ""),
        )
        for version in versions
    ]


def _by_date(version: VisionVersion) -> tuple[date, int]:
    return (version.adopted_on or date.max, version.number)


def two_to_compare(lines: list[VersionLine], before: str, after: str) -> tuple[VisionVersion, VisionVersion] | None:
    """The two versions somebody asked for by number; else the latest and the one before it. The earlier one comes first."""
    by_number = {str(line.version.number): line.version for line in lines}
    asked = [by_number[number] for number in (before, after) if number in by_number]
    chosen = asked if len(asked) == 2 else [line.version for line in lines[:2]]
    if len(chosen) < 2 or chosen[0].pk == chosen[1].pk:
        return None
    first, second = sorted(chosen, key=_by_date)
    return first, second


def comparison(viewer: Viewer, before: VisionVersion, after: VisionVersion) -> Comparison:
    """Part by part, then the sentences of `after` in their order and those that were taken out. Two queries."""
    clauses = Clause.objects.visible_to(viewer).filter(version__in=[before.pk, after.pk]).order_by("position")
    old: dict[UUID, Clause] = {}
    new: dict[UUID, Clause] = {}
    for clause in clauses:
        (old if clause.version_id == before.pk else new)[clause.lineage] = clause
    seen: dict[UUID, list[Texts]] = {}
    look_fors = LookFor.objects.visible_to(viewer).filter(clause__version__in=[before.pk, after.pk])
    for one in look_fors.order_by("position"):
        seen.setdefault(one.clause_id, []).append(one.texts)
    order = {lineage: place for place, lineage in enumerate(old)}
    stayed = longest_rise([order[lineage] for lineage in new if lineage in old])

    def change(lineage: UUID) -> Change:
        was, now = old.get(lineage), new.get(lineage)
        inside = line_changes(seen.get(was.pk, []) if was else [], seen.get(now.pk, []) if now else [])
        moved = was is not None and now is not None and order[lineage] not in stayed
        return text_change(was.texts if was else {}, now.texts if now else {}, moved=moved, inside=inside)

    lineages = [*new, *(lineage for lineage in old if lineage not in new)]
    return Comparison(before, after, _parts(before, after), tuple(change(lineage) for lineage in lineages))


def _parts(before: VisionVersion, after: VisionVersion) -> tuple[Part, ...]:
    texts = (("why", _("Our why")), ("why_more", _("Beside the why")), ("mission", _("The district's mission")))
    lines = (("is_lines", _("What it is")), ("is_not_lines", _("What it is not")), ("beliefs", _("What we believe")))
    found = [Part(title, (text_change(getattr(before, name), getattr(after, name)),)) for name, title in texts]
    found += [Part(title, line_changes(getattr(before, name), getattr(after, name))) for name, title in lines]
    found.append(Part(_("Words explained"), _glossary_changes(before.glossary, after.glossary)))
    found.append(Part(_("The years it is for"), (text_change(_years(before), _years(after)),)))
    return tuple(found)


def _years(version: VisionVersion) -> Texts:
    years = [str(year) for year in (version.begins_year, version.ends_year) if year]
    return {"": "–".join(years)} if years else {}


def _glossary_changes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> tuple[Change, ...]:
    """Entry by entry; one entry is followed by its word in any language."""

    def shown(entry: dict[str, Any] | None) -> Texts:
        if entry is None:
            return {}
        codes = dict.fromkeys((*entry["term"], *entry["means"]))
        return {code: ": ".join(filter(None, (entry["term"].get(code), entry["means"].get(code)))) for code in codes}

    left = list(before)
    changes = []
    for entry in after:
        words = {(code, term.casefold()) for code, term in entry["term"].items()}
        was = next((one for one in left if words & {(code, term.casefold()) for code, term in one["term"].items()}), None)
        if was is not None:
            left.remove(was)
        changes.append(text_change(shown(was), shown(entry)))
    return (*changes, *(text_change(shown(one), {}) for one in left))
