"""A facilitator finds the guide for a focus group, reads it on a phone without JavaScript, and prints it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_surveys import sign_in
from tests.cast import Cast, make_cast

Check = Callable[[Page], None]
LETTER = {"width": 816, "height": 1056}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def test_from_listening_to_a_guide_in_either_language_without_javascript(no_js: Page, cast: Cast, live_server: Any) -> None:
    sign_in(no_js, cast, "coach", live_server)
    no_js.goto("/d/alder-creek/listen/")
    no_js.get_by_role("link", name="Guides").click()
    no_js.get_by_role("link", name="Focus group").click()
    expect(no_js.get_by_role("heading", level=1, name="Focus group")).to_be_visible()
    expect(no_js.get_by_text("Welcome, and thank you for giving us this hour.")).to_be_visible()
    no_js.get_by_role("link", name="Español").click()
    expect(no_js.get_by_role("heading", level=1, name="Grupo focal")).to_be_visible()
    expect(no_js.get_by_text("Nunca prometa guardar el secreto.")).to_be_visible()


def test_on_paper_the_words_to_say_are_large_and_nothing_else_stands_around(wide: Page, cast: Cast, live_server: Any) -> None:
    sign_in(wide, cast, "coach", live_server)
    wide.set_viewport_size({**LETTER})
    wide.goto("/d/alder-creek/listen/guides/focus_group/")
    wide.emulate_media(media="print")
    for gone in (".rail", ".foot", ".screen-only"):
        expect(wide.locator(gone).first).to_be_hidden()
    expect(wide.get_by_text("Alder Creek · ")).to_be_visible()

    def size(selector: str) -> float:
        found: float = wide.locator(selector).first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
        return found

    assert size(".guide .say p") >= 1.4 * size(".guide .checks li")
    assert wide.evaluate("document.scrollingElement.scrollWidth") <= LETTER["width"]
