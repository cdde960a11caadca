"""Marking excerpts: a piece of somebody's words, exactly, with names taken out before anyone else sees it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District
from commonwhy.listening.models import Answer, Excerpt, Note, ReplyPoint, Response
from commonwhy.listening.queries.safety import is_held_back
from commonwhy.listening.queries.speakers import Speakers, speakers_of
from commonwhy.listening.services.names import known_names, redacted, suggest_names

__all__ = [
    "LONGEST_EXCERPT",
    "ExcerptRefused",
    "mark_answer",
    "mark_note",
    "mark_unnamed",
    "piece_of",
    "redacted",
    "sentences",
    "take_back",
    "whole",
    "without_names",
]

LONGEST_EXCERPT = 1_000
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[^\s])|\n+\s*")
LONGEST_TITLE = 12
"""Longer than any title below with its point and what stands before it, so that a cut never looks like a beginning."""
_TITLE_BEFORE = re.compile(r"(?:^|[\s(])(?:mr|mrs|ms|dr|sr|sra|srta|prof|st|vs|etc|e\.g|i\.e|p\.ej|[A-Z])\.$", re.IGNORECASE)


class ExcerptRefused(Exception):
    """The words cannot be marked, or a mark cannot be taken back; the message says why."""


def sentences(words: str) -> list[tuple[int, int]]:
    """Where each sentence (or line) of `words` begins and ends, without the spaces around it.

    >>> [("Ask first. Then do."[a:b]) for a, b in sentences("Ask first. Then do.")]
    ['Ask first.', 'Then do.']
    """
    places = [0, *(mark.end() for mark in _END_OF_SENTENCE.finditer(words) if _ends(words, mark))]
    spans = []
    for start, end in zip(places, [*places[1:], len(words)], strict=True):
        piece = words[start:end]
        begin = start + len(piece) - len(piece.lstrip())
        if piece.strip():
            spans.append((begin, begin + len(piece.strip())))
    return spans


def _ends(words: str, mark: re.Match[str]) -> bool:
    """Whether a sentence ends here: not after a title, and not where somebody's quoted question is in the middle of one."""
    if "\n" in mark[0]:
        return True
    goes_on = bool(mark[0].strip()) and words[mark.end()].islower()
    # Looked at no further back than the longest title, or thousands of full stops would take minutes.
    return not goes_on and not _TITLE_BEFORE.search(words[max(0, mark.start() - LONGEST_TITLE) : mark.start()])


def whole(words: str) -> tuple[int, int]:
    """Where the words begin and end, without the spaces around them."""
    begin = len(words) - len(words.lstrip())
    return begin, begin + len(words.strip())


def piece_of(words: str, start: int, end: int) -> str:
    """The words from `start` to `end`. Raises `ExcerptRefused` for no words, too many, or a place beyond them."""
    piece = words[start:end] if 0 <= start < end <= len(words) else ""
    if not piece.strip():
        raise ExcerptRefused(_("Choose the words to mark first."))
    if len(piece) > LONGEST_EXCERPT:
        raise ExcerptRefused(
            _("An excerpt has at most %(most)s characters. Mark the part that matters most.") % {"most": LONGEST_EXCERPT}
        )
    return piece


