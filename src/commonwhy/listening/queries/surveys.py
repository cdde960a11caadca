"""The surveys of a district as lists and pages show them: their state, how many were heard, what is missing to open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count as CountOf
from django.utils.translation import gettext as _

from commonwhy.core.models import Job
from commonwhy.core.slots import survey_places, survey_stops
from commonwhy.districts.models import District, Group
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import (
    Mailing,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Survey,
    SurveyCell,
)
from commonwhy.listening.queries.asked import GroupAsked, plan_of
from commonwhy.listening.queries.coverage import heard_in_all
from commonwhy.listening.queries.lawful import standing
from commonwhy.listening.queries.participation import Count
from commonwhy.listening.services.coarsening import kept_as

FOR_DISCUSSIONS = "discussion"
"""What a questionnaire is marked with that a discussion was made with: it holds one question and is not asked again."""


@dataclass(frozen=True)
class SurveyLine:
    """One survey in a list."""

    survey: Survey
    heard: Count
    k: int
    place: tuple[Any, str] | None = None
    """What it is held for and where that is, as a discussion; None for a survey of its own."""


def places_of(viewer: Viewer, surveys: list[Survey]) -> dict[UUID, tuple[Any, str]]:
    """Of these surveys those that something of another room is held on: what it is, and its address."""
    return {key: place for offered in survey_places for key, place in offered(viewer, surveys).items()}


def surveys_of(viewer: Viewer, district: District) -> Any:
    """The district's surveys, with what their pages read beside them."""
    related = ("district", "version__questionnaire")
    return Survey.objects.visible_to(viewer).filter(district=district).select_related(*related)


def survey_lines(viewer: Viewer, district: District) -> list[SurveyLine]:
    """Every survey: open ones first, then drafts, then closed ones; each with how many were heard."""
    surveys = list(surveys_of(viewer, district).prefetch_related("groups"))
    counts = heard_in_all(viewer, surveys)
    places = places_of(viewer, surveys)
    lines = [SurveyLine(survey, *counts[survey.pk], places.get(survey.pk)) for survey in surveys]
    return sorted(lines, key=lambda line: (not line.survey.is_open, not line.survey.is_draft))


@dataclass(frozen=True)
class Missing:
    """Something to do before a survey opens. `stops`: without it the survey cannot open."""

    text: str
    stops: bool
    place: str
    """Where it is mended: "survey", "questionnaire", "asked", "care", "district" or "elsewhere"."""


def missing_before_opening(survey: Survey, plan: list[GroupAsked]) -> list[Missing]:
    """What a draft lacks, what stops it first."""
    found: list[Missing] = []
    if not plan:
        found.append(Missing(_("Nobody is asked yet: choose at least one group."), True, "survey"))
    questions = list(Question.objects.within(survey.district_id).filter(version=survey.version_id))
    if not questions:
        found.append(Missing(_("There is no question yet."), True, "questionnaire"))
    found += [Missing(text, True, "elsewhere") for stops in survey_stops for text in stops(survey)]
    lawful = standing(survey)
    found += [Missing(text, True, "care") for text in lawful.stops]
    found += [Missing(text, False, "care") for text in lawful.worth]
    version = survey.version
    untranslated = sum(1 for question in questions if any(not question.texts.get(language) for language in version.languages))
    if untranslated:
        found.append(
            Missing(
                _("Some questions are not in every language yet (%(count)s). People would read them in another.")
                % {"count": untranslated},
                False,
                "questionnaire",
            )
        )
    if survey.closes_at is None:
        found.append(Missing(_("It has no closing time: you would have to close it by hand."), False, "survey"))
    unknown = [str(group.group) for group in plan if group.total is None]
    if unknown and survey.mode == Survey.Mode.ANONYMOUS:
        found.append(
            Missing(
                _("Nobody said how many are asked among: %(groups)s. Their answers would be kept without group and school.")
                % {"groups": ", ".join(unknown)},
                False,
                "asked",
            )
        )
    known = {group.group for group in plan if group.total is not None}
    lost = [str(each.group) for each in kept_labels(survey, plan) if not each.group_is_kept and each.group in known]
    if lost:
        found.append(
            Missing(
                _(
                    "Answers would be kept without their group: %(groups)s. Too few are asked in one of them, and others must"
                    " stand beside it so that it is not known by being left out. Ask the smallest group apart, or leave it out."
                )
                % {"groups": ", ".join(lost)},
                False,
                "survey",
            )
        )
    if any(group.group.kind == Group.Kind.STUDENTS for group in plan) and not survey.district.help_text.strip():
        found.append(
            Missing(
                _("Students are asked: say in the district's settings where they get help. Until then they see a hotline."),
                False,
                "district",
            )
        )
    return found


