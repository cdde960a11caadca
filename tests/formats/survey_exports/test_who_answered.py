"""What says who answered stays in the file: no response, finding, sample or summary carries it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from commonwhy.formats.survey_exports import (
    Mapping,
    MappingProblem,
    Use,
    guess_mapping,
    read_responses,
    recognise,
    summary,
)

# In every fixture these belong to columns that say who answered or to the minute when.
PRIVATE = (
    *("@example.org", "192.0.2.", "Lund", "Vance", "Priya", "Ana", "Luis", "Mora", "555-010", "SIS-44", "41.88", "-87.6"),
    *("R_1aB2cD3eF4gH5iJ", "118200000001", "118300000001", "8:02:11", "08:09:55", "09:06"),
)


def everything(path: Path) -> str:
    mapping = guess_mapping(recognise(path))
    reading = read_responses(path, mapping, groups={}, schools={}, salt=b"0123456789abcdef")
    said = [json.dumps(dataclasses.asdict(response), default=str, ensure_ascii=False) for response in reading]
    said.append(json.dumps(mapping.as_dict(), ensure_ascii=False))
    said.append(json.dumps(summary(path, mapping, groups={}, schools={}).as_dict(), ensure_ascii=False))
    return "\n".join(said)


@pytest.mark.parametrize(
    "name",
    [
        "google_forms_en.csv",
        "google_forms_es.csv",
        "qualtrics_en.csv",
        "surveymonkey_en.csv",
        "surveymonkey_es.csv",
        "plain_en.csv",
    ],
)
def test_nothing_private_leaves_a_csv(exports: Path, name: str) -> None:
    text = everything(exports / name)
    raw = (exports / name).read_text(encoding="utf-8")
    assert any(private in raw for private in PRIVATE)
    assert [private for private in PRIVATE if private in text] == []


def test_nothing_private_leaves_a_workbook(microsoft_en: Path, microsoft_es: Path) -> None:
    for path in (microsoft_en, microsoft_es):
        assert [private for private in PRIVATE if private in everything(path)] == []


def test_a_column_that_says_who_answered_cannot_be_chosen(exports: Path) -> None:
    mapping = guess_mapping(recognise(exports / "qualtrics_en.csv"))
    for column in mapping.columns:
        if column.locked:
            with pytest.raises(MappingProblem, match="who answered"):
                mapping.changed({column.index: Use.TEXT})


def test_a_forged_mapping_does_not_unlock_it(exports: Path) -> None:
    path = exports / "surveymonkey_en.csv"
    data = guess_mapping(recognise(path)).as_dict()
    for column in data["columns"]:
        column.update(locked=False, kind="question_text" if column["header"] == "Email Address" else column["kind"])
    with pytest.raises(MappingProblem, match="who answered"):
        read_responses(path, Mapping.from_dict(data))


def test_a_column_of_addresses_is_known_by_its_cells(csv_file: Callable[[str], Path]) -> None:
    path = csv_file("Date,How to thank you,What works?\n3/3/2025,a@example.org,Time\n3/4/2025,b@example.org,Talk\n")
    column = guess_mapping(recognise(path)).columns[1]
    assert (column.kind, column.locked, column.samples) == (Use.IDENTITY, True, ())


@pytest.mark.parametrize(
    "heading",
    [
        "Your name (optional)",
        "Nombre y apellidos",
        "If you would like a reply from us, please leave your email here",
        "Student ID",
        "Child's name",
        "Home address",
    ],
)
def test_headings_that_ask_who(csv_file: Callable[[str], Path], heading: str) -> None:
    path = csv_file(f'Date,"{heading}",What works?\n3/3/2025,abc,Time to plan together\n3/4/2025,def,Talking more\n')
    mapping = guess_mapping(recognise(path))
    assert mapping.columns[1].kind is Use.IDENTITY
    assert heading in mapping.dropped


@pytest.mark.parametrize(
    "heading", ["Name one thing that works for you", "School name", "How do families like to get messages, email or phone?"]
)
def test_headings_that_only_sound_like_it(csv_file: Callable[[str], Path], heading: str) -> None:
    path = csv_file(f'Date,"{heading}",What works?\n3/3/2025,abc,Time to plan together\n3/4/2025,def,Talking more\n')
    assert guess_mapping(recognise(path)).columns[1].kind is not Use.IDENTITY


def test_a_person_may_overrule_a_guess_that_is_only_a_guess(csv_file: Callable[[str], Path]) -> None:
    path = csv_file("Date,Usernames,What works?\n3/3/2025,I dislike them,Time\n3/4/2025,Too many,Talk\n")
    mapping = guess_mapping(recognise(path)).changed({1: Use.TEXT})
    assert [response.answers["c2"] for response in read_responses(path, mapping)] == ["I dislike them", "Too many"]


def test_samples_are_redacted(csv_file: Callable[[str], Path]) -> None:
    path = csv_file(
        'Date,What works?\n3/3/2025,"Write to me at x.y@example.org or 555-010-0199, from 192.0.2.7"\n3/4/2025,More time\n'
    )
    samples = guess_mapping(recognise(path)).columns[1].samples
    assert "example.org" not in str(samples)
    assert "0199" not in str(samples)
    assert "192.0.2.7" not in str(samples)
