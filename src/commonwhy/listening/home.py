"""What listening has to say on a district's home page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from commonwhy.districts.access import viewer_of
from commonwhy.districts.permissions import may
from commonwhy.listening.queries.coverage import not_heard
from commonwhy.listening.queries.replies import owed, people_owed
from commonwhy.listening.queries.safety import counts
from commonwhy.listening.queries.surveys import surveys_of


def safety_card(request: HttpRequest, district: Any) -> dict[str, Any] | None:
    """How many wait, for those who fill a position that reads the safety queue; for nobody else that there is one."""
    if not may(viewer_of(request), "safety.see", district):
        return None
    return {"waiting": counts(district).waiting}


def card(request: HttpRequest, district: Any) -> dict[str, Any] | None:
    """What is open, and who was not heard yet; nothing for those who may not see surveys."""
    viewer = viewer_of(request)
    if not may(viewer, "listening.see", district):
        return None
    opened = list(surveys_of(viewer, district).filter(opened_at__isnull=False))
    # Kept for the card of the vision, whose gates ask the same: it is the dearest question of the page.
    request.not_heard = not_heard(viewer, district)  # type: ignore[attr-defined]
    return {
        "lines": opened,
        "open": [survey for survey in opened if survey.is_open],
        "not_heard": request.not_heard if opened else [],  # type: ignore[attr-defined]
    }


def owed_card(request: HttpRequest, district: Any) -> dict[str, Any] | None:
    """Who was asked and has heard nothing back for thirty days; nothing where no reply is due."""
    viewer = viewer_of(request)
    if not may(viewer, "replies.see", district):
        return None
    late = owed(viewer, district)
    if not late:
        return None
    return {"owed": late, "people": people_owed(viewer, late), "may_write": may(viewer, "replies.write", district)}
