"""The index over answers tells nothing of when, or beside what, an answer came: in no order, mark or piece of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Response, SearchText, Survey
from commonwhy.listening.services import search_index, stirring
from tests.cast import Cast
from tests.listening.anonymity.attacker import everything
from tests.listening.anonymity.conftest import answer as answer_in_browser
from tests.listening.anonymity.test_no_order import BY_CHANCE, MANY, answer_in_order, correlation, sqlite_files
from tests.listening.anonymity.test_nothing_joins import WRITES
from tests.listening.opened import open_survey

pytestmark = pytest.mark.django_db(transaction=True)


def arrived(cast: Cast, weeks: int = 1) -> tuple[Survey, dict[str, int]]:
    """A survey answered one after the other, the index brought up to date after each week; each word and when it came."""
    survey = open_survey(cast)
    monday = timezone.now().date() - timedelta(days=timezone.now().weekday())
    keys: list[str] = []
    for week in range(weeks):
        fresh = answer_in_order(survey, MANY // weeks, words=f"said{week}x")
        keys += fresh
        Response.everything.filter(key__in=fresh).update(submitted=True, week=monday - timedelta(weeks=weeks - week))
        search_index.index_district(cast.alder)
    place = {key: number for number, key in enumerate(keys)}
    words = Answer.everything.filter(response__survey=survey).values_list("search_text__words", "response__key")
    return survey, {said: place[key] for said, key in words}


@pytest.mark.parametrize("weeks", [1, 4])
def test_rows_lie_in_no_order_however_many_weeks_filled_it(cast: Cast, weeks: int) -> None:
    _survey, came = arrived(cast, weeks)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM listening_searchtext")
        lie = [came[row[0]] for row in cursor.fetchall()]
    orders = {
        "as found": lie,
        "by key": [came[words] for words in SearchText.everything.order_by("id").values_list("words", flat=True)],
        "by place": [came[words] for words in SearchText.everything.order_by("place").values_list("words", flat=True)],
    }
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT words FROM listening_searchtext ORDER BY rowid")
            orders["by row number"] = [came[row[0]] for row in cursor.fetchall()]
            cursor.execute("SELECT words FROM listening_searchwords ORDER BY rowid")
            orders["in the index"] = [came[row[0]] for row in cursor.fetchall()]
    for name, order in orders.items():
        assert len(order) == MANY
        assert abs(correlation(list(range(MANY)), order)) < BY_CHANCE, name


@pytest.mark.skipif(connection.vendor != "sqlite", reason="pieces of SQLite's index")
def test_the_index_is_of_one_piece_so_that_no_piece_is_older(cast: Cast) -> None:
    """FTS5 keeps what came together in a piece of its own until they are merged: the piece would be the week."""
    _survey, _came = arrived(cast, weeks=4)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT segid) FROM listening_searchwords_idx")
        assert cursor.fetchone() == (1,)
    assert sqlite_files()[1] == b"", "and the log of what was written last is empty"


@pytest.mark.postgres
def test_rows_of_a_survey_have_one_transaction_and_it_wrote_nothing_else(cast: Cast) -> None:
    survey, _came = arrived(cast, weeks=4)
    stirring.stir(survey)
    rows = everything()
    ours = {row.values["xmin"] for row in rows if row.table == "listening_searchtext"}
    assert len(ours) == 1, "not one for each week"
    assert not ours & {row.values["xmin"] for row in rows if row.table != "listening_searchtext" and "xmin" in row.values}


@pytest.mark.postgres
def test_the_index_keeps_no_list_of_what_came_last() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'listening_searchwords'")
        assert cursor.fetchone() == (["fastupdate=off"],)


def test_answering_never_touches_the_index(cast: Cast) -> None:
    """Nor does changing an answer that is in it: the chore sees to that."""
    survey, _came = arrived(cast)
    token = tokens.mint(survey, 1)
    with CaptureQueriesContext(connection) as queries:
        answer_in_browser(token, "words", send=True)
        answer_in_browser(token, "other words", send=True)
    written = {table for query in queries for table in WRITES.findall(query["sql"])}
    assert written == {"listening_response", "listening_answer"}


def test_stirring_keeps_what_is_indexed(cast: Cast) -> None:
    survey, came = arrived(cast)
    stirring.stir(survey)
    assert set(SearchText.everything.values_list("words", flat=True)) == set(came)
    assert search_index.index_district(cast.alder) == 0
