"""With the whole database in hand, a vote is joined to nobody and a statement to no vote of whoever wrote it.

The attacker and their tools are those of `tests/listening/anonymity`; docs/adr/0004-anonymity.md says what remains.
"""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import NOT_PROVIDED
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonwhy.deliberation.models import (
    ApprovalBallot,
    Discussion,
    PriorityOption,
    PriorityRound,
    Statement,
    StatementContact,
    Vote,
)
from commonwhy.deliberation.queries.taking_part import enter
from commonwhy.deliberation.services.ballots import cast_ballot
from commonwhy.deliberation.services.statements import add_statement
from commonwhy.districts.models import Role
from commonwhy.districts.viewers import AccountViewer, PublicViewer, Seat
from commonwhy.listening import tokens
from commonwhy.listening.models import Response
from commonwhy.listening.services import stirring
from tests.cast import Cast
from tests.deliberation.made import opened
from tests.deliberation.test_taking_part import Guest
from tests.deliberation.test_voting import link, vote
from tests.listening.anonymity.attacker import RESPONDENTS_TABLES, everything, tables, traces
from tests.listening.anonymity.test_no_order import BY_CHANCE, correlation
from tests.listening.anonymity.test_nothing_joins import WRITES
from tests.listening.anonymity.test_schema import PEOPLE, foreign_keys

pytestmark = pytest.mark.django_db(transaction=True)

OURS = {"deliberation_vote", "deliberation_approvalballot"}
WRITTEN = {"deliberation_statement", "deliberation_statementcontact"}
MANY = 120


@pytest.fixture
def discussion(cast: Cast) -> Discussion:
    return opened(cast)


def voted_in_order(discussion: Discussion, count: int) -> list[str]:
    """Votes one person after another; returns the responses' keys in the order they came."""
    keys = []
    for number in range(count):
        text = link(discussion)
        vote(text, number % 5 + 1)
        keys.append(tokens.read(discussion.survey, text).key)
    return keys


def take_part(token: str) -> None:
    """Everything somebody can do, as a browser does it."""
    guest = Guest(Client(), token)
    guest.get()
    for choice in ("1", "-1", "0"):
        guest.say(choice, important="on")
    guest.post("add/", words="What I think of it.", contact="me@example.org")
    guest.post("votes/", statement=guest.hidden()["statement"], choice="1")
    guest.get("thanks/")


def test_taking_part_writes_the_votes_the_response_and_the_statement_and_nothing_else(discussion: Discussion) -> None:
    token = link(discussion)
    with CaptureQueriesContext(connection) as queries:
        take_part(token)
    written = {table for query in queries for table in WRITES.findall(query["sql"])}
    assert written == {"listening_response", "deliberation_vote"} | WRITTEN
    asked = " ".join(query["sql"] for query in queries)
    for table in ("django_session", "accounts_user"):
        assert table not in asked


def test_a_vote_and_a_statement_never_share_a_transaction(discussion: Discussion) -> None:
    """Each transaction writes the one or the other: on PostgreSQL its number would join them until the next stir."""
    token = link(discussion)
    with CaptureQueriesContext(connection) as queries:
        take_part(token)
    depth, together, seen = 0, set(), []
    for query in queries:
        sql = query["sql"]
        if sql.startswith("BEGIN"):
            depth, together = 1, set()
        elif sql.startswith(("COMMIT", "ROLLBACK")) and depth:
            seen.append(frozenset(together))
            depth = 0
        elif depth:
            together |= set(WRITES.findall(sql))
        else:
            assert not WRITES.findall(sql), sql
    writing = {tables for tables in seen if tables}
    assert writing == {frozenset({"listening_response", "deliberation_vote"}), frozenset(WRITTEN)}


def test_a_token_leaves_the_key_of_its_response_and_nothing_else(cast: Cast, discussion: Discussion) -> None:
    token = link(discussion)
    take_part(token)
    rows = everything()
    assert traces(rows, token) == {("listening_response", "key", "key")}
    assert any("What I think of it." in str(row.values) for row in rows), "or nothing was tried"


def test_no_value_of_a_statement_stands_in_a_vote_or_response_of_its_author(discussion: Discussion) -> None:
    """Nothing but what everybody of the district and discussion has in common joins the two."""
    takers = [link(discussion) for _ in range(6)]
    for token in takers:
        take_part(token)
    rows = everything()
    own = {"deliberation_vote", "listening_response"}
    shared = {str(discussion.pk), str(discussion.district_id), str(discussion.survey_id)}
    shared |= {pk.replace("-", "") for pk in shared}
    for table in WRITTEN:
        for row in rows:
            if row.table != table:
                continue
            values = {str(value) for name, value in row.values.items() if name not in ("xmin", "xmax", "cmin", "ctid")}
            ids = {value for value in values if len(value) > 20} - shared
            for other in rows:
                if other.table in own:
                    theirs = {str(value) for name, value in other.values.items() if name not in ("statement_id", "xmin")}
                    assert not ids & theirs, (row, other)


