"""While an anonymous answer is given, and when its survey closes, nothing joins it to an invitation or to a person.

`test_after_a_week` reads everything there is afterwards.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonwhy.listening import tokens
from commonwhy.listening.models import Response
from commonwhy.listening.services import surveys
from tests.cast import Cast
from tests.listening.anonymity.attacker import RESPONDENTS_TABLES, everything, of_respondents, traces
from tests.listening.anonymity.conftest import Story, answer
from tests.listening.opened import open_survey

pytestmark = pytest.mark.django_db(transaction=True)

WRITES = re.compile(r'\b(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE)


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
