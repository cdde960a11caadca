"""Statement by statement through the disclosure gate: what may be shown of who agreed with it, and nothing else.

A statement is counted in two views over the very same people: by declared role and by opinion group. Each column holds k
votes or more. Small roles are put together where they are several and k in all; what is small even so is in neither view,
so that no sum gives it away. Small opinion groups, and people who voted too little to be placed, are one rest; where that is
smaller than k, the smallest group is taken into it.

Two tables leave through the gate. The one by role is checked against everything that was shown of the statement before: the
roles of people do not change, so a later table less an earlier one would be people. Where it is refused, what was shown
stays. The opinion groups are found anew each time, so they are checked among themselves and beside the roles only, and are
shown only together with a table by role that passed. A table that differs although as many people are in it as before (some
changed their minds, or left and others came) is treated like a refused one.

The two views say more together than each alone: from the opinion groups comes how many agree in all, and that less the other
roles is the one whose share was coded. So what a reader can work out is worked out first; where it is more than one view
tells, the opinion groups are told in tens and their numbers as "at least", and where that is still too much, not at all.

Everything said of a statement beside its cells (how low agreement may be where it is lowest, everyone's share) is worked out
from the released cells, or left out where it would tell what they leave open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from commonwhy.core import disclosure
from commonwhy.core.disclosure import Cell, DisclosureRefused, Shown, Subject, Table
from commonwhy.deliberation.models import Statement
from commonwhy.districts.models import STAFF_KINDS, Group
from commonwhy.listening.queries.columns import told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from commonwhy.methods.opinion import StatementFigures, Votes

TOGETHER, UNKNOWN, REST = "together", "unknown", "rest"
REACTIONS = ("agree", "pass", "disagree")
HALF = 50
DUST = 1e-6
ABOUT = "about"
"""The bound of a share that is told in tens."""
Plain = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """What is the same for every statement of a discussion: where it is, its k, its roles, and whose number is told.

    `generation` names this grouping of people; releases of one grouping are checked against each other only.
    """

    district: UUID
    discussion: UUID
    k: int
    roles: tuple[Group, ...]
    told: frozenset[UUID | None]
    generation: str


@dataclass(frozen=True)
class _Column:
    """A column of people: its key in the table, the rows of the cube it is made of, and whether its n is told exactly."""

    key: str
    members: tuple[int, ...]
    exact: bool


def count(votes: Votes, roles: NDArray[Any], groups: NDArray[Any], n_roles: int, n_groups: int) -> NDArray[Any]:
    """Votes by statement, role, opinion group and reaction: (statements, roles + 1, groups + 1, 3), the last of each for none."""
    import numpy as np

    role = np.where(roles >= 0, roles, n_roles)[votes.person]
    group = np.where(groups >= 0, groups, n_groups)[votes.person]
    reaction = 1 - votes.value.astype(np.int64)
    shape = (votes.statements, n_roles + 1, n_groups + 1, len(REACTIONS))
    at = ((votes.statement * shape[1] + role) * shape[2] + group) * shape[3] + reaction
    return np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)


def release_statements(
    setting: Setting,
    statements: Sequence[Statement],
    figures: Sequence[StatementFigures],
    cube: NDArray[Any],
    camps: int,
    before: Mapping[str, Plain],
    *,
    since: str,
) -> list[Plain]:
    """Some statements as they may be shown; `add_bounds` follows once all are. `cube`: their part of what `count` gave.

    `before`: as they were shown last, by key; `since`: up to which week these are. Call it in a transaction that holds the
    survey's row locked.
    """
    return [
        _one(setting, statement, measured, counts, camps, before.get(str(statement.pk)), since)
        for statement, measured, counts in zip(statements, figures, cube, strict=True)
    ]


def _one(
    setting: Setting,
    statement: Statement,
    figures: StatementFigures,
    counts: NDArray[Any],
    camps: int,
    before: Plain | None,
    since: str,
) -> Plain:
    columns, hidden = _role_columns(setting, counts)
    base: Plain = {
        "statement": str(statement.pk),
        "number": statement.number,
        "outcome": figures.outcome.value,
        "agree": None,
        "pass": None,
        "disagree": None,
        "n": None,
        "exact": False,
        "low": None,
        "high": None,
        "shared_ground": None,
        "lowest": None,
        "by_group": [],
        "by_role": hidden,
        "not_heard": sorted(figures.not_heard),
        "since": since,
        "bounded": None,
    }
    if not columns:
        return before or base
    kept = [member for column in columns for member in column.members]
    groups = _group_columns(counts[kept].sum(axis=(0, 2)), camps, setting.k, exact=all(c.exact for c in columns))
    try:
        shown = _by_role(setting, statement, counts, columns)
    except DisclosureRefused:
        return _kept_from_before(before) or base
    by_role = [_plain(column, _sum(counts, column), shown, setting) for column in columns]
    if before and _moved_without_people(before["by_role"], by_role):
        return _kept_from_before(before) or base
    by_group = _by_group(setting, statement, counts, columns, groups, by_role) if groups else []
    base["by_role"] = [*by_role, *hidden]
    base["by_group"] = by_group
    if figures.interval and int(counts.sum()) == int(counts[kept].sum()):
        base["bounded"] = figures.interval[0]
    base |= told(int(counts[kept].sum()), setting.k, exact=all(column.exact for column in columns))
    everyone = _everyone(shown, by_role, by_group)
    for reaction, cell in zip(REACTIONS, everyone, strict=True):
        base[reaction] = cell
    return base


def _role_columns(setting: Setting, counts: NDArray[Any]) -> tuple[list[_Column], list[Plain]]:
    """The columns by role, and the roles that are not shown alone, as they stand beside them: all alike."""
    n = counts.sum(axis=(1, 2))
    last = len(setting.roles)
    alone = [role for role in range(last + 1) if n[role] >= setting.k]
    small = [role for role in range(last + 1) if 0 < n[role] < setting.k]

    def key(role: int) -> str:
        return str(setting.roles[role].pk) if role < last else UNKNOWN

    def exact(role: int) -> bool:
        return (setting.roles[role].pk if role < last else None) in setting.told

    columns = [_Column(key(role), (role,), exact(role)) for role in alone]
    if len(small) > 1 and sum(n[role] for role in small) >= setting.k:
        columns.append(_Column(TOGETHER, tuple(small), False))
    inside = {member for column in columns for member in column.members}
    hidden = [
        {"group": str(group.pk), **_called([group]), "n": None, "exact": False, **dict.fromkeys(REACTIONS)}
        for role, group in enumerate(setting.roles)
        if role not in inside
    ]
    return columns, hidden


def _group_columns(n: NDArray[Any], camps: int, k: int, *, exact: bool) -> list[_Column]:
    """The columns by opinion group, with the rest; none where fewer than two groups could be shown."""
    alone = sorted((group for group in range(camps) if n[group] >= k), key=lambda group: (-int(n[group]), group))
    rest = [group for group in range(camps) if n[group] < k] + [camps]
    while alone and 0 < sum(int(n[group]) for group in rest) < k:
        rest.append(alone.pop())
    if len(alone) < 2:
        return []
    columns = [_Column(str(group + 1), (group,), exact) for group in sorted(alone)]
    if any(n[group] for group in rest):
        columns.append(_Column(REST, tuple(sorted(rest)), exact))
    return columns


def _sum(counts: NDArray[Any], column: _Column) -> list[int]:
    """How many of a column by role gave each reaction."""
    return [int(each) for each in counts[list(column.members)].sum(axis=(0, 1))]


def _by_role(setting: Setting, statement: Statement, counts: NDArray[Any], columns: Sequence[_Column]) -> Shown:
    cells = [_sum(counts, column) for column in columns]
    # Roles by their key and not their place, so that a role asked later changes nothing of what was noted before.
    named = [*(str(group.pk) for group in setting.roles), UNKNOWN]
    table = Table(
        name="role",
        rows=REACTIONS,
        columns=[column.key for column in columns],
        counts=[list(row) for row in zip(*cells, strict=True)],
        populations=[[named[member] for member in column.members] for column in columns],
    )
    return disclosure.release(
        subject=Subject(setting.district, f"votes/{statement.number}", setting.discussion),
        name="where we agree",
        tables=[table],
        atoms={named[member]: int(counts[member].sum()) for column in columns for member in column.members},
        k=setting.k,
        staff_only=_staff_only(setting, columns),
    )[0]


def _by_group(
    setting: Setting,
    statement: Statement,
    counts: NDArray[Any],
    columns: Sequence[_Column],
    groups: Sequence[_Column],
    by_role: Sequence[Plain],
) -> list[Plain]:
    """The view by opinion group beside the one by role; empty where both together would single a few out."""
    from commonwhy.methods.disclosure import ReleaseRefusedError  # the mathematics loads here and not at start

    kept = [member for column in columns for member in column.members]
    atoms = {
        f"{role}|{group}": int(counts[role, group].sum())
        for role in kept
        for group in range(counts.shape[1])
        if counts[role, group].any()
    }

    def table(name: str, of: Sequence[_Column], side: int) -> Table:
        cells = [
            _sum(counts, column) if side == 0 else [int(n) for n in counts[kept][:, list(column.members)].sum(axis=(0, 1))]
            for column in of
        ]
        covers = [sorted(atom for atom in atoms if int(atom.split("|")[side]) in column.members) for column in of]
        return Table(
            name=name,
            rows=REACTIONS,
            columns=[column.key for column in of],
            counts=[list(row) for row in zip(*cells, strict=True)],
            populations=covers,
        )

    subject = Subject(
        setting.district, f"camps/{statement.number}", uuid5(NAMESPACE_URL, f"{setting.discussion}/{setting.generation}")
    )
    try:
        shown = disclosure.release(
            subject=subject,
            name="where we agree, by opinion group",
            tables=[table("role", columns, 0), table("opinion group", groups, 1)],
            atoms=atoms,
            k=setting.k,
            staff_only=_staff_only(setting, columns),
            everyone=False,
        )[1]
    except (DisclosureRefused, ReleaseRefusedError):
        return []
    sizes = counts[kept].sum(axis=(0, 2))
    cells = {column.name: column.cells for column in shown.columns}
    view = [
        {
            "number": int(column.key) if column.key != REST else 0,
            **told(int(sum(sizes[member] for member in column.members)), setting.k, exact=column.exact),
            **dict(zip(REACTIONS, [None] * 3 if column.key == REST else map(_cell, cells[column.key]), strict=True)),
        }
        for column in groups
    ]
    for one in (view, [_in_tens(column, setting.k) for column in view]):
        if not tells_more(by_role, one, setting.k):
            return [column for column in one if column["number"]]
    return []


def _in_tens(column: Plain, k: int) -> Plain:
    """An opinion group told less closely: shares in tens, the number of people as "at least"."""
    cells = {reaction: column[reaction] for reaction in REACTIONS}
    for reaction, cell in cells.items():
        if cell is not None and cell["bound"] == "exact":
            cells[reaction] = {"percent": (cell["percent"] + 5) // 10 * 10, "bound": ABOUT}
    return {**column, **told(column["n"], k, exact=False), **cells}


def _plain(column: _Column, counted: Sequence[int], shown: Shown, setting: Setting) -> Plain:
    cells = next(each.cells for each in shown.columns if each.name == column.key)
    members = [setting.roles[member] for member in column.members if member < len(setting.roles)]
    return {
        "group": column.key,
        **_called(members),
        **told(sum(counted), setting.k, exact=column.exact),
        **dict(zip(REACTIONS, map(_cell, cells), strict=True)),
    }


def _called(groups: Iterable[Group]) -> Plain:
    listed = list(groups)
    return {
        "members": [{"kind": group.kind, "name": group.name} for group in listed],
        "name": ", ".join(str(group) for group in listed),
    }


def _everyone(shown: Shown, by_role: Sequence[Plain], by_group: Sequence[Plain]) -> list[Plain | None]:
    """Everyone's shares, where beside the columns they tell nothing that those leave open."""
    if len(by_role) == 1 and not by_group:
        return [by_role[0][reaction] for reaction in REACTIONS]
    exact = all(
        column["exact"] and column[reaction] and column[reaction]["bound"] == "exact"
        for column in (*by_role, *by_group)
        for reaction in REACTIONS
    )
    if not exact or shown.everyone is None:
        return [None] * len(REACTIONS)
    return [_cell(cell) for cell in shown.everyone.cells]


