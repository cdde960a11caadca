"""The public page: what anyone may read of an adopted vision, in the reader's language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from commonwhy.districts.models import District, Group
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt
from commonwhy.listening.models.question import in_language
from commonwhy.vision.models import VisionVersion
from commonwhy.vision.queries.vision import voices_by_clause


@dataclass(frozen=True)
class PublicClause:
    """One sentence, why it stands there, and the voices behind it."""

    text: str
    note: str
    voices: tuple[Excerpt, ...]
    groups: tuple[tuple[Any, int], ...]
    """Which groups the cited voices come from, and how many of the citations each has: a count of what is printed."""


@dataclass(frozen=True)
class PublicVision:
    """A version as the public page shows it."""

    version: VisionVersion
    term: str
    why: str
    why_more: str
    is_lines: tuple[str, ...]
    is_not_lines: tuple[str, ...]
    clauses: tuple[PublicClause, ...]
    voices: int
    before: int | None
    """The number of the version it followed, if there is one to read."""


def public_vision(viewer: Viewer, district: District, language: str, number: int | None = None) -> PublicVision | None:
    """The adopted version, or an earlier one by its number, as `viewer` may read it; None when there is none."""
    rows = VisionVersion.objects.visible_to(viewer).filter(district=district).exclude(state=VisionVersion.State.DRAFT)
    wanted = rows.filter(state=VisionVersion.State.ADOPTED) if number is None else rows.filter(number=number)
    version = wanted.prefetch_related("clauses").first()
    if version is None:
        return None
    voices = voices_by_clause(viewer, version)
    clauses = tuple(
        PublicClause(
            text=in_language(clause.texts, language),
            note=in_language(clause.note, language),
            voices=tuple(voices.get(str(clause.pk), ())),
            groups=_groups(voices.get(str(clause.pk), ())),
        )
        for clause in version.clauses.all()
    )
    return PublicVision(
        version=version,
        term=in_language(version.term, language) or district.term,
        why=in_language(version.why, language),
        why_more=in_language(version.why_more, language),
        is_lines=tuple(in_language(line, language) for line in version.is_lines),
        is_not_lines=tuple(in_language(line, language) for line in version.is_not_lines),
        clauses=clauses,
        before=rows.filter(number__lt=version.number).values_list("number", flat=True).order_by("-number").first(),
        voices=len({voice.pk for clause in clauses for voice in clause.voices}),
    )


def _groups(voices: Any) -> tuple[tuple[Any, int], ...]:
    counts = Counter(voice.group.kind for voice in voices if voice.group)
    return tuple((Group.Kind(kind).label, count) for kind, count in counts.most_common())
