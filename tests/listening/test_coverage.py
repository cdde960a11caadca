"""Who was heard: counts nobody can take apart, and the groups still missing said first."""

from __future__ import annotations

from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwhy.districts.models import Group
from commonwhy.districts.services import add_school, mark_group
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.coverage import Standing, coverage_table, heard_by_group, not_heard, standings
from commonwhy.listening.queries.participation import Participation, Place, everyone, released
from commonwhy.listening.services.coarsening import Cell
from commonwhy.listening.services.surveys import state_asked
from tests.cast import Cast
from tests.listening.surveying import draft, enrol, hear, opened

COVERAGE = "/d/alder-creek/listen/coverage/"
GROUPS = [UUID(int=number) for number in range(1, 4)]
SCHOOLS = [UUID(int=number) for number in range(11, 14)]


def possible(asked: dict[Place, int], shown: Participation, k: int, *, page: bool) -> dict[Place, set[int]]:
    """Every value each cell of a table of two by two can have, by trying every table there could be.

    The reader knows who was asked, which groups were heard and how many answered in all where that is shown; with `page`
    also every number on the page.
    """
    found: dict[Place, set[int]] = {place: set() for place in asked}
    most = sum(asked.values())
    for values in product(*(range(limit + 1) for limit in asked.values())):
        cell = dict(zip(asked, values, strict=True))
        sums = [(count, sum(cell[p] for p in asked if p[0] == g), True) for g, count in shown.groups.items()]
        sums += [(count, sum(cell[p] for p in asked if p[1] == s), False) for s, count in shown.schools.items()]
        whole = sum(values)
        if whole > most or (shown.everyone.heard not in (None, whole)) or whole < k:
            continue
        if any(told and (value >= k) != count.enough for count, value, told in sums):
            continue
        if page and any(count.heard not in (None, value) for count, value, _told in sums):
            continue
        if page and any(count.heard not in (None, cell[place]) for place, count in shown.cells.items()):
            continue
        for place, value in cell.items():
            found[place].add(value)
    return found


