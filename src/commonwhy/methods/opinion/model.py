"""A low-rank model of who agrees, passes or disagrees, fitted to the votes that were given and to nothing else.

Each statement has its own chances of the three reactions; each person has a place in a few dimensions; and each
statement says how those chances shift with the place. A vote that was never given takes no part: it is not a zero and
not the mean. A pass is a reaction of its own (multinomial logit). Ridges keep the places of people with few votes near
the middle and the shifts of statements with few votes small. How many dimensions and how strong a ridge is decided by
how well votes that were held back are foretold, and the answer may be none at all.

The logits of a vote lie in the plane where the three sum to zero, so they have two coordinates there. In that plane
the curvature of the multinomial likelihood is nowhere above one half (D. Böhning, "Multinomial logistic regression
algorithm", Annals of the Institute of Statistical Mathematics 44 (1992) 197), and that bound makes every step of the
alternating fit a ridge regression whose matrices are sparse products. Each step can only raise the objective.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .reactions import AGREES, DISAGREES, PASSES, REACTIONS, Flags, Floats, Reactions

MOST_DIMENSIONS = 5
RIDGES = (4.0, 16.0, 32.0)
"""Strengths tried for the ridge on the shifts; that on the places is 1, which only sets the unit of length."""

_CURVATURE = 0.5
_PULL = 0.5  # of an intercept to that of all statements together, as a precision
_AT_ONCE = 1 << 18  # votes looked at together, so that no array of votes × dimensions is ever large
_STEPS = 10
_SURE, _LIKELY = 2.0, 1.0  # standard errors by which a first, and a further, dimension must help

# Coordinates of the plane: agree against disagree, and taking a side against passing.
_PLANE = np.array([[1.0, 0.0, -1.0], [1.0, -2.0, 1.0]]) / np.sqrt([[2.0], [6.0]])


@dataclass(frozen=True, slots=True)
class LowRank:
    """The fitted model: `intercepts` (statements, 2), `shifts` (statements, 2, rank), `places` (people, rank)."""

    intercepts: Floats
    shifts: Floats
    places: Floats
    ridge: float

    @property
    def rank(self) -> int:
        """The number of dimensions."""
        return int(self.places.shape[1])


@dataclass(frozen=True, slots=True)
class Size:
    """How large a model the votes bear: the number of dimensions, 0 if none foretells anything, and the ridge."""

    rank: int
    ridge: float


def fit(
    reactions: Reactions, size: Size, rng: np.random.Generator, *, start: LowRank | None = None, steps: int = _STEPS
) -> LowRank:
    """Fit the model by `steps` rounds of ridge steps: statements given places, then places given statements.

    `start` is a fitted model of the same statements and people with at most as many dimensions; those it lacks are
    begun from the direction in which what it leaves unexplained varies most.
    """
    model = _means(reactions, size.ridge) if start is None else start
    model = LowRank(model.intercepts, model.shifts, model.places, size.ridge)
    if size.rank == 0:
        return model
    if model.rank < size.rank:
        model = _widened(reactions, model, size.rank, rng)
    seen = reactions.matrix()
    seen_by = seen.T.tocsr() if reactions.count < _AT_ONCE else seen.T
    overall = _logits(reactions.tally().sum(axis=0)[None, :] + 1.0)[0]
    for _ in range(steps):
        model = _statement_step(reactions, seen_by, model, overall)
        model = _place_step(reactions, seen, model)
    return model


def place(reactions: Reactions, model: LowRank, steps: int = 6) -> LowRank:
    """Where people who were not in the fit stand, given its statements: `reactions` are theirs."""
    placed = LowRank(model.intercepts, model.shifts, np.zeros((reactions.people, model.rank)), model.ridge)
    if model.rank:
        seen = reactions.matrix()
        for _ in range(steps):
            placed = _place_step(reactions, seen, placed)
    return placed


def chances(model: LowRank, reactions: Reactions) -> Floats:
    """The chance of agree, pass and disagree for each of these votes, (V, 3); rows sum to 1."""
    out = np.empty((reactions.count, REACTIONS))
    for part in _parts(reactions.count):
        out[part] = _chances(model, reactions, part).T
    return out


def objective(model: LowRank, reactions: Reactions) -> float:
    """What the fit raises: the log likelihood less the ridges."""
    overall = _logits(reactions.tally().sum(axis=0)[None, :] + 1.0)[0]
    chance = chances(model, reactions)[np.arange(reactions.count), reactions.reaction]
    shrunk = _PULL * float(((model.intercepts - overall) ** 2).sum()) + model.ridge * float((model.shifts**2).sum())
    return float(np.log(chance).sum()) - 0.5 * (shrunk + float((model.places**2).sum()))


Folds = list[tuple[Reactions, Reactions]]
"""Votes to learn from and votes held back, some times over; the same people and statements in all of them."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """How large a model the votes bear, that model for each fold, and the log chances of all held-out votes, (V,)."""

    size: Size
    models: list[LowRank]
    scores: Floats


def choose_size(folds: Folds, rng: np.random.Generator) -> Chosen:
    """How many dimensions foretell held-out votes better than fewer do, and with which ridge.

    A first dimension must help by two standard errors, clustered by person, a further one by one; otherwise it is noise.
    """
    person = np.concatenate([held.person for _, held in folds])

    def tried(size: Size, start: Chosen | None = None) -> Chosen:
        begun: list[LowRank | None] = [None] * len(folds) if start is None else list(start.models)
        models = [fit(trained, size, rng, start=one) for (trained, _), one in zip(folds, begun, strict=True)]
        scores = [log_chances(model, held) for model, (_, held) in zip(models, folds, strict=True)]
        return Chosen(size, models, np.concatenate(scores))

    best = tried(Size(0, RIDGES[0]))
    most = min(MOST_DIMENSIONS, folds[0][0].statements, folds[0][0].people)
    if not len(person) or most < 1:
        return best
    wider = max((tried(Size(1, ridge)) for ridge in RIDGES), key=lambda chosen: float(chosen.scores.sum()))
    needed = _SURE
    while better_by(wider.scores, best.scores, person) > needed:
        best, needed = wider, _LIKELY
        if best.size.rank == most:
            break
        wider = tried(Size(best.size.rank + 1, best.size.ridge), best)
    return best


def log_chances(model: LowRank, reactions: Reactions) -> Floats:
    """Log of the chance the model gave each of these votes, (V,)."""
    out = np.empty(reactions.count)
    for part in _parts(reactions.count):
        given = _chances(model, reactions, part)
        out[part] = np.log(np.take_along_axis(given, reactions.reaction[part][None, :].astype(np.intp), axis=0)[0])
    return out


def better_by(first: Floats, second: Floats, person: NDArray[np.integer]) -> float:
    """By how many standard errors the first of two scores of the same votes (V,) is higher; votes cluster by person."""
    if not len(person):
        return 0.0
    by_person = np.bincount(person, weights=first - second)
    gain = float(by_person.sum())
    error = float(np.sqrt(((by_person - gain / len(person) * np.bincount(person)) ** 2).sum()))
    return gain / error if error > 0 else 0.0


def _means(reactions: Reactions, ridge: float) -> LowRank:
    """The model of no dimension: each statement's own chances, drawn a little towards those of all."""
    tally = reactions.tally()
    everywhere = tally.sum(axis=0) + 1.0
    intercepts = _logits(tally + REACTIONS * everywhere / everywhere.sum())
    return LowRank(intercepts, np.zeros((reactions.statements, 2, 0)), np.zeros((reactions.people, 0)), ridge)


