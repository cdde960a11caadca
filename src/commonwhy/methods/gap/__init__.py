"""The definition gap: how far apart people's meanings are, between groups and within them.

`measure_gap` takes embedded answers, their texts and a group for each, and gives a `GapReport`: whether groups differ on
average (`centre`), whether one is less agreed within itself (`spread`), what meanings there are and who holds them
(`meanings`), how alike two groups' mixes are (`overlap`), and whether enough people were asked to say so (`power`).
With 3 to 19 answers it only lays them side by side (`three`). Nothing here builds an n x n matrix of answers.
"""

from .centre import CentreGap, centre_gap
from .meanings import Meaning, Meanings, find_meanings
from .overlap import Overlap, morisita_overlap
from .power import effective_dimensions, more_needed, needed_per_group
from .report import measure_gap
from .result import (
    AnswerPair,
    CentreFigures,
    GapReport,
    GapWarning,
    GroupSize,
    MeaningFigures,
    MeaningShare,
    PairFigures,
    Reason,
    SpreadFigures,
    SpreadOf,
    Verdict,
    VerdictCode,
)
from .share import Share
from .spread import SpreadGap, spread_gap
from .three import SideBySide, side_by_side
from .words import DistinctiveWord, distinctive_words

__all__ = [
    "AnswerPair",
    "CentreFigures",
    "CentreGap",
    "DistinctiveWord",
    "GapReport",
    "GapWarning",
    "GroupSize",
    "Meaning",
    "MeaningFigures",
    "MeaningShare",
    "Meanings",
    "Overlap",
    "PairFigures",
    "Reason",
    "Share",
    "SideBySide",
    "SpreadFigures",
    "SpreadGap",
    "SpreadOf",
    "Verdict",
    "VerdictCode",
    "centre_gap",
    "distinctive_words",
    "effective_dimensions",
    "find_meanings",
    "measure_gap",
    "more_needed",
    "morisita_overlap",
    "needed_per_group",
    "side_by_side",
    "spread_gap",
]
