"""Respondents' pages when something goes wrong: it says so, says what was kept, and nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Response, Survey
from commonwhy.listening.services import responses
from commonwhy.listening.views import respondent
from tests.cast import Cast
from tests.listening.opened import (
    EACH_PAGE,
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
