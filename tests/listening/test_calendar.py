"""The calendar: a secret address that can be ended, times that are right in any zone, and reminders."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from commonwhy.districts.models import Membership
from commonwhy.listening.models import CalendarFeed, Conversation
from commonwhy.listening.services import calendar as services
from commonwhy.listening.services import meetings
from tests.cast import Cast
from tests.listening.talking import address, entry, focus_group, send

PAGE = "/d/alder-creek/listen/calendar/"


def feed_of(cast: Cast, who: str = "coach") -> str:
    """The path of somebody's own address, made as they make it."""
    client = cast.client(who)
    client.post(f"{PAGE}address/")
    return str(client.get(PAGE).context["address"]).removeprefix("http://127.0.0.1:8000")


def events(path: str) -> list[Any]:
    """What a calendar program reads: no session, no cookie."""
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert not answer.cookies
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_program_reads_when_and_where_and_no_more(cast: Cast) -> None:
    starts = datetime.now(ZoneInfo("America/Chicago")).replace(hour=15, minute=30, second=0, microsecond=0) + timedelta(days=3)
    held = focus_group(cast, starts_at=starts, place="Library; room 2, left", school=cast.maple, purpose="Secret purpose")
    send(cast.client("coach"), held, entry(cast, "Secret words"))
    path = feed_of(cast)
    event = events(path)[0]
    assert event["SUMMARY"] == "Focus group: Families at Creekside"
    assert event["LOCATION"] == "Library; room 2, left, Maple Street School"
    assert event.decoded("DTSTART") == starts
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)
    assert "Secret" not in Client().get(path).content.decode()
    assert "oach" not in Client().get(path).content.decode()


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-06T15:30", "20260306T213000Z"),  # two days before daylight saving time begins in Chicago
        ("2026-03-09T15:30", "20260309T203000Z"),  # and the day after
        ("2026-10-30T15:30", "20261030T203000Z"),
        ("2026-11-02T15:30", "20261102T213000Z"),
    ],
)
def test_the_clock_on_the_wall_is_right_before_and_after_it_changes(cast: Cast, local: str, utc: str) -> None:
    client = cast.client("coach")
    client.post(
        "/d/alder-creek/listen/conversations/new/", {"kind": "interview", "title": "Hall", "starts_at": local, "minutes": "30"}
    )
    held = Conversation.objects.within(cast.alder).get()
    content = client.get(address(held, "event.ics")).content.decode()
    assert f"DTSTART:{utc}" in content
    assert local[11:] in client.get(address(held, "change/")).content.decode()


def test_what_was_called_off_says_so(cast: Cast) -> None:
    held = focus_group(cast)
    meetings.call_off(conversation=held, because="Snow", by=cast.coach)
    event = events(feed_of(cast))[0]
    assert (event["STATUS"], "Snow" in str(event)) == ("CANCELLED", False)


def test_the_address_is_ones_own_and_can_be_ended(cast: Cast) -> None:
    focus_group(cast)
    path = feed_of(cast)
    assert len(events(path)) == 1
    assert events(feed_of(cast, "superintendent")) == []
    renewed = feed_of(cast)
    assert renewed != path
    assert Client().get(path).status_code == 404
    cast.client("coach").post(f"{PAGE}address/", {"stop": "1"})
    assert Client().get(renewed).status_code == 404
    assert not CalendarFeed.objects.within(cast.alder).filter(account=cast.coach).exists()


def test_the_database_alone_does_not_hold_the_address(cast: Cast) -> None:
    path = feed_of(cast)
    feed = CalendarFeed.objects.within(cast.alder).get(account=cast.coach)
    assert feed.salt not in path
    assert str(feed.pk) not in path
    assert services.feed_of(services.secret_of(feed)) == feed


@pytest.mark.parametrize("secret", ["x", "A" * 43, "é" * 30, "%00", "../../etc/passwd", "A" * 5_000])
def test_a_forged_address_is_not_found(cast: Cast, secret: str) -> None:
    assert services.feed_of(secret) is None
    assert Client().get(f"/calendar/{secret.replace('/', '-')}.ics").status_code == 404


