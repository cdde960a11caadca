"""The mapping between the guess and the reading: plain data that a person may change, and that must fit its file."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.formats.survey_exports import Mapping, MappingProblem, Use, guess_mapping, read_responses, recognise

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


def test_it_goes_through_json_unchanged(exports: Path) -> None:
    for path in exports.glob("*.csv"):
        mapping = guess_mapping(recognise(path))
        assert Mapping.from_dict(json.loads(json.dumps(mapping.as_dict()))) == mapping


@given(data=JSON)
def test_anything_else_is_refused(data: object) -> None:
    with pytest.raises(MappingProblem):
        Mapping.from_dict(data)


@given(kind=JSON, index=JSON, reason=JSON)
def test_a_damaged_column_is_refused_or_harmless(kind: object, index: object, reason: object) -> None:
    data = {"fingerprint": "x", "columns": [{"index": index, "kind": kind, "reason": reason, "header": "h"}]}
    try:
        mapping = Mapping.from_dict(data)
    except MappingProblem:
        return
    assert isinstance(str(mapping.columns[0].reason), str)


def test_a_use_that_is_there_once_cannot_be_chosen_twice(exports: Path) -> None:
    mapping = guess_mapping(recognise(exports / "plain_en.csv"))
    with pytest.raises(MappingProblem, match="Choose one"):
        mapping.changed({5: Use.SCHOOL})


def test_a_use_that_there_is_not_is_refused(exports: Path) -> None:
    with pytest.raises(MappingProblem, match="not a use"):
        guess_mapping(recognise(exports / "plain_en.csv")).changed({5: "everything"})


def test_a_mapping_for_another_file_is_refused(exports: Path) -> None:
    mapping = guess_mapping(recognise(exports / "google_forms_en.csv"))
    with pytest.raises(MappingProblem, match="other headings"):
        read_responses(exports / "google_forms_es.csv", mapping)


def test_a_person_says_what_an_unknown_school_is(exports: Path, schools: MappingOf[str, tuple[str, ...]]) -> None:
    path = exports / "google_forms_en.csv"
    guessed = guess_mapping(recognise(path), schools=schools)
    reading = read_responses(path, guessed, schools=schools)
    assert [response.school for response in reading][5] is None
    finding = next(finding for finding in reading.findings if finding.value == "Cedar Hihg School")
    assert (finding.line, finding.guess) == (7, "Cedar High School")
    decided = guessed.changed({}, school_values={"Cedar Hihg School": "cedar"})
    reading = read_responses(path, decided, schools=schools)
    assert [response.school for response in reading][5] == "cedar"
    assert reading.findings == []
    nowhere = guessed.changed({}, school_values={"Cedar Hihg School": ""})
    reading = read_responses(path, nowhere, schools=schools)
    assert [response.school for response in reading][5] is None
    assert reading.findings == []


def test_one_role_and_school_for_the_whole_file(csv_file: Callable[[str], Path]) -> None:
    path = csv_file("What works?\nTime to plan.\nMore talk.\n")
    mapping = guess_mapping(recognise(path)).changed({}, group="teacher", school="alder")
    found = [(response.group, response.school) for response in read_responses(path, mapping, groups={}, schools={})]
    assert found == [("teacher", "alder")] * 2


def test_without_lists_roles_and_schools_come_as_written(exports: Path) -> None:
    path = exports / "plain_en.csv"
    first = next(read_responses(path, guess_mapping(recognise(path))))
    assert (first.group, first.school) == ("Teacher", "Alder Creek Elementary School")
