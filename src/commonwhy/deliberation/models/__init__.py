"""The rows of this room."""

from commonwhy.deliberation.models.discussion import Discussion, Landscape, Routing
from commonwhy.deliberation.models.statement import ModerationDeed, Statement, StatementContact, StatementLink
from commonwhy.deliberation.models.vote import ApprovalBallot, PriorityOption, PriorityRound, Vote

__all__ = [
    "ApprovalBallot",
    "Discussion",
    "Landscape",
    "ModerationDeed",
    "PriorityOption",
    "PriorityRound",
    "Routing",
    "Statement",
    "StatementContact",
    "StatementLink",
    "Vote",
]
