"""What people answered to the closed questions of a survey: counted once it has closed, released, drawn and kept.

A question has one part, a matrix one for each of its lines. A part is counted by group and by school, over the very same
people, and leaves through the disclosure gate once for both. Answers beside the scale ("I don't know") are no part of it
and told apart. What is kept is what may be shown; done again with the same answers it is the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit, disclosure, jobs
from commonwhy.core.disclosure import DisclosureRefused, Shown
from commonwhy.core.models import Job
from commonwhy.districts.models import STAFF_KINDS, District, Group, School
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening import scales
from commonwhy.listening.models import Answer, Question, QuestionFigures, Survey
from commonwhy.listening.queries.columns import NO_SCHOOL, Column, few, lay_out, told
from commonwhy.listening.queries.coverage import participation
from commonwhy.listening.queries.participation import Participation
from commonwhy.listening.services.bands import bands, in_band

KIND = "listening.results"
VERSION = 1
CLOSED_KINDS = tuple(kind for kind in Question.Kind.values if kind not in (Question.Kind.LONG, Question.Kind.SHORT))
Step = Callable[[str], None]
Called = Mapping[UUID, Mapping[str, str]]


class ResultsRefused(Exception):
    """There is nothing to work out (yet); the message says why and the way out."""


@transaction.atomic
def start(*, survey: Survey, by: User) -> Job:
    """Work the results out, as a job. One that waits or runs is returned instead of a second."""
    Survey.objects.within(survey.district_id).select_for_update().filter(pk=survey.pk).first()
    if not survey.is_closed:
        raise ResultsRefused(_("This survey is still open. What people answered is shown once it has closed."))
    arguments = {"district": str(survey.district_id), "survey": str(survey.pk)}
    under_way = [Job.State.WAITING, Job.State.RUNNING]
    same = Job.objects.filter(kind=KIND, started_by=by.pk, state__in=under_way, arguments=arguments)
    return same.first() or jobs.start(
        kind=KIND,
        title=_("What people answered: %(survey)s") % {"survey": survey.title},
        started_by=by.pk,
        district_id=survey.district_id,
        arguments=arguments,
    )


def start_when_closed(survey: Survey, by: User) -> None:
    """What closing a survey starts (`core.slots.survey_closed`)."""
    start(survey=survey, by=by)


@dataclass(frozen=True)
class Chosen:
    """What one person answered to one part, and where they are from: the rows of the table they are counted in."""

    group: UUID
    school: UUID | None
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One table to count: `rows` with their words by language; `ticks`: one may be in several rows, or in none."""

    key: str
    rows: tuple[Mapping[str, Any], ...]
    ticks: bool
    two_sided: bool
    chosen: tuple[Chosen, ...]
    beside: tuple[Chosen, ...]
    """Those who answered beside the scale; `rows` says what."""
    nowhere: int
    """How many answered whose group is not kept."""


def work_out(*, survey: Survey, step: Step = lambda note: None) -> list[QuestionFigures]:
    """Count, release, draw and keep every closed question. Raises ResultsRefused while the survey is open."""
    from commonwhy.listening.services.results_drawing import charts_of

    if not survey.is_closed:
        raise ResultsRefused(_("This survey is still open. What people answered is shown once it has closed."))
    district: District = survey.district
    viewer = JobViewer(district.pk)
    questions = closed_questions(viewer, survey)
    shown = participation(viewer, [survey])[survey.pk]
    called = _called(viewer, district)
    kept = []
    before = _kept_before(viewer, survey)
    for question in questions:
        step(_("Counting: %(question)s") % {"question": str(question)[:80]})
        told_of = []
        for part in _parts(viewer, survey, question):
            fresh = _release(district, survey, question, part, shown, called)
            # Refused because of what was shown earlier: that stays, as the gate says.
            told_of.append(before.get((question.pk, part.key), fresh) if fresh["refused"] else fresh)
        released = {"version": VERSION, "k": shown.k, "parts": told_of}
        charts = charts_of(question, released)
        with transaction.atomic():
            figures, _fresh = QuestionFigures.everything.update_or_create(
                survey=survey,
                question=question,
                defaults={"district": district, "made_at": timezone.now(), "released": released, "charts": charts},
            )
        kept.append(figures)
    if kept:
        audit.record(actor="results", verb="counted the answers of", subject=survey)
    return kept