def _logits(tally: Floats) -> Floats:
    """Coordinates in the plane, (m, 2), of chances in proportion to `tally` (m, 3)."""
    return np.asarray(np.log(tally / tally.sum(axis=1, keepdims=True)) @ _PLANE.T)


def _parts(count: int) -> Iterator[slice]:
    return (slice(at, min(at + _AT_ONCE, count)) for at in range(0, count, _AT_ONCE))


def _chances(model: LowRank, reactions: Reactions, part: slice) -> Floats:
    """Chances of the three reactions for some of the votes, (3, m)."""
    who, what = reactions.person[part], reactions.statement[part]
    first, second = model.intercepts[what, 0], model.intercepts[what, 1]
    for axis in range(model.rank):
        place = model.places[:, axis][who]
        first += place * model.shifts[:, 0, axis][what]
        second += place * model.shifts[:, 1, axis][what]
    logits = np.empty((REACTIONS, len(who)))
    for reaction in (AGREES, PASSES, DISAGREES):
        logits[reaction] = _PLANE[0, reaction] * first + _PLANE[1, reaction] * second
    np.exp(np.clip(logits, -30.0, 30.0, out=logits), out=logits)
    logits /= logits.sum(axis=0)
    return logits


def _residuals(model: LowRank, reactions: Reactions) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """What was said less what was expected, in the two coordinates, people × statements each."""
    said = _PLANE[:, reactions.reaction]
    for part in _parts(reactions.count):
        said[:, part] -= _PLANE @ _chances(model, reactions, part)
    return reactions.matrix(said[0]), reactions.matrix(said[1])


