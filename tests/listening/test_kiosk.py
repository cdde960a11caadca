"""A shared tablet: one person after another, and nobody finds a word of whoever stood there before."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonwhy.listening import kiosks, tokens
from commonwhy.listening.models import Answer, Response, Survey
from commonwhy.listening.services.stirring import stir_all
from commonwhy.listening.tokens import BadTokenError
from tests.cast import Cast
from tests.listening.opened import cell, open_survey
from tests.listening.season import EACH_PAGE, MORE_PAGE, ORDER_PAGE, USES_PAGE, WHY_NOT_PAGE, open_season

pytestmark = pytest.mark.django_db
SECRET = "My teacher never listens."


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_season(cast)


@pytest.fixture
def address(cast: Cast, survey: Survey) -> str:
    return f"/k/{kiosks.seal(survey, cell(survey, 'students', cast.creekside).number)}/"


class Tablet:
    """The tablet, and the form on its screen."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.browser = Client(enforce_csrf_checks=True)
        self.screen: Any = self.browser.get(address)
        self.sent: list[dict[str, Any]] = []

    def press(self, go: str = "", **fields: Any) -> Any:
        """Send the form that is on the screen."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.screen.text))
        action = re.findall(r'<form[^>]* action="([^"]+)"', self.screen.text)[0].replace("&amp;", "&")
        self.sent.append(hidden | ({"go": go} if go else {}) | fields)
        self.screen = self.browser.post(action, self.sent[-1])
        return self.screen

    def press_back_and_send_again(self, which: int = -1) -> Any:
        """What a browser offers when somebody goes back to a page that was the answer to a form."""
        return self.browser.post(self.address, self.sent[which])


def is_first_page(screen: Any) -> bool:
    return screen.status_code == 200 and 'id="begin"' in screen.text and SECRET not in screen.text


def answers() -> list[dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for response, key, value in Answer.everything.values_list("response", "question__key", "value"):
        found.setdefault(response, {})[key] = value
    return list(found.values())


def finish(tablet: Tablet, words: str = SECRET) -> Any:
    tablet.press()
    tablet.press("next", answer="no")
    tablet.press("next", answer=words)
    tablet.press("next", **{"place-making": "2", "place-talking": "1", "place-pace": "3"})
    tablet.press("next", **{"row-time": "yes"})
    return tablet.press("next", answer="")


def test_one_person_after_another_answers(address: str) -> None:
    tablet = Tablet(address)
    assert "Anonymous. Your name is not asked" in tablet.screen.text
    for words in (SECRET, "Second."):
        thanks = finish(tablet, words)
        assert "Thank you. Your answers are in." in thanks.text
        assert words not in thanks.text
        assert thanks.headers["Refresh"] == f"30; url={address}?lang=en"
        tablet.screen = tablet.browser.get(f"{address}?lang=en")
        assert is_first_page(tablet.screen)
    assert sorted(each["why_not"] for each in answers()) == [SECRET, "Second."]
    assert answers()[0]["order"] == ["talking", "making", "pace"]
    assert Response.everything.filter(submitted=True).count() == 2
    assert {response.source for response in Response.everything.all()} == {"web"}


def test_no_address_leads_to_what_somebody_said(address: str) -> None:
    tablet = Tablet(address)
    finish(tablet)
    assert is_first_page(tablet.browser.get(address))
    assert all("ticket" in sent for sent in tablet.sent[1:])
    for sent in tablet.sent[1:]:
        token = sent["ticket"].split(":")[0]
        assert token not in tablet.address
        assert is_first_page(tablet.browser.get(f"{address}?ticket={sent['ticket']}")), "not even with the ticket in it"


def test_no_page_is_kept_by_the_browser_or_knows_who_is_signed_in(cast: Cast, address: str) -> None:
    tablet = Tablet(address)
    tablet.browser = cast.client("coach")
    with CaptureQueriesContext(connection) as queries:
        screens = [tablet.browser.get(address), finish(tablet)]
    for screen in screens:
        assert screen.headers["Cache-Control"] == "no-store"
    touched = " ".join(query["sql"] for query in queries)
    for table in ("django_session", "accounts_user", "core_auditentry"):
        assert table not in touched


def test_opening_it_changes_nothing(address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        Client().get(address)
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    assert len(queries) <= 8


def test_going_back_after_sending_shows_the_first_page(address: str) -> None:
    tablet = Tablet(address)
    finish(tablet)
    for which in range(1, 6):
        assert is_first_page(tablet.press_back_and_send_again(which))
    assert answers()[0]["why_not"] == SECRET, "and nothing that was sent is changed"


def test_stopping_takes_back_what_was_not_sent_and_goes_nowhere_back(address: str) -> None:
    tablet = Tablet(address)
    tablet.press()
    tablet.press("next", answer="no")
    tablet.press("next", answer=SECRET)
    assert is_first_page(tablet.press("stop"))
    assert answers() == []
    for which in range(1, 4):
        assert is_first_page(tablet.press_back_and_send_again(which))
    assert answers() == []
    assert not Response.everything.filter(submitted=True).exists()


def test_whoever_walks_away_leaves_nothing_even_where_nobody_pressed_stop(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = Tablet(address)
    tablet.press()
    tablet.press("next", answer="no")
    tablet.press("next", answer=SECRET)
    later = timezone.now().timestamp() + kiosks.IDLE + kiosks.GRACE + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert is_first_page(tablet.press_back_and_send_again())
    assert is_first_page(tablet.press("back"))


def test_whoever_is_still_there_may_take_longer(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = Tablet(address)
    tablet.press()
    now = timezone.now().timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 200)
    before = tablet.screen
    fresh = tablet.press("here")
    assert fresh.headers["Content-Type"].startswith("text/plain")
    assert kiosks.unwrap(Survey.everything.get(), 3, fresh.text)
    assert not Response.everything.exists(), "and nothing is saved by it"
    tablet.screen = before
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 400)
    assert tablet.browser.post(address, tablet.sent[-1] | {"ticket": fresh.text, "go": "next", "answer": "no"}).status_code == 200
    assert answers() == [{"uses": ["no"]}]


def test_a_first_page_for_every_language_and_words(address: str) -> None:
    tablet = Tablet(address)
    tablet.press()
    tablet.press("lang-es", answer="no")
    assert "¿Usa usted el aprendizaje digital?" in tablet.screen.text
    assert 'value="no"' in tablet.screen.text
    tablet.press("words-plain", answer="no")
    assert "¿Usas el aprendizaje digital?" in tablet.screen.text
    tablet.press("next", answer="no")
    assert "¿Qué se lo impide?" in tablet.screen.text
    assert "words=plain" in tablet.screen.text


def test_half_an_answer_stays_with_its_message(address: str) -> None:
    tablet = Tablet(address)
    tablet.press()
    tablet.press("next", answer="yes")
    assert tablet.press("next", answer="many").status_code == 422
    assert "digits only" in tablet.screen.text
    tablet.press("next", answer="7")
    assert tablet.press("next", **{"place-pace": "1"}).status_code == 422
    assert 'value="1" selected' in tablet.screen.text


def test_what_is_missing_is_shown_before_anything_is_sent(address: str) -> None:
    tablet = Tablet(address)
    tablet.press()
    tablet.press("next", answer="no")
    for _ in range(3):
        tablet.press("back")
    tablet.press("next", answer="no")
    tablet.sent[-1]["page"] = str(MORE_PAGE)
    screen = tablet.press_back_and_send_again()
    assert screen.status_code in (200, 400)
    assert not Response.everything.filter(submitted=True).exists()


@pytest.mark.parametrize("page", ["0", "99", "x", "٣", "-1", "", "1" * 50])
def test_a_page_that_is_not_there_is_the_first_question(address: str, page: str) -> None:
    tablet = Tablet(address)
    tablet.press()
    tablet.press("next", answer="no")
    assert tablet.browser.post(address, tablet.sent[-1] | {"page": page}).status_code in (200, 400, 422)


def test_nothing_works_without_our_own_page(address: str) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(address).status_code == 403
    tablet = Tablet(address)
    tablet.press()
    tablet.press("next", answer="no")
    stolen = {**tablet.sent[-1], "csrfmiddlewaretoken": ""}
    for go in ("next", "stop", "here"):
        assert stranger.post(address, stolen | {"go": go}).status_code == 403
    assert answers() == [{"uses": ["no"]}]


class TestAddresses:
    def test_one_that_was_not_made_here_opens_nothing(self, survey: Survey, address: str) -> None:
        code, number, mac = address.split("/")[2].split("-")
        for seal in (
            f"{code}-{int(number) + 1}-{mac}",
            f"{code}-{number}-{'0' * 16}",
            f"{'0' * 8}-{number}-{mac}",
            f"{code}-x-{mac}",
            code,
            tokens.mint(survey, 3),
            "é-1-é",
        ):
            assert Client().get(f"/k/{seal}/").status_code == 404, seal

    def test_a_ticket_of_one_kiosk_is_none_of_another(self, cast: Cast, survey: Survey) -> None:
        ticket = kiosks.wrap(tokens.mint(survey, 3))
        assert kiosks.unwrap(survey, 3, ticket)
        for other, number, text in (
            (survey, 1, ticket),
            (open_survey(cast), 3, ticket),
            (survey, 3, f"{ticket}x"),
            (survey, 3, ""),
            (survey, 3, tokens.mint(survey, 3)),
        ):
            with pytest.raises(BadTokenError):
                kiosks.unwrap(other, number, text)

    @pytest.mark.parametrize("mode", ["confidential", "identified"])
    def test_a_survey_that_knows_who_answers_has_none(self, cast: Cast, mode: str) -> None:
        survey = open_survey(cast, mode=mode)
        assert Client().get(f"/k/{kiosks.seal(survey, 1)}/").status_code == 404
        page = cast.client("coach").get(f"/d/alder-creek/listen/surveys/{survey.pk}/kiosk/").text
        assert "cannot know who stands before it" in page
        assert "/k/" not in page

    def test_it_lasts_until_the_survey_closes_and_keeps_words_off_the_screen(self, survey: Survey, address: str) -> None:
        tablet = Tablet(address)
        tablet.press()
        tablet.press("next", answer="no")
        Survey.everything.filter(pk=survey.pk).update(closed_at=timezone.now())
        closed = tablet.press("next", answer=SECRET)
        assert closed.status_code == 410
        assert SECRET not in closed.text
        assert Client().get(address).status_code == 410

    def test_before_it_opens_there_is_nothing(self, cast: Cast, survey: Survey, address: str) -> None:
        Survey.everything.filter(pk=survey.pk).update(opened_at=timezone.now() + timedelta(days=1))
        assert Client().get(address).status_code == 404
        page = cast.client("coach").get(f"/d/alder-creek/listen/surveys/{survey.pk}/kiosk/").text
        assert "is not open" in page

    def test_the_coach_finds_one_for_each_place(self, cast: Cast, survey: Survey, address: str, settings: Any) -> None:
        browser = cast.client("coach")
        page = browser.get(f"/d/alder-creek/listen/surveys/{survey.pk}/kiosk/").text
        assert f"{settings.BASE_URL}{address}" in page
        assert "Students, Creekside Middle School" in page
        assert "4 addresses" in page
        assert f"/listen/surveys/{survey.pk}/kiosk/" in browser.get(f"/d/alder-creek/listen/surveys/{survey.pk}/").text

    @pytest.mark.parametrize(("name", "status"), [("principal", 403), ("teacher", 403), ("outsider", 404), (None, 302)])
    def test_who_may_not(self, cast: Cast, survey: Survey, name: str | None, status: int) -> None:
        assert cast.client(name).get(f"/d/alder-creek/listen/surveys/{survey.pk}/kiosk/").status_code == status


@pytest.mark.django_db(transaction=True)
def test_what_was_used_up_counts_as_nothing_after_a_stir_too(cast: Cast) -> None:
    survey = open_season(cast)
    tablet = Tablet(f"/k/{kiosks.seal(survey, 3)}/")
    tablet.press()
    tablet.press("next", answer="no")
    tablet.press("stop")
    stir_all()
    assert answers() == []
    assert not Response.everything.filter(submitted=True).exists()


def test_its_pages_are_light_enough_for_a_slow_tablet(address: str) -> None:
    tablet = Tablet(address)
    for screen in (tablet.screen, tablet.press()):
        weight = len(screen.content)
        for name in re.findall(r'(?:href|src)="/static/([^"]+)"', screen.text):
            weight += Path(str(finders.find(name))).stat().st_size
        assert weight < 60_000, weight


def test_pages_of_the_same_order_as_with_a_link(address: str) -> None:
    tablet = Tablet(address)
    tablet.press()
    assert "Part 1 of 2" in tablet.screen.text
    tablet.press("next", answer="no")
    assert f'name="page" value="{WHY_NOT_PAGE}"' in tablet.screen.text
    tablet.press("next", answer="words")
    assert f'name="page" value="{ORDER_PAGE}"' in tablet.screen.text
    tablet.press("next")
    assert f'name="page" value="{EACH_PAGE}"' in tablet.screen.text
    for _ in range(3):
        tablet.press("back")
    assert f'name="page" value="{USES_PAGE}"' in tablet.screen.text
