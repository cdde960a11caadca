"""The map of who votes alike, as far as it may be shown: how many stand in each cell of a honeycomb, and never one person.

A cell is drawn from k people on, and only in steps of how many there are, so that no subtraction finds the few who stand
elsewhere. The cells are as small as they can be with most people still in some cell that is drawn. Of an opinion group its
middle and how far it spreads are kept, which are means over k people or more. Places have no meaning but who stands near
whom: neither side is better, and nothing is written on the axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from commonwhy.methods.opinion import Landscape as Measured

MOST_ACROSS = 16
FEWEST_ACROSS = 3
SHOWN_SHARE = 0.8
"""How many of those who are placed have to stand in a cell that is drawn, for cells this small."""
STEPS = (1, 2, 5, 10, 20, 50, 100, 500, 1_000)
"""Steps of a cell's size, in k."""


def cells_of(measured: Measured, k: int) -> dict[str, Any]:
    """The honeycomb and the groups on it, in a square of side 1; empty where fewer than 2k people could be placed."""
    import numpy as np

    placed = np.flatnonzero(measured.people.group >= 0)
    if len(placed) < 2 * k:
        return {}
    points = np.column_stack([measured.people.x[placed], measured.people.y[placed]])
    low, span = points.min(axis=0), float(np.ptp(points, axis=0).max())
    points = (points - low - np.ptp(points, axis=0) / 2) / (span or 1.0) * 0.9 + 0.5
    best: dict[str, Any] = {}
    for across in range(MOST_ACROSS, FEWEST_ACROSS - 1, -1):
        cells = _honeycomb(points, across)
        shown = {cell: n for cell, n in cells.items() if n >= k}
        best = {"across": across, "cells": [{"x": x, "y": y, "size": _step(n, k)} for (x, y), n in sorted(shown.items())]}
        if sum(shown.values()) >= SHOWN_SHARE * len(points):
            break
    if not best["cells"]:
        return {}
    best["groups"] = [
        _spread(points[measured.people.group[placed] == group.number], group.number + 1) for group in measured.groups
    ]
    return best


def _honeycomb(points: Any, across: int) -> dict[tuple[float, float], int]:
    """How many stand nearest to each middle of a honeycomb with `across` cells in a row."""
    import numpy as np

    wide, tall = 1 / across, np.sqrt(3) / across
    even = np.stack([np.round(points[:, 0] / wide) * wide, np.round(points[:, 1] / tall) * tall], axis=1)
    odd = np.stack([(np.floor(points[:, 0] / wide) + 0.5) * wide, (np.floor(points[:, 1] / tall) + 0.5) * tall], axis=1)
    nearer = ((points - even) ** 2).sum(axis=1) <= ((points - odd) ** 2).sum(axis=1)
    middles, counts = np.unique(np.where(nearer[:, None], even, odd).round(4), axis=0, return_counts=True)
    return {(float(x), float(y)): int(n) for (x, y), n in zip(middles, counts, strict=True)}


def _step(n: int, k: int) -> int:
    """The size of a cell as it is told: at least so many."""
    return max(step * k for step in STEPS if step * k <= n)


def _spread(points: Any, number: int) -> dict[str, Any]:
    """The middle of a group and the ellipse that about two thirds of it stand in (one and a half deviations each way)."""
    import numpy as np

    centre = points.mean(axis=0)
    sides, axes = np.linalg.eigh(np.cov(points.T) if len(points) > 1 else np.zeros((2, 2)))
    reach = 1.5 * np.sqrt(np.maximum(sides, 0.0))
    turn = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
    return {
        "number": number,
        "x": round(float(centre[0]), 2),
        "y": round(float(centre[1]), 2),
        "long": round(float(max(reach[1], 0.02)), 2),
        "short": round(float(max(reach[0], 0.02)), 2),
        "turn": round(turn),
    }
