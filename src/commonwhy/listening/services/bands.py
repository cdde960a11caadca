"""Numbers in bands, so that a table of people can be made of them.

Edges are round numbers between the tenth and the ninetieth percentile, and the outer bands are open: neither the smallest
nor the largest number anybody gave can be read from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

MOST_BANDS = 5
FEWEST = 20
"""Fewer numbers are not cut: an edge among them could stand for one person."""


@dataclass(frozen=True)
class Band:
    """From `least` up to, but not with, `most`; None where it is open."""

    least: float | None
    most: float | None

    @property
    def key(self) -> str:
        return f"{'' if self.least is None else f'{self.least:g}'}..{'' if self.most is None else f'{self.most:g}'}"


def bands(numbers: Sequence[float]) -> list[Band]:
    """At most five bands that hold these numbers; one open band where they are too few or too alike to cut.

    >>> [band.key for band in bands([0, 1, 2, 3, 4, 5] * 10)]
    ['..2', '2..4', '4..']
    """
    ordered = sorted(numbers)
    if not ordered:
        return []
    if len(ordered) < FEWEST:
        return [Band(None, None)]
    low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    if low == high:
        return [Band(None, None)]
    step = _round_step((high - low) / (MOST_BANDS - 1))
    edge = (floor(low / step) + 1) * step
    edges: list[float] = []
    while edge <= high and len(edges) < MOST_BANDS - 1:
        edges.append(round(edge, 10))
        edge += step
    if not edges:
        return [Band(None, None)]
    return [Band(least, most) for least, most in zip([None, *edges], [*edges, None], strict=True)]


def in_band(found: Sequence[Band], value: object) -> tuple[str, ...]:
    """The key of the band that holds a number; empty for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return ()
    return tuple(
        band.key for band in found if (band.least is None or value >= band.least) and (band.most is None or value < band.most)
    )


def _round_step(raw: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... that is no smaller."""
    size = 10.0 ** floor(log10(raw))
    return next(each * size for each in (1, 2, 5, 10) if each * size >= raw * (1 - 1e-9))