def _kept_before(viewer: JobViewer, survey: Survey) -> dict[tuple[UUID, str], dict[str, Any]]:
    """What is kept of each part by now, where anything of it is shown."""
    rows = QuestionFigures.objects.visible_to(viewer).filter(survey=survey).values_list("question_id", "released")
    return {(question, part["key"]): part for question, released in rows for part in released["parts"] if part["views"]}


def closed_questions(viewer: Any, survey: Survey) -> list[Question]:
    """The questions of a survey that are answered by choosing, ordering or a number."""
    found = Question.objects.visible_to(viewer).filter(version=survey.version_id, kind__in=CLOSED_KINDS)
    return list(found.select_related("version").order_by("position"))


def _called(viewer: JobViewer, district: District) -> dict[UUID, dict[str, str]]:
    groups = Group.objects.visible_to(viewer).filter(district=district)
    schools = School.objects.visible_to(viewer).filter(district=district)
    called = {group.pk: {"kind": group.kind, "name": group.name} for group in groups}
    return called | {school.pk: {"school": str(school.pk), "name": school.name} for school in schools}


def _parts(viewer: JobViewer, survey: Survey, question: Question) -> list[Part]:
    answers = list(
        Answer.objects.visible_to(viewer)
        .filter(question=question, response__survey=survey, response__submitted=True)
        .order_by()
        .values_list("value", "response__group_id", "response__school_id")
        .iterator(chunk_size=2_000)
    )
    if question.kind == Question.Kind.NUMBER:
        edges = bands([value for value, _group, _school in answers if isinstance(value, int | float)])
        numbers: list[dict[str, Any]] = [{"key": band.key, "texts": {}, "least": band.least, "most": band.most} for band in edges]
        return [_part(question, "", answers, numbers, lambda value: in_band(edges, value), two_sided=False)]
    options = scales.on_scale(question)
    known = set(question.option_keys())
    if question.kind == Question.Kind.MATRIX:
        sides = scales.two_sided(options)
        return [
            _part(question, line, answers, options, lambda value, line=line: _one_of([value.get(line)], known), two_sided=sides)  # type: ignore[misc]
            for line in question.row_keys()
        ]
    # Of an order, the first counts: what people would do if only one thing could be done.
    most = len(options) if question.kind == Question.Kind.MULTIPLE else 1
    sides = question.kind == Question.Kind.SINGLE and scales.two_sided(options)
    return [_part(question, "", answers, options, lambda value: _one_of(value[:most], known), two_sided=sides)]


def _one_of(chosen: Sequence[Any], known: set[str]) -> tuple[str, ...]:
    return tuple(each for each in chosen if each in known)


def _part(
    question: Question,
    key: str,
    answers: Sequence[tuple[Any, UUID | None, UUID | None]],
    rows: Sequence[Mapping[str, Any]],
    read: Callable[[Any], tuple[str, ...]],
    *,
    two_sided: bool,
) -> Part:
    beside = {option["key"] for option in scales.aside(question)}
    chosen: list[Chosen] = []
    apart: list[Chosen] = []
    nowhere = 0
    for value, group, school in answers:
        picked = read(value)
        on_scale = tuple(each for each in picked if each not in beside)
        if picked and group is None:
            nowhere += 1
        elif on_scale and group is not None:
            chosen.append(Chosen(group, school, on_scale))
        elif picked and group is not None:
            apart.append(Chosen(group, school, picked))
    ticks = question.kind == Question.Kind.MULTIPLE
    return Part(key, tuple(rows), ticks, two_sided, tuple(chosen), tuple(apart), nowhere)


