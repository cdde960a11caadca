"""A sentence-transformers model that somebody has put on this machine: the most faithful embedder, and the slowest.

Chosen by a path in the settings of a deployment. The library is imported only when the model is used, and a path that
is not a folder on this machine is refused, because the library would take it for the name of a model to fetch.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .protocol import EmbeddingMethod, Embeddings, check_texts, unit_rows


class LocalModelUnavailableError(RuntimeError):
    """The model's folder or the library to run it is not there."""


class LocalModel:
    """Embedder around a sentence-transformers folder.

    Args:
        path: folder with the model's `modules.json` or `config.json`. languages: ISO 639-1 codes the model was trained
        for: its model card says. None for a model that covers any language.

    Raises:
        LocalModelUnavailableError: there is no model in that folder.
    """

    def __init__(self, path: Path | str, languages: Iterable[str] | None) -> None:
        self._path = Path(path)
        if not any((self._path / name).is_file() for name in ("modules.json", "config.json")):
            raise LocalModelUnavailableError(
                f"There is no language model in {self._path}. Give the folder that holds its modules.json, "
                "or leave the setting out to use the table that comes with CommonWhy."
            )
        self._languages = None if languages is None else frozenset(languages)

    @cached_property
    def method(self) -> EmbeddingMethod:
        """The folder's name, and the first digits of a checksum over its weights and settings."""
        digest = hashlib.sha256()
        for path in sorted(self._path.rglob("*")):
            if path.suffix in {".json", ".safetensors", ".bin", ".txt", ".model"} and path.is_file():
                digest.update(path.relative_to(self._path).as_posix().encode())
                with path.open("rb") as content:
                    digest.update(hashlib.file_digest(content, "sha256").digest())
        return EmbeddingMethod(f"local-{self._path.resolve().name}", digest.hexdigest()[:12])

    @property
    def languages(self) -> frozenset[str] | None:
        """As given."""
        return self._languages

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]  # optional
        except ImportError as problem:
            raise LocalModelUnavailableError(
                "A language model is set, but the package that runs it is not installed. "
                "Install sentence-transformers, or leave the setting out to use the table that comes with CommonWhy."
            ) from problem
        return SentenceTransformer(str(self._path.resolve()), device="cpu", local_files_only=True)

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Vectors of the texts, (n, d); d is the model's. `known` is False for blank texts.

        The model reads the beginning of a long text only, as far as its own limit.

        Raises:
            LocalModelUnavailableError: sentence-transformers is not installed.
            TypeError: `texts` is one string, or holds something that is not a string.
        """
        checked = check_texts(texts)
        model = self._model
        told = [place for place, text in enumerate(checked) if text.strip()]
        if not told:
            return unit_rows(np.zeros((len(checked), 1), dtype=np.float32), self.method)
        encoded = np.asarray(
            model.encode([checked[place] for place in told], convert_to_numpy=True, show_progress_bar=False), dtype=np.float32
        )
        sums = np.zeros((len(checked), encoded.shape[1]), dtype=np.float32)
        sums[told] = encoded
        return unit_rows(sums, self.method)
