"""Bringing in answers from files: what comes in, what never does, and that nothing is half done."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonwhy.core import jobs as core_jobs
from commonwhy.core import uploads
from commonwhy.core.models import AuditEntry, Job
from commonwhy.districts.models import School
from commonwhy.listening.jobs import imports as jobs
from commonwhy.listening.models import Answer, AnswerFile, Question, Response, Survey, SurveyCell
from commonwhy.listening.services import bringing_in, imports
from tests.cast import Cast

FIXTURES = Path(__file__).parents[1] / "fixtures" / "survey_exports"
HEAD = (
    "Timestamp",
    "Email Address",
    "What is your role?",
    "Your school",
    "What does digital learning mean to you?",
    "How often?",
)
Cells = Sequence[str]


def table(rows: Iterable[Cells], head: Cells = HEAD) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows([head, *rows])
    return target.getvalue().encode()


def thought(number: int) -> str:
    return f"Thought number {number}, from the hallway."


def rows(count: int, *, role: str = "Teacher", school: str = "Creekside Middle School", start: int = 0) -> list[Cells]:
    return [
        (
            f"2025/03/{3 + n % 20:02d} 8:02:11 AM EST",
            f"p{n}@example.org",
            role,
            school,
            f"Thought number {n}, from the hallway.",
            "Often",
        )
        for n in range(start, start + count)
    ]


def kept(cast: Cast, content: bytes, name: str = "spring (Responses).csv") -> AnswerFile:
    """A file taken in as a page would."""
    upload = uploads.keep(SimpleUploadedFile(name, content))
    path = uploads.path_of(upload)
    assert path is not None
    return imports.take_in(district=cast.alder, path=path, upload=upload, name=name, by=cast.coach)


def brought_in(cast: Cast, content: bytes, name: str = "spring (Responses).csv") -> Survey:
    done = bringing_in.bring_in(file=kept(cast, content, name), by=cast.coach)
    assert done.survey is not None
    return done.survey


def send(client: Client, cast: Cast, content: bytes, name: str = "spring.csv", **more: Any) -> Any:
    address = reverse("listening:import", args=[cast.alder.slug])
    return client.post(address, {"file": SimpleUploadedFile(name, content)}, **more)


def run_jobs() -> None:
    """What the worker does."""
    for job in Job.objects.filter(state=Job.State.WAITING):
        core_jobs.run_job.func(str(job.pk))


def test_a_google_forms_file_becomes_a_closed_anonymous_survey(cast: Cast) -> None:
    survey = brought_in(cast, (FIXTURES / "google_forms_en.csv").read_bytes())
    assert (survey.mode, survey.imported_from, survey.is_closed) == ("anonymous", "google_forms", True)
    assert survey.title == "spring"
    assert survey.version.frozen
    questions = list(Question.everything.filter(version=survey.version))
    assert [(question.key, question.kind) for question in questions if question.key != "which_school_are_you_part_of"] == [
        ("meaning", "long"),
        ("what_do_you_use_every_week_check_a", "multiple"),
        ("how_sure_are_you", "matrix"),
    ]
    responses = Response.everything.filter(survey=survey)
    assert responses.count() >= 4
    assert {response.source for response in responses} == {"file"}
    assert all(response.submitted and response.week.weekday() == 0 for response in responses)
    for answer in Answer.everything.filter(response__survey=survey).select_related("question"):
        assert answer.question.allows(answer.value), (answer.question.key, answer.value)
    entry = AuditEntry.objects.get(verb="brought in")
    assert entry.detail["answers"] == responses.count()


def test_what_people_wrote_comes_in_word_for_word_and_who_they_are_does_not(cast: Cast) -> None:
    survey = brought_in(cast, (FIXTURES / "google_forms_en.csv").read_bytes())
    meanings = set(Answer.everything.filter(response__survey=survey, question__key="meaning").values_list("value", flat=True))
    assert "=1+1 is what the calculator does, <b>I</b> want to know why <script>alert(1)</script>" in meanings
    stored = " ".join(map(str, Answer.everything.values_list("value", flat=True)))
    stored += " ".join(map(str, AnswerFile.everything.values_list("mapping", "choices", "preview", "result", "layout")))
    assert "example.org" not in stored
    assert "Maria Lund" not in stored


def test_group_and_school_are_kept_only_where_enough_can_have_been_asked(cast: Cast) -> None:
    content = table(
        [*rows(14), *rows(12, school="Maple Street School", start=20), *rows(3, role="Board member", school="", start=50)]
    )
    survey = brought_in(cast, content)
    labels = [(str(r.group), str(r.school)) for r in Response.everything.filter(survey=survey).select_related("group", "school")]
    # Three of the board could be counted on one hand, so the teachers of both schools carry no group either.
    assert set(labels) == {("None", "None")}
    more = brought_in(cast, table([*rows(14, start=100), *rows(12, school="Maple Street School", start=200)]), "b.csv")
    counted = {(r.group.kind, r.school.name) for r in Response.everything.filter(survey=more).select_related("group", "school")}
    assert counted == {("teachers", "Creekside Middle School"), ("teachers", "Maple Street School")}


def test_a_stated_number_keeps_the_group_of_few(cast: Cast) -> None:
    file = kept(cast, table([*rows(14), *rows(3, role="Board member", school="", start=50)]))
    board = cast.group("board")
    file = imports.choose(file=file, mapping=imports.mapping_of(file), choices={**file.choices, "asked": {str(board.pk): 12}})
    survey = bringing_in.bring_in(file=file, by=cast.coach).survey
    assert Response.everything.filter(survey=survey, group=board).count() == 3
    assert SurveyCell.everything.get(survey=survey).asked == 12


def test_the_order_of_the_file_is_nowhere(cast: Cast) -> None:
    survey = brought_in(cast, table(rows(40)))
    answers = Answer.everything.filter(response__survey=survey, question__key="meaning")
    written = [answer.value for answer in answers.order_by("pk")]
    stored = [answer.value for answer in answers.extra(order_by=[])]
    in_file = [row[4] for row in rows(40)]
    assert sorted(written) == sorted(in_file)
    assert written != in_file
    assert stored != in_file


def test_the_same_file_again_adds_nothing_and_says_where_it_is(cast: Cast) -> None:
    content = table(rows(12))
    survey = brought_in(cast, content)
    page = send(cast.client("coach"), cast, content)
    assert page.status_code == 400
    assert "brought in before, as “spring”" in page.content.decode()
    assert f"?survey={survey.pk}" in page.content.decode()
    assert Response.everything.count() == 12
    assert AnswerFile.everything.count() == 1


def test_a_later_export_adds_only_what_is_new_to_the_same_survey(cast: Cast) -> None:
    survey = brought_in(cast, table(rows(12)))
    later = bringing_in.bring_in(file=kept(cast, table(rows(15))), by=cast.coach)
    assert later.survey == survey
    assert (later.result["added"], later.result["already"]) == (3, 12)
    assert Response.everything.filter(survey=survey).count() == 15
    # The same rows in another order are another file with nothing new in it.
    again = bringing_in.bring_in(file=kept(cast, table(reversed(rows(15)))), by=cast.coach)
    assert (again.result["added"], again.survey, again.upload) == (0, None, "")
    assert Response.everything.count() == 15


def test_choices_nobody_offered_are_kept_as_words(cast: Cast) -> None:
    head = (*HEAD[:5], "Which app do you like?")
    said = ["Canvas"] * 6 + ["Padlet"] * 5 + ["The one with the owl that our whole family plays after dinner"]
    content = table([(*row[:5], app) for row, app in zip(rows(12), said, strict=True)], head)
    file = kept(cast, content)
    mapping = imports.mapping_of(file).changed({5: "single"})
    survey = bringing_in.bring_in(file=imports.choose(file=file, mapping=mapping, choices=file.choices), by=cast.coach).survey
    assert survey is not None
    question = Question.everything.get(version=survey.version, kind="single")
    assert [option["key"] for option in question.options] == ["canvas", "padlet", "other_words"]
    words = Answer.everything.get(question__key=f"{question.key}_words")
    assert words.value == said[-1]
    assert Answer.everything.get(response=words.response, question=question).value == ["other_words"]


def test_a_scale_stands_in_its_order(cast: Cast) -> None:
    said = ["Always", "Never", "Sometimes", "Often"] * 3
    content = table([(*row[:5], often) for row, often in zip(rows(12), said, strict=True)])
    survey = brought_in(cast, content)
    question = Question.everything.get(version=survey.version, kind="single")
    assert [option["texts"]["en"] for option in question.options] == ["Never", "Sometimes", "Often", "Always"]


def test_null_characters_and_half_characters_do_not_stop_it(cast: Cast) -> None:
    content = table(
        [(*rows(1)[0][:4], "Learning\x00 with \ud83d friends".encode("utf-8", "replace").decode(), "Often"), *rows(3, start=5)]
    )
    survey = brought_in(cast, content)
    assert Response.everything.filter(survey=survey).count() == 4


def test_a_restart_in_the_middle_leaves_nothing_half_done(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    file = kept(cast, table(rows(25)))
    before = School.everything.count()

    def stop(self: object, *_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bringing_in._Writing, "_result", stop)
        with pytest.raises(KeyboardInterrupt):
            bringing_in.bring_in(file=file, by=cast.coach)
    assert not Survey.everything.exists()
    assert not Response.everything.exists()
    assert School.everything.count() == before
    file.refresh_from_db()
    assert uploads.path_of(file.upload) is not None
    assert bringing_in.bring_in(file=file, by=cast.coach).result["added"] == 25


def test_two_presses_bring_it_in_once(cast: Cast) -> None:
    file = kept(cast, table(rows(12)))
    first, second = (jobs.start(jobs.BRING_IN, file=file, by=cast.coach) for _ in range(2))
    run_jobs()
    for job in (first, second):
        job.refresh_from_db()
        assert job.state == Job.State.DONE
    assert Survey.everything.count() == 1
    assert Response.everything.count() == 12


def test_answers_that_come_in_meanwhile_are_compared_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = kept(cast, table(rows(12))), kept(cast, table(rows(14)))
    real = bringing_in.look_of
    pending = [two]

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        look = real(*args, **kwargs)
        if pending:
            bringing_in.bring_in(file=pending.pop(), by=cast.coach)
        return look

    monkeypatch.setattr(bringing_in, "look_of", meanwhile)
    result = bringing_in.bring_in(file=one, by=cast.coach).result
    assert (result["added"], result["already"]) == (0, 12)
    assert Response.everything.count() == 14


def test_taking_an_import_back_leaves_nothing(cast: Cast) -> None:
    survey = brought_in(cast, table(rows(12)))
    imports.take_back(survey=survey, by=cast.coach)
    assert not Survey.everything.exists()
    assert not Answer.everything.exists()
    assert not AnswerFile.everything.exists()
    assert brought_in(cast, table(rows(12))).title == "spring"


def test_what_nobody_decided_about_is_forgotten_after_a_day(cast: Cast) -> None:
    kept(cast, table(rows(3)))
    assert imports.forget_undecided() == 0
    with time_machine.travel(timezone.now() + timedelta(seconds=uploads.KEPT_SECONDS + 60)):
        assert imports.forget_undecided() == 1