def _release(
    district: District, survey: Survey, question: Question, part: Part, shown: Participation, called: Called
) -> dict[str, Any]:
    """One part as it may be shown. Where both views together would single a few out, the view by school stays away."""
    columns = lay_out(part.chosen, shown)
    kept = [each for each, keep in zip(part.chosen, columns.kept, strict=True) if keep]
    by = {
        "group": [key for key, keep in zip(columns.by_group, columns.kept, strict=True) if keep],
        "school": [key for key, keep in zip(columns.by_school, columns.kept, strict=True) if keep],
    }
    sized = {column.key: _may_be_told(column, part.beside, shown.k) for column in (*columns.groups, *columns.schools)}
    aside = Counter(row for each in part.beside for row in each.rows)
    base: dict[str, Any] = {
        "key": part.key,
        "two_sided": part.two_sided,
        "ticks": part.ticks,
        "rows": [dict(row) for row in part.rows],
        **told(len(kept), shown.k, exact=all(sized.values())),
        "aside": {key: few(count, shown.k) for key, count in sorted(aside.items())},
        "nowhere": few(part.nowhere, shown.k),
        "small": {
            "group": [called[member] for member in columns.small_groups if member in called],
            "school": [called[member] for member in columns.small_schools if member in called] if columns.schools else [],
        },
        "views": {},
        "everyone": [],
        "refused": False,
    }
    if not kept or not part.rows:
        return base | {"n": None, "exact": False}
    views: dict[str, tuple[Column, ...]] = {"group": columns.groups}
    if columns.schools:
        views["school"] = columns.schools
    kinds = {called[each.group]["kind"] for each in kept}
    from commonwhy.methods.disclosure import ReleaseRefusedError  # the mathematics loads here and not at start

    released = None
    while views and released is None:
        try:
            released = _through_the_gate(district, survey, question, part, kept, by, list(views), shown.k, kinds <= STAFF_KINDS)
        except (DisclosureRefused, ReleaseRefusedError):
            views.pop("school" if "school" in views else "group")
    if released is None:
        return base | {"n": None, "exact": False, "refused": True}
    sizes = {name: Counter(by[name]) for name in views}
    base["views"] = {
        name: _view(table, views[name], sizes[name], sized, shown.k, called) for name, table in zip(views, released, strict=True)
    }
    base["everyone"] = _everyone(base, released[0], ticks=part.ticks, k=shown.k)
    return base


def _through_the_gate(
    district: District,
    survey: Survey,
    question: Question,
    part: Part,
    kept: Sequence[Chosen],
    by: Mapping[str, Sequence[str]],
    views: Sequence[str],
    k: int,
    staff_only: bool,
) -> tuple[Shown, ...]:
    atoms = Counter(_atom(each) for each in kept)
    rows = [row["key"] for row in part.rows]
    tables = []
    for name in views:
        names = sorted(set(by[name]))
        counts: Counter[tuple[str, str]] = Counter()
        covers: dict[str, set[str]] = defaultdict(set)
        for each, column in zip(kept, by[name], strict=True):
            counts.update((row, column) for row in each.rows)
            covers[column].add(_atom(each))
        tables.append(
            disclosure.Table(
                name=name,
                rows=rows,
                columns=names,
                counts=[[counts[row, column] for column in names] for row in rows],
                populations=[sorted(covers[column]) for column in names],
                heard=[Counter(by[name])[column] for column in names] if part.ticks else None,
            )
        )
    subject = disclosure.Subject(district.pk, f"results/{question.key}/{part.key}"[:60], survey.pk)
    with transaction.atomic():
        Survey.objects.within(district).select_for_update().filter(pk=survey.pk).first()
        return disclosure.release(subject=subject, name="results", tables=tables, atoms=dict(atoms), k=k, staff_only=staff_only)


def _atom(each: Chosen) -> str:
    return f"{each.group}|{each.school or ''}"


def _may_be_told(column: Column, beside: Sequence[Chosen], k: int) -> bool:
    """Whether the number in a column may be told exactly: not where, beside the coverage page, it would count a few apart."""
    apart = sum(each.group in column.members or each.school in column.members for each in beside)
    return column.exact and (apart == 0 or apart >= k)


def _view(
    table: Shown, columns: Sequence[Column], sizes: Mapping[str, int], sized: Mapping[str, bool], k: int, called: Called
) -> list[dict[str, Any]]:
    """The columns of one view, the largest first, each with its cells in the order of the rows."""
    cells = {column.name: column.cells for column in table.columns}
    ordered = sorted(columns, key=lambda column: (len(column.members) > 1, -sizes[column.key], column.key))
    return [
        {
            "key": column.key,
            "members": [called[member] for member in column.members],
            **told(sizes[column.key], k, exact=sized[column.key]),
            "cells": [{"percent": cell.percent, "bound": cell.bound} if cell else None for cell in cells[column.key]],
        }
        for column in ordered
        if column.key != NO_SCHOOL
    ]


def _everyone(base: Mapping[str, Any], table: Shown, *, ticks: bool, k: int) -> list[dict[str, Any] | None]:
    """Everyone's shares, left out where, beside the columns, they would tell what a coded or hidden share leaves open."""
    from commonwhy.listening.services.everyone import tells_more

    if table.everyone is None:
        return [None] * len(base["rows"])
    cells = [{"percent": cell.percent, "bound": cell.bound} if cell else None for cell in table.everyone.cells]
    whole = {"n": base["n"], "exact": base["exact"], "cells": cells}
    if any(tells_more(columns, whole, k=k, exclusive=not ticks) for columns in base["views"].values()):
        return [None] * len(cells)
    return cells
