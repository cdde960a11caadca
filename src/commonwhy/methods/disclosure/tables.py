"""Asking for tables, and writing out the figures in them with the sums that tie them.

A table counts people: one row per answer, one column per group. Tables of one release about the same people hang
together: two breakdowns of one question (by group, by school) share how often each answer was given, and two questions
asked of the same groups share how many answered. `linked_figures` puts all of them into one list, so that the audit
sees what a reader with all the pages open sees.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from commonwhy.methods.disclosure.coding import coded, consistent_counts
from commonwhy.methods.disclosure.figures import Equation, FigureList, Figures
from commonwhy.methods.disclosure.merging import merge_small


class Show(Enum):
    """Counts of people (every count at least k), or percentages (every denominator at least k, ends coded)."""

    COUNTS = "counts"
    PERCENTAGES = "percentages"


@dataclass(frozen=True)
class TableRequest:
    """A table of people as it really is, with what the public knows of it already.

    counts: rows are answers, columns are groups. question, breakdown: tables with the same question share row totals,
    tables with the same breakdown share column totals. exclusive: each person is in one row only; otherwise a person
    may be in several, and `heard` (people who answered, per column) is required. kinds: columns of the same kind may be
    merged when small. public_n: columns whose n is shown elsewhere, as on a coverage page (one truth value for all).
    invited: how many were asked, per column, where that is public. not_asked: (row, column) pairs that could not
    happen. everyone: whether the column for all groups together is shown. populations: per column, the cells of the
    cross-classification it covers (see `differencing`).
    """

    counts: Sequence[Sequence[int]]
    row_labels: Sequence[str]
    col_labels: Sequence[str]
    question: str = "question"
    breakdown: str = "breakdown"
    exclusive: bool = True
    heard: Sequence[int] | None = None
    kinds: Sequence[str | None] | None = None
    public_n: bool | Sequence[bool] = False
    invited: Sequence[int | None] | None = None
    not_asked: Collection[tuple[int, int]] = ()
    everyone: bool = True
    populations: Sequence[Collection[str]] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column after merging. floor and ceiling: what is known of its n without this release."""

    label: str
    members: tuple[str, ...]
    counts: tuple[int, ...]
    n: int
    n_is_public: bool
    floor: int
    ceiling: int | None
    not_asked: tuple[bool, ...]
    population: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class PreparedTable:
    """A checked request with its small columns merged."""

    request: TableRequest
    columns: tuple[Column, ...]

    @property
    def n(self) -> int:
        """People in the whole table."""
        return sum(column.n for column in self.columns)

    @property
    def row_totals(self) -> tuple[int, ...]:
        """How many gave each answer, over all columns."""
        return tuple(sum(column.counts[row] for column in self.columns) for row in range(len(self.request.row_labels)))


@dataclass
class Places:
    """Where in the list of figures each part of each table is."""

    cells: list[list[list[int]]] = field(default_factory=list)  # table, row, column
    n: dict[tuple[str, str], int] = field(default_factory=dict)  # breakdown, column label
    rows: dict[tuple[str, str], int] = field(default_factory=dict)  # question, row label
    everyone: int = -1


