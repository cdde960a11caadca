"""A focus group on a phone: started, counted, written down offline, closed; two tabs, signed out, no script, keys alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Route, expect

from commonwhy.listening.models import Attendance, Conversation, Note
from tests.browser.conftest import NewContext, PageWatch
from tests.browser.test_three_teachers import press_until
from tests.cast import Cast, make_cast
from tests.listening.talking import address, focus_group

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/d/alder-creek/listen/conversations/"
HELD = "localStorage.length ? Object.keys(localStorage).filter(name => name.startsWith('commonwhy.note:')).length : 0"
THREE = ("We never see what they make.", "Homework comes as a link we cannot open.", "Ask us before you buy it.")


@pytest.fixture
def world(live_server: Any) -> Cast:
    return make_cast()


def signed_in(context: BrowserContext, cast: Cast, live_server: Any, who: str = "coach") -> Page:
    session = cast.client(who).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return context.new_page()


@pytest.fixture
def phone_of(new_context: NewContext, live_server: Any) -> Callable[..., Page]:
    def page_for(cast: Cast, **options: Any) -> Page:
        size = {"width": 390, "height": 844}
        context = new_context(viewport=size, device_scale_factor=2, is_mobile=True, has_touch=True, **options)
        return signed_in(context, cast, live_server)

    return page_for


def words_in(conversation: Conversation) -> list[str]:
    return list(Note.everything.filter(conversation=conversation).order_by("position").values_list("words", flat=True))


def test_a_facilitator_runs_a_focus_group_on_a_phone(
    world: Cast, phone_of: Callable[..., Page], axe: Callable[[Page], None], page_watch: PageWatch
) -> None:
    """From nothing to closed, with ten minutes in a cellar without a connection in between."""
    page = phone_of(world)
    page.goto(LIST)
    page.get_by_role("link", name="Plan or start a conversation").tap()
    axe(page)
    page.get_by_label("Title").fill("Families at Creekside")
    page.get_by_role("button", name="Start now").tap()
    expect(page.get_by_role("heading", name="Families at Creekside")).to_be_visible()
    axe(page)
    held = Conversation.everything.get()

    page.get_by_role("link", name="Who is here").tap()
    for heading in ("1 person took part", "2 people took part"):
        page.get_by_role("button", name="One more: Families").tap()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    axe(page)
    assert Attendance.everything.get().people == 2

    page.get_by_role("link", name="To the notes").tap()
    page.get_by_text("Families", exact=True).tap()
    page.get_by_label("What they say").fill("Said with a connection.")
    page.keyboard.press("Enter")
    expect(page.locator("[data-notes] li")).to_have_count(1)
    expect(page.locator("[data-status]")).to_contain_text("Saved.")

    page_watch.expect("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    for words in THREE:
        page.get_by_label("What they say").fill(words)
        if words == THREE[1]:
            page.get_by_text("We may quote this, without their name").tap()
        page.get_by_role("button", name="Next note").tap()
    expect(page.locator("[data-status]")).to_contain_text("3 notes wait on this phone.")
    expect(page.locator("[data-waiting] li")).to_have_count(3)
    axe(page)
    assert page.evaluate(HELD) == 3
    assert len(words_in(held)) == 1

    page.context.set_offline(False)
    expect(page.locator("[data-notes] li")).to_have_count(4)
    expect(page.locator("[data-waiting] li")).to_have_count(0)
    expect(page.get_by_role("heading", name="4 notes")).to_be_visible()
    assert words_in(held) == ["Said with a connection.", *THREE]
    assert Note.everything.get(words=THREE[1]).may_quote
    assert {note.group.kind for note in Note.everything.select_related("group") if note.group} == {"families"}
    assert page.evaluate(HELD) == 0, "what is saved is gone from the phone"
    page.reload()
    expect(page.locator("[data-notes] li")).to_have_count(4)
    axe(page)

    page.get_by_role("link", name="Close it").tap()
    page.get_by_label("How many minutes it took").fill("90")
    axe(page)
    page.get_by_role("button", name="It was held").tap()
    expect(page.get_by_text("Held: 4 notes, 2 people, 3.0 hours of their time.")).to_be_visible()


def test_what_was_being_written_is_saved_by_itself_and_is_there_after_a_reload(
    world: Cast, phone_of: Callable[..., Page], page_watch: PageWatch
) -> None:
    page, held = phone_of(world), focus_group(world)
    page.goto(address(held))
    page.get_by_label("What they say").press_sequentially("A long thought that")
    expect(page.locator("[data-status]")).to_contain_text("Saved.", timeout=10_000)
    assert words_in(held) == ["A long thought that"]
    page.get_by_label("What they say").press_sequentially(" goes on")
    page.keyboard.press("Enter")
    expect(page.locator("[data-notes] li")).to_have_count(1)
    assert words_in(held) == ["A long thought that goes on"]
    page_watch.expect("ERR_FAILED")
    page.route("**/notes.json", lambda route: route.abort())
    page.get_by_label("What they say").fill("Not sent yet")
    page.reload()
    expect(page.get_by_label("What they say")).to_have_value("Not sent yet")
    page.unroute("**/notes.json")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Next note").tap()
    expect(page.locator("[data-notes] li")).to_have_count(2)
    assert words_in(held) == ["A long thought that goes on", "Not sent yet"]


def test_an_answer_that_is_lost_makes_no_second_note(world: Cast, phone_of: Callable[..., Page], page_watch: PageWatch) -> None:
    """The server has kept it, the phone does not know; meanwhile the sentence goes another way."""
    page, held = phone_of(world), focus_group(world)
    page.goto(address(held))
    page_watch.expect("ERR_FAILED")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/notes.json", lose)
    page.get_by_label("What they say").fill("They want grades")
    expect(page.locator("[data-status]")).to_contain_text("kept on this phone", timeout=10_000)
    assert words_in(held) == ["They want grades"]
    page.unroute("**/notes.json")
    page.get_by_label("What they say").fill("They want no grades")
    page.keyboard.press("Enter")
    expect(page.locator("[data-notes] li")).to_have_count(1)
    assert words_in(held) == ["They want no grades"]


def test_two_tabs_of_one_phone_send_each_note_once(world: Cast, phone_of: Callable[..., Page], page_watch: PageWatch) -> None:
    page, held = phone_of(world), focus_group(world)
    page.goto(address(held))
    other = page.context.new_page()
    other.goto(address(held))
    page_watch.expect("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    for tab, words in ((page, "From the first tab"), (other, "From the second tab")):
        tab.get_by_label("What they say").fill(words)
        tab.keyboard.press("Enter")
    expect(other.locator("[data-waiting] li")).to_have_count(2)
    page.context.set_offline(False)
    for tab in (page, other):
        expect(tab.locator("[data-waiting] li")).to_have_count(0)
    assert sorted(words_in(held)) == ["From the first tab", "From the second tab"]


def test_signed_out_meanwhile_the_notes_stay_on_the_phone(world: Cast, phone_of: Callable[..., Page]) -> None:
    page, held = phone_of(world), focus_group(world)
    page.goto(address(held))
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_label("What they say").fill("Said after the session had ended")
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_contain_text("You are signed out.")
    expect(page.locator("[data-status]").get_by_role("link", name="Sign in again")).to_be_visible()
    assert page.evaluate(HELD) == 1
    page.context.add_cookies(cast(Any, cookies))
    page.goto(address(held))
    expect(page.locator("[data-notes] li")).to_have_count(1)
    assert words_in(held) == ["Said after the session had ended"]
    assert page.evaluate(HELD) == 0


def test_with_the_keyboard_alone_and_without_a_script(world: Cast, new_context: NewContext, live_server: Any) -> None:
    context = new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page, held = signed_in(context, world, live_server), focus_group(world)
    page.goto(address(held))
    for number, words in enumerate(THREE, start=1):
        press_until(page, "#id_words")
        page.keyboard.type(words)
        press_until(page, "#noting button.button")
        page.keyboard.press("Enter")
        expect(page.locator("[data-notes] li")).to_have_count(number)
    assert words_in(held) == list(THREE)
    page.goto(address(held, "people/"))
    press_until(page, "button[aria-label='One more: Students']", most=60)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 person took part")).to_be_visible()
