"""From a Google Forms file to a marked voice in a browser, without JavaScript on a phone and with it on a desk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from commonwhy.core import jobs as core_jobs
from commonwhy.core.models import Job
from commonwhy.districts.models import Person
from commonwhy.listening.models import Excerpt, Response
from tests.cast import Cast, make_cast
from tests.listening.test_imports import FIXTURES, brought_in, rows, table

Check = Callable[[Page], None]
VOICES, IMPORT = "/d/alder-creek/listen/voices/", "/d/alder-creek/listen/import/"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def sign_in(page: Page, cast: Cast, name: str, live_server: Any) -> None:
    cookie = cast.client(name).cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])


def look(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody asked for pictures."""
    if folder := os.environ.get("PICTURES"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=not os.environ.get("PICTURES_TOP"))


def run_jobs() -> None:
    for job in Job.objects.filter(state=Job.State.WAITING):
        core_jobs.run_job.func(str(job.pk))


def test_a_google_forms_file_comes_in_and_a_voice_is_marked_without_javascript(no_js: Page, cast: Cast, live_server: Any) -> None:
    sign_in(no_js, cast, "coach", live_server)
    no_js.goto(VOICES)
    no_js.get_by_role("link", name="Bring in answers").click()
    no_js.get_by_label("The file with the answers").set_input_files(FIXTURES / "google_forms_en.csv")
    no_js.get_by_role("button", name="Look through it").click()
    expect(no_js.get_by_role("heading", name="7 responses would come in")).to_be_visible()
    no_js.get_by_label("What to call this survey").fill("Spring listening")
    school = no_js.locator(".columns > li", has_text="Which school are you part of?")
    school.get_by_label("Used as").select_option(label="School")
    no_js.get_by_role("button", name="Look again").click()
    expect(no_js.get_by_role("heading", name="Schools in the file")).to_be_visible()
    no_js.get_by_label("Alder Creek Elementary").select_option(label="Add it as a new school")
    no_js.get_by_role("button", name="Bring them in").click()
    run_jobs()
    no_js.reload()
    no_js.get_by_role("link", name="See the result").click()
    expect(no_js.get_by_role("heading", name="7 responses came in")).to_be_visible()
    assert Response.everything.count() == 7
    no_js.get_by_role("link", name="Read the voices").click()
    card = no_js.locator("li.card", has_text="Not more screens. Better questions.")
    card.get_by_role("button", name="Mark this").click()
    expect(no_js.get_by_text("Marked. It can be cited now.")).to_be_visible()
    expect(no_js.locator("li.card", has_text="Not more screens").get_by_text("marked", exact=True)).to_be_visible()
    assert Excerpt.everything.get().words == "Not more screens. Better questions."


def test_single_words_are_selected_and_names_are_taken_out(wide: Page, cast: Cast, live_server: Any, axe: Check) -> None:
    Person.everything.create(district=cast.alder, name="Ana Torres", group=cast.group("teachers"))
    text = "In Ana's class 🎉 we made a film. Then Jaylen showed it at home."
    with transaction.atomic():
        brought_in(cast, table([(*rows(1)[0][:4], text, "Often"), *rows(12, start=5)]))
    sign_in(wide, cast, "coach", live_server)
    wide.goto(VOICES)
    wide.locator("li.card", has_text="made a film").get_by_role("link", name="Choose words").click()
    expect(wide.locator("#preview + blockquote")).to_contain_text("In [name]'s class 🎉 we made a film. Then Jaylen showed it")
    look(wide, "mark")
    axe(wide)
    wide.evaluate("""() => {
        const text = document.querySelector("[data-words]").firstChild;
        const range = document.createRange();
        range.setStart(text, text.data.indexOf("🎉"));
        range.setEnd(text, text.data.indexOf("Jaylen") + 6);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
    }""")
    wide.get_by_role("button", name="Use the selected words").click()
    expect(wide.locator("#preview + blockquote")).to_contain_text("🎉 we made a film. Then Jaylen")
    wide.get_by_label("Other names to take out").fill("Jaylen")
    wide.get_by_role("button", name="Mark these words").click()
    expect(wide.get_by_text("Something changed since you looked.")).to_be_visible()
    look(wide, "mark-changed")
    wide.get_by_role("button", name="Mark these words").click()
    expect(wide.get_by_text("Marked. It can be cited now.")).to_be_visible()
    assert Excerpt.everything.get().words == "🎉 we made a film. Then [name]"


def test_what_a_file_becomes_passes_axe_on_a_phone_and_on_a_desk(
    phone: Page, wide: Page, cast: Cast, live_server: Any, axe: Check
) -> None:
    Person.everything.create(district=cast.alder, name="Ana Torres", group=cast.group("teachers"))
    named = (*rows(1)[0][:4], "Ana asks why. <b>So</b> do we, and the rest of us write it down on the wall. " * 3, "Often")
    with transaction.atomic():
        survey = brought_in(
            cast, table([named, *rows(40, start=5), *rows(14, role="Parent", school="Maple Street School", start=60)])
        )
    for page in (phone, wide):
        sign_in(page, cast, "coach", live_server)
    wide.goto(IMPORT)
    look(wide, "send")
    lines = [*rows(12, start=200), *rows(9, role="Facilities crew", school="Cedar High", start=300), rows(1)[0], rows(1)[0]]
    path = Path(os.environ["COMMONWHY_VAR"]) / "Spring_listening (Responses).csv"
    path.write_bytes(table(lines))
    wide.get_by_label("The file with the answers").set_input_files(path)
    wide.get_by_role("button", name="Look through it").click()
    expect(wide.get_by_role("heading", name="Roles in the file")).to_be_visible()
    file = wide.url
    answer = survey.responses.first().answers.get(question__key="meaning")
    wide.goto(VOICES)
    wide.locator("li.card").nth(1).get_by_role("button", name="Mark this").click()
    addresses = {
        "voices-none": f"{VOICES}?words=zebra",
        "choose": f"{VOICES}{answer.pk}/",
        "file": file,
    }
    for page in (phone, wide):
        for name, address in addresses.items():
            page.goto(address)
            for details in page.locator("details").all():
                details.evaluate("each => { each.open = true; }")
            look(page, name)
            axe(page)
    wide.goto(file)
    wide.get_by_role("button", name="Bring them in").click()
    run_jobs()
    for page in (phone, wide):
        page.goto(file)
        look(page, "result")
        axe(page)
