"""Measuring the gap of a survey: started by a person or by a survey's closing, done in a job, kept as `GapAnalysis`."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit, jobs
from commonwhy.core.models import Job
from commonwhy.districts.viewers import JobViewer
from commonwhy.formats.translations import as_csv
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.readable import readable
from commonwhy.listening.queries.safety import held_back
from commonwhy.listening.services.translations import to_translate
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.queries import gap as queries

KIND = "gap"


class GapRefused(Exception):
    """Nothing can be measured; the message says why and the way out."""


@transaction.atomic
def start(*, survey: Survey, by: User) -> Job:
    """Start measuring. A measurement of the survey that waits or runs is returned instead of a second one.

    Raises GapRefused where the survey has not opened, or asks for no words.
    """
    Survey.objects.within(survey.district_id).select_for_update().filter(pk=survey.pk).first()
    if survey.opened_at is None:
        raise GapRefused(_("This survey has not opened yet. Open it first; then there is something to measure."))
    if queries.question_of(JobViewer(survey.district_id), survey) is None:
        raise GapRefused(_("This survey asks nothing in people's own words, so there are no meanings to compare."))
    under_way = Job.objects.filter(
        kind=KIND,
        district_id=survey.district_id,
        arguments__survey=str(survey.pk),
        started_by=by.pk,
        state__in=[Job.State.WAITING, Job.State.RUNNING],
    ).first()
    if under_way is not None:
        return under_way
    return jobs.start(
        kind=KIND,
        title=_("How far apart are we? %(survey)s") % {"survey": survey.title},
        started_by=by.pk,
        district_id=survey.district_id,
        arguments={"district": str(survey.district_id), "survey": str(survey.pk)},
    )


def start_when_closed(survey: Survey, by: User) -> None:
    """What a survey's closing starts: the measurement, where there is something to measure and nobody has done it since."""
    job = JobViewer(survey.district_id)
    measured = GapAnalysis.objects.visible_to(job).filter(survey=survey, made_at__gte=survey.closed_at)
    if queries.question_of(job, survey) is not None and not measured.exists():
        start(survey=survey, by=by)


@transaction.atomic
def untranslated(*, survey: Survey, by: User) -> tuple[bytes, int]:
    """The answers that cannot be compared for want of a checked translation, and how many they are.

    A CSV file that comes back in on listening's page of translations.
    """
    from commonwhy.vision.services.gap import comparing

    viewer = JobViewer(survey.district_id)
    question = queries.question_of(viewer, survey)
    if question is None:
        return b"", 0
    assumed = (survey.version.languages or [survey.district.language])[0]
    said = queries.said_in(viewer, survey, question, readable(viewer, survey.district).on("response__"))
    held = held_back(viewer, survey)
    compared = comparing.in_one_language([each for each in said if each.id not in held], assumed)
    left = compared.untranslated
    if left:
        audit.record(actor=by, verb="took out to translate", subject=survey, detail={"answers": len(left)})
    texts = ((each.id, comparing.language_of(each, assumed), each.words) for each in left)
    return as_csv(to_translate(texts, compared.language)), len(left)
