"""Any language, from the answers themselves: character n-gram TF-IDF, reduced by truncated singular value decomposition.

Used where no table covers the language. It sees spelling, not meaning: "aprendo" and "aprendizaje" are close, "coche"
and "auto" are not. It is fitted on the texts it is given, so vectors of two calls cannot be compared with each other.

Method: latent semantic analysis (Deerwester et al. 1990) on character n-grams inside words; randomised decomposition
with a fixed seed (Halko, Martinsson and Tropp 2011). Texts are sorted before fitting, so the order they come in changes
nothing, and each axis is turned so that its largest loading is positive.
"""

import unicodedata
from collections.abc import Sequence

import numpy as np

from .protocol import EmbeddingMethod, Embeddings, check_texts, unit_rows

# Rows enter with length 1. One that keeps less than this after the reduction shares nothing with the others: what is
# left of it is rounding.
SMALLEST_KEPT = 1e-3


class CharacterNgrams:
    """Character n-gram embedder, fitted on the texts of each call.

    Args:
        dimensions: the most dimensions to keep, at least 1. Few texts give fewer.

    >>> first, again, other = CharacterNgrams().embed(["la computadora", "las computadoras", "mi familia"]).vectors
    >>> bool(first @ again > first @ other)
    True
    """

    def __init__(self, dimensions: int = 64) -> None:
        if dimensions < 1:
            raise ValueError(f"dimensions must be at least 1, not {dimensions}")
        self._dimensions = dimensions

    @property
    def method(self) -> EmbeddingMethod:
        """Name and version."""
        return EmbeddingMethod(f"character-ngrams-svd-{self._dimensions}", "1")

    @property
    def languages(self) -> frozenset[str] | None:
        """None: it knows no language and takes any."""
        return None

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Vectors of the texts.

        Args:
            texts: n texts, in one language.

        Returns:
            (n, d) vectors, d ≤ `dimensions` and ≤ n; `known` is False for a text without letters, digits or marks, and
            for one that has nothing in common with the directions kept.

        Raises:
            TypeError: `texts` is one string, or holds something that is not a string.
        """
        cleaned = [_clean(text) for text in check_texts(texts)]
        if not any(cleaned):
            return unit_rows(np.zeros((len(cleaned), 1), dtype=np.float32), self.method)
        # Imported late: scikit-learn takes longer to import than this whole package to run.
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.utils.extmath import randomized_svd

        order = sorted(range(len(cleaned)), key=cleaned.__getitem__)
        weights = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), lowercase=False, sublinear_tf=True, dtype=np.float64
        ).fit_transform([cleaned[place] for place in order])
        kept = min(self._dimensions, *weights.shape)
        left, singular, right = randomized_svd(weights, n_components=kept, n_iter=4, random_state=0, flip_sign=False)
        largest = right[np.arange(kept), np.abs(right).argmax(axis=1)]
        scores = left * (singular * np.where(largest < 0, -1.0, 1.0))
        placed = np.empty_like(scores)
        placed[order] = scores
        return unit_rows(placed, self.method, smallest=SMALLEST_KEPT)


def _clean(text: str) -> str:
    """Lower case, no accents (people type them or not), single spaces; "" when nothing but spaces and controls is left."""
    decomposed = unicodedata.normalize("NFKD", text).lower()
    kept = (character for character in decomposed if unicodedata.category(character)[0] not in "CM" or character.isspace())
    return " ".join("".join(kept).split())
