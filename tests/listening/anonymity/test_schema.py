"""What the tables of answers are made of, read from the database itself: no way to a person, no trace of an order.

A migration that adds a column, an index or a foreign key here, or that remakes a table on SQLite with row numbers, fails
one of these tests. Before changing a test, read docs/adr/0004-anonymity.md.
"""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import NOT_PROVIDED

from commonwhy.districts.models import Person
from commonwhy.listening.models import Answer, IssuedKey, Response, Survey
from tests.cast import Cast
from tests.listening.anonymity.attacker import RESPONDENTS_TABLES, tables
from tests.listening.opened import open_survey

pytestmark = pytest.mark.django_db

COLUMNS = {
    "listening_response": {
        "id",
        "district_id",
        "survey_id",
        "key",
        "group_id",
        "school_id",
        "language",
        "week",
        "submitted",
        "saves",
        "source",
    },
    "listening_answer": {"id", "district_id", "response_id", "question_id", "value"},
}
PEOPLE = {"districts_person", "accounts_user"}
REMAKE = "add `without_rowid` of migration 0002 after the operation that remade the table"


def foreign_keys() -> dict[str, set[tuple[str, str]]]:
    """For each table its foreign keys: (column, table it leads to)."""
    found: dict[str, set[tuple[str, str]]] = {}
    with connection.cursor() as cursor:
        for table in tables():
            if table != "sqlite_master":
                relations = connection.introspection.get_relations(cursor, table)
                found[table] = {(column, relation[1]) for column, relation in relations.items()}
    return found


def with_row_numbers(definitions: dict[str, str]) -> set[str]:
    """The tables of answers whose definition lets SQLite number their rows as they come."""
    return {table for table in RESPONDENTS_TABLES if not definitions[table].rstrip().upper().endswith("WITHOUT ROWID")}


def definitions() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        return dict(cursor.fetchall())


def test_the_tables_have_these_columns_and_no_other() -> None:
    with connection.cursor() as cursor:
        for table, expected in COLUMNS.items():
            found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
            assert found == expected


def test_every_index_covers_their_own_columns_only() -> None:
    with connection.cursor() as cursor:
        for table, columns in COLUMNS.items():
            constraints = connection.introspection.get_constraints(cursor, table)
            for name, constraint in constraints.items():
                assert set(constraint["columns"] or ()) <= columns, name
                kind = constraint.get("type")
                assert kind in (None, "idx", "btree"), f"{name}: a {kind} index may keep an order of its own"


def test_no_foreign_key_leads_from_an_answer_to_anybody() -> None:
    edges = foreign_keys()
    knows_people = PEOPLE | {table for table, keys in edges.items() if {to for _column, to in keys} & PEOPLE}
    assert "listening_issuedkey" in knows_people, "or this test would see nothing"
    reached, ahead = set(), set(RESPONDENTS_TABLES)
    while ahead:
        table = ahead.pop()
        reached.add(table)
        ahead |= {to for _column, to in edges[table]} - reached
    assert "listening_survey" in reached
    assert not reached & knows_people


def test_what_leads_to_an_answer_knows_nobody_who_answered() -> None:
    """Excerpts, translations, codes and safety flags point at answers; whom they know is the staff who marked or read them.

    Votes and ballots know the response alone (`tests/deliberation/anonymity`).
    """
    edges = foreign_keys()
    pointing = {table for table, keys in edges.items() if {to for _column, to in keys} & RESPONDENTS_TABLES}
    assert pointing == {
        "listening_answer",
        "listening_excerpt",
        "listening_answertranslation",
        "listening_coding",
        "listening_sampledanswer",
        "listening_safetyflag",
        "listening_searchtext",
        "deliberation_vote",
        "deliberation_approvalballot",
    }
    for table in pointing:
        assert not {to for _column, to in edges[table]} & (PEOPLE | {"listening_issuedkey", "listening_mailing"})


