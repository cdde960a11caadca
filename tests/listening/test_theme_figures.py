"""Who speaks of what: shares that may be shown, groups that may not, and nothing that two tables tell together."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonwhy.core.jobs import run_job
from commonwhy.core.models import Job, Release
from commonwhy.listening.models import Answer, Coding, Response, Survey, Theme, ThemeFigures
from commonwhy.listening.queries.theme_figures import Figures
from commonwhy.listening.services.theme_figures import FiguresRefused, count_themes
from tests.cast import Cast
from tests.listening.opened import open_survey, questions_of
from tests.listening.test_themes import code, page, post, theme
from tests.listening.test_voices import many, say

ASKED: dict[tuple[str, str | None], int | None] = {
    ("teachers", None): 100,
    ("families", None): 300,
}
STUDENTS: dict[tuple[str, str | None], int | None] = {("students", None): 300}


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_survey(cast, asked=ASKED, closed_at=timezone.now())


def count(survey: Survey) -> Figures:
    fresh = Survey.everything.select_related("district", "version").get(pk=survey.pk)
    return Figures(count_themes(survey=fresh, question=questions_of(survey)["meaning"]))


def speak(answers: list[Answer], found: Theme, how_many: int, cast: Cast) -> None:
    for answer in answers[:how_many]:
        code(answer, found, cast.coach)


def test_shares_stand_beside_their_n_and_the_ends_are_coded(cast: Cast, survey: Survey) -> None:
    load, tools = theme(cast, "Workload", concern="workload"), theme(cast, "Tools")
    teachers, families = many(survey, 40), many(survey, 60, "families")
    speak(teachers, load, 20, cast)
    speak(families, load, 15, cast)
    speak(families, tools, 1, cast)
    shown = count(survey)
    assert [(who.name, who.n) for who in shown.columns] == [("Families", "n = 60"), ("Teachers", "n = 40")]
    rows = {row.name: [cell.words.replace("\u00a0", " ") for cell in row.cells] for row in shown.themes}
    # One family among sixty is told as no more than "at most", and so is none among forty.
    assert rows == {"Workload": ["25 %", "50 %"], "Tools": ["≤ 5 %", "≤ 5 %"]}
    assert shown.title.replace("\u00a0", " ") == "Workload is spoken of most: Teachers, 50 %"
    assert [row.name for row in shown.concerns] == ["Workload"]
    assert [cell.words.replace("\u00a0", " ") for cell in shown.nothing_found.cells] == ["75 %", "50 %"]


def test_everyone_is_left_out_where_it_would_tell_what_a_coded_share_leaves_open(cast: Cast, survey: Survey) -> None:
    load, tools = theme(cast), theme(cast, "Tools")
    teachers, families = many(survey, 40), many(survey, 60, "families")
    speak(teachers, load, 20, cast)
    speak(families, load, 15, cast)
    speak(families, tools, 30, cast)
    everyone = {row.name: row.everyone.percent for row in count(survey).themes}
    assert everyone == {"Workload": 35, "Tools": None}


def test_a_group_too_small_is_neither_shown_nor_left_to_be_subtracted(cast: Cast) -> None:
    survey = open_survey(cast, asked=ASKED | STUDENTS, closed_at=timezone.now())
    load = theme(cast)
    speak(many(survey, 40), load, 20, cast)
    speak(many(survey, 4, "families"), load, 4, cast)
    shown = count(survey)
    assert [who.name for who in shown.columns] == ["Teachers"]
    assert set(shown.small.split(", ")) == {"Families", "Students"}
    # The coverage page lies beside it and does not say how many teachers answered either.
    assert shown.columns[0].n == "n ≥ 40"
    assert "'n': 44" not in str(shown.kept)
    for who in ("coach", "board", "principal"):
        words = page(cast, who, "theme_figures", survey.pk).content.decode()
        assert "Not shown, small numbers" in words
        assert "n = 44" not in words


def test_two_small_groups_are_put_together_and_named_together(cast: Cast) -> None:
    survey = open_survey(cast, asked=ASKED | STUDENTS, closed_at=timezone.now())
    load = theme(cast)
    speak(many(survey, 60, "students"), load, 30, cast)
    speak(many(survey, 7), load, 3, cast)
    speak(many(survey, 8, "families"), load, 3, cast)
    shown = count(survey)
    assert len(shown.columns) == 2
    assert set(shown.columns[1].name.split(", ")) == {"Families", "Teachers"}
    # 15 together would let everybody subtract a group that is known from elsewhere.
    assert shown.columns[1].n == "n ≥ 10"


def test_nothing_to_count_says_so_and_keeps_nothing(cast: Cast, survey: Survey) -> None:
    with pytest.raises(FiguresRefused, match="no themes yet"):
        count(survey)
    theme(cast)
    with pytest.raises(FiguresRefused, match="No answer may be counted"):
        count(survey)
    say(survey, "Alone.")
    with pytest.raises(FiguresRefused, match="No group has answered enough"):
        count(survey)
    assert not ThemeFigures.everything.exists()
    assert not Release.objects.exists()


def test_the_same_codes_give_the_same_figures_and_one_release(cast: Cast, survey: Survey) -> None:
    load = theme(cast)
    speak(many(survey, 40), load, 20, cast)
    first = count(survey).kept
    assert count(survey).kept == first
    assert ThemeFigures.everything.count() == Release.objects.count() == 1


def test_answers_of_a_running_survey_count_by_the_crowd_and_a_few_more_wait(cast: Cast) -> None:
    running = open_survey(cast, asked={("teachers", None): 100})
    load = theme(cast)
    answers = many(running, 30)
    for answer in answers:
        code(answer, load, cast.coach)
    Response.everything.filter(survey=running).update(week=date(2025, 3, 3))
    assert count(running).columns[0].n == "n = 30"
    # Four more in a later week: no crowd, so they are not counted, and the table does not change.
    for number in range(4):
        late = say(running, f"Late {number}")
        Response.everything.filter(pk=late.response_id).update(week=date(2025, 3, 10))
    assert count(running).columns[0].n == "n = 30"
    Survey.everything.filter(pk=running.pk).update(closed_at=timezone.now())
    ask = post(cast, "coach", "theme_count", running.pk, question="meaning")
    job = Job.objects.get(kind="listening.themes")
    assert ask["Location"].endswith(f"{job.pk}/")
    run_job.func(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.REFUSED
    assert "come back when more have answered" in job.note
    assert ThemeFigures.everything.get().released["columns"][0]["n"] == 30


def test_codes_of_a_blind_sample_do_not_count_before_both_are_done(cast: Cast, survey: Survey) -> None:
    from tests.listening.test_double_coding import both_done, draw, find

    load = theme(cast)
    answers = many(survey, 40)
    sample = draw(cast, survey, answers, size=40)
    for who in (cast.coach, cast.superintendent):
        find(sample, who, *((answer, load) for answer in answers[:20]))
    assert count(survey).themes[0].cells[0].percent == 5
    both_done(cast, sample)
    assert count(survey).themes[0].cells[0].percent == 50


def test_page_chart_and_file_show_the_same_and_nothing_else(cast: Cast, django_assert_max_num_queries: Any) -> None:
    survey = open_survey(cast, asked={("teachers", None): 100}, closed_at=timezone.now())
    load = theme(cast, "=Workload", concern="workload")
    speak(many(survey, 40), load, 20, cast)
    assert "Count by group" in page(cast, "coach", "theme_figures", survey.pk).content.decode()
    count(survey)
    client = cast.client("board")
    with django_assert_max_num_queries(25):
        shown = client.get(reverse("listening:theme_figures", args=[cast.alder.slug, survey.pk]))
    assert "50\u00a0%" in shown.content.decode()
    drawn = page(cast, "board", "theme_chart", survey.pk, v="wide")
    assert drawn["Content-Type"] == "image/svg+xml"
    assert b"<script" not in drawn.content
    assert page(cast, "board", "theme_chart", survey.pk, v="nonsense").status_code == 404
    rows = list(csv.reader(io.StringIO(page(cast, "board", "theme_table", survey.pk).content.decode("utf-8-sig"))))
    assert rows[1] == ["theme", "'=Workload", "Teachers", "40", "50\u00a0%"]
    assert "Workload" in page(cast, "principal", "concerns").content.decode()
    assert page(cast, "teacher", "theme_figures", survey.pk).status_code == 403
    assert page(cast, "outsider", "theme_figures", survey.pk).status_code == 404
    assert post(cast, "board", "theme_count", survey.pk).status_code == 403


def test_a_note_counts_in_no_table(cast: Cast, survey: Survey) -> None:
    from tests.listening.test_themes import note

    load = theme(cast)
    many(survey, 40)
    Coding.everything.create(district=cast.alder, note=note(cast, "Told."), theme=load, coder=cast.coach.pk)
    assert count(survey).nothing_found.cells[0].words.startswith("≥")
