"""What an adopted version rests on and leans on stays, against the ORM and anybody with a database shell (migration 0007)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models

from commonwhy.vision.models import (
    ClauseAlignment,
    ClauseStatement,
    ClauseTradeOff,
    LookFor,
    LookForSource,
    TradeOff,
    VisionVersion,
)
from commonwhy.vision.services import citing, drafting
from tests.cast import Cast
from tests.vision.drafts import adopt, clauses_of, write_draft
from tests.vision.rests_on import hold_discussion, state, trade_off
from tests.vision.test_frozen import refused, sql

pytestmark = pytest.mark.any_database


@pytest.fixture
def adopted(cast: Cast) -> VisionVersion:
    """A version whose first sentence rests on a statement and a trade-off, leans on a standard, and has a proposed look-for."""
    draft = write_draft(cast)
    statement = state(hold_discussion(cast), 1, "Every class makes something.")
    first = clauses_of(draft)[0]
    citing.cite_statement(clause=first, statement=statement, by=cast.coach)
    citing.cite_trade_off(clause=first, trade_off=trade_off(cast), by=cast.coach)
    ClauseAlignment.everything.create(district=cast.alder, clause=first, framework="iste-students", code="1.4")
    drafting.change_clause(clause=first, revision=first.revision, texts=first.texts, by=cast.coach, look_fors=[{"en": "Maps"}])
    LookForSource.everything.create(district=cast.alder, look_for=LookFor.everything.get(clause=first), statement=statement)
    return adopt(cast, draft)


@pytest.mark.parametrize("model", [ClauseStatement, ClauseTradeOff, ClauseAlignment, LookForSource])
def test_no_row_of_it_is_changed_or_deleted(adopted: VisionVersion, model: type[models.Model]) -> None:
    rows: Any = model.everything  # type: ignore[attr-defined]
    row = rows.get()
    table = model._meta.db_table
    refused(row.delete)
    refused(sql(f"DELETE FROM {table} WHERE id = %s", row))  # noqa: S608
    refused(sql(f"UPDATE {table} SET district_id = district_id WHERE id = %s", row))  # noqa: S608
    assert rows.count() == 1


def test_nothing_is_added_to_it(cast: Cast, adopted: VisionVersion) -> None:
    second = clauses_of(adopted)[1]
    statement = ClauseStatement.everything.get().statement
    settled = ClauseTradeOff.everything.get().trade_off
    refused(lambda: ClauseStatement.everything.create(district=cast.alder, clause=second, statement=statement))
    refused(lambda: ClauseTradeOff.everything.create(district=cast.alder, clause=second, trade_off=settled))
    refused(lambda: ClauseAlignment.everything.create(district=cast.alder, clause=second, framework="x", code="1"))


def test_a_row_of_the_next_draft_is_not_moved_into_it(cast: Cast, adopted: VisionVersion) -> None:
    following = drafting.open_draft(district=cast.alder, by=cast.coach)
    frozen, free = clauses_of(adopted)[1], clauses_of(following)[0]
    for table in ("vision_clausestatement", "vision_clausetradeoff", "vision_clausealignment"):
        refused(sql(f"UPDATE {table} SET clause_id = %s WHERE clause_id = %s", frozen, free))  # noqa: S608


def test_a_settled_trade_off_that_it_cites_is_not_rewritten(cast: Cast, adopted: VisionVersion) -> None:
    cited = ClauseTradeOff.everything.get().trade_off
    refused(lambda: TradeOff.everything.filter(pk=cited.pk).update(settlement={"en": "Something else."}))
    refused(lambda: TradeOff.everything.filter(pk=cited.pk).update(state="open", settled_on=None))
    refused(sql("DELETE FROM vision_tradeoff WHERE id = %s", cited))


def test_one_that_only_a_draft_cites_is_taken_up_again(cast: Cast, adopted: VisionVersion) -> None:
    other = trade_off(cast, number=2)
    following = drafting.open_draft(district=cast.alder, by=cast.coach)
    citing.cite_trade_off(clause=clauses_of(following)[1], trade_off=other, by=cast.coach)
    TradeOff.everything.filter(pk=other.pk).update(state="open", settled_on=None)
    citing.uncite_trade_off(clause=clauses_of(following)[1], trade_off=other, by=cast.coach)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows without deleting them")
def test_nothing_is_put_in_its_place_on_sqlite(cast: Cast, adopted: VisionVersion) -> None:
    drafting.open_draft(district=cast.alder, by=cast.coach)
    frozen = ClauseAlignment.everything.get(clause__version=adopted)
    free = ClauseAlignment.everything.exclude(pk=frozen.pk).get()
    refused(sql("UPDATE OR REPLACE vision_clausealignment SET id = %s WHERE id = %s", frozen, free))
