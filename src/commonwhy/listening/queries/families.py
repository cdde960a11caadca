"""What families have said about a survey: consents, opt-outs, and what came in by the public page and waits to be matched."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.districts.models import Group, Person, School
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import ParentChoice, Survey, SurveyCell
from commonwhy.listening.queries.lawful import STANDING, may_be_asked, needs_consent
from commonwhy.listening.services.word_list import folded

MOST_SUGGESTED = 5
ALIKE = 0.6
SAME_SCHOOL = 0.1
PAGE = 20


def students_of(viewer: Viewer, survey: Survey) -> QuerySet[Person]:
    """The children a survey asks, as the roster knows them, by name."""
    found: QuerySet[Person] = Person.objects.visible_to(viewer).filter(
        district=survey.district_id, ended=False, group__kind=Group.Kind.STUDENTS, group__surveys=survey
    )
    return found.select_related("school", "group").order_by("name", "pk")


def with_choices(viewer: Viewer, survey: Survey, words: str = "", school: UUID | None = None) -> QuerySet[Person]:
    """The same with what their family has said (`opted_out`, `consented`); `words` looks in names."""
    said = ParentChoice.objects.visible_to(viewer).filter(STANDING, survey=survey, person=OuterRef("pk"))
    found = students_of(viewer, survey).annotate(
        opted_out=Exists(said.filter(kind=ParentChoice.Kind.OPT_OUT)),
        consented=Exists(said.filter(kind=ParentChoice.Kind.CONSENT)),
    )
    for word in words.split()[:5]:
        found = found.filter(name__icontains=word)
    return found.filter(school=school) if school else found


@dataclass(frozen=True)
class ChoiceCounts:
    """How many children a survey asks, and what was said of how many."""

    students: int
    opted_out: int
    consented: int
    unmatched: int


def choice_counts(viewer: Viewer, survey: Survey) -> ChoiceCounts:
    said = ParentChoice.objects.visible_to(viewer).filter(STANDING, survey=survey)
    numbers = said.aggregate(
        out=Count("pk", filter=Q(kind=ParentChoice.Kind.OPT_OUT, person__isnull=False)),
        consent=Count("pk", filter=Q(kind=ParentChoice.Kind.CONSENT, person__isnull=False)),
        unmatched=Count("pk", filter=Q(person=None)),
    )
    return ChoiceCounts(students_of(viewer, survey).count(), numbers["out"], numbers["consent"], numbers["unmatched"])


@dataclass(frozen=True)
class ToMatch:
    """What a family wrote, and the children it may be about."""

    choice: ParentChoice
    suggestions: list[Person]


def to_match(viewer: Viewer, survey: Survey) -> list[ToMatch]:
    """What came in by the public page and belongs to no child yet, each with the children of similar names."""
    waiting = list(
        ParentChoice.objects.visible_to(viewer)
        .filter(STANDING, survey=survey, person=None)
        .select_related("school")
        .order_by("given_on", "child")[:PAGE]
    )
    if not waiting:
        return []
    names = [(pk, school, set(folded(name).split()), folded(name)) for pk, school, name in _names(viewer, survey)]
    found: dict[UUID, list[UUID]] = {}
    for choice in waiting:
        wanted, words = folded(choice.child), set(folded(choice.child).split())
        rated = [
            (_alike(wanted, words, name, parts) + (SAME_SCHOOL if choice.school_id == school else 0), str(pk), pk)
            for pk, school, parts, name in names
            if words & parts or wanted.strip()[:2] == name.strip()[:2]
        ]
        found[choice.pk] = [pk for rate, _text, pk in sorted(rated, reverse=True)[:MOST_SUGGESTED] if rate >= ALIKE]
    people = students_of(viewer, survey).in_bulk([pk for some in found.values() for pk in some])
    return [ToMatch(choice, [people[pk] for pk in found[choice.pk] if pk in people]) for choice in waiting]


def _names(viewer: Viewer, survey: Survey) -> list[tuple[UUID, UUID | None, str]]:
    return list(students_of(viewer, survey).values_list("pk", "school_id", "name"))


def _alike(wanted: str, words: set[str], name: str, parts: set[str]) -> float:
    """From 0 to 1: how much of the shorter name's words are in the other, or how alike the letters are."""
    shared = len(words & parts) / max(1, min(len(words), len(parts)))
    return max(shared * 0.9, SequenceMatcher(None, wanted, name).ratio())


