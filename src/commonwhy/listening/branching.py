"""Which questions somebody is asked, given what they have answered, and in which part of the questionnaire each stands.

A question with a condition (`Question.shown_if`) is asked only where the question it names was itself asked and got one of
the answers it names. Pure functions over rows that were read already: respondents' pages, handing in, the preview and the
page for typing in paper answers all ask here, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commonwhy.listening.models import Question
from commonwhy.listening.models.question import Texts

# What a condition may rest on: questions whose answer is one or some of the options.
DECIDING = (Question.Kind.SINGLE, Question.Kind.MULTIPLE)


@dataclass(frozen=True)
class Part:
    """A section as somebody meets it: its number among those they meet, how many these are, and its heading."""

    number: int
    total: int
    heading: Texts
    begins: bool


def chosen(question: Question, value: Any) -> frozenset[str]:
    """The options an answer names: those ticked; of a ranking the first, of a matrix those of any line."""
    match value:
        case dict():
            return frozenset(map(str, value.values()))
        case list():
            return frozenset(map(str, value[:1] if question.kind == Question.Kind.RANKING else value))
    return frozenset()


def asked(questions: Sequence[Question], answers: Mapping[UUID, Any]) -> list[Question]:
    """The questions in order without those whose condition does not hold; `answers` are values by the question's key in
    the database."""
    found: list[Question] = []
    given: dict[str, frozenset[str]] = {}
    for question in questions:
        condition = question.shown_if
        if condition and not given.get(condition["question"], frozenset()) & set(condition["any_of"]):
            continue
        found.append(question)
        given[question.key] = chosen(question, answers.get(question.pk))
    return found


def depending_on(question: Question, questions: Sequence[Question]) -> list[Question]:
    """The questions that are asked only where `question` got a certain answer."""
    return [each for each in questions if each.shown_if and each.shown_if["question"] == question.key]


def parts(questions: Sequence[Question], shown: Sequence[Question]) -> dict[UUID, Part]:
    """For each shown question the part it stands in. Questions before the first section stand in none.

    A part begins with the first question of it that is shown, even where the one that carries the heading is not.
    """
    here = {question.pk for question in shown}
    headings: list[Texts] = []
    section: Texts = {}
    fresh = False
    placed: list[tuple[UUID, int, bool]] = []
    for question in questions:
        if any(question.section.values()):
            section, fresh = question.section, True
        if question.pk not in here or not section:
            continue
        if fresh:
            headings.append(section)
        placed.append((question.pk, len(headings), fresh))
        fresh = False
    return {pk: Part(number, len(headings), headings[number - 1], begins) for pk, number, begins in placed}
