"""Keeping who was heard, as it was last shown, before a survey's answers are deleted."""

from __future__ import annotations

from commonwhy.core.models import Release
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.coverage import participation
from commonwhy.listening.queries.kept_counts import NAME, SUBJECT, as_json


def keep_counts(survey: Survey) -> None:
    """Keep the counts after the gate. Done twice it changes nothing: the answers may be gone by then."""
    shown = participation(JobViewer(survey.district_id), [survey])[survey.pk]
    before = Release.objects.filter(subject_type=SUBJECT, name=NAME, subject_id=survey.pk)
    if not before.exists():
        Release.objects.create(
            district_id=survey.district_id,
            subject_type=SUBJECT,
            subject_id=survey.pk,
            name=NAME,
            population={},
            table=as_json(shown),
        )