def _cell(cell: Cell | None) -> Plain | None:
    return {"percent": cell.percent, "bound": cell.bound} if cell else None


def _staff_only(setting: Setting, columns: Sequence[_Column]) -> bool:
    members = [member for column in columns for member in column.members]
    return all(member < len(setting.roles) and setting.roles[member].kind in STAFF_KINDS for member in members)


def _kept_from_before(before: Plain | None) -> Plain | None:
    """What was shown, without the opinion groups it was counted in then: those are not the ones that are found now."""
    return {**before, "by_group": [], "lowest": _lowest(before["by_role"], [])} if before else None


def _moved_without_people(before: Sequence[Plain], now: Sequence[Plain]) -> bool:
    """Whether figures changed where as many people are counted: then a few changed sides, and that would tell which way."""
    earlier = {column["group"]: column for column in before if column["agree"]}
    return any(
        (was := earlier.get(column["group"])) is not None
        and (was["n"], was["exact"]) == (column["n"], column["exact"])
        and any(was[reaction] != column[reaction] for reaction in REACTIONS)
        for column in now
    )


def tells_more(by_role: Sequence[Plain], by_group: Sequence[Plain], k: int) -> bool:
    """Whether opinion groups of the same people narrow what a role's coded share, or n told as "at least", leaves open.

    The opinion groups bound how many gave a reaction in all; that less the bounds of the other roles bounds each role. Only
    roles are looked at: who belongs to one is known, and who belongs to an opinion group nobody knows.
    """
    for reaction in REACTIONS:
        reaches = [_reach(column, reaction, k) for column in by_role]
        low, high = (sum(ends) for ends in zip(*(_reach(column, reaction, k) for column in by_group), strict=True))
        for column, (least, most) in zip(by_role, reaches, strict=True):
            if column["exact"] and column[reaction] and column[reaction]["bound"] == "exact":
                continue
            from_below = low - (sum(end for _start, end in reaches) - most)
            from_above = high - (sum(start for start, _end in reaches) - least)
            if from_below > least or from_above < most:
                return True
    return False


