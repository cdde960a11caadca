"""Respondents' pages: they work without an account, a session or JavaScript, and whatever goes wrong, nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Response, Survey
from commonwhy.listening.services import responses
from commonwhy.listening.views import respondent
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
        with django_assert_max_num_queries(7):
            Client().get(address)


def test_students_see_where_to_get_help_on_every_page(cast: Cast, opened: tuple[Survey, str]) -> None:
    for address in pages(*opened)[1:]:
        page = Client().get(address).text
        assert "Do you need help now?" in page, address
        assert "988" in page
        assert "Nobody can be traced through this page" in page
    cast.alder.help_text = "Ms. Reyes, room 12, or 555-0100."
    cast.alder.save()
    for address in pages(*opened)[1:]:
        page = Client().get(address).text
        assert "Ms. Reyes, room 12" in page
        assert "988" not in page


def test_students_see_it_where_the_survey_is_closed_too(opened: tuple[Survey, str]) -> None:
    survey, token = opened
    Survey.everything.filter(pk=survey.pk).update(closed_at=timezone.now())
    assert "988" in Client().get(f"/a/{token}/").text


def test_grown_ups_do_not_and_whoever_could_be_a_student_does(cast: Cast, survey: Survey, token: str) -> None:
    assert "988" not in Client().get(f"/a/{token}/1/").text
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


# What goes wrong


def forged(survey: Survey, token: str) -> list[str]:
    changed = token[:-1] + ("0" if token[-1] != "0" else "8")
    return [changed, token[:-1], token + "0", survey.code, "x", "7" * 5000, "ÜÜÜ", "0" * 50]


def test_a_token_that_is_none_finds_nothing(survey: Survey, token: str) -> None:
    for wrong in forged(survey, token):
        for address in (f"/a/{wrong}/", f"/a/{wrong}/1/", f"/a/{wrong}/done/"):
            page = Client().get(address)
            assert page.status_code == 404
            assert "This link does not open a survey" in page.text
            assert Client().post(address, {"answer": "words"}).status_code == 404
    assert not Response.everything.exists()


def test_a_token_of_one_survey_opens_no_other(cast: Cast, survey: Survey, token: str) -> None:
    other = open_survey(cast)
    page = Client().post(f"/a/{other.code}{token[8:]}/1/", {"answer": "words"})
    assert page.status_code == 404
    assert not Response.everything.exists()


def test_a_question_that_is_not_there_leads_to_the_first_page(token: str) -> None:
    for page in (0, 6, 10**9):
        assert Client().get(f"/a/{token}/{page}/").headers["Location"] == f"/a/{token}/"


def test_thanks_come_only_after_sending(token: str) -> None:
    assert Client().get(f"/a/{token}/done/").headers["Location"] == f"/a/{token}/"


STATES: dict[str, tuple[dict[str, Any], int, str]] = {
    "not opened": ({"opened_at": None}, 404, "has not opened yet"),
    "opens tomorrow": ({"opened_at": timedelta(days=1)}, 404, "has not opened yet"),
    "closed": ({"closed_at": timedelta(seconds=-1)}, 410, "This survey is closed"),
    "has run out": ({"closes_at": timedelta(seconds=-1)}, 410, "This survey is closed"),
}


@pytest.mark.parametrize("state", STATES)
def test_a_survey_that_is_not_open_says_so(cast: Cast, state: str) -> None:
    survey = open_survey(cast, open_link=True)
    fields, status, words = STATES[state]
    moved = {name: value and timezone.now() + value for name, value in fields.items()}
    Survey.everything.filter(pk=survey.pk).update(**moved)
    token = tokens.mint(survey, 1)
    for address in (f"/a/{token}/", f"/a/{token}/1/", f"/a/{token}/done/", f"/o/{survey.code}/"):
        page = Client().get(address)
        assert page.status_code == status, address
        assert words in page.text
        assert Client().post(address, {"answer": WORDS}).status_code == status
    assert not Response.everything.exists()


def test_words_that_came_too_late_are_given_back(visitor: Client, survey: Survey, token: str) -> None:
    send(visitor, f"/a/{token}/1/", go="next", answer="in time")
    page = visitor.get(f"/a/{token}/1/").text
    Survey.everything.filter(pk=survey.pk).update(closed_at=timezone.now())
    csrf = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert csrf
    late = visitor.post(f"/a/{token}/1/", {"csrfmiddlewaretoken": csrf[1], "answer": "too <late>"})
    assert late.status_code == 410
    assert "too &lt;late&gt;" in late.text
    assert "What you had answered before it closed is kept." in late.text
    assert answers() == {"meaning": "in time"}


def test_a_required_answer_is_asked_for_and_one_that_was_given_is_kept(visitor: Client, token: str) -> None:
    response = send(visitor, f"/a/{token}/1/", go="next", answer="  ")
    assert response.status_code == 422
    assert "This question needs an answer before you go on." in response.content.decode()
    send(visitor, f"/a/{token}/1/", go="next", answer=WORDS)
    assert send(visitor, f"/a/{token}/1/", go="next", answer="").status_code == 422
    assert send(visitor, f"/a/{token}/1/", go="back", answer="").status_code == 302
    assert answers() == {"meaning": WORDS}


def test_sending_without_a_required_answer_leads_to_its_question(visitor: Client, token: str) -> None:
    response = send(visitor, f"/a/{token}/{WORD_PAGE}/", go="next", answer="bridge")
    assert response.headers["Location"] == f"/a/{token}/1/?missing=1"
    assert "This question still needs an answer." in visitor.get(response.headers["Location"]).text
    assert answers() == {"word": "bridge"}


def test_sending_nothing_is_no_response(cast: Cast, visitor: Client) -> None:
    survey = open_survey(cast, questions=[{"key": "meaning", "kind": "long", "texts": {"en": "What?"}}])
    response = send(visitor, f"/a/{tokens.mint(survey, 1)}/1/", go="next", answer="")
    assert response.status_code == 422
    assert "Nothing is answered yet" in response.content.decode()
    assert not Response.everything.exists()


def test_too_long_comes_back_whole_to_be_shortened(visitor: Client, token: str) -> None:
    long = "x" * responses.LONGEST_ANSWER + "the end"
    response = send(visitor, f"/a/{token}/1/", go="next", answer=long)
    page = response.content.decode()
    assert response.status_code == 422
    assert long in page
    assert "10,000" in page
    assert 'aria-invalid="true"' in page
    assert 'href="#answer"' in page, "the error leads to its field"
    assert not Answer.everything.exists()


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        (OFTEN_PAGE, {"answer": "hourly"}),
        (WHERE_PAGE, {"answer": ["class", "moon"]}),
        (EACH_PAGE, {"row-class": "hourly"}),
    ],
)
def test_an_answer_the_page_does_not_offer_is_refused(visitor: Client, token: str, page: int, fields: dict[str, Any]) -> None:
    response = send(visitor, f"/a/{token}/{page}/", go="next", **fields)
    assert response.status_code == 400
    assert "Everything you answered before is kept." in response.content.decode()
    assert not Answer.everything.exists()


def test_an_unknown_button_saves_and_stays(visitor: Client, token: str) -> None:
    for go in ("elsewhere", "lang-xx", ""):
        response = send(visitor, f"/a/{token}/{OFTEN_PAGE}/", go=go, answer="weekly")
        assert response.headers["Location"] == f"/a/{token}/{OFTEN_PAGE}/"
    assert answers() == {"often": ["weekly"]}


def test_a_token_used_too_often_keeps_the_words_on_the_page(visitor: Client, token: str) -> None:
    send(visitor, f"/a/{token}/1/", go="next", answer="kept")
    Response.everything.update(saves=responses.MOST_SAVES)
    response = send(visitor, f"/a/{token}/1/", go="next", answer="still on the page")
    assert response.status_code == 429
    assert "still on the page" in response.content.decode()
    assert "What you answered is kept" in response.content.decode()
    assert answers() == {"meaning": "kept"}


def test_far_too_much_is_refused_before_it_is_read(visitor: Client, token: str) -> None:
    for address in (f"/a/{token}/1/", "/a/"):
        response = visitor.post(address, {"answer": "x" * respondent.MOST_BYTES})
        assert response.status_code == 413
        assert "What you answered before is kept." in response.text
    assert not Answer.everything.exists()


@pytest.mark.parametrize("length", ["-", "ten", "99999999999999999999"])
def test_a_length_that_is_none_is_refused(token: str, length: str) -> None:
    assert Client().post(f"/a/{token}/1/", {"answer": "x"}, CONTENT_LENGTH=length).status_code == 413


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ({f"field{number}": "x" for number in range(3_000)}, None),
        ("&".join(f"field{number}=x" for number in range(3_000)), "application/x-www-form-urlencoded"),
        ("%%%", "multipart/form-data; boundary=" + "x" * 300),
        ("{", "application/json"),
    ],
)
def test_what_cannot_be_read_changes_nothing(visitor: Client, token: str, data: Any, content_type: str | None) -> None:
    options = {"content_type": content_type} if content_type else {}
    response = visitor.post(f"/a/{token}/1/", data, **options)
    assert response.status_code in (400, 403)
    assert not Answer.everything.exists()


def test_a_failed_check_gives_the_words_back(visitor: Client, token: str) -> None:
    """Cookies are blocked, or the page lay open for a year."""
    response = visitor.post(f"/a/{token}/1/", {"answer": WORDS})
    assert response.status_code == 403
    assert "my daughter&#x27;s work" in response.text
    assert "not saved yet" in response.text
    assert not Answer.everything.exists()
    for address in ("/a/", f"/a/{token}/{OFTEN_PAGE}/"):
        assert visitor.post(address, {"code": token, "answer": "weekly"}).status_code == 403


def test_nothing_is_acknowledged_before_it_is_committed(visitor: Client, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(**_fields: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(responses, "save_answer", busy)
    response = send(visitor, f"/a/{token}/1/", go="next", answer=WORDS)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "my daughter&#x27;s work" in response.content.decode()


def test_other_verbs_are_refused(token: str) -> None:
    for verb in ("put", "delete", "patch"):
        assert getattr(Client(), verb)(f"/a/{token}/1/").status_code == 405


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
