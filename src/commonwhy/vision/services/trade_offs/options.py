"""What could be done, what each side gains and gives up with it, and what is in it for each group (M27)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.districts.models import Group
from commonwhy.listening.models.question import Texts
from commonwhy.vision.models import OptionEffect, Side, TradeOff, TradeOffOption
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

MOST_OPTIONS = 6
"""What can be weighed against each other on one screen."""


Sides = Mapping[str, tuple[Texts, Texts]]
"""What each `Side` gains and gives up."""


def _words(texts: Texts) -> Texts:
    return written(texts, _("Write what could be done, in one language at least."))


@transaction.atomic
def add_option(*, trade_off: TradeOff, texts: Texts, by: User, sides: Sides | None = None) -> TradeOffOption:
    """Something more that could be done, and what it does for each side where that is known.

    The same words pressed in twice stay one. Raises `NotOpenError`, `TradeOffRefused`.
    """
    held = held_open(trade_off)
    words = _words(texts)
    options: list[TradeOffOption] = list(TradeOffOption.objects.within(held.district_id).filter(trade_off=held))
    if options and options[-1].texts == words:
        return options[-1]
    if len(options) >= MOST_OPTIONS:
        most = _("At most %(most)s options can be weighed against each other. Take one out first; nothing was changed.")
        raise TradeOffRefused(most % {"most": MOST_OPTIONS})
    option = TradeOffOption.everything.create(
        district_id=held.district_id, trade_off=held, position=options[-1].position + 1 if options else 1, texts=words
    )
    note(held, by=by, verb="added an option", subject=held, detail={"option": option.position})
    for side, (gains, gives_up) in (sides or {}).items():
        set_effect(option=option, side=side, gains=gains, gives_up=gives_up, by=by)
    return option


def option_digest(option: TradeOffOption) -> str:
    """A digest of an option's words with what it does for both sides, for a page that shows these."""
    return digest_of(option.texts, *(on_side(option, side) for side in Side.values))


def on_side(option: TradeOffOption, side: str) -> tuple[Texts, Texts]:
    """What a side gains and gives up with an option, as it is written now."""
    rows = OptionEffect.objects.within(option.district_id).filter(option=option, side=side)
    return rows.values_list("gains", "gives_up").first() or ({}, {})


@transaction.atomic
def change_option(
    *, option: TradeOffOption, texts: Texts, by: User, sides: Sides | None = None, seen: str | None = None
) -> TradeOffOption:
    """Say an option in other words, and what it does for each side where `sides` are given.

    `seen`: the `option_digest` of what the page showed. Raises `TradeOffConflictError`, `TradeOffGoneError`, `NotOpenError`.
    """
    held = held_open(option.trade_off)
    words, current = _words(texts), _current(option)
    wanted = {side: (tidy(gains), tidy(gives_up)) for side, (gains, gives_up) in (sides or {}).items()}
    changed = [side for side, both in wanted.items() if on_side(current, side) != both]
    if (changed or current.texts != words) and seen is not None and option_digest(current) != seen:
        raise TradeOffConflictError(current)
    if current.texts != words:
        current.texts = words
        current.save(update_fields=["texts"])
        note(held, by=by, verb="changed an option", subject=held, detail={"option": current.position})
    for side in changed:
        gains, gives_up = wanted[side]
        set_effect(option=current, side=side, gains=gains, gives_up=gives_up, by=by)
    return current


@transaction.atomic
def remove_option(*, option: TradeOffOption, by: User) -> None:
    """Take an option out, with its effects. The others keep their letters. Taking it out twice is once."""
    held = held_open(option.trade_off)
    removed, _rows = TradeOffOption.objects.within(held.district_id).filter(pk=option.pk).delete()
    if removed:
        note(held, by=by, verb="took an option out", subject=held, detail={"option": option.position})


@transaction.atomic
def set_effect(
    *,
    option: TradeOffOption,
    by: User,
    side: str = "",
    group: Group | None = None,
    gains: Texts | None = None,
    gives_up: Texts | None = None,
    seen: str | None = None,
) -> OptionEffect | None:
    """Write what one side, or one group, gains and gives up with an option; with nothing written it is taken out (None).

    `seen`: the `digest_of` gains and gives_up as the page showed them. Raises `NotOpenError`, `TradeOffConflictError`,
    `TradeOffGoneError` where the option is gone, ValueError unless it is for exactly one side or group.
    """
    if bool(side) == (group is not None):
        raise ValueError("an effect is on a side or on a group")
    held = held_open(option.trade_off)
    current_option = _current(option)
    check_group(held, group)
    for_side = Side(side).value if side else ""
    rows = OptionEffect.objects.within(held.district_id).filter(option=current_option, side=for_side, group=group)
    current: OptionEffect | None = rows.first()
    stood = (current.gains, current.gives_up) if current else ({}, {})
    wanted = (tidy(gains), tidy(gives_up))
    if stood == wanted:
        return current
    if seen is not None and digest_of(*stood) != seen:
        raise TradeOffConflictError(current)
    detail = {"option": current_option.position, "side": for_side} if side else {"option": current_option.position}
    if not any(wanted):
        rows.delete()
        note(held, by=by, verb="cleared an effect", subject=held, detail=detail)
        return None
    current = current or OptionEffect(district_id=held.district_id, option=current_option, side=for_side, group=group)
    current.gains, current.gives_up = wanted
    current.save()
    note(held, by=by, verb="wrote an effect", subject=held, detail=detail)
    return current


def _current(option: TradeOffOption) -> TradeOffOption:
    found: TradeOffOption | None = TradeOffOption.objects.within(option.district_id).filter(pk=option.pk).first()
    if found is None:
        raise TradeOffGoneError
    return found
