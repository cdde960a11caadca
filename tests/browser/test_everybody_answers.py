"""Three people for whom a survey is often closed: a student of 11, a parent who reads only Spanish, a blind teacher.

The student reads plain words on a shared tablet and on a phone of their own. The parent never meets an English word. The
teacher uses the keyboard alone and knows of a page what it tells by names, roles and announcements; so does the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Error, Locator, Page, expect

from commonwhy.listening import kiosks, tokens
from commonwhy.listening.models import Answer, Response, Survey
from tests.browser.conftest import PageWatch
from tests.browser.test_respond import ending, tab_to
from tests.cast import Cast, make_cast
from tests.listening.opened import cell
from tests.listening.season import open_season, pupils

Look = Callable[[Page], None]
SECRET = "Nobody asks us what we think."
ANY_NAME = re.compile(r"\S")


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    cache.clear()
    return make_cast()


@pytest.fixture
def survey(cast: Cast) -> Survey:
    survey = open_season(cast)
    pupils(cast, cast.creekside, third_to_fifth=20, sixth_to_eighth=4)
    return survey


@pytest.fixture
def kiosk(cast: Cast, survey: Survey) -> str:
    return f"/k/{kiosks.seal(survey, cell(survey, 'students', cast.creekside).number)}/"


def link(survey: Survey, kind: str, school: Any = None) -> str:
    return f"/a/{tokens.mint(survey, cell(survey, kind, school).number)}/"


def answers() -> dict[str, object]:
    return dict(Answer.everything.values_list("question__key", "value"))


def place(page: Page, option: str) -> Locator:
    return page.get_by_role("combobox", name=option)


def go_back(page: Page) -> None:
    """Press the browser's own button. A page that was the answer to a form is not kept, so the browser has nothing to show."""
    try:
        page.go_back()
    except Error as nothing_kept:
        if "ERR_CACHE_MISS" not in str(nothing_kept):
            raise
    page.wait_for_load_state()


