"""Rounds of priorities, as their pages show them: in preparation, open, and counted both ways side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import Discussion, PriorityOption, PriorityRound, Statement
from commonwhy.deliberation.queries import landscape
from commonwhy.districts.models import Group
from commonwhy.districts.viewers import Viewer


@dataclass(frozen=True)
class Line:
    """One priority of a counted round: its place counted plainly and by equal shares, and who ticked it."""

    option: PriorityOption
    plain: int | None
    shares: int | None
    filled: bool
    """It was chosen by equal shares only because places were left."""
    everyone: str
    groups: tuple[str, ...]

    @property
    def both(self) -> bool:
        return self.plain is not None and self.shares is not None


@dataclass(frozen=True)
class GroupLine:
    """A group: how many ticked anything, and how many of them find something they ticked among the chosen."""

    name: str
    n: int | None
    exact: bool
    plain: str
    shares: str


@dataclass(frozen=True)
class Counted:
    """A counted round as it may be shown. `people` 0: too few to show anything."""

    people: int
    exact: bool
    k: int
    lines: tuple[Line, ...]
    groups: tuple[GroupLine, ...]
    everyone_plain: str
    everyone_shares: str

    @property
    def plain(self) -> list[Line]:
        """What was chosen counted plainly, in its order."""
        return sorted((one for one in self.lines if one.plain), key=lambda one: one.plain or 0)

    @property
    def shares(self) -> list[Line]:
        """What was chosen by equal shares, in its order."""
        return sorted((one for one in self.lines if one.shares), key=lambda one: one.shares or 0)

    @property
    def same(self) -> bool:
        """Whether both ways chose the same priorities."""
        return {one.option.pk for one in self.plain} == {one.option.pk for one in self.shares}

    @property
    def shown_groups(self) -> tuple[GroupLine, ...]:
        return tuple(one for one in self.groups if one.n is not None)


def rounds_of(viewer: Viewer, discussion: Discussion) -> QuerySet[PriorityRound]:
    """The rounds of a discussion, those in preparation first, then the latest."""
    found: QuerySet[PriorityRound] = PriorityRound.objects.visible_to(viewer).filter(discussion=discussion)
    return found.order_by("-opened_at", "pk")


def any_counted(viewer: Viewer, discussion: Discussion) -> bool:
    """Whether anything was chosen that may be shown. One query."""
    return any(one.released.get("people") for one in rounds_of(viewer, discussion).exclude(closed_at=None))


def round_of(viewer: Viewer, discussion: Discussion, pk: UUID) -> PriorityRound | None:
    """One round of a discussion."""
    found: PriorityRound | None = rounds_of(viewer, discussion).filter(pk=pk).first()
    if found is not None:
        found.discussion = discussion
    return found


def options_of(viewer: Viewer, round_: PriorityRound) -> list[PriorityOption]:
    """What can be chosen, in its order."""
    found = PriorityOption.objects.visible_to(viewer).filter(round=round_).select_related("district")
    return list(found.order_by("number"))


def statements_to_offer(viewer: Viewer, round_: PriorityRound) -> list[Statement]:
    """Shown statements that are no option yet: those of shared ground first, then by number."""
    taken = PriorityOption.objects.visible_to(viewer).filter(round=round_, statement__isnull=False)
    shown = Statement.objects.visible_to(viewer).filter(discussion=round_.discussion_id, state=Statement.State.SHOWN)
    released = landscape.released_of(viewer, round_.discussion) or {}
    surest = {each["statement"]: each.get("shared_ground") or 0 for each in released.get("statements", ())}
    rows = shown.exclude(pk__in=taken.values("statement_id"))
    return sorted(rows, key=lambda one: (-surest.get(str(one.pk), 0), one.number or 0))


def counted(viewer: Viewer, round_: PriorityRound, options: list[PriorityOption] | None = None) -> Counted | None:
    """A round as it was released; None until it was counted. One query, none where its options are given."""
    released = round_.released
    if not released:
        return None
    by_number = {one.number: one for one in (options_of(viewer, round_) if options is None else options)}
    everyone = released["everyone"]
    return Counted(
        people=released["people"],
        exact=released["exact"],
        k=released["k"],
        lines=tuple(
            Line(
                by_number[each["number"]],
                each["plain"],
                each["shares"],
                each["how"] == "by approvals",
                share_in_words(each["approved"]),
                tuple(share_in_words(cell) for cell in each["by_group"]),
            )
            for each in released["options"]
            if each["number"] in by_number
        ),
        groups=tuple(
            GroupLine(_called(each), each["n"], each["exact"], share_in_words(each["plain"]), share_in_words(each["shares"]))
            for each in released["groups"]
        ),
        everyone_plain=share_in_words(everyone.get("plain")),
        everyone_shares=share_in_words(everyone.get("shares")),
    )


def share_in_words(cell: Mapping[str, Any] | None) -> str:
    """A released share, `{"percent", "bound"}`; empty where it is hidden."""
    if cell is None:
        return ""
    words = {"at_least": _("%(percent)s percent or more"), "at_most": _("%(percent)s percent or less")}
    return words.get(cell["bound"], _("%(percent)s percent")) % {"percent": cell["percent"]}


def _called(column: Mapping[str, Any]) -> str:
    names = [str(one["name"] or Group.Kind(one["kind"]).label) for one in column["members"]]
    return get_text_list(names, _("and")) if names else _("Group not kept")
