"""What a respondent's page shows: the questions in order, and what this token has answered so far.

The holder of a token is nobody's viewer: the token opens one survey and its own response, and nothing else is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commonwhy.districts.models import Group, School
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
    """A survey as one token sees it. Questions are numbered from 1."""

    survey: Survey
    questions: list[Question]
    response: Response | None
    answers: dict[UUID, Any]

    @property
    def total(self) -> int:
        return len(self.questions)

    @property
    def answered(self) -> int:
        return sum(question.pk in self.answers for question in self.questions)

    @property
    def submitted(self) -> bool:
        return self.response is not None and self.response.submitted

    @property
    def next_open(self) -> int:
        """The first question without an answer, else the first."""
        return next((n for n, question in enumerate(self.questions, 1) if question.pk not in self.answers), 1)

    def question(self, number: int) -> Question | None:
        return self.questions[number - 1] if 1 <= number <= self.total else None


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