def _reach(column: Plain, reaction: str, k: int) -> tuple[int, int]:
    """The fewest and the most people of a column who can have given a reaction, by what is shown of it."""
    fewest = column["n"] or 0
    most = fewest if column["exact"] else fewest + 2 * k - 1
    cell = column[reaction]
    if cell is None:
        return 0, most
    width = 5.0 if cell["bound"] == ABOUT else 0.5
    low = 0.0 if cell["bound"] == "at_most" else max(0.0, cell["percent"] - (0 if cell["bound"] == "at_least" else width))
    high = 100.0 if cell["bound"] == "at_least" else min(100.0, cell["percent"] + (0 if cell["bound"] == "at_most" else width))
    return ceil(fewest * low / 100 - DUST), floor(most * high / 100 + DUST)


def _lowest(by_role: Sequence[Plain], by_group: Sequence[Plain]) -> Plain | None:
    """The column in which the fewest agree, among those that are shown."""
    sides = [{"camp": column["number"], "at": column} for column in by_group]
    sides += [{"role": column["group"], "name": column["name"], "at": column} for column in by_role]
    sides = [side for side in sides if side["at"]["agree"]]
    if not sides:
        return None
    least = min(sides, key=lambda side: side["at"]["agree"]["percent"])
    at = least.pop("at")
    return {**least, "agree": at["agree"], "n": at["n"], "exact": at["exact"]}