class TestTheGate:
    def test_large_numbers_are_shown_as_they_are(self) -> None:
        heard: dict[Place, int] = {(GROUPS[0], SCHOOLS[0]): 30, (GROUPS[0], SCHOOLS[1]): 12}
        shown = released(heard, dict.fromkeys(heard, 60), 10)
        assert [count.heard for count in shown.cells.values()] == [30, 12]
        assert shown.everyone.heard == 42
        assert shown.groups[GROUPS[0]].percent == 35

    def test_a_small_cell_is_hidden_and_what_would_give_it_away_too(self) -> None:
        heard: dict[Place, int] = {
            (GROUPS[0], SCHOOLS[0]): 30,
            (GROUPS[0], SCHOOLS[1]): 4,
            (GROUPS[1], SCHOOLS[0]): 25,
            (GROUPS[1], SCHOOLS[1]): 40,
        }
        shown = released(heard, dict.fromkeys(heard, 100), 10)
        # Beside the 4 its group's other cell goes too, and the sums of both schools, before any cell of another group.
        assert [count.heard for count in shown.cells.values()] == [None, None, 25, 40]
        assert [count.heard for count in shown.schools.values()] == [None, None]
        assert [count.heard for count in shown.groups.values()] == [34, 65]
        assert shown.everyone.heard == 99

    def test_none_and_few_look_the_same(self) -> None:
        def shown(few: int) -> Any:
            heard: dict[Place, int] = {(GROUPS[0], SCHOOLS[0]): few, (GROUPS[0], SCHOOLS[1]): 40}
            return released(heard, dict.fromkeys(heard, 100), 10).cells[GROUPS[0], SCHOOLS[0]]

        assert shown(0) == shown(9)

    def test_under_k_in_all_nothing_is_shown(self) -> None:
        shown = released({(GROUPS[0], None): 9}, {(GROUPS[0], None): 40}, 10)
        assert (shown.everyone.heard, shown.everyone.asked, shown.everyone.enough) == (None, 40, False)

    def test_where_nobody_was_asked_nothing_is_hidden(self) -> None:
        shown = released({(GROUPS[0], SCHOOLS[0]): 20}, {(GROUPS[0], SCHOOLS[0]): 30, (GROUPS[0], SCHOOLS[1]): 0}, 10)
        assert (GROUPS[0], SCHOOLS[1]) not in shown.cells
        assert shown.cells[GROUPS[0], SCHOOLS[0]].heard == 20

    def test_more_heard_than_asked_is_no_mistake_with_an_open_link(self) -> None:
        heard: dict[Place, int] = {(GROUPS[0], None): 30, (GROUPS[1], None): 3}
        shown = released(heard, {(GROUPS[0], None): 20, (GROUPS[1], None): 2}, 10)
        assert shown.everyone.heard == 33
        assert shown.everyone.percent is None
        assert shown.groups[GROUPS[1]].heard is None

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 4)), min_size=4, max_size=4))
    def test_nobody_works_a_hidden_cell_back_to_fewer_than_k_values(self, cells: list[tuple[int, int]]) -> None:
        k = 4
        places: list[Place] = [(group, school) for group in GROUPS[:2] for school in SCHOOLS[:2]]
        heard = {place: count for place, (count, _spare) in zip(places, cells, strict=True)}
        asked = {place: count + spare for place, (count, spare) in zip(places, cells, strict=True)}
        asked = {place: count for place, count in asked.items() if count}
        if sum(heard.values()) < k:
            return
        shown = released({place: count for place, count in heard.items() if place in asked}, dict(asked), k)
        before, after = possible(asked, shown, k, page=False), possible(asked, shown, k, page=True)
        for place, count in shown.cells.items():
            if count.heard is None:
                assert len(after[place]) >= min(k, len(before[place])), (place, heard, asked)

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), min_size=2, max_size=4),
        st.integers(5, 12),
    )
    def test_how_many_in_all_leaves_a_small_group_all_it_could_be(self, groups: list[tuple[int, int]], k: int) -> None:
        heard: dict[Place, int] = {(UUID(int=n), None): count for n, (count, _spare) in enumerate(groups, 1)}
        asked: dict[Place, int | None] = {(UUID(int=n), None): count + spare for n, (count, spare) in enumerate(groups, 1)}
        whole = everyone(heard, asked, k)
        if whole.heard is None:
            return
        large = [place for place, count in heard.items() if count >= k]
        floor, ceiling = k * len(large), sum(asked[place] or 0 for place in large)
        for place, count in heard.items():
            if count < k:
                others = whole.heard - sum(heard[p] for p in heard if p not in large and p != place)
                for value in range(min(k, (asked[place] or 0) + 1)):
                    assert floor <= others - value <= ceiling


class TestHeardByGroup:
    def test_it_counts_what_was_handed_in_by_kind_over_all_surveys(self, cast: Cast) -> None:
        enrol(cast, "teachers", 30, cast.creekside)
        first, second = opened(cast, "teachers"), opened(cast, "teachers")
        teachers = cast.group("teachers")
        hear(first, Cell(teachers, cast.creekside), 3)
        hear(second, Cell(teachers, None), 2)
        hear(second, Cell(None, None), 7)
        first.responses.filter(submitted=True).first().delete()
        assert heard_by_group(cast.viewer("coach"), cast.alder) == {"teachers": 4}
        assert heard_by_group(cast.viewer("outsider"), cast.alder) == {}