def test_a_statement_is_voted_on_by_its_author_as_by_anybody(cast: Cast, discussion: Discussion) -> None:
    """Whoever voted on all but one statement would be known as its author, were it kept from them."""
    token = link(discussion)
    entry = enter(token)
    mine = add_statement(discussion=discussion, token=entry.token, words="Mine.", language="en")
    Statement.everything.filter(pk=mine.pk).update(state="shown", number=6, texts={"en": "Mine.", "es": "Mía."})
    guest = Guest(Client(), token)
    for _number in range(6):
        guest.say("1")
    assert Vote.everything.filter(statement=mine).count() == 1


def test_an_address_leads_to_its_statement_and_to_nothing_else() -> None:
    edges = foreign_keys()
    assert {to for _column, to in edges["deliberation_statementcontact"]} == {"districts_district", "deliberation_statement"}
    pointing = {table for table, keys in edges.items() if "deliberation_statementcontact" in {to for _column, to in keys}}
    assert not pointing


def test_no_foreign_key_leads_from_a_vote_to_anybody_nor_to_who_knows_one() -> None:
    edges = foreign_keys()
    for table in OURS:
        assert {to for _column, to in edges[table]} <= {
            "districts_district",
            "listening_response",
            "deliberation_statement",
            "deliberation_priorityround",
        }
        assert not {name for name, keys in edges.items() if table in {to for _column, to in keys}}
    assert not {to for _column, to in edges["deliberation_statement"]} & (PEOPLE | RESPONDENTS_TABLES | OURS)


def test_no_column_of_a_vote_or_statement_is_a_time_and_keys_are_random() -> None:
    for model in (Vote, ApprovalBallot, Statement, StatementContact):
        assert {model._meta.pk.get_default().version for _ in range(20)} == {4}
        for field in model._meta.fields:
            assert field.get_internal_type() not in ("DateTimeField", "DateField", "AutoField", "BigAutoField", "TimeField")
            assert field.db_default is NOT_PROVIDED


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite numbers rows by itself")
def test_on_sqlite_votes_have_no_numbers() -> None:
    assert set(tables()) >= OURS
    for table in OURS:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT rowid FROM {table}")  # noqa: S608


def votes_as_found() -> list[str]:
    """The responses' keys in the order in which the database itself hands the votes out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.key FROM (SELECT response_id FROM deliberation_vote) v JOIN listening_response r ON r.id = v.response_id"
        )
        return [row[0] for row in cursor.fetchall()]


def test_after_stirring_votes_lie_in_no_order_and_nothing_is_lost(discussion: Discussion) -> None:
    came = voted_in_order(discussion, MANY)
    said = set(Vote.everything.values_list("pk", "response", "statement", "choice", "important", "exposure"))
    assert stirring.stir(discussion.survey) == MANY
    assert set(Vote.everything.values_list("pk", "response", "statement", "choice", "important", "exposure")) == said
    place = {key: number for number, key in enumerate(came)}
    found = votes_as_found()
    assert sorted(found) == sorted(came)
    assert abs(correlation(list(range(MANY)), [place[key] for key in found])) < BY_CHANCE


def test_after_stirring_statements_lie_in_no_order(discussion: Discussion) -> None:
    """Statements keep their rows' numbers on SQLite; stirring gives them new ones."""
    came = []
    for number in range(60):
        entry = enter(link(discussion))
        words, address = f"Thought number {number}.", f"n{number}@example.org"
        came.append(add_statement(discussion=discussion, token=entry.token, words=words, language="en", contact=address).pk)
    vote(link(discussion), 1)
    stirring.stir_all()
    place = {pk: number for number, pk in enumerate(came)}
    for table, column in (("deliberation_statement", "id"), ("deliberation_statementcontact", "statement_id")):
        with connection.cursor() as cursor:
            order = " ORDER BY rowid" if connection.vendor == "sqlite" else " ORDER BY ctid"
            cursor.execute(f"SELECT {column} FROM {table}{order}")  # noqa: S608
            found = [Statement._meta.pk.to_python(row[0]) for row in cursor.fetchall()]
        when = [place[pk] for pk in found if pk in place]
        assert len(when) == 60
        assert abs(correlation(list(range(60)), when)) < 0.65
    assert StatementContact.everything.count() == 60


