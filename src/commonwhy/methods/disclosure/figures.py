"""The figures of one release and the sums that tie them together.

A reader who knows the sums can work back to what was hidden. So everything that is, or could be, published is one long
list of whole numbers, with equations between them: the answers of a group add up to its n, an answer over all groups
adds up to its total. For each figure we note what a reader knows when it is shown (a count exactly; a percentage only
within its rounding) and when it is hidden (no more than how many were invited).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Equation:
    """A sum that always holds: the coefficients times the figures at `members` come to zero."""

    members: tuple[int, ...]
    coefficients: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """m linked whole numbers. Arrays have shape (m,).

    truth: the real values. shown_low, shown_high: what a reader knows where the figure is shown.
    hidden_low, hidden_high: what is known of it anyway. public: known from elsewhere, cannot be hidden.
    unpublished: never shown by itself, only there to complete a sum. weight: what hiding it costs the reader.
    owner: the total without which this figure is not shown (the n of a percentage), or -1.
    network: whether the sums form a network, so that every extreme of the linear program is a whole number and every
    whole number between two extremes is possible too (total unimodularity).
    """

    truth: Ints
    equations: tuple[Equation, ...]
    shown_low: Ints
    shown_high: Ints
    hidden_low: Ints
    hidden_high: Ints
    public: Flags
    unpublished: Flags
    weight: NDArray[np.float64]
    owner: Ints
    network: bool

    def close(self, hidden: Flags) -> Flags:
        """Hide as well what may not be shown without a hidden total."""
        closed = hidden | self.unpublished
        while True:
            owned = (self.owner >= 0) & closed[np.maximum(self.owner, 0)] & ~self.public
            if not (owned & ~closed).any():
                return closed
            closed = closed | owned

    def holds(self, values: Ints) -> bool:
        """Whether whole numbers keep every sum."""
        return all(sum(c * int(values[m]) for m, c in zip(e.members, e.coefficients, strict=True)) == 0 for e in self.equations)


@dataclass
class FigureList:
    """Builds `Figures` one figure and one equation at a time."""

    rows: list[tuple[int, int, int, int, int, bool, bool, float, int]] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)

    def add(
        self,
        truth: int,
        *,
        shown: tuple[int, int] | None = None,
        hidden: tuple[int, int],
        public: bool = False,
        unpublished: bool = False,
        weight: float = 1.0,
        owner: int = -1,
    ) -> int:
        """Add a figure and return its place. `shown` defaults to the value itself."""
        low, high = (truth, truth) if shown is None else shown
        self.rows.append((truth, low, high, *hidden, public, unpublished, weight, owner))
        return len(self.rows) - 1

    def equal(self, total: int, parts: list[int]) -> None:
        """Say that the parts add up to the total."""
        self.equations.append(Equation((total, *parts), (-1, *[1] * len(parts))))

    def build(self, *, network: bool) -> Figures:
        """Freeze the list."""
        columns = list(zip(*self.rows, strict=True))
        ints = [np.array(column, dtype=np.int64) for column in columns[:5]]
        figures = Figures(
            truth=ints[0],
            equations=tuple(self.equations),
            shown_low=ints[1],
            shown_high=ints[2],
            hidden_low=ints[3],
            hidden_high=ints[4],
            public=np.array(columns[5], dtype=np.bool_),
            unpublished=np.array(columns[6], dtype=np.bool_),
            weight=np.array(columns[7], dtype=np.float64),
            owner=np.array(columns[8], dtype=np.int64),
            network=network,
        )
        if not figures.holds(figures.truth):
            raise ValueError("The figures do not add up to their own totals.")
        if ((figures.truth < figures.hidden_low) | (figures.truth > figures.hidden_high)).any():
            raise ValueError("A figure lies outside what is publicly known of it, such as more heard than invited.")
        return figures
