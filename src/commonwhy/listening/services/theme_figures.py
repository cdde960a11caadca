"""Who speaks of what: the share of each group whose answers carry a theme, as it came back from the disclosure gate (M32).

An answer may speak of several themes or of none, so the table is one of ticks. Groups too small to show alone are put
together; what is too small even so is left out and named. Only answers that may be read by now count (closed surveys, or
crowds that are complete), and the gate refuses a second table that beside an earlier one would single somebody out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commonwhy.accounts.models import User
from commonwhy.core import audit, disclosure, jobs
from commonwhy.core.disclosure import Cell, Shown
from commonwhy.core.models import Job
from commonwhy.districts.models import STAFF_KINDS, District, Group
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Answer, Coding, Question, Survey, Theme, ThemeFigures
from commonwhy.listening.queries import theme_figures as queries
from commonwhy.listening.queries.coverage import participation
from commonwhy.listening.queries.participation import Participation
from commonwhy.listening.queries.readable import readable

KIND = "listening.themes"
TOGETHER = "together"
VERSION = 1
Step = Callable[[str], None]


class FiguresRefused(Exception):
    """There is nothing to show; the message says why and the way out."""


@transaction.atomic
def start(*, survey: Survey, question: Question, by: User) -> Job:
    """Count the themes of one question by group, as a job. One that waits or runs is returned instead of a second."""
    Survey.objects.within(survey.district_id).select_for_update().filter(pk=survey.pk).first()
    arguments = {"district": str(survey.district_id), "survey": str(survey.pk), "question": str(question.pk)}
    waiting = [Job.State.WAITING, Job.State.RUNNING]
    same = Job.objects.filter(kind=KIND, district_id=survey.district_id, started_by=by.pk, state__in=waiting, arguments=arguments)
    return same.first() or jobs.start(
        kind=KIND,
        title=_("Who speaks of what? %(survey)s") % {"survey": survey.title},
        started_by=by.pk,
        district_id=survey.district_id,
        arguments=arguments,
    )


@dataclass(frozen=True)
class _Column:
    """One group, or the small ones together, with how many answered and whether that number may be told."""

    key: str
    groups: tuple[UUID, ...]
    n: int
    exact: bool


def count_themes(*, survey: Survey, question: Question, step: Step = lambda note: None) -> ThemeFigures:
    """Count, release, draw and keep. Raises FiguresRefused without themes or answers, DisclosureRefused from the gate."""
    district: District = survey.district
    viewer = JobViewer(district.pk)
    step(_("Reading what was coded"))
    themes = list(Theme.objects.visible_to(viewer).filter(district=district, retired=False).order_by("name"))
    if not themes:
        raise FiguresRefused(_("There are no themes yet. Make them, and say which answers speak of them."))
    groups = {group.pk: group for group in Group.objects.visible_to(viewer).filter(district=district)}
    group_of = _answers(viewer, survey, question)
    if not group_of:
        raise FiguresRefused(
            _("No answer may be counted yet. While a survey runs, they come by the week, ten or more together; closed, all do.")
        )
    shown = participation(viewer, [survey])[survey.pk]
    heard = Counter(group_of.values())
    columns, small = _columns(heard, shown)
    if not columns:
        raise FiguresRefused(
            _("No group has answered enough to be shown. Ask more people, or count again when more have answered.")
        )
    spoken = _spoken(viewer, group_of, themes)
    rows = _rows(themes)
    counts = [[sum(spoken[row["key"], group] for group in column.groups) for column in columns] for row in rows]
    table = disclosure.Table(
        name="group",
        rows=[row["key"] for row in rows],
        columns=[column.key for column in columns],
        counts=counts,
        populations=[[str(group) for group in column.groups] for column in columns],
        heard=[column.n for column in columns],
    )
    kinds = {groups[group].kind for column in columns for group in column.groups}
    step(_("Making sure that nobody is singled out"))
    with transaction.atomic():
        Survey.objects.within(district).select_for_update().filter(pk=survey.pk).first()
        released = disclosure.release(
            subject=disclosure.Subject(district.pk, f"themes/{question.key}", survey.pk),
            name="themes",
            tables=[table],
            atoms={str(group): n for group, n in heard.items()},
            k=shown.k,
            staff_only=kinds <= STAFF_KINDS,
        )[0]
    kept = _kept(released, rows, columns, small, groups, shown)
    step(_("Drawing"))
    charts = _charts(kept)
    with transaction.atomic():
        figures, _fresh = ThemeFigures.everything.update_or_create(
            survey=survey,
            question=question,
            defaults={"district": district, "made_at": timezone.now(), "released": kept, "charts": charts},
        )
        audit.record(actor="themes", verb="counted themes of", subject=survey, detail={"question": question.key})
    return figures


def _answers(viewer: JobViewer, survey: Survey, question: Question) -> dict[UUID, UUID]:
    """Each answer with words in it whose group is known and that may be read by now, with its group."""
    rows = Answer.objects.visible_to(viewer).filter(
        readable(viewer, survey.district).on("response__"),
        question=question,
        response__survey=survey,
        response__submitted=True,
        response__group__isnull=False,
    )
    found = rows.values_list("pk", "response__group_id", "value").iterator(chunk_size=2_000)
    return {pk: group for pk, group, words in found if isinstance(words, str) and words.strip()}


def _columns(heard: Mapping[UUID, int], shown: Participation) -> tuple[list[_Column], list[UUID]]:
    """The groups that can be shown alone, the small ones together where that is enough, and those left out.

    Where the coverage page does not say how many of a group answered, this does not either: the two lie side by side.
    """

    def told(group: UUID) -> bool:
        return group in shown.groups and shown.groups[group].heard is not None

    alone = [_Column(str(group), (group,), n, told(group)) for group, n in heard.items() if n >= shown.k]
    rest = sorted((group for group, n in heard.items() if n < shown.k), key=str)
    asked = {group for group in shown.groups if group}
    columns = sorted(alone, key=lambda column: (-column.n, column.key))
    together = sum(heard[group] for group in rest)
    if len(rest) > 1 and together >= shown.k:
        columns.append(_Column(TOGETHER, tuple(rest), together, exact=False))
    inside = {group for column in columns for group in column.groups}
    return columns, sorted((asked | set(heard)) - inside, key=str)


def _rows(themes: Sequence[Theme]) -> list[dict[str, Any]]:
    """A row for each theme, for each concern that a theme belongs to, and for answers in which nothing was found (yet)."""
    concerns = [concern for concern in Theme.Concern.values if any(theme.concern == concern for theme in themes)]
    return [
        *({"key": str(theme.pk), "name": theme.name, "concern": theme.concern} for theme in themes),
        *({"key": f"concern {concern}", "name": "", "concern": concern} for concern in concerns),
        {"key": queries.NOTHING_FOUND, "name": "", "concern": ""},
    ]


def _spoken(viewer: JobViewer, group_of: Mapping[UUID, UUID], themes: Sequence[Theme]) -> Counter[tuple[str, UUID]]:
    """How many answers of each group carry each row."""
    concern_of = {theme.pk: theme.concern for theme in themes}
    found: dict[UUID, set[UUID]] = defaultdict(set)
    codes = Coding.objects.visible_to(viewer).filter(sample=None, answer__isnull=False, theme__in=concern_of)
    for answer, theme in codes.values_list("answer_id", "theme_id").iterator(chunk_size=5_000):
        if answer in group_of:
            found[answer].add(theme)
    spoken: Counter[tuple[str, UUID]] = Counter()
    for answer, group in group_of.items():
        rows = {str(theme) for theme in found[answer]} | {f"concern {concern_of[t]}" for t in found[answer] if concern_of[t]}
        spoken.update((row, group) for row in rows or {queries.NOTHING_FOUND})
    return spoken


def _kept(
    released: Shown,
    rows: Sequence[dict[str, Any]],
    columns: Sequence[_Column],
    small: Sequence[UUID],
    groups: Mapping[UUID, Group],
    shown: Participation,
) -> dict[str, Any]:
    def member(group: UUID) -> dict[str, str]:
        return {"kind": groups[group].kind, "name": groups[group].name}

    def told_of(column: _Column) -> dict[str, Any]:
        return {"key": column.key, "members": [member(g) for g in column.groups], **_n(column.n, shown.k, exact=column.exact)}

    exact = all(column.exact for column in columns)
    cells = {column.name: column.cells for column in released.columns}
    everyone = released.everyone.cells if released.everyone else (None,) * len(rows)
    told = []
    for place, row in enumerate(rows):
        by_group = [cells[column.key][place] for column in columns]
        # With the numbers of people beside it, everyone's share would tell what a coded or hidden share leaves open.
        whole = everyone[place] if exact and all(cell and cell.bound == "exact" for cell in by_group) else None
        told.append({**row, "cells": [_plain(cell) for cell in by_group], "everyone": _plain(whole)})
    return {
        "version": VERSION,
        "k": shown.k,
        **_n(sum(column.n for column in columns), shown.k, exact=exact),
        "columns": [told_of(column) for column in columns],
        "small": [member(group) for group in small],
        "rows": told,
    }


def _n(n: int, k: int, *, exact: bool) -> dict[str, Any]:
    """A number of people, or "at least" so many where the number would give a smaller group's away."""
    return {"n": n if exact else max(k, n // (2 * k) * 2 * k), "exact": exact}


def _plain(cell: Cell | None) -> dict[str, Any] | None:
    return {"percent": cell.percent, "bound": cell.bound} if cell else None


def _charts(kept: dict[str, Any]) -> dict[str, Any]:
    """The picture in every language of the pages, drawn from what was released."""
    charts: dict[str, Any] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            drawn = queries.Figures(ThemeFigures(released=kept)).drawn(language)
            if drawn:
                charts[language] = drawn
    return charts
