"""Resting a sentence on more than voices: on statements people reacted to, and on trade-offs that were settled.

As with a voice (`drafting.cite`), only a draft is written on, citing twice is once, and each act makes its author one of the
vision's. What a sentence rests on must hold when the board adopts it: a statement that was hidden meanwhile, or a trade-off
that was taken up again, stands in the way until the citation is taken back (`footings`).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.deliberation.models import Statement
from commonwhy.deliberation.services.author_messages import tell_authors
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models.question import in_language
from commonwhy.vision.models import Clause, ClauseStatement, ClauseTradeOff, ClauseVoice, TradeOff, VisionVersion
from commonwhy.vision.queries.figures import figures_by_statement
from commonwhy.vision.services.drafting import contributed, current_clause, locked_draft


class CitingRefused(Exception):
    """A sentence cannot rest on this now; the message says why and the way out."""


@dataclass(frozen=True)
class Footing:
    """What one sentence of a draft stands on: whether on anything people said, and which citations hold no more, in words."""

    position: int
    traced: bool
    broken: tuple[str, ...]


@transaction.atomic
def cite_statement(*, clause: Clause, statement: Statement, by: User) -> ClauseStatement:
    """Rest a sentence of a draft on a statement that is shown; citing it twice stays one.

    Raises `CitingRefused` for one that is not shown, `drafting.NotADraftError` once the version is adopted,
    `drafting.ClauseGoneError` where the sentence was taken out, and ValueError for another district's.
    """
    version = _draft_of(clause, statement)
    shown = Statement.objects.within(clause.district_id).select_for_update().filter(state=Statement.State.SHOWN)
    if not shown.filter(pk=statement.pk).exists():
        raise CitingRefused(_("This statement is not shown to anybody now, so no sentence can rest on it. Choose another one."))
    row, fresh = ClauseStatement.everything.get_or_create(
        clause=clause, statement=statement, defaults={"district_id": clause.district_id, "id": uuid4()}
    )
    if fresh:
        contributed(version, by)
        audit.record(actor=by, verb="cited", subject=clause, detail={"statement": str(statement.pk)})
    return row


@transaction.atomic
def uncite_statement(*, clause: Clause, statement: Statement, by: User) -> None:
    """Stop resting a sentence on a statement; where it did not, nothing happens."""
    locked_draft(clause.version)
    removed, _rows = ClauseStatement.objects.within(clause.district_id).filter(clause=clause, statement=statement).delete()
    if removed:
        audit.record(actor=by, verb="uncited", subject=clause, detail={"statement": str(statement.pk)})


@transaction.atomic
def cite_trade_off(*, clause: Clause, trade_off: TradeOff, by: User) -> ClauseTradeOff:
    """Have a sentence of a draft carry out a settled trade-off; twice is once. Raises as `cite_statement`."""
    version = _draft_of(clause, trade_off)
    settled = TradeOff.objects.within(clause.district_id).select_for_update().filter(state=TradeOff.State.SETTLED)
    if not settled.filter(pk=trade_off.pk).exists():
        raise CitingRefused(_("This trade-off is not settled. Settle it first; then the sentence can rest on it."))
    row, fresh = ClauseTradeOff.everything.get_or_create(
        clause=clause, trade_off=trade_off, defaults={"district_id": clause.district_id, "id": uuid4()}
    )
    if fresh:
        contributed(version, by)
        audit.record(actor=by, verb="cited", subject=clause, detail={"trade_off": str(trade_off.pk)})
    return row


@transaction.atomic
def uncite_trade_off(*, clause: Clause, trade_off: TradeOff, by: User) -> None:
    """Stop resting a sentence on a trade-off; where it did not, nothing happens."""
    locked_draft(clause.version)
    removed, _rows = ClauseTradeOff.objects.within(clause.district_id).filter(clause=clause, trade_off=trade_off).delete()
    if removed:
        audit.record(actor=by, verb="uncited", subject=clause, detail={"trade_off": str(trade_off.pk)})


def _draft_of(clause: Clause, cited: Statement | TradeOff) -> VisionVersion:
    """The sentence's draft, locked. Raises where it or the sentence is gone, or what is cited is another district's."""
    version = locked_draft(clause.version)
    if cited.district_id != clause.district_id:
        raise ValueError("of another district")
    current_clause(clause)
    return version


def footings(version: VisionVersion) -> list[Footing]:
    """Every sentence of a version in order, with what it stands on: one query."""
    own = {"clause": OuterRef("pk")}
    statements = ClauseStatement.objects.within(version.district_id).filter(**own)
    trade_offs = ClauseTradeOff.objects.within(version.district_id).filter(**own)
    voices = ClauseVoice.objects.within(version.district_id).filter(**own)
    rows = (
        Clause.objects.within(version.district_id)
        .filter(version=version)
        .annotate(
            traced=Exists(voices) | Exists(statements) | Exists(trade_offs),
            hidden=Exists(statements.exclude(statement__state=Statement.State.SHOWN)),
            reopened=Exists(trade_offs.exclude(trade_off__state=TradeOff.State.SETTLED)),
        )
        .order_by("position")
        .values_list("position", "traced", "hidden", "reopened")
    )
    found = []
    for position, traced, hidden, reopened in rows:
        broken = [_("a statement that is not shown any more")] if hidden else []
        broken += [_("a trade-off that is not settled any more")] if reopened else []
        found.append(Footing(position, traced, tuple(broken)))
    return found


def freeze_figures(version: VisionVersion) -> None:
    """Keep beside each cited statement who agreed, by group, as it has been released by now. Callers hold the version's row."""
    rows = list(ClauseStatement.objects.within(version.district_id).filter(clause__version=version).select_related("statement"))
    released = figures_by_statement(JobViewer(version.district_id), [row.statement for row in rows])
    for row in rows:
        row.figures = released.get(row.statement_id, {})
    ClauseStatement.objects.within(version.district_id).bulk_update(rows, ["figures"])


def tell_authors_of(version: VisionVersion) -> None:
    """Write to those who wrote a statement that an adopted version cites and left an address, of the first such sentence."""
    rows = ClauseStatement.objects.within(version.district_id).filter(
        clause__version=version, statement__origin=Statement.Origin.PARTICIPANT
    )
    told: set[UUID] = set()
    for row in rows.select_related("statement", "clause").order_by("clause__position", "pk"):
        if row.statement_id in told:
            continue
        told.add(row.statement_id)
        address = reverse("vision:public_sentence", args=[version.district.slug, version.number, row.clause.position])
        tell_authors([row.statement], _in_every_language(row.clause.texts), address)


def _in_every_language(texts: dict[str, str]) -> dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = _("a sentence of our shared vision: “%(words)s”") % {"words": in_language(texts, code)}
    return found


def hold_still(version: VisionVersion) -> None:
    """Lock what a draft cites until the transaction ends, so that nothing of it is hidden or taken up again meanwhile."""
    statements = ClauseStatement.objects.within(version.district_id).filter(clause__version=version)
    keys = set(statements.values_list("statement_id", flat=True))
    list(Statement.objects.within(version.district_id).select_for_update().filter(pk__in=keys).order_by("pk"))
    trade_offs = ClauseTradeOff.objects.within(version.district_id).filter(clause__version=version)
    keys = set(trade_offs.values_list("trade_off_id", flat=True))
    list(TradeOff.objects.within(version.district_id).select_for_update().filter(pk__in=keys).order_by("pk"))
