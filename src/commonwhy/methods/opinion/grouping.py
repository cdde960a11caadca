"""Which people vote alike, how many such groups there are, and how sure each membership is.

Groups are only spoken of when four things hold. None is tiny. They foretell votes that were held back better than the
statements alone do. They come back when people are drawn again. And between any two there is a valley: fewer people stand
half-way than in either, which is what parts groups from one crowd that leans this way and that; cutting a crowd in two
foretells votes, and comes back, and means nothing. Where no number of groups has all four, there is one.

Choosing is done on at most a few thousand people; then everybody is placed and given to the groups found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..gap.kmeans import k_means
from ..gap.threads import one_thread
from .mixture import (
    PULLS,
    TEMPERS,
    Mixture,
    belonging,
    everybody,
    fit_mixture,
    foretold,
    log_chance_of_votes,
    log_likelihood,
    tuned,
)
from .model import Chosen, Folds, LowRank, Size, better_by, choose_size, fit, on_axes, place
from .prediction import foretelling
from .reactions import Floats, Ints, Reactions
from .result import Candidate, Prediction
from .separation import apart_by_places, apart_by_votes

MOST_GROUPS = 6
STABLE = 0.75
"""Mean adjusted Rand index, between the groups and those of people drawn again, from which groups are called stable."""
FEWEST_STATEMENTS = 7
"""With fewer statements the answers fall into patterns by themselves, which are not groups of people."""
SMALLEST_SHARE = 0.02

_SURE = 2.0  # standard errors by which groups must foretell better than statements alone
_SAMPLE = 3_000  # people by whom the size of the model and the number of groups are chosen
_REDRAWS = 12
_STARTS = 10
_JUDGED = 0.1  # share of votes that take part in no choice, and by which the result is judged
_FOLDS = 5
_TIRED = 2  # times in a row that more groups foretell surely worse than fewer, after which no more are tried
_PLENTY = 30_000  # votes from which one fold is enough to choose by


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of n people, numbered from 0, the largest first.

    `labels` and `confidence` are of shape (n,), `points` (n, 2) is the map.
    """

    k: int
    labels: Ints
    confidence: Floats
    points: Floats
    stability: float | None
    candidates: tuple[Candidate, ...]
    prediction: Prediction | None


@dataclass(frozen=True, slots=True)
class _Split:
    """People of the sample in k groups, by all their votes; `scores` are log chances of votes held back from such groups.

    `blind` are memberships made without the votes of the first fold and those kept for judging.
    """

    k: int
    mixture: Mixture
    memberships: Floats
    blind: Floats
    scores: Floats
    stability: float | None
    sound: bool

    @property
    def candidate(self) -> Candidate:
        return Candidate(self.k, float(self.scores.mean()) if len(self.scores) else float("nan"), self.stability)


