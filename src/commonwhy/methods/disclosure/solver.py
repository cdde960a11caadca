"""Linear programs over linked figures, solved by HiGHS (through scipy, loaded on first use)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from commonwhy.methods.disclosure.figures import Figures

Floats = NDArray[np.float64]


def incidence(figures: Figures) -> Any:
    """The equations as a sparse matrix, one row each, one column per figure."""
    from scipy.sparse import csc_array

    rows = [number for number, e in enumerate(figures.equations) for _ in e.members]
    columns = [member for e in figures.equations for member in e.members]
    values = [coefficient for e in figures.equations for coefficient in e.coefficients]
    shape = (len(figures.equations), len(figures.truth))
    return csc_array((np.array(values, dtype=np.float64), (rows, columns)), shape=shape)


def minimise(objective: Floats, matrix: Any, low: Floats, high: Floats, *, whole: bool = False) -> Floats | None:
    """Values within [low, high] that solve matrix @ values = 0 at the least objective, or None where there are none.

    Without `whole` this is a linear program and the values are a vertex; with it, they are whole numbers.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    moving = np.flatnonzero(low < high)
    values = low.copy()
    right = -(matrix @ np.where(low < high, 0.0, low))
    if not len(moving):
        return None if right.any() else values
    integrality: NDArray[np.int64] = np.full(len(moving), int(whole), dtype=np.int64)
    answer: Any = milp(
        objective[moving],
        integrality=integrality,
        bounds=Bounds(low[moving], high[moving]),
        constraints=LinearConstraint(matrix[:, moving], right, right),
    )
    if answer.x is None:
        return None
    values[moving] = answer.x
    return values
