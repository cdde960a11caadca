"""The thread through a trade-off: from the statements that spoke for its sides, to the sentences that carry it out.

What is open is on the thread of those who may see the board; what facilitators noted in confidence is on nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.core.thread import ThreadStep, register_outcomes, register_sources, register_step, step_of
from commonwhy.deliberation.models import Statement
from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models.question import in_language
from commonwhy.vision.models import Clause, ClauseTradeOff, TradeOff, TradeOffStatement
from commonwhy.vision.queries.trade_offs import readable

TRADE_OFF, STATEMENT = "vision.TradeOff", "deliberation.Statement"


def trade_off_step(record: TradeOff, viewer: Viewer) -> ThreadStep:
    """A trade-off: how it was settled, or which it is; with the page on which the viewer can read it."""
    settled = record.state == TradeOff.State.SETTLED
    texts = record.settlement if settled else record.title
    if settled and record.settled_on:
        kind = _("A trade-off, settled %(day)s") % {"day": date_format(record.settled_on, "DATE_FORMAT")}
    else:
        kind = _("A trade-off, %(state)s") % {"state": record.get_state_display()}
    inside = may(viewer, "trade_offs.see", record.district)
    name = "vision:trade_off" if inside else "vision:public_trade_off"
    return ThreadStep(
        kind,
        in_language(texts, get_language() or "en"),
        reverse(name, args=[record.district.slug, record.number]),
        TRADE_OFF,
        str(record.pk),
        _language_of(texts),
    )


def find(viewer: Viewer, district: District, pk: UUID) -> TradeOff | None:
    """A trade-off that the viewer may read."""
    return readable(viewer, district).filter(pk=pk).select_related("district").first()


def statements_of(record: TradeOff, viewer: Viewer) -> Iterator[ThreadStep]:
    """The statements that spoke for each side."""
    shown = Statement.objects.visible_to(viewer).filter(district=record.district_id)
    rows = TradeOffStatement.objects.visible_to(viewer).filter(trade_off=record, statement__in=shown)
    for row in rows.select_related("statement__district").order_by("side", "statement__number"):
        priority = in_language(record.first if row.side == "first" else record.second, get_language() or "en")
        kind = _("A statement that spoke for “%(priority)s”") % {"priority": priority}
        texts = row.statement.texts
        yield ThreadStep(
            kind,
            in_language(texts, get_language() or "en"),
            model=STATEMENT,
            pk=str(row.statement_id),
            language=_language_of(texts),
        )


def sentences_of(record: TradeOff, viewer: Viewer) -> Iterator[ThreadStep]:
    """The sentences that carry it out."""
    rows = (
        ClauseTradeOff.objects.visible_to(viewer).filter(trade_off=record).select_related("clause__version", "clause__district")
    )
    for row in rows.order_by("-clause__version__number", "clause__position"):
        yield step_of(row.clause, viewer)


def settlements_behind(clause: Clause, viewer: Viewer) -> Iterator[ThreadStep]:
    """The settlements that a sentence carries out."""
    cited = ClauseTradeOff.objects.visible_to(viewer).filter(clause=clause).values("trade_off")
    yield from _steps(readable(viewer, clause.district).filter(pk__in=cited), viewer)


def trade_offs_of(statement: Statement, viewer: Viewer) -> Iterator[ThreadStep]:
    """The trade-offs in which a statement spoke for a side."""
    placed = TradeOffStatement.objects.visible_to(viewer).filter(statement=statement).values("trade_off")
    yield from _steps(readable(viewer, statement.district).filter(pk__in=placed), viewer)


def _steps(rows: Any, viewer: Viewer) -> Iterator[ThreadStep]:
    for record in rows.select_related("district").order_by("number"):
        yield trade_off_step(record, viewer)


def _language_of(texts: dict[str, str]) -> str:
    return "" if texts.get(get_language() or "en") else next(iter(texts), "")


def register() -> None:
    """Called once, when the room is ready."""
    register_step(TRADE_OFF, trade_off_step, find=find)
    register_sources(TRADE_OFF, statements_of)
    register_outcomes(TRADE_OFF, sentences_of)
    register_outcomes(STATEMENT, trade_offs_of)
