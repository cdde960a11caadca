"""The centre gap: do groups differ, on average, in what they mean?

The test is the Welch-type distance test W_d*, which keeps its error rate when groups differ in size and in spread;
PERMANOVA does not (with 20 against 200 people and doubled spread it rejects a true null nine times in ten).
How large the gap is, is told apart from whether there is one: see `share.py`.
All sums of squares come from group sums, so no n x n matrix is built, and permutations run through one matrix product
of one-hot labels with the vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from .share import Share, between_share
from .strata import Floats, Layout, as_matrix, attainable, centre_strata, lay_out, shuffles
from .threads import one_thread

SMALLEST_GROUP = 2
_SPREAD_FLOOR = 0.01  # of the variance of all rows: see welch_distance
_DENSE_GROUPS = 12  # up to here a dense product of one-hot labels is faster than a sparse one (one core, 5,000 x 256)
_EXACT_ROWS = 1_000  # up to here ties between permutations are likely, so they are computed in double precision
_ONE_HOT_VALUES = 1_000_000  # one-hot labels held at a time


@dataclass(frozen=True)
class CentreGap:
    """Result of the Welch-type distance test between k groups, with the share of distance variance between them.

    `statistic` is W_d*; `p` is None when `attainable` permutations are fewer than 1 / alpha; `groups` are (name, n)
    of the answers compared; `set_aside` counts those in strata with one group only.
    """

    statistic: float
    p: float | None
    share: Share
    groups: tuple[tuple[str, int], ...]
    strata: int
    set_aside: int
    attainable: int
    permutations: int


@one_thread()
def centre_gap(
    vectors: ArrayLike,
    groups: Sequence[str],
    strata: Sequence[str] | None = None,
    clusters: Sequence[str] | None = None,
    *,
    seed: int,
    permutations: int = 999,
    alpha: float = 0.05,
) -> CentreGap:
    """Test whether k groups have the same centre, and say what share of the variance lies between them.

    `vectors` (n, d) any finite numbers, distances being Euclidean; `groups` n labels, at least two people each;
    `strata` n labels inside which groups are compared: each stratum's mean is removed first, then labels are shuffled
    inside strata. `clusters` n labels sampled as a whole (schools); the interval of the share then deletes one
    cluster at a time. p = (1 + permutations at least as extreme) / (1 + permutations).

    Formula: D. Hamidi, W. Wallace, K. Vasu, A. Alekseyenko, "W_d*-test: robust distance-based multivariate analysis
    of variance", Microbiome 7:51 (2019), which extends A. Alekseyenko, Bioinformatics 32 (2016) 3552 to k groups;
    it is Welch's (1951) k-sample test with distances in the place of differences.
    Raises ValueError with fewer than two comparable groups, or a group of one.

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> x = np.vstack([rng.normal(0, 1, (20, 5)), rng.normal(1, 2, (15, 5))])
    >>> gap = centre_gap(x, ["teachers"] * 20 + ["families"] * 15, seed=1)
    >>> gap.groups, gap.p <= 0.05
    ((('families', 15), ('teachers', 20)), True)
    """
    x = as_matrix(vectors, len(groups))
    layout = lay_out(groups, strata)
    check_groups(layout, SMALLEST_GROUP)
    centred = centre_strata(x[layout.rows], layout)
    names = tuple(zip(layout.names, (int(n) for n in layout.sizes), strict=True))
    ways = attainable(layout)
    statistic = float(welch_distance(*group_sums(centred, layout.groups[None, :], layout.sizes), layout.sizes)[0])
    p: float | None = None
    if ways * alpha >= 1:
        rng = np.random.default_rng([seed, 1])
        p = (1 + _at_least_as_extreme(centred, layout, statistic, permutations, rng)) / (1 + permutations)
    kept_clusters = None if clusters is None else np.asarray(clusters, dtype=str)[layout.rows]
    return CentreGap(
        statistic=statistic,
        p=p,
        share=between_share(centred, layout, kept_clusters, alpha=alpha),
        groups=names,
        strata=len(layout.table) if strata is not None else 0,
        set_aside=layout.set_aside,
        attainable=ways,
        permutations=permutations if p is not None else 0,
    )


def check_groups(layout: Layout, smallest: int) -> None:
    """Raise ValueError unless there are two groups to compare, each of at least `smallest` people."""
    if len(layout.names) < 2:
        raise ValueError(
            "there are no two groups to compare"
            + (" inside one stratum: every stratum holds one group only" if layout.set_aside else "")
        )
    for name, n in zip(layout.names, layout.sizes, strict=True):
        if n < smallest:
            raise ValueError(f"group {name!r} has {n} to compare; at least {smallest} are needed")


def _at_least_as_extreme(x: Floats, layout: Layout, observed: float, times: int, rng: np.random.Generator) -> int:
    """How many of `times` shuffles of the labels give a W_d* of at least `observed`, rounding aside."""
    single = len(x) > _EXACT_ROWS
    points = x.astype(np.float32) if single else x
    tolerance = (1e-5 if single else 1e-10) * abs(observed)
    columns = min(len(layout.names), _DENSE_GROUPS)
    at_a_time = max(1, _ONE_HOT_VALUES // (len(x) * columns))
    found = 0
    for batch in shuffles(layout.groups, layout, times, rng):
        for start in range(0, len(batch), at_a_time):
            sums, squares = group_sums(points, batch[start : start + at_a_time], layout.sizes)
            found += int((welch_distance(sums, squares, layout.sizes) >= observed - tolerance).sum())
    return found


def group_sums(x: NDArray[np.floating], labels: NDArray[np.intp], sizes: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Sums of vectors (b, k, d) and of squared lengths (b, k) per group, for each of b labellings (b, n).

    The last group is what the others leave of the total, which saves one column of the product.
    """
    k, n, b = len(sizes), len(x), len(labels)
    with_lengths = np.column_stack([x, np.einsum("ij,ij->i", x, x)])
    if k > _DENSE_GROUPS:
        ends = np.concatenate([[0], np.cumsum(np.tile(sizes, b))])
        order = np.argsort(labels, axis=1, kind="stable").ravel()
        one_hot = sparse.csr_matrix((np.ones(b * n, dtype=x.dtype), order, ends), shape=(b * k, n))
        sums = np.asarray(one_hot @ with_lengths, dtype=np.float64).reshape(b, k, -1)
        return sums[:, :, :-1], sums[:, :, -1]
    chosen = labels[:, None, :] == np.arange(k - 1, dtype=labels.dtype)[None, :, None]
    first = (chosen.reshape(-1, n).astype(x.dtype) @ with_lengths).astype(np.float64).reshape(b, k - 1, -1)
    last = with_lengths.sum(axis=0, dtype=np.float64) - first.sum(axis=1)
    sums = np.concatenate([first, last[:, None, :]], axis=1)
    return sums[:, :, :-1], sums[:, :, -1]


