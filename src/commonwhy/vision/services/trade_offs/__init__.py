"""Negotiating: two priorities in tension, what could be done, what each side gains and gives up, and how it was settled.

A shared vision is negotiated, not voted (M36): who dissents stops nothing and is kept, by group and never by name. One
concern to a file: `holding` the row while it is changed, `opening` with the statements of its sides, `options` and their
effects (M27), `concerns` (M32), `stands`, and `settling`.
"""

from commonwhy.vision.services.trade_offs.concerns import (
    answer_concern,
    change_concern,
    concern_digest,
    raise_concern,
    remove_concern,
)
from commonwhy.vision.services.trade_offs.holding import (
    NotOpenError,
    TradeOffConflictError,
    TradeOffGoneError,
    TradeOffRefused,
    digest_of,
)
from commonwhy.vision.services.trade_offs.opening import (
    MOST_STATEMENTS,
    add_statement,
    change_trade_off,
    names_digest,
    open_trade_off,
    remove_statement,
)
from commonwhy.vision.services.trade_offs.options import (
    add_option,
    change_option,
    on_side,
    option_digest,
    remove_option,
    set_effect,
)
from commonwhy.vision.services.trade_offs.settling import TAKEN_UP, Check, checks, set_aside, settle, take_up_again
from commonwhy.vision.services.trade_offs.stands import record_stand, stand_digest, take_back_stand

__all__ = [
    "MOST_STATEMENTS",
    "TAKEN_UP",
    "Check",
    "NotOpenError",
    "TradeOffConflictError",
    "TradeOffGoneError",
    "TradeOffRefused",
    "add_option",
    "add_statement",
    "answer_concern",
    "change_concern",
    "change_option",
    "change_trade_off",
    "checks",
    "concern_digest",
    "digest_of",
    "names_digest",
    "on_side",
    "open_trade_off",
    "option_digest",
    "raise_concern",
    "record_stand",
    "remove_concern",
    "remove_option",
    "remove_statement",
    "set_aside",
    "set_effect",
    "settle",
    "stand_digest",
    "take_back_stand",
    "take_up_again",
]
