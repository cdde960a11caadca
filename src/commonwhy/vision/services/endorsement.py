"""Where each group stands on a draft: support it, can live with it, or cannot, because (M04, M36).

A shared vision is not one that everybody wants most. So nothing here counts votes, and a "cannot" stops nothing: it needs
its reason, stands in public beside the others, and is frozen with the version. What adoption needs is that every required
group was asked and what it said is on record.

The board is no such group. It decides in its meeting, in public, and says nothing beforehand (FIELD rule 12).

A stand in one school may stand beside the group's own; only the group's own counts for the gate. Two people at one stand
lose nothing: each save says which revision it started from.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import REQUIRED_KINDS, District, Group, School
from commonwhy.listening.models.question import Texts
from commonwhy.listening.services.names import Suggestion, known_names, suggest_names
from commonwhy.vision.models import Endorsement, VisionVersion
from commonwhy.vision.services.drafting import NotADraftError

COUNTS = ("supporting", "living_with", "opposing")


class StandRefused(Exception):
    """Nothing was changed; the message says why."""


class StandConflictError(Exception):
    """Somebody else recorded this stand first. `current` is what is on record now, None where they took it back."""

    def __init__(self, current: Endorsement | None) -> None:
        super().__init__("recorded by somebody else meanwhile")
        self.current = current


def required_groups(version: VisionVersion) -> list[Group]:
    """The groups that have to have said where they stand: those a vision must hear (M17), as far as they are here."""
    return _in_order(Group.objects.within(version.district_id).filter(kind__in=REQUIRED_KINDS, not_here=""))


def _in_order(groups: Iterable[Group]) -> list[Group]:
    order: dict[str, int] = {kind: place for place, kind in enumerate(REQUIRED_KINDS)}
    return sorted(groups, key=lambda group: (order[group.kind], group.name))


def without_a_stand(version: VisionVersion) -> list[Group]:
    """Required groups of which nobody recorded where they stand: one query."""
    stands = Endorsement.objects.within(version.district_id).filter(version=version, school=None)
    groups = Group.objects.within(version.district_id).filter(kind__in=REQUIRED_KINDS, not_here="")
    return _in_order(groups.exclude(pk__in=stands.values("group")))


def names_in(district: District, because: Texts) -> list[Suggestion]:
    """What may be a name in the reasons, each once: names are taken out before anything is published (FIELD rule 11)."""
    known = known_names(district)
    found: dict[str, Suggestion] = {}
    for text in because.values():
        for suggestion in suggest_names(text, known):
            found.setdefault(suggestion.name, suggestion)
    return list(found.values())


@transaction.atomic
def record(
    *,
    version: VisionVersion,
    group: Group,
    stand: str,
    heard_on: date,
    heard_how: str,
    by: User,
    because: Texts | None = None,
    school: School | None = None,
    counts: dict[str, int | None] | None = None,
    revision: int = 0,
) -> Endorsement:
    """Record where a group stands, or change what is recorded from `revision` on (0: nothing was there).

    Raises `StandRefused` for what cannot be, `StandConflictError` when somebody was quicker, `NotADraftError` once adopted.
    """
    _locked_draft(version)
    reason = {code: text for code, text in (because or {}).items() if text.strip()}
    _refuse(version, group, school, stand, reason, heard_on)
    wanted: dict[str, Any] = {
        "stand": stand,
        "because": reason,
        "heard_on": heard_on,
        "heard_how": Endorsement.Heard(heard_how).value,
        **{name: (counts or {}).get(name) for name in COUNTS},
    }
    current = _current(version, group, school)
    if current is not None and all(getattr(current, name) == value for name, value in wanted.items()):
        return current
    if (current.revision if current else 0) != revision:
        raise StandConflictError(current)
    if current is None:
        current = Endorsement(district_id=version.district_id, version=version, group=group, school=school)
    for name, value in wanted.items():
        setattr(current, name, value)
    current.recorded_by, current.revision = by.pk, revision + 1
    current.save()
    audit.record(actor=by, verb="recorded", subject=current, detail={"stand": stand, "version": version.number})
    return current


@transaction.atomic
def take_back(*, version: VisionVersion, group: Group, by: User, revision: int, school: School | None = None) -> None:
    """Remove what was recorded by mistake; what is gone already stays gone. Raises as `record` does."""
    _locked_draft(version)
    current = _current(version, group, school)
    if current is None:
        return
    if current.revision != revision:
        raise StandConflictError(current)
    audit.record(actor=by, verb="took back", subject=current, detail={"version": version.number})
    current.delete()


def _current(version: VisionVersion, group: Group, school: School | None) -> Endorsement | None:
    rows = Endorsement.objects.within(version.district_id).filter(version=version, group=group, school=school)
    return rows.select_related("group", "school").first()


def _locked_draft(version: VisionVersion) -> None:
    rows: Any = VisionVersion.objects.within(version.district_id)
    if rows.select_for_update().filter(pk=version.pk, state=VisionVersion.State.DRAFT).first() is None:
        raise NotADraftError


def _refuse(version: VisionVersion, group: Group, school: School | None, stand: str, because: Texts, heard_on: date) -> None:
    if group.district_id != version.district_id or (school is not None and school.district_id != version.district_id):
        raise ValueError("a group or school of another district")
    if group.kind == Group.Kind.BOARD:
        raise StandRefused(
            _("The board does not say beforehand where it stands: it decides in its meeting. Nothing was changed.")
        )
    if group.not_here:
        raise StandRefused(_("This group is marked as not here, so it stands nowhere. Nothing was changed."))
    if Endorsement.Stand(stand) == Endorsement.Stand.CANNOT and not because:
        raise StandRefused(_("Write why they cannot. Their reason is what the others have to know."))
    if heard_on > version.district.today():
        raise StandRefused(_("That day lies ahead. Record it when they have said it."))
