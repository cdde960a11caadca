"""From voices to an open discussion on a wide screen, and a statement in Spanish moderated on a phone, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.deliberation.services import moderation
from commonwhy.districts.models import Person
from commonwhy.listening.models import Answer, Excerpt, Question, Questionnaire, QuestionnaireVersion, Response, Survey
from tests.browser.test_voices import look, sign_in
from tests.cast import Cast, make_cast
from tests.deliberation.made import MONDAY, opened, told

Check = Callable[..., None]
VOICES = (
    ("They only get to click.", "Students should make things, not only click.", "Que los estudiantes creen, no solo hagan clic."),
    ("Ask us before you buy it.", "Ask teachers before you buy tools.", "Pregunten a los maestros antes de comprar."),
    ("My daughter never takes it home.", "Every child can take a laptop home.", "Cada niño puede llevarse una computadora."),
    ("Less screen time, please.", "Little children need less screen time.", "Los pequeños necesitan menos pantalla."),
    ("Let them fail and try again.", "There is time to try again.", "Hay tiempo para volver a intentarlo."),
)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def marked_voices(cast: Cast) -> None:
    """A closed survey with one question, and a marked voice in each answer."""
    questionnaire = Questionnaire.everything.create(district=cast.alder, title="Pulse")
    version = QuestionnaireVersion.everything.create(district=cast.alder, questionnaire=questionnaire, languages=["en", "es"])
    texts = {"en": "What should change?", "es": "¿Qué debería cambiar?"}
    question = Question.everything.create(
        district=cast.alder, version=version, key="change", position=1, kind="long", texts=texts
    )
    now = timezone.now()
    survey = Survey.everything.create(district=cast.alder, version=version, title="Spring", opened_at=now, closed_at=now)
    for number, (words, _english, _spanish) in enumerate(VOICES):
        response = Response.everything.create(
            district=cast.alder, survey=survey, key=f"{number:064d}", week=MONDAY, submitted=True, language="en"
        )
        answer = Answer.everything.create(district=cast.alder, response=response, question=question, value=words)
        Excerpt.everything.create(
            district=cast.alder,
            answer=answer,
            start=0,
            end=len(words),
            words=words,
            language="en",
            marked_by=cast.coach.pk,
        )
    for number in range(12):
        Person.everything.create(district=cast.alder, name=f"Somebody {number}", group=cast.group("families"))


def test_a_coach_opens_a_discussion_from_what_people_said(wide: Page, cast: Cast, live_server: Any, axe: Check) -> None:
    marked_voices(cast)
    sign_in(wide, cast, "coach", live_server)
    wide.goto("/d/alder-creek/vision/")
    wide.get_by_role("link", name="Discussions").click()
    look(wide, "discussions-empty")
    wide.get_by_role("link", name="Prepare a discussion").click()
    wide.get_by_label("Question", exact=True).select_option(label="What should change?")
    wide.get_by_role("button", name="Start from this question").click()
    expect(wide.get_by_label("The question, in English")).to_have_value("What should change?")
    wide.get_by_label("Families").check()
    axe(wide, ("light", "dark"))
    look(wide, "discussion-new")
    wide.get_by_role("button", name="Go on").click()
    expect(wide.get_by_text("at least 5 statements")).to_be_visible()
    expect(wide.get_by_role("button", name="Open it")).to_be_disabled()
    axe(wide, ("light", "dark"))
    look(wide, "discussion-draft-empty")
    wide.get_by_role("link", name="From what people said").click()
    for left, (words, english, spanish) in zip(range(5, 0, -1), VOICES, strict=True):
        expect(wide.get_by_role("heading", name=f"{left} voice")).to_be_visible()
        wide.locator("li.card", has_text=words).get_by_role("link", name="Make it a statement").click()
        wide.get_by_label("The statement, in English").fill(english)
        wide.get_by_label("The statement, in Spanish").fill(spanish)
        if left == 5:
            axe(wide, ("light", "dark"))
            look(wide, "discussion-from-voice")
        wide.get_by_role("button", name="Add it").click()
    expect(wide.get_by_text("you have used all of it")).to_be_visible()
    wide.get_by_role("link", name="What should change?").click()
    look(wide, "discussion-draft")
    wide.get_by_role("button", name="Open it").click()
    expect(wide.get_by_role("link", name="Invite people")).to_be_visible()
    axe(wide, ("light", "dark"))
    look(wide, "discussion-open")
    made = Discussion.everything.get()
    assert made.survey.is_open
    assert set(made.statements.values_list("origin", "state")) == {("excerpt", "shown")}
    assert Statement.everything.filter(excerpt__words=VOICES[0][0]).get().texts["es"] == VOICES[0][2]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called `name` has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(e => (e.labels?.[0]?.innerText || '') + '|' + (e.ariaLabel || '') + '|' + e.innerText)(document.activeElement)"
        )
        if name in focused:
            return
    raise AssertionError(f"{name!r} cannot be reached by keyboard")


def test_a_statement_in_spanish_is_moderated_on_a_phone_by_keyboard(
    phone: Page, cast: Cast, live_server: Any, axe: Check
) -> None:
    discussion = opened(cast)
    statement = told(discussion, "Queremos más recreo con la señora Alvarado.", held_for=["name"])
    told(discussion, "Compre laptops baratas en www.baratas.com", author="b" * 64, held_for=["link"])
    sign_in(phone, cast, "coach", live_server)
    phone.goto(f"/d/alder-creek/agree/discussions/{discussion.pk}/moderation/")
    axe(phone, ("light", "dark"))
    look(phone, "moderation-list")
    phone.goto(f"/d/alder-creek/agree/discussions/{discussion.pk}/moderation/{statement.pk}/")
    axe(phone, ("light", "dark"))
    look(phone, "moderation-one")
    expect(phone.get_by_label("Alvarado")).to_be_checked()
    tab_to(phone, "The statement, in English")
    phone.keyboard.type("We want more recess with Mrs. Alvarado.")
    tab_to(phone, "Take the names out")
    phone.keyboard.press("Enter")
    expect(phone.get_by_label("The statement, in Spanish")).to_have_value("Queremos más recreo con la señora [name].")
    expect(phone.get_by_label("The statement, in English")).to_have_value("We want more recess with Mrs. [name].")
    axe(phone)
    look(phone, "moderation-names-out")
    tab_to(phone, "Show it")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("It is shown from now on.")).to_be_visible()
    statement.refresh_from_db()
    assert (statement.state, statement.number) == ("shown", 6)
    # The next one is there already; it advertises.
    expect(phone.get_by_text("Compre laptops baratas")).to_have_count(2)
    tab_to(phone, "Do not show it")
    phone.keyboard.press("Enter")
    tab_to(phone, "it names or describes a person")
    for _ in range(3):
        phone.keyboard.press("ArrowDown")
    expect(phone.get_by_label("it advertises or leads away")).to_be_checked()
    axe(phone)
    look(phone, "moderation-hiding")
    tab_to(phone, "Do not show it")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="No statement waits to be read.")).to_be_visible()
    look(phone, "moderation-done")
    assert Statement.everything.get(state="hidden").reason == "advertising"


def test_an_appeal_is_answered_without_javascript(no_js: Page, cast: Cast, live_server: Any, axe: Check) -> None:
    discussion = opened(cast)
    statement = told(discussion, "Más recreo para todos.")
    moderation.hide(statement=statement, reason="off_topic", more="Es otra pregunta.", by=cast.coach)
    Statement.everything.filter(pk=statement.pk).update(appeal="El recreo también es aprendizaje.")
    sign_in(no_js, cast, "coach", live_server)
    no_js.goto(f"/d/alder-creek/agree/discussions/{discussion.pk}/")
    no_js.get_by_role("link", name="Look again").click()
    look(no_js, "moderation-appeals")
    no_js.get_by_role("link", name="Open it").click()
    look(no_js, "moderation-appeal")
    no_js.get_by_label("The statement, in English").fill("More recess for everybody.")
    no_js.get_by_label("Your answer").fill("Tiene razón.")
    no_js.get_by_role("button", name="Show it after all").click()
    expect(no_js.get_by_text("It is shown, and its author reads your answer.")).to_be_visible()
    statement.refresh_from_db()
    assert (statement.state, statement.appeal_answer) == ("shown", "Tiene razón.")
