"""What the vision can make of a priority that people chose: a sentence, or a trade-off with what it pulls against."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import PriorityOption
from commonwhy.deliberation.onward import Onward
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer


def from_priority(viewer: Viewer, option: PriorityOption) -> Sequence[Onward]:
    """A new sentence that begins with its words, and a new trade-off, for those who write."""
    district = option.district
    if not may(viewer, "vision.write", district):
        return ()
    words = urlencode({f"text_{code}": text for code, text in option.texts.items()})
    return (
        Onward(_("Make it a sentence"), f"{reverse('vision:new_clause', args=[district.slug])}?{words}"),
        Onward(_("Open a trade-off"), reverse("vision:trade_off_new", args=[district.slug])),
    )
