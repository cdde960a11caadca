"""Whoever reads the voices again and again while answers come in learns whose words came last. So they come in crowds.

A coach who sees a teacher put the phone down, and then one answer more than a minute ago, knows who said it; no hash and
no stirring helps against that. What is readable may therefore only grow by a crowd, or once and for all at the close.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Response, Survey
from commonwhy.listening.services.responses import save_answer, submit, week_of
from commonwhy.listening.services.surveys import close_survey
from tests.cast import Cast
from tests.listening.opened import open_survey, questions_of


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_survey(cast, opened_at=timezone.now() - timedelta(days=40), open_link=True)


def say(survey: Survey, count: int, weeks_ago: int, words: str = "It means number") -> None:
    """So many answers, handed in so many weeks ago."""
    week: date = week_of(survey) - timedelta(weeks=weeks_ago)
    question = questions_of(survey)["meaning"]
    group = survey.groups.get(kind="teachers")
    for number in range(count):
        response = Response.everything.create(
            district=survey.district,
            survey=survey,
            key=uuid.uuid4().hex,
            week=week,
            group=group,
            submitted=True,
            language="es" if words.startswith("Es") else "en",
        )
        Answer.everything.create(
            district=survey.district, response=response, question=question, value=f"{words} {weeks_ago}-{number}."
        )


def readable(cast: Cast) -> int:
    page = cast.client("coach").get(reverse("listening:voices", args=[cast.alder.slug]))
    return int(page.context["page"].paginator.count)


def test_an_answer_sent_this_minute_is_not_readable_the_next(cast: Cast, survey: Survey) -> None:
    say(survey, 12, 1)
    before = readable(cast)
    text = tokens.mint(survey, 1)
    token = tokens.read(survey, text)
    save_answer(survey=survey, token=token, question=questions_of(survey)["meaning"], value="It is me.", language="en")
    submit(survey=survey, token=token)
    assert readable(cast) == before == 12


def test_what_becomes_readable_is_a_crowd(cast: Cast, survey: Survey) -> None:
    say(survey, 10, 4)
    say(survey, 3, 3)
    assert readable(cast) == 10
    say(survey, 7, 2)
    assert readable(cast) == 20
    say(survey, 30, 0)
    assert readable(cast) == 20


def test_everything_is_readable_once_it_is_closed_for_good(cast: Cast, survey: Survey) -> None:
    say(survey, 3, 2)
    say(survey, 2, 0)
    assert readable(cast) == 0
    close_survey(survey=survey, by=cast.coach)
    assert readable(cast) == 5


def test_a_survey_that_ran_out_and_may_be_extended_shows_no_more_than_an_open_one(cast: Cast, survey: Survey) -> None:
    say(survey, 12, 2)
    say(survey, 1, 0)
    Survey.everything.filter(pk=survey.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    assert readable(cast) == 12


def test_with_names_there_is_nothing_to_hide(cast: Cast) -> None:
    say(open_survey(cast, mode="identified"), 1, 0)
    assert readable(cast) == 1


def test_an_answer_that_is_not_readable_yet_cannot_be_opened_or_marked_either(cast: Cast, survey: Survey) -> None:
    say(survey, 1, 0)
    answer = Answer.everything.get()
    browser = cast.client("coach")
    assert browser.get(reverse("listening:mark_answer", args=[cast.alder.slug, answer.pk])).status_code == 404
    assert browser.post(reverse("listening:mark_whole", args=[cast.alder.slug, answer.pk])).status_code == 404
    browser.post(reverse("listening:mark_many", args=[cast.alder.slug]), {"answer": [str(answer.pk)]})
    assert not answer.excerpts.exists()


def test_the_page_says_that_answers_wait_and_for_what(cast: Cast, survey: Survey) -> None:
    say(survey, 3, 0)
    page = cast.client("coach").get(reverse("listening:voices", args=[cast.alder.slug])).content.decode()
    assert "Nobody has written an answer yet" not in page
    assert "Close it to read all of them." in page


def test_the_list_to_translate_grows_by_crowds_too(cast: Cast, survey: Survey) -> None:
    say(survey, 12, 2)
    say(survey, 1, 0, "Es para que mis hijos puedan aprender en la casa con la familia")
    address = reverse("vision:gap_untranslated", args=[cast.alder.slug, survey.pk])
    response: Any = cast.client("coach").post(address)
    assert b"Es para que" not in response.content
