"""Respondents' pages: they work without an account, a session or JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Response, Survey
from tests.cast import Cast
from tests.listening.opened import (
    EACH_PAGE,
    MEANING,
    OFTEN_PAGE,
    WHERE_PAGE,
    WORD_PAGE,
    cell,
    open_survey,
)

pytestmark = pytest.mark.django_db

WORDS = "That I can see my daughter's work & write to her teacher."
KNOWN_COOKIES = {"csrftoken", "django_language"}


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_survey(cast)


@pytest.fixture
def token(cast: Cast, survey: Survey) -> str:
    return tokens.mint(survey, cell(survey, "teachers", cast.creekside).number)


@pytest.fixture
def visitor() -> Client:
    """Like a real one: it has to pass the CSRF check."""
    return Client(enforce_csrf_checks=True)


def send(visitor: Client, address: str, **fields: Any) -> HttpResponse:
    """Open a page and press one of its buttons."""
    page = visitor.get(address)
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found, f"{address} has no form ({page.status_code})"
    return visitor.post(address, {"csrfmiddlewaretoken": found[1], **fields})  # type: ignore[return-value]


def answers() -> dict[str, Any]:
    return dict(Answer.everything.values_list("question__key", "value"))


# The way through


def test_somebody_answers_from_the_first_page_to_the_last(visitor: Client, token: str) -> None:
    first = visitor.get(f"/a/{token}/")
    assert "Alder Creek" in first.text
    assert "Nobody can find out what you said" in first.text
    assert "We want to hear what digital learning means." in first.text
    assert f'href="/a/{token}/1/"' in first.text
    steps: list[tuple[int, dict[str, Any]]] = [
        (MEANING, {"answer": WORDS}),
        (OFTEN_PAGE, {"answer": "weekly"}),
        (WHERE_PAGE, {"answer": ["class", "home"]}),
        (EACH_PAGE, {"row-class": "weekly", "row-home": "never"}),
    ]
    for page, fields in steps:
        assert f"Question {page} of 5" in visitor.get(f"/a/{token}/{page}/").text
        response = send(visitor, f"/a/{token}/{page}/", go="next", **fields)
        assert (response.status_code, response.headers["Location"]) == (302, f"/a/{token}/{page + 1}/")
    response = send(visitor, f"/a/{token}/{WORD_PAGE}/", go="next", answer="bridge")
    assert response.headers["Location"] == f"/a/{token}/done/"
    assert answers() == {
        "meaning": WORDS,
        "often": ["weekly"],
        "where": ["class", "home"],
        "each": {"class": "weekly", "home": "never"},
        "word": "bridge",
    }
    assert Response.everything.get().submitted
    thanks = visitor.get(f"/a/{token}/done/").text
    assert "Thank you" in thanks
    assert "We will tell you what we heard." in thanks
    assert "You can still change" in thanks


def test_what_was_answered_stands_on_its_page_again(visitor: Client, token: str) -> None:
    send(visitor, f"/a/{token}/{MEANING}/", go="next", answer=WORDS)
    send(visitor, f"/a/{token}/{OFTEN_PAGE}/", go="next", answer="never")
    send(visitor, f"/a/{token}/{EACH_PAGE}/", go="next", **{"row-home": "sometimes"})
    later = Client()
    assert "my daughter&#x27;s work &amp; write" in later.get(f"/a/{token}/{MEANING}/").text
    assert re.search(r'value="never"[^>]* checked', later.get(f"/a/{token}/{OFTEN_PAGE}/").text)
    assert re.search(r'name="row-home" value="sometimes"[^>]* checked', later.get(f"/a/{token}/{EACH_PAGE}/").text)
    assert f"/a/{token}/{WHERE_PAGE}/" in later.get(f"/a/{token}/").text, "it goes on where somebody left"


def test_back_saves_too(visitor: Client, token: str) -> None:
    response = send(visitor, f"/a/{token}/{OFTEN_PAGE}/", go="back", answer="weekly")
    assert response.headers["Location"] == f"/a/{token}/1/"
    assert answers() == {"often": ["weekly"]}
    assert send(visitor, f"/a/{token}/1/", go="back", answer="").headers["Location"] == f"/a/{token}/"


def test_changing_the_language_saves_and_stays(visitor: Client, token: str) -> None:
    response = send(visitor, f"/a/{token}/1/", go="lang-es", answer="half a sent")
    assert response.headers["Location"] == f"/a/{token}/1/?lang=es"
    page = visitor.get(response.headers["Location"])
    assert "half a sent" in page.text
    assert "¿Qué significa para usted el aprendizaje digital?" in page.text
    assert '<html lang="es"' in page.text
    assert "¿Con qué frecuencia?" in visitor.get(f"/a/{token}/2/").text, "and it is remembered"


def test_an_answer_can_be_taken_back(visitor: Client, token: str) -> None:
    send(visitor, f"/a/{token}/{OFTEN_PAGE}/", go="next", answer="weekly")
    assert "Take my answer back" in visitor.get(f"/a/{token}/{OFTEN_PAGE}/").text
    response = send(visitor, f"/a/{token}/{OFTEN_PAGE}/", go="clear", answer="weekly")
    assert response.headers["Location"] == f"/a/{token}/{OFTEN_PAGE}/"
    assert answers() == {}


def test_saving_while_typing_answers_without_a_page(visitor: Client, token: str) -> None:
    response = send(visitor, f"/a/{token}/1/", go="stay", answer="half")
    assert (response.status_code, response.content) == (204, b"")
    assert answers() == {"meaning": "half"}


def test_pressing_send_twice_counts_once(visitor: Client, token: str) -> None:
    send(visitor, f"/a/{token}/1/", go="next", answer=WORDS)
    for _ in range(2):
        assert send(visitor, f"/a/{token}/{WORD_PAGE}/", go="next", answer="x").status_code == 302
    assert Response.everything.count() == 1
    assert Answer.everything.count() == 2


def test_two_tabs_lose_nothing_and_the_last_one_counts(token: str) -> None:
    one, two = Client(), Client()
    one.post(f"/a/{token}/1/", {"go": "next", "answer": "first"})
    two.post(f"/a/{token}/{OFTEN_PAGE}/", {"go": "next", "answer": "weekly"})
    two.post(f"/a/{token}/1/", {"go": "next", "answer": "second"})
    assert answers() == {"meaning": "second", "often": ["weekly"]}
    assert Response.everything.count() == 1


def test_after_sending_it_can_be_changed_until_it_closes(visitor: Client, token: str) -> None:
    send(visitor, f"/a/{token}/1/", go="next", answer=WORDS)
    send(visitor, f"/a/{token}/{WORD_PAGE}/", go="next", answer="")
    assert "Change my answers" in visitor.get(f"/a/{token}/").text
    send(visitor, f"/a/{token}/1/", go="next", answer="other words")
    assert answers() == {"meaning": "other words"}


def test_a_link_typed_from_paper_opens_too(token: str) -> None:
    assert Client().get(f"/a/{tokens.for_paper(token).lower()}/").status_code == 200


def test_many_people_answer_from_one_address(survey: Survey) -> None:
    """A school's computers share one address; limits are per token (FIELD 14)."""
    one_address = Client(REMOTE_ADDR="192.0.2.1")
    for number in range(40):
        token = tokens.mint(survey, 1 + number % 3)
        assert one_address.post(f"/a/{token}/1/", {"go": "next", "answer": f"words {number}"}).status_code == 302
    assert Response.everything.count() == 40


