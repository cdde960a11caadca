"""With the whole database in hand after a week of answers, none of them is joined to an invitation or to a person.

The story of `conftest` is played once for this file, with the pages, the mails and the jobs; then everything is read, and
nothing changed. The mails themselves are outside: whoever holds a person's mail holds their link
(docs/adr/0004-anonymity.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from commonwhy.core.models import Job
from commonwhy.districts.models import Person
from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Response
from tests.cast import make_cast
from tests.listening.anonymity.attacker import MARKS, RESPONDENTS_TABLES, everything, of_respondents, tables, traces
from tests.listening.anonymity.conftest import Story, play


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Story]:
    with django_db_blocker.unblock():
        yield play(make_cast())
        call_command("flush", interactive=False, verbosity=0)


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


def test_jobs_and_mails_hold_no_more_than_they_must(story: Story) -> None:
    """The job knows the mailing; only the mail, which is gone, knew person and token together."""
    for job in Job.objects.all():
        assert set(job.arguments) <= {"mailing", "district", "survey"}
    assert story.sent_after == 0


def test_how_far_somebody_came_does_not_tell_who_they_are(story: Story) -> None:
    """Sent or not, rows of the same place differ in nothing but their words, choices, key and whether they were sent."""
    kept: list[dict[str, Any]] = list(Response.everything.values("district", "survey", "group", "school", "week", "source"))
    assert len({tuple(sorted(row.items(), key=str)) for row in kept}) == 1
    assert set(Response.everything.values_list("submitted", flat=True)) == {True, False}
    assert Answer.everything.filter(response__submitted=False).exists()
    assert Person.everything.count() > len(story.said)
