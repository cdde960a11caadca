"""The packaged word table: what it promises, and that a damaged copy is refused."""

import json
import shutil
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwhy.methods.embedding import DamagedTableError, Embedder, StaticTable
from commonwhy.methods.embedding.static_table import PACKAGED, ROWS_AT_ONCE
from commonwhy.methods.embedding.wordpiece import WordPieces

TABLE = StaticTable()


def test_it_is_an_embedder_for_english_with_a_name_and_a_version():
    assert isinstance(TABLE, Embedder)
    assert TABLE.languages == {"en"}
    checksum = json.loads((PACKAGED / "manifest.json").read_text())["files"]["rows.npy"]
    assert str(TABLE.method) == f"static-minilm-l6-256 1+{checksum[:12]}"


@given(st.lists(st.text(max_size=40), max_size=8))
@settings(max_examples=100, deadline=None)
def test_rows_have_length_one_or_are_zero_and_marked(texts):
    found = TABLE.embed(texts)
    assert found.vectors.shape == (len(texts), 256)
    assert found.vectors.dtype == np.float32
    lengths = np.linalg.norm(found.vectors, axis=1)
    np.testing.assert_allclose(lengths[found.known], 1, atol=1e-6)
    assert (lengths[~found.known] == 0).all()


@pytest.mark.parametrize("text", ["", "   ", "🎉🎉", "\x00", "x" * 500])
def test_a_text_it_knows_nothing_of_is_not_known(text):
    found = TABLE.embed(["we learn together", text])
    assert found.known.tolist() == [True, False]
    assert not found.vectors[1].any()


def test_no_texts_give_no_rows():
    found = TABLE.embed([])
    assert found.vectors.shape == (0, 256)
    assert len(found) == 0


def test_a_text_gets_the_same_vector_in_any_company():
    texts = [f"answer number {number} about learning with computer {number * 7}" for number in range(300)]
    together = TABLE.embed(texts).vectors
    assert np.array_equal(together, TABLE.embed(texts).vectors)
    assert np.array_equal(together[::-1], TABLE.embed(texts[::-1]).vectors)
    assert np.array_equal(together[41], TABLE.embed([texts[41]]).vectors[0])


def test_more_texts_than_fit_at_once_stay_in_their_rows():
    words = ["laptop", "kindness", "", "time to plan", "internet at home"]
    many = TABLE.embed(words * ROWS_AT_ONCE)
    few = TABLE.embed(words)
    assert np.array_equal(many.vectors.reshape(ROWS_AT_ONCE, 5, 256)[[0, 5_000, -1]], np.stack([few.vectors] * 3))


def test_a_huge_text_is_read_whole():
    filler = "kindness and care " * 100_000
    start, end = TABLE.embed([filler, filler + "laptop computer screen " * 400_000]).vectors
    assert start @ end < 0.9
    assert end @ TABLE.embed(["laptop computer screen"]).vectors[0] > 0.8


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("laptop", "computer", "kindness"),
        ("teacher", "school", "bicycle"),
        ("broadband", "internet", "friendship"),
        ("bullying", "harassment", "algebra"),
        ("my own pace", "going slower when I need to", "a new laptop"),
    ],
)
def test_neighbours_in_meaning_are_neighbours(word, near, far):
    vector, close, distant = TABLE.embed([word, near, far]).vectors
    assert vector @ close > vector @ distant + 0.1


def test_little_words_weigh_little():
    with_them, without = TABLE.embed(["It is about the use of a laptop", "use laptop"]).vectors
    assert with_them @ without > 0.9


def test_vectors_are_the_weighted_sum_of_the_rows_on_disk():
    rows, scales = np.load(PACKAGED / "rows.npy"), np.load(PACKAGED / "scales.npy")
    pieces = (PACKAGED / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    counts = Counter(WordPieces(pieces[:-1]).numbers("Learning, learning and more Chromebooks!"))
    total = sum(count * scales[number] * rows[number].astype(np.float64) for number, count in counts.items())
    vector = TABLE.embed(["Learning, learning and more Chromebooks!"]).vectors[0]
    np.testing.assert_allclose(vector, total / np.linalg.norm(total), atol=1e-6)


def test_every_row_uses_the_whole_range_of_its_integers():
    rows, scales = np.load(PACKAGED / "rows.npy"), np.load(PACKAGED / "scales.npy")
    assert rows.shape == (29_525, 256)
    assert (np.abs(rows.astype(int)).max(axis=1) == 127).all()
    assert (scales > 0).all()


def test_vectors_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        TABLE.embed(["laptop"]).vectors[0, 0] = 1


@pytest.mark.parametrize(("texts", "message"), [("one text", "a list"), (["fine", None], "text 1 is NoneType")])
def test_what_is_no_list_of_texts_is_refused(texts, message):
    with pytest.raises(TypeError, match=message):
        TABLE.embed(texts)


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(PACKAGED, tmp_path / "data")


@pytest.mark.parametrize("name", ["rows.npy", "scales.npy", "vocabulary.txt"])
def test_a_changed_file_is_refused(copied, name):
    content = bytearray((copied / name).read_bytes())
    content[-1] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(DamagedTableError, match=f"{name} is not the file"):
        StaticTable(copied).embed(["laptop"])


@pytest.mark.parametrize("name", ["rows.npy", "manifest.json"])
def test_a_missing_file_is_named_with_the_way_out(copied, name):
    (copied / name).unlink()
    with pytest.raises(DamagedTableError, match="Installing CommonWhy again"):
        StaticTable(copied).embed(["laptop"])


@pytest.mark.parametrize("content", ["{}", "[]", "not json"])
def test_a_manifest_that_says_nothing_is_refused(copied, content):
    (copied / "manifest.json").write_text(content)
    with pytest.raises(DamagedTableError, match="manifest"):
        _ = StaticTable(copied).method


def test_the_table_is_small_and_comes_with_its_licence():
    assert sum(path.stat().st_size for path in PACKAGED.iterdir()) < 8_500_000
    assert "Apache License" in (PACKAGED / "LICENSE").read_text()
    assert "all-MiniLM-L6-v2" in (PACKAGED / "NOTICE").read_text()
