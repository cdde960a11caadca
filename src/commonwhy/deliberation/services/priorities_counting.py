"""Counting a closed round of approval ballots, plainly and by the Method of Equal Shares, and what may be shown of it.

What was chosen comes from all ballots. Who approved of what, and whom the choice represents, goes by group through the
disclosure gate. `PriorityRound.released`, once there were enough people to say anything:

    version, k, people, exact       how many filled in a ballot; `exact` false: at least so many
    options   [{number, plain: place or None, shares: place or None, how: "by shares" | "by approvals" | "",
                approved: {percent, bound} or None, by_group: [the same, in the order of `groups`]}]
    groups    [{group, members: [{kind, name}], n or None, exact, plain, shares: {percent, bound} or None}]
    everyone  {plain, shares}       whom the choice represents: the share with one chosen priority at least that they ticked

With fewer than k people: `people` is 0 and the rest is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.core import audit, disclosure
from commonwhy.core.disclosure import Cell, Shown, Subject, Table
from commonwhy.deliberation.models import ApprovalBallot, PriorityOption, PriorityRound
from commonwhy.deliberation.queries.votes import asked_groups
from commonwhy.deliberation.services.priorities import locked_round
from commonwhy.districts.models import STAFF_KINDS, Group
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.queries.columns import TOGETHER, told
from commonwhy.listening.queries.coverage import participation
from commonwhy.listening.queries.participation import Participation

if TYPE_CHECKING:
    from commonwhy.methods.equal_shares import Choice

VERSION = 1
UNKNOWN = "unknown"
PLAIN, SHARES = "represented, counted plainly", "represented, by equal shares"


class CountingRefused(Exception):
    """It cannot be counted now; the message says why and the way out."""


@dataclass(frozen=True)
class _Column:
    """Ballots that are told together: groups by their keys ("" where the group is not kept), and whether n is told exactly."""

    key: str
    members: tuple[str, ...]
    exact: bool


def count(round_: PriorityRound) -> PriorityRound:
    """Count a closed round and keep what may be shown. Counted again it is the same. Raises `CountingRefused`."""
    from commonwhy.methods.equal_shares import choose_under_limit

    if round_.closed_at is None:
        raise CountingRefused(_("People are still choosing. Close it first; then it is counted."))
    viewer = JobViewer(round_.district_id)
    survey = round_.discussion.survey
    numbers = list(
        PriorityOption.objects.visible_to(viewer).filter(round=round_).order_by("number").values_list("number", flat=True)
    )
    place = {number: here for here, number in enumerate(numbers)}
    rows = ApprovalBallot.objects.visible_to(viewer).filter(round=round_).order_by("pk")
    given = [
        (frozenset(place[one] for one in approved if one in place), str(group or ""))
        for approved, group in rows.values_list("approved", "response__group_id")
    ]
    ballots = [(ticked, group) for ticked, group in given if ticked]
    choice = choose_under_limit([one for one, _group in ballots], len(numbers), round_.limit)
    shown = participation(viewer, [survey])[survey.pk]
    groups = asked_groups(viewer, round_.discussion)
    with transaction.atomic():
        locked = locked_round(round_)
        locked.released = _released(locked, numbers, ballots, choice, shown, groups)
        locked.save(update_fields=["released"])
        audit.record(actor="priorities", verb="counted", subject=locked)
    return locked


def _released(
    round_: PriorityRound,
    numbers: Sequence[int],
    ballots: Sequence[tuple[frozenset[int], str]],
    choice: Choice,
    shown: Participation,
    groups: Sequence[Group],
) -> dict[str, Any]:
    named = {str(group.pk): group for group in groups}
    columns, hidden = _columns([group for _ticked, group in ballots], named, shown)
    if len(ballots) < shown.k or not columns:
        return {"version": VERSION, "k": shown.k, "people": 0, "exact": False, "options": [], "groups": [], "everyone": {}}
    plain, shares = frozenset(choice.plain), frozenset(one.item for one in choice.equal_shares)
    column_of = {member: column.key for column in columns for member in column.members}
    inside = [(ticked, column_of[group]) for ticked, group in ballots if group in column_of]
    keys = [column.key for column in columns]
    counts = [[sum(item in ticked and at == key for ticked, at in inside) for key in keys] for item in range(len(numbers))]
    counts += [[sum(bool(ticked & chosen) and at == key for ticked, at in inside) for key in keys] for chosen in (plain, shares)]
    heard = [sum(at == key for _ticked, at in inside) for key in keys]
    table = _through_the_gate(round_, [str(number) for number in numbers], columns, counts, heard, named, ballots, shown.k)
    cells = {column.name: column.cells for column in table.columns}
    exact = not hidden and all(column.exact for column in columns)
    everyone = _everyone(table, exact=exact)
    place_plain = {item: here for here, item in enumerate(choice.plain, start=1)}
    place_shares = {one.item: (here, one.how.value) for here, one in enumerate(choice.equal_shares, start=1)}
    return {
        "version": VERSION,
        "k": shown.k,
        **_people(len(ballots), shown.k, exact=exact),
        "options": [
            {
                "number": number,
                "plain": place_plain.get(item),
                "shares": place_shares.get(item, (None, ""))[0],
                "how": place_shares.get(item, (None, ""))[1],
                "approved": everyone[item],
                "by_group": [_cell(cells[key][item]) for key in keys],
            }
            for item, number in enumerate(numbers)
        ],
        "groups": [
            {
                "group": column.key,
                "members": _members(column, named),
                **told(n, shown.k, exact=column.exact),
                "plain": _cell(cells[column.key][-2]),
                "shares": _cell(cells[column.key][-1]),
            }
            for column, n in zip(columns, heard, strict=True)
        ]
        + [
            {
                "group": str(group.pk),
                "members": [{"kind": group.kind, "name": group.name}],
                "n": None,
                "exact": False,
                "plain": None,
                "shares": None,
            }
            for group in hidden
        ],
        "everyone": {"plain": everyone[-2], "shares": everyone[-1]},
    }


def _through_the_gate(
    round_: PriorityRound,
    rows: list[str],
    columns: Sequence[_Column],
    counts: list[list[int]],
    heard: list[int],
    named: dict[str, Group],
    ballots: Sequence[tuple[frozenset[int], str]],
    k: int,
) -> Shown:
    members = [member for column in columns for member in column.members]
    staff = all(member in named and named[member].kind in STAFF_KINDS for member in members)
    return disclosure.release(
        subject=Subject(round_.district_id, "priorities", round_.pk),
        name="priorities, by group",
        tables=[
            Table(
                name="group",
                rows=[*rows, PLAIN, SHARES],
                columns=[column.key for column in columns],
                counts=counts,
                populations=[[member or UNKNOWN for member in column.members] for column in columns],
                heard=heard,
            )
        ],
        atoms={member or UNKNOWN: sum(group == member for _ticked, group in ballots) for member in members},
        k=k,
        staff_only=staff,
    )[0]


def _columns(groups_of: Sequence[str], named: dict[str, Group], shown: Participation) -> tuple[list[_Column], list[Group]]:
    """Who is told alone and who together, and the groups that are not told at all: as on where we agree."""
    n = {group: groups_of.count(group) for group in [*named, ""]}
    small = [group for group, count in n.items() if 0 < count < shown.k]

    def exact(group: str) -> bool:
        at = shown.groups.get(UUID(group) if group else None)
        return at is not None and at.heard is not None

    columns = [_Column(group or UNKNOWN, (group,), exact(group)) for group, count in n.items() if count >= shown.k]
    if len(small) > 1 and sum(n[group] for group in small) >= shown.k:
        columns.append(_Column(TOGETHER, tuple(small), False))
    inside = {member for column in columns for member in column.members}
    return columns, [group for key, group in named.items() if key not in inside]


def _members(column: _Column, named: dict[str, Group]) -> list[dict[str, str]]:
    return [{"kind": named[one].kind, "name": named[one].name} for one in column.members if one in named]


def _people(n: int, k: int, *, exact: bool) -> dict[str, Any]:
    found = told(n, k, exact=exact)
    return {"people": found["n"], "exact": found["exact"]}


def _everyone(table: Shown, *, exact: bool) -> list[dict[str, Any] | None]:
    """Everyone's shares, where beside the columns they tell nothing that those leave open."""
    rows = len(table.rows)
    if len(table.columns) == 1 and exact:
        return [_cell(cell) for cell in table.columns[0].cells]
    open_ended = any(cell is None or cell.bound != "exact" for column in table.columns for cell in column.cells)
    if not exact or open_ended or table.everyone is None:
        return [None] * rows
    return [_cell(cell) for cell in table.everyone.cells]


def _cell(cell: Cell | None) -> dict[str, Any] | None:
    return {"percent": cell.percent, "bound": cell.bound} if cell else None
