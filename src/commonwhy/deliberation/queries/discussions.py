"""The discussions of a district, as staff pages list and show them: statements, voices offered, questions to start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.core.wanted import wanted
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt, Question, Survey
from commonwhy.listening.queries.coverage import heard_in_all
from commonwhy.listening.queries.participation import Count as Heard
from commonwhy.listening.queries.search import keys_holding
from commonwhy.listening.queries.surveys import FOR_DISCUSSIONS

State, Origin = Statement.State, Statement.Origin
MOST_QUESTIONS = 200


def discussions_of(viewer: Viewer, district: District) -> QuerySet[Discussion]:
    """The district's discussions, the latest first, with what their pages read beside them."""
    found: QuerySet[Discussion] = Discussion.objects.visible_to(viewer).filter(district=district)
    return found.select_related("district", "survey__district", "survey__version__questionnaire").order_by("-number")


def discussion_of(viewer: Viewer, district: District, pk: UUID) -> Discussion | None:
    """One discussion of the district."""
    return discussions_of(viewer, district).filter(pk=pk).first()


def question_of(discussion: Discussion) -> dict[str, str]:
    """What is discussed, by language, as people read it."""
    version = discussion.survey.version
    question = Question.objects.within(discussion.district_id).filter(version=version).first()
    return {code: version.words(question.texts, code) for code in question.texts} if question is not None else {}


def titles(viewer: Viewer, discussions: Sequence[Discussion]) -> dict[UUID, str]:
    """What each is about, in the reader's language: one query for all of them."""
    language = get_language() or "en"
    versions = [discussion.survey.version_id for discussion in discussions]
    questions = Question.objects.visible_to(viewer).filter(version__in=versions).order_by("-position")
    asked = {question.version_id: question.texts for question in questions}
    return {
        each.pk: each.survey.version.words(asked.get(each.survey.version_id, {}), language) or each.survey.title
        for each in discussions
    }


@dataclass(frozen=True)
class Line:
    """One discussion in a list: who took part, after the gate, and its statements."""

    discussion: Discussion
    heard: Heard
    k: int
    shown: int
    waiting: int
    appeals: int


def lines(viewer: Viewer, district: District) -> list[Line]:
    """Every discussion: the open ones first, then drafts, then closed ones."""
    found = list(discussions_of(viewer, district).prefetch_related("survey__groups"))
    heard = heard_in_all(viewer, [each.survey for each in found])
    counted = {row["discussion"]: row for row in _counted(viewer, found)}
    none = {"shown": 0, "waiting": 0, "appeals": 0}
    made = []
    for each in found:
        row = counted.get(each.pk, none)
        made.append(Line(each, *heard[each.survey_id], row["shown"], row["waiting"], row["appeals"]))
    return sorted(made, key=lambda line: (not line.discussion.survey.is_open, not line.discussion.survey.is_draft))


