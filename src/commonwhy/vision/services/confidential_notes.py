"""What facilitators note in confidence while they mediate (M43).

Only coaches and facilitators write here; each reads their own, and what another shared. No leader, no administrator, no
export, search or thread leads here, and the audit keeps that a note was written, never about what.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import Membership
from commonwhy.vision.models import ConfidentialNote, TradeOff
from commonwhy.vision.models.trade_off import MEDIATORS


class NotAMediatorError(Exception):
    """Only coaches and facilitators keep notes in confidence."""


class NoteChangedError(Exception):
    """The writer saved this note elsewhere meanwhile. `current` is how it stands now."""

    def __init__(self, current: ConfidentialNote) -> None:
        super().__init__("changed on another page meanwhile")
        self.current = current


class NoteGoneError(Exception):
    """The note was removed, or is not the writer's."""


@transaction.atomic
def write_note(*, trade_off: TradeOff, words: str, by: User, shared: bool = False) -> ConfidentialNote:
    """Keep a note. Pressed twice in a row it is once. Raises `NotAMediatorError`, ValueError where nothing is written."""
    _require_mediator(trade_off.district_id, by)
    text = _text(words)
    rows = ConfidentialNote.objects.within(trade_off.district_id).filter(trade_off=trade_off, written_by=by)
    today = trade_off.district.today()
    same: ConfidentialNote | None = rows.filter(words=text, shared=shared, written_on=today).first()
    if same is not None:
        return same
    kept = ConfidentialNote.everything.create(
        district_id=trade_off.district_id, trade_off=trade_off, written_by=by, words=text, shared=shared, written_on=today
    )
    audit.record(actor=by, verb="wrote", subject=kept)
    return kept


@transaction.atomic
def change_note(*, note: ConfidentialNote, words: str, shared: bool, by: User, seen: str | None = None) -> ConfidentialNote:
    """Its writer says it otherwise, shares it or no longer. `seen`: the words as the page showed them."""
    current, text = _own(note, by), _text(words)
    if (current.words, current.shared) == (text, shared):
        return current
    if seen is not None and current.words != seen:
        raise NoteChangedError(current)
    current.words, current.shared = text, shared
    current.save(update_fields=["words", "shared"])
    audit.record(actor=by, verb="changed", subject=current)
    return current


@transaction.atomic
def remove_note(*, note: ConfidentialNote, by: User) -> None:
    """Its writer removes it for good. Raises `NoteGoneError` for anybody else's."""
    current = _own(note, by)
    audit.record(actor=by, verb="removed", subject=current)
    current.delete()


def _text(words: str) -> str:
    text = words.strip()
    if not text:
        raise ValueError("a note has words")
    return text


def _own(note: ConfidentialNote, by: User) -> ConfidentialNote:
    _require_mediator(note.district_id, by)
    found: ConfidentialNote | None = (
        ConfidentialNote.objects.within(note.district_id).select_for_update().filter(pk=note.pk, written_by=by).first()
    )
    if found is None:
        raise NoteGoneError
    return found


def _require_mediator(district: UUID, by: User) -> None:
    if not Membership.objects.within(district).filter(account=by, role__in=MEDIATORS).exists():
        raise NotAMediatorError
