"""The rows of this room."""

from commonwhy.vision.models.gap import GapAnalysis
from commonwhy.vision.models.together import Ambassador, ChecklistNote, CoAuthor, Comment
from commonwhy.vision.models.vision import Clause, ClauseVoice, Contribution, LaterVoice, LookFor, VisionVersion
from commonwhy.vision.models.way import BoardQuestion, Endorsement, Reaffirmation, Stage

__all__ = [
    "Ambassador",
    "BoardQuestion",
    "ChecklistNote",
    "Clause",
    "ClauseVoice",
    "CoAuthor",
    "Comment",
    "Contribution",
    "Endorsement",
    "GapAnalysis",
    "LaterVoice",
    "LookFor",
    "Reaffirmation",
    "Stage",
    "VisionVersion",
]
