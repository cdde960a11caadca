"""The order in which answers came in cannot be found in the database once it was stirred; on SQLite not in the file either.

On PostgreSQL, until the next daily stir, `xmin` and `ctid` do tell the order; one test says so, so that nobody believes
otherwise (docs/adr/0004-anonymity.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Response, Survey
from commonwhy.listening.services import responses, stirring
from tests.cast import Cast
from tests.listening.anonymity.attacker import everything
from tests.listening.anonymity.conftest import Story
from tests.listening.opened import open_survey, questions_of

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 160
# A rank correlation of 160 random pairs stays within this but once in some hundred million runs.
BY_CHANCE = 0.45


def answer_in_order(survey: Survey, count: int, words: str = "words") -> list[str]:
    """Answers one after the other; returns the keys in the order they came."""
    question = questions_of(survey)["meaning"]
    keys = []
    for number in range(count):
        token = tokens.read(survey, tokens.mint(survey, 1))
        responses.save_answer(survey=survey, token=token, question=question, value=f"{words} {number}", language="en")
        keys.append(token.key)
    return keys


def correlation(one: list[int], other: list[int]) -> float:
    """Spearman's rank correlation, without ties."""
    n = len(one)
    ranks = [{value: rank for rank, value in enumerate(sorted(values))} for values in (one, other)]
    squares = sum((ranks[0][a] - ranks[1][b]) ** 2 for a, b in zip(one, other, strict=True))
    return 1 - 6 * squares / (n * (n * n - 1))


