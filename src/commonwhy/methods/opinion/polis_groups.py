"""The opinion groups of Polis-compatible mode: up to a hundred small clusters on the map, joined into a few groups.

Where this departs from Polis: no group is tiny. Somebody who voted little stands far out on the map, and the plain recipe likes
to make such a person a group of their own. So of many starts of k-means only those without a tiny group are taken; where there is
none, the few far out are set aside while groups are found, and then belong to the nearest one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from .result import Candidate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BASE_CLUSTERS = 100
MOST_GROUPS = 5
_BASE_STEPS = 10
_STEPS = 60
_STARTS = 64
_MOST_ASIDE = 0.1


@dataclass(frozen=True, slots=True)
class PolisGroups:
    """`label` (n,): the group of each point, the largest 0. `centres` (k, 2). `candidates`: every k that was tried."""

    label: Ints
    centres: Floats
    candidates: tuple[Candidate, ...]

    @property
    def k(self) -> int:
        return len(self.centres)


def smallest_group(n: int, small: int) -> int:
    """With how few people a group may stand: 2 percent of n; for few people 5 percent, at most `small`; never alone."""
    return max(2, min(ceil(n * 0.05), small), ceil(n * 0.02))


def polis_groups(places: Floats, *, small: int, groups: int | None, seed: int) -> PolisGroups:
    """Group points (n, 2): base clusters, then weighted k-means, k from 2 to min(5, 2 + ⌊B/12⌋) by mean silhouette of base
    clusters, each counted as often as it has people (METHODS 5).

    Of many starts of each k the tightest without a group under `smallest_group` is taken, if need be with those far out set
    aside; a k without one is listed with the score of its tightest start and not taken. `groups` asks for one k; if that
    leaves a tiny group, the largest k below it that does not. One group is left when nothing else is possible. The order of
    the points does not matter.
    """
    n = len(places)
    if n == 0:
        return PolisGroups(np.zeros(0, dtype=np.int64), np.zeros((0, 2)), ())
    rng = np.random.default_rng(seed)
    points, weights, base = _base_clusters(places, rng)
    fewest = smallest_group(n, small)
    most = min(MOST_GROUPS, 2 + len(points) // 12)
    tried = range(2, max(most, groups or 0) + 1) if groups != 1 else range(0)
    candidates, allowed = [], {}
    for k in tried:
        if k > len(points):
            break
        label, near, fits = _split(points, weights, k, fewest, rng)
        score = _silhouette(points[near], weights[near], label[near], k)
        candidates.append(Candidate(k, score, None))
        if fits:
            allowed[k] = (score, label)
    if groups is not None:
        allowed = {k: found for k, found in allowed.items() if k == max((each for each in allowed if each <= groups), default=0)}
    if not allowed:
        candidates.insert(0, Candidate(1, 0.0, None))
        return PolisGroups(np.zeros(n, dtype=np.int64), places.mean(axis=0, keepdims=True), tuple(candidates))
    _, chosen = max(allowed.values(), key=lambda found: found[0])
    return _numbered(chosen[base], places, tuple(candidates))


def membership_confidence(places: Floats, label: Ints, centres: Floats) -> Floats:
    """How sure a membership is, from 0.5 (between two groups) to 1: distance to the next group's centre, over both distances."""
    if len(centres) < 2:
        return np.ones(len(places))
    distances = np.linalg.norm(places[:, None, :] - centres[None], axis=2)
    own = distances[np.arange(len(places)), label]
    distances[np.arange(len(places)), label] = np.inf
    other = distances.min(axis=1)
    total = own + other
    sure: Floats = np.divide(other, total, out=np.full(len(places), 0.5), where=total > 0)
    return sure


def _base_clusters(places: Floats, rng: np.random.Generator) -> tuple[Floats, Floats, Ints]:
    """At most 100 small clusters: their centres (B, 2), how many people each holds (B,), and whose is which (n,)."""
    scale = float(np.abs(places).max()) or 1.0
    # Points that differ by the last digit of a sum are the same place; sorted, their order in the file does not matter.
    distinct, where, times = np.unique((places / scale).round(9), axis=0, return_inverse=True, return_counts=True)
    where = where.reshape(-1)
    distinct = distinct * scale
    weights = times.astype(np.float64)
    if len(distinct) <= BASE_CLUSTERS:
        return distinct, weights, where.astype(np.int64)
    from scipy.spatial import cKDTree

    centres = _spread_out(distinct, weights, BASE_CLUSTERS, rng)
    nearest = np.zeros(len(distinct), dtype=np.int64)
    for _ in range(_BASE_STEPS):
        again = np.asarray(cKDTree(centres).query(distinct)[1], dtype=np.int64)
        settled = bool((again == nearest).all())
        nearest = again
        held = np.bincount(nearest, weights=weights, minlength=len(centres))
        sums = np.stack(
            [np.bincount(nearest, weights=weights * distinct[:, axis], minlength=len(centres)) for axis in (0, 1)], axis=1
        )
        centres = np.where(held[:, None] > 0, sums / np.maximum(held, 1)[:, None], centres)
        if settled:
            break
    used, nearest = np.unique(nearest, return_inverse=True)
    people: Floats = np.bincount(nearest, weights=weights).astype(np.float64)
    return centres[used], people, nearest.reshape(-1)[where].astype(np.int64)


