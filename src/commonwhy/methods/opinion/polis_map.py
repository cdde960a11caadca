"""The map of Polis-compatible mode: where everybody stands, by two principal components of who voted how.

A missing vote takes its statement's mean. Centred on those means, what was never voted on is exactly nothing, so the
filled-in matrix has the same sparsity as the votes and no dense one is ever made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .votes import Votes

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

VOTES_TO_BE_PLACED = 7
"""People with fewer votes (or fewer than there are statements) are not grouped (METHODS 5)."""
FEWEST_PLACED = 15
"""With fewer people than this, those with most votes fill up to it."""
_DENSE_SIDE = 256
_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class PolisMap:
    """Where people and statements stand.

    `means` (S,): each statement's mean vote, 0 without one. `components` (S, 2): unit vectors, zero where there is nothing
    to tell. `places` (people, 2): projections scaled for how little somebody voted; meaningless where `placed` (people,) is
    False. `extremity` (S,): how far from the middle somebody would stand who had only agreed with that statement.
    """

    means: Floats
    components: Floats
    places: Floats
    placed: Bools
    extremity: Floats


def polis_map(votes: Votes, counts: Bools | None = None) -> PolisMap:
    """Place people by the statements that count (all of them if left out), bool of shape (S,).

    Principal components of the matrix of +1, -1 and 0 with missing votes at their statement's mean; somebody's projection
    is scaled by √(C / own votes), C the number of statements that count (Polis; METHODS 5). An axis points to where its
    strongest statement is agreed with, so that it never flips. Runs in memory in proportion to the votes.
    """
    counting = np.ones(votes.statements, dtype=bool) if counts is None else counts
    kept = counting[votes.statement]
    who, what, value = votes.person[kept], votes.statement[kept], votes.value[kept].astype(np.float64)
    times = np.bincount(what, minlength=votes.statements)
    means = np.bincount(what, weights=value, minlength=votes.statements) / np.maximum(times, 1)
    own = np.bincount(who, minlength=votes.people)
    size = int(counting.sum())
    placed = _eligible(own, size)
    matrix = _sparse(votes, who, what, value - means[what])
    components = _principal(matrix)
    places = np.asarray(matrix @ components) * np.sqrt(size / np.maximum(own, 1))[:, None]
    extremity = np.sqrt(size) * np.abs(1.0 - means) * np.linalg.norm(components, axis=1)
    return PolisMap(means, components, places, placed, extremity)


def _eligible(own: NDArray[np.int64], statements: int) -> Bools:
    """Who is grouped: enough votes; among few people also those with most votes, the first of equals."""
    placed: Bools = (own >= min(VOTES_TO_BE_PLACED, statements)) & (own > 0)
    if placed.sum() < FEWEST_PLACED:
        most = np.argsort(-own, kind="stable")[:FEWEST_PLACED]
        placed[most[own[most] > 0]] = True
    return placed


def _sparse(votes: Votes, who: NDArray[np.int64], what: NDArray[np.int64], value: Floats) -> csr_array:
    from scipy.sparse import csr_array

    return csr_array((value, (who, what)), shape=(votes.people, votes.statements))


def _principal(matrix: csr_array) -> Floats:
    """The first two right singular vectors, (S, 2), signs fixed. Zero where people do not differ at all."""
    people, statements = matrix.shape
    components = _by_smaller_side(matrix) if min(people, statements) <= _DENSE_SIDE else _by_iteration(matrix)
    found = np.zeros((statements, 2))
    found[:, : components.shape[1]] = components
    if not statements:
        return found
    # Of equally strong statements the first decides, whatever the last digit says.
    strength = np.abs(found).round(9)
    signs = np.sign(found[strength.argmax(axis=0), [0, 1]])
    return found * np.where(signs == 0, 1.0, signs)


def _by_smaller_side(matrix: csr_array) -> Floats:
    """Eigenvectors of the cross products of people or of statements, whichever are fewer (at most 256)."""
    people, statements = matrix.shape
    if not people or not statements or not matrix.nnz:
        return np.zeros((statements, 0))
    by_people = people < statements
    products = (matrix @ matrix.T if by_people else matrix.T @ matrix).toarray()
    squares, vectors = np.linalg.eigh(products)
    strongest = np.argsort(-squares, kind="stable")[:2]
    strongest = strongest[squares[strongest] > 1e-9 * max(1.0, float(squares[strongest].max(initial=0.0)))]
    chosen = vectors[:, strongest]
    if by_people:
        chosen = np.asarray(matrix.T @ chosen) / np.sqrt(squares[strongest])
    return np.asarray(chosen, dtype=np.float64)


def _by_iteration(matrix: csr_array) -> Floats:
    """Lanczos iteration on the cross products of statements, which are never written out."""
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    statements = matrix.shape[1]
    turned = matrix.T.tocsr()
    products = LinearOperator((statements, statements), matvec=lambda x: turned @ (matrix @ x), dtype=np.float64)
    if not np.any(matrix.data):
        return np.zeros((statements, 0))
    # A start of its own for every statement, the same on every run.
    start = np.cos(np.arange(1, statements + 1) * 1.0)
    for tolerance in (_TOLERANCE, 1e-4, 1e-1):
        try:
            squares, vectors = eigsh(products, k=2, which="LA", v0=start, ncv=min(statements, 20), tol=tolerance, maxiter=400)
        except ArpackNoConvergence:
            continue  # directions that hardly differ in strength: a coarser answer is as good
        order = np.argsort(-squares)
        return np.asarray(vectors[:, order[squares[order] > 1e-9]], dtype=np.float64)
    return np.zeros((statements, 0))
