"""The rows of this room."""

from commonwhy.vision.models.gap import GapAnalysis
from commonwhy.vision.models.vision import Clause, ClauseVoice, Contribution, VisionVersion

__all__ = ["Clause", "ClauseVoice", "Contribution", "GapAnalysis", "VisionVersion"]