class TestAStudentOf11:
    def test_answers_with_a_card_on_a_phone_in_plain_words(self, cast: Cast, survey: Survey, phone: Page, axe: Look) -> None:
        token = tokens.mint(survey, cell(survey, "students", cast.creekside).number)
        phone.goto("/a/")
        phone.get_by_label("Your code").fill(tokens.for_paper(token).lower())
        phone.get_by_role("button", name="Open the survey").tap()
        expect(phone.get_by_text("We want to hear you.")).to_be_visible()
        expect(phone.get_by_role("heading", name="Do you need help now?")).to_be_visible()
        axe(phone)
        phone.get_by_role("link", name="Start").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Do you use digital learning?")
        expect(phone.get_by_text("Your days")).to_be_visible()
        axe(phone)
        phone.get_by_role("button", name="In full words").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Do you make use of digital learning at present?")
        phone.get_by_role("button", name="In plainer words").tap()
        phone.get_by_text("Yes", exact=True).tap()
        following = phone.get_by_role("button", name="Next", exact=True)
        following.tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("How many minutes a day?")
        axe(phone)
        phone.get_by_role("textbox").fill("30")
        following.tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("What do you like best?")
        place(phone, "Talking to my teacher").select_option("1")
        place(phone, "Making things").select_option("2")
        axe(phone)
        place(phone, "Taking my time").select_option("3")
        following.tap()
        following.tap()
        phone.get_by_role("textbox").fill("More games.")
        phone.get_by_role("button", name="Send my answers").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are in.")
        axe(phone)
        assert answers() == {"uses": ["yes"], "minutes": 30, "order": ["talking", "making", "pace"], "more": "More games."}

    def test_changes_an_answer_and_what_no_longer_applies_goes(self, cast: Cast, survey: Survey, phone: Page) -> None:
        phone.goto(link(survey, "students", cast.creekside) + "1/")
        phone.get_by_text("Yes", exact=True).tap()
        phone.get_by_role("button", name="Next", exact=True).tap()
        phone.get_by_role("textbox").fill("30")
        phone.get_by_role("button", name="Back").tap()
        phone.get_by_text("I do not use it").tap()
        phone.get_by_role("button", name="Next", exact=True).tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("What stands in the way?")
        phone.get_by_role("textbox").fill(SECRET)
        for _ in range(3):
            phone.get_by_role("button", name="Next", exact=True).tap()
        phone.get_by_role("button", name="Send my answers").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are in.")
        assert answers() == {"uses": ["no"], "why_not": SECRET}

    def test_answers_on_a_shared_tablet_and_the_next_one_sees_nothing(self, kiosk: str, phone: Page, axe: Look) -> None:
        phone.goto(kiosk)
        expect(phone.get_by_text("We want to hear you.")).to_be_visible()
        axe(phone)
        phone.get_by_role("button", name="Start").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Do you use digital learning?")
        phone.get_by_text("I do not use it").tap()
        phone.get_by_role("button", name="Next", exact=True).tap()
        phone.get_by_role("textbox").fill(SECRET)
        axe(phone)
        for _ in range(3):
            phone.get_by_role("button", name="Next", exact=True).tap()
        phone.get_by_role("button", name="Send my answers").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are in.")
        axe(phone)
        assert answers() == {"uses": ["no"], "why_not": SECRET}
        assert Response.everything.get().submitted
        phone.get_by_role("link", name="Ready for the next person").tap()
        expect(phone.get_by_role("button", name="Start")).to_be_visible()
        for _ in range(4):
            go_back(phone)
            expect(phone.locator("html")).not_to_contain_text(SECRET)
        phone.goto(kiosk)
        phone.get_by_role("button", name="Start").tap()
        expect(phone.get_by_role("radio", name="I do not use it")).not_to_be_checked()
        phone.get_by_text("I do not use it").tap()
        phone.get_by_role("button", name="Next", exact=True).tap()
        expect(phone.get_by_role("textbox")).to_have_value("")

    def test_walks_away_and_the_tablet_clears_itself(self, kiosk: str, phone: Page) -> None:
        phone.clock.install()
        phone.goto(kiosk)
        phone.get_by_role("button", name="Start").tap()
        phone.get_by_text("I do not use it").tap()
        phone.get_by_role("button", name="Next", exact=True).tap()
        phone.get_by_role("textbox").fill(SECRET)
        expect(phone.get_by_text("Are you still there?")).to_be_hidden()
        phone.clock.run_for(151_000)
        expect(phone.get_by_role("alert")).to_contain_text("Are you still there?")
        phone.keyboard.press("Shift")
        expect(phone.get_by_text("Are you still there?")).to_be_hidden()
        phone.clock.run_for(100_000)
        assert phone.get_by_role("textbox").input_value() == SECRET, "a touch is enough to stay"
        with phone.expect_navigation():
            phone.clock.run_for(81_000)
        expect(phone.get_by_role("button", name="Start")).to_be_visible()
        expect(phone.locator("html")).not_to_contain_text(SECRET)
        assert answers() == {}, "what was not sent is gone"
        go_back(phone)
        expect(phone.locator("html")).not_to_contain_text(SECRET)

    def test_a_tablet_works_without_javascript(self, kiosk: str, no_js: Page) -> None:
        no_js.goto(kiosk)
        no_js.get_by_role("button", name="Start").click()
        expect(no_js.locator("meta[http-equiv=refresh]")).to_have_attribute("content", f"180;url={kiosk}")
        no_js.get_by_text("I do not use it").click()
        no_js.get_by_role("button", name="Next", exact=True).click()
        no_js.get_by_role("textbox").fill(SECRET)
        no_js.get_by_role("button", name="I need more time").click()
        expect(no_js.get_by_role("textbox")).to_have_value(SECRET)
        no_js.get_by_role("button", name="Stop and clear my answers").click()
        expect(no_js.get_by_role("button", name="Start")).to_be_visible()
        assert answers() == {}

    def test_listens_to_what_can_be_chosen(self, cast: Cast, survey: Survey, phone: Page) -> None:
        phone.add_init_script("window.said = []; speechSynthesis.speak = (words) => window.said.push([words.lang, words.text]);")
        address = link(survey, "students", cast.creekside)
        for page, expected in (
            (1, ["Your days.", "Do you use digital learning?\nYes.\nI do not use it."]),
            (4, ["What matters.", "What do you like best?\nGive each a place: 1 comes first, 3 comes last.\nMaking things.\n"]),
        ):
            phone.goto(f"{address}{page}/")
            phone.locator("[data-listen]").tap()
            said = [text for _language, text in phone.evaluate("window.said")]
            for words, text in zip(expected, said, strict=True):
                assert words in text
            assert "1.\n2." not in said[-1], "the numbers of a list are not read out"


