"""The one call through which every table of people leaves: pages, charts, CSV, API and PDF alike.

What comes back holds only what may be seen. The true counts stay behind, so nothing that draws or writes a released
table can leak by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from commonwhy.methods.disclosure.coding import Percentage, coded
from commonwhy.methods.disclosure.differencing import Refused, Release, check_release
from commonwhy.methods.disclosure.suppression import AuditRecord, Suppression
from commonwhy.methods.disclosure.tables import Places, PreparedTable, Show, TableRequest, linked_figures, prepare
from commonwhy.methods.disclosure.thresholds import HIDDEN, NOT_ASKED, Audience, HiddenMark, Mark, check_k

CountCell = int | Mark
PercentCell = Percentage | Mark


class ReleaseRefusedError(ValueError):
    """The table may not be shown, because together with an earlier release it would single people out."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class ReleasedColumn:
    """One column as shown: its label, the groups merged into it, how many people, and their answers in row order."""

    label: str
    members: tuple[str, ...]
    n: int | HiddenMark
    counts: tuple[CountCell, ...]
    percentages: tuple[PercentCell, ...]

    @property
    def merged(self) -> bool:
        """Whether this column puts together several groups too small to show alone."""
        return len(self.members) > 1


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """What may be seen of a table. Where `show` is PERCENTAGES every count is HIDDEN.

    everyone: all columns together, or None where that was not asked for. release: what to keep, so that later releases
    can be checked against this one; None where the request named no populations.
    """

    row_labels: tuple[str, ...]
    columns: tuple[ReleasedColumn, ...]
    everyone: ReleasedColumn | None
    show: Show
    k: int
    audit: AuditRecord
    release: Release | None

    @property
    def merged(self) -> tuple[tuple[str, ...], ...]:
        """The groups that were put together, column by column."""
        return tuple(column.members for column in self.columns if column.merged)


def release_table(
    counts: Sequence[Sequence[int]],
    row_labels: Sequence[str],
    col_labels: Sequence[str],
    *,
    k: int = 10,
    audience: Audience = Audience.STUDENTS,
    show: Show = Show.PERCENTAGES,
    exclusive: bool = True,
    heard: Sequence[int] | None = None,
    kinds: Sequence[str | None] | None = None,
    public_n: bool | Sequence[bool] = False,
    invited: Sequence[int | None] | None = None,
    not_asked: Iterable[tuple[int, int]] = (),
    everyone: bool = True,
    populations: Sequence[Iterable[str]] | None = None,
    earlier: Sequence[Release] = (),
    atoms: Mapping[str, int] | None = None,
    strict: bool = True,
) -> ReleasedTable:
    """What may be shown of a table of people (rows: answers; columns: groups). See `TableRequest` for the arguments.

    `atoms` and `populations` switch on the check against `earlier` releases (see `check_release`, also for `strict`):
    atoms holds, for each cell of the cross-classification, the people this table counts there.

    Raises ValueError for a k this audience may not have or a table that contradicts itself, and ReleaseRefusedError
    when, with `earlier` releases of the same survey, it would single out fewer than k people.

    >>> shown = release_table([[30, 4], [25, 2]], ["yes", "no"], ["teachers", "aides"], everyone=False)
    >>> [str(p) for p in shown.columns[0].percentages], shown.columns[0].n
    (['55%', '45%'], 55)
    >>> shown.columns[1].n, shown.columns[1].percentages[0]
    (<Mark.HIDDEN: 'hidden'>, <Mark.HIDDEN: 'hidden'>)
    """
    request = TableRequest(
        counts=counts,
        row_labels=row_labels,
        col_labels=col_labels,
        exclusive=exclusive,
        heard=heard,
        kinds=kinds,
        public_n=public_n,
        invited=invited,
        not_asked=frozenset(not_asked),
        everyone=everyone,
        populations=None if populations is None else [frozenset(p) for p in populations],
    )
    return release_tables([request], k=k, audience=audience, show=show, earlier=earlier, atoms=atoms, strict=strict)[0]


