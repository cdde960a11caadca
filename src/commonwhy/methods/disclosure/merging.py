"""Groups too small to show are first merged with the next smallest of their kind, and named as merged."""

from __future__ import annotations

from collections.abc import Sequence


def merge_small(sizes: Sequence[int], kinds: Sequence[str | None], k: int) -> tuple[tuple[int, ...], ...]:
    """Put columns together until each holds at least k people, or its kind has no other column left.

    `sizes` are people per column; `kinds` says which columns may be merged (grade bands with grade bands); a column of
    kind None is left alone. Each merged column takes the place of its first member. Ties go to the earlier column, so
    the outcome is always the same. Returns the member columns of each resulting column.

    >>> merge_small([120, 4, 30, 7, 6], ["band", "band", "band", "band", "role"], 10)
    ((0,), (1, 3), (2,), (4,))
    """
    if len(sizes) != len(kinds):
        raise ValueError("Each column needs its kind (or None).")
    groups: list[tuple[int, ...]] = [(column,) for column in range(len(sizes))]

    def size(group: tuple[int, ...]) -> tuple[int, int]:
        return sum(sizes[column] for column in group), group[0]

    for kind in dict.fromkeys(kind for kind in kinds if kind is not None):
        while True:
            alike = sorted((group for group in groups if kinds[group[0]] == kind), key=size)
            if len(alike) < 2 or size(alike[0])[0] >= k:
                break
            smallest, following = alike[:2]
            groups = [group for group in groups if group not in (smallest, following)]
            groups.append(tuple(sorted(smallest + following)))
    return tuple(sorted(groups))
