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
    ("listening:themes", "themes.see", _("Themes"), _("what many speak of, and who")),
    ("listening:replies", "replies.see", _("Replies"), _("what we heard, what changed, what did not and why")),
    ("listening:coverage", "listening.see", _("Coverage"), _("who was heard, and who was not")),
    ("listening:conversations", "conversations.hold", _("Conversations"), _("what people told you in person")),
    ("listening:calendar", "conversations.hold", _("Calendar"), _("when you talk with whom")),
    ("listening:all_series", "conversations.hold", _("Meeting series"), _("meetings that come back, and who comes")),
    (
        "listening:consulting",
        "listening.see",
        _("Whom to consult"),
        _("influence and interest, targets, hours, where groups stand"),
    ),
    ("listening:guides", "listening.see", _("Guides"), _("how to hold a conversation, to print and take along")),
    ("listening:questionnaires", "listening.see", _("Questionnaires"), _("what is asked, and in which words")),
    ("listening:records", "records.dispose", _("Records"), _("how long answers are kept, and what was deleted")),
    ("listening:safety", "safety.see", _("Safety queue"), _("words in which somebody may be in danger")),
    (
        "listening:safety_set_up",
        "safety.words",
        _("Who reads the safety queue"),
        _("named positions, and its words"),
    ),
    ("listening:translations", "answers.translate", _("Translations"), _("out to a translator and in again")),
    ("listening:import", "answers.import", _("Bring in answers"), _("from Google Forms, Microsoft Forms and others")),
)


@dataclass(frozen=True)
class RoomPage:
    """One page, as the front page offers it."""

    address: str
    label: Any
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
