"""How well do embeddings find meanings that a person sees? Ours beside TF-IDF with SVD and, when it is there, the full model.

    python benchmarks/embedding.py
    python benchmarks/embedding.py --model FOLDER    # also a sentence-transformers model on this machine

`embedding_answers.csv` beside this file holds short answers to two questions, one of them in Spanish too, written for
this project and labelled by the meaning they were written for. They are hard on purpose: answers of one meaning rarely
share a word. For each embedder the answers are clustered by k-means with as many clusters as there are meanings, from
20 starts, and compared with the labels: adjusted mutual information (AMI), 1 for the same grouping and 0 for what
chance gives; the mean is printed with the lowest and the highest. "nearest" is the share of answers whose nearest
neighbour has the same meaning. Encode times are of this run, after loading; the ratio is that of the first size,
against word TF-IDF.
"""

import argparse
import csv
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score

from commonwhy.methods.embedding import CharacterNgrams, LocalModel, LocalModelUnavailableError, StaticTable, guess_language

ANSWERS = Path(__file__).parent / "embedding_answers.csv"
STARTS = 20
TIMED_TEXTS = (480, 5_000)
TOO_SLOW = 1.0  # seconds for the first size; the larger ones are then left out

Encode = Callable[[Sequence[str]], NDArray[np.floating]]


def main() -> int:
    """Print the tables. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, help="folder of a sentence-transformers model to compare with")
    parser.add_argument("--model-languages", nargs="*", default=["en"], help="languages that model was made for")
    asked = parser.parse_args()
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        answers = list(csv.DictReader(file))
    peers: dict[str, Encode] = {
        "words TF-IDF + SVD 64": words_tfidf,
        "character n-grams + SVD 64 (ours, any language)": lambda texts: CharacterNgrams().embed(texts).vectors,
    }
    table, full = StaticTable(), None
    if asked.model is not None:
        try:
            full = LocalModel(asked.model, languages=asked.model_languages)
            full.embed(["loaded"])
        except LocalModelUnavailableError as problem:
            print(problem)
            return 1
    for language, question in dict.fromkeys((answer["language"], answer["question"]) for answer in answers):
        mine = [answer for answer in answers if answer["question"] == question]
        encoders = dict(peers)
        if language in (table.languages or ()):
            encoders["word-piece table (ours, default)"] = lambda texts: table.embed(texts).vectors
        if full is not None and (full.languages is None or language in full.languages):
            encoders["the full model"] = lambda texts: full.embed(texts).vectors
        print_question(question, [a["answer"] for a in mine], [a["meaning"] for a in mine], encoders)
    print_guesses(answers)
    return 0


def words_tfidf(texts: Sequence[str]) -> NDArray[np.floating]:
    """The usual peer: TF-IDF of words, truncated SVD, rows of length 1."""
    weights = TfidfVectorizer(sublinear_tf=True, stop_words=None).fit_transform(texts)
    scores = TruncatedSVD(min(64, weights.shape[0], weights.shape[1]), random_state=0).fit_transform(weights)
    lengths = np.linalg.norm(scores, axis=1, keepdims=True)
    unit: NDArray[np.floating] = scores / np.where(lengths > 0, lengths, 1)
    return unit


def print_question(question: str, texts: list[str], meanings: list[str], encoders: dict[str, Encode]) -> None:
    """Agreement with the labels and encode times, a row for each encoder."""
    count = len(set(meanings))
    print(f"\n{question} {len(texts)} answers, {count} meanings")
    sizes = "   ".join(f"{size:>5} texts" for size in TIMED_TEXTS)
    print(f"{'embedder':50} {'AMI':>5} {'low':>5} {'high':>5} {'nearest':>8}  {sizes}  ratio")
    floor: float | None = None
    for name, encode in encoders.items():
        vectors = encode(texts)
        agreement = [
            adjusted_mutual_info_score(meanings, KMeans(count, n_init=5, random_state=start).fit_predict(vectors))
            for start in range(STARTS)
        ]
        nearest = nearest_alike(vectors, meanings)
        times: list[float] = []
        for size in TIMED_TEXTS:
            if not times or times[-1] < TOO_SLOW:
                times.append(seconds(encode, (texts * (size // len(texts) + 1))[:size]))
        floor = times[0] if floor is None else floor
        print(
            f"{name:50} {np.mean(agreement):5.2f} {min(agreement):5.2f} {max(agreement):5.2f} {nearest:8.2f}  "
            + "   ".join(f"{1000 * taken:8.0f} ms" for taken in times)
            + f"{'-':>14}" * (len(TIMED_TEXTS) - len(times))
            + f"  {times[0] / floor:5.2f}"
        )


def nearest_alike(vectors: NDArray[np.floating], meanings: list[str]) -> float:
    """Share of (n, d) unit rows whose nearest other row has the same label."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    labels = np.asarray(meanings)
    return float((labels[likeness.argmax(axis=1)] == labels).mean())


def seconds(encode: Encode, texts: list[str]) -> float:
    """The best of three runs, or the first when that is slow."""
    taken: list[float] = []
    while len(taken) < 3 and sum(taken) < TOO_SLOW:
        start = time.perf_counter()
        encode(texts)
        taken.append(time.perf_counter() - start)
    return min(taken)


def print_guesses(answers: list[dict[str, str]]) -> None:
    """How often `guess_language` is right, open or wrong."""
    print("\nguess_language")
    for language in sorted({answer["language"] for answer in answers}):
        guesses = [guess_language(answer["answer"]) for answer in answers if answer["language"] == language]
        right, unsure = guesses.count(language), guesses.count(None)
        print(f"{language}: {right} right, {unsure} not sure, {len(guesses) - right - unsure} wrong, of {len(guesses)}")


if __name__ == "__main__":
    sys.exit(main())
