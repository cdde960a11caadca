"""What respondents say is saved as they go, counted once, and kept with no more than may be kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from commonwhy.districts.models import Group
from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Question, Response, Survey
from commonwhy.listening.queries.respond import response_of
from commonwhy.listening.services import responses
from commonwhy.listening.services.stirring import stir
from tests.cast import Cast
from tests.listening.opened import cell, open_survey, questions_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_survey(cast)


@pytest.fixture
def token(cast: Cast, survey: Survey) -> tokens.Token:
    return a_token(survey, cell(survey, "teachers", cast.creekside).number)


def a_token(survey: Survey, number: int) -> tokens.Token:
    return tokens.read(survey, tokens.mint(survey, number))


def say(survey: Survey, token: tokens.Token, key: str, value: Any, **options: Any) -> Response | None:
    options.setdefault("language", "en")
    return responses.save_answer(survey=survey, token=token, question=questions_of(survey)[key], value=value, **options)


def answers(survey: Survey) -> dict[str, Any]:
    rows = Answer.everything.filter(response__survey=survey).values_list("question__key", "value")
    return dict(rows)


# It works


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("meaning", "Seeing my child's homework.\nWriting to the teacher."),
        ("often", ["weekly"]),
        ("where", ["class", "home"]),
        ("each", {"class": "weekly", "home": "never"}),
        ("word", "<script>alert(1)</script> =SUM(A1) 学び"),
    ],
)
def test_an_answer_is_kept_as_it_was_given(survey: Survey, token: tokens.Token, key: str, value: Any) -> None:
    say(survey, token, key, value)
    assert answers(survey) == {key: value}


def test_the_last_answer_counts_and_there_is_one(survey: Survey, token: tokens.Token) -> None:
    for value in (["weekly"], ["never"]):
        say(survey, token, "often", value)
    assert answers(survey) == {"often": ["never"]}
    assert Response.everything.count() == 1


def test_an_empty_answer_takes_the_one_before_back(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "often", ["weekly"])
    say(survey, token, "often", [])
    assert answers(survey) == {}


def test_looking_through_the_questions_is_no_response(survey: Survey, token: tokens.Token) -> None:
    assert say(survey, token, "often", []) is None
    assert not Response.everything.exists()


def test_only_what_no_person_typed_is_taken_from_words(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "meaning", "  one\r\ntwo\x00\rthree \n")
    assert answers(survey) == {"meaning": "one\ntwo\nthree"}


def test_sending_twice_counts_once(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "meaning", "words")
    for _ in range(2):
        responses.submit(survey=survey, token=token)
    assert Response.everything.filter(submitted=True).count() == 1


def test_it_can_be_changed_after_it_was_sent(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "meaning", "words")
    responses.submit(survey=survey, token=token)
    say(survey, token, "meaning", "better words")
    assert answers(survey) == {"meaning": "better words"}
    assert Response.everything.get().submitted


def test_the_week_is_the_districts_and_never_finer(survey: Survey, token: tokens.Token) -> None:
    """It is Monday already in London, and still Sunday in Chicago."""
    with time_machine.travel("2030-03-04T03:00:00Z", tick=False):
        Survey.everything.update(opened_at=timezone.now() - timedelta(days=1))
        survey.refresh_from_db()
        say(survey, token, "meaning", "words")
    assert Response.everything.get().week == date(2030, 2, 25)


# Refusals, and nothing changed by them


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("often", ["hourly"]),
        ("often", ["weekly", "never"]),
        ("often", "weekly"),
        ("where", ["class", "class"]),
        ("where", [["class"]]),
        ("each", {"class": "hourly"}),
        ("each", {"moon": "weekly"}),
        ("each", ["weekly"]),
        ("meaning", ["words"]),
        ("meaning", None),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(survey: Survey, token: tokens.Token, key: str, value: Any) -> None:
    with pytest.raises(responses.DoesNotFit):
        say(survey, token, key, value)
    assert not Response.everything.exists()


def test_a_question_of_another_survey_is_refused(cast: Cast, survey: Survey, token: tokens.Token) -> None:
    other = questions_of(open_survey(cast, code="AAAAAAA2"))["often"]
    with pytest.raises(responses.DoesNotFit):
        responses.save_answer(survey=survey, token=token, question=other, value=["weekly"], language="en")


def test_too_long_is_refused_and_what_was_there_stays(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "meaning", "short")
    with pytest.raises(responses.TooLong, match="10,000"):
        say(survey, token, "meaning", "x" * (responses.LONGEST_ANSWER + 1))
    assert answers(survey) == {"meaning": "short"}
    say(survey, token, "meaning", "x" * responses.LONGEST_ANSWER)


CLOSED: dict[str, dict[str, Any]] = {
    "not opened": {"opened_at": None},
    "opens tomorrow": {"opened_at": timedelta(days=1)},
    "closed": {"closed_at": timedelta(hours=-1)},
    "has run out": {"closes_at": timedelta(hours=-1)},
}


@pytest.mark.parametrize("state", CLOSED)
def test_only_an_open_survey_takes_answers(survey: Survey, token: tokens.Token, state: str) -> None:
    say(survey, token, "meaning", "in time")
    for name, moved in CLOSED[state].items():
        setattr(survey, name, moved and timezone.now() + moved)
    survey.save()
    with pytest.raises(responses.SurveyNotOpen):
        say(survey, token, "meaning", "too late")
    with pytest.raises(responses.SurveyNotOpen):
        responses.submit(survey=survey, token=token)
    assert answers(survey) == {"meaning": "in time"}


def test_sending_nothing_at_all_is_refused(survey: Survey, token: tokens.Token) -> None:
    with pytest.raises(responses.StillMissing) as refusal:
        responses.submit(survey=survey, token=token)
    assert refusal.value.position is None
    say(survey, token, "often", ["weekly"])
    say(survey, token, "often", [])
    with pytest.raises(responses.StillMissing):
        responses.submit(survey=survey, token=token)


def test_sending_without_a_required_answer_names_the_question(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "often", ["weekly"])
    with pytest.raises(responses.StillMissing) as refusal:
        responses.submit(survey=survey, token=token)
    assert refusal.value.position == 1
    assert not Response.everything.filter(submitted=True).exists()


# Limits


def test_a_token_saves_so_often_and_no_more(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "meaning", "kept")
    Response.everything.update(saves=responses.MOST_SAVES)
    with pytest.raises(responses.SavedTooOften):
        say(survey, token, "meaning", "not kept")
    assert answers(survey) == {"meaning": "kept"}
    assert Response.everything.get().saves == responses.MOST_SAVES


def test_saving_while_typing_never_uses_up_the_buttons(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "meaning", "kept")
    Response.everything.update(saves=responses.MOST_AUTOMATIC_SAVES)
    with pytest.raises(responses.SavedTooOften):
        say(survey, token, "meaning", "by itself", automatic=True)
    say(survey, token, "meaning", "by the button")
    assert answers(survey) == {"meaning": "by the button"}


def test_one_tokens_limit_is_no_others(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "meaning", "kept")
    Response.everything.update(saves=responses.MOST_SAVES)
    assert say(survey, a_token(survey, 1), "meaning", "somebody else")


def test_stirring_starts_the_count_again(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "meaning", "kept")
    stir(survey)
    assert Response.everything.get().saves == 0


# Language


def test_an_anonymous_response_has_a_language_only_beside_words(survey: Survey, token: tokens.Token) -> None:
    say(survey, token, "often", ["weekly"], language="es")
    assert Response.everything.get().language == ""
    say(survey, token, "meaning", "Que yo pueda ver sus tareas", language="es")
    assert Response.everything.get().language == "es"
    say(survey, token, "often", ["never"], language="en")
    assert Response.everything.get().language == "es"
    say(survey, token, "meaning", "", language="en")
    assert Response.everything.get().language == ""


def test_with_names_the_language_is_kept(cast: Cast) -> None:
    survey = open_survey(cast, mode="identified")
    say(survey, a_token(survey, 1), "often", ["weekly"], language="es")
    assert Response.everything.get().language == "es"


# Open link


def test_an_open_link_gives_a_token_for_the_place_that_was_chosen(cast: Cast) -> None:
    survey = open_survey(cast, open_link=True)
    text = responses.token_for(survey=survey, group=cast.group("teachers"), school=cast.maple)
    assert tokens.read(survey, text).cell == cell(survey, "teachers", cast.maple).number
    families = responses.token_for(survey=survey, group=cast.group("families"), school=cast.maple)
    assert tokens.read(survey, families).cell == cell(survey, "families").number
    assert not Response.everything.exists()


@pytest.mark.parametrize(
    ("kind", "school"), [(Group.Kind.TEACHERS, None), (Group.Kind.BOARD, None), (Group.Kind.STUDENTS, "maple")]
)
def test_an_open_link_asks_only_whom_the_survey_asks(cast: Cast, kind: str, school: str | None) -> None:
    survey = open_survey(cast, open_link=True)
    with pytest.raises(responses.DoesNotFit):
        responses.token_for(survey=survey, group=cast.group(kind), school=school and getattr(cast, school))


def test_a_survey_without_an_open_link_gives_no_tokens(cast: Cast, survey: Survey) -> None:
    with pytest.raises(responses.DoesNotFit):
        responses.token_for(survey=survey, group=cast.group("families"), school=None)


# What the database keeps by itself


def a_response(survey: Survey, **fields: Any) -> Response:
    fields = {"key": "a" * 64, "week": date(2030, 2, 25), **fields}
    return Response.everything.create(district=survey.district, survey=survey, **fields)


def test_one_response_a_token(survey: Survey) -> None:
    a_response(survey)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_response(survey)


def test_one_answer_a_question(survey: Survey) -> None:
    response, question = a_response(survey), questions_of(survey)["often"]
    fields: dict[str, Any] = {"district": survey.district, "response": response, "question": question, "value": []}
    Answer.everything.create(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.everything.create(**fields)


@pytest.mark.parametrize("day", range(1, 7))
def test_no_day_but_monday(survey: Survey, day: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_response(survey, week=date(2030, 2, 25) + timedelta(days=day))


def test_a_question_is_of_a_known_kind(survey: Survey) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.everything.filter(version=survey.version).update(kind="drawing")


def test_the_second_of_two_first_saves_finds_the_firsts_response(
    survey: Survey, token: tokens.Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two tabs: the other one makes the response between our look and our write."""
    original = Response.everything.bulk_create

    def beaten(rows: list[Response], **options: Any) -> Any:
        other = Response(**{field.attname: getattr(rows[0], field.attname) for field in Response._meta.fields})
        other.pk = Response._meta.pk.get_default()
        original([other])
        return original(rows, **options)

    monkeypatch.setattr(type(Response.everything), "bulk_create", lambda _manager, *a, **k: beaten(*a, **k))
    say(survey, token, "meaning", "words")
    response = response_of(survey, token)
    assert response is not None
    assert Response.everything.count() == 1
    assert answers(survey) == {"meaning": "words"}


# Several at once


@pytest.mark.django_db(transaction=True)
def test_tabs_that_save_at_the_same_moment_lose_nothing(cast: Cast) -> None:
    """Four first saves of one token, each in a thread and on a connection of its own."""
    survey = open_survey(cast)
    token = a_token(survey, 1)
    given: dict[str, Any] = {"meaning": "words", "often": ["weekly"], "where": ["home"], "word": "bridge"}
    together = threading.Barrier(len(given))

    def save(key: str) -> None:
        try:
            together.wait(timeout=30)
            say(survey, token, key, given[key])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(given)) as tabs:
        list(tabs.map(save, given))
    assert answers(survey) == given
    assert Response.everything.get().saves == len(given)
