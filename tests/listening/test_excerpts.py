"""The services under the marking pages."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.core.models import AuditEntry
from commonwhy.listening.models import Answer, Excerpt, Response
from commonwhy.listening.services.excerpts import (
    LONGEST_EXCERPT,
    ExcerptRefused,
    mark_answer,
    sentences,
    take_back,
    whole,
)
from tests.cast import Cast
from tests.listening.opened import open_survey, questions_of


@pytest.fixture
def answer(cast: Cast) -> Answer:
    survey = open_survey(cast)
    response = Response.everything.create(
        district=cast.alder, survey=survey, key=uuid.uuid4().hex, week=date(2025, 3, 3), submitted=True, language="en"
    )
    question = questions_of(survey)["meaning"]
    return Answer.everything.create(
        district=cast.alder, response=response, question=question, value="Ask Ana. Then ask Ana's brother."
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ask first. Then do.", ["Ask first.", "Then do."]),
        ("Dr. Ray and Mrs. Brill came. Good!", ["Dr. Ray and Mrs. Brill came.", "Good!"]),
        ("¿Por qué? ¡Porque sí! Ya.", ["¿Por qué?", "¡Porque sí!", "Ya."]),
        ("one line\n\n  another line \n", ["one line", "another line"]),
        ("He said “why?” and left.", ["He said “why?” and left."]),
        ("3.5 hours a week", ["3.5 hours a week"]),
        ("  ", []),
    ],
)
def test_sentences(words: str, found: list[str]) -> None:
    assert [words[start:end] for start, end in sentences(words)] == found


@given(st.text(max_size=300))
def test_sentences_hold_every_word(words: str) -> None:
    spans = sentences(words)
    assert "".join("".join(words[start:end].split()) for start, end in spans) == "".join(words.split())
    assert all(start < end for start, end in spans)
    start, end = whole(words)
    assert words[start:end] == words.strip()


def test_a_span_is_marked_once_and_takes_further_names_out(cast: Cast, answer: Answer) -> None:
    first = mark_answer(answer=answer, start=0, end=8, names=[], by=cast.coach)
    assert first.words == "Ask Ana."
    again = mark_answer(answer=answer, start=0, end=8, names=["Ana"], by=cast.coach)
    assert (again.pk, again.words) == (first.pk, "Ask [name].")
    assert list(AuditEntry.objects.order_by("at").values_list("verb", flat=True))[-2:] == ["marked", "redacted"]
    assert not AuditEntry.objects.filter(object_label__icontains="Ana").exists()


def test_only_words_that_were_handed_in(cast: Cast, answer: Answer) -> None:
    Response.everything.update(submitted=False)
    with pytest.raises(ExcerptRefused):
        mark_answer(answer=Answer.everything.get(), start=0, end=8, names=[], by=cast.coach)
    assert not Excerpt.everything.exists()


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 3), (-3, 5), (0, 900), (3, 4)])
def test_a_place_beyond_the_words_is_refused(cast: Cast, answer: Answer, start: int, end: int) -> None:
    with pytest.raises(ExcerptRefused):
        mark_answer(answer=answer, start=start, end=end, names=[], by=cast.coach)
    assert not Excerpt.everything.exists()


def test_an_excerpt_is_no_essay(cast: Cast, answer: Answer) -> None:
    answer.value = "word " * LONGEST_EXCERPT
    answer.save()
    with pytest.raises(ExcerptRefused, match="1000 characters"):
        mark_answer(answer=answer, start=0, end=LONGEST_EXCERPT + 1, names=[], by=cast.coach)


def test_taking_back_is_noted(cast: Cast, answer: Answer) -> None:
    take_back(excerpt=mark_answer(answer=answer, start=0, end=8, names=[], by=cast.coach), by=cast.coach)
    assert not Excerpt.everything.exists()
    assert AuditEntry.objects.filter(verb="took back", object_label="excerpt").exists()
