"""Alder Creek's season of listening around the survey: whom to consult, who sat down to talk, and where groups stood."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from commonwhy.accounts.models import User
from commonwhy.districts.models import District, Group, GroupStanding, School
from commonwhy.listening.models import Attendance, Conversation, CoverageTarget, MeetingSeries, Note, Stance
from commonwhy.site.demo.words_of import on_a_weekday, told

BEGINS = {"focus_group": time(12, 10), "open_meeting": time(18), "interview": time(7, 30), "site_visit": time(8, 30)}
"""When a conversation of a kind begins, where the district is; meetings begin at four."""


def say_whom_to_consult(district: District, by: User, today: date) -> None:
    """Influence and interest by group, how many to hear, and where each group stood over time."""
    season, groups = told("season"), _groups(district)
    for kind, seen in season["standing"].items():
        GroupStanding.everything.create(district=district, group=groups[kind], **seen)
    for kind, people in season["targets"].items():
        CoverageTarget.everything.create(district=district, group=groups[kind], people=people)
    for one in season["stances"]:
        Stance.everything.create(
            district=district,
            group=groups[one["group"]],
            noted_on=on_a_weekday(today, one["days_before_today"]),
            level=one["level"],
            because=one["because"],
            noted_by=by.pk,
        )


def hold_conversations(district: District, schools: dict[str, School], accounts: dict[str, User], today: date) -> None:
    """Focus groups, visits, suppers and a series of meetings; two of them still ahead."""
    season, groups = told("season"), _groups(district)
    series = {one["title"]: MeetingSeries.everything.create(district=district, **one) for one in season["series"]}
    for one in season["conversations"]:
        held = one["days_before_today"] >= 0
        day = on_a_weekday(today, one["days_before_today"])
        conversation = Conversation.everything.create(
            district=district,
            kind=one["kind"],
            title=one["title"],
            held_on=day,
            starts_at=datetime.combine(day, BEGINS.get(one["kind"], time(16)), ZoneInfo(district.time_zone)),
            minutes=one["minutes"],
            place=one["place"],
            school=schools.get(one.get("school", "")),
            series=series.get(one.get("series", "")),
            purpose=one.get("purpose", ""),
            state=Conversation.State.HELD if held else Conversation.State.PLANNED,
        )
        conversation.facilitators.add(accounts[one["facilitator"]])
        for kind, school, people in one.get("attendance", ()):
            Attendance.everything.create(
                district=district,
                conversation=conversation,
                group=groups[kind],
                school=schools.get(school),
                people=people,
            )
        for position, note in enumerate(one.get("notes", ()), start=1):
            _note(conversation, position, note, groups, schools)


def _note(
    conversation: Conversation, position: int, note: dict[str, Any], groups: dict[str, Group], schools: dict[str, School]
) -> None:
    Note.everything.create(
        district=conversation.district,
        conversation=conversation,
        position=position,
        group=groups.get(note.get("group", "")),
        school=schools.get(note.get("school", "")),
        words=note["words"],
        language=note.get("language", "en"),
        may_quote=note.get("quote", False),
    )


def _groups(district: District) -> dict[str, Group]:
    return {group.kind: group for group in Group.everything.filter(district=district)}
