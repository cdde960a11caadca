"""The votes themselves, from a row for each vote or from a row for each voter with a column for each statement.

Rows are taken some thousands at a time and kept as numbers, so a file of a hundred megabytes is read in seconds and never
held as text. A row that cannot be used becomes a finding and costs nothing but itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonwhy.formats.messages import gettext_noop
from commonwhy.formats.opinion.columns import Column, column_of, plain, vote_of
from commonwhy.formats.opinion.findings import Findings
from commonwhy.formats.opinion.tables import Table

Ints = NDArray[np.int64]
_NO_VOTE = 9
_ABOUT_THE_VOTER = ("xid", "n comments", "n votes", "n agree", "n disagree")
_SHORT = gettext_noop("This row ends before its vote. It was not counted; fill in the missing cells.")
_NO_VOTER = gettext_noop(
    "This row does not say who voted. It was not counted; put the voter's number or any mark of their own there."
)
_NO_STATEMENT = gettext_noop("This row does not say on what. It was not counted; put the statement's number there.")
_EMPTY_VOTE = gettext_noop("This row has no vote. It was not counted; leave it out, or write 1, 0 or -1.")
_UNKNOWN_VOTE = gettext_noop(
    "This is no vote we know, so it was not counted. Write 1 (agree), 0 (pass) or -1 (disagree), or those words."
)


class Codes(dict[str, int]):
    """A number for each name, given when it is first met; blanks around a name do not count, and no name is -1."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self._known: dict[str, int] = {}

    def __missing__(self, cell: str) -> int:
        name = cell.strip()
        if not name:
            code = -1
        elif (code := self._known.get(name, -1)) < 0:
            code = self._known[name] = len(self.names)
            self.names.append(name)
        self[cell] = code
        return code


class _Values(dict[str, int]):
    """What each way of writing a vote means; 9 where that is not known."""

    def __missing__(self, cell: str) -> int:
        vote = vote_of(cell)
        value = self[cell] = _NO_VOTE if vote is None else vote
        return value


@dataclass(slots=True)
class RawVotes:
    """Votes as they stand in a file, in its order; arrays of one length. `time` is None where the file tells none that counts.

    `voters`, `statements` and `roles` name the numbers; some may only stand in rows that could not be used.
    """

    voter: Ints
    statement: Ints
    value: NDArray[np.int8]
    role: Ints | None
    time: NDArray[np.float64] | None
    voters: list[str]
    statements: list[str]
    roles: list[str]
    rows: int
    times_unread: bool


def read_long(table: Table, findings: Findings) -> RawVotes:
    """A row for each vote. Raises UnreadableFile without the three columns."""
    needed = [table.need(column) for column in (Column.VOTER, Column.STATEMENT, Column.VOTE)]
    role, time = table.place.get(Column.ROLE), table.place.get(Column.TIME)
    places = [*needed, *(place for place in (role, time) if place is not None)]
    voters, statements, roles, values = Codes(), Codes(), Codes(), _Values()
    arrays: list[tuple[Ints, Ints, NDArray[np.int8], Ints, NDArray[np.float64]]] = []
    rows = 0
    for piece in table.columns(places, len(needed)):
        rows += len(piece.lines) + len(piece.short)
        for row in piece.short:
            findings.add(table.file, row.line, "", ",".join(row.cells), _SHORT)
        columns = piece.columns
        who, what, value = _coded(voters, columns[0]), _coded(statements, columns[1]), _coded(values, columns[2])
        of = _coded(roles, columns[3]) if role is not None else np.zeros(0, dtype=np.int64)
        when = _times(columns[-1]) if time is not None else np.zeros(0)
        good = (value != _NO_VOTE) & (who >= 0) & (what >= 0)
        if not good.all():
            for place in np.flatnonzero(~good).tolist():
                _tell(table, piece.lines[place], [(table.names[at], columns[n][place]) for n, at in enumerate(needed)], findings)
            who, what, value = who[good], what[good], value[good]
            of, when = (of[good] if len(of) else of), (when[good] if len(when) else when)
        arrays.append((who, what, value.astype(np.int8), of, when))
    joined = [np.concatenate([each[place] for each in arrays]) if arrays else np.zeros(0) for place in range(5)]
    times: NDArray[np.float64] | None = joined[4].astype(np.float64) if time is not None else None
    unread = times is not None and not bool(np.isfinite(times).all())
    return RawVotes(
        voter=joined[0].astype(np.int64),
        statement=joined[1].astype(np.int64),
        value=joined[2].astype(np.int8),
        role=joined[3].astype(np.int64) if role is not None else None,
        time=None if unread else times,
        voters=voters.names,
        statements=statements.names,
        roles=roles.names,
        rows=rows,
        times_unread=unread,
    )


