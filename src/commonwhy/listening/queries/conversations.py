"""Conversations as their facilitators see them, and meetings of a series as the district does.

What was said is its facilitators' only. How many took part is no secret: `Attendance` counts people who were seen in a
room, not what anybody answered, so it does not pass the gate of METHODS 7. Whoever belongs to one school still sees that
school's numbers only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from commonwhy.accounts.models import User
from commonwhy.districts.models import District, Group, Membership
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models import Attendance, Conversation, Excerpt, MeetingSeries, Note, NoteTranslation
from commonwhy.listening.permissions import LISTENERS

LOOKED_THROUGH = 50
DONE_AFTER = timedelta(hours=3)
"""So long after its start a conversation whose length nobody gave counts as past."""


def conversations_of(viewer: Viewer, district: District) -> QuerySet[Conversation]:
    """The viewer's own, with how many notes each holds (`noted`)."""
    own: QuerySet[Conversation] = Conversation.objects.visible_to(viewer).filter(district=district)
    return own.select_related("school", "series", "district").annotate(noted=Count("notes"))


@dataclass(frozen=True)
class Listed:
    """The planned ones: `waiting` are past and nobody has said whether they were held."""

    waiting: list[Conversation]
    coming: list[Conversation]
    called_off: list[Conversation]


def planned(viewer: Viewer, district: District) -> Listed:
    """Everything that is not held, by when. One query."""
    waiting: list[Conversation] = []
    coming: list[Conversation] = []
    called_off: list[Conversation] = []
    found = conversations_of(viewer, district).exclude(state=Conversation.State.HELD).order_by("starts_at", "held_on", "title")
    for each in found:
        if each.state == Conversation.State.CALLED_OFF:
            called_off.append(each)
        else:
            (waiting if is_past(each) else coming).append(each)
    return Listed(waiting, coming, called_off[::-1])


def is_past(conversation: Conversation) -> bool:
    """Whether a planned conversation must be over by now."""
    if conversation.starts_at is None:
        return False
    lasts = timedelta(minutes=conversation.minutes) if conversation.minutes else DONE_AFTER
    return bool(conversation.starts_at + lasts < timezone.now())


@dataclass(frozen=True)
class NoteLine:
    """A note with its words cut where something in it is marked (`pieces`: words, and the excerpt they are or None)."""

    note: Note
    pieces: Sequence[tuple[str, Excerpt | None]]
    translations: Sequence[NoteTranslation] = field(default_factory=tuple)

    @property
    def marks(self) -> list[Excerpt]:
        return [excerpt for _words, excerpt in self.pieces if excerpt]


def note_lines(viewer: Viewer, conversation: Conversation, only: UUID | None = None) -> list[NoteLine]:
    """The notes of a conversation, the last one first. Three queries."""
    notes = Note.objects.visible_to(viewer).filter(conversation=conversation).select_related("district", "group", "school")
    if only:
        notes = notes.filter(pk=only)
    marks: dict[UUID, list[Excerpt]] = defaultdict(list)
    for excerpt in Excerpt.objects.visible_to(viewer).filter(note__in=notes).order_by("start", "-end"):
        marks[excerpt.note_id].append(excerpt)
    translated: dict[UUID, list[NoteTranslation]] = defaultdict(list)
    for each in NoteTranslation.objects.visible_to(viewer).filter(note__in=notes).order_by("language"):
        translated[each.note_id].append(each)
    return [
        NoteLine(note, _cut(note.words, marks[note.pk]), translated[note.pk])
        for note in sorted(notes, key=lambda note: -note.position)
    ]


def _cut(words: str, marks: Sequence[Excerpt]) -> list[tuple[str, Excerpt | None]]:
    """The words in order, marked or not; of marks that overlap the first is shown."""
    pieces: list[tuple[str, Excerpt | None]] = []
    place = 0
    for mark in marks:
        if mark.start < place or mark.end > len(words):
            continue
        if mark.start > place:
            pieces.append((words[place : mark.start], None))
        pieces.append((words[mark.start : mark.end], mark))
        place = mark.end
    if place < len(words):
        pieces.append((words[place:], None))
    return pieces


