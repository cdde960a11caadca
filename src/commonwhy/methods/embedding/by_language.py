"""Answers in different languages are compared only within a language.

The same thought in two languages lies far apart for every embedder here, so a gap between a Spanish-speaking and an
English-speaking group would be a gap between languages. Callers get one block for each language, and say on the page
what stands apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .language import guess_language
from .ngrams import CharacterNgrams
from .protocol import Embedder, Embeddings, check_texts
from .static_table import StaticTable


@dataclass(frozen=True, slots=True, eq=False)
class LanguageBlock:
    """The texts of one language.

    Attributes:
        language: ISO 639-1 code, or None for texts whose language is not known.
        rows: (m,) places of these texts in the list that was given, rising.
        embeddings: their vectors; row i belongs to text `rows[i]`.
    """

    language: str | None
    rows: NDArray[np.intp]
    embeddings: Embeddings


def default_embedders() -> tuple[Embedder, ...]:
    """The packaged table, then character n-grams for whatever it does not cover."""
    return (StaticTable(), CharacterNgrams())


def embed_by_language(
    texts: Sequence[str],
    languages: Sequence[str | None] | None = None,
    *,
    assumed: str | None = None,
    embedders: Sequence[Embedder] | None = None,
) -> tuple[LanguageBlock, ...]:
    """Vectors of the texts, one block for each language.

    Args:
        texts: n texts. languages: n language codes ("en", "es-MX"; None or "" where nobody said). Left out, or None for
        a text: guessed from it. assumed: the language of texts that stay unclear, such as one-word answers: usually
        that of the questionnaire they were
            given in. Without it they form a block of their own.
        embedders: tried in order; the first that covers a language takes its block. `default_embedders()` when left
        out.

    Returns:
        Blocks, the largest first, the one of unknown language last. Every text is in exactly one.

    Raises:
        ValueError: as many languages as texts are needed; or no embedder covers a language.
        TypeError: `texts` is one string, or holds something that is not a string.

    >>> blocks = embed_by_language(["We learn on laptops", "Aprendemos con la computadora", "We share our work"])
    >>> [(block.language, block.rows.tolist()) for block in blocks]
    [('en', [0, 2]), ('es', [1])]
    """
    checked = check_texts(texts)
    if languages is not None and len(languages) != len(checked):
        raise ValueError(f"{len(checked)} texts need as many languages, not {len(languages)}")
    said = [None] * len(checked) if languages is None else [normalise_language(language) for language in languages]
    fallback = normalise_language(assumed)
    rows: dict[str | None, list[int]] = {}
    for place, (text, language) in enumerate(zip(checked, said, strict=True)):
        rows.setdefault(language or guess_language(text) or fallback, []).append(place)
    offered = default_embedders() if embedders is None else embedders
    return tuple(
        LanguageBlock(
            language=language,
            rows=np.asarray(places, dtype=np.intp),
            embeddings=_covering(offered, language).embed([checked[place] for place in places]),
        )
        for language, places in sorted(rows.items(), key=lambda item: (item[0] is None, -len(item[1]), item[0] or ""))
    )


def normalise_language(code: str | None) -> str | None:
    """The bare language of a code: "es-MX", "ES_mx" and "es" are one language; "" and None are none.

    >>> normalise_language("ES_mx"), normalise_language(" ")
    ('es', None)
    """
    bare = (code or "").strip().replace("_", "-").split("-")[0].lower()
    return bare or None


def _covering(embedders: Sequence[Embedder], language: str | None) -> Embedder:
    for embedder in embedders:
        if embedder.languages is None or language in embedder.languages:
            return embedder
    raise ValueError(f"no embedder covers the language {language!r}; add CharacterNgrams(), which covers all")
