"""From an empty room to an open survey with cards, in a browser, without JavaScript on a phone and with it on a desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from commonwhy.listening.models import Survey
from tests.cast import Cast, make_cast
from tests.listening.surveying import enrol

Check = Callable[[Page], None]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def sign_in(page: Page, cast: Cast, name: str, live_server: Any) -> None:
    cookie = cast.client(name).cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])


def test_a_coach_prepares_opens_and_prints_without_javascript(no_js: Page, cast: Cast, live_server: Any, axe: Check) -> None:
    enrol(cast, "teachers", 20, cast.creekside)
    enrol(cast, "families", 40, cast.maple)
    sign_in(no_js, cast, "coach", live_server)
    no_js.goto("/d/alder-creek/listen/")
    no_js.get_by_role("button", name="Open the definition pulse").click()
    expect(no_js.get_by_text("It can open.").or_(no_js.get_by_text("Everything is ready."))).to_be_visible()
    no_js.get_by_role("link", name="Change").last.click()
    no_js.get_by_label("Title").fill("What does it mean to you?")
    no_js.get_by_role("button", name="Save the draft").click()
    no_js.get_by_role("button", name="Open it").click()
    expect(no_js.get_by_role("heading", name="Invite people")).to_be_visible()
    survey = Survey.everything.get()
    assert survey.is_open
    assert survey.title == "What does it mean to you?"
    no_js.get_by_role("button", name="Make an open link").click()
    expect(no_js.get_by_role("img", name="QR code of the open link")).to_be_visible()
    for box in no_js.locator("table.counts input").all():
        box.fill("2")
    no_js.get_by_role("button", name="Make cards to print").click()
    expect(no_js.locator(".paper-cards li")).to_have_count(4)
    code = no_js.locator(".code").first.inner_text()
    no_js.goto(f"/a/{code.replace('-', '')}/")
    expect(no_js.get_by_role("heading", name="What does it mean to you?")).to_be_visible()


def test_questions_are_added_and_moved_with_the_keyboard_alone(wide: Page, cast: Cast, live_server: Any) -> None:
    sign_in(wide, cast, "coach", live_server)
    wide.goto("/d/alder-creek/listen/questionnaires/new/")
    wide.get_by_role("radio", name="An empty one").check()
    wide.get_by_label("Title of an empty one").fill("Ours")
    wide.get_by_label("English").check()
    wide.get_by_role("button", name="Go on").click()
    for kind, words in (("One choice", "Which one?"), ("A few words", "One word?")):
        link = wide.get_by_role("link", name=kind, exact=True)
        link.focus()
        wide.keyboard.press("Enter")
        wide.get_by_role("textbox", name=re.compile(r"^Question( optional)?$")).fill(words)
        if kind == "One choice":
            wide.get_by_label("Answers to choose from").fill("This\nThat")
        wide.get_by_role("button", name="Save").press("Enter")
    wide.get_by_role("button", name="Move question 2 up").press("Enter")
    expect(wide.locator(".questions h2").first).to_have_text("1. One word?")
    expect(wide.get_by_text(re.compile("2 questions"))).to_be_visible()
