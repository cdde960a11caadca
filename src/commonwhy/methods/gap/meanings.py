"""The meanings people hold: answers that mean much the same, in groups, and each group in its own people's words.

A meaning has no name given by us. It has the words that set it apart and a few answers quoted whole: those nearest to
its middle. How many meanings there are is decided in `stability.py`, and may be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .kmeans import k_means
from .stability import MOST_MEANINGS, choose_k, directions, principal_axes
from .strata import Floats, Ints, as_matrix
from .threads import one_thread
from .words import DistinctiveWord, distinctive_words

QUOTES = 3
_STARTS = 10


@dataclass(frozen=True)
class Meaning:
    """One meaning: its number from 1 (the most common), n, the `words` that set it apart, and quotable answers.

    `quotes` are row numbers of answers, the most central first, no two the same text. `rows` are all its answers.
    """

    id: int
    n: int
    words: tuple[DistinctiveWord, ...]
    quotes: tuple[int, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Meanings:
    """All meanings, most common first; `labels` give each answer's meaning id; `tried` the stability for each k."""

    meanings: tuple[Meaning, ...]
    labels: tuple[int, ...]
    tried: tuple[tuple[int, float], ...]

    @property
    def k(self) -> int:
        """How many meanings there are."""
        return len(self.meanings)


@one_thread()
def find_meanings(vectors: ArrayLike, texts: Sequence[str], *, seed: int, most: int = MOST_MEANINGS) -> Meanings:
    """Group n answers by meaning: `vectors` (n, d) of unit length, `texts` the n answers, at most `most` meanings.

    The same answers in any order, with the same seed, give the same meanings: work is done in an order that depends
    only on the vectors and texts. Quotes are the answers nearest to the mean vector of their meaning (medoids under
    squared distance, found from the mean without an n x n matrix). Raises ValueError on no answers, or on vectors
    that are not n rows of finite numbers.
    """
    x = as_matrix(vectors, len(texts))
    n = len(x)
    if n == 0:
        raise ValueError("there are no answers to group")
    order = canonical_order(x, texts)
    points = x[order]
    rng = np.random.default_rng([seed, 3])
    choice = choose_k(points, rng, most)
    labels = np.zeros(n, dtype=np.intp)
    if choice.k > 1:
        coordinates = points @ principal_axes(points)[:, : directions(choice.k)]
        labels = k_means(coordinates, np.ones((n, 1)), choice.k, _STARTS, rng).labels[:, 0]
    by_size = sorted(set(labels.tolist()), key=lambda label: (-int((labels == label).sum()), int((labels == label).argmax())))
    ids = np.empty(n, dtype=np.intp)
    for number, label in enumerate(by_size, start=1):
        ids[order[labels == label]] = number
    words = distinctive_words(texts, ids.tolist())
    found = []
    for number in range(1, len(by_size) + 1):
        rows = order[ids[order] == number]
        found.append(
            Meaning(
                id=number,
                n=len(rows),
                words=words[number],
                quotes=_central(x, rows, texts),
                rows=tuple(sorted(int(row) for row in rows)),
            )
        )
    return Meanings(tuple(found), tuple(int(number) for number in ids), choice.tried)


def canonical_order(x: Floats, texts: Sequence[str]) -> Ints:
    """An order of the rows that is the same however they were shuffled: by text, then by vector."""
    exact = np.ascontiguousarray(x + 0.0)  # turns -0.0 into 0.0
    return np.array(sorted(range(len(x)), key=lambda row: (texts[row], exact[row].tobytes())), dtype=np.intp)


def _central(x: Floats, rows: Ints, texts: Sequence[str]) -> tuple[int, ...]:
    """The rows nearest to the mean of rows, no text twice."""
    distances = ((x[rows] - x[rows].mean(axis=0)) ** 2).sum(axis=1)
    chosen: list[int] = []
    seen: set[str] = set()
    for place in np.lexsort((np.arange(len(rows)), np.round(distances, 12))):
        text = " ".join(texts[rows[place]].split()).casefold()
        if text and text not in seen:
            seen.add(text)
            chosen.append(int(rows[place]))
        if len(chosen) == QUOTES:
            break
    return tuple(chosen)