def test_the_daily_round_stirs_votes_and_ballots_and_the_limit_begins_anew(discussion: Discussion) -> None:
    choosing = PriorityRound.everything.create(
        district=discussion.district, discussion=discussion, texts={"en": "First?"}, limit=1, opened_at=timezone.now()
    )
    PriorityOption.everything.create(district=discussion.district, round=choosing, number=1, texts={"en": "Reading"})
    text = link(discussion)
    vote(text, 1)
    entry = enter(text)
    cast_ballot(round=choosing, discussion=discussion, token=entry.token, approved=[1, 1])
    assert Response.everything.get().saves == 2
    assert stirring.stir_all() == 1
    assert Response.everything.get().saves == 0
    assert ApprovalBallot.everything.get().approved == [1]
    assert Vote.everything.count() == 1


@pytest.mark.postgres
def test_before_stirring_votes_lie_in_order(discussion: Discussion) -> None:
    """What stirring is for; and that the test below would see it."""
    came = voted_in_order(discussion, 20)
    rows = everything()
    key_of = {row.values["id"]: row.values["key"] for row in rows if row.table == "listening_response"}
    votes = sorted((row for row in rows if row.table == "deliberation_vote"), key=lambda row: int(row.values["xmin"]))
    assert [key_of[row.values["response_id"]] for row in votes] == came


@pytest.mark.postgres
def test_after_stirring_marks_of_transaction_say_nothing(discussion: Discussion) -> None:
    voted_in_order(discussion, MANY)
    take_part(link(discussion))
    stirring.stir(discussion.survey)
    rows = [row for row in everything() if row.table in RESPONDENTS_TABLES | OURS | WRITTEN]
    assert len({row.values["xmin"] for row in rows}) == 1, "all came in with one transaction"


@pytest.mark.postgres
def test_no_transaction_of_a_vote_wrote_or_locked_a_row_of_a_person(discussion: Discussion) -> None:
    earlier = {row.values.get("xmin") for row in everything()}
    for _person in range(5):
        take_part(link(discussion))
    rows = everything()
    ours = {row.values["xmin"] for row in rows if row.table in {"listening_response", *OURS, *WRITTEN}} - earlier
    assert len(ours) > 5 * 3
    others = Counter(row.table for row in rows if row.values.get("xmin") in ours or row.values.get("xmax", "0") in ours)
    assert set(others) <= {
        "listening_response",
        *OURS,
        *WRITTEN,
        "districts_district",
        "districts_group",
        "districts_school",
        "listening_survey",
        "deliberation_discussion",
    }


@pytest.mark.parametrize("role", [*Role.values])
def test_no_account_reads_a_vote_a_ballot_or_an_address(cast: Cast, discussion: Discussion, role: str) -> None:
    take_part(link(discussion))
    viewer = AccountViewer(cast.coach.pk, {cast.alder.pk: (Seat(role, None),)})
    for model in (Vote, ApprovalBallot, StatementContact):
        assert not model.objects.visible_to(viewer).exists()
        assert not model.objects.visible_to(PublicViewer()).exists()
    assert Vote.everything.exists()
    assert StatementContact.everything.exists()


def test_the_log_holds_no_token(discussion: Discussion) -> None:
    from commonwhy.core.logs import without_tokens

    token = link(discussion)
    for text in (token, tokens.for_paper(token), tokens.for_paper(token).replace("-", " "), token[:20]):
        for rest in ("", "/", "/next/", "/votes/?page=2"):
            assert text not in without_tokens(f"Not Found: /take-part/{text}{rest}")
    assert re.search(r"/take-part/\[token\]/next/", without_tokens(f"/take-part/{token}/next/"))


def test_people_who_vote_in_any_order_leave_the_same_kinds_of_rows(discussion: Discussion) -> None:
    """Rows of those who wrote a statement differ in nothing from rows of those who did not."""
    for number in range(8):
        token = link(discussion)
        choices = [1, 2, 3]
        random.Random(number).shuffle(choices)
        for each in choices:
            vote(token, each)
        if number % 2:
            entry = enter(token)
            add_statement(discussion=discussion, token=entry.token, words=f"Words of {number}.", language="en")
    kept = Response.everything.values("district", "survey", "group", "school", "week", "source", "language", "saves")
    assert len({tuple(sorted(row.items(), key=str)) for row in kept}) == 1
