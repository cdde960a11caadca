"""Planning, holding and calling off conversations, who took part, and meetings that come back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.listening.models import Attendance, Conversation, MeetingSeries, Stance
from commonwhy.listening.services import meetings
from tests.cast import Cast
from tests.listening.surveying import enrol
from tests.listening.talking import LIST, address, entry, focus_group, send

NEW = f"{LIST}new/"
SERIES = "/d/alder-creek/listen/series/"


def fields(**more: str) -> dict[str, Any]:
    return {"kind": "focus_group", "title": "Families", "starts_at": "2026-04-14T15:30", "minutes": "60", "place": "", **more}


# Planning


def test_planned_on_the_districts_clock(cast: Cast) -> None:
    answer = cast.client("coach").post(NEW, fields(place="Library", school=str(cast.maple.pk)))
    planned = Conversation.objects.within(cast.alder).get()
    assert answer.url == address(planned)  # type: ignore[attr-defined]
    assert planned.starts_at == datetime(2026, 4, 14, 20, 30, tzinfo=UTC)  # 15:30 in Chicago in summer
    assert (planned.state, planned.held_on, planned.school) == ("planned", date(2026, 4, 14), cast.maple)
    assert list(planned.facilitators.all()) == [cast.coach]


def test_an_evening_is_the_districts_day(cast: Cast) -> None:
    cast.client("coach").post(NEW, fields(starts_at="2026-01-14T23:30"))
    planned = Conversation.objects.within(cast.alder).get()
    assert planned.starts_at == datetime(2026, 1, 15, 5, 30, tzinfo=UTC)
    assert planned.held_on == date(2026, 1, 14)


def test_start_now_needs_a_title_only(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 4, 14, 20, 30, 17, tzinfo=UTC)):
        answer = cast.client("coach").post(NEW, {"kind": "interview", "title": "Hallway", "now": "1"})
    held = Conversation.objects.within(cast.alder).get()
    assert answer.url == address(held)  # type: ignore[attr-defined]
    assert held.starts_at == datetime(2026, 4, 14, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"starts_at": "2026-03-08T02:30"}, "starts_at"),  # the clock jumps from 2 to 3
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": ""}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59"}, "starts_at"),
        ({"title": ""}, "title"),
        ({"kind": "three_teachers"}, "kind"),
        ({"kind": "meeting"}, "kind"),
        ({"minutes": "-5"}, "minutes"),
        ({"school": "not a school"}, "school"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_planned(cast: Cast, wrong: dict[str, str], where: str) -> None:
    answer = cast.client("coach").post(NEW, fields(**wrong))
    assert answer.status_code == 400
    assert f'id="id_{where}_error"' in answer.content.decode()
    assert not Conversation.objects.within(cast.alder).exists()


def test_an_hour_that_comes_twice_is_the_first(cast: Cast) -> None:
    cast.client("coach").post(NEW, fields(starts_at="2026-11-01T01:30"))
    assert Conversation.objects.within(cast.alder).get().starts_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_only_members_who_hold_conversations_hold_it_too(cast: Cast) -> None:
    client = cast.client("coach")
    client.post(NEW, fields(facilitators=str(cast.superintendent.pk)))
    assert set(Conversation.objects.within(cast.alder).get().facilitators.all()) == {cast.coach, cast.superintendent}
    for who in (cast.teacher, cast.outsider):
        assert client.post(NEW, fields(facilitators=str(who.pk))).status_code == 400


def test_another_time_is_reminded_of_again(cast: Cast) -> None:
    held = focus_group(cast)
    Conversation.everything.filter(pk=held.pk).update(reminded=True)
    cast.client("coach").post(address(held, "change/"), fields())
    held.refresh_from_db()
    assert (held.title, held.reminded) == ("Families", False)


# Who took part


def test_heads_are_counted_by_steps_and_by_number_without_a_script(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast, school=cast.maple)
    name = f"n-{cast.group('families').pk}-{cast.maple.pk}"
    for _ in range(3):
        page = client.get(address(held, "people/")).context["form"]
        now = {each: page[each].value() or 0 for each in page.fields if each.startswith("n-")}
        answer = client.post(address(held, "people/"), {**now, "step": f"{name}:1"})
        assert answer.url.endswith(f"#{name}")
    client.post(address(held, "people/"), {**now, name: "5", "step": f"{name}:-1"})
    row = Attendance.objects.within(cast.alder).get()
    assert (row.people, row.school, row.group) == (4, cast.maple, cast.group("families"))
    client.post(address(held, "people/"), {name: "0"})
    assert not Attendance.objects.within(cast.alder).exists()


def test_somebody_of_another_school_is_added(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast, school=cast.maple)
    more = {"add_group": str(cast.group("students").pk), "add_school": str(cast.creekside.pk), "add_people": "3"}
    client.post(address(held, "people/"), more)
    row = Attendance.objects.within(cast.alder).get()
    assert (row.group.kind, row.school, row.people) == ("students", cast.creekside, 3)


@pytest.mark.parametrize("number", ["-1", "many", "2001", "1e3"])
def test_a_number_that_is_none_changes_nothing(cast: Cast, number: str) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    assert client.post(address(held, "people/"), {f"n-{cast.group('families').pk}": number}).status_code == 400
    assert not Attendance.objects.within(cast.alder).exists()


# Closing and calling off


def test_closing_says_what_it_came_to_and_notes_where_they_stand(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    families = cast.group("families")
    send(client, held, entry(cast, "One"), entry(cast, "Two"))
    meetings.count_people(conversation=held, counts={(families.pk, None): 6}, by=cast.coach)
    answers = {"minutes": "90", f"level-{families.pk}": "2", f"because-{families.pk}": "They fear more screens."}
    page = client.post(address(held, "close/"), answers, follow=True).content.decode()
    assert "Held: 2 notes, 6 people, 9.0 hours of their time." in page
    stance = Stance.objects.within(cast.alder).get()
    assert (stance.group, stance.level, stance.conversation, stance.school) == (families, 2, held, None)
    client.post(address(held, "close/"), answers | {f"level-{families.pk}": "3"})
    assert Stance.objects.within(cast.alder).get().level == 3  # corrected, not added


def test_a_stance_of_a_handful_is_not_kept_but_the_conversation_is(cast: Cast) -> None:
    enrol(cast, "district_leaders", 2)
    client, held = cast.client("coach"), focus_group(cast)
    leaders = cast.group("district_leaders")
    meetings.count_people(conversation=held, counts={(leaders.pk, None): 2}, by=cast.coach)
    page = client.post(address(held, "close/"), {"minutes": "30", f"level-{leaders.pk}": "1"}, follow=True).content.decode()
    assert "where a person stands" in page
    held.refresh_from_db()
    assert held.state == "held"
    assert not Stance.objects.within(cast.alder).exists()


def test_the_clock_suggests_the_minutes(cast: Cast) -> None:
    held = focus_group(cast, starts_at=timezone.now() - timedelta(minutes=75), minutes=60)
    assert 'value="75"' in cast.client("coach").get(address(held, "close/")).content.decode()


def test_called_off_with_a_reason_and_planned_again(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    assert client.post(address(held, "call-off/"), {"because": " "}).status_code == 400
    client.post(address(held, "call-off/"), {"because": "Snow day"})
    assert "Snow day" in client.get(LIST).content.decode()
    assert client.post(address(held, "close/"), {"minutes": "5"}, follow=True).status_code == 200
    held.refresh_from_db()
    assert held.state == "called_off"
    client.post(address(held, "call-off/"), {"again": "1"})
    held.refresh_from_db()
    assert (held.state, held.called_off_because) == ("planned", "")


def test_what_was_held_cannot_be_called_off(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    meetings.hold(conversation=held, minutes=10, by=cast.coach)
    client.post(address(held, "call-off/"), {"because": "No"})
    held.refresh_from_db()
    assert held.state == "held"


def test_the_list_asks_whether_a_past_one_was_held(cast: Cast) -> None:
    focus_group(cast, starts_at=timezone.now() - timedelta(days=1), title="Yesterday")
    focus_group(cast, starts_at=timezone.now() + timedelta(days=1), title="Tomorrow")
    page = cast.client("coach").get(LIST)
    assert "Was it held?" in page.content.decode()
    assert [one.title for one in page.context["planned"].waiting] == ["Yesterday"]
    assert [one.title for one in page.context["planned"].coming] == ["Tomorrow"]
    assert "Yesterday" not in cast.client("superintendent").get(LIST).content.decode()


# Series


def series_with_meetings(cast: Cast, *people: int, cadence: str = "monthly") -> MeetingSeries:
    series = meetings.begin_series(district=cast.alder, title="Building Capacity", cadence=cadence, purpose="", by=cast.coach)
    for number, count in enumerate(people):
        held = focus_group(
            cast, kind="meeting", series=series, starts_at=datetime(2026, 1 + number, 13, 21, 0, tzinfo=UTC), title="Capacity"
        )
        meetings.count_people(conversation=held, counts={(cast.group("teachers").pk, None): count}, by=cast.coach)
        meetings.hold(conversation=held, minutes=60, by=cast.coach)
    return series


def test_the_next_meeting_is_made_from_the_last_on_the_same_clock(cast: Cast) -> None:
    """From February (UTC-6) to March (UTC-5): three in the afternoon both times."""
    series = series_with_meetings(cast, 9, 14)
    client = cast.client("coach")
    last = client.get(f"{SERIES}{series.pk}/").context["last"]
    for _ in range(2):  # pressed twice
        client.post(f"{SERIES}{series.pk}/next/", {"last": str(last.pk)})
    made = Conversation.objects.within(cast.alder).get(series=series, state="planned")
    assert made.held_on == date(2026, 3, 13)  # the second Friday again
    assert made.starts_at == datetime(2026, 3, 13, 20, 0, tzinfo=UTC)
    assert (made.title, made.minutes, list(made.facilitators.all())) == ("Capacity", 60, [cast.coach])


def test_attendance_over_time_is_seen_by_others_and_what_was_said_is_not(cast: Cast) -> None:
    series = series_with_meetings(cast, 9, 14)
    page = cast.client("superintendent").get(f"{SERIES}{series.pk}/").content.decode()
    assert "From 9 people at the first meeting to 14 at the last" in page
    assert f"{LIST}" not in page.split("<table")[1].split("</table")[0]  # no links to conversations that are not hers


def test_a_series_ends_and_is_taken_up_again(cast: Cast) -> None:
    series, client = series_with_meetings(cast, 9), cast.client("coach")
    client.post(f"{SERIES}{series.pk}/end/")
    page = client.post(f"{SERIES}{series.pk}/next/", follow=True).content.decode()
    assert "This series has ended." in page
    client.post(f"{SERIES}{series.pk}/end/", {"again": "1"})
    series.refresh_from_db()
    assert series.ended_on is None


def test_a_series_of_that_title_is_there(cast: Cast) -> None:
    client = cast.client("coach")
    for status in (302, 400):
        assert client.post(SERIES, {"title": "Monthly", "cadence": "monthly", "purpose": ""}).status_code == status
    assert MeetingSeries.objects.within(cast.alder).count() == 1


@pytest.mark.parametrize(
    ("day", "cadence", "following"),
    [
        ("2026-01-16", "daily", "2026-01-19"),  # a Friday
        ("2026-01-13", "weekly", "2026-01-20"),
        ("2026-01-13", "fortnightly", "2026-01-27"),
        ("2026-01-13", "monthly", "2026-02-10"),
        ("2026-01-30", "monthly", "2026-02-27"),  # the fifth Friday, where there are four
        ("2026-11-10", "quarterly", "2027-02-09"),
        ("2024-02-29", "yearly", "2025-02-27"),
    ],
)
def test_when_a_series_meets_next(day: str, cadence: str, following: str) -> None:
    assert meetings.next_day(date.fromisoformat(day), cadence).isoformat() == following


def test_somebody_of_one_school_sees_that_schools_heads_only(cast: Cast) -> None:
    from commonwhy.districts.models import Membership, Role
    from commonwhy.districts.services import give_role

    series = series_with_meetings(cast, 9)
    Membership.everything.filter(account=cast.teacher).delete()
    give_role(district=cast.alder, account=cast.teacher, role=Role.FACILITATOR, school=cast.creekside)
    page = cast.client("teacher").get(f"{SERIES}{series.pk}/")
    assert [meeting.people for meeting in page.context["meetings"]] == []


def test_what_is_done_is_audited(cast: Cast) -> None:
    held = focus_group(cast)
    meetings.call_off(conversation=held, because="Snow", by=cast.coach)
    assert list(AuditEntry.objects.order_by("at").values_list("verb", flat=True))[-2:] == ["planned", "called off"]


def test_the_pages_cost_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    series, client = series_with_meetings(cast, 9, 14, 12), cast.client("coach")
    held = Conversation.objects.within(cast.alder).first()
    assert held is not None
    pages = ((f"{SERIES}{series.pk}/", 14), (SERIES, 10), (NEW, 12), (address(held, "close/"), 14), (LIST, 10))
    for page, most in pages:
        client.get(page)
        with django_assert_max_num_queries(most):
            client.get(page)
