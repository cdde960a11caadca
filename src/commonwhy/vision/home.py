"""What the vision has to say on a district's home page, and the why that stands on top of every staff page (P80)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from commonwhy.districts.access import viewer_of
from commonwhy.districts.models import Role
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import AccountViewer
from commonwhy.listening.models.question import in_language
from commonwhy.vision.models import VisionVersion
from commonwhy.vision.queries import reaffirming, together, trade_offs
from commonwhy.vision.queries import vision as queries
from commonwhy.vision.services import adoption
from commonwhy.vision.services.reaffirming import due


def card(request: HttpRequest, district: Any) -> dict[str, Any] | None:
    """The draft and what it still needs, or the vision in force."""
    viewer = viewer_of(request)
    if not may(viewer, "vision.see", district):
        return None
    may_write = may(viewer, "vision.write", district)
    draft, adopted = _versions(request, district)
    if not draft and not adopted and not may_write:
        return None
    waiting = getattr(request, "not_heard", None)
    needs = [gate for gate in adoption.gates(draft, waiting) if not gate.holds] if draft else []
    return {"draft": draft, "adopted": adopted, "needs": needs, "may_write": may_write}


def _versions(request: HttpRequest, district: Any) -> tuple[VisionVersion | None, VisionVersion | None]:
    """The draft and the version in force, read once for all cards of a page."""
    known = getattr(request, "vision_versions", None)
    if known is None:
        known = request.vision_versions = queries.draft_and_adopted(viewer_of(request), district)  # type: ignore[attr-defined]
    return known


def still_holds_card(request: HttpRequest, district: Any) -> dict[str, Any] | None:
    """The offer to ask whether the vision still holds: once a year has passed, and never before (M07)."""
    viewer = viewer_of(request)
    if not may(viewer, "vision.reaffirm", district):
        return None
    _draft, adopted = _versions(request, district)
    pulses = [one for one in reaffirming.pulses(viewer, district) if adopted and one.version_id == adopted.pk]
    found = due(adopted, pulses, district.today())
    return {"due": found} if found else None


def comment_card(request: HttpRequest, district: Any) -> dict[str, Any] | None:
    """For a co-author: that the draft waits for what they think of it. One query."""
    viewer = viewer_of(request)
    if not isinstance(viewer, AccountViewer) or Role.BOARD_MEMBER in viewer.roles_in(district.pk):
        return None
    return {"invited": True} if together.is_invited(viewer, district) else None


def trade_offs_card(request: HttpRequest, district: Any) -> dict[str, Any] | None:
    """For authors: how many trade-offs wait for a settlement. One query."""
    viewer = viewer_of(request)
    if not may(viewer, "trade_offs.negotiate", district):
        return None
    waiting = trade_offs.waiting(viewer, district)
    return {"waiting": waiting} if waiting else None


def why_line(district: Any) -> tuple[str, str] | None:
    """The adopted why in the reader's language and the page it stands on; one query a page, none of it about people."""
    why = queries.why_in_force(district)
    if not why:
        return None
    return in_language(why, get_language() or "en"), reverse("vision:public", args=[district.slug])
