"""Reading what somebody looks for, and finding it in plain words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commonwhy.core.wanted import MOST_PARTS, plain_words, wanted, words_of

ANYTHING = st.text() | st.text(alphabet="ab\"“”'*:-()&|!<>^ áÑ中\\", max_size=40)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("learn", "We like Learning."),
        ("cancion", "La CANCIÓN nueva"),
        ("CANCIÓN", "la cancion"),
        ("don't know", "I know; don’t ask"),
        ('"digital learning"', "What digital\nlearning means"),
        ("“aprendizaje digital”", "El aprendizaje digital, claro."),
        ('"learning" dig', "digital learning"),
        ("喜欢", "我喜欢学习"),
        ("3", "in 3rd grade"),
        ("strasse", "die Straße"),
    ],
)
def test_what_is_found(typed: str, text: str) -> None:
    assert wanted(typed).found_in(text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("earn", "learning"),
        ('"digital learn"', "digital learning"),
        ('"learning digital"', "digital learning"),
        ("bus bridge", "only the bus"),
        ("欢喜", "我喜欢学习"),
        ("", "anything"),
        ("?!*", "anything ?!*"),
        ("_", "a_b"),
    ],
)
def test_what_is_not(typed: str, text: str) -> None:
    assert not wanted(typed).found_in(text)


@given(ANYTHING)
@example('"')
@example('a" OR "b')
@example("NEAR(a b)")
@example("ŉ ﬁ ² ½ Ⅷ")
def test_anything_may_be_typed(typed: str) -> None:
    looked_for = wanted(typed)
    assert len(looked_for.parts) <= MOST_PARTS
    for expression in (looked_for.for_sqlite(), looked_for.for_postgresql()):
        assert "\x00" not in expression
    assert all(word.isalnum() for part in looked_for.parts for word in part.words)


@given(st.text())
def test_a_text_holds_its_own_words_and_their_beginnings(text: str) -> None:
    for word in words_of(text)[:20]:
        assert wanted(word).found_in(text)
        assert wanted(f'"{word}"').found_in(text)
        assert wanted(word[:2]).found_in(text)


@given(st.text())
def test_plain_words_are_plain(text: str) -> None:
    plain = plain_words(text)
    assert plain_words(plain) == plain
    assert "  " not in plain
    assert plain == plain.strip()


@given(text=st.text(), typed=ANYTHING)
def test_pieces_are_the_text_itself(text: str, typed: str) -> None:
    pieces = list(wanted(typed).pieces(text))
    assert "".join(words for words, _is_wanted in pieces).removeprefix("… ").removesuffix(" …") in text


def test_pieces_show_where_it_was_found() -> None:
    pieces = list(wanted("puent").pieces("x " * 200 + "El Puente, ¿no? " + "y " * 200))
    assert [words for words, is_wanted in pieces if is_wanted] == ["Puente"]
    assert sum(len(words) for words, _is_wanted in pieces) < 220


def test_only_the_first_words_count() -> None:
    assert len(wanted("a b c d e f g h i j k l m n o p").parts) == MOST_PARTS
    assert wanted("same same same").parts == wanted("same").parts
