"""With the whole database in hand, an anonymous answer is joined to no invitation and to no person.

The story of `conftest` is played for real, with the pages, the mails and the jobs; then everything is read. The mails
themselves are outside: whoever holds a person's mail holds their link (docs/adr/0004-anonymity.md).
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonwhy.core.models import Job
from commonwhy.districts.models import Person
from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Response
from commonwhy.listening.services import surveys
from tests.cast import Cast
from tests.listening.anonymity.attacker import RESPONDENTS_TABLES, Row, everything, tables, traces
from tests.listening.anonymity.conftest import Story, answer
from tests.listening.opened import open_survey

pytestmark = pytest.mark.django_db(transaction=True)

WRITES = re.compile(r'\b(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE)


def of_respondents(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.table in RESPONDENTS_TABLES]


def test_the_attacker_sees_everything(story: Story) -> None:
    """The tests below would pass on an empty database; this one would not."""
    rows = everything()
    held = Counter(row.table for row in rows)
    assert held["listening_response"] == len(story.said)
    assert held["listening_answer"] > len(story.said)
    for table in ("core_auditentry", "core_job", "django_session", "django_tasks_database_dbtaskresult", "districts_person"):
        assert held[table], f"{table} is empty, so nothing was tried on it"
    assert set(tables()) >= RESPONDENTS_TABLES
    # And it would find what is there: the words, and the key in its own column.
    assert any(story.said[0].words in str(row.values) for row in rows if row.table == "listening_answer")


def test_a_token_leaves_no_trace_but_the_key_of_its_response(story: Story) -> None:
    """Nowhere a token, a nonce, a signature or a key, in any writing; sent and unsent answers alike."""
    rows = everything()
    for said in story.said:
        assert traces(rows, said.token) == {("listening_response", "key", "key")}


def test_a_token_that_was_never_used_leaves_none_at_all(story: Story) -> None:
    unused = tokens.mint(story.survey, 1)
    assert traces(everything(), unused) == set()


def test_no_value_of_a_persons_rows_stands_in_a_response(story: Story) -> None:
    """No id, name, address, digest or time of a person, account or session is in any respondent's row."""
    rows = everything()
    personal = {
        str(value)
        for row in rows
        if row.table in ("districts_person", "accounts_user", "django_session", "districts_membership")
        for column, value in row.values.items()
        if value not in (None, "", 0, 1, True, False) and column not in ("district_id", "group_id", "school_id", *MARKS)
    }
    assert len(personal) > 2 * len(story.said)
    for row in of_respondents(rows):
        own = {str(value) for column, value in row.values.items() if column not in ("language", *MARKS)}
        assert not own & personal, row


MARKS = ("xmin", "cmin", "xmax", "ctid")


def test_no_time_finer_than_a_week_is_kept_of_an_answer(story: Story) -> None:
    weeks = set()
    for row in of_respondents(everything()):
        for column, value in row.values.items():
            assert not isinstance(value, datetime), f"{row.table}.{column} is a moment"
            if column == "week":
                weeks.add(value if isinstance(value, date) else date.fromisoformat(value))
            elif column != "value":
                assert not re.search(r"\d{4}-\d{2}-\d{2}", str(value)), f"{row.table}.{column} holds a day"
    assert {week.weekday() for week in weeks} == {0}


def test_answering_writes_the_respondents_own_tables_and_no_other(cast: Cast) -> None:
    """From the first page to the thanks: what the requests write, statement by statement."""
    survey = open_survey(cast, open_link=True)
    with CaptureQueriesContext(connection) as queries:
        Client().post("/a/", {"code": tokens.mint(survey, 1)})
        Client().post(f"/o/{survey.code}/", {"group": str(cast.group("families").pk)})
        answer(tokens.mint(survey, 1), "words", send=True)
        answer(tokens.mint(survey, 3), "words", send=False)
        answer("forged", "words", send=True)
    written = {table for query in queries for table in WRITES.findall(query["sql"])}
    assert written == RESPONDENTS_TABLES
    verbs = Counter(query["sql"].split()[0] for query in queries)
    assert set(verbs) <= {"SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}, verbs


def test_somebody_signed_in_leaves_no_mark_when_they_answer_themselves(cast: Cast) -> None:
    survey = open_survey(cast)
    client = cast.client("coach")
    token = tokens.mint(survey, 1)
    before = {row.table: row.values for row in everything() if row.table == "django_session"}
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/a/{token}/")
        client.post(f"/a/{token}/1/", {"answer": "words"})
    asked = " ".join(query["sql"] for query in queries)
    assert "django_session" not in asked
    assert "accounts_user" not in asked
    assert {row.table: row.values for row in everything() if row.table == "django_session"} == before


@pytest.mark.postgres
def test_no_transaction_that_wrote_an_answer_wrote_anything_else(story: Story) -> None:
    """`xmin` names the transaction of a row: those of answers must occur in no other table, before any stir."""
    rows = everything()
    ours = {row.values["xmin"] for row in of_respondents(rows)}
    others = {row.values["xmin"] for row in rows if row.table not in RESPONDENTS_TABLES and "xmin" in row.values}
    assert len(ours) > len(story.said)
    assert not ours & others


@pytest.mark.postgres
def test_no_row_of_a_person_is_even_locked_by_an_answer(story: Story) -> None:
    """`xmax` names a transaction that locked a row, as a foreign key does with what it points to."""
    rows = everything()
    ours = {row.values["xmin"] for row in of_respondents(rows)}
    locked = {row.table for row in rows if row.values.get("xmax", "0") in ours} - RESPONDENTS_TABLES
    assert locked <= {"listening_survey", "listening_question", "districts_district", "districts_group", "districts_school"}


def test_closing_the_survey_joins_nothing_either(story: Story) -> None:
    surveys.close_survey(survey=story.survey, by=story.cast.coach)
    rows = everything()
    for said in story.said:
        assert traces(rows, said.token) == {("listening_response", "key", "key")}
    assert not Response.everything.filter(saves__gt=0).exists()
    if connection.vendor == "postgresql":
        ours = {row.values["xmin"] for row in of_respondents(rows)}
        others = {row.values["xmin"] for row in rows if row.table not in RESPONDENTS_TABLES and "xmin" in row.values}
        assert len(ours) == 1
        assert not ours & others, "the transaction that names who closed it is another one"


def test_jobs_and_mails_hold_no_more_than_they_must(story: Story) -> None:
    """The job knows the mailing; only the mail, which is gone, knew person and token together."""
    for job in Job.objects.all():
        assert set(job.arguments) <= {"mailing", "district", "survey"}
    assert mail.outbox == []


def test_how_far_somebody_came_does_not_tell_who_they_are(story: Story) -> None:
    """Sent or not, rows of the same place differ in nothing but their words, choices, key and whether they were sent."""
    kept: list[dict[str, Any]] = list(Response.everything.values("district", "survey", "group", "school", "week", "source"))
    assert len({tuple(sorted(row.items(), key=str)) for row in kept}) == 1
    assert set(Response.everything.values_list("submitted", flat=True)) == {True, False}
    assert Answer.everything.filter(response__submitted=False).exists()
    assert Person.everything.count() > len(story.said)
