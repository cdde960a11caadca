"""Draws the statement a person is shown next, from weights a task has worked out (`routing.py`).

In plain Python, because it runs while somebody waits and the web server loads no numerical library for it. The chance of
what was drawn is given back, to be stored beside the vote: agreement is later re-weighted by it (METHODS 5.4).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

EXPLORATION = 0.1
"""The part of every choice made with equal chances, so that no statement is ever out of reach."""


@dataclass(frozen=True, slots=True)
class RoutingWeights:
    """How much each statement is worth showing, to people of each role and to people who declared none.

    `by_role` has a tuple of weights, one a statement, for each role; `undeclared` is one such tuple. Weights are 0 or more
    and need not sum to anything. `exploration` lies in (0, 1].
    """

    by_role: tuple[tuple[float, ...], ...]
    undeclared: tuple[float, ...]
    exploration: float = EXPLORATION

    def __post_init__(self) -> None:
        if not 0 < self.exploration <= 1:
            raise ValueError(f"The part left to exploration must be above 0 and at most 1, not {self.exploration}.")
        if any(len(row) != len(self.undeclared) for row in self.by_role):
            raise ValueError("Every role needs a weight for every statement.")
        if any(not 0 <= weight < float("inf") for row in (*self.by_role, self.undeclared) for weight in row):
            raise ValueError("A weight is a number of 0 or more.")

    def as_json(self) -> dict[str, Any]:
        """Plain lists, to be stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> RoutingWeights:
        """What `as_json` gave. Raises KeyError or ValueError for anything else."""
        by_role = tuple(tuple(float(weight) for weight in row) for row in stored["by_role"])
        undeclared = tuple(float(weight) for weight in stored["undeclared"])
        return cls(by_role, undeclared, float(stored["exploration"]))

    def of(self, role: int) -> tuple[float, ...]:
        """The weights for people of a role, -1 for none declared."""
        return self.undeclared if role < 0 else self.by_role[role]


def chances(weights: RoutingWeights, role: int, voted: Collection[int]) -> dict[int, float]:
    """The chance of each statement not yet voted on, by its index; they sum to 1. Empty when all are voted on."""
    row = weights.of(role)
    left = [statement for statement in range(len(row)) if statement not in voted]
    if not left:
        return {}
    total = sum(row[statement] for statement in left)
    explored = weights.exploration if total > 0 else 1.0
    even = explored / len(left)
    if total <= 0:
        return dict.fromkeys(left, even)
    return {statement: even + (1.0 - explored) * row[statement] / total for statement in left}


def draw(weights: RoutingWeights, role: int, voted: Collection[int], rng: Random) -> tuple[int, float] | None:
    """A statement the person has not voted on yet and the chance with which it was drawn; None when there is none left.

    `role` is the person's, -1 for none; `voted` the indices they have voted on (a set is quickest). Statements added since
    the weights were made are not known here: call with weights made longer by the caller, or show those first.

    >>> weights = RoutingWeights(by_role=((1.0, 3.0, 0.0),), undeclared=(1.0, 1.0, 1.0), exploration=0.3)
    >>> {statement: round(chance, 3) for statement, chance in chances(weights, 0, {0}).items()}
    {1: 0.85, 2: 0.15}
    >>> draw(weights, 0, {0, 1}, Random(1))
    (2, 1.0)
    """
    given = chances(weights, role, voted)
    spot = rng.random()
    for statement, chance in given.items():
        spot -= chance
        if spot < 0:
            return statement, chance
    # Chances sum to 1 but for the last digits of floating point.
    return next(reversed(given.items()), None)