def _spread_out(points: Floats, weights: Floats, k: int, rng: np.random.Generator) -> Floats:
    """k-means++ starts (D. Arthur, S. Vassilvitskii, SODA 2007)."""
    chosen = [int(rng.choice(len(points), p=weights / weights.sum()))]
    distance = _squared(points, points[chosen[0]])
    for _ in range(k - 1):
        chance = np.cumsum(distance * weights)
        chosen.append(int(np.searchsorted(chance, rng.random() * chance[-1], side="right").clip(0, len(points) - 1)))
        distance = np.minimum(distance, _squared(points, points[chosen[-1]]))
    return points[chosen]


def _squared(points: Floats, others: Floats) -> Floats:
    """Squared distances in the plane, over the last axis; a sum over so short an axis takes numpy several times as long."""
    across, up = points[..., 0] - others[..., 0], points[..., 1] - others[..., 1]
    found: Floats = across * across + up * up
    return found


def _split(points: Floats, weights: Floats, k: int, fewest: int, rng: np.random.Generator) -> tuple[Ints, Bools, bool]:
    """The tightest k groups without one under `fewest`: labels (B,), who was not set aside (B,), and whether there are such.

    Where there are none, the tightest groups of all.
    """
    near = np.ones(len(points), dtype=bool)
    plain: Ints | None = None
    while near.sum() >= k and weights[~near].sum() <= _MOST_ASIDE * weights.sum():
        labels, centres, left = _many_starts(points[near], weights[near], k, rng)
        sizes = np.stack([(labels == part) @ weights[near] for part in range(k)], axis=1)
        fits = sizes.min(axis=1) >= fewest
        best = int(np.where(fits | ~fits.any(), left, np.inf).argmin())
        label = _squared(points[:, None], centres[best]).argmin(axis=1)
        label[near] = labels[best]
        if fits.any():
            return label, near, True
        plain = label if plain is None else plain
        tiny = np.flatnonzero(sizes[best] < fewest)
        near[near] = ~np.isin(labels[best], tiny)
    assert plain is not None
    return plain, np.ones(len(points), dtype=bool), False


def _many_starts(points: Floats, weights: Floats, k: int, rng: np.random.Generator) -> tuple[Ints, Floats, Floats]:
    """Weighted k-means from many starts at once: labels (starts, B), centres (starts, k, 2), squared distance left (starts,)."""
    centres = np.stack([_spread_out(points, weights, k, rng) for _ in range(_STARTS)])
    labels = np.zeros((_STARTS, len(points)), dtype=np.int64)
    distance = np.zeros((_STARTS, len(points), k))
    for _ in range(_STEPS):
        distance = _squared(points[None, :, None, :], centres[:, None])
        again = distance.argmin(axis=2)
        settled = bool((again == labels).all())
        labels = again
        member = (labels[:, :, None] == np.arange(k)) * weights[None, :, None]
        held = member.sum(axis=1)
        sums = np.einsum("sbk,bd->skd", member, points)
        centres = np.where(held[:, :, None] > 0, sums / np.maximum(held, 1e-12)[:, :, None], centres)
        if settled:
            break
    left: Floats = (distance.min(axis=2) * weights).sum(axis=1)
    return labels, centres, left


def _silhouette(points: Floats, weights: Floats, label: Ints, k: int) -> float:
    """Mean silhouette (P. Rousseeuw 1987) of weighted points: a point of weight w stands for w people in one place."""
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    member = (label[:, None] == np.arange(k)) * weights[:, None]
    held = member.sum(axis=0)
    to_group = distance @ member
    mine = np.arange(len(points)), label
    own = to_group[mine] / np.maximum(held[label] - 1, 1e-12)
    others = np.where(held > 0, to_group / np.maximum(held, 1e-12), np.inf)
    others[mine] = np.inf
    next_best = others.min(axis=1)
    larger = np.maximum(own, next_best)
    value = np.divide(next_best - own, larger, out=np.zeros(len(points)), where=np.isfinite(larger) & (larger > 0))
    value[held[label] <= 1] = 0.0
    return float((value * weights).sum() / weights.sum())


def _numbered(label: Ints, places: Floats, candidates: tuple[Candidate, ...]) -> PolisGroups:
    """Groups numbered by size, equals by where their centre lies from left to right."""
    present = np.unique(label)
    centres = np.stack([places[label == each].mean(axis=0) for each in present])
    sizes = np.array([(label == each).sum() for each in present])
    order = np.lexsort((centres[:, 1].round(9), centres[:, 0].round(9), -sizes))
    renumbered = np.empty(int(present.max()) + 1, dtype=np.int64)
    renumbered[present[order]] = np.arange(len(present))
    return PolisGroups(renumbered[label], centres[order], candidates)
