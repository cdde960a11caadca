"""The history of a vision: its versions, and what one version changed in another, sentence by sentence."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.vision.models import Clause, VisionVersion

Texts = dict[str, str]


@dataclass(frozen=True)
class VersionLine:
    """A version in the list: how many sentences and authors it has, and who recorded its adoption."""

    version: VisionVersion
    sentences: int
    authors: int
    adopted_by: str


@dataclass(frozen=True)
class SentenceChange:
    """What became of one sentence: kept, reworded, new or out."""

    kind: str
    before: Texts
    after: Texts


@dataclass(frozen=True)
class Comparison:
    """What `after` would change in `before`."""

    before: VisionVersion
    after: VisionVersion
    why_changed: bool
    sentences: tuple[SentenceChange, ...]

    @property
    def same(self) -> bool:
        return not self.why_changed and all(each.kind == "kept" for each in self.sentences)


def version_lines(viewer: Viewer, district: District) -> list[VersionLine]:
    """Every version the viewer may see, the latest first."""
    rows = VisionVersion.objects.visible_to(viewer).filter(district=district)
    counted = rows.annotate(sentences=Count("clauses", distinct=True), authors=Count("contributions", distinct=True)).order_by(
        "-number"
    )
    versions = list(counted)
    adoptions = AuditEntry.objects.filter(
        district_id=district.pk,
        object_type=VisionVersion._meta.label,
        verb="adopted",
        object_id__in=[str(version.pk) for version in versions],
    )
    by_whom = dict(adoptions.values_list("object_id", "actor"))
    return [VersionLine(version, version.sentences, version.authors, by_whom.get(str(version.pk), "")) for version in versions]


def comparison(viewer: Viewer, before: VisionVersion, after: VisionVersion) -> Comparison:
    """Sentence by sentence: those of `after` in their order, then the ones that were taken out. One query."""
    clauses = Clause.objects.visible_to(viewer).filter(version__in=[before.pk, after.pk]).order_by("position")
    old: dict[object, Clause] = {}
    new: dict[object, Clause] = {}
    for clause in clauses:
        (old if clause.version_id == before.pk else new)[clause.lineage] = clause
    changes = [_change(old.get(lineage), clause) for lineage, clause in new.items()]
    changes += [SentenceChange("out", clause.texts, {}) for lineage, clause in old.items() if lineage not in new]
    return Comparison(before, after, before.why != after.why, tuple(changes))


def _change(before: Clause | None, after: Clause) -> SentenceChange:
    if before is None:
        return SentenceChange("new", {}, after.texts)
    kind = "kept" if before.texts == after.texts else "reworded"
    return SentenceChange(kind, before.texts, after.texts)