def welch_distance(sums: Floats, squares: Floats, sizes: NDArray[np.intp]) -> Floats:
    """W_d* (b,) from sums of vectors (b, k, d) and of squared lengths (b, k), for groups of the given sizes (k,).

    A group whose answers are all the same has no spread and would weigh infinitely much. Every group's variance is
    therefore held at 1 percent of the variance of all rows at least, in the shuffles as in the data.
    """
    n = sizes.astype(np.float64)
    k = len(n)
    means = sums / n[None, :, None]
    lengths = np.einsum("bkd,bkd->bk", means, means)
    variance = (squares - n * lengths) / (n - 1)
    total = squares.sum(axis=1) - np.einsum("bd,bd->b", sums.sum(axis=1), sums.sum(axis=1)) / n.sum()
    overall = total / (n.sum() - 1)
    rounding = np.finfo(np.float32).eps ** 2 * (squares.sum(axis=1) / n.sum())
    flat = overall <= rounding  # nobody differs from anybody
    variance = np.maximum(variance, (_SPREAD_FLOOR * np.where(flat, 1.0, overall))[:, None])
    weights = n / variance
    weight = weights.sum(axis=1)
    pooled = np.einsum("bk,bkd->bd", weights, means)
    between = np.einsum("bk,bk->b", weights, lengths) - np.einsum("bd,bd->b", pooled, pooled) / weight
    correction = ((1 - weights / weight[:, None]) ** 2 / (n - 1)).sum(axis=1) * 2 * (k - 2) / (k * k - 1)
    return np.where(flat, 0.0, np.maximum(between, 0.0) / (k - 1) / (1 + correction))
