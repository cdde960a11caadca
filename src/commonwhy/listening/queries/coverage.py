"""Who was heard and who was not: group by group over all surveys, and group by school in one survey.

Figures of different surveys are never added up on a page: the same people answer several, so a sum would be a rate of
nothing. What a page shows of one survey is the same wherever it stands, because it all comes from `participation`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.db.models import Count as CountOf

from commonwhy.districts.models import REQUIRED_KINDS, District, Group, School
from commonwhy.districts.models.district import DEFAULT_K
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models import Response, Survey, SurveyCell
from commonwhy.listening.queries.kept_counts import kept_counts
from commonwhy.listening.queries.participation import Count, Participation, Place, everyone, released
from commonwhy.listening.services.coarsening import kept_as


def heard_by_group(viewer: Viewer, district: District) -> dict[str, int]:
    """How many handed in an answer, by kind of group, over all surveys. Before the gate: for services, never for a page."""
    rows = (
        Response.objects.visible_to(viewer)
        .filter(district=district, submitted=True, group__isnull=False)
        .values_list("group__kind")
        .annotate(heard=CountOf("pk"))
        .order_by()
    )
    return dict(rows)


def participation(viewer: Viewer, surveys: Iterable[Survey]) -> dict[UUID, Participation]:
    """Who answered each survey, after the gate: three queries for all of them. Deleted ones as they were last shown."""
    listed = list(surveys)
    kept = kept_counts(listed)
    return {survey.pk: kept.get(survey.pk) or released(*counts) for survey, counts in _counts(viewer, listed)}


def heard_in_all(viewer: Viewer, surveys: Iterable[Survey]) -> dict[UUID, tuple[Count, int]]:
    """How many answered each survey in all, after the gate, and its k. Needs no mathematics, unlike `participation`."""
    listed = list(surveys)
    kept = kept_counts(listed)
    return {
        survey.pk: (kept[survey.pk].everyone, kept[survey.pk].k) if survey.pk in kept else (everyone(*counts), counts[2])
        for survey, counts in _counts(viewer, listed)
    }


Counts = tuple[Mapping[Place, int], Mapping[Place, int | None], int]


def _counts(viewer: Viewer, surveys: list[Survey]) -> Iterator[tuple[Survey, Counts]]:
    """Each survey with the true counts of who answered, of who was asked, and its k: two queries for all of them."""
    cells: dict[UUID, list[SurveyCell]] = defaultdict(list)
    found = SurveyCell.objects.visible_to(viewer).filter(survey__in=surveys).select_related("group", "school")
    for cell in found:
        cells[cell.survey_id].append(cell)
    heard = _heard(viewer, surveys)
    for survey in surveys:
        yield survey, _of_one(survey, cells[survey.pk], heard[survey.pk])


def _k(groups: Iterable[Group], district: District, *, knows_all: bool) -> int:
    """The k of a table that mixes groups: the strictest of theirs; where not all are known, at least the usual one."""
    usual = max(DEFAULT_K, district.staff_k)
    return max((group.k(district) for group in groups), default=usual) if knows_all else usual


def _heard(viewer: Viewer, surveys: list[Survey]) -> dict[UUID, Counter[Place]]:
    rows = (
        Response.objects.visible_to(viewer)
        .filter(survey__in=surveys, submitted=True)
        .values_list("survey_id", "group_id", "school_id")
        .annotate(heard=CountOf("pk"))
        .order_by()
    )
    heard: dict[UUID, Counter[Place]] = defaultdict(Counter)
    for survey, group, school, count in rows:
        heard[survey][group, school] += count
    return heard


def _of_one(survey: Survey, cells: list[SurveyCell], heard: Mapping[Place, int]) -> Counts:
    asked: dict[Place, int | None] = {}
    kept = kept_as(survey, cells)
    for cell in cells:
        label = kept[cell.number]
        place = (label.group.pk if label.group else None, label.school.pk if label.school else None)
        before = asked.get(place, 0)
        asked[place] = None if before is None or cell.asked is None else before + cell.asked
    knows_all = {group for group, _school in heard if group} <= {cell.group_id for cell in cells}
    return heard, asked, _k((cell.group for cell in cells), survey.district, knows_all=knows_all)


class Standing(Enum):
    """How far a group is with being heard. Few and none look the same (METHODS 7).

    NOT_TOLD_APART: it was asked, but answers are kept without their group, because too few were asked somewhere.
    """

    HEARD = "heard"
    NOT_YET = "not yet"
    NOT_TOLD_APART = "not told apart"
    NOT_ASKED = "not asked"
    NOT_HERE = "not here"


@dataclass(frozen=True)
class GroupStanding:
    """One group and whether it was heard in some survey. `required`: a vision has to have heard it (M17)."""

    group: Group
    standing: Standing
    required: bool

    @property
    def waiting(self) -> bool:
        """Whether it is here and has not been heard."""
        return self.standing not in (Standing.HEARD, Standing.NOT_HERE)


def standings(viewer: Viewer, district: District) -> list[GroupStanding]:
    """Every group of the district: who must be heard first, then the others, each with where it stands."""
    groups = {group.pk: group for group in Group.objects.visible_to(viewer).filter(district=district)}
    asked_in: dict[UUID, set[UUID]] = defaultdict(set)
    cells_of: dict[Survey, list[SurveyCell]] = defaultdict(list)
    cells = SurveyCell.objects.visible_to(viewer).filter(district=district, survey__opened_at__isnull=False)
    for cell in cells.select_related("group", "school", "survey__district"):
        asked_in[cell.survey_id].add(cell.group_id)
        cells_of[cell.survey].append(cell)
    asked = {cell.group_id for its_cells in cells_of.values() for cell in its_cells if cell.asked != 0}
    told_apart = {
        label.group.pk for survey, its_cells in cells_of.items() for label in kept_as(survey, its_cells).values() if label.group
    }
    heard: set[UUID] = set()
    rows = (
        Response.objects.visible_to(viewer)
        .filter(district=district, submitted=True, group__isnull=False)
        .values_list("survey_id", "group_id")
        .annotate(heard=CountOf("pk"))
        .order_by()
    )
    for survey, group, count in rows:
        asked.add(group)
        told_apart.add(group)
        # The same k as in the survey's own table, or the two would say more together than each alone.
        if count >= _k((groups[one] for one in asked_in[survey]), district, knows_all=group in asked_in[survey]):
            heard.add(group)
    for participation_kept in kept_counts(cells_of).values():
        told = {group for group, count in participation_kept.groups.items() if group is not None and count.enough}
        told_apart |= told
        heard |= told

    def standing(group: Group) -> Standing:
        if group.pk in heard:
            return Standing.HEARD
        if group.not_here:
            return Standing.NOT_HERE
        if group.pk not in asked:
            return Standing.NOT_ASKED
        return Standing.NOT_YET if group.pk in told_apart else Standing.NOT_TOLD_APART

    order = list(dict.fromkeys([*REQUIRED_KINDS, *Group.Kind.values]))
    listed = sorted(groups.values(), key=lambda group: (order.index(Group.Kind(group.kind)), group.name))
    return [GroupStanding(group, standing(group), group.kind in REQUIRED_KINDS) for group in listed]


def not_heard(viewer: Viewer, district: District) -> list[GroupStanding]:
    """The groups that must be heard and were not, as far as they are here at all."""
    return [each for each in standings(viewer, district) if each.required and each.waiting]


@dataclass(frozen=True)
class CoverageRow:
    """One school (None: answers kept without a school) with a count for each group of the table, and for all of them."""

    school: School | None
    cells: list[Count | None]
    everyone: Count


@dataclass(frozen=True)
class CoverageTable:
    """Group by school in one survey. A column's group is None for answers kept without their group."""

    survey: Survey
    k: int
    groups: list[Group | None]
    totals: list[Count]
    rows: list[CoverageRow]
    everyone: Count
    schools_asked: int
    schools_heard: int

    @property
    def merged_school(self) -> bool:
        """Whether some answers are kept without their school."""
        return any(row.school is None for row in self.rows)