@dataclass(frozen=True)
class KeptLabels:
    """What is kept with the answers of one group, as it would be if the survey opened now."""

    group: Group
    group_is_kept: bool
    schools_kept: int
    schools: int


def kept_labels(survey: Survey, plan: list[GroupAsked]) -> list[KeptLabels]:
    """For each group of a draft what its answers would be kept with (see `services.coarsening`); no query."""
    cells: list[SurveyCell] = []
    for group in plan:
        for place in group.places:
            if place.school is None or place.asked:
                cells.append(
                    SurveyCell(survey=survey, number=len(cells) + 1, group=group.group, school=place.school, asked=place.asked)
                )
    kept = kept_as(survey, cells)
    labels = []
    for group in plan:
        here = [cell for cell in cells if cell.group_id == group.group.pk]
        labels.append(
            KeptLabels(
                group=group.group,
                group_is_kept=any(kept[cell.number].group is not None for cell in here),
                schools_kept=sum(1 for cell in here if kept[cell.number].school is not None),
                schools=sum(1 for cell in here if cell.school is not None),
            )
        )
    return labels


@dataclass(frozen=True)
class MailingLine:
    """One round of mails and the job that sends it, where that is still kept."""

    mailing: Mailing
    job: Job | None

    @property
    def can_go_on(self) -> bool:
        return not self.mailing.finished and (self.job is None or self.job.over)


@dataclass(frozen=True)
class InvitationsPage:
    """What the page of a survey's invitations shows."""

    plan: list[GroupAsked]
    cells: list[SurveyCell]
    mailings: list[MailingLine]

    @property
    def people(self) -> int:
        return sum(group.total or 0 for group in self.plan if group.from_roster)

    @property
    def reachable(self) -> int:
        return sum(group.with_address for group in self.plan)

    @property
    def under_way(self) -> MailingLine | None:
        return next((line for line in self.mailings if not line.mailing.finished and not line.can_go_on), None)

    @property
    def cut_off(self) -> MailingLine | None:
        return next((line for line in self.mailings if line.can_go_on), None)


def invitations_page(viewer: Viewer, survey: Survey) -> InvitationsPage:
    """Whom a survey's invitations can reach, and how its mails have gone."""
    cells = SurveyCell.objects.visible_to(viewer).filter(survey=survey).select_related("group", "school")
    mailings = list(Mailing.objects.visible_to(viewer).filter(survey=survey))
    jobs = {job.pk: job for job in Job.objects.filter(pk__in=[mailing.job for mailing in mailings if mailing.job])}
    return InvitationsPage(plan_of(survey), list(cells), [MailingLine(mailing, jobs.get(mailing.job)) for mailing in mailings])


@dataclass(frozen=True)
class QuestionnaireLine:
    """One questionnaire with its versions, newest first, and how many questions the newest has."""

    questionnaire: Questionnaire
    versions: list[QuestionnaireVersion]
    questions: int

    @property
    def newest(self) -> QuestionnaireVersion:
        return self.versions[0]


def questionnaire_lines(viewer: Viewer, district: District) -> list[QuestionnaireLine]:
    """Every questionnaire of the district that has a version."""
    versions: dict[UUID, list[QuestionnaireVersion]] = {}
    found = (
        QuestionnaireVersion.objects.visible_to(viewer)
        .filter(district=district)
        .exclude(questionnaire__shipped=FOR_DISCUSSIONS)
        .select_related("questionnaire")
        .annotate(questions_here=CountOf("questions"))
        .order_by("questionnaire__title", "-number")
    )
    for version in found:
        versions.setdefault(version.questionnaire_id, []).append(version)
    return [QuestionnaireLine(each[0].questionnaire, each, getattr(each[0], "questions_here", 0)) for each in versions.values()]
