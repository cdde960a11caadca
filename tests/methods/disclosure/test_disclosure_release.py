"""What a released table holds, and the golden numbers of the audit."""

from __future__ import annotations

import numpy as np
import pytest

from commonwhy.methods.disclosure import (
    HIDDEN,
    NOT_ASKED,
    Audience,
    Mark,
    Percentage,
    Release,
    ReleaseRefusedError,
    Show,
    TableRequest,
    release_table,
    release_tables,
)
from commonwhy.methods.disclosure.audit import Proofs, Reader
from commonwhy.methods.disclosure.tables import linked_figures, prepare

# Fischetti and Salazar (2001), Solving the cell suppression problem on tabular data with linear constraints,
# Management Science 47(7), 1008-1027, the example of its introduction: investment of enterprises by activity and region.
INVESTMENT = [[20, 50, 10], [8, 19, 22], [17, 32, 12]]


def reader_of(counts, cells):
    """A reader of the table with just these cells hidden."""
    request = TableRequest(counts, [f"r{i}" for i in range(len(counts))], [f"c{j}" for j in range(len(counts[0]))])
    figures, places, _ = linked_figures([prepare(request, 5)], Show.COUNTS, 5)
    hidden = np.zeros(len(figures.truth), dtype=bool)
    where = {(i, j): places.cells[0][i][j] for i, j in cells}
    hidden[list(where.values())] = True
    return Reader(figures, hidden, Proofs(figures, 5)), where


def test_the_audit_finds_the_published_interval_of_fischetti_and_salazar():
    # II and III are hidden in regions A and C: the reader learns that activity II in region C lies in 5..30.
    reader, where = reader_of(INVESTMENT, [(1, 0), (1, 2), (2, 0), (2, 2)])
    reader.widen(where[1, 2], 1000)
    assert (reader.proofs.lowest[where[1, 2]], reader.proofs.highest[where[1, 2]]) == (5, 30)
    # The other three follow by hand: A-II + C-II = 30, A-II + A-III = 25, C-II + C-III = 34.
    for cell, interval in {(1, 0): (0, 25), (2, 0): (0, 25), (2, 2): (4, 29)}.items():
        reader.widen(where[cell], 1000)
        assert (reader.proofs.lowest[where[cell]], reader.proofs.highest[where[cell]]) == interval


def test_the_audit_finds_a_cell_hidden_alone():
    reader, where = reader_of(INVESTMENT, [(1, 2)])
    assert reader.audit(np.full(len(reader.low), 5)) == [where[1, 2]]


def released(counts, **options):
    rows, columns = len(counts), len(counts[0])
    return release_table(counts, [f"r{i}" for i in range(rows)], [f"c{j}" for j in range(columns)], **options)


def test_a_table_of_large_groups_is_shown_whole():
    table = released([[30, 60], [20, 40]])
    assert [column.n for column in table.columns] == [50, 100]
    assert [str(p) for p in table.columns[0].percentages] == ["60%", "40%"]
    assert table.everyone.n == 150
    assert table.audit.hidden == 0
    assert table.audit.narrowest is None


def test_percentages_come_without_counts_and_counts_only_from_k():
    counts = [[30, 60, 4], [20, 40, 45], [25, 30, 35]]
    shares = released(counts, show=Show.PERCENTAGES)
    assert all(mark is HIDDEN for column in shares.columns for mark in column.counts)
    numbers = released(counts, show=Show.COUNTS)
    told = [c for column in [*numbers.columns, numbers.everyone] for c in column.counts if not isinstance(c, Mark)]
    assert told
    assert min(told) >= 10
    assert numbers.columns[2].counts[0] is HIDDEN
    assert numbers.columns[2].percentages[0] is HIDDEN
    assert numbers.audit.narrowest >= 10


def test_a_count_is_hidden_where_fewer_than_k_did_not_say_so():
    # Nine others over two answers could each be 0..9, so the audit alone would let 991 be shown.
    table = released([[991, 500], [4, 300], [5, 200]], show=Show.COUNTS)
    assert table.columns[0].counts[0] is HIDDEN


def test_every_hidden_cell_looks_the_same():
    table = released([[4, 60, 30], [20, 40, 30], [25, 30, 25]], show=Show.COUNTS)
    marks = [mark for column in table.columns for mark in column.counts if isinstance(mark, Mark)]
    assert len(marks) >= 4
    assert all(mark is HIDDEN for mark in marks)
    # Only the cell of 4 was small. Nothing in the table tells it from those that protect it.
    assert "primary" not in repr(table)
    assert "4" not in {str(c) for column in table.columns for c in column.counts}


def test_small_groups_are_merged_and_named():
    table = released([[30, 4, 3, 8], [25, 2, 4, 6]], kinds=["role", "role", "role", None])
    assert table.merged == (("c1", "c2"),)
    assert table.columns[1].label == "c1 + c2"
    assert table.columns[1].n == 13
    assert table.columns[1].members == ("c1", "c2")