@transaction.atomic
def mark_answer(
    *, answer: Answer, start: int, end: int, names: Sequence[str], by: User, labels: Speakers | None = None
) -> Excerpt:
    """Mark `answer`'s words from `start` to `end` as an excerpt, with `names` redacted.

    Its group and school are named only as far as enough voices of the survey carry them (`queries.speakers`). The same
    span marked twice stays one; the second time its redactions are added. Refused before the answer is handed in.
    `labels` are counted here unless the caller, marking many, has just done it.
    """
    response = answer.response
    if not response.submitted:
        raise ExcerptRefused(_("This answer was not handed in, so it cannot be quoted."))
    if is_held_back(answer=answer):
        raise ExcerptRefused(_("These words are in the safety queue. Until somebody has looked at them, nobody quotes them."))
    labels = labels or _labels(answer.district, [response.survey_id])
    speaker = labels.of(response.survey_id, response.group_id, response.school_id)
    words = piece_of(answer.value if isinstance(answer.value, str) else "", start, end)
    excerpt, fresh = Excerpt.everything.get_or_create(
        answer=answer,
        start=start,
        end=end,
        defaults={
            "district_id": answer.district_id,
            "words": redacted(words, names),
            "language": response.language,
            "group": speaker.group,
            "school": speaker.school,
            "marked_by": by.pk,
        },
    )
    return _finish(excerpt, fresh, names, by)


@transaction.atomic
def mark_note(*, note: Note, start: int, end: int, names: Sequence[str], by: User) -> Excerpt:
    """Mark words noted in a conversation. Refused without leave to quote; the school is never named, being too few."""
    if not note.may_quote:
        raise ExcerptRefused(_("They did not say that we may quote them. Ask them first; the note is kept."))
    if is_held_back(note=note):
        raise ExcerptRefused(_("These words are in the safety queue. Until somebody has looked at them, nobody quotes them."))
    excerpt, fresh = Excerpt.everything.get_or_create(
        note=note,
        start=start,
        end=end,
        defaults={
            "district_id": note.district_id,
            "words": redacted(piece_of(note.words, start, end), names),
            "language": note.language,
            "group": note.group,
            "marked_by": by.pk,
        },
    )
    return _finish(excerpt, fresh, names, by)


def without_names(answers: Iterable[Answer], district: District, most: int) -> Iterator[Answer]:
    """The answers in which nothing looks like a name and that are short enough to mark whole, at most so many."""
    known = known_names(district)
    found = 0
    for answer in answers:
        words = answer.value if isinstance(answer.value, str) else ""
        if found < most and 0 < len(words.strip()) <= LONGEST_EXCERPT and not suggest_names(words, known):
            found += 1
            yield answer


def mark_unnamed(*, answers: Sequence[Answer], district: District, by: User) -> tuple[list[Excerpt], int]:
    """Mark whole answers in which nothing looks like a name. Returns the excerpts, and how many need a closer look."""
    fit = list(without_names(answers, district, len(answers)))
    labels = _labels(district, {answer.response.survey_id for answer in fit})
    marked = []
    for answer in fit:
        start, end = whole(answer.value)
        with suppress(ExcerptRefused):
            marked.append(mark_answer(answer=answer, start=start, end=end, names=(), by=by, labels=labels))
    return marked, len(answers) - len(marked)


@transaction.atomic
def take_back(*, excerpt: Excerpt, by: User) -> None:
    """Remove a mark; the answer stays. Refused while something cites it, a vision's sentence for example."""
    if ReplyPoint.objects.within(excerpt.district_id).filter(excerpts=excerpt).exists():
        raise ExcerptRefused(_("A reply quotes these words, so they stay. Take them off that reply first."))
    audit.record(actor=by, verb="took back", subject=excerpt)
    try:
        excerpt.delete()
    except ProtectedError as error:
        raise ExcerptRefused(
            _("A sentence of the vision or a discussion rests on these words, so they stay. Take them off there first.")
        ) from error


def _finish(excerpt: Excerpt, fresh: bool, names: Sequence[str], by: User) -> Excerpt:
    if fresh:
        audit.record(actor=by, verb="marked", subject=excerpt)
    elif names and (words := redacted(excerpt.words, names)) != excerpt.words:
        excerpt.words = words
        excerpt.save(update_fields=["words"])
        audit.record(actor=by, verb="redacted", subject=excerpt)
    return excerpt


def _labels(district: District, surveys: Collection[UUID]) -> Speakers:
    return speakers_of(Response.objects.within(district).filter(survey__in=surveys), district)
