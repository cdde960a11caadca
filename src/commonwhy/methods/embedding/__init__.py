"""Answers as points: texts in, unit vectors out, so that "how far apart do people mean" becomes a distance.

Three embedders keep one small protocol. `StaticTable` is the default: English, offline, a table of word pieces that
ships with the package. `CharacterNgrams` serves every other language and is fitted on the answers it is given.
`LocalModel` wraps a sentence-transformers model that somebody has put on the machine. Nothing here ever opens a network
connection.

`embed_by_language` is what most callers want: vectors of different embedders, or of different languages, must not be
compared, so it hands back one block for each language. Importing this package reads no table and loads no library
beyond numpy.
"""

from .by_language import LanguageBlock, default_embedders, embed_by_language, normalise_language
from .language import guess_language
from .local_model import LocalModel, LocalModelUnavailableError
from .ngrams import CharacterNgrams
from .protocol import Embedder, EmbeddingMethod, Embeddings
from .static_table import DamagedTableError, StaticTable

__all__ = [
    "CharacterNgrams",
    "DamagedTableError",
    "Embedder",
    "EmbeddingMethod",
    "Embeddings",
    "LanguageBlock",
    "LocalModel",
    "LocalModelUnavailableError",
    "StaticTable",
    "default_embedders",
    "embed_by_language",
    "guess_language",
    "normalise_language",
]
