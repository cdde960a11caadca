"""Whom a survey asks, and how many: from the roster where it knows a group, else as somebody stated."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from commonwhy.districts.models import Group, Person, School
from commonwhy.listening.models import Survey, SurveyCell
from commonwhy.listening.queries.lawful import may_be_asked

Asked = dict[tuple[UUID, UUID | None], SurveyCell]


@dataclass(frozen=True)
class PlaceAsked:
    """One school (None: the district as a whole, or nobody's school) and how many are asked there, where that is known."""

    school: School | None
    asked: int | None
    with_address: int = 0


@dataclass(frozen=True)
class GroupAsked:
    """One group of a survey. `from_roster`: counted there; otherwise it has to be stated."""

    group: Group
    from_roster: bool
    places: tuple[PlaceAsked, ...]

    @property
    def total(self) -> int | None:
        """How many are asked; None while nobody has said."""
        known = [place.asked for place in self.places if place.asked is not None]
        return sum(known) if known else None

    @property
    def somewhere(self) -> list[PlaceAsked]:
        """The places where somebody is asked."""
        return [place for place in self.places if place.asked]

    @property
    def with_address(self) -> int:
        """How many of them can be written to."""
        return sum(place.with_address for place in self.places)


def plan_of(survey: Survey) -> list[GroupAsked]:
    """Each group of the survey with its places: six queries, whatever the number of people."""
    district = survey.district_id
    groups = sorted(Group.objects.within(district).filter(surveys=survey), key=lambda group: (_place(group), group.name))
    people: dict[UUID, dict[UUID | None, tuple[int, int]]] = defaultdict(dict)
    counted = (
        Person.objects.within(district)
        .filter(may_be_asked(survey), group__surveys=survey, ended=False)
        .values_list("group_id", "school_id")
        .annotate(asked=Count("pk"), reachable=Count("pk", filter=~Q(email="")))
        .order_by()
    )
    for group, school, asked, reachable in counted:
        people[group][school] = (asked, reachable)
    schools = {school.pk: school for school in School.objects.within(district)}
    stated = {
        (cell.group_id, cell.school_id): cell.asked
        for cell in SurveyCell.objects.within(district).filter(survey=survey).order_by("number")
    }
    plan = []
    for group in groups:
        here = people.get(group.pk)
        if here:
            places = [PlaceAsked(schools[school], *here[school]) for school in schools if school in here]
            places.append(PlaceAsked(None, *here.get(None, (0, 0))))
        else:
            places = [
                PlaceAsked(school, stated.get((group.pk, school.pk)))
                for school in schools.values()
                if not school.ended or (group.pk, school.pk) in stated
            ]
            whole = stated.get((group.pk, None))
            places.append(PlaceAsked(None, 0 if whole is None and any(place.asked for place in places) else whole))
        plan.append(GroupAsked(group, bool(here), tuple(places)))
    return plan


def _place(group: Group) -> int:
    return Group.Kind.values.index(group.kind)
