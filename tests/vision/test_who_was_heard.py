"""How many shaped a vision, as it may be said: nothing that the coverage page does not say, and nothing to subtract."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from commonwhy.districts.models import Group
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.queries.coverage import participation
from commonwhy.vision.services.who_was_heard import released_lines
from commonwhy.vision.wording import heard_in_words
from tests.cast import Cast
from tests.vision.drafts import adopted_vision, hold_survey


def lines(cast: Cast) -> dict[str, Any]:
    return released_lines(JobViewer(cast.alder.pk), cast.alder)


def in_words(cast: Cast) -> str:
    return heard_in_words(lines(cast))


def test_large_groups_stand_alone_the_largest_first(cast: Cast) -> None:
    hold_survey(cast, {"teachers": 40, "students": 612, "families": 331})
    assert in_words(cast) == "983 of us shaped this: 612 students, 331 family members and 40 teachers."


def test_thousands_are_written_as_the_reader_writes_them(cast: Cast) -> None:
    hold_survey(cast, {"students": 1204})
    assert in_words(cast).startswith("1,204 of us")
    # Spanish here is that of the schools of the United States: the same comma as in English.
    with translation.override("es"):
        assert in_words(cast).startswith("1,204 de nosotros")


@pytest.mark.parametrize(
    "heard",
    [
        {"students": 200, "teachers": 40, "board": 4},
        {"students": 200, "teachers": 40, "board": 4, "district_leaders": 3},
        {"students": 200, "teachers": 12, "families": 14, "union": 9},
        {"students": 300, "families": 200, "teachers": 90, "alumni": 10, "business": 9, "board": 9},
    ],
)
def test_small_groups_stand_together_and_cannot_be_subtracted(cast: Cast, heard: dict[str, int]) -> None:
    survey = hold_survey(cast, heard)
    found = lines(cast)
    shown = {group["kind"]: group["count"] for group in found["groups"]}
    assert all(count >= 10 for count in shown.values())
    assert all(heard[kind] == count for kind, count in shown.items())
    assert found["total"] == sum(heard.values())
    hidden = {kind: count for kind, count in heard.items() if kind not in shown}
    assert hidden, "a group under ten must not stand alone"
    assert len(hidden) >= 2, "a single group left over is the total less the others"
    assert found["others"]["count"] == sum(hidden.values()) >= 10
    assert {group["kind"] for group in found["others"]["groups"]} == set(hidden)
    # The same figures as on the coverage page, and no other.
    page = participation(JobViewer(cast.alder.pk), [survey])[survey.pk]
    on_page = {Group.everything.get(pk=pk).kind: count.heard for pk, count in page.groups.items() if pk}
    assert {kind: count for kind, count in on_page.items() if count} == shown


def test_merged_groups_are_named_as_merged(cast: Cast) -> None:
    hold_survey(cast, {"students": 200, "teachers": 40, "board": 4, "district_leaders": 3})
    words = in_words(cast)
    assert "counted together" in words
    assert "Board" in words
    assert "District leaders" in words


def test_too_few_to_say_anything_says_nothing(cast: Cast) -> None:
    hold_survey(cast, {"teachers": 4, "board": 3})
    hold_survey(cast, {"students": 11, "board": 1}, title="One more than ten")
    assert lines(cast) == {}
    assert in_words(cast) == ""


def test_nobody_heard_says_nothing(cast: Cast) -> None:
    assert in_words(cast) == ""


def test_a_group_the_district_added_has_its_own_name(cast: Cast) -> None:
    Group.everything.create(district=cast.alder, kind="other", name="Bus drivers")
    hold_survey(cast, {"students": 100, "other": 12})
    assert in_words(cast) == "112 of us shaped this: 100 students and 12 from the group Bus drivers."


def test_several_surveys_count_answers_because_people_answer_more_than_one(cast: Cast) -> None:
    hold_survey(cast, {"students": 100, "teachers": 20}, title="First")
    hold_survey(cast, {"students": 50, "families": 30}, title="Second")
    words = in_words(cast)
    assert words.startswith("200 answers to 2 surveys shaped this: ")
    assert "150 from the group Students" in words


def test_the_line_is_worked_out_once_and_stays(cast: Cast, django_assert_num_queries: Any) -> None:
    adopted = adopted_vision(cast)
    assert adopted.heard["total"] == 60
    hold_survey(cast, {"students": 500}, title="Later")
    adopted.refresh_from_db()
    with django_assert_num_queries(0):
        assert heard_in_words(adopted.heard).startswith("60 of us")


def test_a_version_from_before_there_were_figures_says_nothing() -> None:
    assert heard_in_words({}) == ""
    assert heard_in_words({"teachers": 12}) == ""
