"""People as a mixture of groups, each group with its own chances of agree, pass and disagree on every statement.

This says how likely each person is to belong to each group given their votes, and how well groups foretell votes that
were held back. A group's chances on a statement are drawn towards everybody's there, the more so the fewer of the group
have seen it. Votes of one person on like statements tell the same thing twice; taken at face value they make memberships
look surer than they are. So a person's evidence is tempered by the factor that foretells held-out votes best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import logsumexp

from .reactions import REACTIONS, Floats, Reactions

_STEPS = 20
_SETTLED = 1e-3
PULLS = (2.0, 8.0, 32.0)
"""Strengths tried for drawing a group's chances towards everybody's, in votes."""
TEMPERS = (1.0, 0.5, 0.25)
"""Weights tried for a person's evidence; 1 takes every vote as news of its own."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """`proportions` (k,) sum to 1; `rates` (3 × statements, k) hold at row 3 × statement + reaction a group's chance."""

    proportions: Floats
    rates: Floats
    pull: float
    temper: float

    @property
    def k(self) -> int:
        """The number of groups."""
        return len(self.proportions)


def fit_mixture(
    indicators: sparse.csr_matrix, start: Floats, *, pull: float = PULLS[0], temper: float = 1.0, steps: int = _STEPS
) -> tuple[Mixture, Floats]:
    """Fit by expectation-maximization from memberships `start` (people, k); the mixture and memberships (people, k).

    `indicators` (people, 3 × statements) as `Reactions.indicators` gives them. A. Dempster, N. Laird, D. Rubin, JRSS B 39
    (1977) 1; the pull is a Dirichlet prior around everybody's shares, so this is its maximum a posteriori.
    """
    means = everybody(indicators)
    counted = indicators.T.tocsr() if indicators.nnz < 2_000_000 else indicators.T
    memberships = start
    mixture = maximized(counted, memberships, means, pull, temper)
    for _ in range(steps):
        again = belonging(indicators, mixture)
        moved = float(np.abs(again - memberships).sum()) / (2 * max(len(again), 1))
        memberships = again
        mixture = maximized(counted, memberships, means, pull, temper)
        if moved < _SETTLED:
            break
    return mixture, belonging(indicators, mixture)


def everybody(indicators: sparse.csr_matrix) -> Floats:
    """Everybody's shares of the three reactions on each statement, (3 × statements,), drawn by one vote to those of all."""
    tally = np.asarray(indicators.sum(axis=0), dtype=np.float64).reshape(-1, REACTIONS)
    overall = (tally.sum(axis=0) + 1.0) / (tally.sum() + REACTIONS)
    return np.asarray((tally + overall) / (tally.sum(axis=1, keepdims=True) + 1.0)).reshape(-1)


def maximized(
    counted: sparse.csr_matrix | sparse.csc_matrix, memberships: Floats, means: Floats, pull: float, temper: float
) -> Mixture:
    """The mixture given memberships (people, k). `counted` is the transpose of the indicators."""
    tally = np.asarray(counted @ memberships)
    shaped = tally.reshape(-1, REACTIONS, memberships.shape[1])
    held = np.repeat(shaped.sum(axis=1), REACTIONS, axis=0)
    rates = (tally + pull * means[:, None]) / (held + pull)
    sizes = memberships.sum(axis=0) + 1.0
    return Mixture(sizes / sizes.sum(), rates, pull, temper)


def belonging(indicators: sparse.csr_matrix, mixture: Mixture) -> Floats:
    """How likely each person belongs to each group given their votes, (people, k)."""
    evidence = mixture.temper * np.asarray(indicators @ np.log(mixture.rates)) + np.log(mixture.proportions)
    evidence -= evidence.max(axis=1, keepdims=True)
    np.exp(evidence, out=evidence)
    evidence /= evidence.sum(axis=1, keepdims=True)
    return evidence


def log_likelihood(indicators: sparse.csr_matrix, mixture: Mixture) -> float:
    """What the fit raises: the log likelihood of the people's votes, and of the pull as a prior."""
    evidence = mixture.temper * np.asarray(indicators @ np.log(mixture.rates)) + np.log(mixture.proportions)
    prior = mixture.pull * float((everybody(indicators)[:, None] * np.log(mixture.rates)).sum())
    return float(logsumexp(evidence, axis=1).sum()) + prior


def foretold(mixture: Mixture, memberships: Floats, held: Reactions) -> Floats:
    """The chance of agree, pass and disagree for each held-out vote, (V, 3), given memberships (people, k)."""
    own = memberships[held.person]
    first = REACTIONS * held.statement
    return np.column_stack([np.einsum("vk,vk->v", own, mixture.rates[first + reaction]) for reaction in range(REACTIONS)])


def log_chance_of_votes(mixture: Mixture, memberships: Floats, held: Reactions) -> Floats:
    """Log of the chance the mixture gave each held-out vote, (V,)."""
    rates = mixture.rates[REACTIONS * held.statement + held.reaction]
    return np.asarray(np.log(np.einsum("vk,vk->v", memberships[held.person], rates)))


def tuned(folds: list[tuple[sparse.csr_matrix, Floats, Reactions]]) -> tuple[float, float, Floats]:
    """The pull and temper that foretell the held-out votes of all folds best, and the log chances of those votes, (V,).

    A fold is the indicators learned from, memberships (people, k) by them, and the votes held back.
    """

    def score(pull: float, temper: float) -> Floats:
        scores = []
        for indicators, memberships, held in folds:
            mixture = maximized(indicators.T, memberships, everybody(indicators), pull, temper)
            scores.append(log_chance_of_votes(mixture, belonging(indicators, mixture), held))
        return np.concatenate(scores)

    by_pull = {pull: score(pull, TEMPERS[0]) for pull in PULLS}
    pull = max(PULLS, key=lambda one: float(by_pull[one].sum()))
    by_temper = {temper: by_pull[pull] if temper == TEMPERS[0] else score(pull, temper) for temper in TEMPERS}
    temper = max(TEMPERS, key=lambda one: float(by_temper[one].sum()))
    return pull, temper, by_temper[temper]