def _statement_step(
    reactions: Reactions, seen_by: sparse.csr_matrix | sparse.csc_matrix, model: LowRank, overall: Floats
) -> LowRank:
    """Intercepts and shifts by ridge regression on the places."""
    places = np.column_stack([np.ones(reactions.people), model.places])
    wide = places.shape[1]
    bounds = _CURVATURE * _grams(seen_by, _products(places), wide)
    penalty = np.full(wide, model.ridge)
    penalty[0] = _PULL
    bounds[:, np.arange(wide), np.arange(wide)] += penalty
    now = np.concatenate([model.intercepts[:, :, None], model.shifts], axis=2)
    centre = np.zeros_like(now)
    centre[:, :, 0] = overall
    slopes = np.stack([residual.T @ places for residual in _residuals(model, reactions)], axis=1)
    new = now + np.linalg.solve(bounds, np.swapaxes(slopes - penalty * (now - centre), 1, 2)).swapaxes(1, 2)
    return LowRank(new[:, :, 0].copy(), new[:, :, 1:].copy(), model.places, model.ridge)


def _place_step(reactions: Reactions, seen: sparse.csr_matrix, model: LowRank) -> LowRank:
    """Places by ridge regression on the shifts."""
    products = _products(model.shifts[:, 0]) + _products(model.shifts[:, 1])
    bounds = _CURVATURE * _grams(seen, products, model.rank)
    bounds[:, np.arange(model.rank), np.arange(model.rank)] += 1.0
    first, second = _residuals(model, reactions)
    slope = first @ model.shifts[:, 0] + second @ model.shifts[:, 1] - model.places
    places = model.places + np.linalg.solve(bounds, slope[:, :, None])[:, :, 0]
    return LowRank(model.intercepts, model.shifts, places, model.ridge)


def _products(rows: Floats) -> Floats:
    """Products of all pairs of columns, i <= j, for each row: (m, r(r+1)/2)."""
    i, j = np.triu_indices(rows.shape[1])
    return rows[:, i] * rows[:, j]


def _grams(seen: sparse.csr_matrix | sparse.csc_matrix, products: Floats, wide: int) -> Floats:
    """Sums of outer products over what each row of `seen` (m, s) has seen, (m, wide, wide)."""
    summed = np.asarray(seen @ products)
    i, j = np.triu_indices(wide)
    grams = np.empty((summed.shape[0], wide, wide))
    grams[:, i, j] = summed
    grams[:, j, i] = summed
    return grams


def _widened(reactions: Reactions, model: LowRank, rank: int, rng: np.random.Generator) -> LowRank:
    """The model with more dimensions, begun along what it leaves unexplained (subspace iteration on the residuals)."""
    first, second = _residuals(model, reactions)
    new = rng.normal(size=(reactions.people, rank - model.rank))
    for _ in range(6):
        new = first @ (first.T @ new) + second @ (second.T @ new)
        if model.rank:
            new -= model.places @ np.linalg.lstsq(model.places, new, rcond=None)[0]
        new = np.linalg.qr(new)[0]
    places = np.column_stack([model.places, new * np.sqrt(reactions.people)])
    shifts = np.concatenate([model.shifts, np.zeros((reactions.statements, 2, rank - model.rank))], axis=2)
    return LowRank(model.intercepts, shifts, places, model.ridge)


def on_axes(model: LowRank) -> tuple[Floats, Flags]:
    """Places on the axes along which people's chances differ most, the widest first: (people, rank), centred.

    Lengths are root mean square differences of logits over statements, so a distance means the same on every axis. The
    sign of an axis is that of the statement it moves most. Also (rank,) whether anybody differs along that axis at all.
    """
    if not model.rank:
        return np.zeros((model.places.shape[0], 0)), np.zeros(0, dtype=bool)
    strengths = np.einsum("scr,scq->rq", model.shifts, model.shifts) / max(len(model.shifts), 1)
    size, turn = np.linalg.eigh(strengths)
    root = (turn * np.sqrt(np.maximum(size, 0.0))) @ turn.T
    points = (model.places - model.places.mean(axis=0)) @ root
    spread, axes = np.linalg.eigh(points.T @ points / max(len(points), 1))
    axes, spread = axes[:, ::-1], spread[::-1]
    moved = model.shifts[:, 0] @ np.linalg.pinv(root) @ axes
    strongest = moved[np.abs(moved).argmax(axis=0), np.arange(model.rank)]
    return np.asarray(points @ (axes * np.where(strongest < 0, -1.0, 1.0))), np.asarray(spread > 1e-12)