def test_fewer_than_k_people_in_all_show_nothing():
    table = released([[3, 1], [2, 2]])
    for column in [*table.columns, table.everyone]:
        assert column.n is HIDDEN
        assert set(column.percentages) == {HIDDEN}


def test_what_was_not_asked_is_said():
    table = released([[30, 0], [20, 40], [30, 40]], not_asked=[(0, 1)])
    assert table.columns[1].percentages[0] is NOT_ASKED
    assert table.columns[1].percentages[1] == Percentage(50)


def test_n_shown_elsewhere_stays_shown_and_its_answers_stay_hidden():
    table = released([[30, 2, 60], [25, 1, 45]], public_n=[True, True, True])
    assert table.columns[1].n == 3
    assert set(table.columns[1].percentages) == {HIDDEN}
    assert table.audit.limited_by_public
    assert table.audit.narrowest == 4  # 0, 1, 2 or 3: nothing but what the coverage page tells


def test_the_outcome_is_always_the_same():
    counts = np.random.default_rng(4).poisson(12, (8, 9)).tolist()
    first = released(counts, show=Show.COUNTS)
    assert all(released(counts, show=Show.COUNTS) == first for _ in range(3))


def test_a_large_table_is_protected_with_few_programs():
    generator = np.random.default_rng(3)
    counts = generator.poisson(generator.gamma(1.2, 12, (40, 30))).tolist()
    table = released(counts, show=Show.COUNTS)
    assert table.audit.hidden > 400
    assert table.audit.narrowest >= 10
    assert table.audit.programs < table.audit.hidden / 2


@pytest.mark.parametrize(
    ("counts", "options", "message"),
    [
        ([[1, 2], [3]], {}, "one row per row label"),
        ([[1, -2]], {}, "whole numbers"),
        ([[1.5, 2]], {}, "whole numbers"),
        ([[30, 20]], {"k": 5}, "students"),
        ([[30, 20]], {"k": 4, "audience": Audience.STAFF}, "staff"),
        ([[30, 20]], {"invited": [29, 20]}, "than were invited"),
        ([[30, 20]], {"exclusive": False}, "how many were heard"),
        ([[30, 20]], {"exclusive": False, "heard": [29, 20]}, "more people than were heard"),
        ([[30, 20]], {"heard": [31, 20]}, "must add up"),
        ([[30, 20]], {"not_asked": [(0, 0)]}, "nobody was asked"),
        ([[30, 20]], {"public_n": [True]}, "one entry per column"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(counts, options, message):
    labels = [f"r{i}" for i in range(len(counts))], [f"c{j}" for j in range(len(counts[0]))]
    with pytest.raises(ValueError, match=message):
        release_table(counts, *labels, **options)


ATOMS = {"teachers|oak": 20, "teachers|elm": 30, "aides|oak": 4, "aides|elm": 15}


def test_a_release_is_described_by_the_sets_it_showed():
    table = released(
        [[30, 10], [20, 9]],
        populations=[["teachers|oak", "teachers|elm"], ["aides|oak", "aides|elm"]],
        atoms=ATOMS,
    )
    assert set(table.release.populations) == {
        frozenset({"teachers|oak", "teachers|elm"}),
        frozenset({"aides|oak", "aides|elm"}),
        frozenset(ATOMS),
    }


def test_a_hidden_group_is_not_among_the_sets_shown_nor_follows_from_them():
    table = released([[11, 16, 2], [9, 14, 2]], populations=[["teachers|oak"], ["teachers|elm"], ["aides|oak"]], atoms=ATOMS)
    shown = table.release.populations
    assert frozenset({"aides|oak"}) not in shown
    everyone = frozenset({"teachers|oak", "teachers|elm", "aides|oak"})
    assert not (everyone in shown and len(shown) == 3), "everyone less two shown groups would be the four aides"


def test_a_table_that_differs_from_an_earlier_one_by_a_few_is_refused():
    earlier = Release.of([["aides|elm"]], ATOMS)
    with pytest.raises(ReleaseRefusedError, match="differ by fewer than 10") as refusal:
        released([[10], [9]], populations=[["aides|oak", "aides|elm"]], atoms=ATOMS, earlier=[earlier])
    assert "4" not in str(refusal.value), "the reason does not tell how many"


def test_two_breakdowns_of_one_release_are_checked_against_each_other():
    # The two lists differ by a swap: four aides at Oak in one, three at Elm in the other.
    atoms = {"most": 60, "aides|oak": 4, "aides|elm": 3}
    requests = [
        TableRequest([[40], [24]], ["yes", "no"], ["a"], breakdown="a", populations=[["most", "aides|oak"]]),
        TableRequest([[40], [24]], ["yes", "no"], ["b"], breakdown="b", populations=[["most", "aides|elm"]]),
    ]
    with pytest.raises(ReleaseRefusedError, match="fewer than 10"):
        release_tables(requests, atoms=atoms, strict=False)
