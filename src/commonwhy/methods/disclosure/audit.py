"""What a reader could work out: the attack on our own table.

Given everything shown, a hidden figure can only lie between its smallest and its largest consistent value. Both are
linear programs (the "attacker's problem" of Fischetti and Salazar 2001), solved by HiGHS through scipy. The solver only
proposes: every table it finds is rounded to whole people and checked against every sum and every bound in exact
arithmetic before it counts as proof. So a wrong answer of the solver can hide too much, never too little.

Proofs are collected and shared. One table that moves many hidden figures at once proves something for each of them,
which is why a table with hundreds of hidden cells needs tens of programs and not a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from commonwhy.methods.disclosure.figures import Figures, Flags, Ints
from commonwhy.methods.disclosure.solver import Floats, incidence, minimise


@dataclass
class Proofs:
    """Consistent tables found so far, as what they prove for each figure. Hiding more never undoes a proof.

    lowest, highest: extremes seen. steady: the figure can take k consecutive values by k equal whole steps.
    """

    figures: Figures
    k: int
    lowest: Ints = field(init=False)
    highest: Ints = field(init=False)
    steady: Flags = field(init=False)
    values: dict[int, set[int]] = field(default_factory=dict)
    programs: int = 0

    def __post_init__(self) -> None:
        self.lowest = self.figures.truth.copy()
        self.highest = self.figures.truth.copy()
        self.steady = np.zeros(len(self.figures.truth), dtype=np.bool_)

    def record(self, table: Ints) -> None:
        """Take in one consistent table."""
        self.lowest = np.minimum(self.lowest, table)
        self.highest = np.maximum(self.highest, table)
        if not self.figures.network:
            for place in np.flatnonzero(table != self.figures.truth):
                self.values.setdefault(int(place), set()).add(int(table[place]))

    def consecutive(self, place: int) -> int:
        """How many consecutive values, the true one among them, are proven possible for a figure."""
        if self.steady[place]:
            return max(self.k, self._run(place))
        return self._run(place)

    def _run(self, place: int) -> int:
        if self.figures.network:
            return int(self.highest[place] - self.lowest[place]) + 1
        truth, seen = int(self.figures.truth[place]), self.values.get(place, set())
        up = down = truth
        while up + 1 in seen:
            up += 1
        while down - 1 in seen:
            down -= 1
        return up - down + 1


class Reader:
    """Somebody who sees everything not hidden, knows the sums, and reckons."""

    def __init__(self, figures: Figures, hidden: Flags, proofs: Proofs) -> None:
        self.figures = figures
        self.hidden = hidden
        self.proofs = proofs
        open_ = hidden & ~figures.public
        self.low = np.where(open_, figures.hidden_low, figures.shown_low) - figures.truth
        self.high = np.where(open_, figures.hidden_high, figures.shown_high) - figures.truth

    def audit(self, needs: Ints) -> list[int]:
        """The hidden figures that could be confined to fewer values than they need, in order."""
        asked = [int(p) for p in np.flatnonzero(self.hidden & ~self.figures.unpublished & ~self.figures.public)]
        failing = [p for p in asked if self.proofs.consecutive(p) < needs[p]]
        if self.figures.network:
            self._move_together(failing, needs)
        else:
            self._steady_steps(failing)
        for place in asked:
            if self.proofs.consecutive(place) < needs[place]:
                self.widen(place, int(needs[place]))
        return [place for place in asked if self.proofs.consecutive(place) < needs[place]]

    def widen(self, place: int, need: int) -> None:
        """Look for consistent tables that move one figure as far as needed."""
        if self.figures.network:
            for sign in (1, -1):
                if self.proofs.consecutive(place) < need:
                    self._push({place: sign}, self.low, self.high)
            return
        truth = int(self.figures.truth[place])
        for sign in (1, -1):
            for step in range(1, need):
                if self.proofs.consecutive(place) >= need:
                    return
                if truth + sign * step not in self.proofs.values.get(place, set()) and not self._reach(place, sign * step):
                    break

    def _move_together(self, left: list[int], needs: Ints) -> None:
        """Prove many figures at once in a network: raise, then lower, figures that share no sum."""
        while left:
            chosen = self._apart(left)
            for sign in (1, -1):
                self._push(dict.fromkeys(chosen, sign), self.low, self.high)
            left = [p for p in left if p not in chosen and self.proofs.consecutive(p) < needs[p]]

    def _steady_steps(self, left: list[int]) -> None:
        """Prove many figures at once anywhere: changes by -1, 0 or 1 that can be made k - 1 times over."""
        steps = self.proofs.k - 1
        low = np.where(self.low <= -steps, -1, 0)
        high = np.where(self.high >= steps, 1, 0)
        while left:
            chosen = self._apart(left)
            change = self._push({p: 1 if high[p] else -1 for p in chosen}, low, high, times=steps)
            if change is not None:
                self.proofs.steady |= np.abs(change) == 1
            left = [p for p in left if p not in chosen and not self.proofs.steady[p]]

    def _apart(self, places: list[int]) -> set[int]:
        """Figures no two of which are in one sum, so that one need not hold back another."""
        chosen, used = set[int](), set[int]()
        for place in places:
            if not used & self._equations_of[place]:
                chosen.add(place)
                used |= self._equations_of[place]
        return chosen

    def _push(self, directions: dict[int, int], low: Ints, high: Ints, *, times: int = 1) -> Ints | None:
        """Change the figures as far as they go in the given directions; record and return the change if it is whole."""
        objective = np.zeros(len(self.figures.truth))
        for place, sign in directions.items():
            objective[place] = -sign
        return self._accept(self._solve(objective, low, high), low, high, times)

    def _reach(self, place: int, step: int) -> bool:
        """Whether some table in whole people changes this one figure by exactly `step`."""
        if not self.low[place] <= step <= self.high[place]:
            return False
        low, high = self.low.copy(), self.high.copy()
        low[place] = high[place] = step
        objective = np.zeros(len(low))
        if self._accept(self._solve(objective, low, high), low, high, 1) is not None:
            return True
        return self._accept(self._solve(objective, low, high, whole=True), low, high, 1) is not None

    def accept(self, found: Floats | None) -> Ints | None:
        """Record a change somebody else computed, if it is one this reader could not rule out."""
        change = self._accept(found, self.low, self.high, 1)
        steps = self.proofs.k - 1
        if change is not None and not (change % steps).any():
            # It falls into k - 1 equal whole steps, each of which stays within the same bounds.
            self.proofs.steady |= np.abs(change) == steps
        return change

    def _accept(self, found: Floats | None, low: Ints, high: Ints, times: int) -> Ints | None:
        if found is None:
            return None
        change = np.rint(found).astype(np.int64)
        if (change < low).any() or (change > high).any():
            return None
        table = self.figures.truth + times * change
        if (self._matrix @ table).any():  # whole numbers far below 2**53, so exact
            return None
        self.proofs.record(table)
        return change

    def _solve(self, objective: Floats, low: Ints, high: Ints, *, whole: bool = False) -> Floats | None:
        self.proofs.programs += 1
        return minimise(objective, self._matrix, low.astype(np.float64), high.astype(np.float64), whole=whole)

    @cached_property
    def _matrix(self) -> Any:
        return incidence(self.figures)

    @cached_property
    def _equations_of(self) -> list[set[int]]:
        touching: list[set[int]] = [set() for _ in self.figures.truth]
        for number, equation in enumerate(self.figures.equations):
            for member in equation.members:
                touching[member].add(number)
        return touching