def smallest_group(people: int, small: int) -> int:
    """The fewest people a group may have: `small`, or 2 percent of those grouped if that is more."""
    return max(small, -(-2 * people // 100))


@one_thread()
def find_groups(reactions: Reactions, *, small: int, seed: int, groups: int | None = None) -> Grouping:
    """Group the people whose `reactions` these are. `groups` asks for a number; there may still be fewer, never tiny ones.

    No group has fewer than `small` people. The same reactions and seed give the same groups.
    """
    rng = np.random.default_rng(seed)
    n = reactions.people
    rows = np.sort(rng.choice(n, _SAMPLE, replace=False)) if n > _SAMPLE else np.arange(n)
    sample = reactions.of(rows) if len(rows) < n else reactions
    drawn = rng.random(sample.count)
    known, judged = sample.where(drawn >= _JUDGED), sample.where(drawn < _JUDGED)
    folds = _folds(known, rng)
    chosen = choose_size(folds, rng)
    wide = Size(max(chosen.size.rank, min(2, n, reactions.statements)), chosen.size.ridge)
    whole = fit(sample, wide, rng)
    tried = [_one_group(sample, folds)]
    if reactions.statements >= FEWEST_STATEMENTS and (chosen.size.rank or groups):
        tried += _splits(sample, folds, chosen, whole, tried[0], small, groups, rng)
    split = _pick(tried, folds, groups)
    prediction = _judge(known, judged, split)
    points = _map(reactions, sample, whole)
    labels, confidence = _everybody(reactions, sample, split, small)
    k = int(labels.max()) + 1 if n else 1
    return Grouping(
        k, labels, confidence, points, split.stability if k > 1 else None, tuple(each.candidate for each in tried), prediction
    )


def _folds(known: Reactions, rng: np.random.Generator) -> Folds:
    """Votes held back in turns: all of them once where there are few, a fifth where there are plenty."""
    fold = rng.integers(0, _FOLDS, known.count)
    taken = range(max(1, min(_FOLDS, _PLENTY // max(known.count, 1))))
    return [(known.where(fold != held), known.where(fold == held)) for held in taken]


def _one_group(sample: Reactions, folds: Folds) -> _Split:
    """Everybody together: what statements alone foretell."""
    scores = []
    for trained, held in folds:
        alone = Mixture(np.ones(1), everybody(trained.indicators())[:, None], PULLS[0], TEMPERS[0])
        scores.append(log_chance_of_votes(alone, np.ones((trained.people, 1)), held))
    alone = Mixture(np.ones(1), everybody(sample.indicators())[:, None], PULLS[0], TEMPERS[0])
    everyone = np.ones((sample.people, 1))
    return _Split(1, alone, everyone, everyone, np.concatenate(scores), None, True)


def _splits(
    sample: Reactions,
    folds: Folds,
    chosen: Chosen,
    whole: LowRank,
    one: _Split,
    small: int,
    groups: int | None,
    rng: np.random.Generator,
) -> list[_Split]:
    """The people in 2, 3 .. groups, each judged on all that makes groups sound, tiny groups left out.

    What groups foretell is judged by groups made anew without the held-out votes, all else by those made with all votes.
    """
    fewest = max(2, smallest_group(sample.people, small))
    person = np.concatenate([held.person for _, held in folds])
    everything = _Search(sample, whole)
    searches = [_Search(trained, model) for (trained, _), model in zip(folds, chosen.models, strict=True)]
    found: list[_Split] = []
    best, worse = one.scores, 0
    for k in range(2, (MOST_GROUPS if groups is None else groups) + 1):
        if sample.people < k * fewest:
            break
        made = [search.part(k, rng) for search in searches]
        parts = [
            (search.indicators, memberships, held) for search, memberships, (_, held) in zip(searches, made, folds, strict=True)
        ]
        pull, temper, scores = tuned(parts)
        parted = everything.part(k, rng)
        mixture, memberships = fit_mixture(everything.indicators, parted, pull=pull, temper=temper)
        if groups is not None and not _all_at_least(fewest, memberships):
            # Asked for all the same: votes at face value still part people whom tempered ones cannot.
            mixture, memberships = fit_mixture(everything.indicators, parted)
        labels = memberships.argmax(axis=1)
        worse = worse + 1 if better_by(best, scores, person) > 1.0 else 0
        best = scores if scores.sum() > best.sum() else best
        if groups is None and worse == _TIRED:
            break
        if not _all_at_least(fewest, memberships):
            continue
        sound = better_by(scores, one.scores, person) > _SURE and apart_by_votes(sample, labels, mixture)
        if sound and better_by(chosen.scores, scores, person) > 1.0:
            sound = apart_by_places(everything.points, labels, k)
        stability = None
        if sound or groups is not None:
            stability = _stability(everything, mixture, labels, rng)
            sound = sound and stability >= STABLE
        found.append(_Split(k, mixture, memberships, made[0], scores, stability, sound))
    return found


def _all_at_least(fewest: int, memberships: Floats) -> bool:
    """Does no group have fewer people than that, everybody being where they most likely belong?"""
    return int(np.bincount(memberships.argmax(axis=1), minlength=memberships.shape[1]).min()) >= fewest


class _Search:
    """Looks for the likeliest 2, 3 .. groups of people, one number after the other.

    k groups differ in k - 1 dimensions, so people's places are taken in at least as many, even where some of them foretell
    too little to be kept by themselves.
    """

    def __init__(self, reactions: Reactions, model: LowRank) -> None:
        self.reactions = reactions
        self.indicators = reactions.indicators()
        self.model = model
        self.before = np.zeros(reactions.people, dtype=np.intp)

    @property
    def points(self) -> Floats:
        """Where people stand, (n, r)."""
        points, apart = on_axes(self.model)
        return points[:, apart] if apart.any() else np.zeros((self.reactions.people, 1))

    def part(self, k: int, rng: np.random.Generator) -> Floats:
        """Memberships (people, k) of the likeliest mixture begun from where people stand, or from parting a group more."""
        everyone = np.ones((self.reactions.people, 1))
        starts = [k_means(self.points, everyone, k, _STARTS, rng).labels[:, 0]]
        if self.model.rank < k - 1:
            self.model = fit(self.reactions, Size(k - 1, self.model.ridge), rng, start=self.model, steps=6)
            starts.append(k_means(self.points, everyone, k, _STARTS, rng).labels[:, 0])
        for group in range(k - 1 if k > 2 else 0):
            own = np.flatnonzero(self.before == group)
            if len(own) > 2:
                within = fit(self.reactions.of(own), Size(1, self.model.ridge), rng, steps=3).places
                parted = self.before.copy()
                parted[own[k_means(within, everyone[own], 2, 4, rng).labels[:, 0] == 1]] = k - 1
                starts.append(parted)
        begun = [fit_mixture(self.indicators, np.eye(k)[start], steps=4) for start in starts]
        best = max(begun, key=lambda pair: log_likelihood(self.indicators, pair[0]))
        _, memberships = fit_mixture(self.indicators, best[1])
        self.before = memberships.argmax(axis=1)
        return memberships


def _pick(tried: list[_Split], folds: Folds, groups: int | None) -> _Split:
    """The fewest sound groups that foretell as well as the best do, within a standard error; or the most up to `groups`."""
    if groups is not None:
        return max((split for split in tried if split.k <= groups), key=lambda split: split.k)
    person = np.concatenate([held.person for _, held in folds])
    sound = [split for split in tried if split.sound]
    best = max(sound, key=lambda split: float(split.scores.sum()))
    return next(split for split in sound if split is best or better_by(best.scores, split.scores, person) < 1.0)


def _stability(search: _Search, mixture: Mixture, labels: Ints, rng: np.random.Generator) -> float:
    """Mean adjusted Rand index of `labels` (n,) with groupings by people drawn again with replacement.

    Each time groups are sought anew among the people drawn, from nothing but where they stand, and everybody is given to
    the groups so found (bootstrap as in C. Hennig, Computational Statistics & Data Analysis 52 (2007) 258).
    """
    k = mixture.k
    rows = np.sort(rng.choice(len(labels), min(len(labels), _SAMPLE // 2), replace=False))
    few, stood, first = search.indicators[rows], search.points[rows], labels[rows]
    agreed = []
    for _ in range(_REDRAWS):
        drawn = rng.integers(0, len(rows), len(rows))
        start = k_means(stood[drawn], np.ones((len(rows), 1)), k, 4, rng).labels[:, 0]
        again, _ = fit_mixture(few[drawn], np.eye(k)[start], pull=mixture.pull, temper=mixture.temper, steps=8)
        agreed.append(adjusted_rand(first, belonging(few, again).argmax(axis=1)))
    return float(np.mean(agreed))


def adjusted_rand(first: Ints, second: Ints) -> float:
    """The adjusted Rand index of two groupings (n,): 1 when they are the same, 0 on average by chance.

    L. Hubert, P. Arabie, "Comparing partitions", Journal of Classification 2 (1985) 193.

    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1.0)
    pairs: Callable[[Floats], float] = lambda counts: float((counts * (counts - 1) / 2).sum())  # noqa: E731
    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    everyone = pairs(np.array([table.sum()]))
    chance = rows * columns / everyone if everyone else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def _judge(known: Reactions, judged: Reactions, split: _Split) -> Prediction | None:
    """How groups made without the `judged` votes foretell them, beside statements alone."""
    if not judged.count:
        return None
    indicators = known.indicators()
    alone = Mixture(np.ones(1), everybody(indicators)[:, None], PULLS[0], TEMPERS[0])
    by_means = foretold(alone, np.ones((known.people, 1)), judged)
    by_groups = by_means
    if split.k > 1:
        mixture, memberships = fit_mixture(indicators, split.blind, pull=split.mixture.pull, temper=split.mixture.temper)
        by_groups = foretold(mixture, memberships, judged)
    return foretelling(by_groups, by_means, judged.reaction)


def _map(everyone: Reactions, sample: Reactions, model: LowRank) -> Floats:
    """Where everybody stands on the two widest axes, (n, 2)."""
    points = np.zeros((everyone.people, 2))
    found, _ = on_axes(place(everyone, model) if everyone.people > sample.people else model)
    points[:, : min(2, found.shape[1])] = found[:, :2]
    return points


def _everybody(reactions: Reactions, sample: Reactions, split: _Split, small: int) -> tuple[Ints, Floats]:
    """Everybody's group and how sure it is, by all votes, from the groups found in the sample."""
    n = reactions.people
    if split.k == 1:
        return np.zeros(n, dtype=np.int64), np.ones(n)
    memberships = split.memberships
    if sample.people < n:
        indicators, found = reactions.indicators(), split.mixture
        start = belonging(indicators, found)
        _, memberships = fit_mixture(indicators, start, pull=found.pull, temper=found.temper, steps=3)
    labels = memberships.argmax(axis=1)
    fewest = smallest_group(n, small)
    while (sizes := np.bincount(labels, minlength=memberships.shape[1])).min() < fewest and memberships.shape[1] > 1:
        # With everybody in, a group can fall under the line. Its people go where they fit next best.
        memberships = np.delete(memberships, int(sizes.argmin()), axis=1)
        memberships /= np.maximum(memberships.sum(axis=1, keepdims=True), 1e-300)
        labels = memberships.argmax(axis=1)
    first_seen = np.array([int(np.flatnonzero(labels == g)[0]) for g in range(memberships.shape[1])])
    order = np.lexsort((first_seen, -sizes))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[labels], np.asarray(memberships[np.arange(n), labels])