def add_bounds(statements: Sequence[Plain]) -> None:
    """How low agreement may be where it is lowest, in whole percent, from the released cells.

    Weighted for what was shown to whom (METHODS 5.4) it may be lower; then that is taken, unless a cell is coded: a bound of
    the true counts would tell what a coded end leaves open.
    """
    import numpy as np

    from commonwhy.methods.opinion.shared_ground import error_rate, smallest_bounds

    error = error_rate(len(statements))
    for each in statements:
        bounded = each.pop("bounded", None)
        columns = [column for column in (*each["by_group"], *each["by_role"]) if column["agree"]]
        each["lowest"] = _lowest(each["by_role"], each["by_group"])
        if not columns or each["outcome"] == "not enough votes":
            continue
        n = np.array([[float(column["n"]) for column in columns]])
        # Of a share told in tens, the lower edge: nothing is claimed that may not be so.
        shares = [max(0, column["agree"]["percent"] - (5 if column["agree"]["bound"] == ABOUT else 0)) for column in columns]
        agree = n * np.array([shares]) / 100
        low, high = smallest_bounds(agree, n - agree, n > 0, error)
        floor, ceiling = int(100 * low[0]), min(100, int(100 * high[0]) + 1)
        if bounded is not None and all(column["agree"]["bound"] == "exact" for column in columns):
            floor = min(floor, int(100 * bounded))
        least = min(shares)
        each["low"], each["high"] = min(floor, least), max(ceiling, least)
        if each["outcome"] == "shared":
            # That is what shared means; a coded end alone would leave it open.
            each["low"] = min(max(each["low"], HALF), least)
        each["shared_ground"] = each["low"]
