"""Votes laid out person by person, as the model and the grouping read them.

Three reactions, each in its own right: to pass is neither half an agreement nor a missing vote. The arrays are those of
a sparse matrix with a row for a person and a column for a statement; the dense one is never made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .votes import Votes

AGREES, PASSES, DISAGREES = 0, 1, 2
REACTIONS = 3

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reactions:
    """V reactions of `people` rows to `statements` columns, ordered by row.

    `start` (people + 1,) cuts the rows; `person`, `statement` (V,) are indices, `reaction` (V,) is 0 agree, 1 pass,
    2 disagree.
    """

    people: int
    statements: int
    start: NDArray[np.int32]
    person: NDArray[np.int32]
    statement: NDArray[np.int32]
    reaction: NDArray[np.int8]

    @property
    def count(self) -> int:
        """V, the number of reactions."""
        return len(self.reaction)

    def matrix(self, data: Floats | None = None) -> sparse.csr_matrix:
        """People × statements, with `data` (V,) where there is a vote, or ones."""
        filled = np.ones(self.count) if data is None else data
        return sparse.csr_matrix((filled, self.statement, self.start), shape=(self.people, self.statements), copy=False)

    def indicators(self) -> sparse.csr_matrix:
        """People × (3 × statements): a one in column 3 × statement + reaction for every vote."""
        columns = REACTIONS * self.statement + self.reaction
        return sparse.csr_matrix((np.ones(self.count), columns, self.start), shape=(self.people, REACTIONS * self.statements))

    def where(self, kept: Flags) -> Reactions:
        """The votes flagged in `kept` (V,), with the same rows and columns."""
        return _laid_out(self.people, self.statements, self.person[kept], self.statement[kept], self.reaction[kept])

    def of(self, rows: Ints) -> Reactions:
        """The votes of the people `rows` (m,), ascending, renumbered from 0."""
        number = np.full(self.people, -1, dtype=np.int32)
        number[rows] = np.arange(len(rows), dtype=np.int32)
        kept = number[self.person] >= 0
        return _laid_out(len(rows), self.statements, number[self.person[kept]], self.statement[kept], self.reaction[kept])

    def tally(self) -> Floats:
        """How many agree, pass and disagree, (statements, 3)."""
        columns = REACTIONS * self.statement.astype(np.int64) + self.reaction
        counted = np.bincount(columns, minlength=REACTIONS * self.statements)
        return counted.reshape(self.statements, REACTIONS).astype(np.float64)


def lay_out(votes: Votes, rows: Ints) -> Reactions:
    """The votes of the people `rows` (m,), ascending indices of `votes`, renumbered from 0.

    A vote of 1, 0, -1 becomes reaction 0, 1, 2.
    """
    number = np.full(votes.people, -1, dtype=np.int32)
    number[rows] = np.arange(len(rows), dtype=np.int32)
    own = number[votes.person]
    kept = own >= 0
    return _laid_out(
        len(rows),
        votes.statements,
        own[kept],
        votes.statement[kept].astype(np.int32),
        (1 - votes.value[kept]).astype(np.int8),
    )


def _laid_out(
    people: int, statements: int, person: NDArray[np.int32], statement: NDArray[np.int32], reaction: NDArray[np.int8]
) -> Reactions:
    start = np.zeros(people + 1, dtype=np.int32)
    np.cumsum(np.bincount(person, minlength=people), out=start[1:])
    return Reactions(people, statements, start, person, statement, reaction)
