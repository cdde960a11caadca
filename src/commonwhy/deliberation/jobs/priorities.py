"""The job that counts a closed round of priorities. Done again with the same ballots it changes nothing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.disclosure import DisclosureRefused
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.deliberation.services.priorities import KIND, round_for_job


def count(progress: Progress, *, district: str, round: str) -> dict[str, Any]:  # noqa: A002 (what it is called)
    """Count one round; the result is on its page."""
    # The mathematics loads here, in the worker, and never in the web server.
    from commonwhy.deliberation.services import priorities_counting as counting
    from commonwhy.methods.disclosure import ReleaseRefusedError

    found = round_for_job(district, round)
    if found is None:
        raise JobRefused(_("This choice is not there any more."))
    progress.total(1)
    where = [found.district.slug, found.discussion_id, found.pk]
    progress.link(reverse("deliberation:priority_round", args=where))
    try:
        kept = counting.count(found)
    except (counting.CountingRefused, DisclosureRefused, ReleaseRefusedError) as refusal:
        raise JobRefused(str(refusal)) from refusal
    progress.step(1)
    return {"people": kept.released["people"]}


jobs.register(KIND, count, needs="discussions.run")
