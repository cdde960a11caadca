"""People, positions and members of a district, as a viewer may see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from commonwhy.districts.models import Appointment, District, Group, Membership, Person, Position, School
from commonwhy.districts.viewers import Viewer

PAGE = 50


def people(viewer: Viewer, district: District, words: str = "", kind: str = "") -> QuerySet[Person]:
    """People who are here now, by name; `words` looks in names and addresses."""
    found: QuerySet[Person] = Person.objects.visible_to(viewer).filter(district=district, ended=False)
    for word in words.split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if kind:
        found = found.filter(group__kind=kind)
    return found.select_related("group", "school").order_by("name", "pk")


def schools(viewer: Viewer, district: District) -> QuerySet[School]:
    """Schools that are here now, with how many people each has."""
    here: QuerySet[School] = School.objects.visible_to(viewer).filter(district=district, ended=False)
    return here.annotate(people_here=Count("people", filter=Q(people__ended=False))).order_by("name")


def groups(viewer: Viewer, district: District) -> QuerySet[Group]:
    """Every group, with how many people the roster knows of it."""
    every: QuerySet[Group] = Group.objects.visible_to(viewer).filter(district=district)
    return every.annotate(people_here=Count("people", filter=Q(people__ended=False))).order_by("pk")


def members(viewer: Viewer, district: District) -> QuerySet[Membership]:
    """Who has which role."""
    rows: QuerySet[Membership] = Membership.objects.visible_to(viewer).filter(district=district)
    return rows.select_related("account", "school").order_by("account__name", "account__email", "role")


@dataclass(frozen=True)
class TeamSeat:
    """A position on the leadership team and who fills it; None when it is vacant."""

    position: Position
    held_by: Appointment | None


def leadership_team(viewer: Viewer, district: District) -> list[TeamSeat]:
    """The digital learning leadership team (M19), by position."""
    open_ones = Appointment.objects.visible_to(viewer).filter(ends=None)
    seats = (
        Position.objects.visible_to(viewer)
        .filter(district=district, on_leadership_team=True)
        .select_related("school")
        .prefetch_related(Prefetch("appointments", open_ones, to_attr="open_appointments"))
    )
    return [TeamSeat(seat, seat.open_appointments[0] if seat.open_appointments else None) for seat in seats]
