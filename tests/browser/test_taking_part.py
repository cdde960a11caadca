"""Taking part in a discussion in a real browser: a parent on a phone without JavaScript, a teacher by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from commonwhy.deliberation.models import Discussion, Statement, Vote
from commonwhy.deliberation.services import discussions, moderation
from commonwhy.listening import tokens
from commonwhy.listening.models import Response, SurveyCell
from tests.browser.conftest import NewContext
from tests.browser.test_pages import keep_picture
from tests.browser.test_respond import ending, tab_to
from tests.cast import Cast, make_cast
from tests.deliberation.made import QUESTION

SAID = [
    ("Every child reads for twenty minutes a day.", "Cada niño lee veinte minutos al día."),
    ("Phones stay in a locker until lunch.", "Los teléfonos se guardan hasta el almuerzo."),
    ("Projects matter more than tests.", "Los proyectos importan más que los exámenes."),
    ("Homework should never need the internet.", "La tarea nunca debería necesitar internet."),
    ("Teachers choose the tools they teach with.", "Los maestros eligen sus herramientas."),
    ("We want to see what our children make.", "Queremos ver lo que hacen nuestros hijos."),
    ("Each school decides for itself.", "Que cada escuela decida."),
    ("Messages home come in our language.", "Los mensajes a casa llegan en nuestra lengua."),
    ("Younger children use no screens at all.", "Los más pequeños no usan pantallas."),
    ("Students help to write the rules.", "Los estudiantes ayudan a escribir las reglas."),
    ("Every classroom has a quiet corner.", "Cada aula tiene un rincón tranquilo."),
    ("Fridays are for projects with the town.", "Los viernes son para proyectos con el pueblo."),
]
OWN = "Que haya talleres para las familias por la tarde."


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def discussion(cast: Cast) -> Discussion:
    """Open to families and teachers, with twelve statements."""
    groups = [cast.group("families"), cast.group("teachers")]
    made = discussions.create_discussion(district=cast.alder, question=QUESTION, groups=groups, mode="anonymous", by=cast.coach)
    for english, spanish in SAID:
        discussions.add_seed(discussion=made, texts={"en": english, "es": spanish}, by=cast.coach)
    return discussions.open_discussion(discussion=made, by=cast.coach)


@pytest.fixture
def token(discussion: Discussion) -> str:
    cells = SurveyCell.everything.filter(survey=discussion.survey, group__kind="families")
    return tokens.mint(discussion.survey, cells[0].number)


def test_a_parent_on_a_phone_in_spanish_without_javascript(
    new_context: NewContext, axe: Callable[..., None], cast: Cast, discussion: Discussion, token: str
) -> None:
    phone = new_context(viewport={"width": 390, "height": 844}, has_touch=True, java_script_enabled=False).new_page()
    phone.goto(f"/a/{token}/?lang=es")
    expect(phone).to_have_url(ending(f"/take-part/{token}/"))
    expect(phone.locator("h1")).to_have_text(QUESTION["es"])
    keep_picture(phone, "taking-part-start-390")
    phone.locator(".actions a.button").tap()
    met = []
    for number in range(12):
        expect(phone.locator("progress")).to_have_attribute("value", str(number))
        met.append(phone.locator("h1").inner_text())
        if number == 4:
            keep_picture(phone, "taking-part-statement-390")
        if number % 3 == 0:
            phone.locator("label[for=important]").tap()
        phone.locator(f".votes button[value='{(1, -1, 0)[number % 3]}']").tap()
    assert sorted(met) == sorted(spanish for _english, spanish in SAID), "each once, in Spanish"
    expect(phone).to_have_url(ending("/thanks/"))
    keep_picture(phone, "taking-part-thanks-390")
    phone.locator(".ways a[href$='/add/']").tap()
    phone.locator("textarea").fill(OWN)
    keep_picture(phone, "taking-part-add-390")
    phone.locator("form .button:not(.quiet)").tap()
    expect(phone.locator(".card .voice")).to_have_text(OWN)
    keep_picture(phone, "taking-part-mine-390")
    phone.goto(f"/take-part/{token}/votes/")
    first = phone.locator(".own-votes > li").first
    before = first.locator("[aria-pressed=true]").get_attribute("value")
    after = "-1" if before == "1" else "1"
    first.locator(f".three button[value='{after}']").tap()
    expect(phone.locator(".own-votes > li").first.locator("[aria-pressed=true]")).to_have_attribute("value", after)
    keep_picture(phone, "taking-part-votes-390")
    own = {vote.statement.number: vote for vote in Vote.everything.select_related("statement")}
    assert len(own) == 12
    assert own[1].choice == int(after)
    assert all(vote.exposure and 0 < vote.exposure <= 1 for vote in own.values())
    assert sum(vote.important for vote in own.values()) >= 3
    assert Response.everything.get().submitted
    assert Statement.everything.get(origin="participant").texts == {"es": OWN}
    assert {each["name"] for each in phone.context.cookies()} == {"csrftoken", "django_language"}
    # A moderator lets it be shown, and the same link knows.
    theirs = Statement.everything.get(origin="participant")
    moderation.show(statement=theirs, texts={"es": OWN, "en": "Workshops for families in the evening."}, by=cast.coach)
    phone.goto(f"/take-part/{token}/mine/")
    expect(phone.locator(".card .tag.good")).to_be_visible()


def test_a_blind_teacher_by_keyboard_alone(wide: Page, axe: Callable[..., None], token: str) -> None:
    wide.goto(f"/take-part/{token}/")
    axe(wide)
    tab_to(wide, ".actions a.button")
    wide.keyboard.press("Enter")
    expect(wide).to_have_title(re.compile(r"^Statement 1 of 12"))
    axe(wide)
    tab_to(wide, "#important")
    wide.keyboard.press("Enter")
    expect(wide.locator("[role=alert]")).to_be_focused()
    assert not Vote.everything.exists(), "Enter in the box is no vote"
    axe(wide)
    tab_to(wide, "#important")
    wide.keyboard.press("Space")
    wide.keyboard.press("1")
    expect(wide).to_have_title(re.compile(r"^Statement 2 of 12"))
    expect(wide.locator("h1")).to_be_focused()
    expect(wide.locator("[role=status]")).to_have_text("Saved. Here is the next one.")
    wide.keyboard.press("2")
    expect(wide).to_have_title(re.compile(r"^Statement 3 of 12"))
    wide.keyboard.press("3")
    expect(wide).to_have_title(re.compile(r"^Statement 4 of 12"))
    assert sorted(Vote.everything.values_list("choice", "important")) == [(-1, False), (0, False), (1, True)]
    tab_to(wide, ".votes button[value='1']")
    wide.keyboard.press("Enter")
    expect(wide).to_have_title(re.compile(r"^Statement 5 of 12"))
    tab_to(wide, "a[href$='/thanks/']")
    wide.keyboard.press("2")
    wide.keyboard.press("Control+1")
    tab_to(wide, ".ways a")
    wide.keyboard.press("2")
    expect(wide).to_have_title(re.compile(r"^Statement 5 of 12"))
    assert Vote.everything.count() == 4, "a key elsewhere on the page is no vote"
    wide.goto(f"/take-part/{token}/votes/")
    axe(wide)
    wide.goto(f"/take-part/{token}/add/")
    axe(wide)
    wide.keyboard.press("Tab")
    tab_to(wide, "textarea")
    wide.keyboard.type("x" * 450)
    tab_to(wide, "form .button:not(.quiet)")
    wide.keyboard.press("Enter")
    expect(wide.locator("[role=alert]")).to_be_focused()
    expect(wide.locator("textarea")).to_have_value("x" * 450)
    axe(wide)


def test_the_pages_are_light_and_speak_where_there_is_a_voice(wide: Page, token: str) -> None:
    fetched = []
    wide.on("response", lambda response: fetched.append(response))
    wide.goto(f"/take-part/{token}/next/", wait_until="networkidle")
    assert sum(len(response.body()) for response in fetched) < 60_000
    said = wide.evaluate(
        "() => new Promise(done => { speechSynthesis.speak = part => done([part.text, part.lang]);"
        " document.querySelector('[data-listen]').click(); })"
    )
    assert said == [wide.locator("h1").inner_text(), "en"]


def test_in_both_colors(wide: Page, axe: Callable[..., None], token: str) -> None:
    for page in ("", "next/", "add/", "thanks/"):
        wide.goto(f"/take-part/{token}/{page}")
        axe(wide, ("light", "dark"))
    wide.goto(f"/take-part/{token}/next/")
    wide.emulate_media(color_scheme="dark")
    keep_picture(wide, "taking-part-dark")


def test_the_ballot_prints_without_the_frame(
    new_context: NewContext, cast: Cast, discussion: Discussion, live_server: object, tmp_path: Path
) -> None:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    session = cast.client("coach").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])  # type: ignore[attr-defined]
    page.goto(f"/d/{cast.alder.slug}/agree/discussions/{discussion.pk}/paper/ballot/?in=es")
    expect(page.locator(".ballot h1")).to_have_text(QUESTION["es"])
    keep_picture(page, "ballot-screen")
    page.emulate_media(media="print")
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".ballot tbody tr")).to_have_count(12)
    keep_picture(page, "ballot-print")
    page.goto(f"/d/{cast.alder.slug}/agree/discussions/{discussion.pk}/paper/1/?in=es")
    page.emulate_media(media="screen")
    keep_picture(page, "ballot-typing")
