"""How many meanings are there? As many as come back when the answers are drawn again, and one if none do.

Two things must hold for k meanings. Each of them must come back: drawing the answers again with replacement and
grouping anew must find a group much like it (Hennig's clusterwise stability). And k must be more than fewer meanings
would look like: cutting one long cloud in two is stable as well, but means nothing. So the split must be tighter than
the same split of clouds that have the shape of the data and the meanings accepted so far, and no more. It starts from
one meaning, takes the most stable number that one cloud cannot explain, and goes up from there while both hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .kmeans import k_means
from .strata import Floats, Ints

MOST_MEANINGS = 8
STABLE = 0.75
"""Mean Jaccard similarity from which Hennig (2007) calls a cluster valid and stable."""

_REDRAWS = 30
_CLOUDS = 39  # the split must be tighter than in all of them: error rate 1 in 40
_STARTS = 4
_AT_MOST = 500  # answers used to choose k; all are used to describe the meanings


_Shape = tuple[Ints, Floats, Floats]


@dataclass(frozen=True)
class Choice:
    """The number of meanings `k`, and the least stable meaning's stability for every k tried, in `tried`."""

    k: int
    tried: tuple[tuple[int, float], ...]


def principal_axes(vectors: Floats) -> Floats:
    """Orthonormal axes (d, r) along which vectors (n, d) differ, most first; r = 0 when all are the same.

    Signs are fixed, so that the same answers give the same coordinates.
    """
    centred = vectors - vectors.mean(axis=0)
    if centred.shape[0] < centred.shape[1]:
        _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
        axes = rows.T
    else:
        squares, axes = np.linalg.eigh(centred.T @ centred)
        sizes, axes = np.sqrt(np.maximum(squares[::-1], 0.0)), axes[:, ::-1]
    axes = axes[:, sizes > 1e-7 * max(1e-300, float(np.linalg.norm(vectors)))]
    if not axes.size:
        return np.zeros((vectors.shape[1], 0))
    strongest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return np.asarray(axes * np.sign(strongest))


def directions(k: int) -> int:
    """In how many principal directions answers are parted into k.

    The best split into k lies close to the first k - 1 (C. Ding, X. He, "K-means clustering via principal component
    analysis", ICML 2004); one more leaves room. The directions beyond are the noise of short texts.
    """
    return max(2, k)