class TestAParentWhoReadsOnlySpanish:
    def test_answers_everything(self, survey: Survey, phone: Page, axe: Look) -> None:
        phone.goto(f"{link(survey, 'families')}?lang=es")
        english = ("How", "What", "Which", "Next", "Back", "Question", "Send", "Saved")

        def all_spanish() -> None:
            axe(phone)
            expect(phone.locator("html")).to_have_attribute("lang", "es")
            words = phone.locator("main").inner_text().split()
            assert not set(english) & set(words), words

        expect(phone.get_by_text("Queremos saber qué significa el aprendizaje digital.")).to_be_visible()
        phone.locator(".actions a.button").tap()
        following = phone.locator("button.button:not(.quiet)")
        expect(phone.get_by_role("heading", level=1)).to_have_text("¿Usa usted el aprendizaje digital?")
        phone.get_by_text("Lo uso", exact=True).tap()
        following.tap()
        expect(phone.get_by_text("minutos", exact=True)).to_be_visible()
        phone.get_by_role("textbox").fill("45")
        following.tap()
        place(phone, "Hablar con mi docente").select_option("1")
        place(phone, "Ir a mi propio ritmo").select_option("2")
        place(phone, "Crear cosas").select_option("3")
        following.tap()
        phone.get_by_role("group", name="Tengo tiempo").get_by_text("De acuerdo", exact=True).tap()
        following.tap()
        phone.get_by_role("textbox").fill("Gracias por preguntarnos.")
        following.tap()
        expect(phone).to_have_url(ending("/done/"))
        expect(phone.get_by_text("Le contaremos lo que oímos.")).to_be_visible()
        all_spanish()
        assert answers() == {
            "uses": ["yes"],
            "minutes": 45,
            "order": ["talking", "pace", "making"],
            "each": {"time": "yes"},
            "more": "Gracias por preguntarnos.",
        }
        assert Response.everything.get().language == "es"

    def test_may_change_the_language_in_the_middle_of_a_ranking(self, survey: Survey, phone: Page, page_watch: PageWatch) -> None:
        page_watch.expect("422")
        phone.goto(f"{link(survey, 'families')}4/")
        place(phone, "Talking with my teacher").select_option("1")
        phone.get_by_role("button", name="Español").tap()
        expect(phone.locator("html")).to_have_attribute("lang", "es")
        expect(place(phone, "Hablar con mi docente")).to_have_value("1")
        place(phone, "Ir a mi propio ritmo").select_option("2")
        place(phone, "Crear cosas").select_option("3")
        phone.locator("button.button:not(.quiet)").tap()
        expect(phone.locator("html")).to_have_attribute("lang", "es")
        expect(phone.get_by_role("heading", level=1)).to_have_text("¿Cómo es?")


