"""A board before its meeting: its members preview the draft, ask, and read answers (FIELD rule 12).

Open-meetings laws forbid that a board deliberates outside its meetings, also one member after the other. So nothing passes
from member to member here: a question is read by the authors and by whoever asked; once the authors have answered, question
and answer are published to all members alike and without who asked, as staff do in a memorandum. There is no way to vote,
to endorse, to edit or to comment for a member of the board, and approval is recorded by a leader from the meeting's minutes
(`services.adoption`).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.vision.models import BoardQuestion, VisionVersion

MOST_QUESTIONS = 200
"""Of one version; more would be no preparation of a meeting any more."""


class BoardRefused(Exception):
    """Nothing was changed; the message says why."""


class AnsweredMeanwhileError(Exception):
    """Somebody else answered first. `current` is the question as it stands now."""

    def __init__(self, current: BoardQuestion) -> None:
        super().__init__("answered by somebody else meanwhile")
        self.current = current


@transaction.atomic
def ask(*, version: VisionVersion, words: str, by: User) -> BoardQuestion:
    """A member's question about a draft; the same words pressed twice are one question."""
    rows: Any = VisionVersion.objects.within(version.district_id)
    if rows.select_for_update().filter(pk=version.pk, state=VisionVersion.State.DRAFT).first() is None:
        raise BoardRefused(_("This version was adopted meanwhile. Your question was not kept; ask it in the meeting."))
    questions = BoardQuestion.objects.within(version.district_id).filter(version=version)
    before = questions.filter(asked_by=by, words=words.strip()).first()
    if before is not None:
        return before  # type: ignore[no-any-return]
    if questions.count() >= MOST_QUESTIONS:
        raise BoardRefused(_("So many questions were asked already that this one belongs into the meeting."))
    question = BoardQuestion.everything.create(district_id=version.district_id, version=version, asked_by=by, words=words.strip())
    audit.record(actor=by, verb="asked", subject=question)
    return question


@transaction.atomic
def answer(*, question: BoardQuestion, words: str, before: str, by: User) -> BoardQuestion:
    """Answer a question, or change the answer from `before`. Raises `AnsweredMeanwhileError` when it is another by now."""
    rows: Any = BoardQuestion.objects.within(question.district_id)
    locked: BoardQuestion = rows.select_for_update().get(pk=question.pk)
    if locked.answer == words.strip():
        return locked
    if locked.answer != before:
        raise AnsweredMeanwhileError(locked)
    locked.answer, locked.answered_by, locked.answered_at = words.strip(), by.pk, timezone.now()
    locked.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record(actor=by, verb="answered", subject=locked)
    return locked
