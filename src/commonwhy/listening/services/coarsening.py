"""Coarsening: which group and school an anonymous answer may be kept with (FIELD rule 1).

It is not enough to leave the school out where few were asked. If one school only is too small, answers without a school
are that school's; so what is left out has to be a crowd too, and where it is not, the next smallest school joins it. The
same holds a step higher, for groups. What comes out is checked by one sentence: *everybody who carries the same label
could be any of at least k people who were asked*, or nobody carries any label at all.

How many were asked comes from the roster or from somebody's word. Where nobody has said (None), such a cell counts as
too small, whatever it is, and needs others to hide among. Where it is known that nobody was asked (0), nobody has to be
hidden; should an answer come from there all the same, through an open link, it carries no label at all. Counts may be
corrected later: `recoarsen` takes labels away from answers that are stored, and never gives one back.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from commonwhy.districts.models import Group, School
from commonwhy.listening.models import Response, Survey, SurveyCell


@dataclass(frozen=True)
class Cell:
    """The group and school a response is kept with; None where it would say too much."""

    group: Group | None
    school: School | None


NOWHERE = Cell(None, None)


def kept_as(survey: Survey, cells: list[SurveyCell] | None = None) -> dict[int, Cell]:
    """For each cell of the survey, by its number, what its answers are kept as. Reads the cells unless it is given them."""
    if cells is None:
        cells = list(SurveyCell.objects.within(survey.district_id).filter(survey=survey).select_related("group", "school"))
    if survey.mode != Survey.Mode.ANONYMOUS:
        return {cell.number: Cell(cell.group, cell.school) for cell in cells}
    groups: dict[Group, list[SurveyCell]] = {}
    for cell in cells:
        groups.setdefault(cell.group, []).append(cell)
    k = {group: group.k(survey.district) for group in groups}
    kept: dict[int, Cell] = {}
    without_group = [group for group, its_cells in groups.items() if _asked(its_cells) < k[group]]
    with_group = sorted((group for group in groups if group not in without_group), key=lambda g: _order(groups[g]))
    while with_group and _too_few(without_group, groups, k):
        without_group.append(with_group.pop(0))
    for group in without_group:
        kept.update((cell.number, NOWHERE) for cell in groups[group])
    for group in with_group:
        without_school = _without_school(groups[group], k[group])
        group_only = Cell(group, None) if _asked(without_school) >= k[group] else NOWHERE
        for cell in groups[group]:
            kept[cell.number] = group_only if cell in without_school else Cell(group, cell.school)
    return kept


def coarsened(survey: Survey, cell: SurveyCell | None) -> Cell:
    """Group and school as they may be kept for one cell; a cell the survey does not have is kept as nothing."""
    return kept_as(survey).get(cell.number, NOWHERE) if cell is not None else NOWHERE


@transaction.atomic
def recoarsen(survey: Survey) -> int:
    """Take away labels that stored answers may no longer carry. Returns how many responses lost one.

    Answers from files are left as they are: whoever imported them holds the file.
    """
    if survey.mode != Survey.Mode.ANONYMOUS:
        return 0
    allowed = {(cell.group, cell.school) for cell in kept_as(survey).values()}
    groups = [group for group, _school in allowed if group is not None]
    responses = Response.objects.within(survey.district_id).filter(survey=survey).exclude(source=Response.Source.FILE)
    lost = responses.exclude(group=None).exclude(group__in=groups).update(group=None, school=None)
    for group in groups:
        schools = [school for other, school in allowed if other == group and school is not None]
        lost += responses.filter(group=group).exclude(school=None).exclude(school__in=schools).update(school=None)
    return lost


def _without_school(cells: list[SurveyCell], k: int) -> list[SurveyCell]:
    """The cells of one group that must be kept without their school."""
    hidden = [cell for cell in cells if cell.school is None or (cell.asked or 0) < k]
    shown = sorted((cell for cell in cells if cell not in hidden), key=lambda cell: (cell.asked or 0, str(cell.pk)))
    while _anybody(hidden) and shown and _asked(hidden) < k:
        hidden.append(shown.pop(0))
    return hidden


def _too_few(hidden: list[Group], groups: dict[Group, list[SurveyCell]], k: dict[Group, int]) -> bool:
    to_hide = [group for group in hidden if _anybody(groups[group])]
    return bool(to_hide) and sum(_asked(groups[group]) for group in hidden) < max(k[group] for group in to_hide)


def _anybody(cells: list[SurveyCell]) -> bool:
    """Whether somebody may have been asked in these cells."""
    return any(cell.asked != 0 for cell in cells)


def _asked(cells: list[SurveyCell]) -> int:
    return sum(cell.asked or 0 for cell in cells)


def _order(cells: list[SurveyCell]) -> tuple[int, str]:
    """Smallest first, and always the same among equals, so that one label never means two things in one survey."""
    return _asked(cells), str(cells[0].group_id)
