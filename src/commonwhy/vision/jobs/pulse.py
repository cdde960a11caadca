"""The job that keeps what may be shown of a closed pulse. Done again it changes nothing but what changed in the answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.disclosure import DisclosureRefused
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.districts.viewers import JobViewer
from commonwhy.vision.models import Reaffirmation
from commonwhy.vision.services.reaffirming import KIND, ReaffirmingRefused

STEPS = 2


def keep(progress: Progress, *, district: str, pulse: str) -> dict[str, Any]:
    """Keep the shares of one pulse; the result is on the page of the pulses."""
    # The mathematics loads here, in the worker, and never in the web server.
    from commonwhy.methods.disclosure import ReleaseRefusedError
    from commonwhy.vision.services import pulse as services

    viewer = JobViewer(UUID(district))
    rows = Reaffirmation.objects.visible_to(viewer).select_related("survey__district", "district", "version")
    found = rows.filter(pk=UUID(pulse)).first()
    if found is None:
        raise JobRefused(_("This survey is not there any more."))
    progress.total(STEPS)
    done = iter(range(STEPS))
    try:
        services.measure(pulse=found, step=lambda note: progress.step(next(done, STEPS), note))
    except (ReaffirmingRefused, DisclosureRefused, ReleaseRefusedError) as refusal:
        raise JobRefused(str(refusal)) from refusal
    progress.link(reverse("vision:reaffirming", args=[found.district.slug]))
    return {"year": found.year}


jobs.register(KIND, keep, needs="vision.reaffirm")