def prepare(request: TableRequest, k: int) -> PreparedTable:
    """Check a request and merge its small columns. Raises ValueError for a table that contradicts itself."""
    rows, width = len(request.row_labels), len(request.col_labels)
    if not rows or not width:
        raise ValueError("A table needs at least one row and one column.")
    if len(request.counts) != rows or any(len(line) != width for line in request.counts):
        raise ValueError("The counts do not have one row per row label and one column per column label.")
    if len(set(request.row_labels)) != rows or len(set(request.col_labels)) != width:
        raise ValueError("Row labels and column labels must each be different.")
    if any(isinstance(c, float) or c < 0 for line in request.counts for c in line):
        raise ValueError("Counts are whole numbers of people, 0 or more.")
    if any(request.counts[row][column] for row, column in request.not_asked):
        raise ValueError("Somebody is counted where nobody was asked.")
    heard = _heard(request)
    public = [request.public_n] * width if isinstance(request.public_n, bool) else list(request.public_n)
    invited = list(request.invited) if request.invited is not None else [None] * width
    populations = list(request.populations) if request.populations is not None else None
    if not len(public) == len(invited) == width or (populations is not None and len(populations) != width):
        raise ValueError("public_n, invited and populations need one entry per column.")
    if any(asked is not None and asked < n for asked, n in zip(invited, heard, strict=True)):
        raise ValueError("More people were heard in a column than were invited.")
    columns = []
    for group in merge_small(heard, request.kinds or [None] * width, k):
        ceilings = [heard[j] if public[j] else invited[j] for j in group]
        columns.append(
            Column(
                label=" + ".join(request.col_labels[j] for j in group),
                members=tuple(request.col_labels[j] for j in group),
                counts=tuple(sum(line[j] for j in group) for line in request.counts),
                n=sum(heard[j] for j in group),
                n_is_public=all(public[j] for j in group),
                floor=sum(heard[j] for j in group if public[j]),
                ceiling=None if None in ceilings else sum(c for c in ceilings if c is not None),
                not_asked=tuple(all((row, j) in request.not_asked for j in group) for row in range(rows)),
                population=None if populations is None else frozenset().union(*(populations[j] for j in group)),
            )
        )
    return PreparedTable(request, tuple(columns))


def _heard(request: TableRequest) -> list[int]:
    sums = [sum(column) for column in zip(*request.counts, strict=True)]
    if request.exclusive:
        if request.heard is not None and list(request.heard) != sums:
            raise ValueError("Where each person is in one row, a column's counts must add up to the people heard in it.")
        return sums
    if request.heard is None or len(request.heard) != len(sums):
        raise ValueError("Where a person may be in several rows, say how many were heard in each column.")
    if any(max(column) > n for column, n in zip(zip(*request.counts, strict=True), request.heard, strict=True)):
        raise ValueError("A cell holds more people than were heard in its column.")
    return list(request.heard)


def linked_figures(tables: Sequence[PreparedTable], show: Show, k: int) -> tuple[Figures, Places, list[int]]:
    """The figures of all tables, where they are, and which must be hidden for their own sake.

    Raises ValueError when tables that claim the same people, columns or answers disagree.
    """
    listed, places, primary = FigureList(), Places(), list[int]()
    whole = tables[0].n
    if any(table.n != whole for table in tables):
        raise ValueError("Tables released together must be about the same people.")
    ceilings = [[c.ceiling for c in table.columns] for table in tables]
    roof = min((sum(c for c in line if c is not None) for line in ceilings if None not in line), default=2 * whole + 2 * k)
    known = any(all(c.n_is_public for c in table.columns) for table in tables)
    shown_at_all = any(table.request.everyone for table in tables)
    places.everyone = listed.add(
        whole, hidden=(whole, whole) if known else (0, roof), public=known, unpublished=not shown_at_all, weight=200.0
    )
    if whole < k:
        primary.append(places.everyone)
    for table in tables:
        _add_columns(table, listed, places, primary, roof, k)
    for table in tables:
        _add_rows(table, listed, places, primary, roof, show, k)
    for table in tables:
        _add_cells(table, listed, places, primary, roof, show, k)
    # One table is a transport network, and two that share one margin still are; more, or ticking several, need not be.
    network = len(tables) <= 2 and all(table.request.exclusive for table in tables)
    return listed.build(network=network), places, primary


def _add_columns(table: PreparedTable, listed: FigureList, places: Places, primary: list[int], roof: int, k: int) -> None:
    breakdown = table.request.breakdown
    labels = [column.label for column in table.columns]
    if (breakdown, labels[0]) in places.n:
        same = [name for group, name in places.n if group == breakdown] == labels
        if not same or any(listed.rows[places.n[breakdown, c.label]][0] != c.n for c in table.columns):
            raise ValueError(f"Two tables by {breakdown} do not have the same columns with the same people.")
        return
    for column in table.columns:
        top = roof if column.ceiling is None else min(column.ceiling, roof)
        place = listed.add(column.n, hidden=(column.floor, top), public=column.n_is_public, weight=30.0)
        places.n[breakdown, column.label] = place
        if column.n < k:
            primary.append(place)
    listed.equal(places.everyone, [places.n[breakdown, label] for label in labels])


