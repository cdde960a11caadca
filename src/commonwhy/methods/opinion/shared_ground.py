"""What everyone could live with: for each statement, how low agreement may be where it is lowest.

Agreement is the share who agree among all who saw a statement; to pass is not to agree. It is looked at in every opinion
group and every declared role, so that a majority cannot outvote families or students. Shared ground is the lower credible
bound of the *smallest* of these shares. A role with too few votes on a statement is named as not heard; a statement that
too few saw, in all or in one of the opinion groups, is "not enough votes", which is no judgment of it.

The posterior of a share is Beta(½ + agreeing, ½ + not agreeing) (Jeffreys' prior: half a vote for and half against). Groups
and roles are taken as if they shared no people, which can only lower the bound of the smallest. Where it is stored with
which chance a statement was shown, every vote counts as one over that chance, and as many votes as remain after the loss
of precision: (Σw)² / Σw² (L. Kish, Survey Sampling, 1965).

Many statements are looked at, and some would seem shared by luck. So the more there are, the surer each must be: the
bounds are such that at most one statement on the whole page is expected to be called shared, and at most one divided,
though it is not; and each is at most one in forty likely to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from .reactions import AGREES, DISAGREES, PASSES, REACTIONS, Flags, Floats, Ints
from .result import Agreement, Counts, Outcome, StatementFigures
from .votes import Votes

SHARED_LINE = 0.5
"""A statement is shared when in every group and every role heard more than half of those who saw it surely agree."""
PRIOR = 0.5
MOST_ERROR = 0.025

_HALVINGS = 30


@dataclass(frozen=True, slots=True)
class Cells:
    """Votes on each statement by each of c groups of people.

    `counts` (statements, c, 3) are people who agree, pass, disagree; `shares` (statements, c, 3) the same weighted for
    exposure, summing to 1 or, where nobody voted, to 0; `effective` (statements, c) the votes those shares are worth.
    """

    counts: Ints
    shares: Floats
    effective: Floats

    @property
    def n(self) -> Ints:
        """How many saw each statement, (statements, c)."""
        return np.asarray(self.counts.sum(axis=2))

    def weighted(self, reaction: int) -> Floats:
        """Effective votes with this reaction, (statements, c)."""
        return np.asarray(self.shares[:, :, reaction] * self.effective)


def error_rate(statements: int) -> float:
    """With which chance each of so many statements may be misjudged: 1 in 40, or less where there are more than 40."""
    return min(MOST_ERROR, 1.0 / max(statements, 1))


def count_cells(votes: Votes, member: Ints, cells: int) -> Cells:
    """Count votes by `member`, (people,): which of the cells a person belongs to, -1 for none."""
    own = member[votes.person]
    kept = own >= 0
    reaction = (1 - votes.value[kept]).astype(np.int64)
    at = (votes.statement[kept] * cells + own[kept]) * REACTIONS + reaction
    shape = (votes.statements, cells, REACTIONS)
    counts = np.bincount(at, minlength=votes.statements * cells * REACTIONS).reshape(shape)
    if votes.exposure is None:
        n = counts.sum(axis=2)
        return Cells(counts, counts / np.maximum(n, 1)[:, :, None], n.astype(np.float64))
    weight = 1.0 / votes.exposure[kept]
    # Of no votes at all bincount makes whole numbers, whatever the weights.
    summed = np.bincount(at, weights=weight, minlength=counts.size).astype(np.float64).reshape(shape)
    squared = np.bincount(at, weights=weight**2, minlength=counts.size).astype(np.float64).reshape(shape).sum(axis=2)
    total = summed.sum(axis=2)
    shares = summed / np.where(total > 0, total, 1.0)[:, :, None]
    return Cells(counts, shares, np.divide(total**2, squared, out=np.zeros_like(total), where=squared > 0))


def smallest_bounds(agree: Floats, other: Floats, heard: Flags, error: float) -> tuple[Floats, Floats]:
    """Lower and upper credible bound of the smallest of several shares, (m,) each; NaN where none is heard.

    `agree`, `other` (m, c) are effective votes for and not for, `heard` (m, c) which shares count. The smallest is above t
    when all are: with independent posteriors, the chance of that is the product of theirs.
    """
    first, second = agree + PRIOR, other + PRIOR

    def quantile(above: float) -> Floats:
        low, high = np.zeros(len(agree)), np.ones(len(agree))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            chance = np.where(heard, 1.0 - betainc(first, second, middle[:, None]), 1.0).prod(axis=1)
            low, high = np.where(chance > above, middle, low), np.where(chance > above, high, middle)
        return np.where(heard.any(axis=1), (low + high) / 2, np.nan)

    return quantile(1.0 - error), quantile(error)


def surely_for_and_against(cells: Cells, heard: Flags, error: float) -> Flags:
    """Where one group or role surely has more who agree than disagree, and another surely the other way round, (m,).

    Among those who took a side. The error is divided by how many were looked at.
    """
    each = error / np.maximum(heard.sum(axis=1, keepdims=True), 1)
    against = betainc(cells.weighted(AGREES) + PRIOR, cells.weighted(DISAGREES) + PRIOR, 0.5)
    return np.asarray((heard & (against < each)).any(axis=1) & (heard & (1.0 - against < each)).any(axis=1))


def judge_statements(
    votes: Votes, groups: Ints, k: int, roles: Ints, role_names: Sequence[str], *, small: int
) -> tuple[StatementFigures, ...]:
    """What can be said of every statement.

    `groups` (people,) are opinion groups 0 .. k - 1, `roles` (people,) indices into `role_names`; -1 is none. `small` is the
    fewest votes by which anything is said of a group or role.
    """
    everyone = count_cells(votes, np.zeros(votes.people, dtype=np.int64), 1)
    by_group, by_role = count_cells(votes, groups, k), count_cells(votes, roles, len(role_names))
    # Where nobody could be placed there is no group to ask; then everybody together stands for the one there would be.
    asked = by_group if k else everyone
    both = Cells(
        np.concatenate([asked.counts, by_role.counts], axis=1),
        np.concatenate([asked.shares, by_role.shares], axis=1),
        np.concatenate([asked.effective, by_role.effective], axis=1),
    )
    heard = both.n >= small
    enough = heard[:, : max(k, 1)].all(axis=1) & (everyone.n[:, 0] >= small)
    error = error_rate(int((heard.sum(axis=1) > 0).sum()))
    agree = both.weighted(AGREES)
    low, high = smallest_bounds(agree, both.effective - agree, heard, error)
    divided = surely_for_and_against(both, heard, error)
    means = np.where(heard, (agree + PRIOR) / (both.effective + 2 * PRIOR), np.inf)
    names = [f"group {group + 1}" for group in range(k)] or [""]
    names += [f"role {name}" for name in role_names]
    overall = _agreement(everyone, error)
    figures = []
    for s in range(votes.statements):
        outcome = Outcome.NOT_ENOUGH_VOTES
        if divided[s]:
            outcome = Outcome.DIVIDED
        elif enough[s]:
            outcome = Outcome.SHARED if low[s] > SHARED_LINE else Outcome.OPEN
        figures.append(
            StatementFigures(
                statement=s,
                counts=_counts(everyone.counts[s, 0]),
                agreement=overall[s] if everyone.n[s, 0] >= small else None,
                by_group=tuple(_counts(row) for row in by_group.counts[s]),
                by_role=tuple(_counts(row) for row in by_role.counts[s]),
                shared_ground=float(low[s]) if enough[s] else None,
                interval=(float(low[s]), float(high[s])) if enough[s] else None,
                lowest=names[int(means[s].argmin())] if enough[s] else "",
                outcome=outcome,
                not_heard=tuple(name for name, n in zip(role_names, by_role.n[s], strict=True) if n < small),
            )
        )
    return tuple(figures)


def _agreement(everyone: Cells, error: float) -> list[Agreement]:
    """The share of everybody who agrees with each statement, with its credible interval."""
    agree, worth = everyone.weighted(AGREES)[:, 0], everyone.effective[:, 0]
    low = betaincinv(agree + PRIOR, worth - agree + PRIOR, error)
    high = betaincinv(agree + PRIOR, worth - agree + PRIOR, 1.0 - error)
    return [
        Agreement(int(n), float(share), float(min(share, bottom)), float(max(share, top)))
        for n, share, bottom, top in zip(everyone.n[:, 0], everyone.shares[:, 0, AGREES], low, high, strict=True)
    ]


def _counts(row: NDArray[np.integer]) -> Counts:
    return Counts(agree=int(row[AGREES]), disagree=int(row[DISAGREES]), passed=int(row[PASSES]))
