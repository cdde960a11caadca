"""What people answered to closed questions: counted when a survey closes, released, drawn, and read by those who may."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.core.charts import VARIANTS, Answer, DivergingBar, Share, diverging_bars
from commonwhy.core.jobs import run_job
from commonwhy.core.models import Job
from commonwhy.districts.models import School
from commonwhy.listening import scales
from commonwhy.listening.models import Answer as Given
from commonwhy.listening.models import Question, QuestionFigures, Response, Survey
from commonwhy.listening.queries import results as queries
from commonwhy.listening.services import results, surveys
from commonwhy.listening.services.bands import Band, bands, in_band
from commonwhy.listening.services.everyone import tells_more
from commonwhy.listening.services.results import ResultsRefused
from tests.cast import Cast
from tests.listening.opened import open_survey, questions_of
from tests.listening.test_voices import MONDAY

pytestmark = pytest.mark.django_db

AGREE = [
    {"key": key, "texts": {"en": key.replace("_", " "), "es": f"({key})"}}
    for key in ("strongly_disagree", "disagree", "neutral", "agree", "strongly_agree", "dont_know")
]
LINES = [{"key": "why", "texts": {"en": "I know why"}}, {"key": "say", "texts": {"en": "I had a say"}}]
THINGS = [{"key": key, "texts": {"en": key.capitalize()}} for key in ("time", "money", "trust")]
QUESTIONS: list[dict[str, Any]] = [
    {"key": "agree", "kind": "single", "texts": {"en": "Do you agree?"}, "options": AGREE},
    {"key": "lines", "kind": "matrix", "texts": {"en": "And to these?"}, "options": AGREE, "rows": LINES},
    {"key": "ticks", "kind": "multiple", "texts": {"en": "What helps?"}, "options": THINGS},
    {"key": "order", "kind": "ranking", "texts": {"en": "What first?"}, "options": THINGS},
    {"key": "years", "kind": "number", "texts": {"en": "How many years?"}, "limits": {"unit": {"en": "years"}}},
    {"key": "words", "kind": "long", "texts": {"en": "Anything else?"}},
]


def answer(survey: Survey, kind: str, school: School | None, count: int, **values: Any) -> None:
    """So many answers alike. Values are by key of the question."""
    questions = questions_of(survey)
    group = {each.kind: each for each in survey.groups.all()}[kind]
    for _each in range(count):
        response = Response.everything.create(
            district=survey.district, survey=survey, key=uuid.uuid4().hex, week=MONDAY, group=group, school=school, submitted=True
        )
        for key, value in values.items():
            Given.everything.create(district=survey.district, response=response, question=questions[key], value=value)


@pytest.fixture
def survey(cast: Cast) -> Survey:
    asked: dict[tuple[str, str | None], int | None] = {
        ("teachers", cast.creekside.name): 100,
        ("teachers", cast.maple.name): 100,
        ("students", cast.creekside.name): 200,
        ("families", cast.creekside.name): 300,
    }
    return open_survey(cast, asked=asked, questions=QUESTIONS, closed_at=timezone.now())


def part(cast: Cast, survey: Survey, key: str, number: int = 0, who: str = "coach") -> queries.Part:
    found = next(each for each in queries.answered(cast.viewer(who), survey) if each.question.key == key)
    return found.parts[number]


def cells(of: queries.Part, by: str = "group") -> dict[str, dict[str, str]]:
    """Words by column and answer."""
    names = [who.name for who in of.columns(by)]
    return {
        name: {row.name: row.cells[place].words.replace("\u00a0", " ") for row in of.rows(by)} for place, name in enumerate(names)
    }


def test_shares_are_of_those_who_answered_on_the_scale(cast: Cast, survey: Survey) -> None:
    answer(survey, "teachers", cast.creekside, 40, agree=["agree"])
    answer(survey, "teachers", cast.creekside, 40, agree=["disagree"])
    answer(survey, "families", cast.creekside, 90, agree=["agree"])
    answer(survey, "families", cast.creekside, 30, agree=["neutral"])
    answer(survey, "families", cast.creekside, 15, agree=["dont_know"])
    answer(survey, "families", cast.creekside, 5, words="Nothing ticked")
    results.work_out(survey=survey)
    found = part(cast, survey, "agree")
    assert found.two_sided
    told = cells(found)
    assert told["Teachers"]["agree"] == told["Teachers"]["disagree"] == "50 %"
    assert told["Families"]["agree"] == "75 %"
    # Beside students, of whom nobody answered, the coverage page does not say how many teachers did; nor does this one.
    assert [who.n for who in found.columns()][-2:] == ["n = 120", "n ≥ 80"]
    assert found.beside == ["dont know: 15"]
    row = next(row for row in found.rows() if row.name == "agree")
    families = [who.name for who in found.columns()].index("Families")
    assert row.cells[families].between == "67–82\u00a0%"


def test_every_kind_of_closed_question_is_counted(cast: Cast, survey: Survey) -> None:
    answer(
        survey,
        "teachers",
        cast.creekside,
        60,
        lines={"why": "agree", "say": "disagree"},
        ticks=["time", "trust"],
        order=["time", "money", "trust"],
        years=2,
    )
    answer(
        survey,
        "families",
        cast.creekside,
        60,
        lines={"why": "neutral"},
        ticks=["trust"],
        order=["trust", "time", "money"],
        years=12,
    )
    results.work_out(survey=survey)
    assert cells(part(cast, survey, "lines", 0))["Teachers"]["agree"] == "≥ 95 %"
    assert part(cast, survey, "lines", 1).name == "I had a say"
    assert set(cells(part(cast, survey, "lines", 1))) <= {"Everyone", "Teachers"}
    assert cells(part(cast, survey, "ticks"))["Teachers"] == {"Time": "≥ 95 %", "Money": "≤ 5 %", "Trust": "≥ 95 %"}
    assert cells(part(cast, survey, "order"))["Families"]["Trust"] == "≥ 95 %"
    years = cells(part(cast, survey, "years"))
    assert years["Teachers"]["under 5 years"] == "≥ 95 %"
    assert "first most often" in part(cast, survey, "order").finding


def test_small_groups_are_put_together_or_left_out_and_named(cast: Cast, survey: Survey) -> None:
    answer(survey, "teachers", cast.creekside, 40, agree=["agree"])
    answer(survey, "students", cast.creekside, 4, agree=["disagree"])
    results.work_out(survey=survey)
    found = part(cast, survey, "agree")
    assert set(cells(found)) <= {"Everyone", "Teachers"}
    assert "Students" in found.small()
    kept = str(QuestionFigures.everything.get(question__key="agree").released)
    assert "': 44" not in kept
    assert "'n': 4," not in kept


def test_nothing_is_shown_of_a_handful(cast: Cast, survey: Survey) -> None:
    answer(survey, "teachers", cast.creekside, 4, agree=["agree"])
    results.work_out(survey=survey)
    found = part(cast, survey, "agree")
    assert not found.shown
    assert found.columns() == ()
    page = cast.client("coach").get(reverse("listening:results", args=[cast.alder.slug, survey.pk])).content.decode()
    assert "not shown, small numbers" in page
    assert QuestionFigures.everything.get(question__key="agree").charts == {}


def test_by_school_and_what_one_school_reads(cast: Cast, survey: Survey) -> None:
    answer(survey, "teachers", cast.creekside, 40, agree=["agree"])
    answer(survey, "teachers", cast.maple, 40, agree=["disagree"])
    results.work_out(survey=survey)
    everybody = cells(part(cast, survey, "agree"), "school")
    assert {"Creekside Middle School", "Maple Street School"} <= set(everybody)
    own = cells(part(cast, survey, "agree", who="principal"), "school")
    assert "Maple Street School" not in own
    assert "Creekside Middle School" in own
    page = cast.client("principal").get(reverse("listening:results", args=[cast.alder.slug, survey.pk]), {"by": "school"})
    assert "Maple Street" not in page.content.decode()
    table = cast.client("principal").get(reverse("listening:results_table", args=[cast.alder.slug, survey.pk]))
    assert "Maple Street" not in table.content.decode("utf-8-sig")


def test_closing_counts_and_again_changes_nothing(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    running = open_survey(cast, questions=QUESTIONS)
    answer(running, "teachers", cast.creekside, 30, agree=["agree"])
    address = reverse("listening:results", args=[cast.alder.slug, running.pk])
    assert "Shown once it has closed" in cast.client("coach").get(address).content.decode()
    with pytest.raises(ResultsRefused):
        results.work_out(survey=running)
    assert not QuestionFigures.everything.exists()
    with django_capture_on_commit_callbacks(execute=True):
        surveys.close_survey(survey=running, by=cast.coach)
    job = Job.objects.get(kind=results.KIND)
    run_job.func(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.note
    before = {figures.question_id: figures.released for figures in QuestionFigures.everything.all()}
    assert len(before) == 5
    results.work_out(survey=Survey.everything.get(pk=running.pk))
    assert {figures.question_id: figures.released for figures in QuestionFigures.everything.all()} == before


def test_more_answers_that_would_single_somebody_out_change_nothing(cast: Cast, survey: Survey) -> None:
    answer(survey, "teachers", cast.creekside, 40, agree=["agree"])
    results.work_out(survey=survey)
    answer(survey, "teachers", cast.creekside, 1, agree=["strongly_disagree"])
    results.work_out(survey=survey)
    found = part(cast, survey, "agree")
    assert [who.n for who in found.columns() if not who.whole] == ["n ≥ 40"], "the one who came later would be known"
    assert cells(found)["Teachers"]["agree"] == "≥ 95 %"


WHO_MAY = {
    "superintendent": 200,
    "coach": 200,
    "principal": 200,
    "board": 200,
    "teacher": 403,
    "family": 403,
    "outsider": 404,
    None: 302,
}


@pytest.mark.parametrize("who", WHO_MAY)
def test_who_may_read_it(cast: Cast, survey: Survey, who: str | None) -> None:
    answer(survey, "teachers", cast.creekside, 40, agree=["agree"])
    results.work_out(survey=survey)
    for name, args in (("results", ()), ("results_table", ()), ("results_chart", ("agree", 0))):
        address = reverse(f"listening:{name}", args=[cast.alder.slug, survey.pk, *args])
        assert cast.client(who).get(address).status_code == WHO_MAY[who], name
    count = reverse("listening:results_count", args=[cast.alder.slug, survey.pk])
    answered = cast.client(who).post(count).status_code
    assert answered == (302 if who in ("superintendent", "coach", None) else 404 if who == "outsider" else 403)
    assert Job.objects.filter(kind=results.KIND).exists() == (who in ("superintendent", "coach"))


@pytest.mark.parametrize(
    ("key", "number", "variant"), [("agree", 7, "wide"), ("nothing", 0, "wide"), ("agree", 0, "huge"), ("words", 0, "wide")]
)
def test_no_such_picture(cast: Cast, survey: Survey, key: str, number: int, variant: str) -> None:
    answer(survey, "teachers", cast.creekside, 40, agree=["agree"])
    results.work_out(survey=survey)
    address = reverse("listening:results_chart", args=[cast.alder.slug, survey.pk, key, number])
    assert cast.client("coach").get(address, {"v": variant}).status_code == 404


def test_the_page_has_a_bound_however_many_questions(cast: Cast, survey: Survey, django_assert_max_num_queries: Any) -> None:
    answer(survey, "teachers", cast.creekside, 40, agree=["agree"], ticks=["time"], years=3)
    results.work_out(survey=survey)
    client = cast.client("coach")
    with django_assert_max_num_queries(22):
        page = client.get(reverse("listening:results", args=[cast.alder.slug, survey.pk]))
    text = page.content.decode()
    assert "Do you agree?" in text
    assert f"survey={survey.pk}&amp;question=words" in text


# Bands of numbers


@given(st.lists(st.integers(min_value=-50, max_value=5_000) | st.floats(min_value=-50, max_value=5_000), max_size=80))
def test_every_number_is_in_one_band_and_the_outer_ones_are_open(numbers: list[float]) -> None:
    found = bands(numbers)
    for number in numbers:
        assert len(in_band(found, number)) == 1
    if found:
        assert found[0].least is None
        assert found[-1].most is None
        assert len(found) <= 5
    if len(numbers) < 20:
        assert found in ([], [Band(None, None)])


def test_what_is_no_number_is_in_no_band() -> None:
    found = bands([1, 2, 3] * 10)
    assert in_band(found, "") == in_band(found, None) == in_band(found, True) == ()


# Scales


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"), True),
        (("Muy de acuerdo", "De acuerdo", "En desacuerdo", "Muy en desacuerdo"), True),
        (("Agree", "Disagree"), True),
        (("Disagree", "Agree", "Strongly agree"), False),
        (("Agree", "Neutral", "Disagree"), True),
        (("Neutral", "Agree", "Disagree"), False),
        (("Yes", "No"), False),
    ],
)
def test_two_sides_are_seen_by_their_words(words: tuple[str, ...], expected: bool) -> None:
    options = [{"key": f"o{n}", "texts": {"en": each}} for n, each in enumerate(words)]
    assert scales.two_sided(options) is expected


def test_not_knowing_stands_beside_the_scale() -> None:
    question = Question(options=[*AGREE, {"key": "x", "texts": {"en": "Not applicable"}}])
    assert [option["key"] for option in scales.aside(question)] == ["dont_know", "x"]
    assert len(scales.on_scale(question)) == 5


# Everyone's shares


def column(n: int, *shares: tuple[int, str], exact: bool = True) -> dict[str, Any]:
    return {"n": n, "exact": exact, "cells": [{"percent": percent, "bound": bound} for percent, bound in shares]}


def test_everyones_share_that_tells_of_a_coded_one_is_seen() -> None:
    """Of 100 exactly 50 said so, of 12 at most a fifth; 46 % of all 112 are 51 or 52, so of the twelve it was 1 or 2."""
    large, small = column(100, (50, "exact"), (50, "exact")), column(12, (20, "at_most"), (80, "at_least"))
    assert tells_more([large, small], column(112, (46, "exact"), (54, "exact")), k=10, exclusive=True)


def test_everyones_share_beside_large_columns_tells_nothing() -> None:
    large, small = column(900, (50, "exact"), (50, "exact")), column(12, (20, "at_most"), (80, "at_least"))
    assert not tells_more([large, small], column(912, (50, "exact"), (50, "exact")), k=10, exclusive=True)


def test_nothing_coded_nothing_to_tell() -> None:
    one = column(50, (50, "exact"), (50, "exact"))
    assert not tells_more([one, one], column(100, (50, "exact"), (50, "exact")), k=10, exclusive=True)


# The picture


def drawn(*bars: DivergingBar) -> dict[str, str]:
    answers = [Answer("no", -1), Answer("<between>", 0), Answer("yes", 1)]
    return diverging_bars(list(bars), answers, title="More yes than no", description="All of it.", language="en")


def test_the_picture_lies_around_the_middle() -> None:
    shares = (Share(20, "20 %"), Share(20, "20 %"), Share(60, "60 %"))
    pictures = drawn(DivergingBar("Teachers </svg>", "n = 40", shares), DivergingBar("Board", "n ≥ 10", (), instead="not shown"))
    assert set(pictures) == set(VARIANTS)
    wide = pictures["wide"]
    assert "&lt;/svg&gt;" in wide
    assert "&lt;between&gt;" in wide
    assert 'role="img"' in wide
    # 30 to the left of the middle, 70 to the right.
    assert "M204.0," in wide
    assert "not shown" in wide


@pytest.mark.parametrize("answers", [[], [Answer("yes", 1)], [Answer("no", -1), Answer("so", 0)]])
def test_a_picture_of_one_side_is_a_mistake(answers: list[Answer]) -> None:
    bar = DivergingBar("Teachers", "n = 40", tuple(Share(1, "1 %") for _each in answers))
    with pytest.raises(ValueError, match="two sides"):
        diverging_bars([bar], answers, title="", description="")


def test_the_few_who_did_not_know_cannot_be_counted_by_subtracting(cast: Cast, survey: Survey) -> None:
    """The coverage page says how many of a group answered; n beside a share must not say how many of them did not know."""
    for kind in ("teachers", "families", "students"):
        answer(survey, kind, cast.creekside, 40, agree=["agree"])
        answer(survey, kind, cast.creekside, 20, agree=["neutral"])
    answer(survey, "teachers", cast.creekside, 3, agree=["dont_know"])
    answer(survey, "families", cast.creekside, 30, agree=["dont_know"])
    results.work_out(survey=survey)
    told = {who.name: who.n for who in part(cast, survey, "agree").columns()}
    assert told["Teachers"] == "n ≥ 60"
    assert told["Families"] == told["Students"] == "n = 60"
    assert part(cast, survey, "agree").beside == ["dont know: 33"]
