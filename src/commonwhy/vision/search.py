"""What the vision brings to the search page: its sentences, in the version in force and in the draft."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.core.slots import SearchFound, SearchHit, search_sources
from commonwhy.core.wanted import Wanted
from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.vision.models import Clause, VisionVersion
from commonwhy.vision.thread import as_step

MOST = 5


def clauses(viewer: Viewer, district: District, wanted: Wanted) -> SearchFound | None:
    """Sentences in any of their languages; what was superseded is on the page of versions."""
    if not may(viewer, "vision.see", district):
        return None
    states = [VisionVersion.State.DRAFT, VisionVersion.State.ADOPTED]
    every = Clause.objects.visible_to(viewer).filter(district=district, version__state__in=states)
    found = []
    for clause in every.select_related("version", "district").order_by("-version__number", "position"):
        words = next((text for text in clause.texts.values() if wanted.found_in(text)), None)
        if words is not None:
            found.append((clause, words))
    steps = [(as_step(clause, viewer), words) for clause, words in found[:MOST]]
    hits = [SearchHit(words, step.url or "", about=step.kind) for step, words in steps]
    return SearchFound(_("Sentences of the vision"), len(found), hits, reverse("vision:workshop", args=[district.slug]))


def register() -> None:
    """Called once, when the room is ready."""
    search_sources.register("clauses", clauses, order=5)
