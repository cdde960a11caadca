"""The named cast that every room's tests play with.

Alder Creek: Sofia is its superintendent (leader and administrator), Carla a coach, Pedro principal of Creekside, Tomas a
teacher with no more than a seat, Bea sits on the board, Fay is a family member with a seat. Olga is an outsider: she
administers Birch Valley, another district. `alder` and `birch` are the districts; `client_of(account)` is a signed-in
browser, and nobody in it costs a password hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from commonwhy.accounts.models import User
from commonwhy.districts import services
from commonwhy.districts.access import AccountViewer
from commonwhy.districts.models import District, Group, Membership, Role, School
from commonwhy.districts.viewers import Seat


@dataclass
class Cast:
    """Everybody, and where they belong."""

    alder: District
    birch: District
    creekside: School
    maple: School
    people: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    """Of those who stay signed in from one browser to the next."""

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError as missing:
            raise AttributeError(name) from missing

    def group(self, kind: str) -> Group:
        return Group.everything.get(district=self.alder, kind=kind)

    def viewer(self, name: str) -> AccountViewer:
        """The account as a viewer."""
        seats: dict[UUID, tuple[Seat, ...]] = {}
        for membership in Membership.everything.filter(account=self.people[name]):
            before = seats.get(membership.district_id, ())
            seats[membership.district_id] = (*before, Seat(membership.role, membership.school_id))
        return AccountViewer(self.people[name].pk, seats)

    def client(self, name: str | None) -> Client:
        """A browser signed in as `name`; None is nobody."""
        client = Client()
        if name in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        elif name:
            client.force_login(self.people[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def stay_signed_in(self) -> None:
        """Sign everybody in once, for walks through hundreds of pages."""
        self.sessions = {name: self.client(name).cookies[settings.SESSION_COOKIE_NAME].value for name in self.people}


NAMES = ("superintendent", "coach", "principal", "teacher", "board", "family", "outsider")


def make_cast() -> Cast:
    """Make the districts and the people in the current database; those of a kind at once, because every test begins so."""
    accounts = [User(email=f"{name}@example.org", name=name.capitalize()) for name in NAMES]
    for account in accounts:
        account.set_unusable_password()
    people = dict(zip(NAMES, User.objects.bulk_create(accounts), strict=True))
    EmailAddress.objects.bulk_create(EmailAddress(user=one, email=one.email, primary=True, verified=True) for one in accounts)
    alder = services.create_district(name="Alder Creek", by=people["superintendent"])
    birch = services.create_district(name="Birch Valley", by=people["outsider"])
    creekside, maple = School.everything.bulk_create(
        School(district=alder, name=name) for name in ("Creekside Middle School", "Maple Street School")
    )
    Membership.everything.bulk_create(
        Membership(district=alder, account=people[name], role=role, school=school)
        for name, role, school in (
            ("superintendent", Role.LEADER, None),
            ("coach", Role.COACH, None),
            ("principal", Role.SCHOOL_LEADER, creekside),
            ("teacher", Role.MEMBER, creekside),
            ("board", Role.BOARD_MEMBER, None),
            ("family", Role.MEMBER, None),
        )
    )
    return Cast(alder, birch, creekside, maple, people)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What fixtures of this scope make is there for every test of a file, and gone after the last; each undoes its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def shared_cast(made_once: None) -> Cast:
    """The cast of a file whose world takes long to make. What a test changes in the database is undone, in these objects not."""
    return make_cast()


@pytest.fixture
def client_of(cast: Cast) -> Callable[[str | None], Client]:
    return cast.client
