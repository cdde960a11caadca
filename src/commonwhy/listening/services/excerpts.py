"""Marking excerpts: a piece of somebody's words, exactly, with names taken out before anyone else sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import Group, School
from commonwhy.listening.models import Answer, Excerpt, Note, Response

LONGEST_EXCERPT = 1_000


class ExcerptRefused(Exception):
    """The words cannot be marked; the message says why."""


def redacted(words: str, names: Sequence[str]) -> str:
    """`words` with every one of `names` replaced by `[name]`, whole words only, whatever their case.

    >>> redacted("Ask Ana or Anabel", ["Ana"])
    'Ask [name] or Anabel'
    """
    wanted = sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True)
    if not wanted:
        return words
    pattern = r"(?<!\w)(?:" + "|".join(re.escape(name) for name in wanted) + r")(?!\w)"
    return re.sub(pattern, "[name]", words, flags=re.IGNORECASE)


@transaction.atomic
def mark_answer(*, answer: Answer, start: int, end: int, names: Sequence[str], by: User) -> Excerpt:
    """Mark `answer`'s words from `start` to `end` as an excerpt, with `names` redacted.

    Its group is named only where at least k of it were heard in the survey, its school only where at least k of the
    group were heard there. The same span marked twice stays one; the second time its redactions are added.
    """
    response = answer.response
    group, school = _speaker(response)
    words = _span(answer.value if isinstance(answer.value, str) else "", start, end)
    excerpt, fresh = Excerpt.everything.get_or_create(
        answer=answer,
        start=start,
        end=end,
        defaults={
            "district_id": answer.district_id,
            "words": redacted(words, names),
            "language": response.language,
            "group": group,
            "school": school,
            "marked_by": by.pk,
        },
    )
    return _finish(excerpt, fresh, names, by)


@transaction.atomic
def mark_note(*, note: Note, start: int, end: int, names: Sequence[str], by: User) -> Excerpt:
    """Mark words noted in a conversation. Refused without leave to quote; the school is never named, being too few."""
    if not note.may_quote:
        raise ExcerptRefused(_("They did not say that we may quote them. Ask them first; the note is kept."))
    excerpt, fresh = Excerpt.everything.get_or_create(
        note=note,
        start=start,
        end=end,
        defaults={
            "district_id": note.district_id,
            "words": redacted(_span(note.words, start, end), names),
            "language": note.language,
            "group": note.group,
            "marked_by": by.pk,
        },
    )
    return _finish(excerpt, fresh, names, by)


def _finish(excerpt: Excerpt, fresh: bool, names: Sequence[str], by: User) -> Excerpt:
    if fresh:
        audit.record(actor=by, verb="marked", subject=excerpt)
    elif names and (words := redacted(excerpt.words, names)) != excerpt.words:
        excerpt.words = words
        excerpt.save(update_fields=["words"])
        audit.record(actor=by, verb="redacted", subject=excerpt)
    return excerpt


def _span(words: str, start: int, end: int) -> str:
    piece = words[start:end]
    if not piece.strip() or start < 0 or end > len(words):
        raise ExcerptRefused(_("Choose the words to mark first."))
    if len(piece) > LONGEST_EXCERPT:
        raise ExcerptRefused(
            _("An excerpt has at most %(most)s characters. Mark the part that matters most.") % {"most": LONGEST_EXCERPT}
        )
    return piece


def _speaker(response: Response) -> tuple[Group | None, School | None]:
    """Group and school of a response as far as enough voices of them were heard to name them."""
    group = response.group
    if group is None:
        return None, None
    k = group.k(response.survey.district)
    heard = Response.objects.within(response.district_id).filter(survey=response.survey, group=group, submitted=True)
    if heard.count() < k:
        return None, None
    named = response.school is not None and heard.filter(school=response.school).count() >= k
    return group, response.school if named else None
