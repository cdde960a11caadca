"""Coding by keyboard and without JavaScript, two people who do not see each other, and a reply from its draft to Spanish."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from commonwhy.core import jobs as core_jobs
from commonwhy.core.models import Job
from commonwhy.listening.models import Coding, CodingSample, Reply, Survey, Theme
from commonwhy.listening.services.excerpts import mark_answer
from commonwhy.listening.services.themes import make_theme
from tests.browser.test_voices import sign_in
from tests.cast import Cast, make_cast
from tests.listening.opened import open_survey
from tests.listening.surveying import enrol
from tests.listening.test_themes import code
from tests.listening.test_voices import many, say

Check = Callable[[Page], None]
THEMES, REPLIES = "/d/alder-creek/listen/themes/", "/d/alder-creek/listen/replies/"
WORDS = "Every month another platform with another password."


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def survey(cast: Cast) -> Survey:
    """Closed forty days ago, with forty answers, so that a reply is overdue."""
    ended = timezone.now() - timedelta(days=40)
    asked = {("teachers", None): 60}
    with transaction.atomic():
        return open_survey(cast, asked=asked, opened_at=ended - timedelta(days=10), closed_at=ended)


def themes(cast: Cast) -> tuple[Theme, Theme]:
    with transaction.atomic():
        load = make_theme(
            district=cast.alder,
            name="Too many tools",
            means="New platforms, passwords.\nNot: too much homework.",
            concern="workload",
            by=cast.coach,
        )
        time = make_theme(district=cast.alder, name="Time to make things", means="", concern="", by=cast.coach)
    return time, load


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def run_jobs() -> None:
    for job in Job.objects.filter(state=Job.State.WAITING):
        core_jobs.run_job.func(str(job.pk))


def test_answers_are_coded_by_keyboard_alone(wide: Page, cast: Cast, survey: Survey, live_server: Any, axe: Check) -> None:
    time, load = themes(cast)  # the order of their names, so 1 and 2
    with transaction.atomic():
        answers = sorted([say(survey, WORDS), *many(survey, 2)], key=lambda answer: str(answer.pk))
    sign_in(wide, cast, "coach", live_server)
    wide.goto(f"{THEMES}code/")
    axe(wide)
    look(wide, "code")
    wide.get_by_role("link", name="One after another").click()
    axe(wide)
    look(wide, "code-one")
    for number, answer in enumerate(answers):
        expect(wide.locator("blockquote")).to_have_text(str(answer.value))
        # The first box has the focus; no hand leaves the keyboard.
        wide.keyboard.press("2")
        expect(wide.get_by_role("checkbox", name="Too many tools")).to_be_checked()
        if number == 1:
            wide.keyboard.press("2")
            wide.keyboard.press("1")
        wide.keyboard.press("Enter")
        if number < 2:
            expect(wide.locator("blockquote")).to_have_text(str(answers[number + 1].value))
    expect(wide.get_by_text("That was the last one")).to_be_visible()
    found = set(Coding.everything.values_list("answer_id", "theme_id"))
    assert found == {(answers[0].pk, load.pk), (answers[1].pk, time.pk), (answers[2].pk, load.pk)}
    # In the list N leads from one answer's boxes to the next one's.
    wide.goto(f"{THEMES}code/")
    sheets = wide.locator("[data-codes]")
    sheets.nth(0).get_by_role("checkbox").nth(0).focus()
    wide.keyboard.press("n")
    expect(sheets.nth(1).get_by_role("checkbox").nth(0)).to_be_focused()


def test_answers_are_coded_on_a_phone_without_javascript(no_js: Page, cast: Cast, survey: Survey, live_server: Any) -> None:
    themes(cast)
    with transaction.atomic():
        answer = say(survey, WORDS)
    sign_in(no_js, cast, "coach", live_server)
    no_js.goto("/d/alder-creek/listen/voices/")
    no_js.locator(f"#a-{answer.pk}").get_by_role("link", name="Themes").click()
    # Its words point to a theme, and nothing is ticked by itself.
    box = no_js.get_by_role("checkbox", name="Too many tools")
    expect(box).not_to_be_checked()
    expect(no_js.get_by_text("maybe")).to_be_visible()
    expect(no_js.get_by_text("What does digital learning mean to you?")).to_be_visible()
    box.check()
    look(no_js, "code-one-no-js")
    no_js.get_by_role("button", name="Save").click()
    expect(no_js.get_by_text("Saved: 1 added")).to_be_visible()
    assert Coding.everything.get().theme.name == "Too many tools"


def test_a_theme_is_made_counted_by_group_and_shown(wide: Page, cast: Cast, survey: Survey, live_server: Any, axe: Check) -> None:
    sign_in(wide, cast, "coach", live_server)
    wide.goto(THEMES)
    axe(wide)
    look(wide, "themes-empty")
    wide.get_by_role("link", name="Make the first theme").click()
    wide.get_by_label("Theme", exact=True).fill("Too many tools")
    wide.get_by_label("What belongs to it").fill("New platforms, passwords.")
    wide.get_by_label("A concern about").select_option(label="Workload")
    axe(wide)
    look(wide, "theme-new")
    wide.get_by_role("button", name="Save").click()
    expect(wide.get_by_role("heading", name="1 theme")).to_be_visible()
    with transaction.atomic():
        for answer in many(survey, 40)[:20]:
            code(answer, Theme.everything.get(), cast.coach)
    wide.reload()
    axe(wide)
    look(wide, "themes")
    wide.get_by_role("link", name="Digital learning and you").click()
    wide.get_by_role("button", name="Count by group").click()
    run_jobs()
    wide.reload()
    wide.get_by_role("link", name="See the result").click()
    expect(wide.get_by_role("heading", name="Too many tools is spoken of most: Teachers")).to_be_visible()
    wide.get_by_text("Show as table").click()
    expect(wide.get_by_role("cell", name="50 %").first).to_be_visible()
    axe(wide)
    look(wide, "theme-figures")
    wide.get_by_role("link", name="Concerns by group").click()
    expect(wide.get_by_role("row", name="Workload")).to_be_visible()
    axe(wide)
    look(wide, "concerns")


def test_two_people_code_alone_and_then_talk(
    wide: Page, phone: Page, cast: Cast, survey: Survey, live_server: Any, axe: Check
) -> None:
    themes(cast)
    with transaction.atomic():
        many(survey, 8)
    sign_in(wide, cast, "coach", live_server)
    sign_in(phone, cast, "superintendent", live_server)
    wide.goto(f"{THEMES}double/new/")
    axe(wide)
    look(wide, "double-new")
    wide.get_by_label("Who codes them as well").select_option(label="Superintendent")
    wide.get_by_role("button", name="Draw them").click()
    sample = CodingSample.everything.get()
    address = f"{THEMES}double/{sample.pk}/"
    wide.get_by_role("link", name="Code them").click()
    for box in wide.get_by_role("checkbox", name="Too many tools").all()[:4]:
        box.check()
    look(wide, "double-code")
    wide.get_by_role("button", name="Save").click()
    wide.get_by_role("button", name="I am done").click()
    expect(wide.get_by_text("shown here when both are done")).to_be_visible()
    phone.goto(f"{address}code/")
    axe(phone)
    look(phone, "double-code")
    boxes = phone.get_by_role("checkbox", name="Too many tools").all()
    assert not any(box.is_checked() for box in boxes)
    for box in boxes[1:5]:
        box.check()
    phone.get_by_role("button", name="Save").click()
    phone.get_by_role("button", name="I am done").click()
    expect(phone.get_by_role("heading", name="How far two of you agree")).to_be_visible()
    expect(phone.get_by_role("heading", name="2 things to talk about")).to_be_visible()
    expect(phone.get_by_text("not yet reliable", exact=True)).to_be_visible()
    axe(phone)
    look(phone, "double-outcome")
    wide.goto(address)
    axe(wide)
    look(wide, "double-outcome")
    wide.get_by_role("button", name="It speaks of it").first.click()
    expect(wide.get_by_text("settled: it does")).to_be_visible()
    assert Coding.everything.filter(sample=None).count() == 4


def test_a_reply_from_its_draft_to_the_page_in_spanish(
    wide: Page, phone: Page, cast: Cast, survey: Survey, live_server: Any, axe: Check, mailoutbox: list[Any]
) -> None:
    _time, load = themes(cast)
    with transaction.atomic():
        many(survey, 12)
        answer = say(survey, WORDS)
        mark_answer(answer=answer, start=0, end=len(WORDS), names=(), by=cast.coach)
        code(answer, load, cast.coach)
        enrol(cast, "teachers", 3, language="es")
    sign_in(wide, cast, "superintendent", live_server)
    wide.goto("/d/alder-creek/")
    expect(wide.get_by_role("heading", name="You owe 60 people a reply")).to_be_visible()
    look(wide, "home-owed")
    wide.get_by_role("link", name="Draft a reply").click()
    expect(wide.get_by_role("checkbox", name="Digital learning and you")).to_be_checked()
    axe(wide)
    look(wide, "reply-new")
    wide.get_by_role("button", name="Draft a reply").click()
    expect(wide.locator(".point", has_text="You told us about this: Too many tools.")).to_be_visible()
    expect(wide.locator("blockquote", has_text=WORDS)).to_be_visible()
    axe(wide)
    look(wide, "reply-draft")
    heard = wide.locator("li", has_text="You told us about this")
    heard.get_by_role("link", name="Change").click()
    wide.get_by_label("What we heard, in English").fill("There are too many tools and too many passwords.")
    wide.get_by_label("What we heard, in Spanish").fill("Hay demasiadas herramientas y contraseñas.")
    axe(wide)
    look(wide, "reply-point")
    wide.get_by_role("button", name="Save").click()
    wide.locator("section", has_text="What did not change").get_by_role("link", name="Change").click()
    wide.get_by_label("What did not change, in Spanish").fill("El horario.")
    wide.get_by_label("What did not change, in English").fill("The bell.")
    wide.get_by_role("button", name="Save").click()
    wide.get_by_role("link", name="Look at it and publish").click()
    expect(wide.get_by_text("nobody says why")).to_be_visible()
    expect(wide.get_by_role("button", name="Publish it")).to_have_count(0)
    look(wide, "reply-publish-missing")
    wide.get_by_role("link", name="Back", exact=True).click()
    wide.locator("section", has_text="What did not change").get_by_role("link", name="Change").click()
    wide.get_by_label("Why, in English").fill("The buses run as they do.")
    wide.get_by_label("Why, in Spanish").fill("Los autobuses no cambian.")
    wide.get_by_role("button", name="Save").click()
    wide.get_by_role("link", name="Change title and opening").click()
    wide.get_by_label("Title, in Spanish").fill("Lo que oímos y lo que hicimos")
    axe(wide)
    wide.get_by_role("button", name="Save").click()
    wide.get_by_role("link", name="Look at it and publish").click()
    axe(wide)
    look(wide, "reply-publish")
    wide.get_by_role("button", name="Publish it").click()
    wide.get_by_role("link", name="Send it to those who were asked").click()
    expect(wide.get_by_role("heading", name="3 addresses get it")).to_be_visible()
    axe(wide)
    look(wide, "reply-send")
    wide.get_by_role("button", name="Send it now").click()
    run_jobs()
    assert len(mailoutbox) == 3
    link = next(line for line in mailoutbox[0].body.splitlines() if "/r/alder-creek/1/" in line)
    assert mailoutbox[0].subject == "Lo que oímos y lo que hicimos"
    # As a family opens it, on a phone, signed out.
    phone.goto(link)
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(phone.get_by_role("heading", name="Lo que oímos y lo que hicimos")).to_be_visible()
    expect(phone.get_by_text("Hay demasiadas herramientas y contraseñas.")).to_be_visible()
    expect(phone.get_by_text("Los autobuses no cambian.")).to_be_visible()
    expect(phone.get_by_text(WORDS)).to_be_visible()
    axe(phone)
    look(phone, "reply-public")
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_text("There are too many tools and too many passwords.")).to_be_visible()
    assert phone.context.cookies() == []
    wide.goto("/d/alder-creek/")
    expect(wide.get_by_text("You owe")).to_have_count(0)
    assert Reply.everything.get().published_at is not None
    wide.goto("/r/alder-creek/")
    axe(wide)
    look(wide, "reply-public-list")
    wide.goto("/r/alder-creek/1/")
    look(wide, "reply-public")
