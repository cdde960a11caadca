"""The way to the board in a browser: a stand recorded on a phone, a board member who reads and asks, stages, the hallway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from commonwhy.vision.models import BoardQuestion, Endorsement, Stage, VisionVersion
from tests.cast import Cast, make_cast
from tests.vision.drafts import adopt, write_draft

Check = Callable[[Page], None]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
VISION = "/d/alder-creek/vision/"


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


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_coach_records_a_stand_on_a_phone(house: Cast, signed_in: Callable[..., Page], axe: Check, script: bool) -> None:
    write_draft(house)
    Endorsement.everything.filter(group__kind="teachers").delete()
    coach = signed_in("coach", **PHONE, java_script_enabled=script)
    look = axe if script else lambda page: None
    coach.goto(f"{VISION}stands/")
    look(coach)
    expect(coach.get_by_text("Adoption waits for: Teachers.")).to_be_visible()
    coach.get_by_role("link", name="Record where they stand Teachers").click()
    look(coach)
    coach.get_by_label("cannot", exact=True).check()
    day = timezone.localdate() - timedelta(days=3)
    coach.get_by_label("When they said it").fill(day.isoformat())
    coach.get_by_role("button", name="Save").click()
    expect(coach.get_by_text("Write why they cannot, in one language at least.")).to_be_visible()
    expect(coach.get_by_label("cannot", exact=True)).to_be_checked()
    coach.get_by_label("Because, in English").fill("Mrs. Oyelaran says it slows publishing down.")
    coach.get_by_role("button", name="Save").click()
    expect(coach.get_by_label("Oyelaran")).to_be_checked()
    look(coach)
    coach.get_by_role("button", name="Save without these names").click()
    expect(coach.get_by_text("Mrs. [name] says it slows publishing down.")).to_be_visible()
    look(coach)
    assert Endorsement.everything.get(group__kind="teachers").heard_on == day


def test_a_board_member_reads_the_draft_and_asks_and_a_coach_answers(
    house: Cast, signed_in: Callable[..., Page], axe: Check
) -> None:
    adopt(house, write_draft(house, "The old sentence."))
    write_draft(house, "Students show their work to people who answer.")
    member = signed_in("board", **PHONE)
    member.goto(f"{VISION}board/")
    axe(member)
    member.get_by_text("Students show their work to people who answer.", exact=True).click()
    expect(member.get_by_text("Voice 0 behind Students show")).to_be_visible()
    member.get_by_label("Your question").fill("What does it cost?")
    member.get_by_role("button", name="Ask").click()
    expect(member.get_by_text("not answered yet")).to_be_visible()
    assert member.get_by_role("link", name="Record the board's decision").count() == 0

    coach = signed_in("coach")
    coach.goto(f"{VISION}board/")
    axe(coach)
    coach.get_by_role("link", name="Answer What does it cost?").click()
    axe(coach)
    coach.get_by_label("Answer").fill("Time, and no new money.")
    coach.get_by_role("button", name="Save the answer").click()
    member.reload()
    expect(member.get_by_text("Time, and no new money.")).to_be_visible()
    member.get_by_role("link", name="See what would change").click()
    axe(member)
    assert BoardQuestion.everything.get().asked_by == house.board


def test_stages_are_planned_and_begun_with_a_reason_in_public(house: Cast, signed_in: Callable[..., Page], axe: Check) -> None:
    write_draft(house)
    Endorsement.everything.filter(group__kind="families").delete()
    coach = signed_in("coach", **PHONE)
    coach.goto(f"{VISION}stages/")
    axe(coach)
    coach.get_by_role("link", name="Plan the stages").click()
    axe(coach)
    coach.get_by_role("button", name="Fill in a suggestion").click()
    expect(coach.get_by_text("Filled in below and not saved yet.")).to_be_visible()
    coach.get_by_role("button", name="Save the plan").click()
    assert Stage.everything.filter(planned_from__isnull=False).count() == 6
    expect(coach.get_by_text("Not recorded yet where they stand: Families.")).to_be_visible()
    endorsed = coach.get_by_role("listitem").filter(has=coach.get_by_role("heading", name="Endorsed"))
    endorsed.locator("summary").click()
    axe(coach)
    endorsed.get_by_label("Why you go on all the same, in English").fill("They meet next week.")
    endorsed.get_by_role("button", name="It began on this day").click()
    expect(coach.get_by_text("Noted.")).to_be_visible()
    assert VisionVersion.everything.get().exception_reason == {"en": "Endorsed: They meet next week."}


def test_the_why_on_a_screen_in_the_hallway(house: Cast, wide: Page, phone: Page, axe: Check) -> None:
    long = "So that every child in our valley, whoever they are and wherever they live, makes something that matters to somebody."
    adopt(house, write_draft(house, "A.", why={"en": long, "es": long}))
    for page in (wide, phone):
        page.goto("/v/alder-creek/line/?lang=en")
        axe(page)
        assert page.evaluate("document.scrollingElement.scrollHeight <= window.innerHeight"), (
            "a screen in a hallway is not scrolled"
        )
    wide.goto("/v/alder-creek/line/?lang=en&every=5")
    wide.wait_for_url("**/line/?lang=es&every=5", timeout=15_000)
    expect(wide.locator("html")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_public_page_in_full(house: Cast, wide: Page, phone: Page, axe: Check, language: str) -> None:
    draft = write_draft(house, "Students show their work.")
    Endorsement.everything.filter(group__kind="teachers").update(stand="cannot", because={"en": "It slows us down."})
    adopt(house, draft)
    for page in (wide, phone):
        page.goto(f"/v/alder-creek/?lang={language}")
        axe(page)
        expect(page.get_by_text("It slows us down.")).to_be_visible()
        page.goto(f"/v/alder-creek/versions/?lang={language}")
        axe(page)
