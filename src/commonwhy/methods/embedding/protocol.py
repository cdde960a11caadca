"""What every embedder promises, and the record of which one was used.

A text that says nothing the embedder knows (blank, only emoji, a script it has no pieces for) has no direction. It
keeps its row, as zeros, and is marked in `known`, so that a caller leaves it out on purpose instead of comparing it by
accident.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EmbeddingMethod:
    """Which embedder made the vectors: written into a result's `method` record, so that a figure can be made again."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True, eq=False)
class Embeddings:
    """Vectors of n texts in d dimensions, read only.

    Attributes:
        vectors: (n, d) float32. Rows have length 1 where `known`, and are all zeros elsewhere.
        known: (n,) bool. False where the embedder found nothing it could place.
        method: the embedder that made them. Only vectors of one call are comparable.
    """

    vectors: NDArray[np.float32]
    known: NDArray[np.bool_]
    method: EmbeddingMethod

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or self.known.shape != self.vectors.shape[:1]:
            raise ValueError(f"vectors must be (n, d) and known (n,), not {self.vectors.shape} and {self.known.shape}")
        self.vectors.setflags(write=False)
        self.known.setflags(write=False)

    def __len__(self) -> int:
        return len(self.known)


@runtime_checkable
class Embedder(Protocol):
    """Texts in, unit vectors out."""

    @property
    def method(self) -> EmbeddingMethod:
        """Name and version."""

    @property
    def languages(self) -> frozenset[str] | None:
        """ISO 639-1 codes of the languages it was made for; None when it works from the given texts alone."""

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Vectors of the texts, a row each, in the order given."""


def check_texts(texts: Sequence[str]) -> list[str]:
    """The texts as a list.

    Raises:
        TypeError: for one string (which is a sequence of letters to Python), or a text that is not a string.
    """
    if isinstance(texts, str):
        raise TypeError("texts is one string; give a list of texts")
    checked = list(texts)
    for place, text in enumerate(checked):
        if not isinstance(text, str):
            raise TypeError(f"text {place} is {type(text).__name__}, not a string; leave skipped answers out, or give ''")
    return checked


def unit_rows(sums: NDArray[np.floating], method: EmbeddingMethod, *, smallest: float = 0.0) -> Embeddings:
    """Rows of (n, d) scaled to length 1; rows no longer than `smallest` become zeros and not known."""
    lengths = np.linalg.norm(sums.astype(np.float64, copy=False), axis=1)
    known = lengths > smallest
    vectors = np.zeros(sums.shape, dtype=np.float32)
    np.divide(sums, lengths[:, None], out=vectors, where=known[:, None], casting="same_kind")
    return Embeddings(vectors=vectors, known=known, method=method)
