"""The three-teachers test: a handful of answers, side by side.

Ask three people what digital learning means and write it down. With 3 to 19 answers we show them next to each other
with how similar each two are, and infer nothing: no test, no groups of meaning, no interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from .strata import as_matrix

FEWEST, MOST = 3, 19


@dataclass(frozen=True)
class Likeness:
    """Cosine similarity of two answers, by row number with a < b: 1 says the same, 0 has nothing in common."""

    a: int
    b: int
    similarity: float


@dataclass(frozen=True)
class SideBySide:
    """Every two of n answers, most alike first, and their mean similarity."""

    n: int
    pairs: tuple[Likeness, ...]
    mean: float

    @property
    def most_alike(self) -> Likeness:
        """The two answers most alike."""
        return self.pairs[0]

    @property
    def least_alike(self) -> Likeness:
        """The two answers least alike."""
        return self.pairs[-1]


def side_by_side(vectors: ArrayLike) -> SideBySide:
    """Compare 3 to 19 answers, `vectors` (n, d), two by two. Raises ValueError on any other number, or a zero vector.

    >>> side_by_side([[1, 0], [1, 0], [0, 1]]).most_alike
    Likeness(a=0, b=1, similarity=1.0)
    """
    x = as_matrix(vectors, len(np.asarray(vectors)))
    if not FEWEST <= len(x) <= MOST:
        raise ValueError(f"{len(x)} answers cannot be shown side by side; {FEWEST} to {MOST} can")
    lengths = np.linalg.norm(x, axis=1)
    if (lengths == 0).any():
        raise ValueError(f"the vector of answer {int((lengths == 0).argmax())} is all zero")
    similarity = np.clip((x / lengths[:, None]) @ (x / lengths[:, None]).T, -1.0, 1.0)
    pairs = [Likeness(a, b, round(float(similarity[a, b]), 12)) for a, b in combinations(range(len(x)), 2)]
    pairs.sort(key=lambda pair: (-pair.similarity, pair.a, pair.b))
    return SideBySide(len(x), tuple(pairs), float(np.mean([pair.similarity for pair in pairs])))