def _counted(viewer: Viewer, discussions: Sequence[Discussion]) -> QuerySet[Statement, dict[str, Any]]:
    rows = Statement.objects.visible_to(viewer).filter(discussion__in=discussions).order_by()
    return rows.values("discussion").annotate(  # type: ignore[no-any-return]
        shown=Count("pk", filter=Q(state=State.SHOWN)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        appeals=Count("pk", filter=Q(state=State.HIDDEN, appeal_answer="") & ~Q(appeal="")),
    )


def seeds_of(viewer: Viewer, discussion: Discussion) -> list[Statement]:
    """The statements that facilitators brought in, those that lack a language first."""
    rows = Statement.objects.visible_to(viewer).filter(discussion=discussion).exclude(origin=Origin.PARTICIPANT)
    return list(rows.exclude(state=State.HIDDEN).select_related("excerpt", "group").order_by("-state", "number", "pk"))


def statement_of(viewer: Viewer, discussion: Discussion, pk: UUID) -> Statement | None:
    """One statement of a discussion, as far as the viewer may see it."""
    rows = Statement.objects.visible_to(viewer).filter(discussion=discussion)
    found: Statement | None = rows.select_related("discussion__survey__district", "excerpt", "group").filter(pk=pk).first()
    return found


def voice_behind(viewer: Viewer, statement: Statement) -> Excerpt | None:
    """The voice a statement came from, unless the safety queue holds it back."""
    found: Excerpt | None = (
        Excerpt.objects.visible_to(viewer).select_related("group", "school").filter(pk=statement.excerpt_id).first()
        if statement.excerpt_id
        else None
    )
    return found


def usable(viewer: Viewer, district: District) -> QuerySet[Excerpt]:
    """Marked voices that may be shown to others: with leave to quote, and not held back by the safety queue."""
    found: QuerySet[Excerpt] = Excerpt.objects.visible_to(viewer).filter(district=district)
    return found.exclude(note__may_quote=False)


def voices_to_use(viewer: Viewer, discussion: Discussion, *, q: str = "", every: bool = False) -> QuerySet[Excerpt]:
    """Voices that are no statement here yet; unless `every`, of the question it was opened from, where it was."""
    found = usable(viewer, discussion.district)
    if discussion.opened_from_id and not every:
        found = found.filter(answer__question=discussion.opened_from_id)
    used = Statement.objects.visible_to(viewer).filter(discussion=discussion, excerpt__isnull=False)
    found = found.exclude(pk__in=used.values("excerpt"))
    if q.strip():
        found = found.filter(pk__in=keys_holding(found.order_by().values_list("pk", "words"), wanted(q)))
    return found.select_related("group", "school").order_by("pk")


def voice_to_use(viewer: Viewer, district: District, pk: UUID) -> Excerpt | None:
    """One voice that may be shown to others."""
    return usable(viewer, district).select_related("group", "school", "note", "answer").filter(pk=pk).first()


@dataclass(frozen=True)
class Start:
    """A question people have answered in words, to start a discussion from."""

    question: Question
    survey: str
    words: str


def questions_to_start_from(viewer: Viewer, district: District) -> list[Start]:
    """Questions answered in words, of surveys that have opened, the latest survey first; each question once."""
    surveys = Survey.objects.visible_to(viewer).filter(district=district, opened_at__isnull=False)
    opened = surveys.exclude(version__questionnaire__shipped=FOR_DISCUSSIONS).order_by("-opened_at").select_related("version")
    questions: dict[UUID, list[Question]] = {}
    kinds = [Question.Kind.LONG, Question.Kind.SHORT]
    latest = list(opened[:MOST_QUESTIONS])
    rows = Question.objects.visible_to(viewer).filter(version__in={survey.version_id for survey in latest}, kind__in=kinds)
    for question in rows.select_related("version").order_by("position"):
        questions.setdefault(question.version_id, []).append(question)
    language = get_language() or district.language
    starts = [
        Start(question, survey.title, question.version.words(question.texts, language))
        for survey in latest
        for question in questions.pop(survey.version_id, [])
    ]
    return starts[:MOST_QUESTIONS]


def start_from(viewer: Viewer, district: District, pk: UUID) -> Question | None:
    """One question of the district that is answered in words."""
    rows = Question.objects.visible_to(viewer).filter(district=district, kind__in=[Question.Kind.LONG, Question.Kind.SHORT])
    found: Question | None = rows.select_related("version").filter(pk=pk).first()
    return found


# What listening's pages learn of discussions, through slots


def places(viewer: Viewer, surveys: Sequence[Survey]) -> dict[UUID, tuple[str, str]]:
    """Of these surveys those that a discussion is held on: for `core.slots.survey_places`."""
    found = Discussion.objects.visible_to(viewer).filter(survey__in=surveys).select_related("district")
    return {
        each.survey_id: (_("Discussion"), reverse("deliberation:discussion", args=[each.district.slug, each.pk]))
        for each in found
    }


def link_from_survey(viewer: Viewer, survey: Survey) -> tuple[str, str] | None:
    """From a survey whose answers are there to a discussion that starts from them: for `core.slots.survey_links`."""
    if not survey.is_closed or survey.version.questionnaire.shipped == FOR_DISCUSSIONS:
        return None
    if not may(viewer, "discussions.run", survey.district):
        return None
    address = reverse("deliberation:discussion_new", args=[survey.district.slug])
    return _("Discuss what they said"), f"{address}?survey={survey.pk}"
