"""A reader who tries every table of whole people that fits what was shown.

It sees only a `ReleasedTable` and what the public knows. It shares no code with the gate: the coding bands are written
out again here, and nothing is solved, only counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonwhy.methods.disclosure import HIDDEN, NOT_ASKED, ReleasedColumn, ReleasedTable

Key = tuple[str, int | str, int | str]


@dataclass(frozen=True)
class PublicKnowledge:
    """What is known of each released column without the table: (least, most) people heard."""

    columns: Sequence[tuple[int, int]]
    never: frozenset[tuple[int, int]] = frozenset()


def label(count: int, n: int) -> str:
    """How the text of the rule says a share is shown."""
    low, high = next(
        ends for least, ends in [(300, (1, 99)), (100, (2, 98)), (40, (5, 95)), (20, (10, 90)), (0, (20, 80))] if n >= least
    )
    value = int(100 * count / n + 0.5 + 1e-9)
    return f"≤{low}%" if value <= low else f"≥{high}%" if value >= high else f"{value}%"


def fits(shown: ReleasedColumn, n: int, counts: Sequence[int]) -> bool:
    """Whether these counts of n people would have been shown like this."""
    if shown.n is not HIDDEN and shown.n != n:
        return False
    for count, told, share in zip(counts, shown.counts, shown.percentages, strict=True):
        if told not in (HIDDEN, NOT_ASKED) and told != count:
            return False
        if share not in (HIDDEN, NOT_ASKED) and (n == 0 or str(share) != label(count, n)):
            return False
    return True


def splits(rows: int, most: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """Every way to put up to `total` people into rows, none above its most."""
    if rows == 0:
        yield ()
        return
    for first in range(min(most[0], total) + 1):
        for rest in splits(rows - 1, most[1:], total - first):
            yield (first, *rest)


def possible_values(table: ReleasedTable, public: PublicKnowledge) -> dict[Key, set[int]]:
    """All values each figure could have, given the table and what is public. Keys: ("cell"|"n"|"row", where, where)."""
    rows = len(table.row_labels)
    roof = sum(high for _, high in public.columns)
    above = [roof] * rows
    if table.everyone is not None:
        whole = table.everyone.n
        for row, told in enumerate(table.everyone.counts):
            if told is not HIDDEN:
                above[row] = told
        if whole is not HIDDEN:
            above = [min(a, whole) for a in above]
            for row, share in enumerate(table.everyone.percentages):
                if share is not HIDDEN:
                    fitting = [c for c in range(whole + 1) if label(c, whole) == str(share)]
                    above[row] = min(above[row], max(fitting))
    options = []
    for j, (column, (least, most)) in enumerate(zip(table.columns, public.columns, strict=True)):
        known = most if column.n is HIDDEN else column.n
        limits = [0 if (row, j) in public.never else min(a, known) for row, a in enumerate(above)]
        options.append([s for s in splits(rows, limits, known) if least <= sum(s) <= most and fits(column, sum(s), s)])
    # Sets of row totals are boolean arrays; adding a column shifts and overlays them.
    shape = tuple(a + 1 for a in above)
    allowed = np.zeros(shape, dtype=bool)
    for total in np.ndindex(shape):
        allowed[total] = sum(total) <= roof and (table.everyone is None or fits(table.everyone, sum(total), total))
    found: dict[Key, set[int]] = {}
    for j, vectors in enumerate(options):
        rest = np.zeros(shape, dtype=bool)
        rest[(0,) * rows] = True
        for other, addends in enumerate(options):
            if other != j:
                rest = add(rest, addends)
        reached = np.zeros(shape, dtype=bool)
        for vector in vectors:
            to, source = shift(shape, vector)
            totals = rest[source] & allowed[to]
            if not totals.any():
                continue
            reached[to] |= totals
            for row, count in enumerate(vector):
                found.setdefault(("cell", row, j), set()).add(count)
            found.setdefault(("n", j, ""), set()).add(sum(vector))
        if j == 0:
            for total in np.argwhere(reached).tolist():
                for row, count in enumerate(total):
                    found.setdefault(("row", row, ""), set()).add(count)
                found.setdefault(("all", "", ""), set()).add(sum(total))
    return found


def shift(shape: Sequence[int], vector: Sequence[int]) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Where totals land, and where they come from, when a column's counts are added."""
    to = tuple(slice(v, None) for v in vector)
    return to, tuple(slice(0, size - v) for size, v in zip(shape, vector, strict=True))


def add(sums: NDArray[np.bool_], vectors: Sequence[tuple[int, ...]]) -> NDArray[np.bool_]:
    """All sums of one of the totals and one of the vectors."""
    result = np.zeros_like(sums)
    for vector in vectors:
        to, source = shift(sums.shape, vector)
        result[to] |= sums[source]
    return result


def consecutive_around(values: set[int], truth: int) -> int:
    """How many consecutive values, the truth among them, are possible."""
    assert truth in values, "the truth itself must fit what was shown"
    low = high = truth
    while low - 1 in values:
        low -= 1
    while high + 1 in values:
        high += 1
    return high - low + 1
