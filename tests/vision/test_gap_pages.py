"""The gap page: who may see it, what it says, what it never says, its files, and how little it asks of the database."""

from __future__ import annotations

import csv
import io
from uuid import uuid4

import pytest

from commonwhy.core.models import AuditEntry, Job
from commonwhy.listening.models import Survey
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.services.gap import measuring
from tests.cast import Cast
from tests.vision.gap_survey import EVIL, add, make_survey, plain_pictures

__all__ = ["plain_pictures"]
pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("plain_pictures")]

STAFF = ("superintendent", "coach", "principal", "board")
LIST = "/d/alder-creek/vision/gap/"


def page(survey: Survey, rest: str = "") -> str:
    return f"{LIST}{survey.pk}/{rest}"


@pytest.fixture
def survey(cast: Cast) -> Survey:
    made = make_survey(cast, board=4)
    measuring.measure(district=cast.alder, survey=made)
    return made


def test_the_page_says_the_finding_first(cast: Cast, survey: Survey) -> None:
    html = cast.client("superintendent").get(page(survey)).content.decode()
    assert "mean different things.</h1>" in html
    assert "How we know" in html
    assert "Board: about 10 more" in html
    assert "Start the shared definition" in html


def test_by_school_is_the_other_view(cast: Cast, survey: Survey) -> None:
    html = cast.client("superintendent").get(page(survey, "?by=school")).content.decode()
    assert "Creekside Middle School" in html
    assert 'aria-current="true">By school' in html


def test_spanish_readers_get_the_page(cast: Cast, survey: Survey) -> None:
    response = cast.client("superintendent").get(page(survey, "?lang=es"))
    assert response.status_code == 200
    assert '<html lang="es"' in response.content.decode()


@pytest.mark.parametrize("name", STAFF)
def test_staff_may_read_it(cast: Cast, survey: Survey, name: str) -> None:
    client = cast.client(name)
    assert client.get(LIST).status_code == 200
    assert client.get(page(survey)).status_code == 200
    assert client.get(page(survey, "group.csv")).status_code == 200


@pytest.mark.parametrize("rest", ["", "group.csv", "group-words.svg"])
@pytest.mark.parametrize(("name", "status"), [("teacher", 403), ("family", 403), ("outsider", 404), (None, 302)])
def test_others_may_not(cast: Cast, survey: Survey, name: str | None, status: int, rest: str) -> None:
    assert cast.client(name).get(page(survey, rest)).status_code == status


@pytest.mark.parametrize(("name", "status"), [("coach", 302), ("superintendent", 302), ("principal", 403), ("board", 403)])
def test_measuring_is_for_those_who_listen(cast: Cast, survey: Survey, name: str, status: int) -> None:
    assert cast.client(name).post(page(survey, "measure/")).status_code == status
    assert Job.objects.count() == (1 if status == 302 else 0)


def test_measuring_needs_a_button(cast: Cast, survey: Survey) -> None:
    assert cast.client("coach").get(page(survey, "measure/")).status_code == 405


def test_another_districts_survey_is_not_there(cast: Cast, survey: Survey) -> None:
    for path in (f"/d/birch-valley/vision/gap/{survey.pk}/", f"/d/birch-valley/vision/gap/{survey.pk}/group.csv"):
        assert cast.client("outsider").get(path).status_code == 404
    assert cast.client("coach").get(f"{LIST}{uuid4()}/").status_code == 404


def test_a_draft_has_no_page(cast: Cast) -> None:
    survey = make_survey(cast)
    Survey.everything.filter(pk=survey.pk).update(opened_at=None, closed_at=None)
    assert cast.client("coach").get(page(survey)).status_code == 404


def test_before_it_was_measured_the_page_offers_it(cast: Cast) -> None:
    survey = make_survey(cast)
    coach = cast.client("coach").get(page(survey)).content.decode()
    assert f'action="{page(survey, "measure/")}"' in coach
    board = cast.client("board").get(page(survey)).content.decode()
    assert "measure/" not in board
    assert "Your coach or a leader can do it" in board


def test_without_surveys_the_list_says_what_to_do(cast: Cast) -> None:
    html = cast.client("coach").get(LIST).content.decode()
    assert "Ask what the words mean to people first" in html
    assert "Prepare a survey" in html


def test_the_list_says_how_many_and_what_was_found(cast: Cast, survey: Survey) -> None:
    html = cast.client("coach").get(LIST).content.decode()
    assert "1 survey" in html
    assert "mean different things." in html


def test_few_voices_are_told_whom_to_ask(cast: Cast) -> None:
    survey = make_survey(cast, teachers=6, families=12)
    measuring.measure(district=cast.alder, survey=survey)
    html = cast.client("coach").get(page(survey)).content.decode()
    assert "Not enough voices yet" in html or "from one group" in html
    assert "Teachers: about 10 more" in html


