"""The sets that come with the software: codes and short names as published, a link, and never a standard's text."""

from __future__ import annotations

from typing import Any

import pytest

from commonwhy import frameworks

PUBLISHED = {
    "iste-students": (
        "1.1 Empowered Learner, 1.2 Digital Citizen, 1.3 Knowledge Constructor, 1.4 Innovative Designer, "
        "1.5 Computational Thinker, 1.6 Creative Communicator, 1.7 Global Collaborator"
    ),
    "iste-educators": "2.1 Learner, 2.2 Leader, 2.3 Citizen, 2.4 Collaborator, 2.5 Designer, 2.6 Facilitator, 2.7 Analyst",
    "iste-education-leaders": (
        "3.1 Digital Citizenship Advocate, 3.2 Visionary Planner, 3.3 Empowering Leader, 3.4 Systems Designer, "
        "3.5 Connected Learner"
    ),
    "iste-coaches": (
        "4.1 Change Agent, 4.2 Connected Learner, 4.3 Collaborator, 4.4 Learning Designer, "
        "4.5 Professional Learning Facilitator, 4.6 Data-Driven Decision-Maker, 4.7 Digital Citizen Advocate"
    ),
}


def test_the_four_sets_are_as_published() -> None:
    shipped = {one.key: ", ".join(f"{each.code} {each.name}" for each in one.items) for one in frameworks.all_sets()}
    assert shipped == PUBLISHED


def test_each_set_says_whom_it_is_for_and_where_it_is_read() -> None:
    assert [one.audience for one in frameworks.all_sets()] == ["students", "educators", "leaders", "coaches"]
    assert {one.source for one in frameworks.all_sets()} == {"https://iste.org/standards"}


def test_names_are_short_so_that_no_text_is_copied() -> None:
    assert max(len(each.name.split()) for one in frameworks.all_sets() for each in one.items) <= 4


def test_an_item_is_found_by_its_set_and_code() -> None:
    found = frameworks.item("iste-coaches", "4.6")
    assert found == frameworks.Item("iste-coaches", "4.6", "Data-Driven Decision-Maker")
    assert frameworks.item("iste-coaches", "1.1") is None
    assert frameworks.item("nobody", "4.6") is None


@pytest.mark.parametrize(
    "broken",
    [
        {"key": "x", "title": "X", "audience": "students", "items": []},
        {"key": "x", "title": "X", "audience": "students", "items": [["1", "One"], ["1", "Again"]]},
        {"key": "x", "title": "X", "audience": "students", "items": [["1"]]},
        {"key": "x", "title": "X", "items": [["1", "One"]]},
    ],
)
def test_data_that_contradict_themselves_are_named(broken: dict[str, Any]) -> None:
    with pytest.raises(frameworks.FrameworkError, match=r"mine\.toml, set 1"):
        frameworks.read_sets({"publisher": "P", "source": "https://example.org", "set": [broken]}, "mine.toml")
