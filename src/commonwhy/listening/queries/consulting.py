"""Whom to consult: influence and interest, targets beside who was heard, who never was, hours, and stances over time.

What is shown to whom (METHODS 7). How many were asked, and targets, are no secret. How many answered a survey comes from
`coverage`, after the gate. How many took part in conversations is counted by facilitators in the room and tells of nobody
what they said, so it is shown as it is, summed over conversations. The two are never added up: the same people do both,
and whoever comes twice is counted twice. Whoever belongs to one school sees that school's rows and nothing else. What was
heard of a group, in words, is for those who run the listening.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count as CountOf
from django.db.models import IntegerField, Q, Sum
from django.db.models.functions import Cast

from commonwhy.districts.models import District, Group, GroupStanding, Person, School
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models import Attendance, Conversation, CoverageTarget, Stance, Survey, SurveyCell
from commonwhy.listening.queries.conversations import own_schools
from commonwhy.listening.queries.coverage import Standing, coverage_table, standings
from commonwhy.listening.queries.participation import Count

Place = tuple[UUID, UUID | None]
SIDE, CELL = 300, 60  # pixels of the picture, and of one of its 5 × 5 cells
WIDE, TALL, EDGE = 320, 120, 14


@dataclass(frozen=True)
class Placed:
    """A group on the picture of influence (upwards) and interest (to the right). `number` is its mark there."""

    number: int
    group: Group
    standing: GroupStanding
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """One group, in the district or in a school, with its target, and whom surveys and conversations reached.

    `heard` is of one survey, after the gate (None: it was not asked there). `spoke` counts people in conversations,
    `minutes` is people × minutes. `never`: asked in no survey and met in no conversation.
    """

    group: Group
    school: School | None
    target: int | None
    heard: Count | None
    spoke: int
    minutes: int
    never: bool
    required: bool = False

    @property
    def hours(self) -> float:
        return self.minutes / 60

    @property
    def reached(self) -> bool | None:
        """Whether one of the two ways alone reached the target; None where there is none."""
        if not self.target:
            return None
        answered = self.heard.heard if self.heard and self.heard.heard is not None else 0
        return max(answered, self.spoke) >= self.target


@dataclass(frozen=True)
class Course:
    """Where a group stood over time, and its picture: dots, and the line through them."""

    group: Group
    stances: Sequence[Stance]
    dots: Sequence[tuple[int, int]]

    @property
    def line(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.dots)

    @property
    def last(self) -> Stance:
        return self.stances[-1]


@dataclass(frozen=True)
class Overview:
    """The page. `limited`: to the viewer's schools; then there is nothing of the whole district on it."""

    limited: bool
    texts: bool
    placed: Sequence[Placed]
    unplaced: Sequence[Group]
    not_here: Sequence[Group]
    groups: Sequence[Line]
    schools: Sequence[Line]
    courses: Sequence[Course]
    conversations: int
    without_minutes: int

    @property
    def never(self) -> list[Line]:
        """Groups never consulted anywhere."""
        return [line for line in self.groups if line.never]

    @property
    def never_in_schools(self) -> list[Line]:
        gone = {line.group.pk for line in self.never}
        return [line for line in self.schools if line.never and line.group.pk not in gone]


