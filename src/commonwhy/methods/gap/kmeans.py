"""Weighted k-means on shared points, many at once.

Stability needs the same answers grouped again and again with different weights (bootstrap counts). Doing all of them
in one product costs little more than one, and needs no library that takes a second to load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .strata import Floats, Ints

_STEPS = 30


@dataclass(frozen=True)
class Partition:
    """The best of several starts for each of b weightings: `labels` (n, b), `centres` (b, k, r), `inertia` (b,)."""

    labels: Ints
    centres: Floats
    inertia: Floats


def k_means(points: Floats, weights: Floats, k: int, starts: int, rng: np.random.Generator) -> Partition:
    """Split points (n, r) into k parts of least squared distance, for each of b weightings (n, b).

    Points of weight 0 do not pull but are given to the nearest centre. `starts` k-means++ starts each
    (D. Arthur, S. Vassilvitskii, SODA 2007), then Lloyd's steps; the best start is kept.
    Raises ValueError unless k lies between 1 and n.
    """
    n, b = weights.shape
    if not 1 <= k <= n:
        raise ValueError(f"cannot split {n} answers into {k} parts")
    repeated = np.tile(weights, (1, starts))
    lengths = np.einsum("ij,ij->i", points, points)
    centres = _start(points, lengths, repeated, k, rng)
    labels, nearest = _assign(points, lengths, centres)
    for _ in range(_STEPS):
        for part in range(k):
            pull = np.where(labels == part, repeated, 0.0)
            count = pull.sum(axis=0)
            held = count > 0
            centres[held, part] = (pull.T[held] @ points) / count[held, None]
        again, nearest = _assign(points, lengths, centres)
        settled = bool((again == labels).all())
        labels = again
        if settled:
            break
    inertia = (nearest * repeated).sum(axis=0).reshape(starts, b)
    best = inertia.argmin(axis=0) * b + np.arange(b)
    return Partition(labels[:, best], centres[best], inertia.min(axis=0))


def nearest_centre(points: Floats, centres: Floats) -> Ints:
    """The nearest of centres (k, r) for each of points (n, r)."""
    return _assign(points, np.einsum("ij,ij->i", points, points), centres[None])[0][:, 0]


def _assign(points: Floats, lengths: Floats, centres: Floats) -> tuple[Ints, Floats]:
    """Nearest centre and squared distance to it, both (n, b), for centres (b, k, r)."""
    squares = np.einsum("bkr,bkr->kb", centres, centres)
    labels = np.zeros((len(points), len(centres)), dtype=np.intp)
    nearest = squares[0] - 2 * points @ centres[:, 0].T
    for part in range(1, centres.shape[1]):
        distances = squares[part] - 2 * points @ centres[:, part].T
        labels[distances < nearest] = part
        np.minimum(nearest, distances, out=nearest)
    return labels, np.maximum(nearest + lengths[:, None], 0.0)


def _start(points: Floats, lengths: Floats, weights: Floats, k: int, rng: np.random.Generator) -> Floats:
    """k-means++ centres (b, k, r): each next one drawn with chance in proportion to its distance from the others."""
    b = weights.shape[1]
    centres = np.empty((b, k, points.shape[1]))
    chance: NDArray[np.float64] = weights
    distances: Floats | None = None
    for part in range(k):
        cumulative = np.cumsum(chance, axis=0)
        total = cumulative[-1]
        spot = rng.random(b) * total
        chosen = np.minimum((cumulative < spot[None, :]).sum(axis=0), len(points) - 1)
        # All points already coincide with a centre: any point will do.
        chosen = np.where(total > 0, chosen, rng.integers(0, len(points), b))
        centres[:, part] = points[chosen]
        new = np.maximum(lengths[:, None] + lengths[chosen][None, :] - 2 * points @ points[chosen].T, 0.0)
        distances = new if distances is None else np.minimum(distances, new)
        chance = distances * weights
    return centres
