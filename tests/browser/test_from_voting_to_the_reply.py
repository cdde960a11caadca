"""From voting to the reply: a parent's statement is read, reacted to, found to be shared, cited, adopted, and told of.

Pages are used by those who would use them; what thirty others did beside them goes through the same services.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from commonwhy.core import jobs
from commonwhy.core.models import Job
from commonwhy.deliberation.models import Discussion, Landscape, Statement, Vote
from commonwhy.deliberation.queries.taking_part import enter
from commonwhy.deliberation.services import discussions
from commonwhy.deliberation.services.voting import cast_vote
from commonwhy.listening import tokens
from commonwhy.listening.models import SurveyCell
from commonwhy.listening.services import replies
from commonwhy.vision.models import Clause, TradeOff, VisionVersion
from tests.browser.test_voices import sign_in
from tests.cast import Cast, make_cast
from tests.listening.surveying import enrol
from tests.vision.drafts import adopt, clauses_of, write_draft

Check = Callable[..., None]
QUESTION = {"en": "What should help children learn?", "es": "¿Qué debería ayudar a los niños a aprender?"}
PHONES = ("Phones stay in the bag all day.", "Los teléfonos se quedan en la mochila todo el día.")
SEEDS = (
    PHONES,
    ("Everybody gets a second try.", "Todos tienen un segundo intento."),
    ("Homework needs no internet.", "La tarea no necesita internet."),
    ("Younger children learn with their hands.", "Los pequeños aprenden con las manos."),
    ("Messages come in our language.", "Los mensajes llegan en nuestro idioma."),
)
OWN = ("Show us parents how to help with schoolwork.", "Que nos enseñen a los papás cómo ayudar con los trabajos.")
SENTENCE = "Families learn beside their children."
AGREE = "/d/alder-creek/agree/discussions/"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def draft(cast: Cast) -> VisionVersion:
    """What was drafted from listening, before anybody discussed it."""
    return write_draft(cast, SENTENCE)


@pytest.fixture
def discussion(cast: Cast, draft: VisionVersion) -> Discussion:
    """Open to thirty families and thirty teachers, with five statements."""
    for kind in ("families", "teachers"):
        enrol(cast, kind, 30)
    groups = [cast.group("families"), cast.group("teachers")]
    made = discussions.create_discussion(district=cast.alder, question=QUESTION, groups=groups, mode="anonymous", by=cast.coach)
    for english, spanish in SEEDS:
        discussions.add_seed(discussion=made, texts={"en": english, "es": spanish}, by=cast.coach)
    return discussions.open_discussion(discussion=made, by=cast.coach)


def link_for(discussion: Discussion, kind: str) -> str:
    cell = SurveyCell.everything.filter(survey=discussion.survey, group__kind=kind).order_by("number")[0]
    return tokens.mint(discussion.survey, cell.number)


def sixteen_each_react(discussion: Discussion) -> None:
    """Sixteen families and sixteen teachers: all agree with everything, but for phones, where teachers do not."""
    statements = list(Statement.everything.filter(discussion=discussion, state="shown").order_by("number"))
    for kind in ("families", "teachers"):
        for _person in range(16):
            entry = enter(link_for(discussion, kind))
            for one in statements:
                agrees = kind == "families" or one.texts["en"] != PHONES[0]
                cast_vote(
                    discussion=discussion,
                    token=entry.token,
                    statement=one,
                    choice=1 if agrees else -1,
                    important=False,
                    exposure=None,
                )


def run_jobs() -> None:
    for job in Job.objects.filter(state=Job.State.WAITING):
        jobs.run_job.func(str(job.pk))


def a_parent_votes_and_adds_a_statement(phone: Page, token: str) -> None:
    phone.goto(f"/a/{token}/?lang=es")
    expect(phone.locator("h1")).to_have_text(QUESTION["es"])
    phone.locator(".actions a.button").tap()
    for choice in (1, 1, 0):
        phone.locator(f".votes button[value='{choice}']").tap()
    expect(phone.locator("progress")).to_have_attribute("value", "3")
    phone.locator(".ways a[href$='/add/']").tap()
    phone.locator("textarea").fill(OWN[1])
    phone.locator("form .button:not(.quiet)").tap()
    expect(phone.locator(".card .voice")).to_have_text(OWN[1])
    expect(phone.locator(".card .tag.warn")).to_be_visible()


def a_coach_checks_and_shows_it(desk: Page, discussion: Discussion) -> Statement:
    desk.goto(f"{AGREE}{discussion.pk}/")
    desk.get_by_role("link", name="Read 1 statement that waits").click()
    desk.get_by_role("link", name="Read it").click()
    desk.get_by_label("The statement, in English").fill(OWN[0])
    desk.get_by_role("button", name="Show it").click()
    expect(desk.get_by_text("It is shown from now on.")).to_be_visible()
    return Statement.everything.get(discussion=discussion, origin="participant", state="shown")


def the_coach_closes_and_publishes(desk: Page, discussion: Discussion) -> None:
    desk.goto(f"{AGREE}{discussion.pk}/")
    desk.get_by_role("button", name="Close it now").click()
    run_jobs()
    assert Landscape.everything.get(discussion=discussion).final
    desk.goto(f"{AGREE}{discussion.pk}/")
    desk.get_by_role("button", name="Publish where we agree").click()


def anybody_reads_where_we_agree(phone: Page, axe: Check) -> None:
    phone.goto("/agree/alder-creek/1/?lang=es")
    axe(phone)
    shared = phone.locator("section[aria-labelledby='shared'] li")
    expect(shared.filter(has_text=OWN[1])).to_be_visible()
    expect(shared.filter(has_text=PHONES[1])).to_have_count(0)
    expect(phone.locator("section[aria-labelledby='divided'] li").filter(has_text=PHONES[1])).to_be_visible()


def the_coach_negotiates_what_divides(desk: Page, axe: Check) -> None:
    desk.goto("/d/alder-creek/vision/trade-offs/new/")
    desk.get_by_role("link", name=QUESTION["en"]).click()
    desk.get_by_role("listitem").filter(has_text=PHONES[0]).get_by_label("for the one").check()
    desk.get_by_role("button", name="Start from these").click()
    expect(desk.get_by_label("The one priority, in English")).to_have_value(PHONES[0])
    desk.get_by_label("What it is about, in English").fill("Phones at school")
    desk.get_by_label("What it is about, in Spanish").fill("Teléfonos en la escuela")
    desk.get_by_label("The other one, in English").fill("Classes decide for themselves.")
    desk.get_by_role("button", name="Open it").click()
    desk.get_by_role("link", name="Record Teachers").click()
    desk.get_by_label("dissents").check()
    desk.get_by_label("Because, in English").fill("A phone is a tool, too.")
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("link", name="Record the settlement").click()
    axe(desk)
    desk.get_by_label("What was agreed, in English").fill("In the bag until lunch.")
    desk.get_by_label("What was agreed, in Spanish").fill("En la mochila hasta el almuerzo.")
    desk.get_by_role("button", name="Settle it").click()
    expect(desk.get_by_role("heading", name="What was agreed")).to_be_visible()
    assert TradeOff.everything.get().state == "settled"


def a_sentence_rests_on_both(desk: Page, clause: Clause) -> None:
    desk.goto(f"/d/alder-creek/vision/sentences/{clause.pk}/")
    desk.locator("#statements .card").filter(has_text=OWN[0]).get_by_role("button", name="Cite").click()
    expect(desk.get_by_role("heading", name="It rests on 1 statement")).to_be_visible()
    desk.locator("#trade-offs .card").filter(has_text="Phones at school").get_by_role("button", name="Cite").click()
    expect(desk.get_by_role("heading", name="It rests on 1 trade-off")).to_be_visible()


def the_public_sees_who_agreed(phone: Page, axe: Check) -> None:
    phone.goto("/v/alder-creek/1/1/?lang=es")
    axe(phone)
    expect(phone.get_by_text(OWN[1])).to_be_visible()
    voted = phone.locator(".agreed li")
    expect(voted).to_have_count(2)
    expect(voted.nth(0)).to_have_text(re.compile(r"\b80\b.*n = 16"))
    expect(phone.get_by_text("En la mochila hasta el almuerzo.")).to_be_visible()
    expect(phone.get_by_text("A phone is a tool, too.")).to_be_visible()


def the_author_is_told(phone: Page, token: str, axe: Check) -> None:
    phone.goto(f"/take-part/{token}/mine/?lang=es")
    axe(phone)
    fate = phone.locator(".card li")
    expect(fate.filter(has_text=f"(es) {SENTENCE}")).to_be_visible()
    fate.get_by_role("link").first.tap()
    expect(phone.locator("h1")).to_contain_text(SENTENCE)
    expect(phone).to_have_url(re.compile("/v/alder-creek/1/1/"))


def everybody_is_answered(phone: Page, cast: Cast, discussion: Discussion, statement: Statement, axe: Check) -> None:
    reply = replies.begin(district=cast.alder, surveys=[discussion.survey], conversations=[], by=cast.superintendent)
    both = {"en": "You agree that parents want to be shown.", "es": "Coinciden en que los papás quieren que se les enseñe."}
    point = {"reply": reply, "by": cast.superintendent}
    replies.add_point(**point, kind="heard", texts=both, target=(statement._meta.label, statement.pk))
    came = {"en": "It is in the vision now.", "es": "Ahora está en la visión."}
    sentence = Clause.everything.get()
    replies.add_point(**point, kind="changed", texts=came, target=(sentence._meta.label, sentence.pk))
    not_yet = {"en": "Phones at recess.", "es": "Los teléfonos en el recreo."}
    why = {"en": "You do not agree on it.", "es": "No hay acuerdo."}
    replies.add_point(**point, kind="not_changed", texts=not_yet, why=why)
    replies.publish(reply=reply, by=cast.superintendent)
    phone.goto("/r/alder-creek/1/?lang=es")
    axe(phone)
    expect(phone.get_by_text(both["es"])).to_be_visible()
    expect(phone.get_by_role("link", name="Que nos enseñen a los papás")).to_have_attribute("href", re.compile("/agree/.*#s"))
    expect(phone.get_by_role("link", name=f"(es) {SENTENCE}")).to_be_visible()


def test_from_voting_to_the_reply(
    wide: Page,
    phone: Page,
    new_context: Callable[..., BrowserContext],
    cast: Cast,
    draft: VisionVersion,
    discussion: Discussion,
    live_server: Any,
    axe: Check,
) -> None:
    token = link_for(discussion, "families")
    sign_in(wide, cast, "coach", live_server)
    a_parent_votes_and_adds_a_statement(phone, token)
    statement = a_coach_checks_and_shows_it(wide, discussion)
    sixteen_each_react(discussion)
    assert Vote.everything.filter(statement=statement).count() == 32
    the_coach_closes_and_publishes(wide, discussion)
    signed_out = new_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    anybody_reads_where_we_agree(signed_out, axe)
    the_coach_negotiates_what_divides(wide, axe)
    a_sentence_rests_on_both(wide, clauses_of(draft)[0])
    adopt(cast, draft)
    the_public_sees_who_agreed(signed_out, axe)
    the_author_is_told(phone, token, axe)
    everybody_is_answered(signed_out, cast, discussion, statement, axe)
    assert signed_out.context.cookies() == []
