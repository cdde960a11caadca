"""Ask three teachers in a browser: with the keyboard alone, without JavaScript, on a phone, read by axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from commonwhy.accounts import setup_code
from commonwhy.listening.models import Conversation

pytestmark = pytest.mark.django_db(transaction=True)
ANSWERS = (
    "Students reading and writing on their laptops every day.",
    "Making something they could not make without the tools.",
    "Keeping phones away and following the rules.",
)


def press_until(page: Page, selector: str, most: int = 25) -> None:
    """Move on with the Tab key until `selector` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard never reached {selector}")


def test_with_the_keyboard_alone_and_without_javascript(no_js: Page) -> None:
    """No mouse, no script: three answers, then side by side."""
    page = no_js
    page.goto("/")
    press_until(page, "main a.button[href='/three-teachers/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/three-teachers/")
    for number, words in enumerate(ANSWERS):
        press_until(page, "#id_words")
        page.keyboard.type(words)
        press_until(page, "#id_school")
        if number == 0:
            page.keyboard.type("Creekside")
        press_until(page, "form#next button.button")
        page.keyboard.press("Enter")
        expect(page.locator(".notes li")).to_have_count(number + 1)
    page.goto("/three-teachers/")
    press_until(page, "a[href='/three-teachers/side-by-side/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/side-by-side/")
    for words in ANSWERS:
        expect(page.locator(".voice.card", has_text=words)).to_be_visible()
    expect(page.get_by_role("heading", name="Furthest apart")).to_be_visible()


def test_on_a_phone_from_nothing_to_a_district(phone: Page, axe: Callable[[Page], None]) -> None:
    page = phone
    page.goto("/")
    axe(page)
    page.get_by_role("link", name="Ask three teachers").tap()
    page.wait_for_url("**/three-teachers/")
    axe(page)
    for number, words in enumerate(ANSWERS, start=1):
        page.get_by_label("What they said").fill(words)
        page.get_by_label("Their school").fill("Creekside")
        page.get_by_role("button", name="Note it").tap()
        expect(page.locator(".notes li")).to_have_count(number)
    axe(page)
    page.get_by_role("link", name="See them side by side").tap()
    page.wait_for_url("**/side-by-side/")
    page.get_by_text("How we know").tap()
    axe(page)
    page.get_by_role("link", name="Keep these: set up your district").tap()
    page.wait_for_url("**/start/")
    axe(page)
    page.get_by_label("Name of your district").fill("Alder Creek")
    page.get_by_label("Your name").fill("Carla")
    page.get_by_label("Your e-mail address").fill("carla@example.org")
    page.get_by_label("A password").fill("one long enough to keep")
    page.get_by_label("Set-up code").fill(setup_code.current() or "")
    page.get_by_role("button", name="Set it up").tap()
    page.wait_for_url("**/listen/conversations/**")
    axe(page)
    assert [note.words for note in Conversation.everything.get().notes.all()] == list(ANSWERS)


def test_what_is_missing_is_said_at_its_field(wide: Page, axe: Callable[[Page], None]) -> None:
    wide.goto("/three-teachers/")
    wide.evaluate("document.querySelector('#id_words').removeAttribute('required')")
    wide.get_by_role("button", name="Note it").click()
    expect(wide.get_by_text("Write what they said first.")).to_be_visible()
    described = wide.get_by_label("What they said").get_attribute("aria-describedby") or ""
    assert "id_words_error" in described
    axe(wide)
