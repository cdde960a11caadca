"""Concerns that a group raised, and what was answered: people accept change when their concerns are considered (M32)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.districts.models import Group
from commonwhy.listening.models.question import Texts
from commonwhy.vision.models import TradeOff, TradeOffConcern
from commonwhy.vision.services.trade_offs.holding import (
    TradeOffConflictError,
    TradeOffGoneError,
    TradeOffRefused,
    check_group,
    digest_of,
    held_open,
    note,
    tidy,
    written,
)

MOST_CONCERNS = 40


def _words(texts: Texts) -> Texts:
    return written(texts, _("Write the concern, in one language at least."))


@transaction.atomic
def raise_concern(
    *, trade_off: TradeOff, kind: str, texts: Texts, by: User, group: Group | None = None, answer: Texts | None = None
) -> TradeOffConcern:
    """Keep a concern in the words of who raised it. The same one twice is once. Raises `NotOpenError`, `TradeOffRefused`."""
    held = held_open(trade_off)
    words, about = _words(texts), TradeOffConcern.Kind(kind).value
    check_group(held, group)
    rows = TradeOffConcern.objects.within(held.district_id).filter(trade_off=held)
    for one in rows:
        if (one.kind, one.group_id, one.texts) == (about, group.pk if group else None, words):
            return one  # type: ignore[no-any-return]
    if rows.count() >= MOST_CONCERNS:
        most = _("%(most)s concerns are written down already. Bring together those that say the same; nothing was changed.")
        raise TradeOffRefused(most % {"most": MOST_CONCERNS})
    concern = TradeOffConcern.everything.create(
        district_id=held.district_id, trade_off=held, kind=about, texts=words, group=group, answer=tidy(answer)
    )
    note(held, by=by, verb="raised a concern", subject=held, detail={"concern": str(concern.pk), "kind": about})
    return concern


def concern_digest(concern: TradeOffConcern) -> str:
    """A digest of a concern with its answer, for a page that shows both."""
    return digest_of(concern.kind, concern.group_id, concern.texts, concern.answer)


@transaction.atomic
def change_concern(
    *,
    concern: TradeOffConcern,
    kind: str,
    texts: Texts,
    by: User,
    group: Group | None = None,
    answer: Texts | None = None,
    seen: str | None = None,
) -> TradeOffConcern:
    """Say it closer to what was meant, and answer it where an `answer` is given. `seen`: its `concern_digest` on the page."""
    held = held_open(concern.trade_off)
    current = _current(concern)
    check_group(held, group)
    wanted = {
        "kind": TradeOffConcern.Kind(kind).value,
        "group": group,
        "texts": _words(texts),
        "answer": current.answer if answer is None else tidy(answer),
    }
    changed = [name for name, value in wanted.items() if getattr(current, name) != value]
    if changed:
        if seen is not None and concern_digest(current) != seen:
            raise TradeOffConflictError(current)
        for name in changed:
            setattr(current, name, wanted[name])
        current.save(update_fields=changed)
        verb = "answered a concern" if changed == ["answer"] else "changed a concern"
        note(held, by=by, verb=verb, subject=held, detail={"concern": str(current.pk)})
    return current


@transaction.atomic
def answer_concern(*, concern: TradeOffConcern, answer: Texts, by: User, seen: str | None = None) -> TradeOffConcern:
    """Answer it, or change the answer; an empty one takes it back. `seen`: the `digest_of` the answer on the page."""
    held = held_open(concern.trade_off)
    current, words = _current(concern), tidy(answer)
    if current.answer != words:
        if seen is not None and digest_of(current.answer) != seen:
            raise TradeOffConflictError(current)
        current.answer = words
        current.save(update_fields=["answer"])
        note(held, by=by, verb="answered a concern", subject=held, detail={"concern": str(current.pk)})
    return current


@transaction.atomic
def remove_concern(*, concern: TradeOffConcern, by: User) -> None:
    """Take out what was written down by mistake; twice is once."""
    held = held_open(concern.trade_off)
    removed, _rows = TradeOffConcern.objects.within(held.district_id).filter(pk=concern.pk).delete()
    if removed:
        note(held, by=by, verb="took a concern out", subject=held, detail={"concern": str(concern.pk)})


def _current(concern: TradeOffConcern) -> TradeOffConcern:
    rows = TradeOffConcern.objects.within(concern.district_id).filter(pk=concern.pk).select_related("group")
    found: TradeOffConcern | None = rows.first()
    if found is None:
        raise TradeOffGoneError
    return found
