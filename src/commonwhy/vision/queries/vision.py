"""Reading the vision: the draft in the workshop, the adopted page, and voices to cite."""

from __future__ import annotations

from django.db.models import Count, Prefetch, QuerySet

from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt
from commonwhy.vision.models import Clause, ClauseVoice, VisionVersion

MOST_FOUND = 30


def draft(viewer: Viewer, district: District) -> VisionVersion | None:
    """The district's draft, if the viewer may see it."""
    return _versions(viewer, district).filter(state=VisionVersion.State.DRAFT).first()


def adopted(viewer: Viewer, district: District) -> VisionVersion | None:
    """The version in force."""
    return _versions(viewer, district).filter(state=VisionVersion.State.ADOPTED).first()


def versions(viewer: Viewer, district: District) -> QuerySet[VisionVersion]:
    """Every version the viewer may see, the latest first."""
    return _versions(viewer, district)


def _versions(viewer: Viewer, district: District) -> QuerySet[VisionVersion]:
    clauses = Clause.objects.visible_to(viewer).annotate(voice_count=Count("voices")).order_by("position")
    return VisionVersion.objects.visible_to(viewer).filter(district=district).prefetch_related(Prefetch("clauses", clauses))


def voices_by_clause(viewer: Viewer, version: VisionVersion) -> dict[str, list[Excerpt]]:
    """The excerpts each clause rests on, keyed by the clause's id, in one query and in the same order for everyone."""
    found: dict[str, list[Excerpt]] = {}
    rows = (
        ClauseVoice.objects.visible_to(viewer)
        .filter(clause__version=version)
        .select_related("excerpt__group", "excerpt__school")
        .order_by("excerpt__group__kind", "excerpt_id")
    )
    for row in rows:
        found.setdefault(str(row.clause_id), []).append(row.excerpt)
    return found


def voices_to_cite(viewer: Viewer, district: District, words: str = "", kind: str = "") -> tuple[list[Excerpt], int]:
    """Excerpts that hold every one of `words`, at most `MOST_FOUND` of them, and how many there are in all."""
    found = Excerpt.objects.visible_to(viewer).filter(district=district)
    for word in words.split()[:8]:
        found = found.filter(words__icontains=word)
    if kind:
        found = found.filter(group__kind=kind)
    return list(found.select_related("group", "school").order_by("id")[:MOST_FOUND]), found.count()
