"""The words that set one meaning apart from the others.

A word counts once per answer, so that one person repeating a word does not make it everybody's. Which words stand out
is decided against how often all answers use them, and the false discovery rate over all words and meanings is held
at 5 percent: a meaning may have no distinctive word, and then none is invented.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .stopwords import STOPWORDS
from .strata import Floats

MOST_WORDS = 5
_FALSE_DISCOVERIES = 0.05
_FEWEST_ANSWERS = 2  # a word one person used says nothing about a meaning
_MOST_PRIOR_WORDS = 500.0  # weight of the prior, in words: as in the paper, ...
_PRIOR_SHARE = 0.1  # ... but among a few hundred short answers that would drown them, so at most a tenth of all words

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")


@dataclass(frozen=True)
class DistinctiveWord:
    """A word, its z score against the other meanings, and how many answers with this meaning use it."""

    word: str
    z: float
    answers: int


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in any script, in small letters, without the commonest English and Spanish ones.

    >>> words_of("It's what the students MAKE — y lo que comparten.")
    ('students', 'make', 'comparten')
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("ʼ", "'")
    return tuple(word for word in _WORD.findall(plain) if len(word) > 1 and word not in STOPWORDS)


def distinctive_words(
    texts: Sequence[str], labels: Sequence[int], most: int = MOST_WORDS
) -> dict[int, tuple[DistinctiveWord, ...]]:
    """For each label, up to `most` words its texts use more than the other texts do, most distinctive first.

    Log-odds with an informative Dirichlet prior: B. Monroe, M. Colaresi, K. Quinn, "Fightin' Words", Political
    Analysis 16 (2008) 372, equations 15, 16, 20 and 22, with answers using a word in the place of uses. The prior
    has the shape of all answers together. One-sided p values over all words and labels, Benjamini-Hochberg at 5
    percent. The labels come from the same texts, so the p values sort and limit the list; they test nothing.
    Raises ValueError when texts and labels differ in length.
    """
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
    meanings = sorted(set(labels))
    used: dict[int, Counter[str]] = {meaning: Counter() for meaning in meanings}
    for text, label in zip(texts, labels, strict=True):
        used[label].update(set(words_of(text)))
    everywhere: Counter[str] = Counter()
    for counts in used.values():
        everywhere.update(counts)
    vocabulary = sorted(word for word, count in everywhere.items() if count >= _FEWEST_ANSWERS)
    if len(meanings) < 2 or not vocabulary:
        return dict.fromkeys(meanings, ())
    total = np.array([everywhere[word] for word in vocabulary], dtype=np.float64)
    prior = total / total.sum() * min(_MOST_PRIOR_WORDS, _PRIOR_SHARE * total.sum())
    z = np.empty((len(meanings), len(vocabulary)))
    for row, meaning in enumerate(meanings):
        here = np.array([used[meaning][word] for word in vocabulary], dtype=np.float64)
        there = total - here
        z[row] = (_log_odds(here, prior) - _log_odds(there, prior)) / np.sqrt(1 / (here + prior) + 1 / (there + prior))
    standing_out = stats.false_discovery_control(stats.norm.sf(z).ravel(), method="bh").reshape(z.shape)
    found: dict[int, tuple[DistinctiveWord, ...]] = {}
    for row, meaning in enumerate(meanings):
        order = sorted(range(len(vocabulary)), key=lambda i: (-z[row, i], vocabulary[i]))
        found[meaning] = tuple(
            DistinctiveWord(vocabulary[i], float(z[row, i]), used[meaning][vocabulary[i]])
            for i in order[:most]
            if standing_out[row, i] <= _FALSE_DISCOVERIES and used[meaning][vocabulary[i]] >= _FEWEST_ANSWERS
        )
    return found


def _log_odds(counts: Floats, prior: Floats) -> Floats:
    """Log odds of each word (v,) with prior counts added; 0 with a single word, which has no odds."""
    with_prior = counts + prior
    others = with_prior.sum() - with_prior
    return np.where(others > 0, np.log(with_prior / np.where(others > 0, others, 1.0)), 0.0)