def is_wide(table: Table) -> bool:
    """Whether a table has a row for each voter and a column for each statement, as Polis' participants-votes."""
    return (
        Column.VOTER in table.place
        and Column.VOTE not in table.place
        and Column.STATEMENT not in table.place
        and (Column.GROUP in table.place)
    )


def statement_columns(table: Table) -> list[int]:
    """Which columns of a wide table are statements: all but those about the voter."""
    return [
        place
        for place, name in enumerate(table.names)
        if name and column_of(name) is None and plain(name) not in _ABOUT_THE_VOTER
    ]


def read_wide(table: Table, findings: Findings) -> tuple[RawVotes, dict[str, str]]:
    """A row for each voter; a blank cell is no vote. Also gives each voter's published group, where there is one."""
    voter = table.need(Column.VOTER)
    columns = statement_columns(table)
    voters, statements, values = Codes(), Codes(), _Values()
    places = np.array([statements[table.names[place]] for place in columns], dtype=np.int64)
    who: list[Ints] = [np.zeros(0, dtype=np.int64)]
    what: list[Ints] = [np.zeros(0, dtype=np.int64)]
    said: list[NDArray[np.int8]] = [np.zeros(0, dtype=np.int8)]
    group: dict[str, str] = {}
    rows = 0
    for piece in table.pieces():
        for row in piece:
            rows += 1
            name = row.cells[voter].strip() if voter < len(row.cells) else ""
            if not name:
                findings.add(table.file, row.line, table.names[voter], "", _NO_VOTER)
                continue
            if found := table.cell(row, Column.GROUP):
                group[name] = found
            cells = [row.cells[place] if place < len(row.cells) else "" for place in columns]
            value = np.array([values[cell] for cell in cells], dtype=np.int8)
            filled = np.array([bool(cell.strip()) for cell in cells], dtype=bool)
            for place in np.flatnonzero(filled & (value == _NO_VOTE)):
                findings.add(table.file, row.line, table.names[columns[place]], cells[place], _UNKNOWN_VOTE)
            good = filled & (value != _NO_VOTE)
            if good.any():
                who.append(np.full(int(good.sum()), voters[name], dtype=np.int64))
                what.append(places[good])
                said.append(value[good])
    raw = RawVotes(
        np.concatenate(who),
        np.concatenate(what),
        np.concatenate(said),
        None,
        None,
        voters.names,
        statements.names,
        [],
        rows,
        False,
    )
    return raw, group


def _coded(codes: dict[str, int], cells: list[str]) -> Ints:
    return np.fromiter(map(codes.__getitem__, cells), dtype=np.int64, count=len(cells))


def _tell(table: Table, line: int, cells: list[tuple[str, str]], findings: Findings) -> None:
    """The first thing that is wrong with a row."""
    for (name, cell), sentence in zip(cells, (_NO_VOTER, _NO_STATEMENT, _EMPTY_VOTE), strict=True):
        if not cell.strip():
            findings.add(table.file, line, name, "", sentence)
            return
    findings.add(table.file, line, *cells[2], _UNKNOWN_VOTE)


def _times(cells: list[str]) -> NDArray[np.float64]:
    try:
        return np.array(list(map(float, cells)), dtype=np.float64)
    except ValueError:
        return np.full(len(cells), np.nan)
