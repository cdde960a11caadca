"""Tokens: what was minted is read, whatever becomes of it on paper; what was not minted here is refused."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.listening import tokens
from commonwhy.listening.models import Survey
from commonwhy.listening.models.survey import CODE_LENGTH, CODE_LETTERS

SURVEY = Survey(code="7Q2MKX9D")
OTHER = Survey(code="7Q2MKX9E")
CELLS = st.integers(min_value=0, max_value=2**16 - 1)


@given(cell=CELLS)
def test_a_token_is_read_back(cell: int) -> None:
    text = tokens.mint(SURVEY, cell)
    token = tokens.read(SURVEY, text)
    assert token.cell == cell
    assert token.key == tokens.read(SURVEY, text).key
    assert tokens.survey_code(text) == SURVEY.code
    assert set(text) <= set(CODE_LETTERS)


@given(cell=CELLS, ways=st.lists(st.integers(min_value=0, max_value=11), min_size=62, max_size=62))
def test_it_is_read_however_it_was_typed(cell: int, ways: list[int]) -> None:
    text = tokens.mint(SURVEY, cell)
    paper = tokens.for_paper(text)
    assert len(paper) == len(ways)
    typed = ""
    for letter, way in zip(paper, ways, strict=True):
        look_alikes = {"0": "0Oo", "1": "1IiLl"}.get(letter, letter + letter.lower())
        between = ("", "", " ", "-", "\t", "–")
        typed += look_alikes[way % len(look_alikes)] + between[way % len(between)]
    assert tokens.read(SURVEY, typed) == tokens.read(SURVEY, text)
    assert tokens.tidy(typed) == text


def test_every_one_letter_change_is_refused() -> None:
    text = tokens.mint(SURVEY, 3)
    for place, letter in enumerate(text):
        for other in CODE_LETTERS:
            if other != letter:
                with pytest.raises(tokens.BadTokenError):
                    tokens.read(SURVEY, text[:place] + other + text[place + 1 :])


def test_every_letter_left_out_doubled_or_swapped_is_refused() -> None:
    text = tokens.mint(SURVEY, 3)
    for place in range(len(text)):
        swapped = text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]
        for changed in (text[:place] + text[place + 1 :], text[:place] + text[place] + text[place:], swapped):
            if changed != text:
                with pytest.raises(tokens.BadTokenError):
                    tokens.read(SURVEY, changed)


@given(text=st.text(max_size=120))
def test_anything_else_is_refused(text: str) -> None:
    for given_text in (text, SURVEY.code + text):
        with pytest.raises(tokens.BadTokenError):
            tokens.read(SURVEY, given_text)


def test_a_token_of_another_survey_is_refused_even_under_this_ones_code() -> None:
    text = tokens.mint(OTHER, 1)
    for wrong in (text, SURVEY.code + text[CODE_LENGTH:]):
        with pytest.raises(tokens.BadTokenError):
            tokens.read(SURVEY, wrong)


def test_a_token_of_another_installation_is_refused(settings: object) -> None:
    text = tokens.mint(SURVEY, 1)
    settings.SECRET_KEY = "another installation's"  # type: ignore[attr-defined]
    with pytest.raises(tokens.BadTokenError):
        tokens.read(SURVEY, text)


def test_the_key_comes_from_the_nonce_alone_and_does_not_lead_back() -> None:
    """Nothing but the 128 random bits goes into the key: not the cell, not the installation's secret."""
    text = tokens.mint(SURVEY, 9)
    raw = tokens._decode(text[CODE_LENGTH:])
    assert tokens.read(SURVEY, text).key == hashlib.sha256(raw[: tokens.NONCE_BYTES]).hexdigest()
    assert tokens.NONCE_BYTES * 8 >= 128


def test_no_two_tokens_are_the_same() -> None:
    assert len({tokens.mint(SURVEY, 1) for _ in range(2000)}) == 2000


def test_on_paper_it_stands_in_groups_of_four() -> None:
    text = tokens.mint(SURVEY, 1)
    paper = tokens.for_paper(text)
    assert paper.replace("-", "") == text
    assert {len(part) for part in paper.split("-")[:-1]} == {4}
