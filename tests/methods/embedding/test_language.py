"""English, Spanish, or not sure."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.methods.embedding import guess_language

ANSWERS = Path(__file__).parents[3] / "benchmarks" / "embedding_answers.csv"


@pytest.mark.parametrize("language", ["en", "es"])
def test_most_short_answers_are_told_and_none_wrongly(language):
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        guesses = [guess_language(row["answer"]) for row in csv.DictReader(file) if row["language"] == language]
    assert set(guesses) <= {language, None}
    assert guesses.count(language) >= 0.85 * len(guesses)


@pytest.mark.parametrize("text", ["", "   ", "🎉", "123", "idk", "no", "Si", "Zoom", "Chromebooks", "N/A", "la", "a"])
def test_what_could_be_either_stays_open(text):
    assert guess_language(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Usar o computador na escola para fazer os trabalhos",
        "O uso de tecnologia para aprender",
        "L'élève travaille à son rythme avec les autres",
        "Die Kinder lernen in ihrem eigenen Tempo",
        "Timoun yo gen pwòp tablèt pa yo",
        "Imparare con il computer a casa",
        "Học mọi lúc mọi nơi",
        "学习使用电脑",
        "التعلم في أي مكان",
    ],
)
def test_another_language_is_not_taken_for_one_of_the_two(text):
    assert guess_language(text) is None


def test_an_answer_in_both_stays_open():
    assert guess_language("I like it porque es divertido") is None


def test_capitals_and_typographic_apostrophes_make_no_difference():
    assert guess_language("I DON\u2019T KNOW") == "en"
    assert guess_language("¿POR QUÉ?") == "es"


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text):
    assert guess_language(text) in {"en", "es", None}


def test_only_the_beginning_of_a_long_text_is_read():
    assert guess_language("aprendemos con la computadora " * 100_000) == "es"
