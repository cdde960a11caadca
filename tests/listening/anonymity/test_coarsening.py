"""Whoever was asked carries a label that at least k who were asked carry, or none that says anything.

The attacker knows who was asked where, sees every stored label, and reasons by what is missing: "all but one school are
named, so the answers without a school are that one's".
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commonwhy.districts.models import District, Group, School
from commonwhy.listening.models import Response, Survey, SurveyCell
from commonwhy.listening.services import coarsening, responses
from commonwhy.listening.services.stirring import stir
from commonwhy.listening.tokens import mint, read
from tests.cast import Cast
from tests.listening.opened import cell, open_survey, questions_of

Asked = dict[tuple[str, str | None], int | None]

SCHOOLS = {name: School(name=name) for name in ("A", "B", "C", "D")}
KINDS = ("students", "families", "teachers", "board")
COUNTS = st.none() | st.integers(min_value=0, max_value=60)


def plan(asked: Asked, staff_k: int = 10, mode: str = "anonymous") -> dict[tuple[str, str | None], tuple[str, str]]:
    """What each cell is kept as, by (kind of group, name of school), with '' for what is left out."""
    district = District(name="Alder Creek", staff_k=staff_k)
    groups = {kind: Group(district=district, kind=kind) for kind in KINDS}
    survey = Survey(district=district, mode=mode)
    cells = [
        SurveyCell(
            district=district,
            survey=survey,
            number=number,
            group=groups[kind],
            school=SCHOOLS[school] if school else None,
            asked=count,
        )
        for number, ((kind, school), count) in enumerate(asked.items())
    ]
    kept = coarsening.kept_as(survey, cells)
    return {
        place: (kept[number].group.kind if kept[number].group else "", str(kept[number].school or ""))
        for number, place in enumerate(asked)
    }


@given(
    asked=st.dictionaries(st.sampled_from(list(product(KINDS, [*SCHOOLS, None]))), COUNTS, max_size=14),
    staff_k=st.integers(min_value=5, max_value=30),
)
@example(asked={("teachers", "A"): 40, ("teachers", "B"): 4}, staff_k=10)
@example(asked={("teachers", "A"): 40, ("board", None): 7}, staff_k=10)
@example(asked={("teachers", "A"): 40, ("families", None): None}, staff_k=10)
@example(asked={("teachers", "A"): 12, ("students", "A"): 11, ("students", "B"): 11}, staff_k=12)
def test_everybody_asked_has_a_crowd_behind_the_same_label(asked: Asked, staff_k: int) -> None:
    kept = plan(asked, staff_k)
    k = {kind: staff_k if kind == "teachers" else max(10, staff_k) for kind in KINDS}
    crowd: dict[tuple[str, str], int] = defaultdict(int)
    for place, label in kept.items():
        crowd[label] += asked[place] or 0
    somebody_has_a_label = any(group for group, _school in kept.values())
    for (kind, school), label in kept.items():
        assert label[0] in ("", kind), "a label may say less, never something else"
        assert label[1] in ("", school or "")
        if asked[kind, school] == 0:
            continue
        if somebody_has_a_label:
            assert crowd[label] >= k[kind], f"{kind} {school} are kept as {label}: {kept}"
        else:
            assert label == ("", ""), "nobody carries anything"


@given(asked=st.dictionaries(st.sampled_from(list(product(KINDS, [*SCHOOLS, None]))), COUNTS, max_size=14))
def test_where_names_are_known_nothing_is_left_out(asked: Asked) -> None:
    assert plan(asked, mode="identified") == {(kind, school): (kind, school or "") for kind, school in asked}


PLANS: dict[str, tuple[Asked, dict[tuple[str, str | None], tuple[str, str]]]] = {
    "large enough: everything is kept": (
        {("teachers", "A"): 40, ("teachers", "B"): 10},
        {("teachers", "A"): ("teachers", "A"), ("teachers", "B"): ("teachers", "B")},
    ),
    "two small schools hide each other": (
        {("teachers", "A"): 40, ("teachers", "B"): 4, ("teachers", "C"): 6},
        {("teachers", "A"): ("teachers", "A"), ("teachers", "B"): ("teachers", ""), ("teachers", "C"): ("teachers", "")},
    ),
    "one small school takes the next smallest along": (
        {("teachers", "A"): 40, ("teachers", "B"): 4, ("teachers", "C"): 20},
        {("teachers", "A"): ("teachers", "A"), ("teachers", "B"): ("teachers", ""), ("teachers", "C"): ("teachers", "")},
    ),
    "people without a school are a school that is too small": (
        {("teachers", "A"): 40, ("teachers", "B"): 30, ("teachers", None): 3},
        {("teachers", "A"): ("teachers", "A"), ("teachers", "B"): ("teachers", ""), ("teachers", None): ("teachers", "")},
    ),
    "a small group takes the next smallest along": (
        {("teachers", "A"): 40, ("students", "A"): 400, ("board", None): 7},
        {("teachers", "A"): ("", ""), ("students", "A"): ("students", "A"), ("board", None): ("", "")},
    ),
    "two small groups hide each other": (
        {("teachers", "A"): 40, ("families", None): 4, ("board", None): 7},
        {("teachers", "A"): ("teachers", "A"), ("families", None): ("", ""), ("board", None): ("", "")},
    ),
    "nobody was asked there, so nobody has to be hidden": (
        {("teachers", "A"): 40, ("teachers", None): 0, ("students", "A"): 400, ("students", None): 0},
        {
            ("teachers", "A"): ("teachers", "A"),
            ("teachers", None): ("", ""),
            ("students", "A"): ("students", "A"),
            ("students", None): ("", ""),
        },
    ),
    "nobody said how many": ({("teachers", "A"): None}, {("teachers", "A"): ("", "")}),
}


@pytest.mark.parametrize("name", PLANS)
def test_no_more_is_left_out_than_has_to_be(name: str) -> None:
    asked, expected = PLANS[name]
    assert plan(asked) == expected


# The same, on answers that are stored


def write(survey: Survey, number: int, words: str = "words") -> Response:
    response = responses.save_answer(
        survey=survey,
        token=read(survey, mint(survey, number)),
        question=questions_of(survey)["meaning"],
        value=words,
        language="en",
    )
    assert response is not None
    return response


def label(response: Response) -> tuple[str | None, str | None]:
    found = Response.everything.select_related("group", "school").get(pk=response.pk)
    return (found.group.kind if found.group else None, found.school.name if found.school else None)


@pytest.mark.django_db
def test_the_complement_gives_a_small_school_away_to_nobody(cast: Cast) -> None:
    """Forty at one school, four at the other: the four must not be all who are without a school."""
    creekside, maple = cast.creekside.name, cast.maple.name
    survey = open_survey(cast, asked={("teachers", creekside): 40, ("teachers", maple): 4, ("families", None): 90})
    large, small = write(survey, 1), write(survey, 2)
    assert label(large) == label(small) == ("teachers", None)


@pytest.mark.django_db
def test_a_count_corrected_downwards_takes_the_label_from_what_is_stored(cast: Cast) -> None:
    creekside, maple = cast.creekside.name, cast.maple.name
    survey = open_survey(cast, asked={("teachers", creekside): 40, ("teachers", maple): 30, ("families", None): 90})
    before = write(survey, 2)
    assert label(before) == ("teachers", maple)
    SurveyCell.everything.filter(survey=survey, number=2).update(asked=4)
    after = write(survey, 2)
    assert label(after) == ("teachers", None)
    stir(survey)
    assert label(before) == label(after) == ("teachers", None)


@pytest.mark.django_db
def test_a_whole_group_corrected_downwards_loses_its_label_too(cast: Cast) -> None:
    survey = open_survey(cast, asked={("board", None): 20, ("families", None): 90, ("students", None): 95})
    board, families, students = (write(survey, number) for number in (1, 2, 3))
    SurveyCell.everything.filter(survey=survey, number=1).update(asked=4)
    assert coarsening.recoarsen(survey) == 2
    assert label(board) == label(families) == (None, None)
    assert label(students) == ("students", None)


@pytest.mark.django_db
def test_a_count_corrected_upwards_gives_no_label_back(cast: Cast) -> None:
    survey = open_survey(cast, asked={("families", None): None, ("students", None): 95})
    before = write(survey, 1)
    SurveyCell.everything.filter(survey=survey, number=1).update(asked=300)
    after = write(survey, 1)
    stir(survey)
    assert (label(before), label(after)) == ((None, None), ("families", None))


@pytest.mark.django_db
def test_a_token_for_a_cell_that_is_gone_carries_no_label(cast: Cast) -> None:
    survey = open_survey(cast)
    assert label(write(survey, 999)) == (None, None)


@pytest.mark.django_db
def test_coarsening_leaves_other_modes_files_and_surveys_alone(cast: Cast) -> None:
    small: Asked = {("teachers", cast.maple.name): 2}
    named, other, imported = (open_survey(cast, asked=small, mode=m) for m in ("identified", "anonymous", "anonymous"))
    in_named = write(named, 1)
    from_file = Response.everything.create(
        district=cast.alder,
        survey=imported,
        key="f" * 64,
        week=in_named.week,
        source=Response.Source.FILE,
        group=cell(imported, "teachers", cast.maple).group,
        school=cast.maple,
    )
    for survey in (named, other, imported):
        assert coarsening.recoarsen(survey) == 0
    assert label(in_named) == label(from_file) == ("teachers", cast.maple.name)
