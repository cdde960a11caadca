"""Whether everyone's shares, beside those of the columns, would tell what a coded or hidden share leaves open.

A column of twelve of whom at most a fifth said something hides whether it was nobody, one or two. With everyone's share and
the other columns' beside it, there may be only one number left. So the range of each such cell is worked out twice by
linear programming, without everyone's shares and with them: where it would shrink, everyone's shares stay away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import Any

Cell = Mapping[str, Any] | None
DUST = 1e-6
HALF = 0.005
"""A whole percentage stands for half a point to either side."""


def tells_more(columns: Sequence[Mapping[str, Any]], everyone: Mapping[str, Any], *, k: int, exclusive: bool) -> bool:
    """`columns` and `everyone` hold `n`, whether it is `exact`, and `cells`, one for each row of the table.

    An n that is not exact was rounded down to a step of 2k. `exclusive`: each person is in one row. People of no column
    (without a school) may be whoever is left.
    """
    return bool(columns) and _Table([*columns], everyone, k, exclusive=exclusive).tells_more()


class _Table:
    """What a reader knows, as inequalities over the people in each cell, in each column and in all."""

    def __init__(self, columns: list[Mapping[str, Any]], everyone: Mapping[str, Any], k: int, *, exclusive: bool) -> None:
        self.rows = len(everyone["cells"])
        self.columns = columns
        wide = len(columns) + 1  # and whoever is in none of them
        self.whole = wide * self.rows + wide
        ends = [self._ends(each, k) for each in (*columns, everyone)]
        most = ends[-1][1]
        self.bounds = [(0.0, most)] * (wide * self.rows) + ends[:-1] + [(0.0, most)] + ends[-1:]
        self.equal = [self._line({self._size(c): 1.0 for c in range(wide)} | {self.whole: -1.0})]
        self.known: list[Any] = []
        for c in range(wide):
            of = [self._at(c, r) for r in range(self.rows)]
            if exclusive:
                self.equal.append(self._line(dict.fromkeys(of, 1.0) | {self._size(c): -1.0}))
            cells: Sequence[Cell] = columns[c]["cells"] if c < len(columns) else [None] * self.rows
            for place, cell in zip(of, cells, strict=True):
                self.known += self._share([place], self._size(c), cell)
        self.told = [
            line
            for r, cell in enumerate(everyone["cells"])
            for line in self._share([self._at(c, r) for c in range(wide)], self.whole, cell)
        ]

    def tells_more(self) -> bool:
        places = [
            self._at(c, r)
            for c, column in enumerate(self.columns)
            for r, cell in enumerate(column["cells"])
            if cell is None or cell["bound"] != "exact"
        ]
        return any(self._reach(place, self.known) != self._reach(place, [*self.known, *self.told]) for place in places)

    def _at(self, column: int, row: int) -> int:
        return column * self.rows + row

    def _size(self, column: int) -> int:
        return (len(self.columns) + 1) * self.rows + column

    @staticmethod
    def _ends(counted: Mapping[str, Any], k: int) -> tuple[float, float]:
        return float(counted["n"]), float(counted["n"] if counted["exact"] else counted["n"] + 2 * k - 1)

    def _line(self, coefficients: Mapping[int, float]) -> Any:
        import numpy as np

        line = np.zeros(self.whole + 1)
        for place, coefficient in coefficients.items():
            line[place] = coefficient
        return line

    def _share(self, members: Sequence[int], of: int, cell: Cell) -> list[Any]:
        """That the people at `members` are such a share of those at `of`; each line is no more than zero."""
        low, high = 0.0, 1.0
        if cell is not None:
            low = high = cell["percent"] / 100
            low = 0.0 if cell["bound"] == "at_most" else low if cell["bound"] == "at_least" else low - HALF
            high = 1.0 if cell["bound"] == "at_least" else high if cell["bound"] == "at_most" else high + HALF
        return [
            self._line(dict.fromkeys(members, 1.0) | {of: -high}),
            self._line(dict.fromkeys(members, -1.0) | {of: low}),
        ]

    def _reach(self, place: int, known: Sequence[Any]) -> tuple[int, int] | None:
        """The least and the most people there can be at `place`; None where the rounded shares fit no table at all."""
        import numpy as np
        from scipy.optimize import linprog

        found = []
        for sign in (1.0, -1.0):
            solved = linprog(
                self._line({place: sign}),
                A_ub=np.array(known),
                b_ub=np.zeros(len(known)),
                A_eq=np.array(self.equal),
                b_eq=np.zeros(len(self.equal)),
                bounds=self.bounds,
                method="highs",
            )
            if not solved.success or solved.fun is None:
                return None
            found.append(sign * float(solved.fun))
        return ceil(found[0] - DUST), floor(found[1] + DUST)
