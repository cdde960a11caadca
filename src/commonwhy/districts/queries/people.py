"""People, positions and members of a district, as a viewer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from commonwhy.districts.models import (
    INVITATION_LASTS,
    Appointment,
    District,
    Group,
    Invitation,
    Membership,
    Person,
    Position,
    School,
)
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


def schools(viewer: Viewer, district: District) -> list[School]:
    """Schools that are here now, with how many people each has (`people_here`)."""
    here: QuerySet[School] = School.objects.visible_to(viewer).filter(district=district, ended=False)
    return _with_people(viewer, district, here.order_by("name"), "school")


def groups(viewer: Viewer, district: District) -> list[Group]:
    """Every group in the usual order, with how many people the roster knows of it (`people_here`)."""
    usual = {kind: number for number, kind in enumerate(Group.Kind.values)}
    every = _with_people(viewer, district, Group.objects.visible_to(viewer).filter(district=district), "group")
    return sorted(every, key=lambda group: (usual[group.kind], group.name))


def _with_people(viewer: Viewer, district: District, rows: QuerySet[Any], cell: str) -> list[Any]:
    """Rows with the number of people in each, counted at once from the index."""
    here = Person.objects.visible_to(viewer).filter(district=district, ended=False)
    numbers = dict(here.order_by().values_list(cell).annotate(number=Count("pk")))
    found = list(rows)
    for row in found:
        row.people_here = numbers.get(row.pk, 0)
    return found


def members(viewer: Viewer, district: District) -> QuerySet[Membership]:
    """Who has which role."""
    rows: QuerySet[Membership] = Membership.objects.visible_to(viewer).filter(district=district)
    return rows.select_related("account", "school").order_by("account__name", "account__email", "role")


def invitations(viewer: Viewer, district: District) -> QuerySet[Invitation]:
    """Invitations that still wait for an answer, newest first."""
    rows: QuerySet[Invitation] = Invitation.objects.visible_to(viewer).filter(
        district=district, accepted_at=None, invited_at__gt=timezone.now() - INVITATION_LASTS
    )
    return rows.select_related("school").order_by("-invited_at")


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
