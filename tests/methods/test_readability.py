"""Reading ease against values worked out by hand, and sentences that people really write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.methods.readability import hard_words, read, reading_ease, sentences, syllables, words


def test_flesch_by_hand() -> None:
    """Six words of one syllable in one sentence: 206.835 - 84.6 × 1 - 1.015 × 6 = 116.145 (Flesch 1948)."""
    assert reading_ease("The cat sat on the mat.", "en") == pytest.approx(116.145)


def test_fernandez_huerta_by_hand() -> None:
    """ni-ños ha-cen ma-pas: 6 syllables, 3 words, 1 sentence: 206.84 - 60 × 2 - 1.02 × 3 = 83.78."""
    assert reading_ease("Niños hacen mapas.", "es") == pytest.approx(83.78)


def test_shorter_sentences_read_easier_in_both_languages() -> None:
    """As printed, Fernández Huerta's last term said the opposite (Law 2011)."""
    for language, once in (("en", "We read and we write and we make things"), ("es", "Leemos y escribimos y hacemos mapas")):
        together, apart = f"{once} {once}.", f"{once}. {once}."
        assert (reading_ease(apart, language) or 0) > (reading_ease(together, language) or 0)


@pytest.mark.parametrize("text", ["", "   ", "... !!!", "—"])
def test_no_words_have_no_ease(text: str) -> None:
    assert reading_ease(text, "en") is None


def test_another_language_has_no_formula() -> None:
    assert reading_ease("Jedes Kind.", "de") is None
    assert hard_words("Verantwortungsbewusstsein", "de") == ()


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [("school", "en", 1), ("create", "en", 2), ("community", "en", 4), ("3,000", "en", 1), ("x", "en", 1), ("niños", "es", 2)],
)
def test_syllables(word: str, language: str, count: int) -> None:
    assert syllables(word, language) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("¿Por qué? ¡Porque sí! Vale.", ["¿Por qué?", "¡Porque sí!", "Vale."]),
        ("Ask Dr. Ruiz. Then go.", ["Ask Dr. Ruiz.", "Then go."]),
        ("“We did it.” They laughed.", ["“We did it.”", "They laughed."]),
        ("Grades 3.5 and up.\nA new line", ["Grades 3.5 and up.", "A new line"]),
        ("Maps, books, etc. are made.", ["Maps, books, etc. are made."]),
        ("We make art. Then we rest.", ["We make art.", "Then we rest."]),
        ("", []),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_a_long_sentence_and_hard_words_are_seen() -> None:
    [one] = read("Implementation of competency-based IT " + "and so on " * 9, "en")
    assert one.is_long
    assert one.words == 31
    assert one.hard_words == ("Implementation", "competency-based", "IT")
    [easy] = read("Every child makes something that matters.", "en")
    assert (easy.is_long, easy.is_difficult, easy.hard_words) == (False, False, ())


@given(st.text(max_size=300), st.sampled_from(["en", "es", "de"]))
def test_any_text_can_be_read_and_no_word_is_lost(text: str, language: str) -> None:
    found = read(text, language)
    assert sum(one.words for one in found) == len(words(text))
    assert "".join("".join(one.text for one in found).split()) == "".join(text.split())