def as_found() -> list[str]:
    """The keys in the order in which the database itself hands the rows out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM listening_response")
        return [row[0] for row in cursor.fetchall()]


def answers_as_found() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.key FROM (SELECT response_id FROM listening_answer) a JOIN listening_response r ON r.id = a.response_id"
        )
        return [row[0] for row in cursor.fetchall()]


def test_after_stirring_rows_lie_in_no_order(cast: Cast) -> None:
    survey = open_survey(cast)
    came = answer_in_order(survey, MANY)
    assert stirring.stir(survey) == MANY
    place = {key: number for number, key in enumerate(came)}
    for found in (as_found(), answers_as_found()):
        assert sorted(found) == sorted(came)
        assert abs(correlation(list(range(MANY)), [place[key] for key in found])) < BY_CHANCE


@pytest.mark.postgres
def test_before_stirring_they_lie_in_order(cast: Cast) -> None:
    """What stirring is for; and that the test above would see it."""
    survey = open_survey(cast)
    assert as_found() == []
    came = answer_in_order(survey, 20)
    found = [row.values for row in everything() if row.table == "listening_response"]
    assert [row["key"] for row in sorted(found, key=lambda row: int(row["xmin"]))] == came


@pytest.mark.postgres
def test_after_stirring_marks_of_transaction_and_place_say_nothing(cast: Cast) -> None:
    survey = open_survey(cast)
    came = answer_in_order(survey, MANY)
    stirring.stir(survey)
    rows = [row for row in everything() if row.table in ("listening_response", "listening_answer")]
    assert len({row.values["xmin"] for row in rows}) == 1, "all came in with one transaction"
    assert {row.values["xmax"] for row in rows} <= {"0"} | {row.values["xmin"] for row in rows}
    place = {key: number for number, key in enumerate(came)}
    of = {row.values["id"]: row.values["key"] for row in rows if row.table == "listening_response"}
    for table, key_of in (("listening_response", "id"), ("listening_answer", "response_id")):
        where = []
        for row in rows:
            if row.table == table:
                block, slot = map(int, row.values["ctid"].strip("()").split(","))
                where.append((block * 10_000 + slot, place[of[row.values[key_of]]]))
        assert abs(correlation([at for at, _came in where], [when for _at, when in where])) < BY_CHANCE


def test_keys_are_random_and_tell_no_order(cast: Cast) -> None:
    came = answer_in_order(open_survey(cast), MANY)
    by_id = list(Response.everything.order_by("id").values_list("key", flat=True))
    by_answer = list(Answer.everything.order_by("id").values_list("response__key", flat=True))
    place = {key: number for number, key in enumerate(came)}
    for found in (by_id, by_answer):
        assert abs(correlation(list(range(MANY)), [place[key] for key in found])) < BY_CHANCE


# Stirring itself


def test_stirring_loses_and_changes_nothing_that_was_said(story: Story) -> None:
    def said() -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
        fields = [field.attname for field in Response._meta.fields if field.name != "saves"]
        answers = Answer.everything.values_list("id", "district_id", "response_id", "question_id", "value")
        return set(Response.everything.values_list(*fields)), {(*row[:4], str(row[4])) for row in answers}

    before = said()
    other = open_survey(story.cast)
    answer_in_order(other, 3)
    whole = said()
    assert stirring.stir(story.survey) == len(story.said)
    assert said() == whole
    assert before[0] <= said()[0]


def test_stirring_shares_its_transaction_with_nobody(cast: Cast) -> None:
    survey = open_survey(cast)
    with pytest.raises(RuntimeError), transaction.atomic():
        stirring.stir(survey)


def test_the_daily_round_takes_what_was_answered_and_leaves_the_rest(cast: Cast) -> None:
    answered, _quiet, closed = open_survey(cast), open_survey(cast), open_survey(cast)
    answer_in_order(answered, 2)
    answer_in_order(closed, 2)
    closed.closed_at = closed.opened_at
    closed.save()
    assert stirring.stir_all() == 2, "one that ran out is stirred too"
    assert stirring.stir_all() == 0, "and nothing twice"


def test_a_survey_that_is_too_busy_does_not_stop_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, other = open_survey(cast), open_survey(cast)
    answer_in_order(busy, 1)
    answer_in_order(other, 1)
    original = stirring.stir

    def stir(survey: Survey) -> int:
        if survey == busy:
            raise OperationalError("canceling statement due to lock timeout")
        return original(survey)

    monkeypatch.setattr(stirring, "stir", stir)
    assert stirring.stir_all() == 1
    assert Response.everything.get(survey=busy).saves
    assert Answer.everything.count() == 2


@pytest.mark.postgres
def test_stirring_gives_up_soon_where_somebody_is_writing_and_changes_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = open_survey(cast)
    answer_in_order(survey, 2)
    monkeypatch.setattr(stirring, "PATIENCE", "50ms")
    writer = connection.copy()
    before = as_found()
    try:
        with writer.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE listening_response SET saves = saves")
        with pytest.raises(OperationalError):
            stirring.stir(survey)
        assert as_found() == before
        assert set(Response.everything.values_list("saves", flat=True)) == {1}
    finally:
        writer.close()
    assert stirring.stir(survey) == 2


# The file


def sqlite_files() -> tuple[bytes, bytes]:
    """The database file and its write-ahead log, byte for byte."""
    path = Path(str(connection.settings_dict["NAME"]))
    log = path.with_name(path.name + "-wal")
    return path.read_bytes(), log.read_bytes() if log.exists() else b""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps everything in one file")
def test_on_sqlite_nothing_taken_back_stays_in_the_file_and_the_log_is_empty(cast: Cast) -> None:
    survey = open_survey(cast)
    question = questions_of(survey)["meaning"]
    token = tokens.read(survey, tokens.mint(survey, 1))
    for words in ("first-thoughts-" * 400, "second-thoughts-" * 400):
        responses.save_answer(survey=survey, token=token, question=question, value=words, language="en")
    assert any(b"first-thoughts-" in held for held in sqlite_files()), "the log kept it until now"
    stirring.stir(survey)
    file, log = sqlite_files()
    assert log == b""
    assert b"second-thoughts-" in file
    assert b"first-thoughts-" not in file


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps everything in one file")
def test_on_sqlite_long_answers_lie_in_the_file_in_no_order(cast: Cast) -> None:
    """Long ones are kept on pages of their own, which are taken one after the other as they come."""
    survey = open_survey(cast)
    count = 60
    answer_in_order(survey, count, words="x" * 9_000 + " number")
    stirring.stir(survey)
    file, _log = sqlite_files()
    places = [file.find(f'number {number}"'.encode()) for number in range(count)]
    assert min(places) > 0
    assert abs(correlation(list(range(count)), places)) < 0.75
