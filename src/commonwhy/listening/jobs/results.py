"""What follows when a survey has closed: its closed questions are counted, and all its words can be searched."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from commonwhy.core import jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.listening.models import Survey
from commonwhy.listening.services import results, search_index
from commonwhy.listening.services.results import ResultsRefused


def work_out(progress: Progress, *, district: str, survey: str) -> dict[str, Any]:
    """Count and draw; done again it does the same."""
    found = Survey.objects.within(UUID(district)).select_related("district", "version").filter(pk=survey).first()
    if found is None:
        return {}
    progress.link(reverse("listening:results", args=[found.district.slug, found.pk]))
    search_index.index_district(found.district)
    try:
        kept = results.work_out(survey=found, step=lambda note: progress.step(0, note))
    except ResultsRefused as refusal:
        raise JobRefused(str(refusal)) from refusal
    return {"questions": len(kept)}


jobs.register(results.KIND, work_out, needs="listening.run")
