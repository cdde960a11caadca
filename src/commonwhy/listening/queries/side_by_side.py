"""A few answers next to each other: which two are most alike, which furthest apart. Nothing is inferred (METHODS 4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NO_DIFFERENCE = 0.005
"""Similarities are shown with two decimals; what is less apart reads the same."""


@dataclass(frozen=True)
class Voice:
    """One answer to lay beside others. `who` is what the page calls its speaker."""

    words: str
    who: str
    language: str


@dataclass(frozen=True)
class Pair:
    """Two answers and how alike they are: cosine of their embeddings, 1 for the same words."""

    first: int
    second: int
    similarity: float


@dataclass(frozen=True)
class SideBySide:
    """The answers, every comparable pair from most to least alike, and how many pairs were in two languages."""

    voices: tuple[Voice, ...]
    pairs: tuple[Pair, ...]
    not_compared: int

    @property
    def most_alike(self) -> tuple[Voice, Voice] | None:
        return self._voices_of(self.pairs[0]) if len(self.pairs) > 1 else None

    @property
    def furthest_apart(self) -> tuple[Voice, Voice] | None:
        """None where no two are further apart than the closest two, as when all say the same."""
        apart = len(self.pairs) > 1 and self.pairs[0].similarity - self.pairs[-1].similarity > NO_DIFFERENCE
        return self._voices_of(self.pairs[-1]) if apart else None

    @property
    def rows(self) -> list[tuple[Voice, Voice, float]]:
        return [(*self._voices_of(pair), pair.similarity) for pair in self.pairs]

    def _voices_of(self, pair: Pair) -> tuple[Voice, Voice]:
        return self.voices[pair.first], self.voices[pair.second]


def lay_side_by_side(voices: Sequence[Voice]) -> SideBySide:
    """Compare each two answers that are in the same language. Under three answers nothing is compared.

    Answers without a word the embedder knows are shown, and compared with nothing.
    """
    every_pair = len(voices) * (len(voices) - 1) // 2
    if len(voices) < 3:
        return SideBySide(tuple(voices), (), 0)
    # Scientific packages are loaded only when somebody asks for a comparison (DESIGN, The house).
    from commonwhy.methods.embedding import embed_by_language

    pairs: list[Pair] = []
    for block in embed_by_language([voice.words for voice in voices], [voice.language for voice in voices]):
        known = (int(row) for row, is_known in zip(block.rows, block.embeddings.known, strict=True) if is_known)
        rows = [row for row in known if any(map(str.isalpha, voices[row].words))]
        cosines = block.embeddings.vectors @ block.embeddings.vectors.T
        place = {int(row): number for number, row in enumerate(block.rows)}
        pairs.extend(
            Pair(one, other, float(cosines[place[one], place[other]]))
            for number, one in enumerate(rows)
            for other in rows[number + 1 :]
        )
    pairs.sort(key=lambda pair: (-pair.similarity, pair.first, pair.second))
    return SideBySide(tuple(voices), tuple(pairs), every_pair - len(pairs))
