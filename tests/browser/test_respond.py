"""Answering a survey in a real browser: on a phone, in Spanish, with the keyboard alone, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Response, Survey
from tests.browser.conftest import NewContext, PageWatch
from tests.cast import Cast, make_cast
from tests.listening.opened import cell, open_survey

WORDS = "Que yo pueda ver sus tareas y escribirle a la maestra"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_survey(cast, open_link=True)


@pytest.fixture
def token(cast: Cast, survey: Survey) -> str:
    return tokens.mint(survey, cell(survey, "students", cast.creekside).number)


def answers() -> dict[str, object]:
    return dict(Answer.everything.values_list("question__key", "value"))


def check_all(page: Page, axe: Callable[[Page], None], token: str) -> None:
    """Every question, and what it looks like when something is wrong."""
    page.goto(f"/a/{token}/")
    axe(page)
    for number in range(1, 6):
        page.goto(f"/a/{token}/{number}/")
        axe(page)


def test_a_family_answers_on_a_phone_in_spanish(phone: Page, axe: Callable[[Page], None], token: str) -> None:
    phone.goto(f"/a/{token}/?lang=es")
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    axe(phone)
    phone.locator(".actions a.button").tap()
    expect(phone.locator("h1")).to_have_text("¿Qué significa para usted el aprendizaje digital?")
    axe(phone)
    phone.locator("textarea").fill(WORDS)
    following = phone.locator("button.button[value=next]")
    following.tap()
    phone.get_by_text("Cada semana").tap()
    axe(phone)
    following.tap()
    phone.get_by_text("En clase").tap()
    phone.get_by_text("En casa").tap()
    axe(phone)
    following.tap()
    phone.get_by_role("group", name="En casa").get_by_text("Nunca").tap()
    axe(phone)
    following.tap()
    phone.locator("input[name=answer]").fill("puente")
    following.tap()
    expect(phone).to_have_url(ending(f"/a/{token}/done/"))
    axe(phone)
    assert answers() == {
        "meaning": WORDS,
        "often": ["weekly"],
        "where": ["class", "home"],
        "each": {"home": "never"},
        "word": "puente",
    }
    response = Response.everything.get()
    assert (response.submitted, response.language) == (True, "es")


def test_it_works_with_the_keyboard_alone(wide: Page, axe: Callable[[Page], None], token: str) -> None:
    wide.goto(f"/a/{token}/1/")
    tab_to(wide, "textarea")
    wide.keyboard.type("words")
    tab_to(wide, "button.button[value=next]")
    wide.keyboard.press("Enter")
    expect(wide.locator("h1")).to_have_text("How often?")
    tab_to(wide, "input[type=radio]")
    wide.keyboard.press("Space")
    wide.keyboard.press("ArrowDown")
    wide.keyboard.press("Enter")
    expect(wide.locator("h1")).to_have_text("Where?")
    assert answers() == {"meaning": "words", "often": ["sometimes"]}, "Enter goes on, and never changes the language"
    wide.goto(f"/a/{token}/5/")
    tab_to(wide, "input[name=answer]")
    wide.keyboard.type("bridge")
    wide.keyboard.press("Enter")
    expect(wide.locator("h1")).to_have_text("Thank you. Your answers are in.")
    expect(wide.locator("html")).to_have_attribute("lang", "en")
    axe(wide)


def test_it_works_without_javascript(no_js: Page, axe: Callable[[Page], None], token: str) -> None:
    no_js.goto(f"/a/{token}/1/")
    expect(no_js.get_by_role("button", name="Read aloud")).to_be_hidden()
    no_js.locator("textarea").fill("half a sent")
    no_js.get_by_role("button", name="Español").click()
    expect(no_js.locator("html")).to_have_attribute("lang", "es")
    expect(no_js.locator("textarea")).to_have_value("half a sent")
    no_js.locator("button.quiet").click()
    expect(no_js).to_have_url(ending(f"/a/{token}/"))
    no_js.goto(f"/a/{token}/5/")
    no_js.locator("input[name=answer]").fill("puente")
    no_js.locator("button.button[value=next]").click()
    expect(no_js.locator("h1")).not_to_have_text("¿Una palabra?")
    assert Response.everything.get().submitted


def test_what_is_missing_is_said_and_gets_the_focus(
    phone: Page, axe: Callable[[Page], None], token: str, page_watch: PageWatch
) -> None:
    page_watch.expect("422")
    phone.goto(f"/a/{token}/1/")
    assert phone.evaluate("document.activeElement.tagName") == "BODY", "nothing takes the focus by itself"
    phone.get_by_role("button", name="Next", exact=True).tap()
    problem = phone.get_by_role("alert")
    expect(problem).to_be_focused()
    axe(phone)
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(phone.locator("textarea")).to_be_focused()
    expect(phone.locator("textarea")).to_have_accessible_description(
        "This question needs an answer before you go on. Please do not write the names of other people."
    )


def test_typing_is_saved_by_itself_and_never_after_the_button(phone: Page, token: str) -> None:
    phone.clock.install()
    phone.goto(f"/a/{token}/1/")
    phone.locator("textarea").press_sequentially("half a")
    with phone.expect_response(lambda response: response.request.method == "POST") as saved:
        phone.clock.run_for(3_000)
    assert saved.value.status == 204
    expect(phone.get_by_role("status")).to_have_text("Saved.")
    assert answers() == {"meaning": "half a"}
    phone.locator("textarea").press_sequentially(" sentence")
    phone.get_by_role("button", name="Next", exact=True).tap()
    expect(phone.locator("h1")).to_have_text("How often?")
    assert answers() == {"meaning": "half a sentence"}


def test_a_page_that_cannot_save_says_so(phone: Page, token: str, page_watch: PageWatch) -> None:
    page_watch.expect("Failed to load resource")
    phone.clock.install()
    phone.goto(f"/a/{token}/1/")
    phone.context.set_offline(True)
    phone.locator("textarea").press_sequentially("half a")
    phone.clock.run_for(3_000)
    expect(phone.get_by_role("status")).to_contain_text("Not saved yet")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Next", exact=True).tap()
    expect(phone.locator("h1")).to_have_text("How often?")
    assert answers() == {"meaning": "half a"}


def test_read_aloud_reads_the_question_in_its_language(phone: Page, token: str) -> None:
    phone.add_init_script("window.said = []; speechSynthesis.speak = (words) => window.said.push([words.lang, words.text]);")
    phone.goto(f"/a/{token}/2/?lang=es")
    phone.locator("[data-listen]").tap()
    language, text = phone.evaluate("window.said[0]")
    assert language == "es"
    for words in ("¿Con qué frecuencia?", "Cada semana", "Nunca"):
        assert words in text


@pytest.mark.parametrize("kind", ["phone", "wide"])
def test_every_page_passes_axe(
    kind: str, request: pytest.FixtureRequest, axe: Callable[[Page], None], cast: Cast, survey: Survey, token: str
) -> None:
    page: Page = request.getfixturevalue(kind)
    watch: PageWatch = request.getfixturevalue("page_watch")
    for expected in ("404", "410", "422"):
        watch.expect(expected)
    check_all(page, axe, token)
    for address in ("/a/", f"/o/{survey.code}/", "/a/nothing/"):
        page.goto(address)
        axe(page)
    page.goto(f"/o/{survey.code}/")
    page.get_by_role("button", name="Go on").click()
    axe(page)
    Survey.everything.filter(pk=survey.pk).update(closed_at=timezone.now())
    page.goto(f"/a/{token}/")
    axe(page)


def test_somebody_with_the_open_link_answers(phone: Page, survey: Survey) -> None:
    phone.goto(f"/o/{survey.code}/")
    phone.get_by_text("Families").tap()
    phone.get_by_role("button", name="Go on").tap()
    expect(phone.get_by_role("link", name="Start")).to_be_visible()
    phone.get_by_role("link", name="Start").tap()
    phone.locator("textarea").fill("words")
    phone.get_by_role("button", name="Next", exact=True).tap()
    expect(phone.locator("h1")).to_have_text("How often?")
    assert Response.everything.get().group.kind == "families"  # type: ignore[union-attr]


def test_no_cookie_but_for_forms_and_language(new_context: NewContext, token: str) -> None:
    context = new_context()
    page = context.new_page()
    page.goto(f"/a/{token}/?lang=es")
    page.goto(f"/a/{token}/1/")
    page.locator("textarea").fill("words")
    page.locator("button.button[value=next]").click()
    expect(page).to_have_url(ending("/2/"))
    assert {cookie["name"] for cookie in context.cookies()} <= {"csrftoken", "django_language"}
    assert page.evaluate("document.referrer").count("/") == 3, "the site's name and not the address"


def ending(path: str) -> re.Pattern[str]:
    """An address that ends so."""
    return re.compile(re.escape(path) + "$")


def tab_to(page: Page, selector: str, most: int = 20) -> None:
    """Press Tab until `selector` has the focus, as somebody without a mouse would."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with the keyboard")
