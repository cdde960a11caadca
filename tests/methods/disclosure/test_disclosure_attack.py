"""Tries to break the gate: enumerates every table consistent with what was shown, for many small tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.methods.disclosure.attacker import PublicKnowledge, consecutive_around, possible_values

from commonwhy.methods.disclosure import HIDDEN, NOT_ASKED, Audience, ReleasedTable, Show, merge_small, release_table

K = 5


def blank(table: ReleasedTable) -> ReleasedTable:
    """The same table with nothing told at all: what the public knows without it."""

    def dark(column):
        marks = tuple(NOT_ASKED if mark is NOT_ASKED else HIDDEN for mark in column.counts)
        return replace(column, n=HIDDEN, counts=marks, percentages=marks)

    everyone = None if table.everyone is None else dark(table.everyone)
    return replace(table, columns=tuple(map(dark, table.columns)), everyone=everyone)


def attack(counts, *, show, public_n, invited=None, everyone=True, kinds=None, never=(), k=K):
    """Release a table and check every hidden figure against every table that fits."""
    rows, width = len(counts), len(counts[0])
    table = release_table(
        counts,
        [f"answer {i}" for i in range(rows)],
        [f"group {j}" for j in range(width)],
        k=k,
        audience=Audience.STAFF,
        show=show,
        public_n=public_n,
        invited=invited,
        everyone=everyone,
        kinds=kinds,
        not_asked=never,
    )
    heard = [sum(column) for column in zip(*counts, strict=True)]
    groups = merge_small(heard, kinds or [None] * width, k)
    unlimited = sum(heard) + k
    bounds = []
    for group in groups:
        least = sum(heard[j] for j in group if public_n[j])
        most = [heard[j] if public_n[j] else unlimited if invited is None else invited[j] for j in group]
        bounds.append((least, min(sum(most), unlimited)))
    skipped = frozenset((i, g) for i in range(rows) for g, group in enumerate(groups) if all((i, j) in never for j in group))
    public = PublicKnowledge(bounds, skipped)
    seen, before = possible_values(table, public), possible_values(blank(table), public)
    truth = {}
    for g, group in enumerate(groups):
        for i in range(rows):
            truth["cell", i, g] = sum(counts[i][j] for j in group)
        truth["n", g, ""] = sum(heard[j] for j in group)
    truth |= {("row", i, ""): sum(counts[i]) for i in range(rows)} | {("all", "", ""): sum(heard)}
    for key, value in truth.items():
        width_now = consecutive_around(seen[key], value)
        needed = min(k, len(before[key]))
        if is_hidden(table, key):
            assert width_now >= needed, (key, sorted(seen[key]), table)
    return table


def is_hidden(table, key):
    kind, where, column = key
    if kind == "cell":
        return table.columns[column].percentages[where] is HIDDEN
    if kind == "n":
        return table.columns[where].n is HIDDEN
    if table.everyone is None:
        return False
    return table.everyone.n is HIDDEN if kind == "all" else table.everyone.percentages[where] is HIDDEN


@st.composite
def cases(draw):
    rows, width = draw(st.sampled_from([(2, 1), (2, 2), (2, 3), (3, 1), (3, 2)]))
    value = st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 12] if rows == 2 else [0, 0, 1, 3, 5])
    counts = [[draw(value) for _ in range(width)] for _ in range(rows)]
    heard = [sum(column) for column in zip(*counts, strict=True)]
    # Three rows with unlimited columns are too many tables to try one by one.
    anyone = st.tuples(*[st.integers(n, n + 4) for n in heard])
    return {
        "counts": counts,
        "show": draw(st.sampled_from(list(Show))),
        "public_n": draw(st.lists(st.booleans(), min_size=width, max_size=width)),
        "invited": draw(st.none() | anyone if rows == 2 else anyone),
        "everyone": draw(st.booleans()),
        "kinds": draw(st.sampled_from([None, ["band"] * width])),
    }


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
@example({"counts": [[12, 12], [0, 9]], "show": Show.COUNTS, "public_n": [True, True]})  # everybody said the same
@example({"counts": [[12, 9, 2], [5, 9, 0]], "show": Show.PERCENTAGES, "public_n": [True, True, True]})
def test_no_hidden_figure_can_be_confined_to_fewer_than_k_values(case):
    attack(**case)


@pytest.mark.parametrize("show", list(Show))
@pytest.mark.parametrize("public", [False, True])
def test_an_answer_that_could_not_happen_protects_nobody(show, public):
    # Group 1 was never asked answer 0; a reader knows that zero and must not be counted as uncertain about it.
    attack([[9, 0, 6], [3, 6, 5]], show=show, public_n=[public] * 3, never=frozenset({(0, 1)}))


def test_a_small_group_is_not_the_difference_between_everyone_and_the_rest():
    table = attack([[12, 12, 2], [9, 9, 1]], show=Show.PERCENTAGES, public_n=[False] * 3)
    assert table.columns[2].n is HIDDEN
    told = [column for column in table.columns if column.n is not HIDDEN]
    assert len(told) < 2 or table.everyone.n is HIDDEN


def test_unanimity_of_a_small_group_inside_a_total_is_not_told():
    # All three of group 2 said "answer 1": 0 of answer 0 would follow from 21 - 12 - 9.
    table = attack([[12, 9, 0], [6, 6, 3]], show=Show.COUNTS, public_n=[True] * 3)
    assert all(mark is HIDDEN for mark in table.columns[2].counts)


def test_the_attacker_itself_would_notice_a_leak():
    """Guards the guard: with one hidden cell put back, its partners are found out."""
    table = attack([[9, 9], [2, 9]], show=Show.COUNTS, public_n=[True, True], everyone=True)
    assert table.columns[0].counts == (HIDDEN, HIDDEN)
    leaking = replace(table, columns=(replace(table.columns[0], counts=(9, HIDDEN)), *table.columns[1:]))
    values = possible_values(leaking, PublicKnowledge([(11, 11), (18, 18)]))
    assert values["cell", 1, 0] == {2}
