"""The vision in a browser: two people write it, the board adopts it, and anyone reads it, on a phone and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from commonwhy.vision.models import ClauseVoice, VisionVersion
from tests.cast import Cast, make_cast
from tests.vision.drafts import adopt, adopted_vision, begin, clauses_of, hold_survey, say, say_where_all_stand, write_draft

Check = Callable[[Page], None]
PUBLIC = "/v/alder-creek/"
WORKSHOP = "/d/alder-creek/vision/"


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


PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def test_two_people_write_it_the_board_adopts_it_and_anyone_reads_it(
    house: Cast, signed_in: Callable[..., Page], phone: Page, axe: Check
) -> None:
    hold_survey(house)
    say(house, "We made a map of our street and the bakery hung it up.", kind="students")
    say(house, "It is writing for someone who can stop reading.", kind="teachers")
    coach = signed_in("coach", **PHONE)
    coach.goto(WORKSHOP)
    axe(coach)
    coach.get_by_role("button", name="Start the vision").click()
    axe(coach)
    coach.get_by_label("Our why, in English").fill("So that every child makes something that matters.")
    coach.get_by_label("Our why, in Spanish").fill("Para que cada niño haga algo que importe.")
    coach.get_by_label("It is, in English").fill("Making\nSharing")
    coach.get_by_role("button", name="Save").click()
    coach.get_by_role("link", name="Write the first sentence").click()
    axe(coach)
    coach.get_by_label("The sentence, in English").fill("Students make things for people beyond their teacher.")
    coach.get_by_role("button", name="Add it and choose its voices").click()
    coach.get_by_label("Words to look for").fill("MAP")
    coach.get_by_role("button", name="Look").click()
    expect(coach.get_by_text("1 more voice to cite.")).to_be_visible()
    axe(coach)
    coach.get_by_role("button", name="Cite We made a map").click()
    expect(coach.get_by_role("heading", name="It rests on 1 voice")).to_be_visible()
    expect(coach.get_by_label("Words to look for")).to_have_value("MAP")

    leader = signed_in("superintendent")
    leader.goto(WORKSHOP)
    expect(leader.get_by_text("Only one person wrote on it so far.")).to_be_visible()
    leader.get_by_role("link", name="Edit and cite").click()
    leader.get_by_label("The sentence, in English").fill("Students make things for people beyond their teacher, and hear back.")
    leader.get_by_role("button", name="Save the sentence").click()
    axe(leader)
    leader.get_by_role("link", name="Where this comes from").click()
    axe(leader)
    leader.get_by_role("link", name=re.compile("follow the thread We made a map")).click()
    expect(leader.get_by_text("Sentence 1 of draft 1")).to_be_visible()
    leader.goto(WORKSHOP)
    axe(leader)
    say_where_all_stand(house, VisionVersion.everything.get(state="draft"))
    leader.get_by_role("link", name="Record the board's decision").first.click()
    leader.get_by_label("What the minutes say, in English").fill("Carried, 6 to 1.")
    axe(leader)
    leader.get_by_role("button", name="Adopt", exact=True).click()
    expect(leader.get_by_text("Adopted. Everyone can read it now.")).to_be_visible()
    expect(leader.locator(".why")).to_contain_text("So that every child makes something that matters.")

    phone.goto(PUBLIC)
    expect(phone.get_by_role("heading", level=1)).to_have_text("So that every child makes something that matters.")
    expect(phone.get_by_text("60 of us shaped this")).to_be_visible()
    expect(phone.get_by_text("We made a map of our street and the bakery hung it up.")).to_be_visible()
    axe(phone)
    phone.get_by_role("link", name="Español").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Para que cada niño haga algo que importe.")
    axe(phone)
    assert phone.context.cookies() == []


def test_it_is_written_without_javascript(house: Cast, signed_in: Callable[..., Page]) -> None:
    draft = write_draft(house, "A sentence.")
    say(house, "Words that carry it.", kind="families")
    page = signed_in("coach", java_script_enabled=False)
    page.goto(f"{WORKSHOP}sentences/{clauses_of(draft)[0].pk}/")
    page.get_by_label("Words to look for").fill("carry")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("button", name="Cite Words that carry it.").click()
    assert ClauseVoice.everything.filter(clause__version=draft, excerpt__words="Words that carry it.").exists()
    page.get_by_role("button", name="Take back Words that carry it.").click()
    assert not ClauseVoice.everything.filter(excerpt__words="Words that carry it.").exists()


def test_two_people_at_one_text_see_each_other(house: Cast, signed_in: Callable[..., Page], axe: Check) -> None:
    begin(house)
    coach, leader = signed_in("coach"), signed_in("superintendent", **PHONE)
    for page, words in ((coach, "Theirs."), (leader, "Mine.")):
        page.goto(f"{WORKSHOP}why/")
        page.get_by_label("Our why, in English").fill(words)
    coach.get_by_role("button", name="Save").click()
    leader.get_by_role("button", name="Save").click()
    expect(leader.get_by_role("alert")).to_contain_text("Theirs.")
    expect(leader.get_by_label("Our why, in English")).to_have_value("Mine.")
    axe(leader)
    leader.get_by_role("button", name="Save mine instead").click()
    assert VisionVersion.everything.get().why == {"en": "Mine."}


def test_board_and_families_read_the_draft_and_its_history(house: Cast, signed_in: Callable[..., Page], axe: Check) -> None:
    adopted_vision(house, "The first wording.")
    begin(house)
    for who in ("board", "family"):
        page = signed_in(who, **PHONE)
        page.goto(WORKSHOP)
        expect(page.get_by_text("This is being written.")).to_be_visible()
        assert page.get_by_role("main").get_by_role("button").count() == 0
        page.get_by_text("1 voice behind sentence 1").click()
        axe(page)
        page.get_by_role("link", name="See what changes").click()
        axe(page)


def test_every_sentence_is_open_on_paper(house: Cast, wide: Page) -> None:
    adopted_vision(house, "First sentence.", "Second sentence.", "Third sentence.")
    wide.goto(PUBLIC)
    expect(wide.get_by_text("Voice 2 behind Third sentence.")).to_be_hidden()
    pages = PdfReader(BytesIO(wide.pdf(format="Letter"))).pages
    paper = " ".join(" ".join(page.extract_text() for page in pages).split())
    for number, place in enumerate(("First", "Second", "Third")):
        assert f"Voice {number} behind {place} sentence." in paper
    assert "Open a sentence" not in paper
    assert "Español" not in paper
    assert len(pages) <= 2


def test_an_earlier_version_and_a_page_of_voices(house: Cast, wide: Page, axe: Check) -> None:
    adopted_vision(house, "Old sentence.")
    adopt(house, write_draft(house, "New sentence.", why={"en": "A newer why."}))
    wide.goto(f"{PUBLIC}1/")
    axe(wide)
    wide.get_by_role("link", name="Read the vision in force").click()
    expect(wide.get_by_role("heading", level=1)).to_have_text("A newer why.")
    wide.goto(f"{PUBLIC}1/1/")
    axe(wide)
    wide.goto("/v/birch-valley/")
    axe(wide)
