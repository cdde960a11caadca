"""What a sentence rests on beside voices: statements with who agreed, and settled trade-offs with who dissents.

Of a statement only what was released is told: today's figures beside a draft, the frozen ones beside an adopted version. A
statement that may not be read any more (hidden since, or its discussion is not public) stays as a citation without its words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from commonwhy.core.wanted import wanted
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.districts.models import District, Group
from commonwhy.districts.viewers import Viewer
from commonwhy.vision.models import Clause, ClauseStatement, ClauseTradeOff, TradeOff, TradeOffStand, VisionVersion
from commonwhy.vision.queries.figures import Agreement, figures_by_statement, told_by
from commonwhy.vision.queries.said import Said, said

PAGE = 10


@dataclass(frozen=True)
class CitedStatement:
    """A statement behind a sentence. Without `statement` it may not be read (any more) by whoever asks."""

    statement: Statement | None
    words: Said
    discussion: str
    """What was discussed."""
    url: str
    """Where anyone may read where we agree on it; empty where nobody may."""
    everyone: Agreement | None
    groups: tuple[Agreement, ...]


@dataclass(frozen=True)
class CitedTradeOff:
    """A trade-off behind a sentence: what was settled, and which groups dissent and why."""

    trade_off: TradeOff
    title: Said
    first: Said
    second: Said
    settlement: Said
    settled_on: date | None
    dissent: tuple[tuple[str, Said], ...]
    live_with: tuple[str, ...]
    url: str


def statements_by_clause(
    viewer: Viewer, version: VisionVersion, language: str, *, clause: Clause | None = None
) -> dict[UUID, list[CitedStatement]]:
    """The statements each sentence of a version rests on, by the sentence's id; of one `clause` only where it is given.

    Two queries, and one more for a draft.
    """
    rows = ClauseStatement.objects.visible_to(viewer).filter(clause__version=version)
    if clause is not None:
        rows = rows.filter(clause=clause)
    cited = list(rows.order_by("pk"))
    if not cited:
        return {}
    readable = Statement.objects.visible_to(viewer).filter(
        pk__in={row.statement_id for row in cited}, state=Statement.State.SHOWN
    )
    statements = {one.pk: one for one in readable.select_related("discussion__survey", "discussion__district")}
    live = figures_by_statement(viewer, statements.values()) if version.is_draft else {}
    found: dict[UUID, list[CitedStatement]] = {}
    for row in cited:
        figures = live.get(row.statement_id, {}) if version.is_draft else row.figures
        found.setdefault(row.clause_id, []).append(as_cited(statements.get(row.statement_id), figures, language))
    for each in found.values():
        each.sort(key=lambda one: _place(one.statement))
    return found


def as_cited(statement: Statement | None, figures: dict[str, Any], language: str) -> CitedStatement:
    """A statement with its released figures, in the reader's words."""
    if statement is None:
        return CitedStatement(None, Said(), "", "", None, ())
    everyone, groups = told_by(figures)
    discussion = statement.discussion
    return CitedStatement(
        statement, said(statement.texts, language), str(discussion), where_we_agree(discussion), everyone, groups
    )


def where_we_agree(discussion: Discussion) -> str:
    """The page on which anyone reads where we agree; empty while it is not public."""
    if discussion.published_on is None:
        return ""
    try:
        return reverse("deliberation:public_agree", args=[discussion.district.slug, discussion.number])
    except NoReverseMatch:
        return ""


def not_public_yet(viewer: Viewer, version: VisionVersion) -> list[Discussion]:
    """The discussions with statements that a version rests on and that its readers would not see, because they are not public."""
    cited = ClauseStatement.objects.visible_to(viewer).filter(clause__version=version)
    hidden = Discussion.objects.visible_to(viewer).filter(published_on=None, statements__in=cited.values("statement"))
    return list(hidden.select_related("survey").distinct().order_by("number"))


def _place(statement: Statement | None) -> tuple[bool, int, int]:
    """By discussion and number; what may not be read comes last."""
    if statement is None:
        return True, 0, 0
    return False, statement.discussion.number, statement.number or 0


def trade_offs_by_clause(
    viewer: Viewer, version: VisionVersion, language: str, *, clause: Clause | None = None
) -> dict[UUID, list[CitedTradeOff]]:
    """The settled trade-offs each sentence rests on, with where the groups stand. Two queries."""
    rows = ClauseTradeOff.objects.visible_to(viewer).filter(clause__version=version)
    if clause is not None:
        rows = rows.filter(clause=clause)
    cited = list(rows.select_related("trade_off__district").order_by("trade_off__number"))
    if not cited:
        return {}
    stands = stands_by_trade_off(viewer, [row.trade_off for row in cited])
    found: dict[UUID, list[CitedTradeOff]] = {}
    for row in cited:
        of_it = as_cited_trade_off(row.trade_off, stands.get(row.trade_off_id, ()), language)
        found.setdefault(row.clause_id, []).append(of_it)
    return found