def _add_rows(
    table: PreparedTable, listed: FigureList, places: Places, primary: list[int], roof: int, show: Show, k: int
) -> None:
    request = table.request
    names = [(request.question, label) for label in request.row_labels]
    if names[0] in places.rows:
        same = [name for name in places.rows if name[0] == request.question] == names
        if not same or any(listed.rows[places.rows[n]][0] != t for n, t in zip(names, table.row_totals, strict=True)):
            raise ValueError(f"Two tables of {request.question} do not have the same answers given as often.")
        return
    for name, total in zip(names, table.row_totals, strict=True):
        shown, small = _shown(total, table.n, show, k)
        place = listed.add(
            total,
            shown=shown,
            hidden=(0, roof),
            unpublished=not request.everyone,
            weight=10.0,
            owner=places.everyone,
        )
        places.rows[name] = place
        if small and (len(names) > 1 or table.n < k or not request.exclusive):
            primary.append(place)
    if request.exclusive:
        listed.equal(places.everyone, [places.rows[name] for name in names])


def _add_cells(
    table: PreparedTable, listed: FigureList, places: Places, primary: list[int], roof: int, show: Show, k: int
) -> None:
    request = table.request
    grid: list[list[int]] = []
    for row, label in enumerate(request.row_labels):
        line, rest = [], []
        for column in table.columns:
            count = column.counts[row]
            top = roof if column.ceiling is None else min(column.ceiling, roof)
            shown, small = _shown(count, column.n, show, k)
            owner = places.n[request.breakdown, column.label]
            never = column.not_asked[row]
            place = listed.add(
                count, shown=(0, 0) if never else shown, hidden=(0, 0) if never else (0, top), public=never, owner=owner
            )
            line.append(place)
            # Where no other answer was possible, that all gave this one is no news.
            only = request.exclusive and sum(column.not_asked) == len(request.row_labels) - 1
            if not never and small and (not only or column.n < k):
                primary.append(place)
            if not request.exclusive:
                other = listed.add(column.n - count, hidden=(0, top), unpublished=True)
                listed.equal(owner, [place, other])
                rest.append(other)
        grid.append(line)
        listed.equal(places.rows[request.question, label], line)
        if not request.exclusive:
            without = listed.add(table.n - table.row_totals[row], hidden=(0, roof), unpublished=True)
            listed.equal(without, rest)
    places.cells.append(grid)
    for column, marks in zip(table.columns, _transposed(grid), strict=True):
        owner = places.n[request.breakdown, column.label]
        if request.exclusive:
            listed.equal(owner, marks)
        elif all(sum(c.counts) >= c.n for c in table.columns):
            # Whoever answered ticked something: the ticks of a column are at least its people, and a reader knows.
            spare = listed.add(sum(column.counts) - column.n, hidden=(0, len(marks) * roof), unpublished=True)
            listed.equations.append(Equation((spare, owner, *marks), (-1, -1, *[1] * len(marks))))


def _transposed(grid: list[list[int]]) -> Iterator[list[int]]:
    return (list(column) for column in zip(*grid, strict=True))


def _shown(count: int, n: int, show: Show, k: int) -> tuple[tuple[int, int], bool]:
    """What a reader learns of a count that is shown, and whether it must not be shown.

    A count is shown where at least k people gave the answer and at least k did not: "all but two of us said yes" tells
    on the two.
    """
    if n < max(k, 1):
        return (count, count), True
    if show is Show.PERCENTAGES:
        return consistent_counts(coded(count, n), n), False
    return (count, count), count < k or n - count < k