def overview(viewer: Viewer, district: District, survey: Survey | None) -> Overview:
    """Everything of the page; `survey` is the one whose answers stand beside conversations. About fifteen queries."""
    own = viewer.school_ids_in(district.pk) if isinstance(viewer, AccountViewer) else frozenset()
    stands = standings(viewer, district)
    groups = {each.group.pk: each.group for each in stands}
    required = {each.group.pk for each in stands if each.required}
    schools = {school.pk: school for school in School.objects.visible_to(viewer).filter(district=district)}
    targets = {
        (target.group_id, target.school_id): target.people
        for target in CoverageTarget.objects.visible_to(viewer).filter(district=district)
    }
    spoke, minutes = _in_conversations(viewer, district)
    asked = _asked(viewer, district)
    heard = _heard(viewer, survey)
    never_asked = {each.group.pk for each in stands if each.standing == Standing.NOT_ASKED}
    by_group = [] if own else _by_group(groups, targets, heard, spoke, minutes, never_asked, required)
    known = _known(viewer, district)
    places = {place for place in {*known, *targets, *spoke} if place[1] and not groups[place[0]].not_here}
    usual = list(groups)
    by_school = [
        Line(
            group=groups[group],
            school=schools[school],
            target=targets.get((group, school)),
            heard=heard.get((group, school)),
            spoke=spoke.get((group, school), 0),
            minutes=minutes.get((group, school), 0),
            never=(group, school) not in asked and (group, None) not in asked and not spoke.get((group, school)),
            required=group in required,
        )
        for group, school in sorted(places, key=lambda place: (schools[place[1]].name, usual.index(place[0])))
        if school in schools and (not own or school in own) and not schools[school].ended
    ]
    placed, unplaced = _placed(viewer, district, [group for group in groups.values() if not group.not_here])
    held = Attendance.objects.visible_to(viewer).filter(
        own_schools(viewer, district), district=district, conversation__state=Conversation.State.HELD
    )
    counted = held.aggregate(
        all=CountOf("conversation", distinct=True),
        timeless=CountOf("conversation", distinct=True, filter=Q(conversation__minutes=None)),
    )
    return Overview(
        limited=bool(own),
        texts=may(viewer, "listening.run", district),
        placed=[] if own else placed,
        unplaced=[] if own else unplaced,
        not_here=[] if own else [group for group in groups.values() if group.not_here],
        groups=by_group,
        schools=by_school,
        courses=courses(viewer, district, groups),
        conversations=counted["all"],
        without_minutes=counted["timeless"],
    )


def _by_group(
    groups: Mapping[UUID, Group],
    targets: Mapping[Place, int],
    heard: Mapping[Place, Count],
    spoke: Mapping[Place, int],
    minutes: Mapping[Place, int],
    never_asked: set[UUID],
    required: set[UUID],
) -> list[Line]:
    met: dict[UUID, int] = defaultdict(int)
    spent: dict[UUID, int] = defaultdict(int)
    for (group, _school), people in spoke.items():
        met[group] += people
    for (group, _school), total in minutes.items():
        spent[group] += total
    return [
        Line(
            group=group,
            school=None,
            target=targets.get((pk, None)),
            heard=heard.get((pk, None)),
            spoke=met[pk],
            minutes=spent[pk],
            never=pk in never_asked and not met[pk],
            required=pk in required,
        )
        for pk, group in groups.items()
        if not group.not_here
    ]


def _in_conversations(viewer: Viewer, district: District) -> tuple[dict[Place, int], dict[Place, int]]:
    """People, and people × minutes, of conversations that were held, by group and school. One query."""
    whole = IntegerField()  # a product of two small numbers is no small number
    rows = (
        Attendance.objects.visible_to(viewer)
        .filter(own_schools(viewer, district), district=district, conversation__state=Conversation.State.HELD)
        .values_list("group_id", "school_id")
        .annotate(met=Sum("people"), spent=Sum(Cast("people", whole) * Cast("conversation__minutes", whole)))
        .order_by()
    )
    met: dict[Place, int] = {}
    spent: dict[Place, int] = {}
    for group, school, people, total in rows:
        met[group, school] = people
        spent[group, school] = total or 0
    return met, spent


def _asked(viewer: Viewer, district: District) -> set[Place]:
    """Where an opened survey asked somebody, or may have."""
    cells = SurveyCell.objects.visible_to(viewer).filter(district=district, survey__opened_at__isnull=False)
    return set(cells.exclude(asked=0).values_list("group_id", "school_id").distinct())


def _known(viewer: Viewer, district: District) -> set[Place]:
    """Where the roster knows somebody."""
    people = Person.objects.visible_to(viewer).filter(district=district, ended=False)
    return set(people.order_by().values_list("group_id", "school_id").distinct())


