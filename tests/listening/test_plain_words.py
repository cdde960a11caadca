"""Plain words: found first where younger students are, switched by anybody on every page, and kept nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from commonwhy.listening import kiosks, tokens
from commonwhy.listening.models import Response, Survey
from commonwhy.listening.queries.grade_bands import plain_by_default
from tests.cast import Cast
from tests.listening.opened import cell, open_survey
from tests.listening.season import MORE_PAGE, ORDER_PAGE, USES_PAGE, open_season, pupils

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    cache.clear()


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_season(cast, open_link=True)


@pytest.fixture
def token(cast: Cast, survey: Survey) -> str:
    return tokens.mint(survey, cell(survey, "students", cast.creekside).number)


def read(token: str, page: str = "1/", query: str = "") -> str:
    return str(Client().get(f"/a/{token}/{page}{query}").text)


def test_they_stand_where_somebody_asks_for_them_and_in_their_language(token: str) -> None:
    assert "Do you make use of digital learning at present?" in read(token)
    assert "Do you use digital learning?" in read(token, query="?words=plain")
    assert "¿Usas el aprendizaje digital?" in read(token, query="?words=plain&lang=es")
    assert "Talking to my teacher" in read(token, f"{ORDER_PAGE}/", "?words=plain")


def test_where_there_are_none_in_a_language_the_full_words_of_that_language_stand(token: str) -> None:
    assert "¿Qué es lo más importante para usted?" in read(token, f"{ORDER_PAGE}/", "?words=plain&lang=es")
    assert "No lo uso" in read(token, query="?words=plain&lang=es")


def test_the_choice_is_carried_by_every_link_form_and_redirect(token: str) -> None:
    first = read(token, "", "?words=plain")
    assert "We want to hear you." in first
    assert f'href="/a/{token}/1/?words=plain"' in first
    assert 'href="?lang=es&amp;words=plain"' in first
    assert f'action="/a/{token}/1/?words=plain"' in read(token, query="?words=plain")
    client = Client()
    for page, fields, leads_to in (
        (USES_PAGE, {"answer": "no"}, "3/?words=plain"),
        (USES_PAGE, {"answer": "yes", "go": "back"}, "?words=plain"),
        (USES_PAGE, {"answer": "yes", "go": "lang-es"}, "1/?lang=es&words=plain"),
        (USES_PAGE, {"answer": "yes", "go": "words-full"}, "1/?words=full"),
        (MORE_PAGE, {"answer": "yes"}, "done/?words=plain"),
    ):
        went = client.post(f"/a/{token}/{page}/?words=plain", fields)
        assert went.headers["Location"] == f"/a/{token}/{leads_to}"
    assert set(client.cookies) <= {"csrftoken", "django_language"}, "no cookie keeps it"


def test_changing_the_words_saves_first(token: str) -> None:
    went = Client().post(f"/a/{token}/{MORE_PAGE}/", {"go": "words-plain", "answer": "half a sent"})
    assert went.headers["Location"] == f"/a/{token}/{MORE_PAGE}/?words=plain"
    assert "half a sent" in read(token, f"{MORE_PAGE}/")


def test_nothing_of_it_is_kept_with_the_answer(token: str) -> None:
    Client().post(f"/a/{token}/{USES_PAGE}/?words=plain", {"answer": "yes"})
    plainly: dict[str, Any] = dict(Response.everything.values().get())
    Response.everything.all().delete()
    Client().post(f"/a/{token}/{USES_PAGE}/", {"answer": "yes"})
    fully: dict[str, Any] = dict(Response.everything.values().get())
    assert {name for name in plainly if plainly[name] != fully[name]} == {"id"}


def test_students_of_a_younger_school_find_them_first_and_may_switch(cast: Cast, survey: Survey, token: str) -> None:
    pupils(cast, cast.creekside, third_to_fifth=6, sixth_to_eighth=5, unknown=20)
    page = read(token)
    assert "Do you use digital learning?" in page
    assert "In full words" in page
    assert "Do you make use of" in read(token, query="?words=full")
    assert "In plainer words" in read(token, query="?words=full")


def test_others_find_the_full_words(cast: Cast, survey: Survey, token: str) -> None:
    pupils(cast, cast.creekside, third_to_fifth=5, sixth_to_eighth=6)
    pupils(cast, cast.maple, third_to_fifth=30)
    assert "Do you make use of" in read(token), "most students of this school are older"
    assert "Do you make use of" in read(tokens.mint(survey, cell(survey, "teachers", cast.maple).number))


def test_without_a_school_all_students_count_and_without_a_grade_none(cast: Cast, survey: Survey) -> None:
    students = cell(survey, "students", cast.creekside)
    assert not plain_by_default(survey.version, students)
    cache.clear()
    pupils(cast, cast.maple, third_to_fifth=3)
    assert not plain_by_default(survey.version, students), "nobody of Creekside's grades is known"
    students.school = None
    assert plain_by_default(survey.version, students)


def test_they_are_counted_once_an_hour(cast: Cast, survey: Survey, django_assert_num_queries: Any) -> None:
    students = cell(survey, "students", cast.creekside)
    version = survey.version
    with django_assert_num_queries(1):
        for _ in range(3):
            plain_by_default(version, students)


def test_a_survey_without_plain_words_offers_none(cast: Cast) -> None:
    other = open_survey(cast)
    page = read(tokens.mint(other, 1), query="?words=plain")
    assert "plainer words" not in page
    assert "full words" not in page


def test_pages_stay_light_for_the_database(cast: Cast, survey: Survey, token: str, django_assert_max_num_queries: Any) -> None:
    Client().post(f"/a/{token}/{USES_PAGE}/", {"answer": "yes"})
    for address in (
        f"/a/{token}/",
        f"/a/{token}/1/",
        f"/a/{token}/{ORDER_PAGE}/",
        f"/o/{survey.code}/",
        f"/k/{kiosks.seal(survey, 3)}/",
    ):
        with django_assert_max_num_queries(8):
            assert Client().get(address).status_code == 200