def choices_of(viewer: Viewer, survey: Survey) -> QuerySet[ParentChoice]:
    """Everything that was said, standing or taken back, the latest first."""
    found: QuerySet[ParentChoice] = ParentChoice.objects.visible_to(viewer).filter(survey=survey)
    return found.select_related("person", "school").order_by("-given_on", "pk")


def schools_asked(survey: Survey) -> QuerySet[School]:
    """The schools a family may name on the public page."""
    found: QuerySet[School] = School.objects.within(survey.district_id).filter(ended=False)
    return found.order_by("name")


def most_by_cell(survey: Survey) -> dict[int, int]:
    """For each cell of students where somebody must not be asked, how many may: by its number. Empty where all may."""
    standing = ParentChoice.objects.within(survey.district_id).filter(STANDING, survey=survey, person__isnull=False)
    consent = needs_consent(survey)
    if not consent and not standing.filter(kind=ParentChoice.Kind.OPT_OUT).exists():
        return {}
    people = Person.objects.within(survey.district_id).filter(ended=False, group__kind=Group.Kind.STUDENTS, group__surveys=survey)
    everybody = _by_place(people)
    allowed = _by_place(people.filter(may_be_asked(survey)))
    cells = SurveyCell.objects.within(survey.district_id).filter(survey=survey, group__kind=Group.Kind.STUDENTS)
    places = {(cell.group_id, cell.school_id): cell.number for cell in cells}
    most: dict[int, int] = {}
    for place, count in everybody.items():
        number = places.get(place) or places.get((place[0], None))
        if number is not None and (consent or allowed.get(place, 0) < count or number in most):
            most[number] = most.get(number, 0) + allowed.get(place, 0)
    return most


def _by_place(people: QuerySet[Person]) -> dict[tuple[UUID, UUID | None], int]:
    rows = people.values_list("group_id", "school_id").annotate(number=Count("pk")).order_by()
    return {(group, school): number for group, school, number in rows}


def link_from_survey(viewer: Viewer, survey: Survey) -> tuple[str, str] | None:
    """What an opened survey's page links to (`core.slots.survey_links`)."""
    if survey.is_draft or not may(viewer, "listening.run", survey.district):
        return None
    return _("Families and the law"), reverse("listening:survey_care", args=[survey.district.slug, survey.pk])


@dataclass(frozen=True)
class HandOut:
    """Who gets no card, or with consent needed the only ones who get one, by school; and names nobody has matched."""

    only: bool
    by_school: dict[str, list[str]]
    unmatched: list[ParentChoice]

    def __bool__(self) -> bool:
        return self.only or bool(self.by_school or self.unmatched)


def hand_out(viewer: Viewer, survey: Survey) -> HandOut:
    """For whoever hands out cards or opens a kiosk: names of children. Only for those who may see people."""
    only = needs_consent(survey)
    allowed = students_of(viewer, survey).filter(may_be_asked(survey))
    listed = allowed if only else students_of(viewer, survey).exclude(pk__in=allowed.values("pk"))
    by_school: dict[str, list[str]] = defaultdict(list)
    for person in listed.order_by("school__name", "name"):
        by_school[str(person.school or "")].append(person.name)
    waiting = ParentChoice.objects.visible_to(viewer).filter(STANDING, survey=survey, person=None).select_related("school")
    return HandOut(only, dict(by_school), list(waiting.order_by("child")))
