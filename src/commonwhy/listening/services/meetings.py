"""Planning, holding and calling off conversations, who took part, and meetings that come back."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District, Group, School
from commonwhy.listening.models import Attendance, Conversation, MeetingSeries, Note

MOST_PEOPLE = 2_000
LONGEST_MINUTES = 24 * 60
Place = tuple[UUID, UUID | None]
"""A group and, where it is known, a school."""


class MeetingRefused(Exception):
    """Nothing was changed; the message says why and the way out."""


@transaction.atomic
def plan_conversation(
    *, district: District, by: User, starts_at: datetime, facilitators: Iterable[User] = (), **fields: Any
) -> Conversation:
    """A conversation that is to come, or begins now. Whoever plans it is one of its facilitators."""
    conversation = Conversation.everything.create(
        district=district,
        state=Conversation.State.PLANNED,
        starts_at=starts_at,
        held_on=_day(district, starts_at),
        **{"term": district.term, **fields},
    )
    conversation.facilitators.set({by, *facilitators})
    audit.record(actor=by, verb="planned", subject=conversation)
    return conversation


@transaction.atomic
def change_conversation(
    *, conversation: Conversation, by: User, starts_at: datetime, facilitators: Iterable[User] = (), **fields: Any
) -> Conversation:
    """Change what was planned or held; another time is reminded of again. Whoever changes it stays a facilitator."""
    if starts_at != conversation.starts_at:
        conversation.reminded = False
    conversation.starts_at = starts_at
    conversation.held_on = _day(conversation.district, starts_at)
    for name, value in fields.items():
        setattr(conversation, name, value)
    conversation.save()
    conversation.facilitators.set({by, *facilitators})
    audit.record(actor=by, verb="changed", subject=conversation)
    return conversation


@transaction.atomic
def call_off(*, conversation: Conversation, because: str, by: User) -> Conversation:
    """Say that a planned conversation does not take place, and why. Its notes stay. A held one was held."""
    if conversation.state != Conversation.State.PLANNED:
        raise MeetingRefused(_("Only what is planned can be called off. Nothing was changed."))
    conversation.state = Conversation.State.CALLED_OFF
    conversation.called_off_because = because.strip()
    conversation.save(update_fields=["state", "called_off_because"])
    audit.record(actor=by, verb="called off", subject=conversation)
    return conversation


@transaction.atomic
def plan_again(*, conversation: Conversation, by: User) -> Conversation:
    """Take calling it off back."""
    if conversation.state != Conversation.State.CALLED_OFF:
        raise MeetingRefused(_("It was not called off. Nothing was changed."))
    conversation.state = Conversation.State.PLANNED
    conversation.called_off_because = ""
    conversation.save(update_fields=["state", "called_off_because"])
    audit.record(actor=by, verb="planned again", subject=conversation)
    return conversation


@dataclass(frozen=True)
class Tally:
    """What a conversation came to. `hours` is people × minutes / 60, None until both are known."""

    notes: int
    quotable: int
    people: int
    groups: int
    minutes: int | None

    @property
    def hours(self) -> float | None:
        return self.people * self.minutes / 60 if self.minutes and self.people else None


def tally(conversation: Conversation) -> Tally:
    """How many notes, people and groups. Three queries."""
    notes = Note.objects.within(conversation.district_id).filter(conversation=conversation)
    took_part = (
        Attendance.objects.within(conversation.district_id).filter(conversation=conversation).values_list("group_id", "people")
    )
    counts = list(took_part)
    return Tally(
        notes=notes.count(),
        quotable=notes.filter(may_quote=True).count(),
        people=sum(people for _group, people in counts),
        groups=len({group for group, people in counts if people}),
        minutes=conversation.minutes,
    )


@transaction.atomic
def hold(*, conversation: Conversation, minutes: int | None, by: User) -> Conversation:
    """Say that it was held and how long it took. Said again, it corrects the minutes."""
    if conversation.state == Conversation.State.CALLED_OFF:
        raise MeetingRefused(_("It was called off. Plan it again first."))
    first = conversation.state == Conversation.State.PLANNED
    conversation.state = Conversation.State.HELD
    conversation.minutes = minutes
    conversation.save(update_fields=["state", "minutes"])
    audit.record(actor=by, verb="held" if first else "corrected", subject=conversation)
    return conversation


@transaction.atomic
def count_people(*, conversation: Conversation, counts: Mapping[Place, int], by: User) -> None:
    """Keep how many of each group and school took part, instead of what was counted before. Zero is not kept."""
    Conversation.objects.within(conversation.district_id).select_for_update().get(pk=conversation.pk)
    wanted = {place: min(people, MOST_PEOPLE) for place, people in counts.items() if people > 0}
    rows = Attendance.objects.within(conversation.district_id).filter(conversation=conversation)
    known = {(row.group_id, row.school_id): row for row in rows}
    if {place: row.people for place, row in known.items()} == wanted:
        return
    groups = {group.pk: group for group in Group.objects.within(conversation.district_id)}
    schools: dict[UUID | None, School | None] = {None: None}
    schools |= {school.pk: school for school in School.objects.within(conversation.district_id)}
    rows.exclude(pk__in=[row.pk for place, row in known.items() if place in wanted]).delete()
    for place, people in wanted.items():
        group, school = groups[place[0]], schools[place[1]]
        Attendance.everything.update_or_create(
            district_id=conversation.district_id,
            conversation=conversation,
            group=group,
            school=school,
            defaults={"people": people},
        )
    audit.record(actor=by, verb="counted people of", subject=conversation, detail={"people": sum(wanted.values())})


# Meetings that come back


@transaction.atomic
def begin_series(*, district: District, title: str, cadence: str, purpose: str, by: User) -> MeetingSeries:
    """A series of meetings. Raises `MeetingRefused` when one of that title is there."""
    if MeetingSeries.objects.within(district).filter(title=title.strip()).exists():
        raise MeetingRefused(_("There is a series of that title. Give this one another."))
    series = MeetingSeries.everything.create(district=district, title=title.strip(), cadence=cadence, purpose=purpose)
    audit.record(actor=by, verb="began", subject=series)
    return series


@transaction.atomic
def change_series(*, series: MeetingSeries, title: str, cadence: str, purpose: str, by: User) -> MeetingSeries:
    """Change a series. Raises `MeetingRefused` when another has that title."""
    others = MeetingSeries.objects.within(series.district_id).filter(title=title.strip())
    if others.exclude(pk=series.pk).exists():
        raise MeetingRefused(_("There is a series of that title. Give this one another."))
    series.title, series.cadence, series.purpose = title.strip(), cadence, purpose
    series.save(update_fields=["title", "cadence", "purpose"])
    audit.record(actor=by, verb="changed", subject=series)
    return series


@transaction.atomic
def end_series(*, series: MeetingSeries, by: User, ended: bool = True) -> MeetingSeries:
    """Say that no more meetings come, or that they come again."""
    today = series.district.today()
    series.ended_on = today if ended else None
    series.save(update_fields=["ended_on"])
    audit.record(actor=by, verb="ended" if ended else "took up again", subject=series)
    return series


@transaction.atomic
def plan_next(*, last: Conversation, by: User) -> Conversation:
    """The next meeting of a series, made from the last: same time of day, place, people; the day by the series' cadence.

    Pressed twice it stays one: a meeting of that day is returned instead of a second. Raises `MeetingRefused` for what
    is no meeting of a series that goes on, or has no time.
    """
    series = last.series
    if series is None or last.starts_at is None:
        raise MeetingRefused(_("This is no meeting of a series. Plan the next one by hand."))
    if series.ended_on:
        raise MeetingRefused(_("This series has ended. Take it up again first."))
    MeetingSeries.objects.within(last.district_id).select_for_update().get(pk=series.pk)
    zone = ZoneInfo(last.district.time_zone)
    here = last.starts_at.astimezone(zone)
    day = next_day(here.date(), series.cadence)
    there = Conversation.objects.within(last.district_id).filter(series=series, held_on=day)
    known = there.exclude(state=Conversation.State.CALLED_OFF).first()
    if known is not None:
        known.facilitators.add(by)
        return known  # type: ignore[no-any-return]
    return plan_conversation(
        district=last.district,
        by=by,
        # The clock on the wall stays, whatever daylight saving time does between the two.
        starts_at=datetime.combine(day, here.time().replace(tzinfo=None), zone),
        facilitators=list(last.facilitators.filter(is_active=True)),
        kind=last.kind,
        title=last.title,
        place=last.place,
        school=last.school,
        minutes=last.minutes,
        purpose=last.purpose,
        series=series,
    )


_MONTHS = {MeetingSeries.Cadence.MONTHLY: 1, MeetingSeries.Cadence.QUARTERLY: 3, MeetingSeries.Cadence.YEARLY: 12}
_DAYS = {MeetingSeries.Cadence.DAILY: 1, MeetingSeries.Cadence.WEEKLY: 7, MeetingSeries.Cadence.FORTNIGHTLY: 14}


def next_day(day: date, cadence: str) -> date:
    """The day a series meets next. By the month: on the same weekday of the month, such as the second Tuesday.

    A fifth weekday becomes the last where a month has four. A day after a Friday is a Monday.

    >>> next_day(date(2026, 1, 13), "monthly").isoformat()
    '2026-02-10'
    >>> next_day(date(2026, 1, 30), "monthly").isoformat()
    '2026-02-27'
    """
    wanted = MeetingSeries.Cadence(cadence)
    if wanted in _MONTHS:
        month = day.month - 1 + _MONTHS[wanted]
        year, month = day.year + month // 12, month % 12 + 1
        weeks = (day.day - 1) // 7
        first, length = calendar.monthrange(year, month)
        found = 1 + (day.weekday() - first) % 7 + 7 * weeks
        return date(year, month, found if found <= length else found - 7)
    following = day + timedelta(days=_DAYS[wanted])
    if wanted == MeetingSeries.Cadence.DAILY and following.weekday() > 4:
        following += timedelta(days=7 - following.weekday())
    return following


def _day(district: District, when: datetime) -> date:
    """The date of a moment where the district is."""
    return when.astimezone(ZoneInfo(district.time_zone)).date()
