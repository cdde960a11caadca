"""How far people who code the same texts agree: Krippendorff's alpha for names that have no order (METHODS 4.9).

Alpha compares the disagreement that was seen with the one that chance would give: 1 is perfect agreement, 0 is what
chance gives, below 0 is worse. It takes any number of coders and lets codes be missing. Where nobody ever found a
theme, or everybody found it everywhere, there is nothing that chance could get wrong, so alpha is undefined and never 1.

Sources: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C (nominal data, any number of
observers, missing data); Hayes & Krippendorff (2007), Answering the Call for a Standard Reliability Measure for Coding
Data, for what is reported beside it. The interval is a percentile bootstrap over units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RELIABLE = 0.667
"""Below this not even tentative conclusions stand on a code (Krippendorff 2004, p. 429)."""
RESAMPLES = 2_000
FEWEST_UNITS = 2
# A resample without variation has no alpha. Where many have none, the rest would make a flattering interval.
_ENOUGH_DEFINED = 0.9


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha with its interval. `alpha` is None where it is undefined, `low` and `high` where no honest interval exists.

    units: texts that at least two people coded. codes: how many codes those texts carry.
    """

    alpha: float | None
    low: float | None
    high: float | None
    units: int
    codes: int

    @property
    def reliable(self) -> bool:
        """Whether one may rely on the code; what is undefined is not relied on."""
        return self.alpha is not None and self.alpha >= RELIABLE


def nominal_alpha(
    codes: Sequence[Sequence[object]],
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Agreement:
    """Krippendorff's alpha for nominal codes, with a bootstrap interval over units.

    codes: one row for each coder, one column for each unit (coders × units); None or NaN where a coder gave none. Codes
    are only told apart, never ordered. A unit with fewer than two codes says nothing about agreement and is left out.
    Raises ValueError for rows of different length, confidence outside (0, 1), or fewer than 1 resample.

    >>> owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    >>> meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    >>> round(nominal_alpha([meg, owen]).alpha, 3)
    0.095
    """
    if not 0 < confidence < 1:
        raise ValueError("Confidence is a probability between 0 and 1, such as 0.95.")
    if resamples < 1:
        raise ValueError("A bootstrap needs at least one resample.")
    counts = _counts(codes)
    counts = counts[counts.sum(axis=1) >= 2]
    units, pairable = len(counts), int(counts.sum())
    alpha = _alpha(counts.sum(axis=0)[None, :], _disagreement(counts).sum()[None])[0] if units >= FEWEST_UNITS else np.nan
    if np.isnan(alpha):
        return Agreement(None, None, None, units, pairable)
    low, high = _interval(counts, confidence, resamples, seed)
    return Agreement(float(alpha), low, high, units, pairable)


def _counts(codes: Sequence[Sequence[object]]) -> NDArray[np.float64]:
    """How often each unit got each code (units × codes)."""
    rows = [list(row) for row in codes]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("Every coder needs one place for each unit: the rows have different lengths.")
    names: dict[object, int] = {}
    places = np.array([[-1 if _missing(code) else names.setdefault(code, len(names)) for code in row] for row in rows], dtype=int)
    if not names:
        return np.zeros((0, 1))
    counts: NDArray[np.float64] = (places[:, :, None] == np.arange(len(names))).sum(axis=0).astype(np.float64)
    return counts


def _missing(code: object) -> bool:
    # NaN is the one value that is not equal to itself.
    return code is None or bool(code != code)


def _disagreement(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each unit its pairs of different codes, each unit weighing as many codes as it has: Σ o_ck, c ≠ k."""
    codes = counts.sum(axis=1)
    pairs: NDArray[np.float64] = (codes**2 - (counts**2).sum(axis=1)) / (codes - 1)
    return pairs


def _alpha(totals: NDArray[np.float64], observed: NDArray[np.float64]) -> NDArray[np.float64]:
    """alpha = 1 - (n - 1) Σ o_ck / Σ n_c n_k, c ≠ k, for each row of totals by code. NaN where only one code was used."""
    n = totals.sum(axis=1)
    expected = n**2 - (totals**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: NDArray[np.float64] = np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)
    return found


def _interval(
    counts: NDArray[np.float64], confidence: float, resamples: int, seed: int
) -> tuple[float, float] | tuple[None, None]:
    units = len(counts)
    # How often each unit is drawn (resamples × units) does the work of drawing it: every sum is one matrix product.
    drawn = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=resamples).astype(np.float64)
    alphas = _alpha(drawn @ counts, drawn @ _disagreement(counts))
    defined = alphas[~np.isnan(alphas)]
    if len(defined) < _ENOUGH_DEFINED * resamples:
        return None, None
    tail = 50 * (1 - confidence)
    low, high = np.percentile(defined, [tail, 100 - tail])
    return float(low), float(high)
