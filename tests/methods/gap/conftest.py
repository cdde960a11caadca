"""Small sets of points with known answers, shared by the tests of the definition gap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray


@dataclass(frozen=True)
class Reference:
    """Fourteen points in three dimensions, in three groups and two strata: the input of every R run quoted here."""

    x: NDArray[np.float64]
    groups: list[str]
    strata: list[str]


@pytest.fixture
def reference() -> Reference:
    """The R input: `x <- matrix(c(...), ncol = 3, byrow = TRUE)`, `g` and `s` as below."""
    x = np.array(
        [
            [0.9, 0.1, 0.3],
            [0.8, 0.4, 0.2],
            [0.7, 0.2, 0.6],
            [0.95, 0.05, 0.1],
            [0.6, 0.5, 0.5],
            [0.2, 0.9, 0.1],
            [0.1, 0.7, 0.6],
            [0.4, 0.8, 0.3],
            [0.05, 0.9, 0.35],
            [0.3, 0.95, 0.2],
            [0.5, 0.6, 0.7],
            [0.3, 0.1, 0.9],
            [0.9, 0.2, 0.8],
            [0.1, 0.8, 0.85],
        ]
    )
    return Reference(x, list("aaaaabbbbbbccc"), list("pqpqppqqpqpqpq"))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20250301)
