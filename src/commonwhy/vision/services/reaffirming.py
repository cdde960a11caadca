"""Asking once a year whether an adopted vision still holds: who can say or point to it, and whether it is still true (M07, I02).

Nothing asks by itself. From a year after the adoption, or after the pulse before, the home page offers it; a person prepares
the survey, looks at it and opens it like any other. When it closes, a job keeps the shares that passed the gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit, jobs
from commonwhy.districts.models import REQUIRED_KINDS, District, Group, Person
from commonwhy.listening.models import Question, Survey
from commonwhy.listening.services.questionnaires import copy_shipped
from commonwhy.listening.services.surveys import create_survey, usual_closing
from commonwhy.listening.shipped import REAFFIRMATION
from commonwhy.vision.models import Reaffirmation, VisionVersion

KIND = "reaffirmation"


class ReaffirmingRefused(Exception):
    """Nothing was changed; the message says why and the way out."""


@dataclass(frozen=True)
class Due:
    """Since when a year has passed, after what."""

    version: VisionVersion
    since: date
    asked_before: bool


def due(version: VisionVersion | None, pulses: list[Reaffirmation], today: date) -> Due | None:
    """Whether a year has passed since the adoption or the last pulse, and nobody has prepared the next one."""
    if version is None or version.adopted_on is None or any(pulse.survey.is_draft for pulse in pulses):
        return None
    zone = ZoneInfo(version.district.time_zone)
    asked = [_day(pulse.survey.closed_at or pulse.survey.closes_at or pulse.survey.opened_at, zone) for pulse in pulses]
    last = max([version.adopted_on, *(day for day in asked if day)])
    since = a_year_after(last)
    return Due(version, since, last != version.adopted_on) if since <= today else None


def a_year_after(day: date) -> date:
    """The same day of the next year; the last of February stays in February.

    >>> a_year_after(date(2024, 2, 29))
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None


@transaction.atomic
def prepare(*, district: District, by: User) -> Reaffirmation:
    """A draft of this year's pulse on the version in force; the one in preparation is returned.

    Raises `ReaffirmingRefused` without an adopted version, and where this year's was asked already.
    """
    rows = VisionVersion.objects.within(district).select_for_update()
    version = rows.filter(state=VisionVersion.State.ADOPTED).first()
    if version is None:
        raise ReaffirmingRefused(_("No vision is in force yet, so there is nothing to ask about."))
    year = district.today().year
    pulses = Reaffirmation.objects.within(district).filter(version=version).select_related("survey")
    for pulse in pulses:
        if pulse.survey.is_draft:
            return pulse  # type: ignore[no-any-return]
    if any(pulse.year == year for pulse in pulses):
        raise ReaffirmingRefused(_("This was asked this year already. Ask again next year; people have more to do than answer."))
    questions = copy_shipped(district=district, key=REAFFIRMATION, by=by)
    groups = list(Group.objects.within(district).filter(not_here=""))
    known = set(Person.objects.within(district).filter(ended=False).values_list("group_id", flat=True).distinct())
    asked = [group for group in groups if group.pk in known] or [group for group in groups if group.kind in REQUIRED_KINDS]
    first = Question.objects.within(district).filter(version=questions).earliest("position")
    survey = create_survey(
        district=district,
        version=questions,
        title=questions.words(first.texts, get_language() or district.language)[:160],
        mode=Survey.Mode.ANONYMOUS,
        groups=asked,
        by=by,
        closes_at=usual_closing(district),
    )
    return follow(version=version, survey=survey, year=year, by=by)


@transaction.atomic
def follow(*, version: VisionVersion, survey: Survey, year: int, by: User) -> Reaffirmation:
    """Have a survey of the reaffirmation questionnaire count as the pulse of a year on an adopted version."""
    pulse = Reaffirmation.everything.create(district_id=version.district_id, version=version, survey=survey, year=year)
    audit.record(actor=by, verb="prepared", subject=pulse, detail={"year": year})
    return pulse


def start_when_closed(survey: Survey, by: User) -> None:
    """What the closing of a pulse starts: keeping its shares. Other surveys start nothing."""
    pulse = Reaffirmation.objects.within(survey.district_id).filter(survey=survey).first()
    if pulse is not None:
        jobs.start(
            kind=KIND,
            title=_("Does our vision still hold? %(year)s") % {"year": pulse.year},
            started_by=by.pk,
            district_id=survey.district_id,
            arguments={"district": str(survey.district_id), "pulse": str(pulse.pk)},
        )
