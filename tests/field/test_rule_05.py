"""FIELD rule 5, small cells (METHODS 7): no number about fewer than k people, however it is asked for.

`tests/methods/disclosure`, `tests/core/test_disclosure_gate.py`, `tests/listening/test_coverage.py` and `tests/security/
test_what_a_figure_gives_away.py` hold the mathematics and the figures of the gap and of coverage. Here stand the numbers
that law and care have brought: of words tried, of answers deleted, of who was heard in a survey that is gone.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonwhy.core.models import Release
from commonwhy.districts.models import Group
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Answer, Response, SafetyWord, Survey, SurveyCare
from commonwhy.listening.queries.coverage import participation
from commonwhy.listening.queries.safety import texts_to_try
from commonwhy.listening.services import safety
from commonwhy.listening.services.coarsening import Cell
from commonwhy.listening.services.disposal import delete_due
from commonwhy.listening.services.responses import week_of
from tests.cast import Cast
from tests.listening.opened import open_survey, questions_of
from tests.listening.surveying import hear

pytestmark = pytest.mark.any_database


def url(name: str, cast: Cast, *more: Any) -> str:
    return reverse(f"listening:{name}", args=[cast.alder.slug, *more])


def say(survey: Survey, words: str, number: int) -> Answer:
    response = Response.everything.create(
        district=survey.district,
        survey=survey,
        key=f"{number:064}",
        group=survey.groups.get(kind="students"),
        week=week_of(survey),
        submitted=True,
        language="en",
    )
    made: Answer = Answer.everything.create(
        district=survey.district, response=response, question=questions_of(survey)["meaning"], value=words
    )
    return made


@pytest.mark.parametrize(("wanted", "least"), [(5, 5), (10, 10), (30, 30)])
def test_the_district_chooses_k_for_staff_only(cast: Cast, wanted: int, least: int) -> None:
    cast.alder.staff_k = wanted
    assert Group(kind="teachers").k(cast.alder) == least
    assert Group(kind="students").k(cast.alder) == max(10, least)
    assert Group(kind="families").k(cast.alder) == max(10, least)


@pytest.mark.parametrize("found", [0, 1, 9])
def test_trying_a_word_does_not_tell_of_a_few_that_use_it(cast: Cast, found: int) -> None:
    """Else the list of words would be a search for one person: "is anybody's word `dyslexia`?"."""
    survey = open_survey(cast, closed_at=timezone.now())
    for number in range(120):
        say(survey, "It is dyslexia" if number < found else "We make films", number)
    page = cast.client("superintendent").post(url("safety_words", cast), {"words": "dyslexia"}, follow=True).content.decode()
    assert "in fewer than 10 of 120 answers" in page
    assert f"in {found} of" not in page
    assert SafetyWord.everything.get().words == "dyslexia"


def test_a_word_is_tried_only_against_what_may_be_read_by_now(cast: Cast) -> None:
    running, closed = open_survey(cast), open_survey(cast, closed_at=timezone.now())
    for number in range(30):
        say(running, f"running {number}", number)
        say(closed, f"closed {number}", number)
    held = Answer.everything.get(value="closed 7")
    safety.mark_answer(answer=held, by=cast.coach)
    tried = texts_to_try(cast.viewer("superintendent"), cast.alder)
    assert sorted(tried) == sorted(f"closed {number}" for number in range(30) if number != 7)


def test_after_deletion_only_what_was_shown_is_left_of_who_was_heard(cast: Cast) -> None:
    survey = open_survey(
        cast,
        closed_at=timezone.now(),
        asked={("students", cast.creekside.name): 60, ("teachers", cast.creekside.name): 30, ("families", None): 300},
    )
    hear(survey, Cell(cast.group("students"), cast.creekside), 40)
    hear(survey, Cell(cast.group("teachers"), cast.creekside), 3)
    hear(survey, Cell(cast.group("families"), None), 25)
    viewer = JobViewer(cast.alder.pk)
    before = participation(viewer, [survey])[survey.pk]
    assert before.groups[cast.group("teachers").pk].heard is None
    SurveyCare.everything.create(district=cast.alder, survey=survey, delete_on=cast.alder.today())
    assert delete_due() == 1
    assert participation(viewer, [survey])[survey.pk] == before
    kept = Release.objects.get(subject_id=survey.pk)
    teachers = [count for group, count in kept.table["groups"] if group == str(cast.group("teachers").pk)]
    assert teachers == [[None, 30, False]]
    assert "3" not in [str(count[0]) for _group, count in kept.table["groups"]]
    assert json.dumps(kept.population) == "{}"


def test_the_page_of_a_survey_whose_answers_are_gone_shows_what_it_showed(cast: Cast) -> None:
    survey = open_survey(cast, closed_at=timezone.now(), asked={("students", cast.creekside.name): 60, ("families", None): 90})
    hear(survey, Cell(cast.group("students"), cast.creekside), 40)
    hear(survey, Cell(cast.group("families"), None), 25)
    client = cast.client("coach")

    def table() -> str:
        page = client.get(url("survey", cast, survey.pk)).content.decode()
        return page[page.index("Who was heard") : page.index("About this survey")]

    before = table()
    assert "65" in before or "40" in before
    SurveyCare.everything.create(district=cast.alder, survey=survey, delete_on=cast.alder.today())
    delete_due()
    assert table() == before
