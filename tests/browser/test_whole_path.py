"""The whole path, as a district new to CommonWhy walks it: from an empty database to a sentence anyone can trace.

A coach asks three teachers, sets up the district, brings in its roster, asks everyone, and reads how far apart the
meanings are; a colleague joins; together they write why and what for, the board adopts, and a stranger reads it and
sees whose words it rests on. Every step is a function below, in this order. Jobs are done at once instead of by a worker.
Two things are not done by hand: a roster of ordinary people around the fixture's defects, and the answers of those who
answered besides the one family on the phone, which go through the service that the respondents' pages call.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone, translation
from playwright.sync_api import Locator, Page, expect

from commonwhy.accounts import setup_code
from commonwhy.listening.models import Question, Response, Survey, SurveyCell
from commonwhy.listening.services import responses
from commonwhy.site.demo.words_of import voices
from tests.browser.conftest import NewContext
from tests.browser.fernbrook_roster import EACH_SCHOOL, roster_zip

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
EMAIL, PASSWORD = "noor@fernbrook.example", "a-long-and-quiet-password"
SECOND_EMAIL = "taro.mori@fernbrook.example"
TITLE = "What does it mean to you?"
DISTRICT = "/d/fernbrook-unified/"
SPANISH = "Que mi hija me enseñe en casa lo que hizo en la escuela"
QUOTED = "Work that somebody outside my room will read."
WHY = "So that every child makes something that matters to somebody."
SENTENCE = "Every student shares finished work with somebody outside the school."
EDITED = "Every student shares finished work with somebody beyond the school."
REASON = "Five groups are few or not in our roster; we will sit down with them before the next version."
# Who says what in the hallway: three answers that share a word and not its meaning.
HALLWAY = (
    (QUOTED, "Harbor Lane School"),
    ("Fewer copies to make, and grading that goes faster.", "Harbor Lane School"),
    ("A cart of laptops on Fridays, when it is our turn.", "Quarry Hill"),
)
# How many people of each group answer besides the family on the phone.
ANSWERING = {"teachers": 24, "students": 30, "families": 30}

Look = Callable[[Page], None]


@pytest.fixture(autouse=True)
def _jobs_at_once(settings: Any, transactional_db: None) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Look:
    """Check the page that is open with axe, on a phone and on a desk."""

    def both(page: Page) -> None:
        before = page.viewport_size
        for size in (PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            axe(page)
        page.set_viewport_size(before)  # type: ignore[arg-type]

    return both


def test_from_an_empty_database_to_a_sentence_anyone_can_trace(
    phone: Page, wide: Page, no_js: Page, new_context: NewContext, look: Look
) -> None:
    ask_three_teachers(phone, look)
    set_up_the_district(phone, look)
    sign_in(wide)
    bring_in_the_roster(wide, look)
    address = open_the_definition_pulse(wide, look)
    # axe needs JavaScript, so it looks at the same addresses beside the page that has none.
    beside = new_context(viewport=PHONE).new_page()
    answer_on_a_phone_in_spanish(no_js, lambda page: look(at(beside, page.url)), address)
    everybody_else_answers()
    bring_in_a_google_form(wide, look)
    close_the_survey(wide, look)
    read_how_far_apart(wide, look)
    mark_words_to_cite(wide, look)
    write_why_and_one_sentence(wide, look)
    invite_a_second_author(wide, look)
    second = new_context(viewport=DESK).new_page()
    join_and_edit_the_sentence(second, look)
    adopt(wide, look)
    stranger = new_context(viewport=PHONE).new_page()
    read_it_signed_out(stranger, look)


def ask_three_teachers(page: Page, look: Look) -> None:
    page.goto("/")
    look(page)
    page.get_by_role("link", name="Ask three teachers").click()
    for words, school in HALLWAY:
        page.get_by_label("What they said, in their words").fill(words)
        page.get_by_label("Who they are").select_option("Teachers")
        page.get_by_label("Their school").fill(school)
        page.get_by_label("They said we may quote them").check()
        page.get_by_role("button", name="Note it").click()
        expect(page.get_by_text(words)).to_be_visible()
    look(page)
    page.get_by_role("link", name="See them side by side").click()
    for words, _school in HALLWAY:
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.get_by_role("heading", name="Furthest apart")).to_be_visible()
    look(page)


def set_up_the_district(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Keep these: set up your district").click()
    look(page)
    page.get_by_label("Name of your district").fill("Fernbrook Unified")
    page.get_by_label("Your name").fill("Noor Haddad")
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_label("Set-up code").fill(setup_code.current() or "there is none")
    page.get_by_role("button", name="Set it up").click()
    # The notes have moved in: they are the first thing the new district shows.
    expect(page).to_have_url(re.compile(f"{DISTRICT}listen/conversations/"))
    for words, _school in HALLWAY:
        expect(page.get_by_text(words).first).to_be_visible()
    look(page)
    page.goto(DISTRICT)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page)


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(f"{DISTRICT}$"))


def bring_in_the_roster(page: Page, look: Look) -> None:
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Bring in a roster").click()
    look(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "fernbrook.zip", "mimeType": "application/zip", "buffer": roster_zip()}
    )
    page.get_by_role("button", name="Look through it").click()
    follow_the_job(page)
    expect(page.get_by_role("heading", name="This is what it would do.")).to_be_visible()
    findings = page.get_by_role("table").filter(has_text="What is wrong")
    expect(findings.filter(has_text="wizard")).to_be_visible()
    expect(findings.filter(has_text="password").first).to_be_visible()
    look(page)
    page.get_by_role("button", name="Bring it in").click()
    follow_the_job(page)
    expect(page.get_by_role("heading", name="This is what it did.")).to_be_visible()
    page.get_by_role("link", name="See the people").click()
    at_both_schools = 2 * sum(EACH_SCHOOL.values())
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{at_both_schools + 21} people")
    look(page)


def promise_a_day(page: Page, look: Look) -> None:
    """Children under 13 are asked, so the law wants to know when their answers are deleted."""
    draft = page.url
    expect(page.get_by_role("button", name="Open it")).to_be_disabled()
    page.get_by_role("link", name="Families and the law").last.click()
    look(page)
    page.get_by_label("All answers are deleted on").fill((date.today() + timedelta(days=365)).isoformat())
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.goto(draft)


def open_the_definition_pulse(page: Page, look: Look) -> str:
    """Returns the path of the open link."""
    page.goto(f"{DISTRICT}listen/")
    expect(page.get_by_role("heading", name="Nobody has been asked yet.")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Open the definition pulse").click()
    look(page)
    page.get_by_role("link", name="Change", exact=True).last.click()
    page.get_by_label("Title").fill(TITLE)
    for box in page.get_by_role("group", name="Who is asked").get_by_role("checkbox").all():
        box.uncheck()
    for group in ("Students", "Families", "Teachers"):
        page.get_by_role("group", name="Who is asked").get_by_label(group, exact=True).check()
    page.get_by_role("radio", name="Anonymous").check()
    page.get_by_label("Anyone with the link may answer").check()
    look(page)
    page.get_by_role("button", name="Save the draft").click()
    promise_a_day(page, look)
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("heading", name="Invite people")).to_be_visible()
    look(page)
    link = page.get_by_role("link", name="/o/")
    address = link.get_attribute("href") or ""
    return "/o/" + address.split("/o/")[1]


def answer_on_a_phone_in_spanish(page: Page, look: Look, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    look(page)
    page.get_by_label(spanish("Families")).check()
    page.get_by_role("combobox").select_option("Harbor Lane School")
    page.get_by_role("button", name=spanish("Go on")).click()
    look(page)
    page.get_by_role("link", name=spanish("Start")).click()
    page.get_by_role("textbox").fill(SPANISH)
    look(page)
    following = page.get_by_role("button", name=re.compile(f"^({spanish('Next')}|{spanish('Send my answers')})$"))
    following.click()
    expect(page.get_by_role("textbox")).to_have_value("")
    following.click()
    following.click()
    page.get_by_label("Cada semana").check()
    following.click()
    page.get_by_role("group", name="Sé por qué nuestras escuelas hacen esto.").get_by_label("De acuerdo", exact=True).check()
    look(page)
    following.click()
    expect(page).to_have_url(re.compile("/done/$"))
    look(page)
    response = Response.everything.get()
    assert (response.submitted, response.language) == (True, "es")
    assert response.group is not None
    assert response.group.kind == "families"


def at(page: Page, address: str) -> Page:
    page.goto(f"{address}{'&' if '?' in address else '?'}lang=es")
    return page


def spanish(words: str) -> str:
    with translation.override("es"):
        return translation.gettext(words)


def everybody_else_answers() -> None:
    """By the service that stands behind the respondents' pages, with the words of the demo's people."""
    survey = Survey.everything.get()
    meaning = Question.everything.get(version=survey.version, key="meaning")
    for kind, count in ANSWERING.items():
        cells = list(SurveyCell.everything.filter(survey=survey, group__kind=kind, school__isnull=False))
        said = [one.meaning for one in voices() if one.group == kind and one.language == "en" and not one.names]
        for number, words in enumerate(said[:count]):
            cell = cells[number % len(cells)]
            link = responses.enter(responses.token_for(survey=survey, group=cell.group, school=cell.school))
            responses.save_answer(survey=survey, token=link.token, question=meaning, value=words, language="en")
            responses.submit(survey=survey, token=link.token)
    assert Response.everything.filter(submitted=True).count() == 1 + sum(ANSWERING.values())


def bring_in_a_google_form(page: Page, look: Look) -> None:
    page.goto(f"{DISTRICT}listen/")
    page.get_by_role("link", name="Bring in answers").click()
    look(page)
    page.get_by_label("The file with the answers").set_input_files(FIXTURES / "survey_exports" / "google_forms_en.csv")
    page.get_by_role("button", name="Look through it").click()
    expect(page.get_by_role("heading", name="7 responses would come in")).to_be_visible()
    expect(page.get_by_text("Username").first).to_be_visible()
    look(page)
    column(page, "Which school are you part of?").get_by_label("Used as").select_option("School")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_role("heading", name="Schools in the file")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Bring them in").click()
    follow_the_job(page)
    expect(page.get_by_role("heading", name="7 responses came in")).to_be_visible()
    look(page)


def column(page: Page, heading: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=heading))


def close_the_survey(page: Page, look: Look) -> None:
    page.goto(f"{DISTRICT}listen/")
    page.get_by_role("link", name=TITLE).click()
    look(page)
    page.get_by_role("button", name="Close it now").click()
    expect(page.get_by_text("Closed").first).to_be_visible()
    assert Survey.everything.get(imported_from="").is_closed


def read_how_far_apart(page: Page, look: Look) -> None:
    # Closing has measured it; the survey's page leads there.
    page.get_by_role("link", name="How far apart we are").click()
    expect(page.get_by_text(f"{sum(ANSWERING.values())} answers from 3 groups.")).to_be_visible()
    quotes = page.get_by_role("blockquote")
    said = "\n".join(voice.meaning for voice in voices())
    assert quotes.count() > 0
    for quote in quotes.all():
        assert quote.inner_text().split("\n")[0] in said, "quotes are verbatim"
    look(page)


def mark_words_to_cite(page: Page, look: Look) -> None:
    page.goto(f"{DISTRICT}listen/")
    page.get_by_role("link", name="Voices").click()
    look(page)
    page.get_by_label("Words").fill("enseñe en casa")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 voice")
    page.get_by_role("button", name="Mark this").click()
    expect(page.get_by_text("marked", exact=True)).to_be_visible()
    page.goto(f"{DISTRICT}listen/conversations/")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link", name="Ask three teachers").first.click()
    page.get_by_role("listitem").filter(has_text=QUOTED).get_by_role("link", name="Choose words").click()
    look(page)
    page.get_by_role("button", name="Mark these words").click()
    page.goto(f"{DISTRICT}listen/voices/marked/")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 marked voices")
    look(page)


def write_why_and_one_sentence(page: Page, look: Look) -> None:
    page.goto(f"{DISTRICT}vision/")
    look(page)
    page.get_by_role("button", name="Start the vision").click()
    look(page)
    page.get_by_label("Our why, in English").fill(WHY)
    page.get_by_label("It is, in English").fill("Making things that somebody uses")
    page.get_by_label("It is not, in English").fill("More minutes at a screen")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Write the first sentence").click()
    look(page)
    page.get_by_label("The sentence, in English").fill(SENTENCE)
    page.get_by_role("button", name="Add it and choose its voices").click()
    for number, words in enumerate((SPANISH, QUOTED), start=1):
        page.get_by_label("Words to look for").fill(" ".join(words.split()[-3:]))
        page.get_by_role("button", name="Look", exact=True).click()
        page.get_by_role("listitem").filter(has_text=words).get_by_role("button", name="Cite").click()
        expect(page.get_by_role("heading", name=re.compile(f"It rests on {number} voices?$"))).to_be_visible()
    look(page)


def invite_a_second_author(page: Page, look: Look) -> None:
    page.goto(f"{DISTRICT}manage/members/")
    look(page)
    page.get_by_label("E-mail").fill(SECOND_EMAIL)
    page.get_by_label("Role").select_option("Coach")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("Invited.")).to_be_visible()


def join_and_edit_the_sentence(page: Page, look: Look) -> None:
    letter = mail.outbox[-1]
    assert letter.to == [SECOND_EMAIL]
    link = re.search(r"/invitation/\S+", str(letter.body))
    assert link is not None
    page.goto(link.group())
    look(page)
    page.get_by_role("button", name="Join and sign in").click()
    page.goto(f"{DISTRICT}vision/")
    look(page)
    page.get_by_role("link", name="Edit and cite").click()
    page.get_by_label("The sentence, in English").fill(EDITED)
    page.get_by_role("button", name="Save the sentence").click()
    expect(page.get_by_text("Saved").first).to_be_visible()


def adopt(page: Page, look: Look) -> None:
    page.goto(f"{DISTRICT}vision/")
    expect(page.get_by_text(EDITED)).to_be_visible()
    expect(page.get_by_text("It is not one author's")).to_be_visible()
    page.get_by_role("link", name="Record the board's decision").first.click()
    look(page)
    page.get_by_label("Date of the decision").fill((timezone.localdate() - timedelta(days=1)).isoformat())
    page.get_by_label("What the minutes say, in English").fill("Adopted by five votes to none.")
    page.get_by_role("button", name="Adopt", exact=True).click()
    # A required group was not heard, so adopting needs a reason that everyone may read.
    expect(page.get_by_text("give a reason that everyone may read")).to_be_visible()
    page.get_by_label("Reason for the exception, in English").fill(REASON)
    page.get_by_role("button", name="Adopt", exact=True).click()
    expect(page.get_by_text("Adopted. Everyone can read it now.")).to_be_visible()
    look(page)


def read_it_signed_out(page: Page, look: Look) -> None:
    page.goto("/v/fernbrook-unified/")
    expect(page.get_by_role("heading", level=1)).to_have_text(WHY)
    sentence = page.get_by_role("group").filter(has_text=EDITED)
    expect(sentence.get_by_text(SPANISH)).to_be_visible()
    expect(sentence.get_by_text(QUOTED)).to_be_visible()
    expect(sentence).to_contain_text("Families")
    expect(sentence).to_contain_text("Teachers")
    expect(page.get_by_text(REASON)).to_be_visible()
    for name in ("Noor", "Taro", "@"):
        expect(page.get_by_text(name)).to_have_count(0)
    assert page.context.cookies() == []
    look(page)
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_text(SPANISH)).to_be_visible()
    look(page)


def follow_the_job(page: Page) -> None:
    """From the page of a job that is over to its result."""
    page.get_by_role("link", name="See the result").click()
