"""The safety queue as its named positions read it, and what everybody else may know of it: that it is there, and how many wait.

Rows come from `SafetyFlag.visible_to`, which is empty for whoever fills no named position today, whatever their role.
Counts and names of positions are read within the district, because they hold nobody's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from commonwhy.accounts.models import User
from commonwhy.districts.models import Appointment, District, Membership, Position
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import (
    Answer,
    IssuedKey,
    Note,
    Question,
    SafetyFlag,
    SafetyLook,
    SafetyPosition,
    SafetyWord,
    Survey,
)
from commonwhy.listening.models.response import HELD_BACK
from commonwhy.listening.queries.readable import readable

MOST_TRIED = 20_000
MOST_LINES = 200


def held_back(viewer: Viewer, survey: Survey) -> frozenset[UUID]:
    """The answers of a survey that are kept from everybody but the safety queue: not to be quoted, not to be listed.

    Every viewer gets the same, because it is there to leave out what must not be shown to them.
    """
    flags = SafetyFlag.objects.within(survey.district_id).filter(answer__response__survey=survey, state__in=HELD_BACK)
    return frozenset(flags.values_list("answer_id", flat=True))


def is_held_back(*, answer: Answer | None = None, note: Note | None = None) -> bool:
    """Whether the words are in the queue, so that nobody may mark or quote them."""
    of = answer or note
    if of is None:
        return False
    flags = SafetyFlag.objects.within(of.district_id).filter(state__in=HELD_BACK)
    return flags.filter(answer=answer).exists() if answer is not None else flags.filter(note=note).exists()


@dataclass(frozen=True)
class Holder:
    """A named position, and who fills it today; without an account nobody reads the queue for it."""

    named: SafetyPosition
    appointment: Appointment | None

    @property
    def reads(self) -> bool:
        return self.appointment is not None and self.appointment.account_id is not None


def holders(district: District, today: date | None = None) -> list[Holder]:
    """The named positions and who fills them today."""
    today = today or district.today()
    current = Appointment.objects.within(district).filter(Q(ends=None) | Q(ends__gt=today), begins__lte=today)
    named = (
        SafetyPosition.objects.within(district)
        .select_related("position__school")
        .prefetch_related(
            Prefetch("position__appointments", current.select_related("account").order_by("-begins"), to_attr="filled_now")
        )
        .order_by("position__title")
    )
    return [Holder(each, each.position.filled_now[0] if each.position.filled_now else None) for each in named]


def members_of(district: District) -> QuerySet[User]:
    """The accounts with a seat in the district, whom an administrator may appoint."""
    seats = Membership.objects.within(district).values("account")
    return User.objects.filter(pk__in=seats, is_active=True).order_by("name", "email")


def positions_of(district: District) -> QuerySet[Position]:
    """Positions that are not named yet."""
    named = SafetyPosition.objects.within(district).values("position")
    found: QuerySet[Position] = Position.objects.within(district).exclude(pk__in=named).select_related("school")
    return found


def words_of(district: District) -> list[SafetyWord]:
    return list(SafetyWord.objects.within(district))


@dataclass(frozen=True)
class QueueCounts:
    """How many are in the queue, without a word of them."""

    waiting: int
    acted: int
    no_concern: int


def counts(district: District) -> QueueCounts:
    """How many wait and how many were settled; no secret from those who name the positions."""
    found = SafetyFlag.objects.within(district).values_list("state").annotate(number=Count("pk")).order_by()
    by_state: dict[str, int] = dict(found)
    return QueueCounts(*(by_state.get(state, 0) for state in ("waiting", "acted", "no_concern")))


def log_of(district: District) -> QuerySet[SafetyLook]:
    """Who did what and when, the latest first; leads to nobody's words."""
    looks: QuerySet[SafetyLook] = SafetyLook.objects.within(district).order_by("-at")
    return looks[:MOST_LINES]


def queue(viewer: Viewer, district: District) -> QuerySet[SafetyFlag]:
    """What is in the queue, the latest week first, in random order within a week. Holds where it is from, never the words."""
    found: QuerySet[SafetyFlag] = (
        SafetyFlag.objects.visible_to(viewer)
        .filter(district=district)
        .select_related("answer__response__survey", "note__conversation")
        .prefetch_related("looks")
    )
    return found.order_by("-week", "pk")


def waiting_first(viewer: Viewer, district: District) -> tuple[list[SafetyFlag], list[SafetyFlag]]:
    """Those that wait, and the settled ones."""
    found, waits = queue(viewer, district), SafetyFlag.State.WAITING
    return list(found.filter(state=waits)), list(found.exclude(state=waits)[:MOST_LINES])


def flag_of(viewer: Viewer, district: District, flag: UUID) -> SafetyFlag | None:
    """One entry, for whoever fills a named position."""
    return queue(viewer, district).filter(pk=flag).first()


@dataclass(frozen=True)
class Words:
    """What an entry says, and what is known of who said it."""

    text: str
    language: str
    question: str
    where: str
    mode: str
    """A survey's mode; empty for a note."""
    person: str
    group: Any
    school: Any


def words_of_flag(flag: SafetyFlag) -> Words | None:
    """The words of an entry. Read them only after the look has been written down. None where they were deleted."""
    if flag.note_id is not None:
        note = Note.objects.within(flag.district_id).select_related("conversation", "group", "school").get(pk=flag.note_id)
        return Words(note.words, note.language, "", note.conversation.title, "", "", note.group, note.school)
    if flag.answer_id is None:
        return None
    answer: Answer = (
        Answer.objects.within(flag.district_id)
        .select_related("response__survey", "response__group", "response__school", "question__version")
        .get(pk=flag.answer_id)
    )
    response, survey = answer.response, answer.response.survey
    person = ""
    if survey.mode == Survey.Mode.IDENTIFIED:
        keys = IssuedKey.objects.within(flag.district_id).select_related("person").filter(survey=survey, key=response.key)
        found = keys.first()
        person = str(found.person) if found is not None and found.person is not None else ""
    asked: Question = answer.question
    language = response.language or survey.district.language
    return Words(
        str(answer.value),
        response.language,
        asked.version.words(asked.texts, language),
        survey.title,
        survey.mode,
        person,
        response.group,
        response.school,
    )


def texts_to_try(viewer: Viewer, district: District) -> list[str]:
    """Written answers that may be read by now, against which a new word is tried: a random part where there are very many."""
    answers = (
        Answer.objects.visible_to(viewer)
        .filter(
            readable(viewer, district).on("response__"),
            district=district,
            response__submitted=True,
            question__kind__in=[Question.Kind.LONG, Question.Kind.SHORT],
        )
        .order_by("pk")
        .values_list("value", flat=True)
    )
    return [value for value in answers[:MOST_TRIED] if isinstance(value, str)]
