"""The rows of this room."""

from commonwhy.vision.models.gap import GapAnalysis
from commonwhy.vision.models.sources import ClauseAlignment, ClauseStatement, ClauseTradeOff, LookForRound, LookForSource
from commonwhy.vision.models.together import Ambassador, ChecklistNote, CoAuthor, Comment
from commonwhy.vision.models.trade_off import (
    ConfidentialNote,
    OptionEffect,
    Side,
    TradeOff,
    TradeOffConcern,
    TradeOffOption,
    TradeOffStand,
    TradeOffStatement,
)
from commonwhy.vision.models.vision import Clause, ClauseVoice, Contribution, LaterVoice, LookFor, VisionVersion
from commonwhy.vision.models.way import BoardQuestion, Endorsement, Reaffirmation, Stage

__all__ = [
    "Ambassador",
    "BoardQuestion",
    "ChecklistNote",
    "Clause",
    "ClauseAlignment",
    "ClauseStatement",
    "ClauseTradeOff",
    "ClauseVoice",
    "CoAuthor",
    "Comment",
    "ConfidentialNote",
    "Contribution",
    "Endorsement",
    "GapAnalysis",
    "LaterVoice",
    "LookFor",
    "LookForRound",
    "LookForSource",
    "OptionEffect",
    "Reaffirmation",
    "Side",
    "Stage",
    "TradeOff",
    "TradeOffConcern",
    "TradeOffOption",
    "TradeOffStand",
    "TradeOffStatement",
    "VisionVersion",
]
