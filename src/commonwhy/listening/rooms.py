"""The other pages of this room that its front page leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer

PAGES: tuple[tuple[str, str, Any, Any], ...] = (
    ("listening:voices", "voices.read", _("Voices"), _("read and quote what people said")),
    ("listening:coverage", "listening.see", _("Coverage"), _("who was heard, and who was not")),
    ("listening:conversations", "conversations.hold", _("Conversations"), _("what people told you in person")),
    ("listening:guides", "listening.see", _("Guides"), _("how to hold a conversation, to print and take along")),
    ("listening:questionnaires", "listening.see", _("Questionnaires"), _("what is asked, and in which words")),
    ("listening:import", "answers.import", _("Bring in answers"), _("from Google Forms, Microsoft Forms and others")),
)


@dataclass(frozen=True)
class RoomPage:
    """One page, as the front page offers it."""

    address: str
    label: Any
    ("listening:safety", "safety.see", _("Safety queue"), _("words in which somebody may be in danger")),
    (
        "listening:safety_set_up",
        "safety.words",
        _("Who reads the safety queue"),
        _("named positions, and its words"),
    ),
    hint: Any


def offered(viewer: Viewer, district: Any) -> list[RoomPage]:
    """The pages this viewer may open."""
    pages = []
    for name, capability, label, hint in PAGES:
        if not may(viewer, capability, district):
            continue
        try:
            pages.append(RoomPage(reverse(name, args=[district.slug]), label, hint))
        except NoReverseMatch:
            continue
    return pages
