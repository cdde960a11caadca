"""The jobs of where we agree: worked out when somebody asks, when a discussion closes, and daily where more may be counted."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.deliberation.services import landscape

STEPS = 4


def work_out(progress: Progress, *, district: str, discussion: str) -> dict[str, Any]:
    """Work one discussion out; done again with the same votes it changes nothing."""
    found = landscape.discussion_for_job(district, discussion)
    if found is None:
        raise JobRefused(_("This discussion is not there any more."))
    progress.total(STEPS)
    progress.link(reverse("deliberation:landscape", args=[found.district.slug, found.pk]))
    done = iter(range(STEPS))
    try:
        kept = landscape.work_out(found, step=lambda note: progress.step(next(done, STEPS), note))
    except landscape.LandscapeRefused as refusal:
        raise JobRefused(str(refusal)) from refusal
    return {"camps": kept.released["camps"]}


jobs.register(landscape.KIND, work_out, needs="discussions.run")
