"""Answers on paper, typed in: quickly, each sheet once, and joined to nobody, not even to whoever typed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.listening.models import Answer, Response, Survey, SurveyCell
from commonwhy.listening.services import paper as services
from commonwhy.listening.services.coarsening import recoarsen
from commonwhy.listening.services.responses import DoesNotFit, SurveyNotOpen
from tests.cast import Cast
from tests.listening.opened import cell, open_survey, questions_of
from tests.listening.season import open_season

SHEET = {
    "q1-answer": "no",
    "q3-answer": "  No time. ",
    "q4-place-making": "2",
    "q4-place-talking": "1",
    "q4-place-pace": "3",
    "q5-row-time": "yes",
    "q6-answer": "",
}


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_season(cast)


@pytest.fixture
def address(cast: Cast, survey: Survey) -> str:
    number = cell(survey, "teachers", cast.creekside).number
    return f"/d/alder-creek/listen/surveys/{survey.pk}/paper/{number}/"


def key_of(page: Any) -> str:
    return str(re.findall(r'name="key" value="([^"]+)"', page.text)[0])


def type_in(cast: Cast, address: str, **sheet: Any) -> Any:
    browser = cast.client("coach")
    return browser.post(f"{address}?in=en", {"key": key_of(browser.get(address)), **(sheet or SHEET)})


def answers() -> dict[str, Any]:
    return dict(Answer.everything.values_list("question__key", "value"))


def test_a_pile_is_chosen_and_typed_sheet_after_sheet(cast: Cast, survey: Survey, address: str) -> None:
    browser = cast.client("coach")
    pile = f"/d/alder-creek/listen/surveys/{survey.pk}/paper/"
    assert "Teachers, Creekside Middle School" in browser.get(pile).text
    number = cell(survey, "teachers", cast.creekside).number
    begun = browser.post(pile, {"cell": number, "in": "es"})
    assert begun.headers["Location"] == f"{address}?in=es"
    page = browser.get(f"{address}?in=es")
    assert "¿Usa usted el aprendizaje digital?" in page.text
    assert "¿Algo más?" in page.text, "every question stands on one page"
    kept = browser.post(f"{address}?in=es", {"key": key_of(page), **SHEET})
    assert kept.headers["Location"] == f"{address}?in=es&just=typed"
    assert answers() == {
        "uses": ["no"],
        "why_not": "No time.",
        "order": ["talking", "making", "pace"],
        "each": {"time": "yes"},
    }
    response = Response.everything.get()
    assert (response.source, response.submitted, response.language) == ("hand", True, "es")
    assert (response.group, response.school) == (cast.group("teachers"), cast.creekside)
    again = browser.get(kept.headers["Location"])
    assert "It is in." in again.text
    assert "1 sheet typed in so far." in again.text
    assert "No time." not in again.text


def test_pressed_twice_a_sheet_counts_once(cast: Cast, address: str) -> None:
    browser = cast.client("coach")
    sheet = {"key": key_of(browser.get(address)), **SHEET}
    browser.post(address, sheet)
    again = browser.post(address, sheet)
    assert "just=again" in again.headers["Location"]
    assert "was in already" in browser.get(again.headers["Location"]).text
    assert Response.everything.count() == 1
    assert Answer.everything.count() == 4


def test_every_page_has_a_key_of_its_own(cast: Cast, address: str) -> None:
    for _ in range(3):
        type_in(cast, address)
    assert Response.everything.filter(source="hand").count() == 3


def test_what_a_sheet_rules_out_is_left_out_and_what_it_lacks_may_lack(cast: Cast, address: str) -> None:
    assert type_in(cast, address, **{"q1-answer": "yes", "q3-answer": "I should not be asked."}).status_code == 302
    assert answers() == {"uses": ["yes"]}
    Response.everything.all().delete()
    assert type_in(cast, address, **{"q1-answer": "no", "q6-answer": "More."}).status_code == 302
    assert answers() == {"uses": ["no"], "more": "More."}, "required, but nobody was stopped on paper"


def test_an_empty_sheet_is_not_counted(cast: Cast, address: str) -> None:
    page = type_in(cast, address, **{"q6-answer": "  "})
    assert page.status_code == 400
    assert "Nothing is typed in yet" in page.text
    assert not Response.everything.exists()


def test_what_does_not_fit_is_named_and_everything_typed_is_still_there(cast: Cast, address: str) -> None:
    page = type_in(cast, address, **{**SHEET, "q1-answer": "yes", "q2-answer": "lots", "q4-place-making": ""})
    assert page.status_code == 400
    assert 'href="#q2-answer"' in page.text
    assert 'href="#q4-place-making"' in page.text
    assert 'value="lots"' in page.text
    assert "No time." in page.text
    assert not Response.everything.exists()


@pytest.mark.parametrize("key", ["", "x", "y" * 200])
def test_a_key_that_is_none_is_replaced_and_nothing_is_lost(cast: Cast, address: str, key: str) -> None:
    page = cast.client("coach").post(address, {"key": key, **SHEET})
    assert page.status_code == 400
    assert "No time." in page.text
    assert len(key_of(page)) == services.KEY_LETTERS


def test_where_few_are_asked_a_sheet_is_kept_without_its_place(cast: Cast) -> None:
    survey = open_survey(cast, asked={("teachers", cast.creekside.name): 3, ("teachers", cast.maple.name): 30})
    address = f"/d/alder-creek/listen/surveys/{survey.pk}/paper/1/"
    type_in(cast, address, **{"q5-answer": "bridge"})
    response = Response.everything.get()
    assert (response.group, response.school) == (cast.group("teachers"), None)


def test_labels_that_come_to_say_too_much_are_taken_from_sheets_too(cast: Cast, survey: Survey, address: str) -> None:
    type_in(cast, address)
    SurveyCell.everything.filter(survey=survey, school=cast.creekside, group__kind="teachers").update(asked=3)
    recoarsen(survey)
    assert Response.everything.get().school is None


def test_in_an_anonymous_survey_the_language_is_kept_beside_words_only(cast: Cast, address: str) -> None:
    type_in(cast, address, **{"q1-answer": "yes"})
    assert Response.everything.get().language == ""


class TestNothingJoins:
    def test_the_transaction_of_a_sheet_writes_answers_and_nothing_else(self, cast: Cast, survey: Survey) -> None:
        values = {questions_of(survey)["uses"]: ["no"]}
        with CaptureQueriesContext(connection) as queries:
            services.type_in(survey=survey, cell=cell(survey, "families"), values=values, language="en", key=services.new_key())
        writes = [query["sql"] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])]
        written = {re.findall(r'(?:INTO|UPDATE|FROM) "(\w+)"', sql)[0] for sql in writes}
        assert written == {"listening_response", "listening_answer"}

    @pytest.mark.django_db(transaction=True)
    def test_a_sheet_and_the_note_of_the_day_never_share_a_transaction(self, cast: Cast, survey: Survey, address: str) -> None:
        browser = cast.client("coach")
        key = key_of(browser.get(address))
        with patch.object(services, "type_in", wraps=services.type_in) as typed, CaptureQueriesContext(connection) as queries:
            browser.post(address, {"key": key, **SHEET})
        assert typed.called
        statements = [query["sql"] for query in queries]
        noted = next(i for i, sql in enumerate(statements) if sql.startswith("INSERT") and "auditentry" in sql)
        kept = next(i for i, sql in enumerate(statements) if sql.startswith("INSERT") and "listening_response" in sql)
        between = statements[noted:kept]
        assert any(sql.startswith("COMMIT") for sql in between)

    def test_the_audit_says_once_a_day_that_paper_was_typed_in(self, cast: Cast, survey: Survey, address: str) -> None:
        for _ in range(3):
            type_in(cast, address)
        entry = AuditEntry.objects.get(verb=services.VERB)
        assert (entry.object_id, entry.detail) == (str(survey.pk), {})
        tomorrow = timezone.now() + timedelta(days=1)
        with patch("django.utils.timezone.now", return_value=tomorrow):
            services.note_paper(survey=survey, by=cast.coach)
        assert AuditEntry.objects.filter(verb=services.VERB).count() == 2

    def test_no_row_but_the_note_knows_the_coach(self, cast: Cast, survey: Survey, address: str) -> None:
        type_in(cast, address)
        coach = str(cast.coach.pk)
        for model in (Response, Answer):
            for row in model.everything.values():
                assert coach not in {str(value) for value in row.values()}


class TestRefused:
    def test_a_closed_survey_takes_none(self, cast: Cast, survey: Survey, address: str) -> None:
        browser = cast.client("coach")
        sheet = {"key": key_of(browser.get(address)), **SHEET}
        Survey.everything.filter(pk=survey.pk).update(closed_at=timezone.now())
        assert browser.post(address, sheet).status_code == 302
        page = browser.get(f"/d/alder-creek/listen/surveys/{survey.pk}/paper/")
        assert "is not open" in page.text
        survey.refresh_from_db()
        with pytest.raises(SurveyNotOpen):
            services.note_paper(survey=survey, by=cast.coach)
        assert not Response.everything.exists()

    def test_a_question_of_another_survey_does_not_fit(self, cast: Cast, survey: Survey) -> None:
        other = questions_of(open_survey(cast))["meaning"]
        with pytest.raises(DoesNotFit):
            services.type_in(
                survey=survey, cell=cell(survey, "families"), values={other: "x"}, language="en", key=services.new_key()
            )

    def test_a_cell_that_is_not_there_is_not_found(self, cast: Cast, survey: Survey) -> None:
        assert cast.client("coach").get(f"/d/alder-creek/listen/surveys/{survey.pk}/paper/99/").status_code == 404
        page = cast.client("coach").post(f"/d/alder-creek/listen/surveys/{survey.pk}/paper/", {"cell": "99", "in": "en"})
        assert page.status_code == 400

    @pytest.mark.parametrize(("name", "status"), [("principal", 403), ("teacher", 403), ("outsider", 404), (None, 302)])
    def test_who_may_not(self, cast: Cast, address: str, name: str | None, status: int) -> None:
        assert cast.client(name).post(address, SHEET).status_code == status
        assert not Response.everything.exists()

    def test_pages_take_a_bounded_number_of_queries(
        self, cast: Cast, survey: Survey, address: str, django_assert_max_num_queries: Any
    ) -> None:
        browser = cast.client("coach")
        for page in (address, f"/d/alder-creek/listen/surveys/{survey.pk}/paper/"):
            with django_assert_max_num_queries(15):
                browser.get(page)
