"""A coach closes a survey, reads what people answered and finds a word in it, on a phone and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_voices import run_jobs, sign_in
from tests.cast import Cast, make_cast
from tests.listening.opened import open_survey
from tests.listening.test_results import QUESTIONS, answer

Check = Callable[[Page], None]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def test_from_closing_to_the_answers_and_to_a_word(phone: Page, cast: Cast, live_server: Any, axe: Check) -> None:
    survey = open_survey(cast, questions=QUESTIONS)
    answer(survey, "teachers", cast.creekside, 30, agree=["agree"], words="The puente we built ourselves")
    answer(survey, "families", None, 30, agree=["disagree"], ticks=["time"])
    sign_in(phone, cast, "coach", live_server)
    phone.goto(f"/d/alder-creek/listen/surveys/{survey.pk}/")
    phone.get_by_role("link", name="What people answered").click()
    expect(phone.get_by_text("Shown once it has closed.")).to_be_visible()
    phone.get_by_role("link", name="See who was heard so far").click()
    phone.get_by_role("button", name="Close it now").click()
    run_jobs()
    phone.get_by_role("link", name="What people answered").click()
    expect(phone.get_by_role("heading", name="Do you agree?")).to_be_visible()
    figure = phone.locator("figure.chart").first
    expect(figure.get_by_role("img")).to_be_visible()
    figure.get_by_text("Show as table").click()
    expect(figure.get_by_role("columnheader", name="Teachers")).to_be_visible()
    axe(phone)
    phone.get_by_role("link", name="Search", exact=True).click()
    field = phone.get_by_label("Words")
    field.fill("PUÉNTE built")
    field.press("Enter")
    expect(phone.locator("mark", has_text="puente").first).to_be_visible()
    axe(phone)
    phone.get_by_role("link", name="25 more").click()
    expect(phone.get_by_role("heading", name="30 voices")).to_be_visible()
