"""Which statements stand in which list, in what order, and how each is told: for terminal, page and paper alike."""

from __future__ import annotations

from dataclasses import dataclass

from commonwhy.cli.landscape_report.measured import Measured
from commonwhy.methods.opinion.result import Counts, Mode, Outcome, StatementFigures
from commonwhy.methods.proportions import percentage


@dataclass(frozen=True)
class Table:
    """Heads and rows of words; the first cell of a row is its name."""

    heads: list[str]
    rows: list[list[str]]


def in_list(measured: Measured, outcome: Outcome) -> list[StatementFigures]:
    """The statements of one outcome: shared ground strongest first, divided widest first, too few votes fewest first."""
    found = [each for each in measured.told if each.outcome is outcome]
    if outcome is Outcome.DIVIDED:
        return sorted(found, key=lambda each: (-_spread(each), each.statement))
    if outcome is Outcome.NOT_ENOUGH_VOTES:
        return sorted(found, key=lambda each: (each.counts.n, each.statement))
    return sorted(found, key=lambda each: (-(each.shared_ground or 0.0), each.statement))


def group_name(number: int) -> str:
    """Groups are numbered from 1 for people."""
    return f"Group {number + 1}"


def percent(share: float) -> str:
    """A share as whole percent, half up."""
    return f"{int(share * 100 + 0.5)} %"


def agreeing(counts: Counts) -> str:
    """Who agrees, of how many who saw it."""
    return f"{percentage(counts.agree, counts.n)} % (n = {counts.n:,})" if counts.n else "no votes"


def statements_table(measured: Measured, statements: list[StatementFigures], *, most_columns: int | None = None) -> Table:
    """Agreement of everybody, of each group and each role, and shared ground; every figure with its n.

    With more than `most_columns` columns the roles are left out, then the groups.
    """
    found = measured.landscape
    groups = [group_name(group.number) for group in found.groups] if found.k > 1 else []
    roles = list(found.roles)
    if most_columns is not None and 3 + len(groups) + len(roles) > most_columns:
        roles = []
    if most_columns is not None and 3 + len(groups) > most_columns:
        groups = []
    rows = []
    for each in statements:
        row = [measured.text(each.statement), shared(measured, each), agreeing(each.counts)]
        row += [agreeing(counts) for counts in each.by_group[: len(groups)]]
        row += [agreeing(counts) for counts in each.by_role[: len(roles)]]
        rows.append(row)
    several = "At least, where it is lowest" if groups or roles else "At least"
    ground = several if found.mode is Mode.COMMONWHY else "Group-informed consensus"
    return Table(["Agree with the statement", ground, "Everybody", *groups, *roles], rows)


def shared(measured: Measured, one: StatementFigures) -> str:
    """A statement's shared ground, and whose agreement is the smallest."""
    if one.shared_ground is None:
        return "not told"
    if measured.landscape.mode is Mode.POLIS:
        return f"{one.shared_ground:.2f}"
    told = one.lowest and (measured.landscape.k > 1 or measured.landscape.roles)
    return f"{percent(one.shared_ground)}, {one.lowest}" if told else percent(one.shared_ground)


def too_few_table(measured: Measured, statements: list[StatementFigures]) -> Table:
    """Statements that too few have seen, with who voted so far and which roles were not heard."""
    heads = ["Statement", "Agree", "Disagree", "Pass", "n"]
    has_roles = bool(measured.landscape.roles)
    rows = []
    for each in statements:
        counts = each.counts
        row = [measured.text(each.statement), *(f"{n:,}" for n in (counts.agree, counts.disagree, counts.passed, counts.n))]
        rows.append([*row, ", ".join(each.not_heard) or "none"] if has_roles else row)
    return Table([*heads, "Not heard enough"] if has_roles else heads, rows)


def groups_table(measured: Measured) -> Table:
    """Each group: how many people, how sure their membership, and which roles they have."""
    found, roles = measured.landscape, measured.file.roles
    heads = ["Group", "People", "Membership, mean confidence", *found.roles]
    rows = []
    for group in found.groups:
        members = found.people.group == group.number
        sure = found.people.confidence[members]
        row = [group_name(group.number), f"{group.n:,}", percent(float(sure.mean())) if len(sure) else "not told"]
        if roles is not None:
            row += [f"{int((roles[members] == number).sum()):,}" for number in range(len(found.roles))]
        rows.append(row)
    return Table(heads, rows)


def representative_table(measured: Measured, group: int) -> Table:
    """What tells a group from the others."""
    rows = []
    for one in measured.landscape.groups[group].representative:
        others = sum(each.n for each in measured.landscape.statements[one.statement].by_group) - one.n
        rows.append(
            [
                measured.text(one.statement),
                "agree" if one.agrees else "disagree",
                f"{percent(one.share)} (n = {one.n:,})",
                f"{percent(one.rest)} (n = {others:,})",
            ]
        )
    return Table(["Statement", "They", "So react in the group", "So react elsewhere"], rows)


def apart(one: StatementFigures) -> tuple[int, int]:
    """The groups that agree most and least, of those with a vote."""
    heard = [number for number, each in enumerate(one.by_group) if each.n]
    by_share = sorted(heard, key=lambda number: (-one.by_group[number].agree / one.by_group[number].n, number))
    return by_share[0], by_share[-1]


def _spread(one: StatementFigures) -> float:
    shares = [each.agree / each.n for each in (*one.by_group, *one.by_role) if each.n]
    return max(shares) - min(shares) if shares else 0.0
