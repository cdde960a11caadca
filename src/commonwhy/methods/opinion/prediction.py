"""How well votes that were held back are foretold, beside what the statements alone would say.

The Brier score adds the squared errors over agree, pass and disagree (G. Brier, Monthly Weather Review 78 (1950) 1): 0 is
foresight, 2 is being sure of the wrong thing every time. Accuracy is how often the likeliest reaction was the one given.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .reactions import REACTIONS, Floats
from .result import Prediction


def foretelling(by_groups: Floats, by_means: Floats, reaction: NDArray[np.int8]) -> Prediction:
    """Judge chances (V, 3) given by groups and by statement means against the reactions that came, (V,).

    Raises ValueError when there is no vote to judge by.

    >>> sure, even = np.array([[1.0, 0.0, 0.0]]), np.full((1, 3), 1 / 3)
    >>> judged = foretelling(sure, even, np.array([0], dtype=np.int8))
    >>> judged.brier, round(judged.brier_of_means, 3), judged.accuracy
    (0.0, 0.667, 1.0)
    """
    if not len(reaction):
        raise ValueError("There is no held-out vote to judge by.")
    return Prediction(
        n=len(reaction),
        brier=brier(by_groups, reaction),
        brier_of_means=brier(by_means, reaction),
        accuracy=float((by_groups.argmax(axis=1) == reaction).mean()),
        accuracy_of_means=float((by_means.argmax(axis=1) == reaction).mean()),
    )


def brier(chances: Floats, reaction: NDArray[np.int8]) -> float:
    """The mean over votes of the squared error summed over the three reactions."""
    return float(((chances - np.eye(REACTIONS)[reaction]) ** 2).sum(axis=1).mean())
