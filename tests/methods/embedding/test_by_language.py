"""Answers are only put side by side within one language."""

import numpy as np
import pytest

from commonwhy.methods.embedding import CharacterNgrams, StaticTable, embed_by_language, normalise_language

TEXTS = [
    "We learn on laptops",
    "Aprendemos con la computadora",
    "Chromebooks",
    "The kids share their work",
    "",
    "Mi hijo aprende en casa",
]


def rows(blocks):
    return {block.language: block.rows.tolist() for block in blocks}


def test_languages_are_guessed_and_the_unclear_stand_apart():
    blocks = embed_by_language(TEXTS)
    assert rows(blocks) == {"en": [0, 3], "es": [1, 5], None: [2, 4]}
    assert [block.language for block in blocks] == ["en", "es", None]
    assert blocks[-1].embeddings.known.tolist() == [True, False]


def test_unclear_answers_take_the_assumed_language():
    assert rows(embed_by_language(TEXTS, assumed="en-US")) == {"en": [0, 2, 3, 4], "es": [1, 5]}


def test_what_somebody_said_is_believed_over_a_guess():
    said = ["es-MX", "ES", None, "", "pt", "es_419"]
    assert rows(embed_by_language(TEXTS, said, assumed="en")) == {"es": [0, 1, 5], "en": [2, 3], "pt": [4]}


def test_each_language_gets_the_embedder_that_covers_it():
    english, spanish, _ = embed_by_language(TEXTS)
    assert english.embeddings.method == StaticTable().method
    assert spanish.embeddings.method == CharacterNgrams().method
    assert np.array_equal(english.embeddings.vectors, StaticTable().embed([TEXTS[0], TEXTS[3]]).vectors)


def test_the_largest_block_comes_first():
    assert [block.language for block in embed_by_language(TEXTS, ["en", "es", "es", "es", "fr", "fr"])] == ["es", "fr", "en"]


def test_no_texts_give_no_blocks():
    assert embed_by_language([]) == ()


def test_a_language_nobody_covers_is_an_error_that_names_it():
    with pytest.raises(ValueError, match="'es'"):
        embed_by_language(["hola"], ["es"], embedders=[StaticTable()])


def test_languages_and_texts_must_go_together():
    with pytest.raises(ValueError, match="2 texts need as many languages, not 1"):
        embed_by_language(["one", "two"], ["en"])


@pytest.mark.parametrize(
    ("code", "language"), [("es-MX", "es"), ("EN_us", "en"), (" en ", "en"), ("", None), ("-", None), (None, None)]
)
def test_codes_are_reduced_to_the_language(code, language):
    assert normalise_language(code) == language
