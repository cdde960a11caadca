"""The job that measures a survey's gap. Done again it changes nothing but what changed in the answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.disclosure import DisclosureRefused
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.districts.models import District
from commonwhy.districts.viewers import JobViewer
from commonwhy.vision.queries import gap as queries
from commonwhy.vision.services.gap import KIND, GapRefused

STEPS = 3


def measure(progress: Progress, *, district: str, survey: str) -> dict[str, Any]:
    """Measure and keep the gap of one survey; the result is on its page."""
    # The mathematics loads here, in the worker, and never in the web server.
    from commonwhy.vision.services.gap import measuring

    viewer = JobViewer(UUID(district))
    home = District.objects.visible_to(viewer).filter(pk=district).first()
    found = queries.survey_or_none(viewer, home, UUID(survey)) if home else None
    if home is None or found is None:
        raise JobRefused(_("This survey is not there any more."))
    progress.total(STEPS)
    done = iter(range(STEPS))
    try:
        kept = measuring.measure(district=home, survey=found, step=lambda note: progress.step(next(done, STEPS), note))
    except (GapRefused, DisclosureRefused) as refusal:
        raise JobRefused(str(refusal)) from refusal
    progress.link(reverse("vision:gap", args=[home.slug, found.pk]))
    return {"views": [analysis.by for analysis in kept]}


jobs.register(KIND, measure, needs="gap.measure")
