"""Do groups stand apart, or was one crowd cut in pieces?

Cutting a crowd that leans this way and that foretells votes, and the same cut comes back among other people; so neither
shows that there are groups. A valley does: between two groups fewer people stand than in either. It is looked for on a
line from one group to the other, first along what people's votes tell of the two groups, then, where many agree with
everything on one side and the ends of the line fill up for that reason alone, also along the places of the model.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from .mixture import Mixture, everybody
from .reactions import REACTIONS, Flags, Floats, Reactions
from .reactions import Ints as Labels

_BAND = 1 / 6  # half the width of the three stretches, as a part of the way from one group to the other
_DEPTH = 0.6  # how many may stand between, as a part of those at either end
_SURE = 1.96  # standard errors by which there must be fewer people between


def apart_by_votes(reactions: Reactions, labels: Labels, mixture: Mixture) -> bool:
    """Is there a valley between every two groups, `labels` (n,), along what people's votes tell of the two?"""
    seen = np.diff(reactions.start)
    informed = seen >= np.median(seen) / 2
    for g, h in combinations(range(mixture.k), 2):
        both = np.flatnonzero(informed & ((labels == g) | (labels == h)))
        second = labels[both] == h
        if not second.any() or second.all() or not has_valley(leanings(reactions.of(both), second, mixture.pull), second):
            return False
    return True


def apart_by_places(points: Floats, labels: Labels, k: int) -> bool:
    """Is there a valley between every two of k groups, on the line that parts them best (R. Fisher 1936)?

    `points` (n, r), `labels` (n,).
    """
    centres = np.stack([points[labels == group].mean(axis=0) for group in range(k)])
    off = points - centres[labels]
    within = off.T @ off / max(len(points) - k, 1)
    within[np.diag_indices_from(within)] += 1e-9 + 1e-3 * np.trace(within) / len(within)
    for g, h in combinations(range(k), 2):
        axis = np.linalg.solve(within, centres[h] - centres[g])
        length = float(axis @ (centres[h] - centres[g]))
        if length <= 0:
            return False
        both = (labels == g) | (labels == h)
        if not has_valley((points[both] - centres[g]) @ axis / length, labels[both] == h):
            return False
    return True


def has_valley(along: Floats, second: Flags) -> bool:
    """Do clearly fewer people stand half-way than at either end? `along` (n,) has one group around 0, the `second` around 1.

    In three stretches of equal length, around the two ends and between them, two counts are made. In the first both groups
    count the same in all, or a small group could hardly be seen beside a large one: there must surely be fewer between, and
    at most three fifths as many, because an even crowd whose ends fill up is not two. In the second everybody counts once,
    and the middle lies where a person is as likely of the one group as of the other, so nearer to the smaller one: there
    must be fewer, or the smaller group is but the tail of the larger.
    """
    weight = np.where(second, 1 / second.sum(), 1 / (~second).sum())
    mass, error = [], []
    for at in (0.5, 0.0, 1.0):
        inside = weight[np.abs(along - at) < _BAND]
        mass.append(float(inside.sum()))
        error.append(float((inside**2).sum()))
    deep = all(mass[end] * _DEPTH > mass[0] and mass[end] - mass[0] > _SURE * np.sqrt(error[end] + error[0]) for end in (1, 2))
    spread = (np.var(along[second]) + np.var(along[~second])) / 2
    between = np.clip(0.5 + spread * np.log((~second).sum() / second.sum()), 2 * _BAND, 1 - 2 * _BAND)
    middle, *ends = (int((np.abs(along - at) < _BAND).sum()) for at in (between, 0.0, 1.0))
    return deep and middle < min(ends)


def leanings(reactions: Reactions, second: Flags, pull: float) -> Floats:
    """Where n people stand between two groups, (n,): 0 is what votes tell on average in the one, 1 in the `second` (n,).

    Told by the log of the ratio of the groups' chances. Each person's own votes are first taken out of their group's
    chances, or everybody would seem to stand firmly where they were put.
    """
    indicators = reactions.indicators()
    memberships = np.column_stack([~second, second]).astype(np.float64)
    means = pull * everybody(indicators)
    counted = np.asarray(indicators.T @ memberships)
    held = np.repeat(counted.reshape(-1, REACTIONS, 2).sum(axis=1), REACTIONS, axis=0)
    rates = (counted + means[:, None]) / (held + pull)
    shaped = rates.reshape(-1, REACTIONS, 2)
    ratio = np.log(shaped[:, :, 1] / shaped[:, :, 0])
    expected = np.einsum("src,sr->sc", shaped, ratio)
    cell = REACTIONS * reactions.statement + reactions.reaction
    own = second[reactions.person].astype(np.intp)
    without = np.log((counted[cell, own] - 1 + means[cell]) / (held[cell, own] - 1 + pull))
    other = np.log(rates[cell, 1 - own])
    told = np.bincount(reactions.person, weights=np.where(own == 1, without - other, other - without), minlength=len(second))
    start, end = (np.bincount(reactions.person, weights=one[reactions.statement], minlength=len(second)) for one in expected.T)
    return np.asarray((told - start) / np.maximum(end - start, 1e-9))
