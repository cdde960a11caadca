"""The job that looks for statements that say the same. Done again it looks again, and changes nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.deliberation.models import Discussion
from commonwhy.deliberation.services.likeness import KIND, pairs_alike


def look(progress: Progress, *, district: str, discussion: str) -> dict[str, Any]:
    """Find the pairs; they are shown on the page that compares statements."""
    rows = Discussion.objects.within(UUID(district)).select_related("district")
    found = rows.filter(pk=discussion).first()
    if found is None:
        raise JobRefused(_("This discussion is not there any more."))

    def step(done: int, total: int) -> None:
        progress.job.total = total
        progress.step(done)

    pairs = pairs_alike(found, step)
    progress.link(reverse("deliberation:duplicates", args=[found.district.slug, found.pk]))
    return {"pairs": pairs}


jobs.register(KIND, look, needs="discussions.moderate")
