"""Viewers: who reads. Every query in CommonWhy starts from `Model.objects.visible_to(viewer)`.

Three kinds: an account (with what its memberships allow), the public (nobody signed in), and a job that works for one
district. A viewer is made once a request and passed on; it is frozen, so nothing widens it on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Seat:
    """One membership as a viewer carries it: a role, for the whole district or for one school."""

    role: str
    school_id: UUID | None = None


@dataclass(frozen=True)
class AccountViewer:
    """Somebody signed in. `seats` maps a district's id to what the account may do there."""

    account_id: UUID
    seats: Mapping[UUID, tuple[Seat, ...]] = field(default_factory=dict)

    @property
    def district_ids(self) -> frozenset[UUID]:
        return frozenset(self.seats)

    def roles_in(self, district_id: UUID) -> frozenset[str]:
        return frozenset(seat.role for seat in self.seats.get(district_id, ()))

    def wide_roles_in(self, district_id: UUID) -> frozenset[str]:
        """The roles held in the whole district, not in one school of it."""
        return frozenset(seat.role for seat in self.seats.get(district_id, ()) if seat.school_id is None)

    def school_ids_in(self, district_id: UUID) -> frozenset[UUID]:
        """The schools the account is limited to; empty means no limit to schools."""
        seats = self.seats.get(district_id, ())
        if any(seat.school_id is None for seat in seats):
            return frozenset()
        return frozenset(seat.school_id for seat in seats if seat.school_id)


@dataclass(frozen=True)
class PublicViewer:
    """Anyone at all. Sees only what a model says is published."""

    @property
    def district_ids(self) -> frozenset[UUID]:
        return frozenset()

    def roles_in(self, district_id: UUID) -> frozenset[str]:
        return frozenset()

    def wide_roles_in(self, district_id: UUID) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True)
class JobViewer:
    """Work without a person, for exactly one district."""

    district_id: UUID

    @property
    def district_ids(self) -> frozenset[UUID]:
        return frozenset({self.district_id})

    def roles_in(self, district_id: UUID) -> frozenset[str]:
        return frozenset({"job"}) if district_id == self.district_id else frozenset()

    def wide_roles_in(self, district_id: UUID) -> frozenset[str]:
        return self.roles_in(district_id)


Viewer = AccountViewer | PublicViewer | JobViewer
PUBLIC = PublicViewer()
