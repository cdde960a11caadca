"""Votes on statements, sparse: who reacted how to what, and nothing for what was never shown.

A pass is a vote: somebody saw the statement and neither agreed nor disagreed. A missing vote is no information at all. No
dense people × statements matrix is ever made of these arrays (METHODS 5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Votes:
    """V votes of `people` people on `statements` statements, one for a person and statement, ordered by person, then statement.

    `person` and `statement` are indices of shape (V,); `value` is of shape (V,) and holds 1 (agree), 0 (pass) or -1
    (disagree). `exposure`, shape (V,), is the chance with which that statement was shown to that person just then, in
    (0, 1]; None where nobody chose what is shown. People and statements without a vote may exist.
    """

    people: int
    statements: int
    person: NDArray[np.int64]
    statement: NDArray[np.int64]
    value: NDArray[np.int8]
    exposure: NDArray[np.float64] | None = None

    @property
    def count(self) -> int:
        """V, the number of votes."""
        return len(self.value)


def gather(
    people: int, statements: int, person: ArrayLike, statement: ArrayLike, value: ArrayLike, exposure: ArrayLike | None = None
) -> Votes:
    """Put votes in order; of several votes of a person on a statement the last one given counts.

    Raises ValueError for arrays of different lengths, an index outside its range, a value other than 1, 0 and -1, or an
    exposure outside (0, 1].
    """
    who, what = np.asarray(person, dtype=np.int64), np.asarray(statement, dtype=np.int64)
    said = np.asarray(value, dtype=np.int8)
    shown = None if exposure is None else np.asarray(exposure, dtype=np.float64)
    if who.ndim != 1 or who.shape != what.shape or who.shape != said.shape or (shown is not None and shown.shape != who.shape):
        raise ValueError("person, statement, value and exposure must be one-dimensional and of one length.")
    if len(who) and (who.min() < 0 or who.max() >= people or what.min() < 0 or what.max() >= statements):
        raise ValueError(f"A vote names a person outside 0..{people - 1} or a statement outside 0..{statements - 1}.")
    if not np.isin(said, (AGREE, PASS, DISAGREE)).all():
        raise ValueError("A vote is 1 (agree), 0 (pass) or -1 (disagree).")
    if shown is not None and len(shown) and not ((shown > 0).all() and (shown <= 1).all()):
        raise ValueError("An exposure is a chance above 0 and at most 1.")
    cell = who * np.int64(max(statements, 1)) + what
    order = np.argsort(cell, kind="stable")
    last = np.ones(len(order), dtype=bool)
    last[:-1] = cell[order][1:] != cell[order][:-1]
    kept = order[last]
    return Votes(people, statements, who[kept], what[kept], said[kept], None if shown is None else shown[kept])