class TestABlindTeacher:
    """Nothing here looks at where something stands or how it looks; every step is a key."""

    def press_next(self, page: Page) -> None:
        tab_to(page, ".actions button.button:not(.quiet)", most=40)
        page.keyboard.press("Enter")

    def focused(self, page: Page) -> Locator:
        return page.locator(":focus")

    def test_answers_everything_with_the_keyboard(
        self, cast: Cast, survey: Survey, wide: Page, axe: Look, page_watch: PageWatch
    ) -> None:
        page_watch.expect("422")
        wide.goto(link(survey, "teachers", cast.creekside))
        wide.keyboard.press("Tab")
        expect(self.focused(wide)).to_have_accessible_name("Skip to the page")
        wide.keyboard.press("Enter")
        tab_to(wide, ".actions a")
        expect(self.focused(wide)).to_have_accessible_name("Start")
        wide.keyboard.press("Enter")

        # One choice: its group is named by the question.
        expect(wide).to_have_title("Question 1 of 4 · Digital learning and you")
        expect(wide.get_by_role("progressbar", name="Part 1 of 2 · Question 1 of 4")).to_be_visible()
        expect(wide.get_by_role("group", name="Do you make use of digital learning at present?")).to_be_visible()
        tab_to(wide, "input[type=radio]")
        wide.keyboard.press("Space")
        expect(wide.get_by_role("radio", name="I use it")).to_be_checked()
        axe(wide)
        self.press_next(wide)

        # A number: named by the question, its range read with it, and what is wrong announced and reached first.
        expect(wide).to_have_title("Question 2 of 5 · Digital learning and you")
        tab_to(wide, "input[name=answer]")
        expect(self.focused(wide)).to_have_accessible_name("How many minutes a day?")
        expect(self.focused(wide)).to_have_accessible_description("From 0 to 600.")
        wide.keyboard.type("700")
        wide.keyboard.press("Enter")
        problem = wide.get_by_role("alert")
        expect(problem).to_be_focused()
        expect(problem).to_have_text("700 does not fit here. From 0 to 600. What you wrote is still here.")
        expect(wide).to_have_title("Please look again · Question 2 of 5 · Digital learning and you")
        axe(wide)
        wide.keyboard.press("Tab")
        wide.keyboard.press("Enter")
        expect(self.focused(wide)).to_have_accessible_name("How many minutes a day?")
        expect(self.focused(wide)).to_have_attribute("aria-invalid", "true")
        wide.keyboard.press("Control+A")
        wide.keyboard.type("70")
        wide.keyboard.press("Enter")

        # A ranking: a group named by the question, in it a list of places for each, named by what is placed.
        expect(wide).to_have_title("Question 3 of 5 · Digital learning and you")
        expect(wide.locator("fieldset")).to_match_aria_snapshot("""
            - group "Which matters most to you?":
              - heading "Which matters most to you?" [level=1]
              - paragraph: "Give each a place: 1 comes first, 3 comes last."
              - paragraph:
                - combobox "Making things"
              - paragraph:
                - combobox "Talking with my teacher"
              - paragraph:
                - combobox "Going at my own pace"
        """)
        order: list[str] = []
        for number in ("2", "1", ""):
            if order:
                wide.keyboard.press("Tab")
            else:
                tab_to(wide, "select")
            order.append(wide.evaluate("document.activeElement.labels[0].textContent"))
            if number:
                wide.keyboard.type(number)
        assert order == ["Making things", "Talking with my teacher", "Going at my own pace"], "in the order they are read"
        self.press_next(wide)
        expect(problem).to_be_focused()
        expect(problem).to_contain_text("2 of 3 have a place so far.")
        expect(wide.get_by_role("group")).to_have_accessible_description(
            "2 of 3 have a place so far. Give every one a place, or take your answer back. Your choices are still here."
        )
        axe(wide)
        wide.keyboard.press("Tab")
        wide.keyboard.press("Enter")
        expect(self.focused(wide)).to_have_accessible_name("Making things")
        expect(self.focused(wide)).to_have_value("2")
        wide.keyboard.press("Tab")
        wide.keyboard.press("Tab")
        wide.keyboard.type("3")
        self.press_next(wide)

        # A matrix: every line is a group of its own within the question.
        expect(wide).to_have_title("Question 4 of 5 · Digital learning and you")
        expect(wide.locator("[data-read-aloud]").last).to_match_aria_snapshot("""
            - heading "How is it?" [level=1]
            - group "How is it?":
              - group "I have time for it":
                - radio "Agree"
                - radio "Disagree"
              - group "Somebody helps me":
                - radio "Agree"
                - radio "Disagree"
        """)
        tab_to(wide, "input[type=radio]")
        wide.keyboard.press("Space")
        wide.keyboard.press("Tab")
        wide.keyboard.press("Space")
        wide.keyboard.press("ArrowDown")
        axe(wide)
        self.press_next(wide)

        # Words.
        expect(wide).to_have_title("Question 5 of 5 · Digital learning and you")
        tab_to(wide, "textarea")
        expect(self.focused(wide)).to_have_accessible_name("Anything else?")
        expect(self.focused(wide)).to_have_accessible_description("Please do not write the names of other people.")
        wide.keyboard.type("Time to learn it together.")
        axe(wide)
        self.press_next(wide)
        expect(wide).to_have_title("Thank you · Digital learning and you")
        expect(wide.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are in.")
        axe(wide)
        assert answers() == {
            "uses": ["yes"],
            "minutes": 70,
            "order": ["talking", "making", "pace"],
            "each": {"time": "yes", "help": "no"},
            "more": "Time to learn it together.",
        }

    def test_everything_reached_by_tab_has_a_name(self, cast: Cast, survey: Survey, wide: Page) -> None:
        address = link(survey, "teachers", cast.creekside)
        wide.goto(f"{address}1/")
        wide.get_by_text("I use it", exact=True).click()
        wide.get_by_role("button", name="Next", exact=True).click()
        for number in range(1, 7):
            wide.goto(f"{address}{number}/")
            reached = []
            for _ in range(30):
                wide.keyboard.press("Tab")
                if wide.evaluate("document.activeElement === document.body"):
                    break
                expect(self.focused(wide)).to_have_accessible_name(ANY_NAME)
                reached.append(wide.evaluate("document.activeElement.tabIndex"))
            assert reached
            assert set(reached) == {0}, "nobody's order is turned around"


class TestThoseWhoPrepare:
    def test_a_coach_types_in_a_sheet_with_the_keyboard(self, cast: Cast, survey: Survey, signed_in: Page, axe: Look) -> None:
        page = signed_in
        page.goto(f"/d/alder-creek/listen/surveys/{survey.pk}/")
        page.get_by_role("link", name="Type in paper answers").click()
        axe(page)
        page.get_by_role("radio", name="Families").check()
        page.get_by_role("button", name="Begin").click()
        axe(page)
        tab_to(page, "input[name=q1-answer]", most=40)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("No time.")
        page.keyboard.press("Tab")
        for number in "213":
            page.keyboard.type(number)
            page.keyboard.press("Tab")
        page.get_by_role("button", name="Keep it and type the next").press("Enter")
        expect(page.get_by_role("status")).to_have_text("It is in. 1 sheet typed in so far.")
        assert answers() == {"uses": ["no"], "why_not": "No time.", "order": ["talking", "making", "pace"]}

    def test_a_coach_looks_as_a_family_and_finds_the_tablet(self, cast: Cast, survey: Survey, signed_in: Page, axe: Look) -> None:
        page = signed_in
        page.goto(f"/d/alder-creek/listen/surveys/{survey.pk}/")
        page.get_by_role("link", name="See it as they do").click()
        page.get_by_role("combobox", name="Group").select_option(label="Families")
        page.get_by_role("combobox", name="Language").select_option(label="Spanish")
        page.get_by_role("button", name="Look").click()
        expect(page.get_by_text("¿Qué es lo más importante para usted?")).to_be_visible()
        axe(page)
        page.goto(f"/d/alder-creek/listen/surveys/{survey.pk}/")
        page.get_by_role("link", name="A shared tablet").click()
        axe(page)
        page.locator(".address").nth(2).click()
        expect(page.get_by_role("button", name="Start")).to_be_visible()

    @pytest.fixture
    def signed_in(self, cast: Cast, wide: Page, live_server: Any) -> Page:
        cookie = cast.client("coach").cookies["sessionid"]
        wide.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        return wide
