"""A questionnaire as a family reads it before children are asked: every question with all there is to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from commonwhy.listening.models import Question, QuestionnaireVersion, Survey


@dataclass(frozen=True)
class Asked:
    """One question in words. `plain` is how younger children read it, where that differs."""

    number: int
    section: str
    words: str
    hint: str
    plain: str
    kind: str
    required: bool
    rows: list[str]
    options: list[str]
    only_if: str
    areas: list[str]


@dataclass(frozen=True)
class Preview:
    """The whole of it."""

    intro: str
    thanks: str
    questions: list[Asked]


def preview(survey: Survey, language: str) -> Preview:
    """Everything a child would read, in `language`: one query."""
    version = survey.version
    questions = list(Question.objects.within(survey.district_id).filter(version=version).order_by("position"))
    by_key = {question.key: (number, question) for number, question in enumerate(questions, start=1)}
    asked = []
    for number, question in enumerate(questions, start=1):
        words = version.words(question.texts, language)
        plain = version.words(question.plain_texts, language)
        asked.append(
            Asked(
                number=number,
                section=version.words(question.section, language),
                words=words,
                hint=version.words(question.hints, language),
                plain=plain if plain != words else "",
                kind=str(question.get_kind_display()),
                required=question.required,
                rows=[version.words(row["texts"], language) for row in question.rows],
                options=[version.words(option["texts"], language) for option in question.options],
                only_if=_condition(version, question, by_key, language),
                areas=[str(label) for value, label in Question.ProtectedArea.choices if value in question.protected_areas],
            )
        )
    return Preview(version.words(version.intro, language), version.words(version.thanks, language), asked)


def _condition(version: QuestionnaireVersion, question: Question, by_key: dict[str, tuple[int, Question]], language: str) -> str:
    """When a question is asked only after some answers to an earlier one: a sentence."""
    found = by_key.get(question.shown_if.get("question", ""))
    if found is None:
        return ""
    number, earlier = found
    wanted = question.shown_if.get("any_of", [])
    chosen = [version.words(option["texts"], language) for option in earlier.options if option["key"] in wanted]
    return _("Asked only of those who chose %(answers)s in question %(number)s.") % {
        "answers": " / ".join(chosen),
        "number": number,
    }