def stands_by_trade_off(viewer: Viewer, trade_offs: Iterable[TradeOff]) -> dict[UUID, list[TradeOffStand]]:
    """Where each group stands on the settlements, in the order of kinds of groups. One query."""
    order = {kind: place for place, kind in enumerate(Group.Kind.values)}
    rows = TradeOffStand.objects.visible_to(viewer).filter(trade_off__in=[one.pk for one in trade_offs]).select_related("group")
    found: dict[UUID, list[TradeOffStand]] = {}
    for stand in sorted(rows, key=lambda one: (order[one.group.kind], one.group.name)):
        found.setdefault(stand.trade_off_id, []).append(stand)
    return found


def as_cited_trade_off(trade_off: TradeOff, stands: Iterable[TradeOffStand], language: str) -> CitedTradeOff:
    """A trade-off in the reader's words. What has been taken up again says no settlement."""
    listed = list(stands)
    dissents = [one for one in listed if one.stand == TradeOffStand.Stand.DISSENTS]
    lives = [one for one in listed if one.stand == TradeOffStand.Stand.LIVE_WITH]
    settled = trade_off.state == TradeOff.State.SETTLED
    return CitedTradeOff(
        trade_off=trade_off,
        title=said(trade_off.title, language),
        first=said(trade_off.first, language),
        second=said(trade_off.second, language),
        settlement=said(trade_off.settlement, language) if settled else Said(),
        settled_on=trade_off.settled_on if settled else None,
        dissent=tuple((str(one.group), said(one.because, language)) for one in dissents),
        live_with=tuple(str(one.group) for one in lives),
        url=_public_trade_off(trade_off),
    )


def _public_trade_off(trade_off: TradeOff) -> str:
    if trade_off.state != TradeOff.State.SETTLED:
        return ""
    try:
        return reverse("vision:public_trade_off", args=[trade_off.district.slug, trade_off.number])
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Found:
    """One page of statements to cite, and how many there are in all."""

    statements: list[CitedStatement]
    count: int
    page: int
    pages: int

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def following(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def statements_to_cite(
    viewer: Viewer, clause: Clause, language: str, *, q: str = "", discussion: str = "", page: int = 1
) -> Found:
    """Shown statements that `clause` does not rest on yet and that hold what `q` looks for, in any language.

    A statement that says the same as another is offered through that one.
    """
    cited = ClauseStatement.objects.visible_to(viewer).filter(clause=clause)
    shown = Statement.objects.visible_to(viewer).filter(district=clause.district_id, state=Statement.State.SHOWN)
    rows: QuerySet[Statement] = shown.exclude(pk__in=cited.values("statement_id"))
    rows = rows.exclude(links__in=_current_links(viewer, clause.district_id))
    if discussion:
        rows = rows.filter(discussion_id=UUID(discussion))
    rows = rows.select_related("discussion__survey", "discussion__district").order_by("-discussion__number", "number")
    if q.strip():
        looked_for = wanted(q)
        listed = [one for one in rows if looked_for.found_in(" ".join(filter(None, one.texts.values())))]
        count = len(listed)
    else:
        listed, count = [], rows.count()
    pages = max(1, -(-count // PAGE))
    here = min(max(1, page), pages)
    place = slice((here - 1) * PAGE, here * PAGE)
    some = listed[place] if q.strip() else list(rows[place])
    figures = figures_by_statement(viewer, some)
    return Found([as_cited(one, figures.get(one.pk, {}), language) for one in some], count, here, pages)


def _current_links(viewer: Viewer, district: UUID) -> QuerySet[Any]:
    from commonwhy.deliberation.models import StatementLink

    links: QuerySet[Any] = StatementLink.objects.visible_to(viewer).filter(district=district, unlinked_on=None)
    return links


def statement_to_cite(viewer: Viewer, district: District, statement: UUID) -> Statement | None:
    """One statement of the district."""
    found: Statement | None = Statement.objects.visible_to(viewer).filter(district=district, pk=statement).first()
    return found


def discussions_with_statements(viewer: Viewer, district: District) -> list[tuple[str, str]]:
    """The discussions that have a statement to cite, for the search form."""
    shown = Statement.objects.visible_to(viewer).filter(district=district, state=Statement.State.SHOWN)
    rows = Discussion.objects.visible_to(viewer).filter(pk__in=shown.values("discussion_id"))
    return [(str(one.pk), str(one)) for one in rows.select_related("survey").order_by("-number")]


def trade_offs_to_cite(viewer: Viewer, clause: Clause, language: str) -> list[CitedTradeOff]:
    """Settled trade-offs that `clause` does not rest on yet, the latest first."""
    cited = ClauseTradeOff.objects.visible_to(viewer).filter(clause=clause)
    rows = TradeOff.objects.visible_to(viewer).filter(district=clause.district_id, state=TradeOff.State.SETTLED)
    found = list(rows.exclude(pk__in=cited.values("trade_off_id")).select_related("district").order_by("-number"))
    stands = stands_by_trade_off(viewer, found)
    return [as_cited_trade_off(one, stands.get(one.pk, ()), language) for one in found]


def trade_off_to_cite(viewer: Viewer, district: District, trade_off: UUID) -> TradeOff | None:
    """One trade-off of the district."""
    found: TradeOff | None = TradeOff.objects.visible_to(viewer).filter(district=district, pk=trade_off).first()
    return found
