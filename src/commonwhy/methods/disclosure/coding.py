"""Percentages as they may be shown: whole, rounded half up, and cut off near 0 and near 100.

"Everybody in our school said no" and "nobody did" tell on each single person. So the ends are coded: the smaller the
group, the wider the end (METHODS 7; the bands follow NCES 2011-603, SLDS Technical Brief 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from commonwhy.methods.disclosure.thresholds import HIDDEN, HiddenMark

# (smallest n of the band, lowest percentage told, highest percentage told)
_BANDS = ((300, 1, 99), (100, 2, 98), (40, 5, 95), (20, 10, 90), (0, 20, 80))


class Bound(Enum):
    """Whether a percentage is the value itself or the edge of a coded end."""

    EXACT = "exact"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Percentage:
    """A whole percentage as shown: 37, or an end such as "at most 5"."""

    value: int
    bound: Bound = Bound.EXACT

    def __str__(self) -> str:
        sign = {Bound.EXACT: "", Bound.AT_MOST: "≤", Bound.AT_LEAST: "≥"}[self.bound]
        return f"{sign}{self.value}%"


def coding_ends(n: int) -> tuple[int, int]:
    """The lowest and highest percentage told for a group of n people.

    Groups under 20, which for staff may be as small as 5, have the widest ends.

    >>> [coding_ends(n) for n in (300, 299, 99, 39, 19)]
    [(1, 99), (2, 98), (5, 95), (10, 90), (20, 80)]
    """
    return next((low, high) for least, low, high in _BANDS if n >= least)


def coded(count: int, n: int) -> Percentage:
    """The percentage of `count` in `n` people, top- and bottom-coded by n. Does not check n against a threshold.

    Raises ValueError unless 0 <= count <= n and n >= 1.

    >>> str(coded(1, 50)), str(coded(20, 50)), str(coded(49, 50))
    ('≤5%', '40%', '≥95%')
    """
    if n < 1 or not 0 <= count <= n:
        raise ValueError(f"A percentage needs 0 <= count <= n with n at least 1; got {count} of {n}.")
    low, high = coding_ends(n)
    value = _half_up(count, n)
    if value <= low:
        return Percentage(low, Bound.AT_MOST)
    if value >= high:
        return Percentage(high, Bound.AT_LEAST)
    return Percentage(value)


def coded_percentage(count: int, n: int, *, k: int) -> Percentage | HiddenMark:
    """`coded`, or HIDDEN where fewer than k people are the denominator."""
    return HIDDEN if n < k else coded(count, n)


def consistent_counts(shown: Percentage, n: int) -> tuple[int, int]:
    """The smallest and largest count of n that would be shown as this percentage: what a reader can work out.

    >>> consistent_counts(Percentage(5, Bound.AT_MOST), 50), consistent_counts(Percentage(40), 1000)
    ((0, 2), (395, 404))
    """
    # half up: value v stands for v - ½ <= 100 c / n < v + ½
    first = -((n * (1 - 2 * shown.value)) // 200)
    last = -((-n * (2 * shown.value + 1)) // 200) - 1
    low = 0 if shown.bound is Bound.AT_MOST else max(first, 0)
    high = n if shown.bound is Bound.AT_LEAST else min(last, n)
    return low, high


def _half_up(count: int, n: int) -> int:
    return (200 * count + n) // (2 * n)
