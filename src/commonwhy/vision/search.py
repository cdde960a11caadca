"""What the vision brings to the search page: its sentences, in the version in force and in the draft, and settlements."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.core.slots import SearchFound, SearchHit, search_sources
from commonwhy.core.wanted import Wanted
from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.vision.models import Clause, TradeOff, VisionVersion
from commonwhy.vision.queries.trade_offs import readable
from commonwhy.vision.thread import as_step
from commonwhy.vision.thread_trade_offs import trade_off_step

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


def settlements(viewer: Viewer, district: District, wanted: Wanted) -> SearchFound | None:
    """Trade-offs that were settled, by their names and what was agreed; nothing that is open, and nothing noted in confidence."""
    if not may(viewer, "vision.see", district):
        return None
    settled = readable(viewer, district).filter(state=TradeOff.State.SETTLED).select_related("district")
    found = []
    for record in settled.order_by("-number"):
        texts = (record.settlement, record.title, record.first, record.second)
        words = next((text for one in texts for text in one.values() if wanted.found_in(text)), None)
        if words is not None:
            found.append((record, words))
    steps = [(trade_off_step(record, viewer), words) for record, words in found[:MOST]]
    hits = [SearchHit(words, step.url or "", about=step.kind) for step, words in steps]
    return SearchFound(_("Settlements"), len(found), hits, reverse("vision:public_trade_offs", args=[district.slug]))


def register() -> None:
    """Called once, when the room is ready."""
    search_sources.register("clauses", clauses, order=5)
    search_sources.register("settlements", settlements, order=6)
