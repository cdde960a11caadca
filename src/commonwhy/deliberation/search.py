"""What this room brings to the search page: statements that people react to, in any of their languages."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.core.slots import SearchFound, SearchHit, address_of, search_sources
from commonwhy.core.wanted import Wanted
from commonwhy.deliberation.models import Statement
from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models.question import in_language

MOST = 5


def statements(viewer: Viewer, district: District, wanted: Wanted) -> SearchFound | None:
    """Shown statements; what waits or is hidden is on the page of those who moderate. Each leads to its thread."""
    if not may(viewer, "discussions.see", district):
        return None
    shown = Statement.objects.visible_to(viewer).filter(district=district, state=Statement.State.SHOWN)
    keys = [
        pk
        for pk, texts in shown.order_by("discussion__number", "number").values_list("pk", "texts").iterator(chunk_size=2_000)
        if wanted.found_in("\n".join(texts.values()))
    ]
    language = get_language() or "en"
    first = (
        shown.filter(pk__in=keys[:MOST]).select_related("district", "discussion__survey").order_by("discussion__number", "number")
    )
    hits = [
        SearchHit(
            text=in_language(each.texts, language),
            url=address_of("thread", each),
            about=each.discussion.survey.title,
            language="" if each.texts.get(language) else each.language,
        )
        for each in first
    ]
    return SearchFound(_("Statements"), len(keys), hits)


def register() -> None:
    """Called once, when the room is ready."""
    search_sources.register("statements", statements, order=25)