def release_tables(
    requests: Sequence[TableRequest],
    *,
    k: int = 10,
    audience: Audience = Audience.STUDENTS,
    show: Show = Show.PERCENTAGES,
    earlier: Sequence[Release] = (),
    atoms: Mapping[str, int] | None = None,
    strict: bool = True,
) -> tuple[ReleasedTable, ...]:
    """Release several tables about the same people together, audited as one. Errors as in `release_table`."""
    check_k(k, audience)
    if not requests:
        raise ValueError("There is no table to release.")
    tables = [prepare(request, k) for request in requests]
    figures, places, primary = linked_figures(tables, show, k)
    flags = np.zeros(len(figures.truth), dtype=np.bool_)
    flags[primary] = True
    suppression = Suppression(figures, flags, k)
    record = suppression.complete()
    while (more := _lone_group(tables, places, suppression, k)) is not None:
        suppression.hide(more)
        record = suppression.complete()
    hidden = {int(place) for place in np.flatnonzero(suppression.hidden & suppression.hideable)}
    released = tuple(_released(table, number, places, hidden, show, k, record, atoms) for number, table in enumerate(tables))
    shown = [table.release for table in released if table.release is not None]
    if shown and atoms is not None:
        together = Release.of([population for one in shown for population in one.populations], atoms)
        verdict = check_release(together, earlier, atoms, k, strict=strict)
        if isinstance(verdict, Refused):
            raise ReleaseRefusedError(verdict)
    return released


def _lone_group(
    tables: Sequence[PreparedTable], places: Places, suppression: Suppression, k: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    """The next column to hide where everyone less the columns shown leaves fewer than k people, else None."""
    hidden, hideable = suppression.hidden, suppression.hideable
    for number, table in enumerate(tables):
        if not table.request.everyone or all(hidden[row] for row in _row_places(table, places)):
            continue
        columns = [[line[j] for line in places.cells[number]] for j in range(len(table.columns))]
        dark = [all(hidden[p] or not hideable[p] for p in column) for column in columns]
        left = sum(c.n for c, is_dark in zip(table.columns, dark, strict=True) if is_dark)
        if 0 < left < k:
            shown = [j for j, is_dark in enumerate(dark) if not is_dark]
            flags = np.zeros(len(hidden), dtype=np.bool_)
            if shown:
                flags[columns[min(shown, key=lambda j: (table.columns[j].n, j))]] = True
            else:
                flags[_row_places(table, places)] = True
            return flags
    return None


def _row_places(table: PreparedTable, places: Places) -> list[int]:
    return [places.rows[table.request.question, label] for label in table.request.row_labels]


def _released(
    table: PreparedTable,
    number: int,
    places: Places,
    hidden: set[int],
    show: Show,
    k: int,
    record: AuditRecord,
    atoms: Mapping[str, int] | None,
) -> ReleasedTable:
    request = table.request
    columns = []
    for j, column in enumerate(table.columns):
        n: int | HiddenMark = HIDDEN if places.n[request.breakdown, column.label] in hidden else column.n
        where = [line[j] for line in places.cells[number]]
        columns.append(_column(column.label, column.members, n, column.n, column.counts, where, hidden, show, column.not_asked))
    everyone = None
    if request.everyone:
        n = HIDDEN if places.everyone in hidden or table.n < k else table.n
        never = tuple(False for _ in request.row_labels)
        everyone = _column("", (), n, table.n, table.row_totals, _row_places(table, places), hidden, show, never)
    release = None
    if atoms is not None and all(column.population is not None for column in table.columns):
        seen = [c.population for c, r in zip(table.columns, columns, strict=True) if c.population and _speaks(r)]
        if everyone is not None and _speaks(everyone):
            seen.append(frozenset().union(*(c.population for c in table.columns if c.population)))
        release = Release.of(seen, atoms)
    return ReleasedTable(tuple(request.row_labels), tuple(columns), everyone, show, k, record, release)


def _column(
    label: str,
    members: tuple[str, ...],
    n: int | HiddenMark,
    true_n: int,
    counts: Sequence[int],
    where: Sequence[int],
    hidden: set[int],
    show: Show,
    never: Sequence[bool],
) -> ReleasedColumn:
    counted: list[CountCell] = []
    shares: list[PercentCell] = []
    for count, place, not_asked in zip(counts, where, never, strict=True):
        if not_asked:
            counted.append(NOT_ASKED)
            shares.append(NOT_ASKED)
        elif place in hidden or n is HIDDEN:
            counted.append(HIDDEN)
            shares.append(HIDDEN)
        else:
            counted.append(count if show is Show.COUNTS else HIDDEN)
            shares.append(coded(count, true_n))
    return ReleasedColumn(label, members, n, tuple(counted), tuple(shares))


def _speaks(column: ReleasedColumn) -> bool:
    return any(isinstance(share, Percentage) for share in column.percentages)
