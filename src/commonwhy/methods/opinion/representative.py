"""The statements that tell an opinion group from everybody else.

By agreeing or by disagreeing more than the others do. They are ranked by how large the difference surely is, not by how
large it seems, so that a statement seen by twelve people does not come before one seen by two hundred. Groups are made of
these very votes, so the differences describe the groups; they are no test of whether there are groups.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from .reactions import AGREES, DISAGREES, Floats
from .result import Representative
from .shared_ground import PRIOR, Cells

MOST = 5


def representative_statements(cells: Cells, *, small: int, most: int = MOST) -> tuple[tuple[Representative, ...], ...]:
    """For each of the groups that `cells` counts, up to `most` statements, the most telling first.

    The score is the lower bound of the difference between the share of the group who react so and the share of all other
    groups' people, both with Jeffreys' prior, by the normal approximation; the level is divided by how many differences
    were looked at, so no difference is expected to be listed by luck (one in twenty chance of any). Only statements that
    `small` people of the group and as many of the rest have seen, and where the group leans that way.
    """
    k = int(cells.counts.shape[1])
    if k < 2:
        return tuple(() for _ in range(k))
    n = cells.effective
    seen = cells.n
    rest_seen = seen.sum(axis=1, keepdims=True) - seen
    looked_at = max(2 * int(((seen >= small) & (rest_seen >= small)).sum()), 1)
    sure = NormalDist().inv_cdf(1.0 - 0.05 / looked_at)
    found: list[list[Representative]] = [[] for _ in range(k)]
    leaning = cells.shares[:, :, AGREES] - cells.shares[:, :, DISAGREES]
    for reaction, sign in ((AGREES, 1), (DISAGREES, -1)):
        said = cells.weighted(reaction)
        others, rest = said.sum(axis=1, keepdims=True) - said, n.sum(axis=1, keepdims=True) - n
        mine, error = _posterior(said, n)
        theirs, their_error = _posterior(others, rest)
        score = mine - theirs - sure * np.sqrt(error + their_error)
        telling = (score > 0) & (seen >= small) & (rest_seen >= small) & (sign * leaning > 0)
        for s, g in zip(*np.nonzero(telling), strict=True):
            found[g].append(
                Representative(
                    statement=int(s),
                    agrees=sign > 0,
                    share=float(cells.shares[s, g, reaction]),
                    n=int(seen[s, g]),
                    rest=float(others[s, g] / rest[s, g]),
                    score=float(score[s, g]),
                )
            )
    return tuple(tuple(sorted(one, key=lambda each: (-each.score, each.statement))[:most]) for one in found)


def _posterior(said: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of shares with Jeffreys' prior."""
    total = n + 2 * PRIOR
    mean = (said + PRIOR) / total
    return mean, mean * (1.0 - mean) / (total + 1.0)
