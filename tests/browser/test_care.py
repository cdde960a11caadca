"""Law and care in a browser: a family reads and says no, a counselor opens the queue, a coach tells families first.

`PICTURES=folder pytest tests/browser/test_care.py` also keeps pictures, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from commonwhy.districts.models import Person
from commonwhy.listening.models import Answer, ParentChoice, SafetyFlag, SafetyLook, SafetyWord, Survey, SurveyCare
from commonwhy.listening.services import care, disposal, safety, surveys
from commonwhy.listening.services.choices import say_publicly
from commonwhy.listening.services.safety_words import look_through
from tests.browser.test_surveys import sign_in
from tests.cast import Cast, make_cast
from tests.field.terms import tell_families
from tests.listening.opened import make_version, open_survey, questions_of
from tests.listening.surveying import enrol
from tests.vision.gap_survey import add

Check = Callable[[Page], None]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def about_health(cast: Cast) -> Survey:
    """A draft for students with one question about a protected area."""
    enrol(cast, "students", 30, cast.creekside, grade_band="6-8")
    version = make_version(cast)
    survey = surveys.create_survey(
        district=cast.alder,
        version=version,
        title="How are you at school?",
        mode="confidential",
        groups=[cast.group("students")],
        by=cast.coach,
    )
    care.tag_questions(version=version, areas={questions_of(survey)["meaning"].pk: ["mental_health"]}, by=cast.coach)
    return survey


def test_a_family_that_reads_only_spanish_says_no_on_a_phone_without_javascript(
    no_js: Page, phone: Page, cast: Cast, axe: Check
) -> None:
    survey = about_health(cast)
    tell_families(survey, by=cast.coach, asks_under_13=True, delete_on=timezone.localdate() + timedelta(days=300))
    # axe itself needs JavaScript; the page does not.
    phone.goto(f"/p/{survey.code}/?lang=es")
    axe(phone)
    keep(phone, "families-page-390-es")
    no_js.goto(f"/p/{survey.code}/?lang=es")
    expect(no_js.get_by_text("¿Qué significa para usted")).to_be_visible()
    no_js.locator("#id_child").fill("Students 7")
    no_js.locator("#id_school").select_option(label=cast.creekside.name)
    no_js.locator("#id_family").fill("Su madre")
    no_js.locator("form button").click()
    expect(no_js.get_by_role("status")).to_be_visible()
    keep(no_js, "families-page-sent-390")
    assert ParentChoice.everything.get().child == "Students 7"


def test_a_coach_tells_families_first_and_a_leader_matches_them(
    wide: Page, phone: Page, cast: Cast, live_server: Any, axe: Check
) -> None:
    survey = about_health(cast)
    sign_in(wide, cast, "coach", live_server)
    wide.goto(f"/d/alder-creek/listen/surveys/{survey.pk}/")
    expect(wide.get_by_role("button", name="Open it")).to_be_disabled()
    keep(wide, "draft-stopped-1280")
    wide.get_by_role("link", name="Families and the law").last.click()
    axe(wide)
    keep(wide, "survey-care-1280")
    today = cast.alder.today()
    wide.get_by_label("What families were told, in English").fill("We ask your child how they are at school.")
    wide.get_by_label("Families were told on").fill(str(today - timedelta(days=20)))
    wide.get_by_label("They can read the questions from").fill(str(today - timedelta(days=20)))
    wide.get_by_label("They can say no until").fill(str(today - timedelta(days=1)))
    wide.get_by_label("All answers are deleted on").fill(str(today + timedelta(days=200)))
    wide.get_by_role("button", name="Save").first.click()
    assert SurveyCare.everything.get().asks_under_13
    Person.everything.filter(name="students 7").update(name="José Luis Ramírez")
    say_publicly(survey=survey, child="Jose Ramirez", school=cast.creekside, family="His mother")
    sign_in(phone, cast, "superintendent", live_server)
    phone.goto(f"/d/alder-creek/listen/surveys/{survey.pk}/families/")
    axe(phone)
    keep(phone, "families-390")
    phone.get_by_label("José Luis Ramírez, Creekside Middle School").check()
    phone.get_by_role("button", name="This child").click()
    expect(phone.get_by_role("heading", name="What families have said")).to_be_visible()
    wide.goto(f"/d/alder-creek/listen/surveys/{survey.pk}/")
    wide.get_by_role("button", name="Open it").click()
    expect(wide.get_by_role("heading", name="Invite people")).to_be_visible()
    wide.goto(f"/d/alder-creek/listen/questionnaires/{survey.version_id}/asks-about/")
    axe(wide)
    keep(wide, "areas-1280")
    sign_in(wide, cast, "superintendent", live_server)
    wide.goto(f"/d/alder-creek/listen/surveys/{survey.pk}/families/")
    axe(wide)
    keep(wide, "families-1280")


def test_a_counselor_opens_the_queue_on_a_phone_and_says_what_was_done(
    phone: Page, wide: Page, cast: Cast, live_server: Any, axe: Check
) -> None:
    survey = open_survey(cast, closed_at=timezone.now())
    add(survey, "students", None, "At home he hurts me and nobody knows.", number=1)
    add(survey, "students", None, "We build robots on Fridays.", number=2)
    safety.name_position(district=cast.alder, by=cast.superintendent, account=cast.family, title="School counselor")
    SafetyWord.everything.create(district=cast.alder, words="hurts me")
    look_through(cast.alder)
    sign_in(phone, cast, "family", live_server)
    phone.goto("/d/alder-creek/listen/safety/")
    axe(phone)
    keep(phone, "safety-queue-390")
    phone.get_by_role("link", name="Look at it").click()
    expect(phone.get_by_text("nobody knows")).not_to_be_visible()
    keep(phone, "safety-closed-390")
    phone.get_by_role("button", name="Open it").click()
    expect(phone.get_by_text("nobody knows")).to_be_visible()
    axe(phone)
    keep(phone, "safety-open-390")
    phone.get_by_label("What was done").fill("Spoke with every class about where to get help.")
    phone.get_by_role("button", name="Acted on it").click()
    expect(phone.get_by_role("heading", name="Nothing waits in the safety queue.")).to_be_visible()
    assert SafetyFlag.everything.get().state == "acted"
    assert SafetyLook.everything.count() == 2
    sign_in(wide, cast, "superintendent", live_server)
    wide.goto("/d/alder-creek/listen/safety/set-up/")
    axe(wide)
    wide.get_by_label("Words or phrases, one on each line").fill("ab\nwant to die")
    wide.get_by_role("button", name="Try and add").click()
    expect(wide.get_by_text("is too short")).to_be_visible()
    axe(wide)
    keep(wide, "safety-set-up-1280")
    wide.goto("/d/alder-creek/listen/voices/")
    expect(wide.get_by_text("We build robots on Fridays.", exact=True)).to_be_visible()
    expect(wide.get_by_text("nobody knows")).not_to_be_visible()
    keep(wide, "voices-1280")
    wide.get_by_role("button", name="Mark for the safety queue").first.click()
    expect(wide.get_by_text("It is in the safety queue now.")).to_be_visible()


def test_records_are_disposed_of_by_two(wide: Page, phone: Page, cast: Cast, live_server: Any, axe: Check) -> None:
    survey = open_survey(cast, opened_at=timezone.now() - timedelta(days=900), closed_at=timezone.now() - timedelta(days=800))
    add(survey, "teachers", None, "Making things.", number=1)
    kept = disposal.add_class(district=cast.alder, name="Surveys", months=12, source="State schedule 4", by=cast.superintendent)
    SurveyCare.everything.create(district=cast.alder, survey=survey, retention=kept)
    from commonwhy.districts.services import give_role

    give_role(district=cast.alder, account=cast.principal, role="leader", by=cast.superintendent)
    sign_in(wide, cast, "superintendent", live_server)
    wide.goto("/d/alder-creek/listen/records/")
    axe(wide)
    wide.get_by_label("Why").fill("State schedule 4: one year")
    wide.get_by_role("button", name="Propose to delete its answers").click()
    expect(wide.get_by_role("button", name="Delete the answers")).to_have_count(0)
    keep(wide, "records-1280")
    sign_in(phone, cast, "principal", live_server)
    phone.goto("/d/alder-creek/listen/records/")
    phone.get_by_role("button", name="Delete the answers").click()
    expect(phone.get_by_role("table").last).to_contain_text("State schedule 4: one year")
    axe(phone)
    keep(phone, "records-390")
    assert not Answer.everything.exists()
