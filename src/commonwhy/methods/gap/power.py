"""How many voices are enough, and how many more to ask for.

From a table made by simulation (`scripts/power_table.py`): answers needed in each group to see a share of .06 of the
variance between groups 80 times in 100 at the 5 percent level. Answers that differ in many directions tell groups
apart sooner than answers that differ in one, so the table is read by the number of groups and by the effective number
of dimensions of the answers, always at the next smaller entry, which asks for more rather than for less.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from .strata import Floats, Ints

FEWEST_PER_GROUP = 10
"""Never fewer than this, whatever the table says: it is for Gaussian answers, and real ones come in lumps."""


@dataclass(frozen=True)
class PowerTable:
    """The committed table: `needed[i][j]` answers per group with `groups[i]` groups and `dimensions[j]` dimensions."""

    share: float
    power: float
    alpha: float
    groups: tuple[int, ...]
    dimensions: tuple[int, ...]
    needed: tuple[tuple[int, ...], ...]


@cache
def power_table() -> PowerTable:
    """The table as it is in the package."""
    kept = json.loads((files(__package__) / "power_table.json").read_text(encoding="utf-8"))
    return PowerTable(
        share=kept["share"],
        power=kept["power"],
        alpha=kept["alpha"],
        groups=tuple(kept["groups"]),
        dimensions=tuple(kept["dimensions"]),
        needed=tuple(tuple(row) for row in kept["needed"]),
    )


def needed_per_group(groups: int, dimensions: float) -> int:
    """Answers needed in each of `groups` groups whose answers differ in `dimensions` effective dimensions.

    Raises ValueError with fewer than two groups, or less than one dimension.

    >>> needed_per_group(2, 1.0), needed_per_group(4, 14.2), needed_per_group(2, 60)
    (64, 10, 10)
    """
    if groups < 2 or not dimensions >= 1:
        raise ValueError(f"nothing to compare with {groups} groups and {dimensions} dimensions")
    table = power_table()
    row = np.searchsorted(table.groups, groups, side="right") - 1
    column = np.searchsorted(table.dimensions, dimensions, side="right") - 1
    return max(FEWEST_PER_GROUP, table.needed[int(row)][int(column)])


def more_needed(sizes: Mapping[str, int], dimensions: float) -> dict[str, int]:
    """How many more answers each group needs, by name; groups that have enough are left out.

    `sizes` are answers per group, two groups at least; `dimensions` as `effective_dimensions` gives them.

    >>> more_needed({"Creekside": 41, "Riverside": 6}, 25)
    {'Riverside': 4}
    """
    enough = needed_per_group(len(sizes), dimensions)
    return {name: enough - n for name, n in sizes.items() if n < enough}


def effective_dimensions(x: Floats, groups: Ints) -> float:
    """In how many directions answers x (n, d) differ within groups (n,): (sum of eigenvalues)^2 / sum of their squares.

    Of the pooled covariance within groups. With few answers it comes out too small, which asks for more answers. At
    least 1, also where all answers are the same.
    """
    centred = x.copy()
    for group in np.unique(groups):
        own = groups == group
        centred[own] -= centred[own].mean(axis=0)
    scatter = centred.T @ centred
    squares = float(np.einsum("ij,ij->", scatter, scatter))
    return max(1.0, float(np.trace(scatter)) ** 2 / squares) if squares > 0 else 1.0
