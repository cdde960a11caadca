"""Written answers that were handed in and may be read by now (`queries.readable`), for those who may read and mark them.

They come in the order of their random keys, which says nothing about who answered when. Speakers are named as
`queries.speakers` allows, and filters go by those names, never by what an answer is kept with: a school that may not be
named cannot be looked for either. Whoever belongs to one school reads the voices that carry that school's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from commonwhy.core.languages import language_name
from commonwhy.core.wanted import wanted
from commonwhy.districts.models import District, Group
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models import Answer, Excerpt, Note, Question, Response, Survey
from commonwhy.listening.queries.readable import readable
from commonwhy.listening.queries.search import answers_holding, keys_holding
from commonwhy.listening.queries.speakers import Speaker, Speakers, places_of, speakers

OTHERS = "others"
MARKED, NOT_MARKED = "yes", "no"
MOST_FOUND = 2_000
"""A word that stands in more voices than this finds nothing; another word beside it does."""


@dataclass(frozen=True)
class Filters:
    """What to look for; empty means everything. `group` and `school` are keys, or `others` for voices without that name."""

    survey: str = ""
    question: str = ""
    group: str = ""
    school: str = ""
    language: str = ""
    words: str = ""
    marked: str = ""


@dataclass(frozen=True)
class Choices:
    """What can be looked for: value and label."""

    surveys: Sequence[tuple[str, str]]
    questions: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, Any]]
    schools: Sequence[tuple[str, Any]]
    languages: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Voice:
    """An answer with what its speaker may be called and what was marked in it."""

    answer: Answer
    speaker: Speaker
    excerpts: Sequence[Excerpt] = field(default_factory=tuple)


class Found(Sequence[Answer]):
    """What a search found among `answers`, by its keys; the rows are read for the slice that is shown.

    `more`: there are others, which were not looked for once so many were found.
    """

    def __init__(self, answers: QuerySet[Answer], keys: list[UUID]) -> None:
        self.answers = answers
        self.more = len(keys) > MOST_FOUND
        self.keys = sorted(keys[:MOST_FOUND])

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        return list(self.answers.filter(pk__in=self.keys[place]))


class Voices:
    """The answers of a district as one viewer may read them. Made once a request; it counts once."""

    def __init__(self, viewer: Viewer, district: District) -> None:
        self.viewer = viewer
        self.district = district
        self.groups, self.schools = places_of(district)
        self.readable = readable(viewer, district)
        counted = (
            Response.objects.visible_to(viewer)
            .filter(self.readable.on(), district=district, submitted=True)
            .values_list("survey_id", "group_id", "school_id", "language")
            .annotate(voices=Count("pk"))
            .order_by()
        )
        self._rows = list(counted)
        rows = [(survey, group, school, voices) for survey, group, school, _language, voices in self._rows]
        self.speakers: Speakers = speakers(rows, district, self.groups, self.schools)

    def answers(self, filters: Filters | None = None) -> QuerySet[Answer]:
        """The written answers that fit, in random order."""
        filters = filters or Filters()
        found = (
            Answer.objects.visible_to(self.viewer)
            .filter(
                self.readable.on("response__"),
                district=self.district,
                response__submitted=True,
                question__in=self._in_words,
            )
            .filter(self._own_schools())
            .select_related("response", "question")
            # Read for the rows of a page only: joined, it would have SQLite sort every answer before the first is shown.
            .prefetch_related("district")
            .order_by("pk")
        )
        if filters.survey:
            found = found.filter(response__survey=filters.survey)
        if filters.question:
            found = found.filter(question__key=filters.question)
        if filters.group:
            found = found.filter(self._in_group(filters.group))
        if filters.school:
            found = found.filter(self._in_school(filters.school))
        if filters.language:
            found = found.filter(response__language=filters.language)
        if filters.words:
            found = answers_holding(self.viewer, self.district, found, wanted(filters.words))
        if filters.marked:
            # As a list of keys: asked once, and not for every answer.
            marks = Excerpt.objects.visible_to(self.viewer).filter(district=self.district, answer__isnull=False)
            has_mark = Q(pk__in=marks.values("answer"))
            found = found.filter(has_mark if filters.marked == MARKED else ~has_mark)
        return found

    @cached_property
    def _in_words(self) -> list[UUID]:
        """The questions that are answered in words: looked up once, and not beside every answer."""
        questions = Question.objects.visible_to(self.viewer).filter(district=self.district)
        kinds = [Question.Kind.LONG, Question.Kind.SHORT]
        return list(questions.filter(kind__in=kinds).order_by().values_list("pk", flat=True))

    def listed(self, filters: Filters) -> QuerySet[Answer] | Found:
        """The answers that fit, for pages of them. A search is done once, and not for the count and the page each."""
        if not filters.words:
            return self.answers(filters)
        return self.found(filters)

    def found(self, filters: Filters) -> Found:
        """The answers that fit and hold the words looked for, as many as anybody would look through."""
        answers = self.answers(replace(filters, words=""))
        keys = answers_holding(self.viewer, self.district, answers, wanted(filters.words)).order_by()
        return Found(answers, list(keys.values_list("pk", flat=True)[: MOST_FOUND + 1]))

    def voices(self, answers: Sequence[Answer]) -> list[Voice]:
        """A page of answers with their speakers and marks: one query."""
        marks: dict[UUID, list[Excerpt]] = {}
        if answers:
            found = Excerpt.objects.visible_to(self.viewer).filter(answer__in=[answer.pk for answer in answers])
            for excerpt in found.order_by("start", "end"):
                marks.setdefault(excerpt.answer_id, []).append(excerpt)
        return [Voice(answer, self.speaker(answer), marks.get(answer.pk, ())) for answer in answers]

    def speaker(self, answer: Answer) -> Speaker:
        response = answer.response
        return self.speakers.of(response.survey_id, response.group_id, response.school_id)

    def choices(self, filters: Filters) -> Choices:
        """What the filters offer: of groups and schools only those that at least one survey may name."""
        heard_in = {row[0] for row in self._rows}
        surveys = list(Survey.objects.visible_to(self.viewer).filter(pk__in=heard_in).order_by("-opened_at", "title"))
        chosen = [survey for survey in surveys if str(survey.pk) == filters.survey] or surveys
        questions = (
            Question.objects.visible_to(self.viewer)
            .filter(version__surveys__in=chosen, kind__in=[Question.Kind.LONG, Question.Kind.SHORT])
            .select_related("version")
            .order_by("position")
        )
        asked: dict[str, str] = {}
        for question in questions:
            asked.setdefault(question.key, question.version.words(question.texts, get_language() or "en"))
        pairs = {pair: schools for pair, schools in self.speakers.named.items() if pair[0] in {s.pk for s in chosen}}
        groups = sorted({group for _survey, group in pairs}, key=self._place_of_group)
        schools = sorted({school for named in pairs.values() for school in named}, key=lambda pk: self.schools[pk].name)
        return Choices(
            surveys=[(str(survey.pk), survey.title) for survey in surveys],
            questions=list(asked.items()),
            groups=[(str(pk), self.groups[pk]) for pk in groups],
            schools=[(str(pk), self.schools[pk]) for pk in schools],
            languages=[(code, language_name(code)) for code in sorted({row[3] for row in self._rows if row[3]})],
        )

    def _place_of_group(self, group: UUID) -> tuple[int, str]:
        found = self.groups[group]
        return Group.Kind.values.index(found.kind), found.name

    def _own_schools(self) -> Q:
        """For somebody who belongs to some schools: the voices that carry their names."""
        own = self.viewer.school_ids_in(self.district.pk) if isinstance(self.viewer, AccountViewer) else frozenset()
        return self._named_schools(own) if own else Q()

    def _in_group(self, wanted: str) -> Q:
        if wanted == OTHERS:
            return ~self._any_of([Q(response__survey=survey, response__group=group) for survey, group in self.speakers.named])
        surveys = [survey for survey, group in self.speakers.named if str(group) == wanted]
        return Q(response__survey__in=surveys, response__group=wanted) if surveys else Q(pk__in=[])

    def _in_school(self, wanted: str) -> Q:
        if wanted == OTHERS:
            return ~self._named_schools(frozenset(self.schools))
        return self._named_schools(frozenset(pk for pk in self.schools if str(pk) == wanted))

    def _named_schools(self, wanted: frozenset[UUID]) -> Q:
        return self._any_of(
            [
                Q(response__survey=survey, response__group=group, response__school__in=named & wanted)
                for (survey, group), named in self.speakers.named.items()
                if named & wanted
            ]
        )

    @staticmethod
    def _any_of(parts: Sequence[Q]) -> Q:
        if not parts:
            return Q(pk__in=[])
        found = parts[0]
        for part in parts[1:]:
            found |= part
        return found


def marked_excerpts(viewer: Viewer, district: District, kind: str = "", words: str = "") -> QuerySet[Excerpt]:
    """What was marked, of a kind of group and with these words where they are given."""
    found = Excerpt.objects.visible_to(viewer).filter(district=district).select_related("group", "school")
    if kind:
        found = found.filter(group__kind=kind)
    if words:
        found = found.filter(pk__in=keys_holding(found.values_list("pk", "words"), wanted(words)))
    return found.order_by("pk")


def quotable_note(viewer: Viewer, district: District, pk: UUID) -> Note | None:
    """A note of a conversation that the viewer held, whether or not it may be quoted."""
    notes = Note.objects.visible_to(viewer).filter(district=district)
    return notes.select_related("conversation", "group", "district").filter(pk=pk).first()
