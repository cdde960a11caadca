"""Tries to break tables that hang together: several breakdowns of one question, and questions with several answers."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.methods.disclosure.attacker import consecutive_around, fits

from commonwhy.methods.disclosure import HIDDEN, Audience, Show, TableRequest, release_table, release_tables

K = 5
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


release_tables_together = release_tables


def two_by_two(row, column, corner, n):
    """The one 2 by 2 table with these margins and this upper left corner, or None."""
    cells = [[corner, row - corner], [column - corner, n - row - column + corner]]
    return None if min(map(min, cells)) < 0 else cells


def attack_linked(people, show, public):
    """`people` are rows (answer 1, answer 2, group, school), each 0 or 1; three tables are released about them."""
    wanted = [("one", "group", 0, 2), ("one", "school", 0, 3), ("two", "group", 1, 2)]
    truth = [
        [[sum(p[answer] == i and p[cut] == j for p in people) for j in (0, 1)] for i in (0, 1)] for _, _, answer, cut in wanted
    ]
    tables = release_tables_together(
        [
            TableRequest(counts, ["yes", "no"], ["left", "right"], question=q, breakdown=b, public_n=public)
            for (q, b, _, _), counts in zip(wanted, truth, strict=True)
        ],
        k=K,
        audience=Audience.STAFF,
        show=show,
    )
    n = len(people)
    found: dict[object, set[int]] = {}

    @cache
    def corners(number, whole, row, column):
        """The upper left corners that fit what this table shows, with these margins."""
        shown = tables[number]
        possible = []
        for corner in range(min(row, column) + 1):
            cells = two_by_two(row, column, corner, whole)
            if (
                cells
                and all(fits(shown.columns[j], cells[0][j] + cells[1][j], [cells[0][j], cells[1][j]]) for j in (0, 1))
                and fits(shown.everyone, whole, [row, whole - row])
            ):
                possible.append(corner)
        return possible

    group, school = (sum(p[cut] == 0 for p in people) for cut in (2, 3))
    wholes = [n] if public else range(n + K + 1)
    for whole in wholes:
        groups = [group] if public else range(whole + 1)
        schools = [school] if public else range(whole + 1)
        for one, left in product(range(whole + 1), groups):
            first = corners(0, whole, one, left)
            thirds = [two for two in range(whole + 1) if first and corners(2, whole, two, left)]
            for there in schools if thirds else ():
                second = corners(1, whole, one, there)
                if not second:
                    continue
                for two in thirds:
                    for corner in corners(2, whole, two, left):
                        for (i, j), value in cells_of(two, left, corner, whole):
                            found.setdefault((2, i, j), set()).add(value)
                for number, row, column, list_ in [(0, one, left, first), (1, one, there, second)]:
                    for corner in list_:
                        for (i, j), value in cells_of(row, column, corner, whole):
                            found.setdefault((number, i, j), set()).add(value)
    for (number, i, j), values in found.items():
        if tables[number].columns[j].percentages[i] is HIDDEN:
            heard = sum(truth[number][row][j] for row in (0, 1))
            needed = min(K, heard + 1) if public else K
            assert consecutive_around(values, truth[number][i][j]) >= needed, (number, i, j, values, tables)


def cells_of(row, column, corner, whole):
    cells = two_by_two(row, column, corner, whole)
    return [((i, j), cells[i][j]) for i in (0, 1) for j in (0, 1)]


@st.composite
def small_crowds(draw):
    """8 to 26 people whose answers and groups are mostly lopsided, as in life."""
    chances = [draw(st.sampled_from([1, 2, 3, 5, 7, 9])) for _ in range(4)]
    tenth = st.integers(0, 9)
    person = st.tuples(*[tenth.map(lambda t, c=chance: int(t < c)) for chance in chances])
    return draw(st.lists(person, min_size=8, max_size=26))


@SETTINGS
@given(small_crowds(), st.sampled_from(list(Show)), st.booleans())
def test_breakdowns_of_the_same_people_do_not_give_each_other_away(people, show, public):
    attack_linked(people, show, public)


GIVEN_AWAY = [
    *[(0, 1, 1, 1), (1, 0, 0, 0), (1, 1, 0, 1), (1, 1, 0, 1), (0, 0, 0, 0), (1, 1, 1, 1), (1, 1, 0, 1), (0, 1, 0, 1)],
    *[(1, 0, 1, 1), (0, 1, 0, 1), (1, 1, 0, 1), (1, 0, 0, 1), (0, 0, 1, 1), (0, 1, 0, 0), (1, 0, 0, 1), (0, 1, 1, 1)],
]


def test_the_attacker_finds_what_tables_released_one_by_one_give_away(monkeypatch):
    def one_by_one(requests, **options):
        return tuple(release_tables([request], **options)[0] for request in requests)

    attack_linked(GIVEN_AWAY, Show.PERCENTAGES, public=True)
    monkeypatch.setitem(globals(), "release_tables_together", one_by_one)
    with pytest.raises(AssertionError):
        attack_linked(GIVEN_AWAY, Show.PERCENTAGES, public=True)


@SETTINGS
@given(
    st.lists(st.integers(0, 11), min_size=2, max_size=2),
    st.data(),
    st.sampled_from(list(Show)),
    st.booleans(),
)
def test_ticking_several_answers_does_not_give_a_group_away(extra, data, show, everyone):
    heard = [1 + n for n in extra]
    counts = [[data.draw(st.integers(0, n)) for n in heard] for _ in range(2)]
    table = release_table(
        counts,
        ["a", "b"],
        ["left", "right"],
        k=K,
        audience=Audience.STAFF,
        show=show,
        exclusive=False,
        heard=heard,
        public_n=True,
        everyone=everyone,
    )
    ticked = all(sum(c[j] for c in counts) >= heard[j] for j in (0, 1))
    found: dict[object, set[int]] = {}
    columns = []
    for j, n in enumerate(heard):
        fitting = [c for c in product(range(n + 1), repeat=2) if fits(table.columns[j], n, c) and (not ticked or sum(c) >= n)]
        columns.append(fitting)
    for left, right in product(*columns):
        total = (left[0] + right[0], left[1] + right[1])
        if everyone and not fits(table.everyone, sum(heard), total):
            continue
        for i in (0, 1):
            found.setdefault((i, 0), set()).add(left[i])
            found.setdefault((i, 1), set()).add(right[i])
    for i, j in product((0, 1), (0, 1)):
        if table.columns[j].percentages[i] is HIDDEN:
            # That everybody ticked something can leave a group of n fewer than n + 1 values, shown or not.
            needed = min(K, heard[j] + 1)
            assert consecutive_around(found[i, j], counts[i][j]) >= needed, (i, j, found, table)


def test_tables_of_different_people_cannot_be_released_as_one():
    first = TableRequest([[10], [10]], ["yes", "no"], ["all"])
    second = TableRequest([[10], [11]], ["yes", "no"], ["all"], question="two", breakdown="school")
    with pytest.raises(ValueError, match="same people"):
        release_tables([first, second])


def test_tables_that_disagree_about_a_shared_answer_are_refused():
    first = TableRequest([[10, 10], [10, 10]], ["yes", "no"], ["a", "b"], breakdown="group")
    second = TableRequest([[15, 6], [9, 10]], ["yes", "no"], ["x", "y"], breakdown="school")
    with pytest.raises(ValueError, match="answers given as often"):
        release_tables([first, second])
