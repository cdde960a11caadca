"""One measurement, from answers to what is kept: read, put into one language, compare, release, quote, draw, store.

Everything slow is done before the one short transaction that releases and stores, so nobody who answers waits for it. Done
again with the same answers it gives the same figures, the same release and the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.core import audit, disclosure
from commonwhy.core.disclosure import DisclosureRefused
from commonwhy.districts.models import STAFF_KINDS, District, Group, School
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Question, Survey
from commonwhy.listening.queries.coverage import participation
from commonwhy.listening.queries.participation import Participation
from commonwhy.listening.queries.safety import held_back
from commonwhy.listening.services.names import known_names
from commonwhy.methods.disclosure import ReleaseRefusedError
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.queries import gap as queries
from commonwhy.vision.queries.gap import Said
from commonwhy.vision.services.gap import GapRefused, comparing, drawing, figures
from commonwhy.vision.services.gap.comparing import NO_SCHOOL, Columns
from commonwhy.vision.services.gap.quoting import Member, Quoting, without_sure_names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from commonwhy.methods.gap import GapReport
    from commonwhy.methods.gap.speaking import GroupSpeaks

MOST_QUOTES_EACH, MOST_QUOTED = 2, 4
VERSION = 1
Step = Callable[[str], None]


@dataclass(frozen=True)
class _Prepared:
    """The answers that are compared, in one language, with their vectors and columns."""

    said: list[Said]
    texts: list[str]
    """As they are compared: in one language, without what is surely a name."""
    translated: list[str]
    """In the language of the comparison, names and all."""
    languages: list[str]
    vectors: NDArray[np.float32]
    by_group: list[str]
    by_school: list[str]
    columns: Columns
    language: str
    embedding: str
    left_out: dict[str, int]


def measure(*, district: District, survey: Survey, step: Step = lambda note: None) -> list[GapAnalysis]:
    """Measure `survey` by group and by school, and keep what may be shown. `step` hears what is being done.

    Raises GapRefused without words to compare, and DisclosureRefused where the outcome beside an earlier one would
    single somebody out; then what was shown before stays.
    """
    viewer = JobViewer(district.pk)
    question = queries.question_of(viewer, survey)
    if question is None:
        raise GapRefused(_("This survey asks nothing in people's own words, so there are no meanings to compare."))
    step(_("Reading the answers"))
    shown = participation(viewer, [survey])[survey.pk]
    groups = {group.pk: group for group in Group.objects.visible_to(viewer).filter(district=district)}
    schools = {school.pk: school for school in School.objects.visible_to(viewer).filter(district=district)}
    said = queries.said_in(viewer, survey, question)
    if not said:
        raise GapRefused(_("Nobody has answered in words yet. Measure the gap once they have."))
    known = known_names(district)
    step(_("Comparing what they mean"))
    prepared = _prepare(said, shown, survey, lambda words: without_sure_names(words, known))
    prepared.left_out["without_group"] = queries.without_group(viewer, survey, question)
    seed = _seed_of(prepared.said)
    measured = _Measured(prepared, seed)
    called: dict[UUID, Member] = {pk: {"kind": group.kind, "name": group.name} for pk, group in groups.items()}
    called |= {pk: {"school": str(pk), "name": school.name} for pk, school in schools.items()}
    held = held_back(viewer, survey)
    quoting = Quoting(
        said=prepared.said,
        texts=prepared.translated,
        languages=prepared.languages,
        compared_in=prepared.language,
        known=known,
        shown=shown,
        groups=called,
        schools=called,
        may_quote=lambda answer: answer not in held,
    )
    step(_("Choosing quotes and drawing"))
    views = {by: _view(by, measured, prepared, shown, called, quoting) for by in measured.reports}
    if views:
        kinds = {groups[each.group].kind for each in prepared.said}
        try:
            _release(district, survey, question, views, measured, shown, kinds)
        except (DisclosureRefused, ReleaseRefusedError):
            # The two views together would single a few out. The view by group stands alone; by school is not shown.
            if views.pop(GapAnalysis.By.SCHOOL, None) is None or not views:
                raise
            views[GapAnalysis.By.GROUP]["schools_withheld"] = True
            _release(district, survey, question, views, measured, shown, kinds)
    else:
        views = {GapAnalysis.By.GROUP: _too_few(prepared, shown, called)}
    charts = {by: drawing.charts_of(view, by) for by, view in views.items()}
    with transaction.atomic():
        kept = [_keep(district, survey, question, by, seed, view, charts[by]) for by, view in views.items()]
        others = GapAnalysis.objects.within(district).filter(survey=survey)
        others.exclude(pk__in=[each.pk for each in kept]).delete()
        audit.record(actor="gap", verb="measured", subject=survey, detail={"by": sorted(views)})
    return kept


def _release(
    district: District,
    survey: Survey,
    question: Question,
    views: dict[str, dict[str, Any]],
    measured: _Measured,
    shown: Participation,
    kinds: set[str],
) -> None:
    """Put the tables of all views through the gate together, and what comes back into the views.

    Words and shares of words speak of the same columns, so the same release covers them.
    """
    tables, atoms = measured.tables(list(views))
    subject = disclosure.Subject(district.pk, f"survey/{question.key}", survey.pk)
    with transaction.atomic():
        Survey.objects.within(district).select_for_update().filter(pk=survey.pk).first()
        released = disclosure.release(
            subject=subject, name="meanings", tables=tables, atoms=atoms, k=shown.k, staff_only=kinds <= STAFF_KINDS
        )
    for (by, view), table in zip(views.items(), released, strict=True):
        view["table"] = figures.table(table)
        told = {column["key"]: column["n"] for column in view["columns"]}
        view["pairs"] = figures.pairs(measured.reports[by], figures.released_counts(table, told))


def _seed_of(said: Sequence[Said]) -> int:
    """From the answers themselves, so that the same answers give the same figures, in a copy of the district too."""
    return int.from_bytes(sha256("\n".join(each.words for each in said).encode()).digest()[:4], "big") % 2**31


def _keep(
    district: District, survey: Survey, question: Question, by: str, seed: int, view: dict[str, Any], charts: dict[str, Any]
) -> GapAnalysis:
    analysis, _fresh = GapAnalysis.everything.update_or_create(
        survey=survey,
        question=question,
        by=by,
        defaults={
            "district": district,
            "seed": seed,
            "made_at": timezone.now(),
            "answers": view["n"],
            "released": view,
            "charts": charts,
        },
    )
    return analysis


def _prepare(said: Sequence[Said], shown: Participation, survey: Survey, plain: Callable[[str], str]) -> _Prepared:
    from commonwhy.methods.embedding import embed_by_language

    assumed = (survey.version.languages or [survey.district.language])[0]
    together = comparing.in_one_language(said, assumed)
    texts = [plain(text) for text in together.texts]
    blocks = embed_by_language(texts, [together.language] * len(texts))
    vectors, known = blocks[0].embeddings.vectors, blocks[0].embeddings.known
    able = [row for row, is_known in enumerate(known) if is_known]
    columns = comparing.lay_out([together.said[row] for row in able], shown)
    kept = [row for row, keep in zip(able, columns.kept, strict=True) if keep]
    return _Prepared(
        said=[together.said[row] for row in kept],
        texts=[texts[row] for row in kept],
        translated=[together.texts[row] for row in kept],
        languages=[comparing.language_of(together.said[row], assumed) for row in kept],
        vectors=vectors[kept],
        by_group=[key for key, keep in zip(columns.by_group, columns.kept, strict=True) if keep],
        by_school=[key for key, keep in zip(columns.by_school, columns.kept, strict=True) if keep],
        columns=columns,
        language=together.language,
        embedding=str(blocks[0].embeddings.method),
        left_out={
            "language": len(together.untranslated),
            "no_word": len(texts) - len(able),
            "small": len(able) - len(kept),
        },
    )


class _Measured:
    """The reports by group and by school, on the same meanings, and the tables they give."""

    def __init__(self, prepared: _Prepared, seed: int) -> None:
        from commonwhy.methods.gap import measure_gap

        self.prepared = prepared
        self.reports: dict[str, GapReport] = {}
        self.within: dict[str, bool] = {}
        self.labels: list[int] = [1] * len(prepared.said)
        if not prepared.said:
            return
        by_group, by_school = prepared.by_group, prepared.by_school
        inside = len(set(by_school)) > 1 and comparing.shared(by_group, by_school)
        report = measure_gap(prepared.vectors, prepared.texts, by_group, by_school if inside else None, seed=seed)
        self.reports["group"], self.within["group"] = report.with_method(embedding=prepared.embedding), inside
        self.labels = [label or 1 for label in report.labels]
        if not prepared.columns.schools:
            return
        rows = [row for row, school in enumerate(by_school) if school != NO_SCHOOL]
        own, beside = [by_school[row] for row in rows], [by_group[row] for row in rows]
        inside = len(set(beside)) > 1 and comparing.shared(own, beside)
        report = measure_gap(
            prepared.vectors[rows],
            [prepared.texts[row] for row in rows],
            own,
            beside if inside else None,
            seed=seed,
        )
        self.reports["school"], self.within["school"] = report.with_method(embedding=prepared.embedding), inside

    @property
    def meanings(self) -> list[int]:
        return [meaning.id for meaning in self.reports["group"].meanings] or [1]

    def columns(self, by: str) -> list[str]:
        return self.prepared.by_group if by == "group" else self.prepared.by_school

    def counts(self, by: str) -> dict[str, list[int]]:
        """People by meaning, for each column. Before the gate."""
        found = Counter(zip(self.columns(by), self.labels, strict=True))
        return {column: [found[column, meaning] for meaning in self.meanings] for column in sorted(set(self.columns(by)))}

    def tables(self, views: Sequence[str]) -> tuple[list[disclosure.Table], dict[str, int]]:
        """Both tables over the same people, cut into atoms of group and school."""
        atoms = Counter(f"{each.group}|{each.school or ''}" for each in self.prepared.said)
        tables = []
        for by in views:
            counts = self.counts(by)
            covers: dict[str, set[str]] = {column: set() for column in counts}
            for column, each in zip(self.columns(by), self.prepared.said, strict=True):
                covers[column].add(f"{each.group}|{each.school or ''}")
            tables.append(
                disclosure.Table(
                    name=by,
                    rows=[str(meaning) for meaning in self.meanings],
                    columns=list(counts),
                    counts=[list(line) for line in zip(*counts.values(), strict=True)],
                    populations=[sorted(covers[column]) for column in counts],
                )
            )
        return tables, dict(atoms)


def _view(
    by: str,
    measured: _Measured,
    prepared: _Prepared,
    shown: Participation,
    called: Mapping[UUID, Member],
    quoting: Quoting,
) -> dict[str, Any]:
    """What is kept of one view, but for the table, which the gate gives."""
    from commonwhy.methods.gap.speaking import what_groups_say

    report = measured.reports[by]
    columns = prepared.columns.groups if by == "group" else prepared.columns.schools
    small = prepared.columns.small_groups if by == "group" else prepared.columns.small_schools
    keys = measured.columns(by)
    rows = [row for row, key in enumerate(keys) if key != NO_SCHOOL]
    spoken = what_groups_say(
        prepared.vectors[rows], [prepared.texts[row] for row in rows], [keys[row] for row in rows], fewest=figures.FEW_WORDS
    )
    own = Counter(keys[row] for row in rows)
    exact = all(column.exact for column in (*prepared.columns.groups, *prepared.columns.schools))
    infers = report.verdict.code.value not in ("side_by_side", "one_group") and len(prepared.said) >= 20
    return {
        "version": VERSION,
        **figures.told(len(rows), shown.k, exact=exact),
        "k": shown.k,
        "language": prepared.language,
        "within": measured.within[by],
        "columns": [
            {
                "key": column.key,
                "members": [called[member] for member in column.members],
                **figures.told(own[column.key], shown.k, exact=column.exact),
            }
            for column in sorted(columns, key=lambda column: (column.key == comparing.TOGETHER, -own[column.key], column.key))
        ],
        "small": [{"key": str(member), "members": [called[member]]} for member in small],
        "schools_withheld": False,
        "left_out": {reason: figures.few(count, shown.k) for reason, count in prepared.left_out.items()},
        "verdict": figures.verdict(report, [str(member) for member in small], shown.k),
        "pairs": [],
        **figures.statistics(report, shown.k),
        "meanings": [
            {
                "id": meaning.id,
                "words": _enough_used(meaning.words, prepared, measured.labels, meaning.id),
                "quotes": quoting.choose(meaning.quote_rows, MOST_QUOTES_EACH) if infers and len(measured.meanings) > 1 else [],
            }
            for meaning in measured.reports["group"].meanings
        ],
        "words": figures.words(spoken, shown.k) if infers else [],
        "quotes": _telling(spoken, rows, quoting) if infers else [],
        "table": None,
    }


def _too_few(prepared: _Prepared, shown: Participation, called: Mapping[UUID, Member]) -> dict[str, Any]:
    """What is kept where no group may be shown: whom to ask, and that is all."""
    small = prepared.columns.small_groups
    return {
        "version": VERSION,
        "n": 0,
        "exact": True,
        "k": shown.k,
        "language": prepared.language,
        "within": False,
        "columns": [],
        "small": [{"key": str(member), "members": [called[member]]} for member in small],
        "left_out": {reason: figures.few(count, shown.k) for reason, count in prepared.left_out.items()},
        "verdict": {
            "code": "not_enough_voices",
            "most_apart": None,
            "least_settled": None,
            "reason": "few_answers",
            "enough": [],
            "more": [[str(member), shown.k] for member in small],
        },
        "pairs": [],
        "centre": None,
        "spread": None,
        "method": {},
        "warnings": [],
        "meanings": [],
        "words": [],
        "quotes": [],
        "table": None,
    }


def _enough_used(words: Sequence[str], prepared: _Prepared, labels: Sequence[int], meaning: int) -> list[str]:
    """The words of a meaning that enough of its answers use to be shown."""
    from commonwhy.methods.gap.words import words_of

    used = Counter(
        word for text, label in zip(prepared.texts, labels, strict=True) if label == meaning for word in set(words_of(text))
    )
    return [word for word in words if used[word] >= figures.FEW_WORDS]


def _telling(spoken: Sequence[GroupSpeaks], rows: Sequence[int], quoting: Quoting) -> list[dict[str, Any]]:
    """Telling answers of the columns that have words of their own, then of the largest; each column's beside its key."""
    order = sorted(spoken, key=lambda group: (not group.words, -group.n, group.name))
    return [
        {"column": group.name, **quote}
        for group in order[:MOST_QUOTED]
        for quote in quoting.choose([rows[row] for row in group.answers], MOST_QUOTES_EACH)
    ]
