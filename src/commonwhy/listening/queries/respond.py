"""What a respondent's page shows: the questions in order, and what this token has answered so far.

The holder of a token is nobody's viewer: the token opens one survey and its own response, and nothing else is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from commonwhy.districts.models import Group, School
from commonwhy.listening.branching import Part, asked, depending_on, parts
from commonwhy.listening.models import Answer, Question, Response, Survey, SurveyCell
from commonwhy.listening.tokens import Token


@dataclass(frozen=True)
class Entrance:
    """What a good token opens: the survey, what the token says, and the cell it was made for, where there is one."""

    survey: Survey
    token: Token
    cell: SurveyCell | None


@dataclass(frozen=True)
class Sheet:
    """A survey as one token sees it.

    A question's page is its place among all questions, from 1, and stays the same; `shown` are those that are asked given
    the answers so far, and only they are counted.
    """

    survey: Survey
    questions: list[Question]
    response: Response | None
    answers: dict[UUID, Any]

    @cached_property
    def shown(self) -> list[Question]:
        return asked(self.questions, self.answers)

    @cached_property
    def parts(self) -> dict[UUID, Part]:
        return parts(self.questions, self.shown)

    @property
    def total(self) -> int:
        return len(self.shown)

    @property
    def answered(self) -> int:
        return sum(question.pk in self.answers for question in self.shown)

    @property
    def submitted(self) -> bool:
        return self.response is not None and self.response.submitted

    @property
    def next_open(self) -> int:
        """The page of the first shown question without an answer, else the first."""
        return next((self._page(question) for question in self.shown if question.pk not in self.answers), 1)

    def question(self, page: int) -> Question | None:
        return self.questions[page - 1] if 1 <= page <= len(self.questions) else None

    def number(self, page: int) -> int:
        """Which of the shown questions stands on this page, counted from 1; of one that is hidden, which would come next."""
        return sum(self._page(question) < page for question in self.shown) + 1

    def following(self, page: int) -> int | None:
        """The page of the next shown question; None after the last."""
        return next((found for question in self.shown if (found := self._page(question)) > page), None)

    def before(self, page: int) -> int | None:
        """The page of the shown question before; None before the first."""
        return next((found for question in reversed(self.shown) if (found := self._page(question)) < page), None)

    def may_branch(self, page: int) -> bool:
        """Whether what is answered on this page decides if another question is asked."""
        return bool(depending_on(self.questions[page - 1], self.questions[page:]))

    def with_answer(self, question: Question, value: Any) -> Sheet:
        """The same after this answer; an empty one takes it back."""
        answers = {pk: before for pk, before in self.answers.items() if pk != question.pk}
        return replace(self, answers=answers if value in ("", [], {}) else {**answers, question.pk: value})

    def _page(self, question: Question) -> int:
        return self._pages[question.pk]

    @cached_property
    def _pages(self) -> dict[UUID, int]:
        return {question.pk: page for page, question in enumerate(self.questions, start=1)}


def cell_of(survey: Survey, number: int) -> SurveyCell | None:
    """The cell with this number."""
    cells = SurveyCell.objects.within(survey.district_id).select_related("group", "school")
    return cells.filter(survey=survey, number=number).first()


def response_of(survey: Survey, token: Token) -> Response | None:
    """What this token said so far."""
    return Response.objects.within(survey.district_id).filter(survey=survey, key=token.key).first()


def sheet(entrance: Entrance) -> Sheet:
    """The survey's questions and what the token has answered: three queries."""
    survey = entrance.survey
    questions = list(Question.objects.within(survey.district_id).filter(version=survey.version_id).order_by("position"))
    response = response_of(survey, entrance.token)
    answers: dict[UUID, Any] = {}
    if response is not None:
        found = Answer.objects.within(survey.district_id).filter(response=response)
        answers = dict(found.values_list("question_id", "value"))
    return Sheet(survey, questions, response, answers)


def places_asked(survey: Survey) -> tuple[list[Group], list[School]]:
    """The groups and the schools somebody may choose who comes by the open link."""
    cells = SurveyCell.objects.within(survey.district_id).filter(survey=survey).select_related("group", "school")
    groups: dict[UUID, Group] = {}
    schools: dict[UUID, School] = {}
    for cell in cells:
        groups.setdefault(cell.group_id, cell.group)
        if cell.school is not None and not cell.school.ended:
            schools.setdefault(cell.school_id, cell.school)
    return list(groups.values()), sorted(schools.values(), key=lambda school: school.name)