# What is on every page


def pages(survey: Survey, token: str) -> list[str]:
    return ["/a/", f"/o/{survey.code}/", f"/a/{token}/", *(f"/a/{token}/{n}/" for n in range(1, 6)), f"/a/{token}/done/"]


@pytest.fixture
def opened(cast: Cast) -> tuple[Survey, str]:
    """A survey with an open link, and a token that has been sent."""
    survey = open_survey(cast, open_link=True)
    token = tokens.mint(survey, cell(survey, "students", cast.creekside).number)
    client = Client()
    client.post(f"/a/{token}/1/", {"answer": WORDS})
    client.post(f"/a/{token}/5/", {"answer": "bridge"})
    return survey, token


def test_no_page_stores_a_session_or_lets_a_browser_keep_it(cast: Cast, opened: tuple[Survey, str]) -> None:
    staff = cast.client("coach")
    for address in pages(*opened):
        with CaptureQueriesContext(connection) as queries:
            page = staff.get(address)
        assert page.status_code == 200, address
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "strict-origin"
        assert set(page.cookies) <= KNOWN_COOKIES
        assert "<script>" not in page.text
        touched = " ".join(query["sql"] for query in queries)
        assert "django_session" not in touched, "who is signed in is not even looked up"
        assert "accounts_user" not in touched


