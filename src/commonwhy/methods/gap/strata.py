"""Groups inside strata: coding labels, taking out each stratum's mean, and shuffling within it.

When roles are compared across schools, a school is a *stratum*: two roles may only be compared inside one school,
because schools differ for reasons of their own. So a stratum where everybody has the same role says nothing about
roles and is set aside, each remaining stratum's mean is removed, and labels are shuffled only among its own members.
Rows are kept sorted by stratum, so a stratum is a slice and every sum is a sum over slices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb, factorial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Value = TypeVar("Value", np.float64, np.intp)

ATTAINABLE_CAP = 10**12
"""Attainable permutations are counted exactly up to this number, and given as this number beyond it."""

_SHUFFLED_AT_A_TIME = 500_000  # values held per batch of permutations: a few megabytes, whatever n is


@dataclass(frozen=True)
class Layout:
    """Rows of one comparison, sorted by stratum.

    `rows` (m,) are the positions kept, in sorted order; `groups` (m,) and `strata` (m,) are their codes from 0;
    `names` are the group names by code; `bounds` (s + 1,) cut the strata; `table` (s, k) counts people per cell.
    `set_aside` is the number of rows left out because everybody in their stratum is in one group.
    """

    rows: Ints
    groups: Ints
    strata: Ints
    names: tuple[str, ...]
    bounds: Ints
    table: Ints
    set_aside: int

    @property
    def sizes(self) -> Ints:
        """People per group, (k,)."""
        return np.asarray(self.table.sum(axis=0), dtype=np.intp)

    @property
    def blocks(self) -> Iterator[slice]:
        """The slice of each stratum in the sorted rows."""
        return (slice(int(a), int(b)) for a, b in pairwise(self.bounds))


def lay_out(groups: Sequence[str], strata: Sequence[str] | None = None) -> Layout:
    """Code n group labels and, where given, n stratum labels; keep the strata in which two groups can be compared.

    Codes follow the sorted names, so relabelling or shuffling rows changes nothing but order.
    Raises ValueError when the two differ in length.
    """
    if strata is not None and len(strata) != len(groups):
        raise ValueError(f"{len(groups)} group labels but {len(strata)} stratum labels")
    names, codes = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    codes = codes.astype(np.intp).reshape(-1)
    if strata is None:
        stratum_codes = np.zeros(len(codes), dtype=np.intp)
    else:
        stratum_codes = np.unique(np.asarray(strata, dtype=str), return_inverse=True)[1].astype(np.intp).reshape(-1)
    n_strata = int(stratum_codes.max(initial=-1)) + 1
    table = np.zeros((n_strata, len(names)), dtype=np.intp)
    np.add.at(table, (stratum_codes, codes), 1)
    informative = (table > 0).sum(axis=1) >= 2 if strata is not None else np.ones(n_strata, dtype=bool)
    kept = informative[stratum_codes]
    present = table[informative].sum(axis=0) > 0
    rows = np.flatnonzero(kept)
    rows = rows[np.lexsort((rows, stratum_codes[rows]))]
    new_group = np.cumsum(present) - 1
    new_stratum = np.cumsum(informative) - 1
    kept_table = np.asarray(table[informative][:, present], dtype=np.intp)
    return Layout(
        rows=rows,
        groups=new_group[codes[rows]].astype(np.intp),
        strata=new_stratum[stratum_codes[rows]].astype(np.intp),
        names=tuple(str(name) for name in names[present]),
        bounds=np.concatenate([[0], np.cumsum(kept_table.sum(axis=1))]).astype(np.intp),
        table=kept_table,
        set_aside=int((~kept).sum()),
    )


def as_matrix(vectors: object, n: int) -> Floats:
    """Check n vectors and give them as a float64 (n, d) array.

    Raises ValueError when they are not n rows of finite numbers.
    """
    x = np.asarray(vectors, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] == 0:
        raise ValueError(f"vectors must be an (n, d) array with d of at least 1, not one of shape {x.shape}")
    if len(x) != n:
        raise ValueError(f"{len(x)} vectors but {n} labels")
    bad = ~np.isfinite(x).all(axis=1)
    if bad.any():
        raise ValueError(f"{int(bad.sum())} of {n} vectors hold NaN or infinity, the first in row {int(bad.argmax())}")
    return x


def centre_strata(x: Floats, layout: Layout) -> Floats:
    """Rows x (m, d), sorted as in the layout, less their stratum's mean."""
    if not len(x):
        return x
    sums = np.add.reduceat(x, layout.bounds[:-1], axis=0)
    means = sums / layout.table.sum(axis=1)[:, None]
    return np.asarray(x - means[layout.strata])


def attainable(layout: Layout) -> int:
    """How many different outcomes a permutation within strata can have, up to ATTAINABLE_CAP.

    Per stratum the multinomial number of ways to hand out its labels; the product is divided by the ways to swap
    whole groups that have the same size in every stratum, since the statistic does not see such a swap. (Three
    against three people: 20 arrangements, 10 outcomes.) The smallest p value a full enumeration could give is the
    inverse of this number.
    """
    identical: dict[tuple[int, ...], int] = {}
    for column in layout.table.T:
        key = tuple(int(n) for n in column)
        identical[key] = identical.get(key, 0) + 1
    swaps = 1
    for times in identical.values():
        swaps *= factorial(times)
    ways = 1
    for row in layout.table:
        remaining = int(row.sum())
        for count in row:
            ways *= comb(remaining, int(count))
            remaining -= int(count)
        if ways > ATTAINABLE_CAP * swaps:
            return ATTAINABLE_CAP
    return ways // swaps


def shuffles(values: NDArray[Value], layout: Layout, times: int, rng: np.random.Generator) -> Iterator[NDArray[Value]]:
    """Batches (b, m) of `times` shuffles of values (m,), each value staying in its own stratum."""
    at_a_time = max(1, _SHUFFLED_AT_A_TIME // max(1, len(values)))
    for start in range(0, times, at_a_time):
        batch = np.tile(values, (min(at_a_time, times - start), 1))
        for block in layout.blocks:
            rng.permuted(batch[:, block], axis=1, out=batch[:, block])
        yield batch
