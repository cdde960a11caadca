"""Writing what respondents say: saved as they go, counted once, and joined to nobody.

Nothing here writes an audit entry, a session, a job or any row that knows a person: not even the transaction of an
answer may be shared with one (FIELD rule 1). What a refusal says tells people what was kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.districts.models import Group, School
from commonwhy.listening.models import Answer, Question, Response, Survey, SurveyCell
from commonwhy.listening.tokens import Token

# A person changes their mind a few times; a script, thousands. The limit is per token, never per address (FIELD 14).
MOST_SAVES = 300
LONGEST_ANSWER = 10_000


class ResponseRefused(Exception):
    """The answer could not be taken; the message says why and what was kept."""


@dataclass(frozen=True)
class Cell:
    """The group and school of a response, already coarsened."""

    group: Group | None
    school: School | None


def week_of(survey: Survey) -> date:
    """The Monday of this week where the district is; no finer time is ever kept."""
    today = timezone.now().astimezone(ZoneInfo(survey.district.time_zone)).date()
    return today - timedelta(days=today.weekday())


def coarsened(survey: Survey, cell: SurveyCell | None) -> Cell:
    """Group and school as they may be kept.

    In an anonymous survey a school is kept only where at least k of the group were asked in it, and a group only where
    at least k of it were asked in the district; nobody-said-how-many counts as too few. The other modes keep both.
    """
    if cell is None:
        return Cell(None, None)
    if survey.mode != Survey.Mode.ANONYMOUS:
        return Cell(cell.group, cell.school)
    k = cell.group.k(survey.district)
    if cell.school is not None and (cell.asked or 0) >= k:
        return Cell(cell.group, cell.school)
    cells = SurveyCell.objects.within(survey.district_id).filter(survey=survey, group=cell.group)
    asked = sum(one.asked or 0 for one in cells)
    return Cell(cell.group, None) if asked >= k else Cell(None, None)


def response_of(survey: Survey, token: Token) -> Response | None:
    """What this token said so far."""
    return Response.objects.within(survey.district_id).filter(survey=survey, key=token.key).first()


def save_answer(*, survey: Survey, token: Token, question: Question, value: Any, language: str) -> Response:
    """Keep one answer, replacing what the same token said before. An empty one takes the answer back.

    Raises `ResponseRefused` when the survey is not open, the token has saved too often, or the value does not fit.
    """
    if question.version_id != survey.version_id or not question.allows(value):
        raise ResponseRefused(_("This answer does not fit its question. Your other answers are kept."))
    if isinstance(value, str) and len(value) > LONGEST_ANSWER:
        raise ResponseRefused(
            _("This answer is longer than %(most)s characters. Please shorten it; your other answers are kept.")
            % {"most": f"{LONGEST_ANSWER:,}"}
        )
    if isinstance(value, str):
        value = value.replace("\x00", "").strip()
    with transaction.atomic():
        response = _writable(survey, token, language)
        if value in ("", [], {}):
            Answer.objects.within(survey.district_id).filter(response=response, question=question).delete()
        else:
            Answer.everything.update_or_create(
                response=response, question=question, defaults={"district_id": survey.district_id, "value": value}
            )
    return response


def submit(*, survey: Survey, token: Token, language: str) -> Response:
    """Mark the response as handed in. Doing it twice counts once. Refuses while a required answer is missing."""
    with transaction.atomic():
        response = _writable(survey, token, language)
        answered = set(Answer.objects.within(survey.district_id).filter(response=response).values_list("question_id", flat=True))
        questions = Question.objects.within(survey.district_id).filter(version_id=survey.version_id, required=True)
        if any(question.pk not in answered for question in questions):
            raise ResponseRefused(_("One question still needs an answer. Everything else is kept."))
        if not response.submitted:
            response.submitted = True
            response.week = week_of(survey)
            response.save(update_fields=["submitted", "week"])
    return response


def _writable(survey: Survey, token: Token, language: str) -> Response:
    if not survey.is_open:
        raise ResponseRefused(_("This survey is closed. What you answered before it closed is kept."))
    cell = (
        SurveyCell.objects.within(survey.district_id)
        .select_related("group", "school")
        .filter(survey=survey, number=token.cell)
        .first()
    )
    kept = coarsened(survey, cell)
    response, fresh = Response.everything.select_for_update().get_or_create(
        survey=survey,
        key=token.key,
        defaults={
            "district_id": survey.district_id,
            "group": kept.group,
            "school": kept.school,
            "week": week_of(survey),
            "language": language,
        },
    )
    if response.saves >= MOST_SAVES:
        raise ResponseRefused(_("This link has been used very often. What you answered is kept."))
    response.saves += 1
    if response.language != language and not fresh:
        response.language = language
    response.save(update_fields=["saves", "language"])
    return response