class TestStandings:
    def standing(self, cast: Cast, kind: str) -> Standing:
        found = {each.group.kind: each.standing for each in standings(cast.viewer("coach"), cast.alder)}
        return found[Group.Kind(kind)]

    def test_each_group_stands_where_it_does(self, cast: Cast) -> None:
        enrol(cast, "teachers", 30, cast.creekside)
        enrol(cast, "families", 30, cast.creekside)
        survey = opened(cast)
        hear(survey, Cell(cast.group("teachers"), cast.creekside), 10)
        hear(survey, Cell(cast.group("families"), cast.creekside), 9)
        mark_group(group=cast.group("business"), not_here="We have none.", by=cast.superintendent)
        assert self.standing(cast, "teachers") is Standing.HEARD
        assert self.standing(cast, "families") is Standing.NOT_YET
        assert self.standing(cast, "students") is Standing.NOT_ASKED
        assert self.standing(cast, "business") is Standing.NOT_HERE
        waiting = [each.group.kind for each in not_heard(cast.viewer("coach"), cast.alder)]
        assert waiting == ["students", "families", "building_leaders"]

    def test_a_group_whose_answers_are_not_told_apart_is_said_to_be_so(self, cast: Cast) -> None:
        enrol(cast, "building_leaders", 4, cast.creekside)
        survey = opened(cast, "building_leaders")
        hear(survey, Cell(None, None), 4)
        assert self.standing(cast, "building_leaders") is Standing.NOT_TOLD_APART

    def test_a_draft_has_asked_nobody(self, cast: Cast) -> None:
        survey = draft(cast, "families")
        state_asked(survey=survey, numbers={(cast.group("families").pk, None): 50}, by=cast.coach)
        assert self.standing(cast, "families") is Standing.NOT_ASKED


class TestThePage:
    @pytest.fixture
    def survey(self, cast: Cast) -> Survey:
        enrol(cast, "teachers", 30, cast.creekside)
        enrol(cast, "teachers", 20, cast.maple)
        enrol(cast, "families", 60, cast.creekside)
        enrol(cast, "families", 40, cast.maple)
        survey = opened(cast, title="The one asked")
        teachers, families = cast.group("teachers"), cast.group("families")
        hear(survey, Cell(teachers, cast.creekside), 21)
        hear(survey, Cell(teachers, cast.maple), 3)
        hear(survey, Cell(families, cast.creekside), 33)
        hear(survey, Cell(families, cast.maple), 17)
        return survey

    def test_the_missing_come_first_with_the_button_to_ask_them(self, cast: Cast, survey: Survey) -> None:
        page = cast.client("coach").get(COVERAGE).content.decode()
        students = cast.group("students")
        assert page.index("3 groups that a vision needs") < page.index("All groups") < page.index("The one asked")
        assert f"/surveys/new/?group={students.pk}" in page
        assert "surveys/new" not in cast.client("board").get(COVERAGE).content.decode()

    def test_rates_are_named_and_small_numbers_are_nowhere_in_the_page(self, cast: Cast, survey: Survey) -> None:
        page = cast.client("board").get(COVERAGE).content.decode()
        assert "People answered / people asked" in page
        assert "Schools heard / schools asked" in page
        assert "not shown, small numbers" in page
        table = coverage_table(cast.viewer("board"), survey)
        hidden = [cell.heard for row in table.rows for cell in row.cells if cell]
        assert hidden == [33, None, 17, None]
        assert [total.heard for total in table.totals] == [50, 24]
        assert "21 / 30" not in page
        assert "3 / 20" not in page

    def test_who_leads_one_school_sees_that_row(self, cast: Cast, survey: Survey) -> None:
        rows = coverage_table(cast.viewer("principal"), survey).rows
        assert [row.school for row in rows] == [cast.creekside]
        everyone = coverage_table(cast.viewer("coach"), survey)
        assert rows[0] == everyone.rows[0]

    def test_another_survey_is_chosen_by_a_link_and_only_one_of_ours(self, cast: Cast, survey: Survey) -> None:
        other = opened(cast, title="Another one")
        page = cast.client("coach").get(COVERAGE, {"survey": str(survey.pk)}).content.decode()
        assert "74 answers" in page
        assert str(other.pk) in page
        for wrong in (str(uuid4()), "nonsense", str(draft(cast).pk)):
            assert cast.client("coach").get(COVERAGE, {"survey": wrong}).status_code == 404

    def test_an_empty_one_says_what_to_do_first(self, cast: Cast) -> None:
        assert "Open the first survey" in cast.client("coach").get(COVERAGE).content.decode()

    def test_it_takes_a_bounded_number_of_queries(self, cast: Cast, survey: Survey, django_assert_max_num_queries: Any) -> None:
        for number in range(8):
            add_school(district=cast.alder, name=f"School {number}", by=cast.coach)
            opened(cast, title=f"Survey {number}")
        client = cast.client("coach")
        with django_assert_max_num_queries(18):
            client.get(COVERAGE)