def test_opening_pages_changes_nothing(opened: tuple[Survey, str]) -> None:
    """Mail scanners open links."""
    with CaptureQueriesContext(connection) as queries:
        for address in pages(*opened):
            Client().get(address)
            Client().head(address)
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_a_page_is_light_enough_for_a_slow_phone(opened: tuple[Survey, str]) -> None:
    for address in pages(*opened):
        page = Client().get(address)
        weight = len(page.content)
        for name in re.findall(r'(?:href|src)="/static/([^"]+)"', page.text):
            found = finders.find(name)
            assert isinstance(found, str), name
            with open(found, "rb") as file:
                weight += len(file.read())
        for style in re.findall(r'href="(/d/[^"]+\.css[^"]*)"', page.text):
            weight += len(Client().get(style).content)
        assert weight < 60_000, f"{address} weighs {weight}"


def test_no_page_asks_the_database_much(opened: tuple[Survey, str], django_assert_max_num_queries: Any) -> None:
    for address in pages(*opened):
        with django_assert_max_num_queries(8):
            Client().get(address)


def test_students_see_where_to_get_help_on_every_page(cast: Cast, opened: tuple[Survey, str]) -> None:
    for address in pages(*opened)[1:]:
        page = Client().get(address).text
        assert "Do you need help now?" in page, address
        assert ">988<" in page
        assert "Nobody can be traced through this page" in page
    cast.alder.help_text = "Ms. Reyes, room 12, or 555-0100."
    cast.alder.save()
    for address in pages(*opened)[1:]:
        page = Client().get(address).text
        assert "Ms. Reyes, room 12" in page
        assert ">988<" not in page


def test_students_see_it_where_the_survey_is_closed_too(opened: tuple[Survey, str]) -> None:
    survey, token = opened
    Survey.everything.filter(pk=survey.pk).update(closed_at=timezone.now())
    assert "988" in Client().get(f"/a/{token}/").text


def test_grown_ups_do_not_and_whoever_could_be_a_student_does(cast: Cast, survey: Survey, token: str) -> None:
    assert ">988<" not in Client().get(f"/a/{token}/1/").text
    assert "988" in Client().get(f"/a/{tokens.mint(survey, 999)}/1/").text


@pytest.mark.parametrize(
    ("mode", "promise"),
    [
        ("anonymous", "Nobody can find out what you said"),
        ("confidential", "Your name is kept apart from your answers, encrypted"),
        ("identified", "can see what you answered"),
    ],
)
def test_the_first_screen_says_who_can_see_it(cast: Cast, mode: str, promise: str) -> None:
    survey = open_survey(cast, mode=mode, open_link=True)
    first = Client().get(f"/a/{tokens.mint(survey, 1)}/").text
    assert promise in first
    assert ("Nobody can be traced" in Client().get(f"/a/{tokens.mint(survey, 3)}/").text) == (mode == "anonymous")


def test_people_are_told_what_is_kept_of_where_they_belong(cast: Cast) -> None:
    asked: dict[tuple[str, str | None], int | None] = {
        ("teachers", cast.creekside.name): 40,
        ("teachers", cast.maple.name): 4,
        ("families", cast.maple.name): 50,
    }
    survey = open_survey(cast, asked=asked)
    assert "Your group: Teachers." in Client().get(f"/a/{tokens.mint(survey, 1)}/").text
    assert "Your group and school: Families, Maple Street School." in Client().get(f"/a/{tokens.mint(survey, 3)}/").text


def test_people_are_asked_not_to_name_others(token: str) -> None:
    assert "do not write the names of other people" in Client().get(f"/a/{token}/1/").text


