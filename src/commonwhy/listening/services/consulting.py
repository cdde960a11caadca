"""Whom to consult: where groups are placed, how many are to be heard, and where groups stand (M33, M47).

All of it is about groups. A stance is refused where the group is so small that it would say where a person stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import Group, GroupStanding, Person, School
from commonwhy.districts.models.district import SMALLEST_K
from commonwhy.listening.models import Conversation, CoverageTarget, Stance


class StanceRefused(Exception):
    """Nothing was noted; the message says why and the way out."""


@transaction.atomic
def place_group(*, group: Group, influence: int, interest: int, note: str, by: User) -> GroupStanding:
    """Keep how much say a group has and how much it cares, 1 (little) to 5 (much), as the team sees it."""
    standing, _fresh = GroupStanding.everything.update_or_create(
        group=group,
        defaults={"district_id": group.district_id, "influence": influence, "interest": interest, "note": note.strip()},
    )
    audit.record(actor=by, verb="placed", subject=group)
    return standing


@transaction.atomic
def set_targets(*, group: Group, targets: Mapping[UUID | None, int | None], by: User) -> None:
    """Keep how many of a group are to be heard, in the district (None) and in schools; None or 0 takes a target away."""
    known = {target.school_id: target for target in CoverageTarget.objects.within(group.district_id).filter(group=group)}
    changed = False
    for school, people in targets.items():
        target = known.get(school)
        if target is not None and not people:
            target.delete()
        elif target is not None and target.people != people:
            target.people = people
            target.save(update_fields=["people"])
        elif target is None and people:
            CoverageTarget.everything.create(district_id=group.district_id, group=group, school_id=school, people=people)
        else:
            continue
        changed = True
    if changed:
        audit.record(actor=by, verb="set targets for", subject=group)


@transaction.atomic
def note_stance(
    *,
    group: Group,
    level: int,
    noted_on: date,
    by: User,
    because: str = "",
    school: School | None = None,
    conversation: Conversation | None = None,
) -> Stance:
    """Note where a group stands on a day. After the same conversation it is corrected, not added.

    Raises `StanceRefused` where the group is too few people for it not to be about one of them.
    """
    if school is not None and not large_enough(group, school):
        raise StanceRefused(
            _("So few of this group are known at this school that it would say where a person stands. Note it for the district.")
        )
    if school is None and not large_enough(group):
        raise StanceRefused(
            _("This group is so small that it would say where a person stands. Nothing was noted; talk with them instead.")
        )
    values = {"level": level, "because": because.strip(), "noted_on": noted_on, "noted_by": by.pk}
    if conversation is not None:
        stance, _fresh = Stance.everything.update_or_create(
            district_id=group.district_id, group=group, school=school, conversation=conversation, defaults=values
        )
    else:
        stance = Stance.everything.create(district_id=group.district_id, group=group, school=school, **values)
    audit.record(actor=by, verb="noted where they stand:", subject=group)
    return stance


def large_enough(group: Group, school: School | None = None) -> bool:
    """Whether a stance of the group is about a group.

    In a school the roster has to know at least the group's k people there. In the district a group of which the roster
    knows nobody (families may not be in it) counts as large, and one of which it knows under five as a few people.
    """
    here = Person.objects.within(group.district_id).filter(group=group, ended=False)
    if school is not None:
        return bool(here.filter(school=school).count() >= group.k(group.district))
    known = here.count()
    return known == 0 or known >= SMALLEST_K


@transaction.atomic
def remove_stance(*, stance: Stance, by: User) -> None:
    """Take a note about a group back."""
    audit.record(actor=by, verb="took back where they stand:", subject=stance.group)
    stance.delete()
