"""Closing a survey starts its measurement, and its page leads to the result."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from commonwhy.core.models import Job
from commonwhy.listening.models import Question, Survey
from commonwhy.listening.services.surveys import close_survey
from commonwhy.vision.services.gap import start_when_closed
from commonwhy.vision.services.gap.measuring import measure
from tests.cast import Cast
from tests.listening.surveying import enrol, opened
from tests.vision.gap_survey import make_survey

pytestmark = pytest.mark.django_db


def test_closing_starts_the_measurement_once(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    survey = opened(cast)
    for _press in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            close_survey(survey=survey, by=cast.coach)
    job = Job.objects.get(kind="gap")
    assert (job.started_by, job.arguments["survey"]) == (cast.coach.pk, str(survey.pk))


def test_nothing_starts_where_nobody_was_asked_in_words(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    survey = opened(cast)
    Question.everything.filter(version=survey.version, kind__in=["long", "short"]).update(kind="single")
    with django_capture_on_commit_callbacks(execute=True):
        close_survey(survey=survey, by=cast.coach)
    assert not Job.objects.filter(kind="gap").exists()


def test_nothing_starts_where_it_was_measured_since(cast: Cast) -> None:
    survey = make_survey(cast)
    Survey.everything.filter(pk=survey.pk).update(closed_at=timezone.now())
    survey.refresh_from_db()
    measure(district=cast.alder, survey=survey)
    start_when_closed(survey, cast.coach)
    assert not Job.objects.exists()
    survey.closed_at = timezone.now()
    start_when_closed(survey, cast.coach)
    assert Job.objects.count() == 1, "what was measured before it closed is measured again"


@pytest.mark.parametrize("who", ["coach", "board"])
def test_the_page_of_a_survey_leads_to_its_gap(cast: Cast, who: str) -> None:
    enrol(cast, "teachers", 30, cast.creekside)
    survey = opened(cast)
    page = cast.client(who).get(f"/d/alder-creek/listen/surveys/{survey.pk}/").content.decode()
    assert f'href="/d/alder-creek/vision/gap/{survey.pk}/"' in page
