"""Writes of this room: a district and its groups, schools, memberships, invitations, positions."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.core.slots import invitation_accepted
from commonwhy.districts.models import (
    INVITATION_LASTS,
    Appointment,
    District,
    Group,
    Invitation,
    Membership,
    Position,
    Role,
    School,
)

# Kept free, so that no district can sit on an address of the application.
RESERVED_SLUGS = frozenset({"new", "static", "jobs", "account", "accounts", "styleguide", "start"})


@transaction.atomic
def create_district(*, name: str, by: User, language: str = "en", **fields: Any) -> District:
    """A district with every usual group; `by` becomes its first administrator."""
    district = District.everything.create(name=name.strip(), slug=_free_slug(name), language=language, **fields)
    Group.everything.bulk_create(Group(district=district, kind=kind) for kind in Group.Kind.values if kind != Group.Kind.OTHER)
    Membership.everything.create(district=district, account=by, role=Role.ADMINISTRATOR)
    audit.record(actor=by, verb="created", subject=district, district_id=district.pk)
    return district


def district_called(slug: str) -> District | None:
    """The district with this short name, for the command line, whose user holds the database anyway."""
    return District.everything.filter(slug=slug).first()


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "district"
    slug, number = base, 1
    while slug in RESERVED_SLUGS or District.everything.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def change_district(*, district: District, by: User, **fields: Any) -> District:
    """Change the district's settings; the audit keeps which were changed."""
    changed = sorted(name for name, value in fields.items() if getattr(district, name) != value)
    for name in changed:
        setattr(district, name, fields[name])
    if changed:
        district.save(update_fields=changed)
        audit.record(actor=by, verb="changed", subject=district, district_id=district.pk, detail={"fields": changed})
    return district


@transaction.atomic
def add_school(*, district: District, name: str, by: User, roster_key: str = "") -> School:
    """A school; one of the same name that had ended comes back."""
    school, fresh = School.everything.get_or_create(district=district, name=name.strip(), defaults={"roster_key": roster_key})
    if school.ended:
        school.ended = False
        school.save(update_fields=["ended"])
    if fresh:
        audit.record(actor=by, verb="added", subject=school)
    return school


@transaction.atomic
def mark_group(*, group: Group, not_here: str, by: User) -> Group:
    """Say that a group does not exist here, with the reason; an empty reason takes it back."""
    group.not_here = not_here.strip()
    group.save(update_fields=["not_here"])
    audit.record(actor=by, verb="marked", subject=group, detail={"not_here": bool(group.not_here)})
    return group


@transaction.atomic
def give_role(
    *, district: District, account: User, role: str, school: School | None = None, by: User | None = None
) -> Membership:
    """A membership; the same one twice stays one."""
    membership, fresh = Membership.everything.get_or_create(district=district, account=account, role=role, school=school)
    if fresh:
        audit.record(actor=by or account, verb="gave role", subject=membership, detail={"role": role})
    return membership


class LastAdministratorError(Exception):
    """A district always keeps one administrator."""


@transaction.atomic
def take_role(*, membership: Membership, by: User) -> None:
    """End a membership. Raises `LastAdministratorError` for a district's last administrator."""
    District.objects.within(membership.district_id).select_for_update().get()
    administrators = Membership.objects.within(membership.district_id).filter(role=Role.ADMINISTRATOR)
    if membership.role == Role.ADMINISTRATOR and administrators.count() <= 1:
        raise LastAdministratorError
    audit.record(actor=by, verb="took role", subject=membership, detail={"role": membership.role})
    Membership.objects.within(membership.district_id).filter(pk=membership.pk).delete()


@transaction.atomic
def invite(*, district: District, email: str, role: str, by: User, school: School | None = None) -> tuple[Invitation, str]:
    """An invitation and the secret for its link. Only the secret's hash is kept."""
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.everything.create(
        district=district, email=email.lower(), role=role, school=school, invited_by=by, secret_hash=_hash(secret)
    )
    audit.record(actor=by, verb="invited", subject=invitation, detail={"role": role})
    return invitation, secret


