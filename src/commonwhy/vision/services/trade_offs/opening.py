"""Opening a trade-off from two priorities that pull apart, naming them again, and the statements that speak for each."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.districts.models import District
from commonwhy.listening.models.question import Texts
from commonwhy.vision.models import Side, TradeOff, TradeOffStatement
from commonwhy.vision.services.trade_offs.holding import (
    TradeOffConflictError,
    TradeOffRefused,
    digest_of,
    held_open,
    note,
    written,
)

MOST_STATEMENTS = 24
"""More than anybody reads from a wall."""
NAMES = ("title", "first", "second")


@transaction.atomic
def open_trade_off(
    *,
    district: District,
    title: Texts,
    first: Texts,
    second: Texts,
    by: User,
    discussion: Discussion | None = None,
    statements: Sequence[tuple[Statement, str]] = (),
) -> TradeOff:
    """Begin to negotiate. `statements`: (a shown statement, the `Side` it speaks for). Pressed twice in a row it is once.

    Raises `TradeOffRefused` where a name is missing, ValueError for things of another district.
    """
    # The district's row is locked, so that two that are opened at once get a number each.
    District.objects.within(district).select_for_update().get()
    named = _named(title, first, second)
    if discussion is not None and discussion.district_id != district.pk:
        raise ValueError("a discussion of another district")
    last: TradeOff | None = TradeOff.objects.within(district).order_by("-number").first()
    if last and last.state == TradeOff.State.OPEN and all(getattr(last, name) == texts for name, texts in named.items()):
        return last
    opened = TradeOff.everything.create(district=district, number=last.number + 1 if last else 1, discussion=discussion, **named)
    audit.record(actor=by, verb="opened", subject=opened)
    for statement, side in statements:
        add_statement(trade_off=opened, statement=statement, side=side, by=by)
    opened.refresh_from_db()
    return opened


def _named(title: Texts, first: Texts, second: Texts) -> dict[str, Texts]:
    return {
        "title": written(title, _("Give it a name, in one language at least.")),
        "first": written(first, _("Write the one priority, in one language at least.")),
        "second": written(second, _("Write the other priority, in one language at least.")),
    }


def names_digest(trade_off: TradeOff) -> str:
    """A digest of its name and its two priorities, for a page that shows these."""
    return digest_of(*(getattr(trade_off, name) for name in NAMES))


@transaction.atomic
def change_trade_off(
    *, trade_off: TradeOff, title: Texts, first: Texts, second: Texts, by: User, seen: str | None = None
) -> TradeOff:
    """Name it and its two priorities again. `seen`: the `names_digest` of what the page showed.

    Raises `NotOpenError`, `TradeOffRefused`, `TradeOffConflictError`.
    """
    held = held_open(trade_off)
    named = _named(title, first, second)
    changed = [name for name in NAMES if getattr(held, name) != named[name]]
    if changed:
        if seen is not None and names_digest(held) != seen:
            raise TradeOffConflictError(held)
        for name in changed:
            setattr(held, name, named[name])
        held.save(update_fields=changed)
        note(held, by=by, verb="changed", subject=held, detail={"fields": changed})
    return held


@transaction.atomic
def add_statement(*, trade_off: TradeOff, statement: Statement, side: str, by: User) -> TradeOffStatement:
    """Have a statement speak for a side; one that speaks for the other side changes over. Raises as `change_trade_off` does."""
    held = held_open(trade_off)
    if statement.district_id != held.district_id:
        raise ValueError("a statement of another district")
    wanted = Side(side)
    rows = TradeOffStatement.objects.within(held.district_id).filter(trade_off=held)
    there: TradeOffStatement | None = rows.filter(statement=statement).first()
    if there is not None and there.side == wanted:
        return there
    if Statement.objects.within(held.district_id).filter(pk=statement.pk, state=Statement.State.SHOWN).first() is None:
        raise TradeOffRefused(_("This statement is not shown in its discussion, so it speaks for no side. Nothing was changed."))
    if there is not None:
        there.side = wanted
        there.save(update_fields=["side"])
    else:
        if rows.count() >= MOST_STATEMENTS:
            most = _("At most %(most)s statements fit beside a trade-off. Take one off first; nothing was changed.")
            raise TradeOffRefused(most % {"most": MOST_STATEMENTS})
        there = TradeOffStatement.everything.create(
            district_id=held.district_id, trade_off=held, statement=statement, side=wanted
        )
    note(held, by=by, verb="placed a statement", subject=held, detail={"statement": str(statement.pk), "side": wanted.value})
    return there


@transaction.atomic
def remove_statement(*, trade_off: TradeOff, statement: Statement, by: User) -> None:
    """It speaks for no side any more; taking it off twice is once. Raises `NotOpenError`."""
    held = held_open(trade_off)
    removed, _rows = TradeOffStatement.objects.within(held.district_id).filter(trade_off=held, statement=statement).delete()
    if removed:
        note(held, by=by, verb="took a statement off", subject=held, detail={"statement": str(statement.pk)})
