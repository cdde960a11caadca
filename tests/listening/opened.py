"""Surveys for tests: five questions, one of each kind, in English and Spanish, open to teachers, students and families."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from commonwhy.districts.models import School
from commonwhy.listening.models import Question, Questionnaire, QuestionnaireVersion, Survey, SurveyCell
from tests.cast import Cast

OFTEN = [
    {"key": "weekly", "texts": {"en": "Every week", "es": "Cada semana"}},
    {"key": "sometimes", "texts": {"en": "Sometimes", "es": "A veces"}},
    {"key": "never", "texts": {"en": "Never", "es": "Nunca"}},
]
WHERE = [
    {"key": "class", "texts": {"en": "In class", "es": "En clase"}},
    {"key": "home", "texts": {"en": "At home", "es": "En casa"}},
]
QUESTIONS: list[dict[str, Any]] = [
    {
        "key": "meaning",
        "kind": "long",
        "texts": {"en": "What does {term} mean to you?", "es": "¿Qué significa para usted {term}?"},
        "hints": {"en": "In your own words.", "es": "Con sus propias palabras."},
        "required": True,
    },
    {"key": "often", "kind": "single", "texts": {"en": "How often?", "es": "¿Con qué frecuencia?"}, "options": OFTEN},
    {"key": "where", "kind": "multiple", "texts": {"en": "Where?", "es": "¿Dónde?"}, "options": WHERE},
    {
        "key": "each",
        "kind": "matrix",
        "texts": {"en": "How often in each place?", "es": "¿Con qué frecuencia en cada lugar?"},
        "options": OFTEN,
        "rows": WHERE,
    },
    {"key": "word", "kind": "short", "texts": {"en": "One word for it?", "es": "¿Una palabra?"}},
]
MEANING, OFTEN_PAGE, WHERE_PAGE, EACH_PAGE, WORD_PAGE = range(1, 6)


def make_version(cast: Cast, questions: list[dict[str, Any]] | None = None) -> QuestionnaireVersion:
    questionnaire = Questionnaire.everything.create(district=cast.alder, title="The definition pulse")
    version = QuestionnaireVersion.everything.create(
        district=cast.alder,
        questionnaire=questionnaire,
        languages=["en", "es"],
        intro={"en": "We want to hear what {term} means.", "es": "Queremos saber qué significa {term}."},
        thanks={"en": "We will tell you what we heard.", "es": "Le contaremos lo que oímos."},
        term={"en": "digital learning", "es": "el aprendizaje digital"},
    )
    for position, question in enumerate(questions or QUESTIONS):
        Question.everything.create(district=cast.alder, version=version, position=position, **question)
    return version


def open_survey(
    cast: Cast,
    *,
    mode: str = "anonymous",
    asked: dict[tuple[str, str | None], int | None] | None = None,
    questions: list[dict[str, Any]] | None = None,
    **fields: Any,
) -> Survey:
    """A survey that has been open for a day. `asked` maps (kind of group, name of school or None) to how many."""
    asked = asked or {
        ("teachers", cast.creekside.name): 40,
        ("teachers", cast.maple.name): 30,
        ("students", cast.creekside.name): 200,
        ("families", None): 300,
    }
    fields.setdefault("opened_at", timezone.now() - timedelta(days=1))
    survey = Survey.everything.create(
        district=cast.alder, version=make_version(cast, questions), title="Digital learning and you", mode=mode, **fields
    )
    schools = {school.name: school for school in (cast.creekside, cast.maple)}
    for number, ((kind, school), count) in enumerate(asked.items(), start=1):
        group = cast.group(kind)
        survey.groups.add(group)
        SurveyCell.everything.create(
            district=cast.alder,
            survey=survey,
            number=number,
            group=group,
            school=schools[school] if school else None,
            asked=count,
        )
    return survey


def cell(survey: Survey, kind: str, school: School | None = None) -> SurveyCell:
    """One cell of a survey by its group's kind and its school."""
    cells = SurveyCell.everything.select_related("group", "school")
    return cells.get(survey=survey, group__kind=kind, school=school)


def questions_of(survey: Survey) -> dict[str, Question]:
    return {question.key: question for question in Question.everything.filter(version=survey.version)}
