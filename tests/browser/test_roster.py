"""A roster in a browser: sent, looked through, brought in, and the people found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from commonwhy.accounts import signin_links
from commonwhy.core import jobs
from commonwhy.core.models import Job
from commonwhy.districts.models import Person
from tests.cast import Cast, make_cast
from tests.districts.rosters import BROKEN, zipped

pytestmark = pytest.mark.django_db(transaction=True)
Check = Callable[[Page], None]


@pytest.fixture
def alder() -> Cast:
    return make_cast()


def enter(page: Page, cast: Cast) -> None:
    page.goto(signin_links.make(cast.superintendent))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/d/alder-creek/")


def work() -> None:
    """Do what waits, as a worker would."""
    for job in Job.objects.filter(state="waiting"):
        jobs.run_job.call(str(job.pk))


def test_from_the_file_to_the_people(phone: Page, axe: Check, alder: Cast, tmp_path: Path) -> None:
    page, path = phone, tmp_path / "Fernbrook.zip"
    path.write_bytes(zipped(BROKEN).getvalue())
    enter(page, alder)
    page.goto("/d/alder-creek/manage/people/")
    axe(page)
    page.get_by_role("link", name="Bring in a roster").click()
    axe(page)
    page.get_by_label("The file").set_input_files(path)
    page.get_by_role("button", name="Look through it").click()
    page.wait_for_url("**/jobs/**")
    expect(page.get_by_role("progressbar")).to_be_visible()
    axe(page)
    work()
    page.get_by_role("link", name="See the result").click()  # the page finds out by itself that it is done
    expect(page.get_by_role("heading", name="This is what it would do.")).to_be_visible()
    expect(page.get_by_text("wizard").first).to_be_visible()
    axe(page)
    assert not Person.objects.within(alder.alder).exists()
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_url("**/jobs/**")
    work()
    page.get_by_role("link", name="See the result").click()
    page.get_by_role("link", name="See the people").click()
    axe(page)
    page.get_by_label("Name or address").fill("méndez")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("rowheader", name="Lucía Méndez")).to_be_visible()


def test_without_javascript_the_page_reloads_by_itself(no_js: Page, alder: Cast, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name,email,role,school\nAda Abara,ada@x.example,teacher,Creekside Middle School\n")
    enter(no_js, alder)
    no_js.goto("/d/alder-creek/manage/roster/")
    no_js.get_by_label("The file").set_input_files(path)
    no_js.get_by_role("button", name="Look through it").click()
    work()
    no_js.get_by_role("link", name="See the result").click()
    no_js.get_by_role("button", name="Bring it in").click()
    work()
    no_js.get_by_role("link", name="See the result").click()
    expect(no_js.get_by_role("heading", name="This is what it did.")).to_be_visible()
    assert Person.objects.within(alder.alder).get().name == "Ada Abara"


@pytest.mark.parametrize("address", ["", "schools/", "groups/", "members/", "../team/"])
def test_every_page_of_looking_after(wide: Page, axe: Check, alder: Cast, address: str, settings: Any) -> None:
    enter(wide, alder)
    wide.goto(f"/d/alder-creek/manage/{address}")
    axe(wide)
