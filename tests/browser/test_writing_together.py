"""Writing together in a browser: two people at once, a co-author on a phone, and a vision that comes in from a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from commonwhy.vision.models import CoAuthor, Comment, VisionVersion
from commonwhy.vision.services import drafting
from tests.cast import Cast, make_cast
from tests.formats.documents.made import added, deleted, docx, paragraph
from tests.vision.drafts import adopted_vision, begin, clauses_of, say, write_draft

Check = Callable[[Page], None]
WORKSHOP = "/d/alder-creek/vision/"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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


def test_two_people_at_one_page_of_beliefs_lose_nothing(house: Cast, signed_in: Callable[..., Page], axe: Check) -> None:
    begin(house)
    coach, leader = signed_in("coach"), signed_in("superintendent", **PHONE)
    for page, words in ((coach, "Every child can."), (leader, "Adults learn too.")):
        page.goto(f"{WORKSHOP}beliefs/")
        page.get_by_label("What we believe, in English").fill(words)
    axe(leader)
    coach.get_by_role("button", name="Save").click()
    leader.get_by_role("button", name="Save").click()
    expect(leader.get_by_role("alert")).to_contain_text("Every child can.")
    expect(leader.get_by_label("What we believe, in English")).to_have_value("Adults learn too.")
    axe(leader)
    leader.get_by_label("What we believe, in English").fill("Every child can.\nAdults learn too.")
    leader.get_by_role("button", name="Save mine instead").click()
    expect(leader.get_by_role("heading", name="What we believe")).to_be_visible()
    assert VisionVersion.everything.get().beliefs == [{"en": "Every child can."}, {"en": "Adults learn too."}]


def test_look_fors_words_and_a_second_look_without_javascript(house: Cast, signed_in: Callable[..., Page]) -> None:
    draft = write_draft(house, "We value interoperability in all that we do.")
    page = signed_in("coach", java_script_enabled=False, **PHONE)
    page.goto(f"{WORKSHOP}sentences/{clauses_of(draft)[0].pk}/")
    page.get_by_label("What one would see, in English").fill("A wall of maps\nVisitors asking questions")
    page.get_by_role("button", name="Save the sentence").click()
    page.goto(f"{WORKSHOP}reading/")
    page.get_by_role("link", name="interoperability").first.click()
    expect(page.get_by_label("The word 1, in English")).to_have_value("interoperability")
    page.get_by_label("What it means here 1, in English").fill("Things that work together.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Things that work together.")).to_be_visible()
    expect(page.get_by_text("A wall of maps")).to_be_visible()
    page.goto(f"{WORKSHOP}checklist/")
    page.get_by_label("At home, Students, for learning").fill("Not everybody has a room.")
    page.get_by_role("button", name="Save the notes").click()
    expect(page.get_by_label("At home, Students, for learning")).to_have_value("Not everybody has a room.")


def test_a_co_author_comments_on_a_phone_and_is_answered(house: Cast, signed_in: Callable[..., Page], axe: Check) -> None:
    write_draft(house, "Students make things for people beyond their teacher.", "Adults learn in the open.")
    coach = signed_in("coach")
    coach.goto(f"{WORKSHOP}co-authors/")
    axe(coach)
    coach.get_by_label("Their e-mail address").fill("board@example.org")
    coach.get_by_role("button", name="Invite").click()
    expect(coach.get_by_text("a meeting held in writing")).to_be_visible()
    axe(coach)
    coach.get_by_label("Their e-mail address").fill("family@example.org")
    coach.get_by_role("button", name="Invite").click()
    expect(coach.get_by_role("heading", name="1 co-author")).to_be_visible()
    assert CoAuthor.everything.get().account == house.family

    fay = signed_in("family", **PHONE)
    fay.goto("/d/alder-creek/")
    fay.get_by_role("link", name="Read and comment").click()
    axe(fay)
    fay.get_by_text("Say something about sentence 1").click()
    fay.get_by_label("Your comment").first.fill("For whom, besides us?")
    axe(fay)
    fay.get_by_role("button", name="Send").first.click()
    expect(fay.get_by_text("For whom, besides us?")).to_be_visible()
    assert Comment.everything.get().about == "Students make things for people beyond their teacher."
    assert fay.get_by_role("link", name=re.compile("^Edit")).count() == 0

    coach.goto(f"{WORKSHOP}comments/")
    coach.locator("summary", has_text="For whom, besides us?").click()
    coach.get_by_label("Your answer").fill("For the neighbors on Mill Street.")
    axe(coach)
    coach.get_by_role("button", name="Save the answer").click()
    fay.reload()
    expect(fay.get_by_text("For the neighbors on Mill Street.")).to_be_visible()
    axe(fay)


def test_a_vision_comes_in_from_a_word_file_with_tracked_changes(
    house: Cast, signed_in: Callable[..., Page], phone: Page, axe: Check
) -> None:
    say(house, "We built a bridge over the creek.", kind="students")
    data = docx(
        paragraph("Our why", style="Heading1"),
        paragraph("So that every child ", deleted("uses devices"), added("makes something that matters"), "."),
        paragraph("Our vision", style="Heading1"),
        paragraph("Students build things for others. Adults learn in the open."),
    )
    leader = signed_in("superintendent")
    leader.goto(WORKSHOP)
    leader.get_by_role("link", name="Your board adopted a vision before? Bring it in").click()
    axe(leader)
    leader.get_by_label("The document").set_input_files({"name": "Vision 2019.docx", "mimeType": WORD, "buffer": data})
    leader.get_by_role("button", name="Look at its parts").click()
    expect(leader.get_by_text("additions taken: 1, deletions left out: 1")).to_be_visible()
    expect(leader.get_by_label("Our why, in English")).to_have_value("So that every child makes something that matters.")
    axe(leader)
    leader.get_by_label("Date of the adoption").fill("2019-05-14")
    leader.get_by_role("button", name="Keep it as adopted").click()
    expect(leader.locator(".tag", has_text="not yet traced")).to_have_count(2)
    axe(leader)
    phone.goto("/v/alder-creek/")
    expect(phone.get_by_text("not yet traced").first).to_be_visible()
    axe(phone)
    leader.get_by_role("link", name="Link voices 1").click()
    leader.get_by_label("Words to look for").fill("bridge")
    leader.get_by_role("button", name="Look").click()
    axe(leader)
    leader.get_by_role("button", name="Link We built a bridge").click()
    expect(leader.get_by_text("linked later, on")).to_be_visible()
    axe(leader)
    phone.reload()
    expect(phone.get_by_text("We built a bridge over the creek.")).to_be_visible()
    expect(phone.get_by_text("linked later, on")).to_be_visible()


def test_a_board_member_sees_what_changed_word_by_word(house: Cast, signed_in: Callable[..., Page], axe: Check) -> None:
    adopted_vision(house, "Students use maps of our street.", "Adults learn in the open.", "A third sentence goes.")
    draft = begin(house)
    first, second, third = clauses_of(draft)
    drafting.change_clause(
        clause=first, revision=0, texts={"en": "Students make maps of our valley."}, by=house.coach, look_fors=[{"en": "Walls"}]
    )
    drafting.move_clause(clause=second, up=True, by=house.coach)
    drafting.remove_clause(clause=third, by=house.coach)
    for options in (PHONE, {}):
        page = signed_in("board", **options)
        page.goto(f"{WORKSHOP}versions/")
        expect(page.get_by_text("In short: 1 sentence reworded; 1 sentence taken out")).to_be_visible()
        expect(page.locator("del", has_text=re.compile("^use$"))).to_be_visible()
        expect(page.locator("ins", has_text=re.compile("^make$"))).to_be_visible()
        axe(page)


def test_ambassadors_are_named_on_a_phone(house: Cast, signed_in: Callable[..., Page], axe: Check) -> None:
    page = signed_in("coach", **PHONE)
    page.goto(f"{WORKSHOP}ambassadors/")
    axe(page)
    page.get_by_label("Name").fill("Ana Ruiz")
    page.get_by_label("Group").select_option(label="Teachers")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("1 ambassador", exact=True)).to_be_visible()
    axe(page)
