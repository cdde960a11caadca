"""Adopted sentences and what they rest on: cited at the adoption, or linked later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt
from commonwhy.vision.models import Clause, ClauseStatement, ClauseTradeOff, LaterVoice, VisionVersion
from commonwhy.vision.queries.vision import voices_by_clause, voices_of


@dataclass(frozen=True)
class Linked:
    """A voice that was linked after the adoption, and when."""

    voice: Excerpt
    on: date


@dataclass(frozen=True)
class TracedSentence:
    """One adopted sentence with its voices, and how many statements and trade-offs it rests on."""

    clause: Clause
    cited: tuple[Excerpt, ...]
    linked: tuple[Linked, ...]
    statements: int = 0
    trade_offs: int = 0

    @property
    def is_traced(self) -> bool:
        return bool(self.cited or self.linked or self.statements or self.trade_offs)


def adopted_version(viewer: Viewer, district: District, number: int) -> VisionVersion | None:
    """A version by its number, once it is adopted."""
    rows = VisionVersion.objects.visible_to(viewer).filter(district=district, number=number)
    return rows.exclude(state=VisionVersion.State.DRAFT).first()


def linked_by_clause(viewer: Viewer, version: VisionVersion) -> dict[UUID, list[Linked]]:
    """The voices linked to each sentence of a version, by the sentence's id, in one query."""
    rows = LaterVoice.objects.visible_to(viewer).filter(clause__version=version)
    found: dict[UUID, list[Linked]] = {}
    for row in rows.select_related("excerpt__group", "excerpt__school").order_by("linked_on", "excerpt_id"):
        found.setdefault(row.clause_id, []).append(Linked(row.excerpt, row.linked_on))
    return found


def linked_to(viewer: Viewer, clause: Clause) -> list[Linked]:
    """The voices linked to one sentence."""
    rows = LaterVoice.objects.visible_to(viewer).filter(clause=clause).select_related("excerpt__group", "excerpt__school")
    return [Linked(row.excerpt, row.linked_on) for row in rows.order_by("linked_on", "excerpt_id")]


def traced_sentences(viewer: Viewer, version: VisionVersion) -> list[TracedSentence]:
    """Every sentence of a version in its order. Three queries."""
    cited, linked = voices_by_clause(viewer, version), linked_by_clause(viewer, version)
    clauses = Clause.objects.visible_to(viewer).filter(version=version).select_related("district").order_by("position")
    counted = clauses.annotate(of_statements=Count("statements", distinct=True), of_trade_offs=Count("trade_offs", distinct=True))
    return [
        TracedSentence(one, tuple(cited.get(one.pk, ())), tuple(linked.get(one.pk, ())), one.of_statements, one.of_trade_offs)
        for one in counted
    ]


def traced_sentence(viewer: Viewer, clause: Clause) -> TracedSentence:
    """One sentence with its voices. Four queries."""
    statements = ClauseStatement.objects.visible_to(viewer).filter(clause=clause).count()
    trade_offs = ClauseTradeOff.objects.visible_to(viewer).filter(clause=clause).count()
    return TracedSentence(clause, tuple(voices_of(viewer, clause)), tuple(linked_to(viewer, clause)), statements, trade_offs)


def untraced(viewer: Viewer, version: VisionVersion) -> int:
    """How many sentences of a version rest on nothing: no voice, cited or linked, no statement and no trade-off."""
    rows = Clause.objects.visible_to(viewer).filter(version=version)
    return int(rows.filter(voices=None, later_voices=None, statements=None, trade_offs=None).count())
