"""Taking several choices apart, and matching what people wrote for a school or a role."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.formats.survey_exports import Matcher
from commonwhy.formats.survey_exports.choices import options_of, separator_of, split_choices
from commonwhy.formats.survey_exports.dates import is_day_first, monday_of
from commonwhy.formats.survey_exports.tallies import Tally

SCHOOLS = {"alder": ("Alder Creek Elementary School",), "birch": ("Birch Hill Middle School",), "cedar": ("Cedar High",)}
GROUPS = {"teacher": ("Teachers", "Docentes"), "family": ("Families",), "student": ("Students",), "staff": ("Staff",)}


@pytest.mark.parametrize(
    ("cell", "separator", "expected"),
    [
        ("Laptops;Paper, pens;", ";", ("Laptops", "Paper, pens")),
        ("Laptops, Paper", ", ", ("Laptops", "Paper")),
        ("Phones, tablets and watches, Paper", ", ", ("Phones, tablets and watches", "Paper")),
        ("Devices (phones, tablets), Paper", ", ", ("Devices (phones, tablets)", "Paper")),
        ("Laptop,Tablet", ",", ("Laptop", "Tablet")),
        ("Paper, Paper", ", ", ("Paper",)),
        (" ; ", ";", ()),
    ],
)
def test_choices_come_apart(cell: str, separator: str, expected: tuple[str, ...]) -> None:
    assert split_choices(cell, separator) == expected


def test_an_option_with_a_comma_stays_whole_when_it_is_known() -> None:
    options = ("Time, Money", "Space")
    assert split_choices("Space, Time, Money", ", ", options) == ("Space", "Time, Money")
    assert split_choices("Time, Money, Space", ", ", options) == ("Time, Money", "Space")


@given(chosen=st.lists(st.sampled_from(["Laptops", "Phones, tablets", "Paper (lined, squared)", "Talk"]), unique=True))
def test_joined_choices_come_apart_again(chosen: list[str]) -> None:
    assert split_choices(", ".join(chosen), ", ") == tuple(chosen)
    assert split_choices(";".join(chosen), ";") == tuple(chosen)


def test_sentences_and_single_options_are_not_taken_apart() -> None:
    assert separator_of(["Well, I think so.", "No, not at all, really.", "Time, most of all."]) == ""
    assert separator_of(["Yes, Always", "No, Never", "Yes, Always"]) == ""
    assert separator_of(["A, B", "B, C", "A"]) == ", "
    assert options_of(["A, B", "B, C", "B"], ", ") == ("B", "A", "C")


@pytest.mark.parametrize(
    ("value", "key", "guess"),
    [
        ("Alder Creek Elementary School", "alder", ""),
        ("alder creek elementary", "alder", ""),
        ("ALDER CREEK ELEM.", None, "Alder Creek Elementary School"),
        ("Birch Hil Middle School", None, "Birch Hill Middle School"),
        ("Escuela Alder Creek", None, "Alder Creek Elementary School"),
        ("Somewhere else", None, ""),
        ("", None, ""),
    ],
)
def test_schools_match_only_without_doubt(value: str, key: str | None, guess: str) -> None:
    match = Matcher(SCHOOLS, {}, roles=False).match(value)
    assert (match.key, match.guess) == (key, guess)


def test_two_schools_that_fit_are_no_match() -> None:
    known = {"east": ("Cedar East High",), "west": ("Cedar West High",)}
    match = Matcher(known, {}, roles=False).match("Cedar High")
    assert match.key is None


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("Teacher", "teacher"),
        ("maestra", "teacher"),
        ("Docentes", "teacher"),
        ("Parent or guardian", "family"),
        ("Madre o padre", "family"),
        ("Estudiante", "student"),
        ("Teacher and parent", None),
        ("Astronaut", None),
        ("I was once a teacher in another town", None),
    ],
)
def test_roles_match_in_both_languages(value: str, key: str | None) -> None:
    assert Matcher(GROUPS, {}, roles=True).match(value).key == key


@pytest.mark.parametrize(
    ("text", "day_first", "monday"),
    [
        ("2025/03/05 8:02:11 p. m. GMT-6", False, dt.date(2025, 3, 3)),
        ("2025-03-05T08:02:11Z", False, dt.date(2025, 3, 3)),
        ("3/5/2025 8:02", False, dt.date(2025, 3, 3)),
        ("5/3/2025 8:02", True, dt.date(2025, 3, 3)),
        ("3/5/25", False, dt.date(2025, 3, 3)),
        ("1/1/2025", False, dt.date(2024, 12, 30)),
        ("13/13/2025", False, None),
        ("1/1/1899", False, None),
        ("yesterday", False, None),
        ("", False, None),
    ],
)
def test_a_moment_becomes_its_monday(text: str, day_first: bool, monday: dt.date | None) -> None:
    assert monday_of(text, day_first=day_first) == monday


@given(moment=st.datetimes(min_value=dt.datetime(2001, 1, 1), max_value=dt.datetime(2099, 12, 31)))
def test_every_moment_of_a_week_has_the_same_monday(moment: dt.datetime) -> None:
    monday = monday_of(moment.strftime("%Y-%m-%d %H:%M:%S"))
    assert monday is not None
    assert monday.weekday() == 0
    assert dt.timedelta() <= moment.date() - monday < dt.timedelta(days=7)


def test_a_number_above_twelve_tells_the_order_of_day_and_month() -> None:
    assert is_day_first(["3/4/2025", "25/3/2025"], otherwise=False)
    assert not is_day_first(["3/4/2025", "3/25/2025"], otherwise=True)
    assert is_day_first(["3/4/2025"], otherwise=True)


def test_a_tally_counts_the_same_in_memory_and_on_disk() -> None:
    small, large = Tally(in_memory=3), Tally()
    texts = ["a", "b", "a", "c", "d", "a", "d", "e", "b"]
    assert [small.add(text) for text in texts] == [large.add(text) for text in texts] == [0, 0, 1, 0, 0, 2, 1, 0, 1]
    small.close()
    large.close()
