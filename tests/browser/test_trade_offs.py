"""Negotiating in a browser: from typed priorities to a settlement on a wide screen, and a family reads it on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from commonwhy.vision.models import ConfidentialNote, TradeOff
from tests.cast import Cast, make_cast
from tests.vision.negotiating import in_full, settle

Check = Callable[..., None]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
BOARD = "/d/alder-creek/vision/trade-offs/"
BOTH = ("light", "dark")


@pytest.fixture
def house(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def signed_in(house: Cast, live_server: Any, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A page of somebody of the cast, signed in."""

    def page_for(who: str, **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = new_context(**options)
        session = house.client(who).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    return page_for


def test_a_facilitator_negotiates_from_typed_priorities_to_a_settlement(
    house: Cast, signed_in: Callable[..., Page], phone: Page, axe: Check
) -> None:
    coach = signed_in("coach")
    coach.goto(BOARD)
    axe(coach, BOTH)
    coach.get_by_role("link", name="Open the first trade-off").click()
    axe(coach)
    coach.get_by_label("What it is about, in English").fill("Time for projects")
    coach.get_by_label("What it is about, in Spanish").fill("Tiempo para proyectos")
    coach.get_by_label("The one priority, in English").fill("Long blocks of time")
    coach.get_by_label("The one priority, in Spanish").fill("Bloques largos de tiempo")
    coach.get_by_label("The other one, in English").fill("Every class keeps its hours")
    coach.get_by_label("The other one, in Spanish").fill("Cada clase conserva sus horas")
    coach.get_by_role("button", name="Open it").click()

    coach.get_by_role("link", name="Add an option").click()
    axe(coach)
    coach.get_by_label("What could be done, in English").fill("One long block each week")
    coach.get_by_label("What “Long blocks of time” gains, in English").fill("A whole morning")
    coach.get_by_label("What “Long blocks of time” gives up, in English").fill("The other four days")
    coach.get_by_label("What “Every class keeps its hours” gains, in English").fill("Four days as they are")
    coach.get_by_label("What “Every class keeps its hours” gives up, in English").fill("One hour each")
    coach.get_by_role("button", name="Add it").click()
    coach.locator("summary", has_text="For which group?").click()
    coach.get_by_role("link", name=re.compile("Families *, A")).click()
    axe(coach)
    coach.get_by_label("What is in it for them, in English").fill("Work to look at")
    coach.get_by_role("button", name="Save").click()
    expect(coach.get_by_role("row").filter(has_text="One long block each week")).to_contain_text("Work to look at")

    coach.get_by_role("link", name="Add a concern").click()
    coach.get_by_label("What it is about").select_option("workload")
    coach.get_by_label("Who raised it").select_option(label="Teachers")
    coach.get_by_label("The concern, in English").fill("Who plans it?")
    coach.get_by_role("button", name="Add it").click()
    coach.get_by_role("link", name="Answer it").click()
    axe(coach)
    coach.get_by_label("The answer, in English").fill("Two hours a month are set free.")
    coach.get_by_role("button", name="Save").click()

    coach.get_by_role("link", name="Record Teachers").click()
    axe(coach)
    coach.get_by_label("dissents").check()
    coach.get_by_role("button", name="Save").click()
    expect(coach.get_by_text("Write why they dissent, in one language at least.")).to_be_visible()
    coach.get_by_label("Because, in English").fill("Mrs. Oyelaran says the block comes on our shortest day.")
    coach.get_by_label("Because, in Spanish").fill("El bloque cae en nuestro día más corto.")
    coach.get_by_role("button", name="Save").click()
    expect(coach.get_by_label("Oyelaran")).to_be_checked()
    axe(coach)
    coach.get_by_role("button", name="Save without these names").click()
    expect(coach.get_by_text("Mrs. [name] says the block comes")).to_be_visible()
    axe(coach, BOTH)

    coach.get_by_role("link", name="Record the settlement").click()
    axe(coach)
    # By keyboard from here: the option, the words, the button.
    coach.get_by_label("none of them as it is").focus()
    coach.keyboard.press("ArrowUp")
    expect(coach.get_by_label("A. One long block each week")).to_be_checked()
    coach.get_by_label("What was agreed, in English").focus()
    coach.keyboard.type("One long block each week.")
    coach.keyboard.press("Tab")
    coach.keyboard.type("Un bloque largo cada semana.")
    coach.keyboard.press("Tab")
    coach.keyboard.press("Enter")
    expect(coach.get_by_role("heading", name="What was agreed")).to_be_visible()
    axe(coach, BOTH)
    assert TradeOff.everything.get().state == "settled"

    phone.goto("/v/alder-creek/trade-offs/?lang=es")
    axe(phone, BOTH)
    phone.get_by_role("link", name="Tiempo para proyectos").click()
    axe(phone, BOTH)
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(phone.get_by_text("Un bloque largo cada semana.")).to_be_visible()
    expect(phone.get_by_text("El bloque cae en nuestro día más corto.")).to_be_visible()
    assert "Oyelaran" not in phone.content()
    assert phone.context.cookies() == []


def test_a_note_in_confidence_is_the_facilitators_and_not_the_superintendents(
    house: Cast, signed_in: Callable[..., Page], axe: Check
) -> None:
    in_full(house)
    coach, leader = signed_in("coach", **PHONE), signed_in("superintendent")
    coach.goto(f"{BOARD}1/")
    axe(coach, BOTH)
    coach.get_by_role("link", name="Notes in confidence").click()
    coach.get_by_label("Note").fill("The union fears for the evenings.")
    coach.get_by_role("button", name="Keep it").click()
    expect(coach.get_by_role("paragraph").filter(has_text="The union fears for the evenings.")).to_be_visible()
    axe(coach, BOTH)
    kept = ConfidentialNote.everything.get()
    leader.goto(f"{BOARD}1/")
    expect(leader.get_by_role("heading", name="Time for projects")).to_be_visible()
    expect(leader.get_by_text("Only facilitators see this")).to_have_count(0)
    for address in (
        f"{BOARD}1/notes/",
        f"{BOARD}1/notes/{kept.pk}/",
        f"/d/alder-creek/thread/vision.ConfidentialNote/{kept.pk}/",
    ):
        answer = leader.goto(address)
        assert answer is not None
        assert answer.status == 404, address
        assert "evenings" not in leader.content()


def test_without_script_on_a_phone_an_option_is_changed_and_what_came_second_is_kept(
    house: Cast, signed_in: Callable[..., Page]
) -> None:
    in_full(house)
    first, second = (signed_in(who, **PHONE, java_script_enabled=False) for who in ("coach", "principal"))
    for page in (first, second):
        page.goto(f"{BOARD}1/")
        page.get_by_role("link", name="Change option A").click()
    first.get_by_label("What could be done, in English").fill("Theirs.")
    first.get_by_role("button", name="Save").click()
    second.get_by_label("What could be done, in English").fill("Mine.")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alert")).to_contain_text("Theirs.")
    expect(second.get_by_label("What could be done, in English")).to_have_value("Mine.")
    second.get_by_role("button", name="Save mine instead").click()
    expect(second.get_by_text("Mine.", exact=True)).to_be_visible()


def test_it_prints_without_what_is_for_the_screen(house: Cast, signed_in: Callable[..., Page]) -> None:
    settle(house, in_full(house))
    coach = signed_in("coach")
    coach.goto(f"{BOARD}1/")
    coach.emulate_media(media="print")
    expect(coach.get_by_role("heading", name="What was agreed")).to_be_visible()
    expect(coach.get_by_text("Only facilitators see this")).to_be_hidden()
    expect(coach.get_by_role("link", name="Open the public page")).to_be_hidden()
