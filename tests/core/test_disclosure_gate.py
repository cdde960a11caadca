"""The gate: small cells stay behind, hidden cells look alike, and no release can be subtracted from an earlier one."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from commonwhy.core import disclosure
from commonwhy.core.disclosure import DisclosureRefused, Subject, Table
from commonwhy.core.models import Release

pytestmark = pytest.mark.django_db

ATOMS = {"teachers|oak": 40, "teachers|elm": 30, "families|oak": 90, "board|": 4}


@pytest.fixture
def subject() -> Subject:
    return Subject(uuid.uuid4(), "survey/meaning", uuid.uuid4())


def by_group(**changes: Any) -> Table:
    fields: dict[str, Any] = {
        "name": "group",
        "rows": ["1", "2"],
        "columns": ["teachers", "families"],
        "counts": [[40, 30], [30, 60]],
        "populations": [["teachers|oak", "teachers|elm"], ["families|oak"]],
    }
    return Table(**(fields | changes))


def ask(subject: Subject, *tables: Table, **changes: Any) -> Any:
    options: dict[str, Any] = {"name": "meanings", "atoms": ATOMS, "k": 10}
    return disclosure.release(subject=subject, tables=tables or (by_group(),), **(options | changes))


def test_shares_come_back_whole_with_their_n(subject: Subject) -> None:
    (shown,) = ask(subject)
    assert [(column.name, column.n) for column in shown.columns] == [("teachers", 70), ("families", 90)]
    assert [cell.percent for cell in shown.columns[0].cells] == [57, 43]
    assert shown.everyone is not None
    assert shown.everyone.n == 160


def test_a_small_group_is_hidden_and_so_is_what_would_give_it_away(subject: Subject) -> None:
    small = by_group(
        columns=["teachers", "families", "board"],
        counts=[[40, 30, 3], [30, 60, 1]],
        populations=[["teachers|oak", "teachers|elm"], ["families|oak"], ["board|"]],
    )
    (shown,) = ask(subject, small)
    board = shown.columns[2]
    assert board.n is None
    assert board.cells == (None, None)
    hidden = [column for column in shown.columns if column.n is None]
    assert len(hidden) > 1, "the total less the others would be the board's"
    assert {column.cells for column in hidden} == {(None, None)}, "hidden cells must look the same"
    assert "4" not in json.dumps([column.n for column in shown.columns])


def test_counts_under_k_are_hidden_where_counts_are_shown(subject: Subject) -> None:
    (shown,) = ask(subject, by_group(counts=[[66, 30], [4, 60]]), counts=True)
    assert shown.columns[0].cells[1] is None
    assert all(cell is None or (cell.count or 0) >= 10 for column in shown.columns for cell in column.cells)


def test_the_same_tables_again_are_the_same_release(subject: Subject) -> None:
    assert ask(subject) == ask(subject)
    assert Release.objects.count() == 1


def test_a_release_that_differs_by_a_few_people_is_refused_and_nothing_is_kept(subject: Subject) -> None:
    ask(subject)
    later = ATOMS | {"families|oak": 93}
    with pytest.raises(DisclosureRefused, match="What was shown stays"):
        ask(subject, by_group(counts=[[40, 31], [30, 62]]), atoms=later)
    assert Release.objects.count() == 1


def test_enough_later_answers_may_be_shown(subject: Subject) -> None:
    ask(subject)
    later = ATOMS | {"families|oak": 120}
    ask(subject, by_group(counts=[[40, 50], [30, 70]]), atoms=later)
    assert Release.objects.count() == 2


def test_another_survey_is_another_matter(subject: Subject) -> None:
    ask(subject)
    other = Subject(subject.district_id, subject.type, uuid.uuid4())
    ask(other, by_group(counts=[[40, 31], [30, 62]]), atoms=ATOMS | {"families|oak": 93})
    assert Release.objects.count() == 2


def test_a_k_below_ten_is_for_staff_only(subject: Subject) -> None:
    with pytest.raises(ValueError, match="smallest number"):
        ask(subject, k=5)
    assert ask(subject, k=5, staff_only=True)


def test_what_is_stored_reads_back_and_holds_no_hidden_number(subject: Subject) -> None:
    (shown,) = ask(subject)
    stored = json.loads(json.dumps(shown.as_json()))
    assert disclosure.shown_from(stored) == shown
    kept = Release.objects.get()
    assert kept.population["heard"] == {"families|oak": 90, "teachers|elm": 30, "teachers|oak": 40}


def test_a_share_needs_k_people_and_is_coded_at_the_ends() -> None:
    assert disclosure.share(3, 9, 10) is None
    low = disclosure.share(1, 50, 10)
    assert low is not None
    assert (low.percent, low.bound) == (5, "at_most")


@pytest.mark.parametrize("name", ["TOO_FEW", "TOO_SOON", "DIFFERENCE", "COMBINATION", "TOO_COMPLEX"])
def test_every_refusal_has_words(name: str) -> None:
    from commonwhy.methods.disclosure.differencing import Reason

    assert len(disclosure.refusal_in_words(Reason[name], 10)) > 40