def open_invitation(secret: str) -> Invitation | None:
    """The invitation a link's secret belongs to; None when it was accepted or withdrawn, or is too old."""
    waiting = Invitation.everything.filter(accepted_at=None, invited_at__gt=timezone.now() - INVITATION_LASTS)
    return waiting.select_related("district", "school", "invited_by").filter(secret_hash=_hash(secret)).first()


class NotForThisAccount(Exception):
    """The invitation is for another address than the account's."""


class InvitationSpent(Exception):
    """The invitation was accepted or withdrawn meanwhile."""


@transaction.atomic
def accept_invitation(*, invitation: Invitation, account: User | None) -> User:
    """Give the invited address its role. Once: raises `InvitationSpent` afterwards.

    `account` is who is signed in. None makes an account for the address, and only where there is none: a link that
    travels with a forwarded mail must not open an account that somebody uses. Raises `NotForThisAccount` otherwise.
    """
    rows = Invitation.objects.within(invitation.district_id).filter(pk=invitation.pk, accepted_at=None)
    if not rows.update(accepted_at=timezone.now()):
        raise InvitationSpent
    if account is None:
        if account_of(invitation) is not None:
            raise NotForThisAccount
        account = User.objects.create_user(invitation.email)
    elif account.email.lower() != invitation.email.lower():
        raise NotForThisAccount
    give_role(
        district=invitation.district,
        account=account,
        role=invitation.role,
        school=invitation.school,
        by=invitation.invited_by,
    )
    for follow in invitation_accepted:
        follow(invitation, account)
    return account


def account_of(invitation: Invitation) -> User | None:
    """The account that the invited address has already."""
    return User.objects.filter(email__iexact=invitation.email).first()


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Any) -> None:
    """Make the link in somebody's mail worth nothing. One that was accepted stays."""
    waiting = Invitation.objects.within(invitation.district_id).filter(pk=invitation.pk, accepted_at=None)
    if waiting.exists():
        audit.record(actor=by, verb="withdrew", subject=invitation, detail={"role": invitation.role})
        waiting.delete()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def add_position(
    *, district: District, title: str, by: User, school: School | None = None, on_leadership_team: bool = False
) -> Position:
    position = Position.everything.create(
        district=district, title=title.strip(), school=school, on_leadership_team=on_leadership_team
    )
    audit.record(actor=by, verb="added", subject=position)
    return position


@transaction.atomic
def add_team_seat(*, district: District, title: str, name: str, begins: date, by: User) -> Position:
    """A position on the digital learning leadership team, filled if `name` is given; one of that title joins the team."""
    position = Position.objects.within(district).filter(title=title.strip(), school=None).first()
    if position is None:
        position = add_position(district=district, title=title, by=by, on_leadership_team=True)
    elif not position.on_leadership_team:
        position.on_leadership_team = True
        position.save(update_fields=["on_leadership_team"])
        audit.record(actor=by, verb="added to the team", subject=position)
    if name.strip():
        appoint(position=position, name=name, begins=begins, by=by)
    return position


@transaction.atomic
def appoint(*, position: Position, name: str, begins: date, by: User) -> Appointment:
    """Fill a position; whoever held it until then ends that day."""
    for open_one in Appointment.everything.filter(position=position, ends=None):
        open_one.ends = max(open_one.begins, begins)
        open_one.save(update_fields=["ends"])
    appointment = Appointment.everything.create(
        district_id=position.district_id, position=position, name=name.strip(), begins=begins
    )
    audit.record(actor=by, verb="appointed", subject=appointment)
    return appointment


@transaction.atomic
def end_appointment(*, appointment: Appointment, ends: date, by: User) -> Appointment:
    appointment.ends = max(ends, appointment.begins)
    appointment.save(update_fields=["ends"])
    audit.record(actor=by, verb="ended", subject=appointment)
    return appointment
