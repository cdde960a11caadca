"""Reading for the gap: the answers a measurement works on, and what was measured, for the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Answer, AnswerTranslation, Question, Survey
from commonwhy.vision.models import GapAnalysis

MEANING = "meaning"


@dataclass(frozen=True)
class Said:
    """One answer in people's words, with what the measurement needs of its speaker: group, school, never who."""

    id: UUID
    words: str
    language: str
    group: UUID
    school: UUID | None
    translations: Mapping[str, str] = field(default_factory=dict)


def question_of(viewer: Viewer, survey: Survey) -> Question | None:
    """The question whose meanings are compared: `meaning` where there is one, else the first in people's own words."""
    texts = Question.objects.visible_to(viewer).filter(
        version=survey.version_id, kind__in=[Question.Kind.LONG, Question.Kind.SHORT]
    )
    asked = sorted(texts, key=lambda question: (question.key != MEANING, question.kind != Question.Kind.LONG, question.position))
    return asked[0] if asked else None


def said_in(viewer: Viewer, survey: Survey, question: Question, only: Q | None = None) -> list[Said]:
    """Every submitted answer with words in it, in the order of its words, and how its group is known. Two queries.

    Rows have random ids; in the order of the words the same answers give the same figures in any database.
    A measurement may use them all, since the gate decides when it is shown; who reads them passes `only` what is readable.
    """
    translations: dict[UUID, dict[str, str]] = defaultdict(dict)
    checked = AnswerTranslation.objects.visible_to(viewer).filter(answer__response__survey=survey, answer__question=question)
    for answer, language, words in checked.values_list("answer_id", "language", "words"):
        translations[answer][language] = words
    answers = (
        Answer.objects.visible_to(viewer)
        .filter(only or Q(), question=question, response__survey=survey, response__submitted=True, response__group__isnull=False)
        .order_by("id")
        .values_list("id", "value", "response__language", "response__group_id", "response__school_id")
    )
    found = [
        Said(answer, words, language, group, school, translations.get(answer, {}))
        for answer, words, language, group, school in answers.iterator(chunk_size=2_000)
        if isinstance(words, str) and words.strip()
    ]
    return sorted(found, key=lambda each: (each.words, each.language))


def without_group(viewer: Viewer, survey: Survey, question: Question) -> int:
    """How many answers are kept without their group, because too few were asked to keep it."""
    return (
        Answer.objects.visible_to(viewer)
        .filter(question=question, response__survey=survey, response__submitted=True, response__group=None)
        .count()
    )


def analyses(viewer: Viewer, survey: Survey) -> dict[str, GapAnalysis]:
    """What was measured of a survey, by view; without the pictures, which are large and have addresses of their own."""
    found = GapAnalysis.objects.visible_to(viewer).filter(survey=survey).select_related("question").defer("charts")
    return {analysis.by: analysis for analysis in found}


def analysis_with_charts(viewer: Viewer, survey: Survey, by: str) -> GapAnalysis | None:
    return GapAnalysis.objects.visible_to(viewer).filter(survey=survey, by=by).first()


def survey_or_none(viewer: Viewer, district: District, survey: UUID) -> Survey | None:
    surveys = Survey.objects.visible_to(viewer).filter(district=district).exclude(opened_at=None)
    return surveys.select_related("district", "version").filter(pk=survey).first()


@dataclass(frozen=True)
class Listed:
    """A survey on the list, and its measurement by group if there is one."""

    survey: Survey
    analysis: GapAnalysis | None


def listed(viewer: Viewer, district: District) -> list[Listed]:
    """Opened surveys that ask for words, the latest first. Two queries."""
    words = Q(version__questions__kind__in=[Question.Kind.LONG, Question.Kind.SHORT])
    surveys: QuerySet[Survey] = (
        Survey.objects.visible_to(viewer).filter(words, district=district).exclude(opened_at=None).distinct()
    )
    measured = {
        analysis.survey_id: analysis
        for analysis in GapAnalysis.objects.visible_to(viewer).filter(district=district, by=GapAnalysis.By.GROUP).defer("charts")
    }
    return [Listed(survey, measured.get(survey.pk)) for survey in surveys]


def link_from_survey(viewer: Viewer, survey: Survey) -> tuple[str, str] | None:
    """What a survey's page links to (`core.slots.survey_links`), for those who may see it once it has opened."""
    if survey.opened_at is None or not may(viewer, "gap.see", survey.district):
        return None
    return _("How far apart we are"), reverse("vision:gap", args=[survey.district.slug, survey.pk])
