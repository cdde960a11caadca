"""Answers on paper, typed in by somebody of the district.

One sheet of paper is one response, handed in as it is written. A form is good once: its key is random, made for the page,
and a second press of the button finds that the sheet is in already.

In an anonymous survey nothing may join the sheet to whoever typed it either. The transaction of a sheet writes the two tables
of answers and no other; that paper answers were typed in is noted once a day for a survey, in a transaction of its own,
when somebody begins, and says neither how many nor for which group.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.core.models import AuditEntry
from commonwhy.listening.branching import asked
from commonwhy.listening.models import Answer, Question, Response, Survey, SurveyCell
from commonwhy.listening.services.coarsening import coarsened
from commonwhy.listening.services.responses import (
    LONGEST_ANSWER,
    DoesNotFit,
    ResponseRefused,
    SurveyNotOpen,
    TooLong,
    tidy_words,
    week_of,
)

VERB = "typed in paper answers"
KEY_LETTERS = 43  # of `secrets.token_urlsafe(32)`


class NothingTyped(ResponseRefused):
    """The sheet is empty."""


def new_key() -> str:
    """The key of one sheet, as it stands in its form. Stores nothing."""
    return secrets.token_urlsafe(32)


def note_paper(*, survey: Survey, by: User) -> None:
    """Note in the audit, once a day for a survey, that paper answers are typed in. Raises `SurveyNotOpen`."""
    _refuse_unless_open(survey)
    zone = ZoneInfo(survey.district.time_zone)
    midnight = datetime.combine(timezone.now().astimezone(zone).date(), time.min, zone)
    with transaction.atomic():
        noted = AuditEntry.objects.filter(object_id=str(survey.pk), verb=VERB, at__gte=midnight)
        if not noted.exists():
            audit.record(actor=by, verb=VERB, subject=survey)


def type_in(*, survey: Survey, cell: SurveyCell, values: Mapping[Question, Any], language: str, key: str) -> bool:
    """Keep one sheet, handed in. Returns False where the same form was sent before: then nothing is written.

    Answers to questions that the sheet's other answers rule out (`shown_if`) are left out, as when answering here. A
    required question may be missing: on paper nobody was stopped. Raises a `ResponseRefused` for an empty sheet, a survey
    that is not open, or a value that does not fit; then nothing is kept.
    """
    said = {question: _tidy(survey, question, value) for question, value in values.items()}
    said = {question: value for question, value in said.items() if value not in ("", [], {})}
    questions = Question.objects.within(survey.district_id).filter(version_id=survey.version_id).order_by("position")
    shown = asked(list(questions), {question.pk: value for question, value in said.items()})
    said = {question: value for question, value in said.items() if question in shown}
    if not said:
        raise NothingTyped(_("Nothing is typed in yet. An empty sheet is not counted."))
    words = any(question.is_text for question in said)
    with transaction.atomic():
        _refuse_unless_open(survey)
        kept_language = language if words or survey.mode != Survey.Mode.ANONYMOUS else ""
        response = keep_sheet(survey=survey, cell=cell, language=kept_language, key=key)
        if response is None:
            return False
        Answer.everything.bulk_create(
            Answer(district_id=survey.district_id, response=response, question=question, value=value)
            for question, value in said.items()
        )
    return True


def keep_sheet(*, survey: Survey, cell: SurveyCell, language: str, key: str) -> Response | None:
    """The response of one sheet, handed in; inside the transaction that keeps what stands on it.

    Returns None where a sheet of this key was kept before. Raises `DoesNotFit` for a key that no page was made with.
    """
    if len(key) != KEY_LETTERS:
        raise DoesNotFit(_("This page is too old. Open it again; what you typed is still here to be copied."))
    kept = coarsened(survey, cell)
    response = Response(
        district_id=survey.district_id,
        survey=survey,
        key=hashlib.sha256(f"paper\0{key}".encode()).hexdigest(),
        group=kept.group,
        school=kept.school,
        language=language,
        week=week_of(survey),
        submitted=True,
        source=Response.Source.HAND,
    )
    # A second press is passed over, not refused: an error would leave the key in PostgreSQL's log.
    Response.everything.bulk_create([response], ignore_conflicts=True)
    return response if Response.objects.within(survey.district_id).filter(pk=response.pk).exists() else None


def _tidy(survey: Survey, question: Question, value: Any) -> Any:
    if question.version_id != survey.version_id or not question.allows(value):
        raise DoesNotFit(_("This is not one of the answers to choose from. Nothing of this sheet is kept yet."))
    if not isinstance(value, str):
        return value
    words = tidy_words(value)
    if len(words) > LONGEST_ANSWER:
        raise TooLong(
            _("An answer has %(length)s characters; the most we can take is %(most)s. Nothing of this sheet is kept yet.")
            % {"length": f"{len(words):,}", "most": f"{LONGEST_ANSWER:,}"}
        )
    return words


def _refuse_unless_open(survey: Survey) -> None:
    if not survey.is_open:
        raise SurveyNotOpen(_("Paper answers can be typed in while the survey is open. Nothing was kept."))
