"""Measuring a survey's gap and reading it, as a superintendent would: on a desk, on a phone, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from commonwhy.core import jobs
from commonwhy.core.models import Job
from commonwhy.vision.services.gap import measuring
from tests.cast import Cast, make_cast
from tests.vision.gap_survey import make_survey

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page, cast: Cast, name: str, home: str) -> None:
    client: Client = cast.client(name)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": home}])


def run_waiting_jobs() -> None:
    for job in Job.objects.filter(state=Job.State.WAITING):
        jobs.run_job.func(str(job.pk))


def test_a_coach_measures_and_reads_the_gap(wide: Page, axe: Callable[[Page], None], live_server: Any) -> None:
    cast = make_cast()
    survey = make_survey(cast, board=4)
    sign_in(wide, cast, "coach", live_server.url)
    wide.goto("/d/alder-creek/vision/gap/")
    axe(wide)
    wide.get_by_role("button", name="Measure how far apart we are").click()
    wide.wait_for_url("**/jobs/**")
    run_waiting_jobs()
    wide.get_by_role("link", name="See the result").click()
    wide.wait_for_url(f"**/vision/gap/{survey.pk}/")
    expect(wide.get_by_role("heading", level=1)).to_have_text("Families and teachers mean different things.")
    picture = wide.get_by_role("img", name="Chart: Families and teachers hold the most different meanings")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    wide.get_by_text("Show as table").first.click()
    expect(wide.get_by_role("table").first).to_be_visible()
    wide.get_by_text("How we know").click()
    expect(wide.get_by_text("Welch-type distance test")).to_be_visible()
    axe(wide)
    wide.get_by_role("link", name="By school").click()
    expect(wide.get_by_text("Maple Street School").first).to_be_attached()
    axe(wide)


def test_it_reads_on_a_phone_and_without_javascript(
    phone: Page, no_js: Page, axe: Callable[[Page], None], live_server: Any
) -> None:
    cast = make_cast()
    survey = make_survey(cast)
    measuring.measure(district=cast.alder, survey=survey)
    for page in (phone, no_js):
        sign_in(page, cast, "superintendent", live_server.url)
        page.goto(f"/d/alder-creek/vision/gap/{survey.pk}/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("mean different things")
        page.get_by_text("Show as table").first.click()
        expect(page.get_by_role("table").first).to_be_visible()
    axe(phone)