def possible_facilitators(viewer: Viewer, district: District) -> list[User]:
    """Members who may hold conversations here, by name."""
    seats = Membership.objects.visible_to(viewer).filter(district=district, role__in=LISTENERS, account__is_active=True)
    accounts = {seat.account_id: seat.account for seat in seats.select_related("account")}
    return sorted(accounts.values(), key=lambda account: str(account).casefold())


def took_part(viewer: Viewer, conversation: Conversation) -> list[Attendance]:
    """Who took part, by group and school."""
    rows = Attendance.objects.visible_to(viewer).filter(conversation=conversation).select_related("group", "school")
    order = Group.Kind.values
    return sorted(rows, key=lambda row: (order.index(row.group.kind), row.group.name, str(row.school or "")))


def own_schools(viewer: Viewer, district: District, path: str = "school") -> Q:
    """The condition that keeps whoever belongs to some schools to those schools."""
    own = viewer.school_ids_in(district.pk) if isinstance(viewer, AccountViewer) else frozenset()
    return Q(**{f"{path}__in": own}) if own else Q()


@dataclass(frozen=True)
class Meeting:
    """One meeting of a series with how many came, in all and of each group; `own` where the viewer may open it."""

    day: date
    people: int
    groups: Sequence[tuple[Group, int]]
    own: Conversation | None


def meetings(viewer: Viewer, series: MeetingSeries) -> list[Meeting]:
    """The meetings of a series that somebody counted people of or that are the viewer's own, oldest first. Three queries."""
    groups = {group.pk: group for group in Group.objects.visible_to(viewer).filter(district=series.district_id)}
    rows = (
        Attendance.objects.visible_to(viewer)
        .filter(own_schools(viewer, series.district), conversation__series=series)
        .exclude(conversation__state=Conversation.State.CALLED_OFF)
        .values_list("conversation_id", "conversation__held_on", "group_id")
        .annotate(all=Sum("people"))
        .order_by()
    )
    by_meeting: dict[tuple[date, UUID], dict[UUID, int]] = defaultdict(dict)
    for conversation, day, group, people in rows:
        by_meeting[day, conversation][group] = people
    own = {each.pk: each for each in Conversation.objects.visible_to(viewer).filter(series=series)}
    for each in own.values():
        by_meeting.setdefault((each.held_on, each.pk), {})
    order = Group.Kind.values
    found = []
    for (day, pk), counts in sorted(by_meeting.items(), key=lambda item: (item[0][0], str(item[0][1]))):
        named = sorted(counts.items(), key=lambda item: (order.index(groups[item[0]].kind), groups[item[0]].name))
        found.append(Meeting(day, sum(counts.values()), [(groups[group], people) for group, people in named], own.get(pk)))
    return found


def series_of(viewer: Viewer, district: District) -> list[Any]:
    """Every series with how many meetings were counted (`held`), those that go on first."""
    rows = MeetingSeries.objects.visible_to(viewer).filter(district=district)
    held = dict(
        Attendance.objects.visible_to(viewer)
        .filter(district=district, conversation__series__isnull=False)
        .values_list("conversation__series_id")
        .annotate(meetings=Count("conversation", distinct=True))
        .order_by()
    )
    found = sorted(rows, key=lambda series: (series.ended_on is not None, series.title.casefold()))
    for series in found:
        series.counted = held.get(series.pk, 0)
    return found


def last_own_meeting(viewer: Viewer, series: MeetingSeries, named: str = "") -> Conversation | None:
    """The latest meeting that the viewer may see and that was not called off, or the one named: what the next is made from."""
    own = Conversation.objects.visible_to(viewer).filter(series=series, starts_at__isnull=False)
    rows = own.exclude(state=Conversation.State.CALLED_OFF).select_related("district", "series", "school")
    found = {str(row.pk): row for row in rows.order_by("-starts_at")[:LOOKED_THROUGH]}
    return found.get(named) or next(iter(found.values()), None)
