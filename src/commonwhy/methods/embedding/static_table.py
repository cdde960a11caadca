"""The default embedder: a table with a vector for every word piece; a text is the mean of its pieces, scaled to length 1.

The table was distilled from a sentence model (see `data/NOTICE` and `scripts/distil_embedding.py`), reduced to 256
dimensions by principal components and kept as int8 with one scale for each row. Frequent pieces have short rows: their
weight is part of the row, which is why each row needs its own scale. It is read and checked against its checksums on
first use, then shared by the process.

Method: static distillation as in model2vec (Tulkens and van Dongen 2024), weighted by smooth inverse frequency (Arora,
Liang and Ma 2017).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .protocol import EmbeddingMethod, Embeddings, check_texts, unit_rows
from .wordpiece import WordPieces

PACKAGED = Path(__file__).parent / "data"

# So many rows of the table are held as float32 at a time: 16 MB with 256 dimensions.
ROWS_AT_ONCE = 16_384


class DamagedTableError(RuntimeError):
    """The table's files are missing, or are not the ones their manifest describes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    rows: NDArray[np.int8]  # (pieces, dimensions)
    scales: NDArray[np.float32]  # (pieces,)
    pieces: WordPieces


class StaticTable:
    """Word-piece table for English, offline.

    A text's vector does not depend on the other texts given with it. A text may be of any length.

    Args:
        directory: where `manifest.json` and the files it names are. The packaged table when left out.

    >>> table = StaticTable()
    >>> laptop, computer, kindness = table.embed(["laptop", "computer", "kindness"]).vectors
    >>> bool(laptop @ computer > laptop @ kindness)
    True
    """

    def __init__(self, directory: Path = PACKAGED) -> None:
        self._directory = directory

    @property
    def method(self) -> EmbeddingMethod:
        """Name and version; the version ends with the first digits of the table's checksum."""
        manifest = _read_manifest(self._directory)
        return EmbeddingMethod(manifest["name"], f"{manifest['version']}+{manifest['files']['rows.npy'][:12]}")

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages the source model was trained on."""
        return frozenset(_read_manifest(self._directory)["languages"])

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Vectors of the texts.

        Args:
            texts: n texts.

        Returns:
            (n, 256) vectors; `known` is False where no piece of a text is in the vocabulary.

        Raises:
            DamagedTableError: the package's data files are missing or changed.
            TypeError: `texts` is one string, or holds something that is not a string.
        """
        checked = check_texts(texts)
        table = _read_table(self._directory)
        counted = [Counter(table.pieces.numbers(text)) for text in checked]
        sums = np.zeros((len(checked), table.rows.shape[1]), dtype=np.float32)
        batch: list[int] = []
        size = 0
        for place, counts in enumerate(counted):
            if not counts:
                continue
            batch.append(place)
            size += len(counts)
            if size >= ROWS_AT_ONCE:
                sums[batch] = _weighted_sums(table, [counted[row] for row in batch])
                batch, size = [], 0
        if batch:
            sums[batch] = _weighted_sums(table, [counted[row] for row in batch])
        return unit_rows(sums, self.method)


def _weighted_sums(table: _Table, counted: list[Counter[int]]) -> NDArray[np.float32]:
    """Σ count · scale · row for each text's pieces; no text may be empty."""
    sizes = [len(counts) for counts in counted]
    total = sum(sizes)
    numbers = np.fromiter((number for counts in counted for number in counts), dtype=np.intp, count=total)
    times = np.fromiter((count for counts in counted for count in counts.values()), dtype=np.float32, count=total)
    rows = table.rows[numbers].astype(np.float32)
    rows *= (table.scales[numbers] * times)[:, None]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    return np.add.reduceat(rows, starts, axis=0)


@lru_cache(maxsize=4)
def _read_manifest(directory: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise _damaged(f"the manifest of the word table cannot be read ({problem})") from problem
    if not isinstance(manifest, dict) or not {"name", "version", "languages", "files"} <= manifest.keys():
        raise _damaged("the manifest of the word table is not complete")
    return manifest


@lru_cache(maxsize=4)
def _read_table(directory: Path) -> _Table:
    files = {name: _read_checked(directory / name, wanted) for name, wanted in _read_manifest(directory)["files"].items()}
    rows = np.load(BytesIO(files["rows.npy"]), allow_pickle=False)
    scales = np.load(BytesIO(files["scales.npy"]), allow_pickle=False)
    pieces = files["vocabulary.txt"].decode("utf-8").rstrip("\n").split("\n")
    if rows.dtype != np.int8 or not len(rows) == len(scales) == len(pieces):
        raise _damaged("the word table and its vocabulary do not belong together")
    return _Table(rows=rows, scales=scales, pieces=WordPieces(pieces))


def _read_checked(path: Path, wanted: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise _damaged(f"a file of the word table cannot be read ({problem})") from problem
    if hashlib.sha256(content).hexdigest() != wanted:
        raise _damaged(f"{path.name} is not the file that was packaged")
    return content


def _damaged(what: str) -> DamagedTableError:
    return DamagedTableError(
        f"Answers cannot be compared: {what}. No answer was changed. Installing CommonWhy again puts it right."
    )
