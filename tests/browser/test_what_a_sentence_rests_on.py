"""A coach cites all three kinds of source by button; a family reads the public sentence in Spanish on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.cast import Cast, make_cast
from tests.vision.drafts import adopt, clauses_of, say, write_draft
from tests.vision.rests_on import figures, hold_discussion, state, trade_off, work_out

Check = Callable[[Page], None]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def house(transactional_db: None) -> Cast:
    return make_cast()


def test_a_coach_cites_all_three_kinds_and_a_family_reads_them(
    house: Cast, live_server: Any, new_context: Callable[..., BrowserContext], axe: Check
) -> None:
    discussion = hold_discussion(house)
    made = state(discussion, 1, "Every class makes something.", es="Cada clase hace algo.")
    work_out(discussion, figures(made, roles=[("families", 102, 81), ("teachers", 40, None)]))
    trade_off(house, dissent="No hour is left.")
    draft = write_draft(house, "Students show their work.", voices=False)
    say(house, "Mi hija hizo un mapa.", kind="families", language="es")

    context = new_context(viewport={"width": 1280, "height": 900})
    session = house.client("coach").cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    coach = context.new_page()
    coach.goto(f"{live_server.url}/d/alder-creek/vision/sentences/{clauses_of(draft)[0].pk}/")
    axe(coach)
    for section, counted in (
        ("#voices", "It rests on 1 voice"),
        ("#statements", "It rests on 1 statement"),
        ("#trade-offs", "It rests on 1 trade-off"),
    ):
        coach.locator(section).get_by_role("button", name="Cite").click()
        expect(coach.locator(section).get_by_role("heading", name=counted)).to_be_visible()
    axe(coach)

    adopt(house, draft)
    family = new_context(**PHONE).new_page()
    family.goto(f"{live_server.url}/v/alder-creek/1/1/?lang=es")
    for words in (
        "Mi hija hizo un mapa.",
        "Cada clase hace algo.",
        "n = 102",
        "Una hora a la semana juntos.",
        "No hour is left.",
    ):
        expect(family.get_by_text(words).first).to_be_visible()
    axe(family)
    assert family.evaluate("document.documentElement.scrollWidth") <= 390
