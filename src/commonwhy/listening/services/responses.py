"""Writing what respondents say: saved as they go, counted once, and joined to nobody.

Nothing here writes an audit entry, a session, a job or any row that knows a person: not even the transaction of an
answer may be shared with one (FIELD rule 1). What a refusal says tells people what was kept.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.districts.models import Group, School
from commonwhy.listening import tokens
from commonwhy.listening.branching import asked, depending_on
from commonwhy.listening.models import Answer, IssuedKey, ParentChoice, Question, Response, Survey, SurveyCell
from commonwhy.listening.queries.respond import Entrance, cell_of, response_of
from commonwhy.listening.services.coarsening import coarsened
from commonwhy.listening.tokens import BadTokenError, Token

# A person changes their mind a few times; a script, thousands. The limit is per token, never per address (FIELD 14).
# Saving while somebody types stops earlier, so that their buttons always work.
MOST_SAVES = 300
MOST_AUTOMATIC_SAVES = 200
LONGEST_ANSWER = 10_000


class ResponseRefused(Exception):
    """The answer could not be taken; the message says why and what was kept."""


class SurveyNotOpen(ResponseRefused):
    """It is closed, or has not opened yet."""


class Withdrawn(ResponseRefused):
    """The family of whoever holds the link has said that they take no part (FIELD rule 2)."""


class SavedTooOften(ResponseRefused):
    """The token was used more often than a person would."""


class DoesNotFit(ResponseRefused):
    """Not an answer to this question, whatever page it came from."""


class TooLong(ResponseRefused):
    """More words than are taken."""


class StillMissing(ResponseRefused):
    """Handed in too early; `position` counts all questions from 1, and is None where nothing is answered at all."""

    def __init__(self, message: str, position: int | None) -> None:
        super().__init__(message)
        self.position = position


def survey_with_code(code: str) -> Survey | None:
    """The survey of a code. Whoever has the code may know that the survey exists; nothing narrows it further."""
    related = ("district", "version", "care")
    return Survey.everything.select_related(*related).filter(code=tokens.tidy(code)).first()


def enter(text: str) -> Entrance:
    """Open a survey with a token as it stands in a link or was typed. Writes nothing.

    Raises `BadTokenError`, and `Withdrawn` for a link whose key went when a family took its consent back or opted out.
    """
    survey = survey_with_code(tokens.survey_code(text))
    if survey is None:
        raise BadTokenError
    token = tokens.read(survey, text)
    refuse_withdrawn(survey, token)
    return Entrance(survey, token, cell_of(survey, token.cell))


def token_for(*, survey: Survey, group: Group, school: School | None) -> str:
    """A token for somebody who came by the open link and said where they belong. Stores nothing.

    Raises `DoesNotFit` where the survey does not ask that group in that school.
    """
    cells = SurveyCell.objects.within(survey.district_id).filter(survey=survey, group=group)
    cell = cells.filter(school=school).first() or cells.filter(school=None).first()
    if cell is None or not survey.open_link:
        raise DoesNotFit(_("This survey does not ask this group there. Please choose another school."))
    return tokens.mint(survey, cell.number)


def week_of(survey: Survey) -> date:
    """The Monday of this week where the district is; no finer time is ever kept."""
    today = survey.district.today()
    return today - timedelta(days=today.weekday())


def save_answer(
    *, survey: Survey, token: Token, question: Question, value: Any, language: str, automatic: bool = False
) -> Response | None:
    """Keep one answer, replacing what the same token said before. An empty one takes the answer back.

    Returns None where there was nothing to keep and nothing to take back: looking through the questions is no response.
    Once the response is handed in, answers to questions that this one hides are taken back with it, as `submit` does.
    `automatic` is saving while somebody types. Raises a `ResponseRefused` when the survey is not open, the token has
    saved too often, or the value does not fit.
    """
    if question.version_id != survey.version_id or not question.allows(value):
        raise DoesNotFit(_("This is not one of the answers to choose from. Everything you answered before is kept."))
    if isinstance(value, str):
        value = tidy_words(value)
        if len(value) > LONGEST_ANSWER:
            raise TooLong(
                _("This answer has %(length)s characters; the most we can take is %(most)s. Please shorten it.")
                % {"length": f"{len(value):,}", "most": f"{LONGEST_ANSWER:,}"}
            )
    empty = value in ("", [], {})
    with transaction.atomic():
        _refuse_unless_open(survey)
        refuse_withdrawn(survey, token, lock=True)
        if empty and response_of(survey, token) is None:
            return None
        response = writable_response(survey, token, MOST_AUTOMATIC_SAVES if automatic else MOST_SAVES)
        answers = Answer.objects.within(survey.district_id).filter(response=response)
        if empty:
            answers.filter(question=question).delete()
        else:
            Answer.everything.update_or_create(
                response=response, question=question, defaults={"district_id": survey.district_id, "value": value}
            )
        _note_language(survey, response, question, language, empty)
        if response.submitted and (question.shown_if or depending_on(question, _questions(survey))):
            _take_back_hidden(survey, response)
    return response


def submit(*, survey: Survey, token: Token) -> Response:
    """Mark the response as handed in. Doing it twice counts once.

    Answers to questions that another answer has hidden since (`shown_if`) are taken back: until now they were kept, so
    that changing one's mind twice loses nothing; from now on they would count, as answers to what was not asked.
    Raises `StillMissing`, with nothing changed, while nothing that is asked, or not everything required of it, is answered.
    """
    with transaction.atomic():
        _refuse_unless_open(survey)
        refuse_withdrawn(survey, token, lock=True)
        before = response_of(survey, token)
        questions = _questions(survey)
        answers = _answers(survey, before) if before else {}
        shown = asked(questions, answers)
        if before is None or not any(question.pk in answers for question in shown):
            raise StillMissing(_("Nothing is answered yet, so there is nothing to send."), None)
        here = {question.pk for question in shown}
        for position, question in enumerate(questions, start=1):
            if question.required and question.pk in here and question.pk not in answers:
                raise StillMissing(_("This question still needs an answer. Everything else is kept."), position)
        if before.submitted:
            return before
        response = writable_response(survey, token, MOST_SAVES)
        _take_back_hidden(survey, response)
        response.submitted = True
        response.week = week_of(survey)
        response.save(update_fields=["submitted", "week"])
    return response


def use_up(*, survey: Survey, token: Token) -> None:
    """End a token on a device that others use next: what was not handed in is taken back, and nothing more is taken.

    What is left is an empty response that counts as nothing, with no saves to spare until the next stir. What was handed
    in stays as it is.
    """
    with transaction.atomic():
        if not survey.is_open:
            return
        response = _locked_response(survey, token)
        if response.submitted:
            return
        Answer.objects.within(survey.district_id).filter(response=response).delete()
        response.language, response.saves = "", MOST_SAVES
        response.save(update_fields=["language", "saves"])


def tidy_words(words: str) -> str:
    """Words as they are kept: verbatim, but for what no person typed (browsers' line ends, null characters)."""
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def _refuse_unless_open(survey: Survey) -> None:
    if survey.opens_later:
        raise SurveyNotOpen(_("This survey has not opened yet. Your link will work once it has."))
    if not survey.is_open:
        raise SurveyNotOpen(_("This survey is closed. What you answered before it closed is kept."))


def refuse_withdrawn(survey: Survey, token: Token, *, lock: bool = False) -> None:
    """Where a family has said no, the key of that child's link is gone; every other link has one, but in anonymous surveys.

    `lock` holds the key until the transaction ends, so that an answer is not saved beside its own deletion.
    """
    if survey.mode == Survey.Mode.ANONYMOUS:
        return
    if not ParentChoice.objects.within(survey.district_id).filter(survey=survey).exists():
        return
    keys = IssuedKey.objects.within(survey.district_id).filter(survey=survey, key=token.key)
    if (keys.select_for_update() if lock else keys).first() is None:
        raise Withdrawn(
            _("Your family has decided that you take no part in this survey. What was answered with this link is deleted.")
        )


def _questions(survey: Survey) -> list[Question]:
    found = Question.objects.within(survey.district_id).filter(version_id=survey.version_id)
    return list(found.order_by("position"))


def _answers(survey: Survey, response: Response) -> dict[UUID, Any]:
    found = Answer.objects.within(survey.district_id).filter(response=response)
    return dict(found.values_list("question_id", "value"))


def _take_back_hidden(survey: Survey, response: Response) -> None:
    """Delete answers to questions that are not asked, given the others; the language goes with the last words."""
    shown = asked(_questions(survey), _answers(survey, response))
    answers = Answer.objects.within(survey.district_id).filter(response=response)
    hidden, _by_model = answers.exclude(question__in=shown).delete()
    if hidden and survey.mode == Survey.Mode.ANONYMOUS and response.language and not _has_words(answers):
        response.language = ""
        response.save(update_fields=["language"])


def _has_words(answers: Any) -> bool:
    return bool(answers.filter(question__kind__in=[Question.Kind.SHORT, Question.Kind.LONG]).exists())


def writable_response(survey: Survey, token: Token, most_saves: int) -> Response:
    """The token's response, made where there is none and locked until the transaction ends; counted as one use more.

    Raises `SavedTooOften` where the token was used too often since the last stir.
    """
    response = _locked_response(survey, token)
    if response.saves >= most_saves:
        raise SavedTooOften(_("This link has been used very often today. What you answered is kept; come back tomorrow."))
    response.saves += 1
    response.save(update_fields=["saves"])
    return response


def _locked_response(survey: Survey, token: Token) -> Response:
    """The token's response, made where there is none yet, and locked until the transaction ends."""
    locked = Response.objects.within(survey.district_id).select_for_update().filter(survey=survey, key=token.key)
    response = locked.first()
    if response is None:
        kept = coarsened(survey, cell_of(survey, token.cell))
        fresh = Response(
            survey=survey,
            key=token.key,
            district_id=survey.district_id,
            group=kept.group,
            school=kept.school,
            week=week_of(survey),
        )
        # Two tabs may both come first. The second is passed over in silence: an error would leave the key, with the
        # second it happened in, in PostgreSQL's log.
        Response.everything.bulk_create([fresh], ignore_conflicts=True)
        response = locked.get()
    return response  # type: ignore[no-any-return]


def _note_language(survey: Survey, response: Response, question: Question, language: str, empty: bool) -> None:
    """Keep the language people answer in. In an anonymous survey only beside words, which show it themselves.

    The one person of a school who ticked boxes in Spanish would be known by it.
    """
    if survey.mode == Survey.Mode.ANONYMOUS:
        if not question.is_text:
            return
        if empty:
            answers = Answer.objects.within(survey.district_id).filter(response=response)
            language = response.language if _has_words(answers) else ""
    if response.language != language:
        response.language = language
        response.save(update_fields=["language"])
