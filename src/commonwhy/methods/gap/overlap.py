"""How alike two groups' mixes of meanings are: 1 is the same mix, 0 none shared.

The plain overlap of observed shares calls two small groups less alike than they are, because chance alone makes their
shares differ. Morisita's index corrects for that: the chance that two answers, one from each group, share a meaning,
against the chance that two *different* answers of the same group do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .strata import Floats


@dataclass(frozen=True)
class Overlap:
    """Overlap of the meanings of groups of `n_a` and `n_b` answers, from 0 to 1, with an interval at 1 - alpha.

    `value` is None when it cannot be told: one meaning only, or fewer than two answers that share a meaning.
    `interval` is None with fewer than three answers in a group.
    """

    value: float | None
    interval: tuple[float, float] | None
    n_a: int
    n_b: int


def morisita_overlap(a: Sequence[int], b: Sequence[int], *, alpha: float = 0.05) -> Overlap:
    """Overlap of two groups from their counts per meaning, `a` and `b`, both (k,).

    2 sum(p q) / (sum p^2 + sum q^2) with the unbiased sum p^2 = sum n_i (n_i - 1) / (n (n - 1)): M. Morisita, Memoirs
    of the Faculty of Science of Kyushu University E 3 (1959) 65; R `vegan::vegdist(method = "morisita")` gives one
    minus it. Cut to between 0 and 1, which the correction can leave. Interval: delete-one jackknife of each group,
    variances added, with Welch-Satterthwaite degrees of freedom. The meanings are taken as given.
    Raises ValueError on negative counts or different lengths.

    >>> morisita_overlap([20, 0, 5], [18, 1, 6]).value
    1.0
    >>> morisita_overlap([20, 0, 0], [0, 10, 10]).value
    0.0
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"counts of {first.size} and {second.size} meanings cannot be compared")
    if (first < 0).any() or (second < 0).any():
        raise ValueError("counts cannot be negative")
    n_a, n_b = int(first.sum()), int(second.sum())
    value = _index(first, second)
    if len(first) < 2 or n_a < 2 or n_b < 2 or np.isnan(value):
        return Overlap(None, None, n_a, n_b)
    interval = None
    if min(n_a, n_b) >= 3:
        parts = [(_deleted_variance(first, second), n_a), (_deleted_variance(second, first), n_b)]
        if not any(np.isnan(variance) for variance, _ in parts):
            variance = sum(part for part, _ in parts)
            spread = sum(part**2 / (n - 1) for part, n in parts)
            freedom = variance**2 / spread if spread > 0 else float(n_a + n_b - 2)
            half = float(stats.t.ppf(1 - alpha / 2, freedom)) * variance**0.5
            interval = (float(np.clip(value - half, 0, 1)), float(np.clip(value + half, 0, 1)))
    return Overlap(float(np.clip(value, 0, 1)), interval, n_a, n_b)


def _index(a: Floats, b: Floats) -> float:
    """Morisita's index of counts, uncut; NaN where nobody shares a meaning with anybody of the same group."""
    n_a, n_b = a.sum(), b.sum()
    if n_a < 2 or n_b < 2:
        return float("nan")
    own = (a * (a - 1)).sum() / (n_a * (n_a - 1)) + (b * (b - 1)).sum() / (n_b * (n_b - 1))
    return float(2 * (a @ b) / (n_a * n_b) / own) if own > 0 else float("nan")


def _deleted_variance(a: Floats, b: Floats) -> float:
    """Jackknife variance from deleting each answer of `a`: answers with the same meaning give the same value."""
    values, weights = [], []
    for meaning in np.flatnonzero(a):
        fewer = a.copy()
        fewer[meaning] -= 1
        values.append(_index(fewer, b))
        weights.append(a[meaning])
    value, weight = np.array(values), np.array(weights)
    mean = (weight @ value) / weight.sum()
    return float((weight.sum() - 1) / weight.sum() * (weight @ (value - mean) ** 2))
