"""Where a group stands on a trade-off: it can live with it, or it dissents and says why (M36). By group, never by name, and
with no number: a settlement is not what most raised a hand for.

As with the stands on a version (`services.endorsement`), the board says nothing beforehand (FIELD rule 12).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.districts.models import Group
from commonwhy.listening.models.question import Texts
from commonwhy.vision.models import TradeOff, TradeOffStand
from commonwhy.vision.services.trade_offs.holding import (
    TradeOffConflictError,
    TradeOffRefused,
    check_group,
    digest_of,
    held_open,
    note,
    tidy,
)

FIELDS = ("stand", "because", "heard_on", "heard_how")


def stand_digest(current: TradeOffStand | None) -> str:
    """A digest of what is recorded of a group, for a page to say what it saw."""
    return digest_of(*(getattr(current, name) for name in FIELDS)) if current else digest_of()


@transaction.atomic
def record_stand(
    *,
    trade_off: TradeOff,
    group: Group,
    stand: str,
    heard_on: date,
    heard_how: str,
    by: User,
    because: Texts | None = None,
    seen: str | None = None,
) -> TradeOffStand:
    """Record where a group stands, or change what is recorded. `seen`: the `stand_digest` of what the page showed.

    Raises `NotOpenError`, `TradeOffRefused`, `TradeOffConflictError`.
    """
    held = held_open(trade_off)
    reason = tidy(because)
    _refuse(held, group, stand, reason, heard_on)
    wanted: dict[str, Any] = {
        "stand": TradeOffStand.Stand(stand).value,
        "because": reason,
        "heard_on": heard_on,
        "heard_how": TradeOffStand.Heard(heard_how).value,
    }
    current = _current(held, group)
    if current is not None and all(getattr(current, name) == value for name, value in wanted.items()):
        return current
    if seen is not None and stand_digest(current) != seen:
        raise TradeOffConflictError(current)
    current = current or TradeOffStand(district_id=held.district_id, trade_off=held, group=group)
    for name, value in wanted.items():
        setattr(current, name, value)
    current.recorded_by = by.pk
    current.save()
    note(held, by=by, verb="recorded a stand", subject=held, detail={"group": str(group.pk), "stand": wanted["stand"]})
    return current


@transaction.atomic
def take_back_stand(*, trade_off: TradeOff, group: Group, by: User, seen: str | None = None) -> None:
    """Remove what was recorded by mistake; what is gone already stays gone. Raises as `record_stand` does."""
    held = held_open(trade_off)
    current = _current(held, group)
    if current is None:
        return
    if seen is not None and stand_digest(current) != seen:
        raise TradeOffConflictError(current)
    current.delete()
    note(held, by=by, verb="took a stand back", subject=held, detail={"group": str(group.pk)})


def _current(held: TradeOff, group: Group) -> TradeOffStand | None:
    rows = TradeOffStand.objects.within(held.district_id).filter(trade_off=held, group=group)
    found: TradeOffStand | None = rows.select_related("group").first()
    return found


def _refuse(held: TradeOff, group: Group, stand: str, because: Texts, heard_on: date) -> None:
    check_group(held, group)
    if group.kind == Group.Kind.BOARD:
        raise TradeOffRefused(
            _("The board does not say beforehand where it stands: it decides in its meeting. Nothing was changed.")
        )
    if TradeOffStand.Stand(stand) == TradeOffStand.Stand.DISSENTS and not because:
        raise TradeOffRefused(_("Write why they dissent. Their reason is what the others have to know."))
    if heard_on > held.district.today():
        raise TradeOffRefused(_("That day lies ahead. Record it when they have said it."))
