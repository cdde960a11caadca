"""Reading the vision: the draft in the workshop, the adopted version, and what its sentences rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import District
from commonwhy.districts.viewers import PUBLIC, Viewer
from commonwhy.listening.models import Excerpt
from commonwhy.vision.models import ChecklistNote, Clause, ClauseStatement, ClauseTradeOff, ClauseVoice, LookFor, VisionVersion
from commonwhy.vision.queries.sources import CitedStatement, CitedTradeOff, statements_by_clause, trade_offs_by_clause

COUNTS = ("voice_count", "statement_count", "trade_off_count")
"""How many of each kind a sentence rests on, where a version comes with its sentences."""


def draft(viewer: Viewer, district: District) -> VisionVersion | None:
    """The district's draft, if the viewer may see it."""
    return _versions(viewer, district).filter(state=VisionVersion.State.DRAFT).first()


def adopted(viewer: Viewer, district: District) -> VisionVersion | None:
    """The version in force."""
    return _versions(viewer, district).filter(state=VisionVersion.State.ADOPTED).first()


def draft_and_adopted_in_full(viewer: Viewer, district: District) -> tuple[VisionVersion | None, VisionVersion | None]:
    """Both with their sentences: three queries."""
    states = [VisionVersion.State.DRAFT, VisionVersion.State.ADOPTED]
    found = {version.state: version for version in _versions(viewer, district).filter(state__in=states)}
    return found.get(VisionVersion.State.DRAFT), found.get(VisionVersion.State.ADOPTED)


def draft_and_adopted(viewer: Viewer, district: District) -> tuple[VisionVersion | None, VisionVersion | None]:
    """Both, without their sentences: one query."""
    states = [VisionVersion.State.DRAFT, VisionVersion.State.ADOPTED]
    rows = VisionVersion.objects.visible_to(viewer).filter(district=district, state__in=states).select_related("district")
    found = {version.state: version for version in rows}
    return found.get(VisionVersion.State.DRAFT), found.get(VisionVersion.State.ADOPTED)


def why_in_force(district: District) -> dict[str, str] | None:
    """The adopted why by language, in one query; None before there is one. It is public, so nobody is asked who reads."""
    rows = VisionVersion.objects.visible_to(PUBLIC).filter(district=district, state=VisionVersion.State.ADOPTED)
    return rows.values_list("why", flat=True).first()


def _versions(viewer: Viewer, district: District) -> QuerySet[VisionVersion]:
    look_fors = Prefetch("look_fors", LookFor.objects.visible_to(viewer))
    clauses = (
        Clause.objects.visible_to(viewer)
        .annotate(
            voice_count=_how_many(ClauseVoice.objects.visible_to(viewer)),
            statement_count=_how_many(ClauseStatement.objects.visible_to(viewer)),
            trade_off_count=_how_many(ClauseTradeOff.objects.visible_to(viewer)),
        )
        .prefetch_related(look_fors)
        .order_by("position")
    )
    versions = VisionVersion.objects.visible_to(viewer).filter(district=district).select_related("district")
    return versions.prefetch_related(Prefetch("clauses", clauses))


def _how_many(cited: QuerySet[Any]) -> Coalesce:
    """How many of these a sentence has; each counted by itself, for joined they would multiply."""
    own = cited.filter(clause=OuterRef("pk")).order_by().values("clause")
    return Coalesce(Subquery(own.annotate(found=Count("pk")).values("found")), 0)


def voices_by_clause(viewer: Viewer, version: VisionVersion) -> dict[UUID, list[Excerpt]]:
    """The excerpts each clause rests on, keyed by the clause's id, in one query and in the same order for everyone."""
    found: dict[UUID, list[Excerpt]] = {}
    rows = (
        ClauseVoice.objects.visible_to(viewer)
        .filter(clause__version=version)
        .select_related("excerpt__group", "excerpt__school")
        .order_by("excerpt__group__kind", "excerpt_id")
    )
    for row in rows:
        found.setdefault(row.clause_id, []).append(row.excerpt)
    return found


@dataclass(frozen=True)
class Behind:
    """What a sentence rests on."""

    voices: list[Excerpt]
    statements: list[CitedStatement]
    trade_offs: list[CitedTradeOff]


def with_what_is_behind(viewer: Viewer, version: VisionVersion, language: str) -> list[tuple[Clause, Behind]]:
    """Each clause of a version that came with its clauses, and what it rests on."""
    voices = voices_by_clause(viewer, version)
    statements = statements_by_clause(viewer, version, language)
    trade_offs = trade_offs_by_clause(viewer, version, language)
    return [
        (clause, Behind(voices.get(clause.pk, []), statements.get(clause.pk, []), trade_offs.get(clause.pk, [])))
        for clause in version.clauses.all()
    ]


def voices_of(viewer: Viewer, clause: Clause) -> list[Excerpt]:
    """The excerpts one clause rests on."""
    rows = ClauseVoice.objects.visible_to(viewer).filter(clause=clause).select_related("excerpt__group", "excerpt__school")
    return [row.excerpt for row in rows.order_by("excerpt__group__kind", "excerpt_id")]


def checklist_notes(viewer: Viewer, version: VisionVersion) -> dict[str, str]:
    """What was noted at the questions of the checklist, by key."""
    return dict(ChecklistNote.objects.visible_to(viewer).filter(version=version).values_list("key", "words"))


def was_taken_out(district: District, clause: UUID) -> bool:
    """Whether this was a sentence here that somebody took out of the draft."""
    removals = AuditEntry.objects.filter(district_id=district.pk, object_type=Clause._meta.label, verb="removed")
    return removals.filter(object_id=str(clause)).exists()


@dataclass(frozen=True)
class Step:
    """One step from an empty page to an adopted vision: what it is, what it is for, and whether it is done."""

    key: str
    label: Any
    hint: Any
    done: bool
    current: bool = False
    clause: Clause | None = None
    """The first sentence that needs something."""


def steps(version: VisionVersion | None) -> list[Step]:
    """The way from nothing to the board's decision; the first step that is not done is the current one."""
    clauses = list(version.clauses.all()) if version else []
    untraced = [clause for clause in clauses if not any(getattr(clause, name, 0) for name in COUNTS)]
    found = [
        Step("why", _("Our why"), _("one sentence"), bool(version and any(version.why.values()))),
        Step("meaning", _("What we mean"), _("it is, it is not"), bool(version and (version.is_lines or version.is_not_lines))),
        Step("sentences", _("Sentences"), _("where we want children to be"), bool(clauses)),
        Step("voices", _("What it rests on"), _("voices, statements, trade-offs"), bool(clauses) and not untraced),
        Step("adopted", _("The board's decision"), _("and everyone can read it"), False),
    ]
    current = next(step.key for step in found if not step.done)
    first = untraced[0] if untraced else None
    return [Step(step.key, step.label, step.hint, step.done, step.key == current, first) for step in found]