def test_one_letter_changed_is_another_address(cast: Cast) -> None:
    path = feed_of(cast)
    for place in (len("/calendar/"), len("/calendar/") + 30):
        changed = path[:place] + ("A" if path[place] != "A" else "B") + path[place + 1 :]
        assert Client().get(changed).status_code == 404


def test_whoever_lost_the_role_or_left_reads_nothing_more(cast: Cast) -> None:
    focus_group(cast)
    path = feed_of(cast)
    Membership.everything.filter(account=cast.coach).update(role="member")
    assert Client().get(path).status_code == 404
    Membership.everything.filter(account=cast.coach).update(role="coach")
    cast.coach.is_active = False
    cast.coach.save()
    assert Client().get(path).status_code == 404


def test_the_pages_cost_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        focus_group(cast, starts_at=timezone.now() + timedelta(days=number))
    path, client = feed_of(cast), cast.client("coach")
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        assert "19 conversations to come" in client.get(PAGE).content.decode()
    with django_assert_max_num_queries(4):
        events(path)


# Reminders


def test_facilitators_are_reminded_the_day_before_and_once(cast: Cast) -> None:
    zone = ZoneInfo("America/Chicago")
    with time_machine.travel(datetime(2026, 4, 13, 8, 0, tzinfo=zone)):
        focus_group(cast, starts_at=datetime(2026, 4, 14, 15, 30, tzinfo=zone), facilitators=[cast.superintendent])
        focus_group(cast, starts_at=datetime(2026, 4, 16, 15, 30, tzinfo=zone), title="Not yet")
        assert services.remind_all() == 2
        assert services.remind_all() == 0
    assert {message.to[0] for message in mail.outbox} == {cast.coach.email, cast.superintendent.email}
    assert "3:30 p.m." in mail.outbox[0].body
    assert "/listen/conversations/" in mail.outbox[0].body


def test_the_day_before_is_the_districts(cast: Cast) -> None:
    """In the evening in Chicago it is the next day in UTC already."""
    zone = ZoneInfo("America/Chicago")
    with time_machine.travel(datetime(2026, 4, 12, 21, 0, tzinfo=zone)):
        focus_group(cast, starts_at=datetime(2026, 4, 14, 9, 0, tzinfo=zone))
        assert services.remind_all() == 0
    with time_machine.travel(datetime(2026, 4, 13, 21, 0, tzinfo=zone)):
        assert services.remind_all() == 1


def test_the_day_after_it_is_asked_whether_it_was_held(cast: Cast) -> None:
    zone = ZoneInfo("America/Chicago")
    with time_machine.travel(datetime(2026, 4, 13, 8, 0, tzinfo=zone)):
        first = focus_group(cast, starts_at=datetime(2026, 4, 13, 9, 0, tzinfo=zone))
        second = focus_group(cast, starts_at=datetime(2026, 4, 13, 9, 0, tzinfo=zone), title="Held")
        meetings.hold(conversation=second, minutes=60, by=cast.coach)
    with time_machine.travel(datetime(2026, 4, 14, 8, 0, tzinfo=zone)):
        services.remind_all()
    assert [message.subject for message in mail.outbox] == [f"Was it held? {first.title}"]


def test_a_mail_server_that_is_away_is_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held = focus_group(cast, starts_at=timezone.now() + timedelta(hours=3))

    def away(*_arguments: object) -> int:
        raise OSError("coach@example.org refused")

    with monkeypatch.context() as broken:
        broken.setattr(services, "send_mail", away)
        assert services.remind_all() == 0
    held.refresh_from_db()
    assert not held.reminded
    assert services.remind_all() == 1


def test_nobody_is_reminded_of_what_was_called_off(cast: Cast) -> None:
    held = focus_group(cast, starts_at=timezone.now() + timedelta(hours=3))
    meetings.call_off(conversation=held, because="Snow", by=cast.coach)
    assert services.remind_all() == 0
