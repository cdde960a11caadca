"""Reading trade-offs: the board, one of them laid out for a meeting, and what anyone may read of it.

Everything starts from `visible_to`, so the same reading serves the team and the public. What is open is read by those who
may see the board, and by nobody else who has a seat.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.core.models import AuditEntry
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.districts.models import REQUIRED_KINDS, District, Group
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.vision.models import (
    Clause,
    ClauseTradeOff,
    ConfidentialNote,
    OptionEffect,
    Side,
    TradeOff,
    TradeOffConcern,
    TradeOffOption,
    TradeOffStand,
    TradeOffStatement,
)
from commonwhy.vision.services.trade_offs import TAKEN_UP

STATES = (TradeOff.State.OPEN, TradeOff.State.SETTLED, TradeOff.State.SET_ASIDE)
"""In the order of the board."""


@dataclass(frozen=True)
class BoardLine:
    """A trade-off on the board, and who can live with what was settled or is on the table."""

    trade_off: TradeOff
    options: int
    unanswered: int
    living_with: tuple[Group, ...]
    dissenting: tuple[Group, ...]


@dataclass(frozen=True)
class LaidOption:
    """An option with its letter, what it does for each side, and what is in it for each group."""

    option: TradeOffOption
    letter: str
    first: OptionEffect | None
    second: OptionEffect | None
    groups: tuple[OptionEffect, ...]


@dataclass(frozen=True)
class GroupStand:
    """A group and where it stands (None: not recorded). `outdated`: said before the trade-off was taken up again."""

    group: Group
    stand: TradeOffStand | None
    required: bool
    outdated: bool


@dataclass(frozen=True)
class LaidOut:
    """One trade-off with all its parts."""

    trade_off: TradeOff
    first: tuple[Statement, ...]
    second: tuple[Statement, ...]
    options: tuple[LaidOption, ...]
    concerns: tuple[TradeOffConcern, ...]
    stands: tuple[GroupStand, ...]
    sentences: tuple[Clause, ...]
    """The sentences that carry it out, the latest version first."""
    taken_up_on: date | None

    @property
    def recorded(self) -> tuple[TradeOffStand, ...]:
        """The stands that are on record, who dissents last."""
        found = [one.stand for one in self.stands if one.stand is not None]
        return tuple(sorted(found, key=lambda stand: stand.stand == TradeOffStand.Stand.DISSENTS))

    @property
    def chosen(self) -> LaidOption | None:
        return next((each for each in self.options if each.option.chosen), None)

    @property
    def others(self) -> tuple[LaidOption, ...]:
        """The options that were not chosen."""
        return tuple(each for each in self.options if not each.option.chosen)


def readable(viewer: Viewer, district: District) -> QuerySet[TradeOff]:
    """The trade-offs of a district that the viewer may read: all, or those that are public."""
    rows = TradeOff.objects.visible_to(viewer).filter(district=district)
    if isinstance(viewer, AccountViewer) and not may(viewer, "trade_offs.see", district):
        rows = rows.filter(TradeOff.published())
    return rows


def trade_off(viewer: Viewer, district: District, number: int) -> TradeOff | None:
    """One by its number."""
    return readable(viewer, district).filter(number=number).select_related("district").first()


def board(viewer: Viewer, district: District) -> list[tuple[Any, list[BoardLine]]]:
    """The trade-offs by state (its label, and the latest first), without the states that nothing is in. Two queries."""
    stands = TradeOffStand.objects.visible_to(viewer).select_related("group").order_by("group__kind", "group__name")
    unanswered = Count("concerns", filter=Q(concerns__answer={}), distinct=True)
    rows = readable(viewer, district).annotate(in_all=Count("options", distinct=True), unanswered=unanswered)
    found: dict[str, list[BoardLine]] = defaultdict(list)
    for row in rows.order_by("-number").prefetch_related(Prefetch("stands", stands)):
        by_stand: dict[str, list[Group]] = defaultdict(list)
        for stand in row.stands.all():
            by_stand[stand.stand].append(stand.group)
        line = BoardLine(
            row,
            getattr(row, "in_all", 0),
            getattr(row, "unanswered", 0),
            tuple(by_stand[TradeOffStand.Stand.LIVE_WITH]),
            tuple(by_stand[TradeOffStand.Stand.DISSENTS]),
        )
        found[row.state].append(line)
    return [(state, found[state]) for state in STATES if found[state]]


def waiting(viewer: Viewer, district: District) -> int:
    """How many wait for a settlement."""
    return readable(viewer, district).filter(state=TradeOff.State.OPEN).count()


def settled(viewer: Viewer, district: District) -> int:
    """How many were settled."""
    return readable(viewer, district).filter(state=TradeOff.State.SETTLED).count()


def laid_out(viewer: Viewer, found: TradeOff, *, everybody: bool = False) -> LaidOut:
    """A trade-off with its parts, as the viewer may read them. `everybody`: with the groups that said nothing yet."""
    by_side = _statements(viewer, found)
    concerns = TradeOffConcern.objects.visible_to(viewer).filter(trade_off=found).select_related("group")
    taken_up_on = _taken_up_on(found) if found.reason else None
    return LaidOut(
        found,
        tuple(by_side[Side.FIRST]),
        tuple(by_side[Side.SECOND]),
        tuple(_options(viewer, found)),
        tuple(concerns.order_by("kind", "pk")),
        tuple(_stands(viewer, found, taken_up_on, everybody)),
        tuple(_sentences(viewer, found)),
        taken_up_on,
    )


def letter(option: TradeOffOption) -> str:
    """A, B, C; it stays when another is taken out, so that a meeting can go on talking of it."""
    return chr(ord("A") + option.position - 1) if option.position <= 26 else str(option.position)


def _statements(viewer: Viewer, found: TradeOff) -> dict[str, list[Statement]]:
    shown = Statement.objects.visible_to(viewer).filter(district=found.district_id)
    rows = TradeOffStatement.objects.visible_to(viewer).filter(trade_off=found, statement__in=shown)
    by_side: dict[str, list[Statement]] = defaultdict(list)
    for row in rows.select_related("statement").order_by("statement__number"):
        by_side[row.side].append(row.statement)
    return by_side


def _options(viewer: Viewer, found: TradeOff) -> list[LaidOption]:
    effects = OptionEffect.objects.visible_to(viewer).select_related("group").order_by("group__kind", "group__name")
    rows = TradeOffOption.objects.visible_to(viewer).filter(trade_off=found)
    laid = []
    for option in rows.order_by("position").prefetch_related(Prefetch("effects", effects)):
        sides = {effect.side: effect for effect in option.effects.all() if effect.side}
        groups = tuple(effect for effect in option.effects.all() if effect.group is not None)
        laid.append(LaidOption(option, letter(option), sides.get(Side.FIRST), sides.get(Side.SECOND), groups))
    return laid


def _stands(viewer: Viewer, found: TradeOff, taken_up_on: date | None, everybody: bool) -> list[GroupStand]:
    rows = TradeOffStand.objects.visible_to(viewer).filter(trade_off=found).select_related("group")
    recorded: dict[UUID, TradeOffStand] = {row.group_id: row for row in rows}
    groups = [row.group for row in recorded.values()]
    if everybody:
        here = Group.objects.visible_to(viewer).filter(district=found.district_id, not_here="").exclude(kind=Group.Kind.BOARD)
        groups += [group for group in here if group.pk not in recorded]
    order = {kind: place for place, kind in enumerate(dict.fromkeys([*REQUIRED_KINDS, *Group.Kind.values]))}
    return [
        GroupStand(
            group,
            recorded.get(group.pk),
            group.kind in REQUIRED_KINDS and not group.not_here,
            group.pk in recorded and taken_up_on is not None and recorded[group.pk].heard_on < taken_up_on,
        )
        for group in sorted(groups, key=lambda group: (order[group.kind], group.name))
    ]


def _sentences(viewer: Viewer, found: TradeOff) -> list[Clause]:
    rows = ClauseTradeOff.objects.visible_to(viewer).filter(trade_off=found).select_related("clause__version")
    return [row.clause for row in rows.order_by("-clause__version__number", "clause__position")]


def _taken_up_on(found: TradeOff) -> date | None:
    """The day, where the district is, on which it was last taken up again."""
    entries = AuditEntry.objects.filter(
        district_id=found.district_id, object_type=TradeOff._meta.label, object_id=str(found.pk), verb=TAKEN_UP
    )
    last = entries.aggregate(last=Max("at"))["last"]
    return last.astimezone(ZoneInfo(found.district.time_zone)).date() if last else None


# What forms need


def option_of(viewer: Viewer, found: TradeOff, pk: UUID) -> TradeOffOption | None:
    rows = TradeOffOption.objects.visible_to(viewer).filter(trade_off=found, pk=pk)
    return rows.select_related("trade_off__district").first()


def effect_for_group(viewer: Viewer, option: TradeOffOption, group: Group) -> OptionEffect | None:
    return OptionEffect.objects.visible_to(viewer).filter(option=option, group=group).first()


def concern_of(viewer: Viewer, found: TradeOff, pk: UUID) -> TradeOffConcern | None:
    rows = TradeOffConcern.objects.visible_to(viewer).filter(trade_off=found, pk=pk)
    return rows.select_related("trade_off__district", "group").first()


def stand_of(viewer: Viewer, found: TradeOff, group: Group) -> TradeOffStand | None:
    return TradeOffStand.objects.visible_to(viewer).filter(trade_off=found, group=group).first()


def groups_here(viewer: Viewer, district: District) -> list[Group]:
    """The groups that are here, in the order in which people speak of them."""
    order = {kind: place for place, kind in enumerate(dict.fromkeys([*REQUIRED_KINDS, *Group.Kind.values]))}
    rows = Group.objects.visible_to(viewer).filter(district=district, not_here="")
    return sorted(rows, key=lambda group: (order[group.kind], group.name))


def discussions(viewer: Viewer, district: District) -> list[Discussion]:
    """The discussions whose statements can speak for a side: those that have any that are shown."""
    rows = Discussion.objects.visible_to(viewer).filter(district=district, statements__state=Statement.State.SHOWN)
    return list(rows.select_related("survey").distinct().order_by("-number"))


def statements(viewer: Viewer, discussion: Discussion) -> list[Statement]:
    """The statements of a discussion that are shown."""
    rows = Statement.objects.visible_to(viewer).filter(discussion=discussion, state=Statement.State.SHOWN)
    return list(rows.order_by("number"))


def discussion_by_id(viewer: Viewer, district: District, wanted: str) -> Discussion | None:
    """A discussion by its id as it stands in an address."""
    try:
        pk = UUID(wanted)
    except ValueError:
        return None
    return Discussion.objects.visible_to(viewer).filter(district=district, pk=pk).select_related("survey").first()


def link_from_discussion(viewer: Viewer, discussion: Discussion) -> tuple[Any, str] | None:
    """From what divides people to a trade-off that starts from it: for `core.slots.divided_links`."""
    if not may(viewer, "trade_offs.negotiate", discussion.district):
        return None
    address = reverse("vision:trade_off_new", args=[discussion.district.slug])
    return _("Negotiate it"), f"{address}?discussion={discussion.pk}"


def statements_by_id(viewer: Viewer, district: District, wanted: list[UUID]) -> list[Statement]:
    """These statements, as far as they are shown."""
    rows = Statement.objects.visible_to(viewer).filter(district=district, pk__in=wanted, state=Statement.State.SHOWN)
    return list(rows.select_related("discussion").order_by("number"))


def notes(viewer: Viewer, found: TradeOff) -> list[ConfidentialNote]:
    """What the viewer noted in confidence, and what other facilitators shared."""
    rows = ConfidentialNote.objects.visible_to(viewer).filter(trade_off=found)
    return list(rows.select_related("written_by").order_by("written_on", "pk"))


def own_note(viewer: Viewer, found: TradeOff, pk: UUID) -> ConfidentialNote | None:
    """A note that the viewer wrote."""
    if not isinstance(viewer, AccountViewer):
        return None
    rows = ConfidentialNote.objects.visible_to(viewer).filter(trade_off=found, pk=pk, written_by=viewer.account_id)
    return rows.first()