def _schools_known_heard(shown: Participation) -> set[UUID]:
    """Schools of which the figures shown say that enough answered: by their sum, or already by one group's number."""
    by_sum = {school for school, count in shown.schools.items() if school and count.enough}
    return by_sum | {school for (_group, school), count in shown.cells.items() if school and count.enough}


def coverage_table(viewer: Viewer, survey: Survey) -> CoverageTable:
    """The table of one survey. Whoever leads one school sees that school's row and the sums."""
    shown = participation(viewer, [survey])[survey.pk]
    named = Group.objects.visible_to(viewer).filter(pk__in=[group for group in shown.groups if group])
    order = {kind: place for place, kind in enumerate(Group.Kind.values)}
    groups: list[Group | None] = [*sorted(named, key=lambda group: (order[group.kind], group.name))]
    if None in shown.groups:
        groups.append(None)
    schools: list[School | None] = list(
        School.objects.visible_to(viewer).filter(pk__in=[school for school in shown.schools if school])
    )
    if None in shown.schools:
        schools.append(None)
    own = viewer.school_ids_in(survey.district_id) if isinstance(viewer, AccountViewer) else frozenset()
    return CoverageTable(
        survey=survey,
        k=shown.k,
        groups=groups,
        totals=[shown.groups[group.pk if group else None] for group in groups],
        rows=[
            CoverageRow(
                school,
                [shown.cells.get((group.pk if group else None, school.pk if school else None)) for group in groups],
                shown.schools[school.pk if school else None],
            )
            for school in schools
            if not own or (school is not None and school.pk in own)
        ],
        everyone=shown.everyone,
        schools_asked=sum(1 for school in shown.schools if school),
        schools_heard=len(_schools_known_heard(shown)),
    )