def _heard(viewer: Viewer, survey: Survey | None) -> dict[Place, Count]:
    """What the coverage page shows of a survey: each group's sum (without a school), and its cells."""
    if survey is None:
        return {}
    table = coverage_table(viewer, survey)
    found: dict[Place, Count] = {}
    for place, group in enumerate(table.groups):
        if group is None:
            continue
        found[group.pk, None] = table.totals[place]
        for row in table.rows:
            cell = row.cells[place]
            if row.school is not None and cell is not None:
                found[group.pk, row.school.pk] = cell
    return found


def _placed(viewer: Viewer, district: District, groups: Sequence[Group]) -> tuple[list[Placed], list[Group]]:
    """The groups on the picture; several in one cell lie beside each other."""
    stands = {each.group_id: each for each in GroupStanding.objects.visible_to(viewer).filter(district=district)}
    here = [group for group in groups if group.pk in stands]
    here.sort(key=lambda group: (-stands[group.pk].influence, -stands[group.pk].interest))
    cells: dict[tuple[int, int], list[Group]] = defaultdict(list)
    for group in here:
        cells[stands[group.pk].influence, stands[group.pk].interest].append(group)
    found = []
    for number, group in enumerate(here, start=1):
        standing = stands[group.pk]
        beside = cells[standing.influence, standing.interest]
        across, down = _spread(beside.index(group), len(beside))
        x = (standing.interest - 1) * CELL + CELL // 2 + across
        y = SIDE - (standing.influence - 1) * CELL - CELL // 2 + down
        found.append(Placed(number, group, standing, x, y))
    return found, [group for group in groups if group.pk not in stands]


def _spread(place: int, many: int) -> tuple[int, int]:
    """How far from the middle of its cell the mark of one of several lies: two columns, rows of 20 pixels."""
    if many == 1:
        return 0, 0
    rows = -(-many // 2)
    step = min(20, 40 // max(1, rows - 1)) if rows > 1 else 0
    return (-12 if place % 2 == 0 else 12), (place // 2) * step - (rows - 1) * step // 2


def courses(viewer: Viewer, district: District, groups: Mapping[UUID, Group]) -> list[Course]:
    """Where each group stood over time, those with a note only. One query."""
    rows = Stance.objects.visible_to(viewer).filter(own_schools(viewer, district), district=district).select_related("school")
    by_group: dict[UUID, list[Stance]] = defaultdict(list)
    for stance in rows.order_by("noted_on", "pk"):
        by_group[stance.group_id].append(stance)
    return [Course(group, by_group[pk], _dots(by_group[pk])) for pk, group in groups.items() if pk in by_group]


def _dots(stances: Sequence[Stance]) -> list[tuple[int, int]]:
    """Places on a picture of `WIDE` × `TALL`: days to the right, levels upwards."""
    first, last = stances[0].noted_on, stances[-1].noted_on
    days = max(1, (last - first).days)
    room, step = WIDE - 2 * EDGE, (TALL - 2 * EDGE) // 4
    alone = len({stance.noted_on for stance in stances}) == 1
    return [
        (
            WIDE // 2 if alone else EDGE + room * (stance.noted_on - first).days // days,
            TALL - EDGE - (stance.level - 1) * step,
        )
        for stance in stances
    ]


def group_of(viewer: Viewer, district: District, pk: UUID) -> Group | None:
    """A group of the district with its placing, if it has one."""
    rows: Any = Group.objects.visible_to(viewer).filter(district=district).select_related("standing", "district")
    found: Group | None = rows.filter(pk=pk).first()
    return found


def schools_for_stances(viewer: Viewer, group: Group) -> list[School]:
    """Schools where enough people of the group are known for a note not to be about a person."""
    k = group.k(group.district)
    counts = (
        Person.objects.visible_to(viewer)
        .filter(group=group, ended=False, school__isnull=False)
        .values_list("school_id")
        .annotate(people=CountOf("pk"))
        .order_by()
    )
    enough = [school for school, people in counts if people >= k]
    return list(School.objects.visible_to(viewer).filter(pk__in=enough, ended=False))
