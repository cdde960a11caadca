"""Where we agree in a browser: a parent reads it on a phone in Spanish, and staff see the map with its table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from commonwhy.deliberation.models import Discussion
from tests.cast import Cast, make_cast
from tests.deliberation.landscapes import LIBRARY, PHONES, planted, worked_out

Check = Callable[[Page], None]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def house(transactional_db: None) -> Cast:
    return make_cast()


def published(house: Cast) -> Discussion:
    discussion = worked_out(house, {"families": 60, "teachers": 45, "students": 40, "board": 4}, planted)
    Discussion.everything.filter(pk=discussion.pk).update(published_on=timezone.localdate())
    return discussion


def test_a_parent_reads_it_on_a_phone_in_spanish(
    house: Cast, new_context: Callable[..., BrowserContext], live_server: Any, axe: Check
) -> None:
    published(house)
    page = new_context(**PHONE).new_page()
    page.goto("/agree/alder-creek/?lang=es")
    page.get_by_role("link", name="¿Qué deben hacer nuestras escuelas?").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    shared = page.locator("section[aria-labelledby=shared]")
    expect(shared.get_by_text(f"Frase número {LIBRARY + 1}.").first).to_be_visible()
    expect(shared.get_by_role("table").first).to_be_visible()
    divided = page.locator("section[aria-labelledby=divided]")
    first = divided.locator("li").filter(has_text=f"Frase número {PHONES + 1}.")
    expect(first.get_by_role("table")).to_have_count(0)
    if not first.is_visible():
        divided.locator("> details > summary").click()
    first.locator("summary").click()
    expect(first.get_by_role("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing runs off the side of a phone"
    axe(page)


def test_the_map_stands_beside_its_table_and_opens(
    house: Cast, new_context: Callable[..., BrowserContext], live_server: Any, axe: Check
) -> None:
    discussion = published(house)
    context = new_context(viewport={"width": 1280, "height": 900})
    session = house.client("teacher").cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/d/alder-creek/agree/discussions/{discussion.pk}/where-we-agree/")
    picture = page.get_by_role("img", name="Map of who votes alike. Its figures are in the table beside it.")
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    beside = page.locator(".beside")
    expect(beside.get_by_role("row", name=re.compile("10 or more people"))).to_be_visible()
    page.get_by_text("How we know").click()
    expect(page.get_by_text("to pass is not to agree")).to_be_visible()
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Figures as CSV").click()
    assert download.value.suggested_filename == f"where-we-agree-{discussion.number}.csv"