def test_keys_are_random_and_times_are_dates() -> None:
    for model in (Response, Answer):
        keys = {model._meta.pk.get_default() for _ in range(50)}
        assert {key.version for key in keys} == {4}, "not a version that begins with the time"
        for field in model._meta.fields:
            assert field.get_internal_type() not in ("DateTimeField", "AutoField", "BigAutoField", "TimeField")
            assert not getattr(field, "auto_now", False)
            assert field.db_default is NOT_PROVIDED


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite numbers rows by itself")
def test_on_sqlite_rows_have_no_numbers() -> None:
    assert with_row_numbers(definitions()) == set(), REMAKE
    for table in RESPONDENTS_TABLES:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT rowid FROM {table}")  # noqa: S608


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite numbers rows by itself")
def test_a_table_remade_with_row_numbers_would_be_noticed() -> None:
    """What Django does to alter a table on SQLite, on a copy: it knows nothing of `WITHOUT ROWID`."""
    before = definitions()
    scratch = sqlite3.connect(":memory:")
    scratch.create_function("django_date_extract", 2, lambda _part, _date: 2, deterministic=True)
    for table in RESPONDENTS_TABLES:
        scratch.execute(re.sub(r"\s+WITHOUT ROWID\s*$", "", before[table], flags=re.IGNORECASE))
    after = dict(scratch.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
    assert with_row_numbers(after) == RESPONDENTS_TABLES
    assert scratch.execute("SELECT rowid FROM listening_response").fetchall() == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a setting of SQLite")
def test_on_sqlite_what_is_deleted_is_overwritten() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)


@pytest.mark.postgres
def test_on_postgresql_nothing_counts_or_dates_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_name = ANY(%s)"
            " AND (column_default IS NOT NULL OR is_identity = 'YES' OR is_generated <> 'NEVER')",
            [list(RESPONDENTS_TABLES)],
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("SHOW track_commit_timestamp")
        assert cursor.fetchone() == ("off",), "with it every transaction mark is a moment"


@pytest.mark.parametrize("table", sorted(RESPONDENTS_TABLES))
def test_no_trigger_writes_anything_beside_an_answer(table: str) -> None:
    asked = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor], [table])
        assert cursor.fetchone() == (0,)


# Keys: the database refuses them for an anonymous survey, however somebody tries


@pytest.fixture
def person(cast: Cast) -> Person:
    found: Person = Person.everything.create(district=cast.alder, name="Tomas", group=cast.group("teachers"))
    return found


def fields_of(survey: Survey, person: Person, mode: str) -> dict[str, Any]:
    owner = {"person": person} if mode == "identified" else {"sealed": b"sealed"}
    return {"district": survey.district, "survey": survey, "mode": mode, "key": "a" * 64, **owner}


@pytest.mark.parametrize("mode", ["anonymous", "identified", "confidential"])
def test_no_key_is_issued_for_an_anonymous_survey_whatever_it_calls_itself(cast: Cast, person: Person, mode: str) -> None:
    survey = open_survey(cast)
    for attempt in (fields_of(survey, person, mode), fields_of(survey, person, "identified") | {"mode": mode}):
        with pytest.raises(DatabaseError), transaction.atomic():
            IssuedKey.everything.create(**attempt)
    assert not IssuedKey.everything.exists()


@pytest.mark.parametrize("mode", ["identified", "confidential"])
def test_a_key_that_was_issued_elsewhere_cannot_be_moved_to_one(cast: Cast, person: Person, mode: str) -> None:
    anonymous, other = open_survey(cast), open_survey(cast, mode=mode)
    key = IssuedKey.everything.create(**fields_of(other, person, mode))
    for change in ({"survey": anonymous}, {"mode": "anonymous"}, {"survey": anonymous, "mode": "anonymous"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            IssuedKey.everything.filter(pk=key.pk).update(**change)
    key.refresh_from_db()
    assert (key.survey_id, key.mode) == (other.pk, mode)


def test_a_confidential_key_names_nobody_in_the_clear(cast: Cast, person: Person) -> None:
    survey = open_survey(cast, mode="confidential")
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedKey.everything.create(**fields_of(survey, person, "confidential") | {"person": person})


@pytest.mark.parametrize(("mode", "other"), [("identified", "anonymous"), ("anonymous", "identified")])
def test_the_mode_of_an_open_survey_cannot_be_changed(cast: Cast, mode: str, other: str) -> None:
    survey = open_survey(cast, mode=mode)
    with pytest.raises(DatabaseError), transaction.atomic():
        Survey.everything.filter(pk=survey.pk).update(mode=other)
    assert Survey.everything.filter(pk=survey.pk).update(mode=mode) == 1, "the same mode is no change"


def test_a_draft_may_change_its_mode_until_keys_or_answers_are_there(cast: Cast, person: Person) -> None:
    survey = open_survey(cast, mode="identified", opened_at=None)
    drafts = Survey.everything.filter(pk=survey.pk)
    drafts.update(mode="anonymous")
    drafts.update(mode="identified")
    IssuedKey.everything.create(**fields_of(survey, person, "identified"))
    with pytest.raises(DatabaseError), transaction.atomic():
        drafts.update(mode="anonymous")
    IssuedKey.everything.all().delete()
    Response.everything.create(district=cast.alder, survey=survey, key="b" * 64, week=date(2030, 2, 25))
    with pytest.raises(DatabaseError), transaction.atomic():
        drafts.update(mode="anonymous")
