"""What deliberation has to say on a district's home page: what is discussed, and where we agree by now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from commonwhy.deliberation.queries.discussions import discussions_of, titles
from commonwhy.deliberation.queries.landscape import pages_of
from commonwhy.districts.access import viewer_of
from commonwhy.districts.permissions import may

NEW_FOR = timedelta(days=30)
"""For how long after it was worked out the page where we agree is news."""
MOST = 3


def card(request: HttpRequest, district: Any) -> dict[str, Any] | None:
    """Open discussions, and fresh pages where we agree; nothing where there is neither."""
    viewer = viewer_of(request)
    if not may(viewer, "discussions.see", district):
        return None
    listed = list(discussions_of(viewer, district).filter(survey__opened_at__isnull=False))
    opened = [discussion for discussion in listed if discussion.survey.is_open][:MOST]
    pages = pages_of(viewer, listed)
    since = timezone.now() - NEW_FOR
    fresh = [
        (discussion, pages[discussion.pk])
        for discussion in listed
        if discussion.pk in pages and pages[discussion.pk].anything and pages[discussion.pk].record.made_at > since
    ][:MOST]
    if not opened and not fresh:
        return None
    named = titles(viewer, [*opened, *(discussion for discussion, _page in fresh)])
    return {
        "open": [(discussion, named[discussion.pk]) for discussion in opened],
        "fresh": [(discussion, named[discussion.pk], page) for discussion, page in fresh],
    }