def files_of(cast: Cast, survey: Survey, name: str = "superintendent") -> str:
    """Every byte of the survey's gap that leaves the server."""
    client = cast.client(name)
    found = [client.get(page(survey, rest)).content.decode() for rest in ("", "?by=school", "group.csv", "school.csv")]
    for analysis in GapAnalysis.everything.filter(survey=survey):
        for chart in analysis.charts:
            for variant in ("wide", "wide-dark", "narrow", "narrow-dark", "file"):
                response = client.get(page(survey, f"{analysis.by}-{chart}.svg?v={variant}"))
                assert response.status_code == 200
                found.append(response.content.decode())
    return "\n".join(found)


def test_small_groups_words_and_numbers_never_leave(cast: Cast, survey: Survey) -> None:
    everything = files_of(cast, survey)
    for words in ("county", "budget", "neighbours", "n = 4<", "n = 124"):
        assert words not in everything


def test_scripts_in_answers_do_not_run_and_formulas_do_not_either(cast: Cast) -> None:
    survey = make_survey(cast)
    for number in range(700, 730):
        add(survey, "families", cast.maple, EVIL, number=number)
    measuring.measure(district=cast.alder, survey=survey)
    everything = files_of(cast, survey)
    assert "<script>alert" not in everything
    content = cast.client("coach").get(page(survey, "group.csv")).content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content)):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@"))]


def test_the_csv_has_the_figures_of_the_page(cast: Cast, survey: Survey) -> None:
    response = cast.client("board").get(page(survey, "group.csv"))
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert {row["who"] for row in rows} == {"Families", "Teachers", "Everyone"}
    assert {row["kind"] for row in rows} == {"meaning", "word"}
    assert all(row["n"] for row in rows)


def test_pictures_are_safe_images(cast: Cast, survey: Survey) -> None:
    client = cast.client("coach")
    response = client.get(page(survey, "group-meanings.svg"))
    assert response["Content-Type"] == "image/svg+xml"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert 'role="img"' in response.content.decode()
    assert "attachment" in client.get(page(survey, "group-meanings.svg?v=file"))["Content-Disposition"]
    for rest in ("group-nothing.svg", "nobody-words.svg", "group-words.svg?v=../x", "nobody.csv"):
        assert client.get(page(survey, rest)).status_code == 404


def test_a_principal_sees_the_own_school_only(cast: Cast, survey: Survey) -> None:
    client = cast.client("principal")
    html = client.get(page(survey, "?by=school")).content.decode()
    table = client.get(page(survey, "school.csv")).content.decode()
    assert "Creekside Middle School" in html
    for shown in (html, table):
        assert "Maple Street School" not in shown
    charts = GapAnalysis.everything.get(survey=survey, by="school").charts
    assert charts
    for chart in charts:
        assert client.get(page(survey, f"school-{chart}.svg")).status_code == 404


def test_answers_to_translate_leave_without_their_speakers_and_are_noted(cast: Cast) -> None:
    survey = make_survey(cast)
    spoken = "Que yo pueda ver las notas de mis hijos en la computadora"
    answers = [add(survey, "families", cast.maple, f"{spoken} {n}", number=800 + n, language="es") for n in range(12)]
    measuring.measure(district=cast.alder, survey=survey)
    html = cast.client("coach").get(page(survey)).content.decode()
    assert "Answers to translate" in html
    assert "Answers to translate" not in cast.client("board").get(page(survey)).content.decode()
    assert cast.client("board").post(page(survey, "untranslated.csv")).status_code == 403
    response = cast.client("coach").post(page(survey, "untranslated.csv"))
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [set(row) for row in rows[:1]] == [{"id", "language", "words", "into", "translation", "check"}]
    assert [row["id"] for row in rows] == sorted(str(answer.pk) for answer in answers)
    assert {row["language"] for row in rows} == {"es"}
    assert "Maple" not in response.content.decode()
    assert AuditEntry.objects.filter(verb="took out to translate", detail={"answers": 12}).count() == 1


def test_nothing_to_translate_is_said(cast: Cast, survey: Survey) -> None:
    assert cast.client("coach").post(page(survey, "untranslated.csv")).status_code == 302
    assert not AuditEntry.objects.filter(verb="took out to translate").exists()


@pytest.mark.parametrize("path", ["", "?by=school"])
def test_the_page_asks_little(cast: Cast, survey: Survey, django_assert_max_num_queries: object, path: str) -> None:
    client = cast.client("superintendent")
    client.get(page(survey, path))
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get(page(survey, path))


def test_the_list_asks_the_same_for_many(cast: Cast, survey: Survey, django_assert_max_num_queries: object) -> None:
    for _ in range(3):
        Survey.everything.filter(pk=make_survey(cast, teachers=1, families=1).pk)
    client = cast.client("superintendent")
    client.get(LIST)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get(LIST)
