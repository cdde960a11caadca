"""Settling a trade-off, setting it aside, and taking it up again.

A settlement needs its words in the district's language. Nothing else stops it: a group that dissents does not, nor one that
was not asked yet (M36); what is not there is said, before and after. What an adopted vision cites stays as it was settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonwhy.accounts.models import User
from commonwhy.core.languages import language_name
from commonwhy.districts.models import REQUIRED_KINDS, Group
from commonwhy.listening.models.question import Texts
from commonwhy.vision.models import (
    ClauseTradeOff,
    OptionEffect,
    TradeOff,
    TradeOffConcern,
    TradeOffOption,
    TradeOffStand,
    VisionVersion,
)
from commonwhy.vision.services.trade_offs.holding import (
    NotOpenError,
    TradeOffConflictError,
    TradeOffGoneError,
    TradeOffRefused,
    held_open,
    locked,
    note,
    tidy,
    written,
)

TAKEN_UP = "took up again"


@dataclass(frozen=True)
class Check:
    """Something a good settlement has. None of it is needed to settle; each that does not hold says what is missing."""

    key: str
    holds: bool
    words: str


def checks(trade_off: TradeOff) -> list[Check]:
    """What is there and what is missing before it is settled. Five queries."""
    district = trade_off.district_id
    options = TradeOffOption.objects.within(district).filter(trade_off=trade_off).count()
    sides = OptionEffect.objects.within(district).filter(option__trade_off=trade_off).exclude(side="").count()
    open_concerns = TradeOffConcern.objects.within(district).filter(trade_off=trade_off, answer={}).count()
    stands = TradeOffStand.objects.within(district).filter(trade_off=trade_off)
    asked = Group.objects.within(district).filter(kind__in=REQUIRED_KINDS, not_here="").exclude(kind=Group.Kind.BOARD)
    order: dict[str, int] = {kind: place for place, kind in enumerate(REQUIRED_KINDS)}
    silent = sorted(asked.exclude(pk__in=stands.values("group")), key=lambda group: order[group.kind])
    return [
        Check(
            "options",
            options > 0,
            ngettext("%(count)s option is on the table.", "%(count)s options are on the table.", options) % {"count": options}
            if options
            else _("No option is written down yet."),
        ),
        Check(
            "effects",
            bool(options) and sides == 2 * options,
            _("It is written down what each side gains and gives up.")
            if options and sides == 2 * options
            else _("It is not written down for each option what each side gains and gives up."),
        ),
        Check(
            "concerns",
            not open_concerns,
            _("No concern waits for an answer.")
            if not open_concerns
            else ngettext("%(count)s concern waits for an answer.", "%(count)s concerns wait for an answer.", open_concerns)
            % {"count": open_concerns},
        ),
        Check(
            "stands",
            not silent,
            _("It is on record where every group stands that a vision must hear.")
            if not silent
            else _("Not recorded yet where they stand: %(groups)s.")
            % {"groups": get_text_list(list(map(str, silent)), _("and"))},
        ),
    ]


@transaction.atomic
def settle(
    *,
    trade_off: TradeOff,
    settlement: Texts,
    on: date,
    by: User,
    option: TradeOffOption | None = None,
    revision: int | None = None,
) -> TradeOff:
    """Settle it on `on`, in the words of `settlement`, or where none are given in those of the `option` that was chosen.

    `revision`: the trade-off's as whoever settles had read it. Raises `TradeOffConflictError` where it was changed since,
    `TradeOffRefused` where something is missing, `TradeOffGoneError` for an option that was taken out, `NotOpenError`.
    """
    held = locked(trade_off)
    rows = TradeOffOption.objects.within(held.district_id).filter(trade_off=held)
    chosen: TradeOffOption | None = rows.filter(pk=option.pk).first() if option is not None else None
    words = tidy(settlement) or (dict(chosen.texts) if chosen else {})
    if held.state == TradeOff.State.SETTLED and (held.settlement, held.settled_on) == (words, on):
        return held
    if held.state != TradeOff.State.OPEN:
        raise NotOpenError(held)
    if option is not None and chosen is None:
        raise TradeOffGoneError
    if revision is not None and held.revision != revision:
        raise TradeOffConflictError(held)
    _refuse(held, words, on)
    rows.filter(chosen=True).update(chosen=False)
    if chosen is not None:
        rows.filter(pk=chosen.pk).update(chosen=True)
    held.settlement, held.settled_on, held.state = words, on, TradeOff.State.SETTLED
    held.save(update_fields=["settlement", "settled_on", "state"])
    dissenting = TradeOffStand.objects.within(held.district_id).filter(trade_off=held, stand=TradeOffStand.Stand.DISSENTS)
    note(held, by=by, verb="settled", subject=held, detail={"dissenting_groups": dissenting.count()})
    return held


def _refuse(held: TradeOff, words: Texts, on: date) -> None:
    language = held.district.language
    if not words.get(language):
        in_words = _("Write in %(language)s what was agreed: it is the district's language, and anyone can read it there.")
        raise TradeOffRefused(in_words % {"language": language_name(language)})
    if on > held.district.today():
        raise TradeOffRefused(_("That day lies ahead. Record it when it was agreed."))


@transaction.atomic
def set_aside(*, trade_off: TradeOff, reason: Texts, by: User) -> TradeOff:
    """Leave it without a settlement, for a reason that anyone can read. Raises `NotOpenError`, `TradeOffRefused`."""
    held = locked(trade_off)
    why = written(reason, _("Write why it is set aside, in one language at least."))
    if held.state == TradeOff.State.SET_ASIDE and held.reason == why:
        return held
    held_open(held)
    held.state, held.reason = TradeOff.State.SET_ASIDE, why
    held.save(update_fields=["state", "reason"])
    note(held, by=by, verb="set aside", subject=held)
    return held


@transaction.atomic
def take_up_again(*, trade_off: TradeOff, reason: Texts, by: User) -> TradeOff:
    """Open it again, for a reason that anyone can read once it is settled anew. Twice is once.

    Raises `TradeOffRefused` where an adopted vision carries it out. A draft that does is not adopted until it is settled anew.
    """
    held = locked(trade_off)
    why = written(reason, _("Write why it is taken up again, in one language at least."))
    if held.state == TradeOff.State.OPEN:
        return held
    cited = ClauseTradeOff.objects.within(held.district_id).filter(trade_off=held)
    if cited.exclude(clause__version__state=VisionVersion.State.DRAFT).exists():
        raise TradeOffRefused(
            _("An adopted vision carries out this settlement, so it stays as it was settled. Open a new trade-off instead.")
        )
    held.state, held.reason, held.settled_on = TradeOff.State.OPEN, why, None
    held.save(update_fields=["state", "reason", "settled_on"])
    note(held, by=by, verb=TAKEN_UP, subject=held)
    return held
