"""Discussions with a known answer: groups planted in the votes, one crowd on a line, or nothing but noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonwhy.methods.opinion.votes import Votes, gather

Trait = Callable[[np.random.Generator, int], NDArray[np.float64]]


@dataclass(frozen=True)
class Planted:
    """Votes, whose group everybody is of, and the true chance of agreeing, rather than disagreeing, by group."""

    votes: Votes
    group: NDArray[np.int64]
    agrees: NDArray[np.float64]
    sizes: NDArray[np.float64]

    def best_grouping(self) -> NDArray[np.int64]:
        """The groups somebody who knew all chances would give people: nobody can do better (Bayes)."""
        votes, told = self.votes, np.log(self.sizes)[:, None] + np.zeros((len(self.sizes), self.votes.people))
        for group, chance in enumerate(self.agrees):
            given = np.where(votes.value == 1, chance[votes.statement], 1 - chance[votes.statement])
            given = np.where(votes.value == 0, 1.0, given)
            told[group] += np.bincount(votes.person, weights=np.log(given), minlength=votes.people)
        return told.argmax(axis=0)


def planted(
    people: int,
    statements: int,
    share: float,
    *,
    sizes: Sequence[float] = (1.0,),
    strength: float = 2.0,
    popular: float = 1.0,
    passing: float = 0.15,
    trait: Trait | None = None,
    seed: int = 0,
) -> Planted:
    """People who vote on a `share` of statements.

    Logits of agreeing are the statement's, N(0, `popular`), plus the group's, N(0, `strength`), plus, with a `trait` (a place
    on a line for everybody), a slope N(0, 1.5) times that.
    """
    rng = np.random.default_rng(seed)
    group = rng.choice(len(sizes), people, p=np.asarray(sizes))
    logits = rng.normal(0, strength, (len(sizes), statements))
    logits += rng.normal(0, popular, statements) - logits.mean(axis=0)
    seen = np.clip(rng.binomial(statements, share, people), 1, statements)
    person = np.repeat(np.arange(people), seen)
    statement = np.concatenate([rng.choice(statements, n, replace=False) for n in seen])
    logit = logits[group[person], statement]
    if trait is not None:
        logit = logit + trait(rng, people)[person] * rng.normal(0, 1.5, statements)[statement]
    agrees = rng.random(len(person)) < 1 / (1 + np.exp(-logit))
    said = np.where(rng.random(len(person)) < passing, 0, np.where(agrees, 1, -1))
    votes = gather(people, statements, person, statement, said)
    return Planted(votes, group, 1 / (1 + np.exp(-logits)), np.asarray(sizes, dtype=np.float64))
