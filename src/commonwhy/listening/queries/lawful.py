"""What the law asks of a survey before it opens, and who of the roster may be asked at all (FIELD rules 2 and 4).

The Protection of Pupil Rights Amendment (20 U.S.C. 1232h, 34 CFR 98) looks at what is asked of students: eight areas, for
which questions are tagged. Anonymity is no exemption, so the mode is looked at nowhere here. Dates are days where the
district is. No number of days is fixed: the law says "reasonable", and states differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from commonwhy.districts.models import District, Group, Person
from commonwhy.listening.models import ParentChoice, Question, Survey, SurveyCare
from commonwhy.listening.models.question import in_language

YOUNG_BANDS = (Person.GradeBand.K_2, Person.GradeBand.G3_5, Person.GradeBand.G6_8)
"""Grade bands in which there are children under 13."""
STANDING = Q(withdrawn_on=None)


def terms_of(survey: Survey) -> SurveyCare:
    """The survey's terms; where nobody has said any, those that hold by themselves, not saved."""
    found = SurveyCare.objects.within(survey.district_id).filter(survey=survey).select_related("retention").first()
    if found is not None:
        return found  # type: ignore[no-any-return]
    return SurveyCare(district_id=survey.district_id, survey=survey, asks_under_13=asks_young_children(survey))


def promised_day(survey: Survey) -> date | None:
    """The day on which its answers are deleted, where one was promised."""
    try:
        return survey.care.delete_on
    except SurveyCare.DoesNotExist:
        return None


def asks_students(survey: Survey) -> bool:
    return bool(Group.objects.within(survey.district_id).filter(surveys=survey, kind=Group.Kind.STUDENTS).exists())


def asks_young_children(survey: Survey) -> bool:
    """Whether the roster has children of a young grade band among those who are asked."""
    children = Person.objects.within(survey.district_id).filter(ended=False, group__kind=Group.Kind.STUDENTS)
    return bool(children.filter(group__surveys=survey, grade_band__in=YOUNG_BANDS).exists())


def tagged_questions(survey: Survey) -> list[Question]:
    """The questions that ask a student about a protected area, in their order."""
    questions = Question.objects.within(survey.district_id).filter(version=survey.version_id).order_by("position")
    return [question for question in questions if question.protected_areas]


def needs_consent(survey: Survey, terms: SurveyCare | None = None) -> bool:
    """Whether only students may be asked whose family has consented in writing before."""
    terms = terms or terms_of(survey)
    return terms.required and terms.federally_funded and asks_students(survey) and bool(tagged_questions(survey))


def may_be_asked(survey: Survey) -> Q:
    """The condition on a person of the survey's groups: never a child whose family has said no."""
    choices = ParentChoice.objects.within(survey.district_id).filter(STANDING, survey=survey, person=OuterRef("pk"))
    asked = ~Q(Exists(choices.filter(kind=ParentChoice.Kind.OPT_OUT)))
    if needs_consent(survey):
        consent = choices.filter(kind=ParentChoice.Kind.CONSENT, in_writing=True)
        asked &= ~Q(group__kind=Group.Kind.STUDENTS) | Q(Exists(consent))
    return asked


def unmatched(survey: Survey) -> int:
    """How many families have written by the public page whose child nobody has found in the roster yet."""
    choices = ParentChoice.objects.within(survey.district_id).filter(STANDING, survey=survey, person=None)
    return int(choices.count())


@dataclass(frozen=True)
class Standing:
    """What the law asks of a survey, and what of it is missing. `stops`: the survey does not open; `worth`: worth a look."""

    students: bool
    tagged: Sequence[Question]
    needs_consent: bool
    stops: Sequence[str]
    worth: Sequence[str]


def standing(survey: Survey) -> Standing:
    """Everything that stands in the way of opening a survey, in sentences that say what to do."""
    terms, students = terms_of(survey), asks_students(survey)
    tagged = tagged_questions(survey) if students else []
    consent = bool(students and tagged and terms.required and terms.federally_funded)
    stops: list[str] = []
    worth: list[str] = []
    today = survey.district.today()
    if consent:
        stops += _consent_missing(survey)
    elif tagged:
        stops += _notice_missing(terms, survey.district, today)
        if terms.notice_on and terms.opt_out_until and (terms.opt_out_until - terms.notice_on).days < 7:
            worth.append(_("Families have less than a week to answer. The law asks for a reasonable time."))
    if tagged:
        if survey.open_link:
            stops.append(
                _(
                    "Students are asked about a protected area, and an open link cannot leave out a child whose family said no."
                    " Take the open link away."
                )
            )
        waiting = unmatched(survey)
        known = Person.objects.within(survey.district_id).filter(group__surveys=survey, group__kind=Group.Kind.STUDENTS)
        if waiting and known.exists():
            stops.append(
                _("Families have written whose children nobody has found in the roster yet (%(count)s). Find them first.")
                % {"count": waiting}
            )
    under_13 = terms.asks_under_13 or (students and asks_young_children(survey))
    if under_13 and terms.delete_on is None:
        stops.append(_("Children under 13 are asked: say on which day their answers are deleted."))
    if terms.delete_on is not None and terms.delete_on <= today:
        stops.append(_("The day on which answers are to be deleted has passed. Choose a later one."))
    elif terms.delete_on is not None and survey.closes_at is not None and terms.delete_on <= survey.closes_at.date():
        stops.append(_("The answers would be deleted before the survey closes. Choose a later day, or close it earlier."))
    return Standing(students, tagged, consent, stops, worth)


def _consent_missing(survey: Survey) -> list[str]:
    consents = ParentChoice.objects.within(survey.district_id).filter(STANDING, survey=survey, kind=ParentChoice.Kind.CONSENT)
    if consents.filter(in_writing=True, person__isnull=False).exists():
        return []
    return [
        _(
            "Students must answer, it is paid for with federal money, and it asks about a protected area: nobody may be asked"
            " before a parent has consented in writing. No consent is on record yet."
        )
    ]


def _notice_missing(terms: SurveyCare, district: District, today: date) -> list[str]:
    """Notice first, time to read and to say no, and only then the survey."""
    missing = []
    if terms.notice_on is None or not in_language(terms.notice, district.language).strip():
        missing.append(_("It asks students about a protected area: tell families first, and say what you told them and when."))
    elif terms.notice_on >= today:
        missing.append(_("Families have to be told before it opens. The day you wrote down has not passed."))
    if terms.preview_from is None:
        missing.append(_("Families have to be able to read the questions first: say from which day."))
    elif terms.preview_from > today:
        missing.append(_("Families cannot read the questions yet. It can open after that day."))
    if terms.opt_out_until is None:
        missing.append(_("Families have to be able to say no: say until which day."))
    elif terms.opt_out_until >= today:
        missing.append(_("Families can still say no until the day you gave them. It can open after that day."))
    elif terms.notice_on is not None and terms.opt_out_until <= terms.notice_on:
        missing.append(_("Families had no day to say no between the notice and the last day. Choose a later last day."))
    return missing