def test_words_without_a_translation_say_which_language_they_are(cast: Cast) -> None:
    asked = [{"key": "meaning", "kind": "long", "texts": {"en": "What is it?"}}]
    survey = open_survey(cast, questions=asked)
    page = Client().get(f"/a/{tokens.mint(survey, 1)}/1/?lang=es").text
    assert re.search(r'lang="en"[^>]*>\s*<h1><label for="answer">What is it\?', page)


def test_what_people_wrote_never_becomes_part_of_the_page(visitor: Client, token: str) -> None:
    send(visitor, f"/a/{token}/1/", go="next", answer="</textarea><script>alert(1)</script>")
    assert "<script>alert" not in visitor.get(f"/a/{token}/1/").text


# Cards and open links


def test_the_code_of_a_card_opens_its_survey(visitor: Client, token: str) -> None:
    response = send(visitor, "/a/", code=tokens.for_paper(token).lower().replace("0", "o"))
    assert response.headers["Location"] == f"/a/{token}/"


@pytest.mark.parametrize(("code", "status"), [("", 422), ("nonsense", 404), ("x" * 300, 422), ("<b>", 404)])
def test_a_mistyped_code_says_so_and_stays(visitor: Client, survey: Survey, code: str, status: int) -> None:
    response = send(visitor, "/a/", code=code)
    assert response.status_code == status
    assert 'role="alert"' in response.content.decode()


def test_the_short_code_opens_an_open_survey_only(cast: Cast, visitor: Client, survey: Survey) -> None:
    assert send(visitor, "/a/", code=survey.code).status_code == 404
    opened = open_survey(cast, open_link=True)
    assert send(visitor, "/a/", code=opened.code.lower()).headers["Location"] == f"/o/{opened.code}/"


def test_an_open_link_asks_where_somebody_belongs_and_then_opens(cast: Cast, visitor: Client) -> None:
    survey = open_survey(cast, open_link=True)
    address = f"/o/{survey.code}/"
    page = visitor.get(address).text
    for words in ("Teachers", "Students", "Families", "Creekside Middle School", "Nobody can find out"):
        assert words in page
    assert "Board" not in page, "only those who are asked"
    fields = {"group": str(cast.group("teachers").pk), "school": str(cast.creekside.pk)}
    location = send(visitor, address, **fields).headers["Location"]
    token = location.split("/")[2]
    assert tokens.read(survey, token).cell == cell(survey, "teachers", cast.creekside).number
    assert send(visitor, address, **fields).headers["Location"] != location, "everybody gets their own"
    assert not Response.everything.exists(), "and nothing is stored"
    assert visitor.get(location).status_code == 200


def test_an_open_link_refuses_what_it_does_not_offer(cast: Cast, visitor: Client) -> None:
    survey = open_survey(cast, open_link=True)
    teachers = str(cast.group("teachers").pk)
    for fields in ({}, {"group": str(cast.group("board").pk)}, {"group": "x"}, {"group": teachers, "school": "x"}):
        response = send(visitor, f"/o/{survey.code}/", **fields)
        assert response.status_code == 422
    response = send(visitor, f"/o/{survey.code}/", group=teachers)
    assert response.status_code == 422
    assert "choose another school" in response.content.decode()


def test_without_an_open_link_its_address_finds_nothing(survey: Survey) -> None:
    assert Client().get(f"/o/{survey.code}/").status_code == 404
    assert Client().post(f"/o/{survey.code}/").status_code == 404


def test_an_open_link_keeps_no_more_than_may_be_kept(cast: Cast, visitor: Client) -> None:
    """Nobody said how many families there are; their answers hide among everybody else's."""
    asked: dict[tuple[str, str | None], int | None] = {("families", None): None, ("teachers", None): 60}
    survey = open_survey(cast, open_link=True, asked=asked)
    location = send(visitor, f"/o/{survey.code}/", group=str(cast.group("families").pk)).headers["Location"]
    send(visitor, f"{location}1/", go="next", answer=WORDS)
    assert (Response.everything.get().group, Response.everything.get().school) == (None, None)
