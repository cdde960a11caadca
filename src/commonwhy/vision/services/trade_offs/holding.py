"""Holding a trade-off while it is changed: it has to be open, and two people who change it lose nothing.

Each part is its own text: whoever saves one says what stood there on their page (`digest_of`), so that people at different
parts do not stand in each other's way. Every change grows the trade-off's `revision`, by which whoever settles it says what
they had read.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db.models import F, Model
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import Group
from commonwhy.listening.models.question import Texts
from commonwhy.vision.models import TradeOff


class TradeOffRefused(Exception):
    """Nothing was changed; the message says why and the way out."""


class TradeOffConflictError(Exception):
    """Somebody else saved this first. `current` is what stands there now, None where they took it out."""

    def __init__(self, current: Model | None) -> None:
        super().__init__("changed by somebody else meanwhile")
        self.current = current


class NotOpenError(Exception):
    """It was settled or set aside; it changes only once it is taken up again. `trade_off` is how it stands now."""

    def __init__(self, trade_off: TradeOff) -> None:
        super().__init__(f"trade-off {trade_off.number} is {trade_off.state}")
        self.trade_off = trade_off


class TradeOffGoneError(Exception):
    """Somebody took this part out meanwhile."""


def digest_of(*values: Any) -> str:
    """A digest of texts as a page showed them, for saying what a change started from."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:32]


def tidy(texts: Texts | None) -> Texts:
    """The languages in which something was written. Raises ValueError for one that the installation does not speak."""
    written = {code: text.strip() for code, text in (texts or {}).items() if text.strip()}
    unknown = set(written) - {code for code, _label in settings.LANGUAGES}
    if unknown:
        raise ValueError(f"not a language here: {sorted(unknown)}")
    return written


def written(texts: Texts | None, otherwise: Any) -> Texts:
    """As `tidy`, and refused with the words `otherwise` where nothing was written."""
    found = tidy(texts)
    if not found:
        raise TradeOffRefused(otherwise)
    return found


def locked(trade_off: TradeOff) -> TradeOff:
    """The row, locked until the transaction ends, as it stands now."""
    rows: Any = TradeOff.objects.within(trade_off.district_id).select_related("district")
    found: TradeOff = rows.select_for_update(of=("self",)).get(pk=trade_off.pk)
    return found


def held_open(trade_off: TradeOff) -> TradeOff:
    """As `locked`, and open. Raises `NotOpenError`."""
    held = locked(trade_off)
    if held.state != TradeOff.State.OPEN:
        raise NotOpenError(held)
    return held


def check_group(trade_off: TradeOff, group: Group | None) -> None:
    """Raise for a group of another district, or one that is not here."""
    if group is None:
        return
    if group.district_id != trade_off.district_id:
        raise ValueError("a group of another district")
    if group.not_here:
        raise TradeOffRefused(_("This group is marked as not here. Nothing was changed."))


def note(held: TradeOff, *, by: User, verb: str, subject: Model, detail: dict[str, Any] | None = None) -> None:
    """Grow the revision of a held trade-off, and audit what was done. No words go into the audit."""
    TradeOff.objects.within(held.district_id).filter(pk=held.pk).update(revision=F("revision") + 1)
    held.revision += 1
    audit.record(actor=by, verb=verb, subject=subject, detail={"trade_off": held.number, **(detail or {})})
