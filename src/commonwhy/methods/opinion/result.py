"""What an analysis of votes found. Every figure has its n beside it, every estimate its interval.

Indices of people and statements are those of the `Votes` that went in; groups are numbered from 0, the largest first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Mode(StrEnum):
    """Which mathematics was used: our own (the default), or that of Polis for checking and comparing."""

    COMMONWHY = "commonwhy"
    POLIS = "polis"


class Outcome(StrEnum):
    """What can be said of a statement."""

    SHARED = "shared"
    DIVIDED = "divided"
    OPEN = "open"
    NOT_ENOUGH_VOTES = "not enough votes"


class FlagKind(StrEnum):
    """What somebody should look at; nothing is deleted for it."""

    STRAIGHT_LINER = "straight liner"
    FEW_PEOPLE = "few people"
    FEW_VOTES = "few votes"
    EVERYBODY_AGREES = "everybody agrees"
    EVERYBODY_PASSES = "everybody passes"
    UNSTABLE_GROUPS = "unstable groups"
    NO_BETTER_THAN_MEANS = "no better than means"


@dataclass(frozen=True, slots=True)
class Counts:
    """Votes of some people on a statement. `n` = agree + disagree + passed: how many saw it."""

    agree: int
    disagree: int
    passed: int

    @property
    def n(self) -> int:
        return self.agree + self.disagree + self.passed


@dataclass(frozen=True, slots=True)
class Agreement:
    """The share of some people who agree with a statement, weighted for what was shown to whom, with its n and interval."""

    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class StatementFigures:
    """One statement. `by_group` has an entry for every group, `by_role` one for every role, in their order.

    `shared_ground` is the lower credible bound of the smallest agreement over opinion groups and declared roles with at least
    k votes, `interval` that smallest agreement's credible interval (METHODS 5.3); both are None without enough votes. In Polis
    mode `shared_ground` is group-informed consensus and `interval` None. `lowest` names whose agreement was the smallest.
    """

    statement: int
    counts: Counts
    agreement: Agreement | None
    by_group: tuple[Counts, ...]
    by_role: tuple[Counts, ...]
    shared_ground: float | None
    interval: tuple[float, float] | None
    lowest: str
    """`group 2`, `role families`, or nothing."""
    outcome: Outcome
    not_heard: tuple[str, ...]
    """Roles with fewer than k votes on it."""


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement that tells a group from the others. `agrees` says whether by agreeing or by disagreeing with it."""

    statement: int
    agrees: bool
    share: float
    n: int
    rest: float
    """The share of everybody else who reacted the same way."""
    score: float


@dataclass(frozen=True, slots=True)
class OpinionGroup:
    """People who vote alike."""

    number: int
    n: int
    representative: tuple[Representative, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number of groups that was tried. `score`: held-out log likelihood a vote (CommonWhy), mean silhouette (Polis)."""

    k: int
    score: float
    stability: float | None


@dataclass(frozen=True, slots=True)
class Prediction:
    """How well votes that were held back are foretold by the groups, beside statement means alone. Lower Brier is better.

    Brier is the sum over agree, pass and disagree of the squared error, averaged over held-out votes: from 0 to 2.
    """

    n: int
    brier: float
    brier_of_means: float
    accuracy: float
    accuracy_of_means: float


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at; `people` are indices where it is about people."""

    kind: FlagKind
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """Where everybody stands, arrays of shape (people,). `group` is -1 and the rest NaN for who voted too little to be placed.

    `x`, `y`: the place on the map. `confidence`: how sure the membership is, from 0 to 1.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    group: NDArray[np.int64]
    confidence: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Landscape:
    """The whole analysis; the same votes, roles, settings and seed give the same one, in whatever order they came."""

    mode: Mode
    seed: int
    small: int
    """The small-cell k: no group and no role with fewer counts."""
    n_people: int
    n_grouped: int
    n_statements: int
    n_votes: int
    k: int
    stability: float | None
    """Mean adjusted Rand index of regroupings of resampled people; None for one group and in Polis mode."""
    candidates: tuple[Candidate, ...]
    groups: tuple[OpinionGroup, ...]
    roles: tuple[str, ...]
    people: People
    statements: tuple[StatementFigures, ...]
    prediction: Prediction | None
    flags: tuple[Flag, ...] = field(default=())