def choose_k(vectors: Floats, rng: np.random.Generator, most: int = MOST_MEANINGS) -> Choice:
    """The number of meanings in unit vectors (n, d), from 1 to `most`.

    Stability: C. Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis
    52 (2007) 258. Clouds of the same shape as the reference: Y. Liu, D. Hayes, A. Nobel, J. Marron, "Statistical
    significance of clustering for high-dimension, low-sample size data", JASA 103 (2008) 1281; here they are laid on
    the sphere, where our vectors live, and are taken up the ladder of k (G. McLachlan, Applied Statistics 36 (1987)
    318).
    """
    if len(vectors) > _AT_MOST:
        vectors = vectors[np.sort(rng.choice(len(vectors), _AT_MOST, replace=False))]
    n = len(vectors)
    axes = principal_axes(vectors)
    most = min(most, n // smallest_meaning(n))
    if axes.shape[1] == 0 or most < 2:
        return Choice(1, ())
    full = vectors @ axes
    most = min(most, len(np.unique(np.round(full, 9), axis=0)))
    counts = rng.multinomial(n, np.full(n, 1 / n), size=_REDRAWS).T.astype(np.float64)
    tried: list[tuple[int, float]] = []
    stable: list[_Split] = []
    for k in range(2, most + 1):
        points = full[:, : directions(k)]
        split = k_means(points, np.ones((n, 1)), k, 3 * _STARTS, rng)
        labels = split.labels[:, 0]
        if np.bincount(labels, minlength=k).min() < smallest_meaning(n):
            continue
        redrawn = k_means(points, counts, k, _STARTS, rng)
        lowest = float(clusterwise_stability(labels, redrawn.labels, counts > 0, k).min())
        tried.append((k, lowest))
        if lowest >= STABLE:
            stable.append(_Split(k, labels, lowest, float(split.inertia[0])))
    outside = float(np.maximum(1.0 - np.einsum("ij,ij->i", full, full), 0.0).mean())
    accepted, current = 1, np.zeros(n, dtype=np.intp)
    # First the most stable number that one cloud cannot explain, then up from there.
    for candidate in sorted(stable, key=lambda candidate: -candidate.stability):
        if _tighter_than_clouds(full, outside, current, candidate, rng):
            accepted, current = candidate.k, candidate.labels
            break
    for candidate in stable:
        if 1 < accepted < candidate.k and _tighter_than_clouds(full, outside, current, candidate, rng):
            accepted, current = candidate.k, candidate.labels
    return Choice(accepted, tuple(tried))


@dataclass(frozen=True)
class _Split:
    """A stable way of grouping all answers: k, labels (n,), its least stable group's stability, and its inertia."""

    k: int
    labels: Ints
    stability: float
    inertia: float


def smallest_meaning(n: int) -> int:
    """The fewest answers a meaning may have: 3 percent of n, and 3."""
    return max(3, -(-3 * n // 100))


def clusterwise_stability(labels: Ints, redrawn: Ints, drawn: NDArray[np.bool_], k: int) -> Floats:
    """Mean over redraws of each group's best Jaccard similarity with a redrawn group, among those drawn; (k,).

    `labels` (n,) is the grouping of all, `redrawn` (n, b) those of each redraw, `drawn` (n, b) who was drawn in it.
    """
    first = np.eye(k)[labels]
    best = np.zeros((drawn.shape[1], k))
    for draw in range(drawn.shape[1]):
        mine = first[drawn[:, draw]]
        theirs = np.eye(k)[redrawn[drawn[:, draw], draw]]
        shared = mine.T @ theirs
        union = mine.sum(axis=0)[:, None] + theirs.sum(axis=0)[None, :] - shared
        best[draw] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0).max(axis=1)
    return np.asarray(best.mean(axis=0))


def _tighter_than_clouds(full: Floats, outside: float, current: Ints, candidate: _Split, rng: np.random.Generator) -> bool:
    """Is the candidate tighter than in every cloud that has the `current` groups and no more?

    `full` (n, r) are the answers on all axes; `outside` the squared length
    they share beyond the axes; `current` (n,) the groups accepted so far. The clouds have the very squares
    within groups that the data have.
    """
    groups = [np.flatnonzero(current == group) for group in range(int(current.max()) + 1)]
    shapes = [_shape(full, rows) for rows in groups]
    target = _within(full, groups)
    stretch = np.ones(full.shape[1])
    for _ in range(2):  # laying a cloud on the sphere flattens it, the long axes most: make up for that
        made = np.mean([_within(_cloud(shapes, stretch, outside, rng), groups) for _ in range(3)], axis=0)
        stretch = stretch * np.sqrt(np.divide(target, made, out=np.ones_like(target), where=made > 0))
    everyone = np.ones((len(full), 1))
    kept = min(directions(candidate.k), full.shape[1])
    for _ in range(_CLOUDS):
        points = _cloud(shapes, stretch, outside, rng)[:, :kept]
        # The very squares of the data along every axis, so that chance in how long a cloud is does not count.
        squares = _within(points, groups)
        scale = np.sqrt(np.divide(target[:kept], squares, out=np.ones(kept), where=squares > 0))
        for rows in groups:
            mean = points[rows].mean(axis=0)
            points[rows] = (points[rows] - mean) * scale + mean
        if k_means(points, everyone, candidate.k, _STARTS, rng).inertia[0] <= candidate.inertia:
            return False
    return True


def _cloud(shapes: list[_Shape], stretch: Floats, outside: float, rng: np.random.Generator) -> Floats:
    """Gaussian answers (n, r) with each group's mean and covariance, stretched along the axes, on the unit sphere."""
    cloud = np.empty((sum(len(rows) for rows, _, _ in shapes), len(stretch)))
    for rows, mean, root in shapes:
        cloud[rows] = mean + (rng.normal(size=(len(rows), len(root))) @ root) * stretch
    lengths = np.sqrt(np.einsum("ij,ij->i", cloud, cloud) + outside)
    return np.asarray(cloud / np.maximum(lengths, 1e-12)[:, None])


def _shape(full: Floats, rows: Ints) -> _Shape:
    """A group's rows, their mean (r,) and a square root of their covariance, (m, r) with m at most r."""
    mean = full[rows].mean(axis=0)
    return rows, mean, np.asarray(np.linalg.qr((full[rows] - mean) / np.sqrt(len(rows)), mode="r"))


def _within(points: Floats, groups: list[Ints]) -> Floats:
    """Sum of squares within groups along each axis, (r,)."""
    squares = np.zeros(points.shape[1])
    for rows in groups:
        squares += ((points[rows] - points[rows].mean(axis=0)) ** 2).sum(axis=0)
    return squares
