"""Answers made ready to be compared: what cannot be used is set aside and counted, the rest is put in one order.

The order depends on what the answers are, never on how the file was sorted, so the same answers give the same figures
for the same seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .strata import Floats

_NO_TEXT, _NO_GROUP, _NO_STRATUM, _NO_VECTOR = "no_text", "no_group", "no_stratum", "no_vector"


@dataclass(frozen=True)
class Answers:
    """n usable answers in canonical order: unit vectors (n, d), texts, groups, strata, and their rows in the input."""

    vectors: Floats
    texts: tuple[str, ...]
    groups: tuple[str, ...]
    strata: tuple[str, ...] | None
    rows: tuple[int, ...]
    dropped: dict[str, int]


def prepare(vectors: ArrayLike, texts: Sequence[str | None], by: Sequence[object], within: Sequence[object] | None) -> Answers:
    """Drop answers without text, group, stratum or vector (all zero: no word the embedder knows), and sort the rest.

    Raises ValueError when lengths differ, a usable answer's vector is not finite, or nothing is left.
    """
    x = np.asarray(vectors, dtype=np.float64)
    n = len(texts)
    if len(by) != n or (within is not None and len(within) != n):
        raise ValueError(f"{n} texts but {len(by)} groups" + (f" and {len(within)} strata" if within is not None else ""))
    if n == 0:
        raise ValueError("there are no answers")
    if x.ndim != 2 or len(x) != n:
        raise ValueError(f"vectors must be an array of {n} rows, one for each text, not one of shape {x.shape}")
    groups = [_label(value) for value in by]
    strata = None if within is None else [_label(value) for value in within]
    lengths = np.linalg.norm(x, axis=1)
    dropped: dict[str, int] = {}
    kept = []
    for row in range(n):
        text = texts[row]
        missing = (
            _NO_TEXT
            if text is None or not text.strip()
            else _NO_GROUP
            if not groups[row]
            else _NO_STRATUM
            if strata is not None and not strata[row]
            else _NO_VECTOR
            if lengths[row] == 0
            else None
        )
        if missing is None:
            if not np.isfinite(lengths[row]):
                raise ValueError(f"the vector of row {row} holds NaN or infinity")
            kept.append(row)
        else:
            dropped[missing] = dropped.get(missing, 0) + 1
    if not kept:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(dropped.items()))
        raise ValueError(f"no answer can be used: {reasons}")
    exact = x + 0.0
    kept.sort(key=lambda row: (groups[row], strata[row] if strata else "", texts[row] or "", exact[row].tobytes()))
    return Answers(
        vectors=x[kept] / lengths[kept][:, None],
        texts=tuple(texts[row] or "" for row in kept),
        groups=tuple(groups[row] for row in kept),
        strata=tuple(strata[row] for row in kept) if strata is not None else None,
        rows=tuple(kept),
        dropped=dict(sorted(dropped.items())),
    )


def _label(value: object) -> str:
    """A label as text, empty where there is none."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return " ".join(str(value).split())
