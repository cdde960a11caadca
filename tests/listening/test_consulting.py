"""Whom to consult: placing, targets, who was never consulted, hours, and where groups stand; each as far as one may see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonwhy.districts.models import GroupStanding, School
from commonwhy.districts.services import mark_group
from commonwhy.listening.models import CoverageTarget, Stance
from commonwhy.listening.queries.consulting import Line, Overview, overview
from commonwhy.listening.services import consulting as services
from commonwhy.listening.services import meetings
from commonwhy.listening.services.coarsening import Cell
from tests.cast import Cast
from tests.listening.surveying import enrol, hear, opened
from tests.listening.talking import focus_group

PAGE = "/d/alder-creek/listen/consulting/"


def held(cast: Cast, people: int, *, kind: str = "families", school: School | None = None, minutes: int | None = 90) -> None:
    """A focus group that was held with so many of a group."""
    conversation = focus_group(cast)
    counts = {(cast.group(kind).pk, school.pk if school else None): people}
    meetings.count_people(conversation=conversation, counts=counts, by=cast.coach)
    meetings.hold(conversation=conversation, minutes=minutes, by=cast.coach)


def seen(cast: Cast, who: str = "coach", survey: Any = None) -> Overview:
    return overview(cast.viewer(who), cast.alder, survey)


def line(view: Overview, kind: str, school: School | None = None) -> Line:
    lines = view.schools if school else view.groups
    return next(each for each in lines if each.group.kind == kind and each.school == school)


# Reaching


def test_hours_are_minutes_times_people(cast: Cast) -> None:
    held(cast, 12, minutes=90)
    held(cast, 4, minutes=30)
    held(cast, 7, minutes=None)
    families = line(seen(cast), "families")
    assert (families.spoke, families.hours) == (23, 20.0)
    assert seen(cast).without_minutes == 1
    page = cast.client("coach").get(PAGE).content.decode()
    assert "20.0" in page
    assert "1 conversation has no minutes and adds none." in page


def test_many_people_for_long_are_many_hours(cast: Cast) -> None:
    held(cast, 2_000, minutes=1_440)
    assert line(seen(cast), "families").hours == 48_000


def test_what_is_only_planned_or_called_off_reached_nobody(cast: Cast) -> None:
    conversation = focus_group(cast)
    meetings.count_people(conversation=conversation, counts={(cast.group("families").pk, None): 9}, by=cast.coach)
    assert line(seen(cast), "families").spoke == 0
    meetings.call_off(conversation=conversation, because="Snow", by=cast.coach)
    assert line(seen(cast), "families").never


def test_answers_and_people_stand_beside_each_other_and_are_never_added(cast: Cast) -> None:
    enrol(cast, "families", 60, cast.maple)
    enrol(cast, "teachers", 60, cast.maple)
    survey = opened(cast)
    hear(survey, Cell(cast.group("families"), cast.maple), 25)
    hear(survey, Cell(cast.group("teachers"), cast.maple), 30)
    held(cast, 12)
    services.set_targets(group=cast.group("families"), targets={None: 37}, by=cast.coach)
    families = line(seen(cast, survey=survey), "families")
    assert families.heard is not None
    assert (families.heard.heard, families.spoke, families.target) == (25, 12, 37)
    assert families.reached is False  # 25 + 12 would be 37: the same parents may have done both
    services.set_targets(group=cast.group("families"), targets={None: 25}, by=cast.coach)
    assert line(seen(cast, survey=survey), "families").reached
    assert "never added up" in cast.client("coach").get(PAGE).content.decode()


def test_few_answers_look_like_none(cast: Cast) -> None:
    enrol(cast, "families", 60, cast.maple)
    enrol(cast, "teachers", 60, cast.maple)
    pages = []
    for count in (0, 3):
        survey = opened(cast, title=f"S{count}")
        hear(survey, Cell(cast.group("families"), cast.maple), count)
        hear(survey, Cell(cast.group("teachers"), cast.maple), 30)
        families = line(seen(cast, survey=survey), "families")
        assert families.heard is not None
        pages.append((families.heard.heard, families.heard.enough))
    assert pages == [(None, False), (None, False)]


def test_who_was_never_consulted(cast: Cast) -> None:
    for kind in ("teachers", "families"):
        enrol(cast, kind, 20, cast.maple)
    enrol(cast, "students", 20, cast.creekside)
    opened(cast, "teachers")
    held(cast, 6, school=cast.maple)
    mark_group(group=cast.group("union"), not_here="No union here", by=cast.superintendent)
    view = seen(cast)
    never = {each.group.kind for each in view.never}
    assert not {"teachers", "families", "union"} & never
    assert {"students", "board"} <= never
    assert line(view, "students", cast.creekside).never
    assert not line(view, "families", cast.maple).never
    assert "No union here" in cast.client("coach").get(PAGE).content.decode()


def test_a_place_nobody_spoke_at_is_named_although_the_group_was_met_elsewhere(cast: Cast) -> None:
    enrol(cast, "families", 20, cast.maple)
    enrol(cast, "families", 20, cast.creekside)
    held(cast, 6, school=cast.maple)
    assert [(each.group.kind, each.school) for each in seen(cast).never_in_schools] == [("families", cast.creekside)]


# Placing and targets


def fields(**more: str) -> dict[str, str]:
    return {"influence": "4", "interest": "2", "note": "Because.", **more}


def test_a_group_is_placed_and_its_targets_set(cast: Cast) -> None:
    client, board = cast.client("coach"), cast.group("board")
    client.post(f"{PAGE}{board.pk}/", fields(target="7", **{f"target-{cast.maple.pk}": "2"}))
    standing = GroupStanding.objects.within(cast.alder).get()
    assert (standing.group, standing.influence, standing.interest) == (board, 4, 2)
    assert set(CoverageTarget.objects.within(cast.alder).values_list("school", "people")) == {(None, 7), (cast.maple.pk, 2)}
    client.post(f"{PAGE}{board.pk}/", fields(influence="5", target="0"))
    assert GroupStanding.objects.within(cast.alder).get().influence == 5
    assert not CoverageTarget.objects.within(cast.alder).exists()


def test_the_picture_has_a_mark_for_each_and_the_table_says_the_same(cast: Cast) -> None:
    for kind, influence, interest in (("board", 5, 2), ("families", 2, 5), ("students", 2, 5)):
        services.place_group(group=cast.group(kind), influence=influence, interest=interest, note="", by=cast.coach)
    placed = seen(cast).placed
    assert [(each.group.kind, each.number) for each in placed] == [("board", 1), ("students", 2), ("families", 3)]
    assert len({(each.x, each.y) for each in placed}) == 3
    board, families = placed[0], placed[1]
    assert board.y < families.y  # more influence stands higher
    assert board.x < families.x
    page = cast.client("coach").get(PAGE).content.decode()
    assert page.count("<circle") == 3
    assert "style=" not in page


@pytest.mark.parametrize(
    "wrong", [{"influence": "6"}, {"interest": ""}, {"influence": "x"}, {"target": "-1"}, {"target": "many"}]
)
def test_what_is_wrong_changes_nothing(cast: Cast, wrong: dict[str, str]) -> None:
    answer = cast.client("coach").post(f"{PAGE}{cast.group('board').pk}/", fields(**wrong))
    assert answer.status_code == 400
    assert not GroupStanding.objects.within(cast.alder).exists()


# Where groups stand


def test_a_stance_moves_over_time(cast: Cast) -> None:
    client, families = cast.client("coach"), cast.group("families")
    for day, level in (("2026-01-10", "1"), ("2026-04-10", "4")):
        client.post(f"{PAGE}{families.pk}/stance/", {"level": level, "noted_on": day, "because": "We heard it."})
    course = seen(cast).courses[0]
    assert [stance.level for stance in course.stances] == [1, 4]
    assert course.dots[0][1] > course.dots[1][1]  # upwards
    page = client.get(PAGE).content.decode()
    assert "Families</a>: supportive" in page
    first = Stance.objects.within(cast.alder).order_by("noted_on")[0]
    client.post(f"{PAGE}stances/{first.pk}/remove/")
    assert Stance.objects.within(cast.alder).count() == 1


@pytest.mark.parametrize("wrong", [{"level": "6"}, {"level": ""}, {"noted_on": "never"}, {"noted_on": "2999-01-01"}])
def test_a_stance_that_makes_no_sense_is_not_noted(cast: Cast, wrong: dict[str, str]) -> None:
    given = {"level": "3", "noted_on": date.today().isoformat(), "because": "", **wrong}
    answer = cast.client("coach").post(f"{PAGE}{cast.group('families').pk}/stance/", given)
    assert answer.status_code == 400
    assert not Stance.objects.within(cast.alder).exists()


def test_no_stance_is_about_one_person(cast: Cast) -> None:
    """One principal in a school is a person, three district leaders are a handful; twelve teachers are a group."""
    enrol(cast, "building_leaders", 1, cast.creekside)
    enrol(cast, "building_leaders", 5, cast.maple)
    enrol(cast, "district_leaders", 3)
    enrol(cast, "teachers", 12, cast.creekside)
    today = timezone.localdate()

    def noted(kind: str, school: School | None) -> bool:
        try:
            services.note_stance(group=cast.group(kind), level=1, noted_on=today, by=cast.coach, school=school)
        except services.StanceRefused:
            return False
        return True

    assert not noted("building_leaders", cast.creekside)
    assert noted("building_leaders", None)
    assert not noted("district_leaders", None)
    assert noted("teachers", cast.creekside)
    assert not noted("teachers", cast.maple)
    assert noted("board", None)  # the roster knows nobody of it


# Who sees what


def test_a_school_leader_sees_the_own_school_and_nothing_of_the_district(cast: Cast) -> None:
    for school in (cast.creekside, cast.maple):
        enrol(cast, "teachers", 20, school)
        held(cast, 6, kind="teachers", school=school)
        services.note_stance(
            group=cast.group("teachers"),
            level=2,
            noted_on=timezone.localdate(),
            by=cast.coach,
            school=school,
            because="Heard words",
        )
    services.place_group(group=cast.group("board"), influence=5, interest=1, note="Frank words", by=cast.coach)
    services.set_targets(group=cast.group("teachers"), targets={None: 111, cast.creekside.pk: 15}, by=cast.coach)
    view = seen(cast, "principal")
    assert (view.limited, view.placed, view.groups) == (True, [], [])
    assert {each.school for each in view.schools} == {cast.creekside}
    assert [stance.school for course in view.courses for stance in course.stances] == [cast.creekside]
    page = cast.client("principal").get(PAGE).content.decode()
    for hidden in ("Maple", "Frank words", "Heard words", "111"):
        assert hidden not in page


def test_the_board_sees_numbers_and_not_what_was_heard(cast: Cast) -> None:
    services.place_group(group=cast.group("families"), influence=2, interest=5, note="Frank words", by=cast.coach)
    services.note_stance(
        group=cast.group("families"), level=2, noted_on=timezone.localdate(), by=cast.coach, because="Heard words"
    )
    page = cast.client("board").get(PAGE).content.decode()
    assert "Families" in page
    assert "Frank words" not in page
    assert "Heard words" not in page
    assert cast.client("board").get(f"{PAGE}{cast.group('families').pk}/").status_code == 403


def test_another_districts_group_is_not_found(cast: Cast) -> None:
    theirs = services.Group.objects.within(cast.birch).get(kind="families")
    client = cast.client("coach")
    assert client.get(f"{PAGE}{theirs.pk}/").status_code == 404
    assert client.post(f"{PAGE}{theirs.pk}/stance/", {"level": "1"}).status_code == 404


def test_the_pages_cost_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for kind in ("teachers", "families", "students"):
        enrol(cast, kind, 30, cast.maple)
        services.place_group(group=cast.group(kind), influence=3, interest=3, note="", by=cast.coach)
        for days in range(5):
            day = timezone.localdate() - timedelta(days=days)
            services.note_stance(group=cast.group(kind), level=3, noted_on=day, by=cast.coach)
        held(cast, 9, kind=kind, school=cast.maple)
    opened(cast)
    client = cast.client("coach")
    for page, most in ((PAGE, 25), (f"{PAGE}{cast.group('teachers').pk}/", 16)):
        client.get(page)
        with django_assert_max_num_queries(most):
            client.get(page)
