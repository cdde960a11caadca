"""What each group speaks of more than the others, and the answers that show it best.

Groups may mean much the same and still put the weight elsewhere. Then there are no separate meanings to point at, and this
is what a reader can take hold of: a group's words, and whole answers from it that lie furthest towards its own side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from .strata import Floats, Ints, as_matrix
from .words import words_of

_FALSE_DISCOVERIES = 0.05


@dataclass(frozen=True)
class WordUse:
    """A word, how many of the group's answers use it, and how many of everyone else's."""

    word: str
    n: int
    others: int


@dataclass(frozen=True)
class GroupSpeaks:
    """A group of n answers (of `others` from everyone else): its words, most distinctive first, and row numbers of
    telling answers, the most telling first, no text twice."""

    name: str
    n: int
    others: int
    words: tuple[WordUse, ...]
    answers: tuple[int, ...]


def what_groups_say(
    vectors: ArrayLike,
    texts: Sequence[str],
    groups: Sequence[str],
    *,
    fewest: int = 2,
    most_words: int = 5,
    most_answers: int = 5,
) -> tuple[GroupSpeaks, ...]:
    """For each group, in order of name: up to `most_words` words its answers use more often than everyone else's.

    `vectors` (n, d), `texts` and `groups` n each. A word counts once per answer. Tried are words that at least `fewest`
    answers use (chosen by their total alone, which favours no group); one-sided exact tests (Fisher, hypergeometric),
    false discoveries over all words and groups held at 5 percent (Benjamini-Hochberg). Unlike the words of a meaning,
    which is made from the texts themselves, these may be tested, and exactly: counts are small. Shown are those that at
    least `fewest` answers of the group use. An answer is telling by its projection on the difference between its group's
    mean and the mean of all others; ties go to the text that sorts first. With one group there is nothing to set apart.
    Raises ValueError on unequal lengths.

    >>> said = what_groups_say([[1, 0], [1, 0.1], [0, 1], [0.1, 1]], ["a b", "a c", "d e", "d f"], ["x", "x", "y", "y"])
    >>> [(group.name, group.answers) for group in said]
    [('x', (0, 1)), ('y', (2, 3))]
    """
    x = as_matrix(vectors, len(texts))
    if len(groups) != len(texts):
        raise ValueError(f"{len(texts)} texts but {len(groups)} groups")
    names = sorted(set(groups))
    labels = np.array([names.index(group) for group in groups], dtype=np.intp)
    words = _distinctive(texts, labels, len(names), fewest)
    said = []
    for number, name in enumerate(names):
        own = labels == number
        answers = _telling(x, texts, own, most_answers) if not own.all() else ()
        shown = tuple(_each_once(words[number])[:most_words])
        said.append(GroupSpeaks(name, int(own.sum()), int((~own).sum()), shown, answers))
    return tuple(said)


def _distinctive(texts: Sequence[str], labels: Ints, groups: int, fewest: int) -> list[list[WordUse]]:
    """For each group its words that pass, the surest first."""
    sizes = np.bincount(labels, minlength=groups)
    used: dict[str, Ints] = {}
    for text, label in zip(texts, labels, strict=True):
        for word in set(words_of(text)):
            used.setdefault(word, np.zeros(groups, dtype=np.intp))[label] += 1
    vocabulary = sorted(word for word, counts in used.items() if counts.sum() >= fewest)
    if groups < 2 or not vocabulary:
        return [[] for _ in range(groups)]
    here = np.array([used[word] for word in vocabulary])
    total = here.sum(axis=1, keepdims=True)
    p: Floats = np.clip(np.asarray(stats.hypergeom.sf(here - 1, len(texts), total, sizes[None, :])), 0.0, 1.0)
    passed = stats.false_discovery_control(p.ravel(), method="bh").reshape(p.shape) <= _FALSE_DISCOVERIES
    return [
        [
            WordUse(vocabulary[i], int(here[i, group]), int(total[i, 0] - here[i, group]))
            for i in sorted(range(len(vocabulary)), key=lambda i: (p[i, group], vocabulary[i]))
            if passed[i, group] and here[i, group] >= fewest
        ]
        for group in range(groups)
    ]


def _each_once(words: list[WordUse]) -> list[WordUse]:
    """Without the plural of a word that is there, or the other way round."""
    kept: list[WordUse] = []
    for use in words:
        if not any(one in (f"{other}s", f"{other}es") for was in kept for one, other in _both_ways(use.word, was.word)):
            kept.append(use)
    return kept


def _both_ways(a: str, b: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (a, b), (b, a)


def _telling(x: Floats, texts: Sequence[str], own: NDArray[np.bool_], most: int) -> tuple[int, ...]:
    """Rows of `own` that lie furthest from the others towards their own side."""
    towards = x[own].mean(axis=0) - x[~own].mean(axis=0)
    chosen: dict[str, int] = {}
    for _, text, row in sorted((-round(float(x[row] @ towards), 9), texts[row], row) for row in np.flatnonzero(own).tolist()):
        plain = " ".join(text.split()).casefold()
        if plain:
            chosen.setdefault(plain, row)
        if len(chosen) == most:
            break
    return tuple(chosen.values())
