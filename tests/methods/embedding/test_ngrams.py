"""Character n-grams: any language, from the given answers alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwhy.methods.embedding import CharacterNgrams, Embedder

ANSWERS = [
    "Aprender con la computadora",
    "Las computadoras en la escuela",
    "Estudiar a mi ritmo",
    "Cada niño a su ritmo",
    "Mi familia",
    "Me preocupa el tiempo de pantalla",
]


def test_it_is_an_embedder_for_any_language():
    assert isinstance(CharacterNgrams(), Embedder)
    assert CharacterNgrams().languages is None
    assert str(CharacterNgrams(32).method) == "character-ngrams-svd-32 1"


def test_shared_spelling_is_near():
    vectors = CharacterNgrams().embed(ANSWERS).vectors
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[4] + 0.1
    assert vectors[2] @ vectors[3] > vectors[2] @ vectors[5] + 0.1


def test_accents_and_capitals_make_no_difference():
    first, second, _ = CharacterNgrams().embed(["EDUCACIÓN", "educacion", "otra cosa"]).vectors
    np.testing.assert_allclose(first, second, atol=1e-6)


@given(st.permutations(ANSWERS))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_answers_changes_nothing(answers):
    found = CharacterNgrams(dimensions=4).embed(answers).vectors
    wanted = CharacterNgrams(dimensions=4).embed(ANSWERS).vectors
    assert np.array_equal(found, wanted[[ANSWERS.index(answer) for answer in answers]])


@given(st.lists(st.text(max_size=20), max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_texts_give_unit_rows_or_marked_zeros(texts):
    found = CharacterNgrams(dimensions=3).embed(texts)
    assert found.vectors.shape[0] == len(texts)
    assert found.vectors.shape[1] <= 3
    lengths = np.linalg.norm(found.vectors, axis=1)
    np.testing.assert_allclose(lengths[found.known], 1, atol=1e-5)
    assert (lengths[~found.known] == 0).all()


@pytest.mark.parametrize("texts", [[], [""], ["", "  ", "\x00"]])
def test_nothing_said_is_nothing_known(texts):
    found = CharacterNgrams().embed(texts)
    assert len(found) == len(texts)
    assert not found.known.any()


def test_one_text_is_a_point():
    assert CharacterNgrams().embed(["hola"]).vectors.tolist() == [[1.0]]


def test_blank_texts_do_not_move_the_others():
    found = CharacterNgrams().embed([*ANSWERS, "", "🎉"])
    assert found.known.tolist() == [True] * 6 + [False, True]
    alone = CharacterNgrams().embed(ANSWERS).vectors
    assert (found.vectors[:6] @ found.vectors[:6].T - alone @ alone.T).max() < 0.2


def test_at_least_one_dimension_is_needed():
    with pytest.raises(ValueError, match="at least 1"):
        CharacterNgrams(dimensions=0)


def test_one_string_is_refused():
    with pytest.raises(TypeError, match="a list"):
        CharacterNgrams().embed("hola")
