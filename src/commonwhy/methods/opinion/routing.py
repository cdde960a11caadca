"""Which statement is worth showing next, and to whom (METHODS 5.4).

Two things make a vote worth asking for. It tells something about shared ground: about the group or role whose agreement
with the statement may well be the smallest, and about which little is known. And it is owed: a role that has not been
heard on a statement is asked about it first, so that what students or families say does not drown in what others say. The
rest is left to chance, so that every statement can be shown to everybody and agreement can be re-weighted by the chances.

This runs in a task; `routing_draw.py` draws from the result on a request.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .reactions import AGREES, PASSES, REACTIONS, Floats
from .routing_draw import EXPLORATION, RoutingWeights
from .shared_ground import PRIOR

COVERAGE = 0.4
"""The part of every choice for statements on which the person's role is still owed votes; information's once none is."""

_GRID = 128
_PLACES = (np.arange(_GRID) + 0.5) / _GRID


def weights(
    overall: ArrayLike, by_role: ArrayLike, *, by_group: ArrayLike | None = None, small: int = 10, coverage: float = COVERAGE
) -> RoutingWeights:
    """How much each of s statements is worth showing to people of each of r roles, and to those of none.

    `overall` (s, 3) are the votes so far: agree, pass, disagree. `by_role` (r, s, 3) the same in each role, `by_group`
    (k, s, 3) in each opinion group, where they are known. `small` is how many votes of a role make it heard on a statement.

    Information is by how much one more vote is expected to narrow what is known of the smallest agreement: the fall of the
    standard deviation of the voter's role's share (or, for groups and for people without a role, of every group's share
    and everybody's, by their size), times the chance that this share is the smallest. Raises ValueError for shapes that do
    not fit or negative counts, a `small` under 1 or a `coverage` outside [0, 1].

    >>> row = weights([[9, 0, 1], [1, 0, 0]], [[[8, 0, 0], [1, 0, 0]], [[1, 0, 1], [0, 0, 0]]]).by_role[1]
    >>> row[1] > row[0]
    True
    """
    if small < 1 or not 0 <= coverage <= 1:
        raise ValueError("A role is heard from 1 vote or more, and coverage is a part from 0 to 1.")
    everyone = _counted(overall, 2)
    s = len(everyone)
    roles = _counted(by_role, 3) if np.size(by_role) else np.zeros((0, s, REACTIONS))
    groups = np.zeros((0, s, REACTIONS)) if by_group is None or not np.size(by_group) else _counted(by_group, 3)
    if roles.shape[1] != s or groups.shape[1] != s:
        raise ValueError("Roles and groups need counts for the same statements as everybody.")
    if not s:
        return RoutingWeights(((),) * len(roles), ())
    cells = np.concatenate([roles, groups, everyone[None]])
    told = chance_of_smallest(cells) * narrowing(cells)
    sizes = groups.sum(axis=(1, 2)) / max(float(groups.sum()), 1.0)
    # Anybody's vote also tells of the group they turn out to belong to, and of everybody.
    anybody = np.einsum("g,gs->s", sizes, told[len(roles) : -1]) + told[-1]
    owed = np.clip(1.0 - roles.sum(axis=2) / small, 0.0, 1.0)
    rows = [_mixed(told[role] + anybody, owed[role], coverage) for role in range(len(roles))]
    return RoutingWeights(tuple(rows), _mixed(anybody, np.zeros(s), coverage), EXPLORATION)


def chance_of_smallest(cells: Floats) -> Floats:
    """The chance that each of c shares of agreement is the smallest of a statement's, (c, s), from votes (c, s, 3).

    With independent Beta posteriors (`shared_ground.py`), by integrating on a grid: one share lies here, all others above.
    """
    from scipy.special import betainc

    agree = cells[:, :, AGREES] + PRIOR
    other = cells.sum(axis=2) - cells[:, :, AGREES] + PRIOR
    edges = np.linspace(0.0, 1.0, _GRID + 1)
    below = betainc(agree[:, :, None], other[:, :, None], edges)
    here, above = np.diff(below, axis=2), 1.0 - (below[:, :, 1:] + below[:, :, :-1]) / 2
    chance = np.empty(cells.shape[:2])
    for cell in range(len(cells)):
        others = np.delete(above, cell, axis=0).prod(axis=0)
        chance[cell] = (here[cell] * others).sum(axis=1)
    return np.asarray(chance / chance.sum(axis=0))


def narrowing(cells: Floats) -> Floats:
    """By how much one more vote is expected to lower the standard deviation of each share, (c, s), from votes (c, s, 3).

    The variance of Beta(a, b) is ab / (n²(n + 1)) with n = a + b, and after one more vote n / (n + 1) of that on average.
    """
    n = cells.sum(axis=2) + 2 * PRIOR
    agree = cells[:, :, AGREES] + PRIOR
    deviation = np.sqrt(agree * (n - agree) / (n**2 * (n + 1.0)))
    return np.asarray(deviation * (1.0 - np.sqrt(n / (n + 1.0))))


def polis_priority(counts: ArrayLike, extremity: ArrayLike) -> Floats:
    """Polis' priority of each statement, (s,), to compare with: statements are drawn with chances in proportion to it.

    `counts` (s, 3) are agree, pass, disagree; `extremity` (s,) the lengths E of the statements' projections. With S votes,
    p = (passes + 1) / (S + 2) and a = (agrees + 1) / (S + 2) it is [(1 - p)(E + 1) a (1 + 8 · 2^(-S/5))]² (METHODS 5).
    """
    said = _counted(counts, 2)
    far = np.asarray(extremity, dtype=np.float64)
    if far.shape != (len(said),):
        raise ValueError("Every statement needs one extremity.")
    seen = said.sum(axis=1)
    passing, agreeing = (said[:, PASSES] + 1.0) / (seen + 2.0), (said[:, AGREES] + 1.0) / (seen + 2.0)
    return np.asarray(((1.0 - passing) * (far + 1.0) * agreeing * (1.0 + 8.0 * 2.0 ** (-seen / 5.0))) ** 2)


def _mixed(information: Floats, owed: Floats, coverage: float) -> tuple[float, ...]:
    """Information and what is owed, each summing to its part; what is owed to nobody goes to information."""
    told = information / information.sum()
    row = told if not owed.any() else (1.0 - coverage) * told + coverage * owed / owed.sum()
    return tuple(float(weight) for weight in row)


def _counted(counts: ArrayLike, dimensions: int) -> NDArray[np.float64]:
    found = np.asarray(counts, dtype=np.float64)
    if found.size == 0:
        return found.reshape((0,) * (dimensions - 1) + (REACTIONS,))
    if found.ndim != dimensions or found.shape[-1] != REACTIONS or not (found >= 0).all():
        raise ValueError("Counts are agree, pass, disagree of each statement, 0 or more.")
    return found
