"""The gate that every number about people passes on its way to a page, a chart, a file or an answer of the API.

It wraps `methods.disclosure`: hides what is too small and whatever would give it away, and remembers in `Release` what was
shown, so that a later table cannot be subtracted from an earlier one. What comes back is plain JSON in which every hidden
cell looks the same. The same tables asked for again give the release that is there.

Call it inside the transaction that holds the subject's row locked: two releases of one subject must not pass each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.core.models import Release

if TYPE_CHECKING:
    from commonwhy.methods.disclosure import ReleasedColumn, ReleasedTable
    from commonwhy.methods.disclosure.differencing import Reason


@dataclass(frozen=True)
class Subject:
    """Whose releases belong together: one question of one survey, or another population that is counted several ways."""

    district_id: UUID
    type: str
    id: UUID


@dataclass(frozen=True)
class Table:
    """A table of people: `rows` are answers, `columns` groups, `counts[row][column]` people, each of them in one row.

    Where a person may be in several rows, or in none, `heard` says how many people each column has.

    `name` says which breakdown it is; tables of one release are about the same people. `populations` says for each
    column which atoms it covers (see `release`). `kinds`: small columns of one kind are merged and named as merged.
    """

    name: str
    rows: Sequence[str]
    columns: Sequence[str]
    counts: Sequence[Sequence[int]]
    populations: Sequence[Collection[str]]
    kinds: Sequence[str | None] | None = None
    heard: Sequence[int] | None = None


@dataclass(frozen=True)
class Cell:
    """A share as it may be shown: whole percent, and whether it is `exact` or the edge of a coded end."""

    percent: int
    bound: str
    count: int | None = None


@dataclass(frozen=True)
class Column:
    """A column as it may be shown. `n` and a cell are None where they are not shown, whatever the cause."""

    name: str
    members: tuple[str, ...]
    n: int | None
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Shown:
    """A table as it may be shown, and everyone in it together (None where that was not asked for)."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[Column, ...]
    everyone: Column | None
    k: int

    def as_json(self) -> dict[str, Any]:
        """Plain values to store; the inverse is `shown_from`."""
        return asdict(self)


class DisclosureRefused(Exception):
    """The tables may not be shown beside what was shown before; the message says why and the way out."""


def release(
    *,
    subject: Subject,
    name: str,
    tables: Sequence[Table],
    atoms: Mapping[str, int],
    k: int,
    staff_only: bool = False,
    counts: bool = False,
    everyone: bool = True,
) -> tuple[Shown, ...]:
    """What may be shown of `tables`, which are about the same people; noted, so that later releases are checked.

    `atoms` cut the people once and for all (say group by school) and hold how many are in each now; a column covers whole
    atoms. `k` from the district (`Group.k`), 5 to 30, at least 10 unless `staff_only`. `counts` shows numbers of people
    (each at least k) instead of percentages; keep to one form for a subject. `everyone`: also all columns together.
    Raises DisclosureRefused where, with an earlier release of the subject, fewer than k people would be singled out,
    and ValueError for tables that contradict themselves.
    """
    from commonwhy.methods.disclosure import Audience, Refused, Show, TableRequest, check_release, release_tables
    from commonwhy.methods.disclosure.differencing import Release as Coverage

    requests = [
        TableRequest(
            counts=table.counts,
            row_labels=list(table.rows),
            col_labels=list(table.columns),
            question=subject.type,
            breakdown=table.name,
            kinds=table.kinds,
            exclusive=table.heard is None,
            heard=table.heard,
            everyone=everyone,
            populations=table.populations,
        )
        for table in tables
    ]
    released = release_tables(
        requests,
        k=k,
        audience=Audience.STAFF if staff_only else Audience.OTHERS,
        show=Show.COUNTS if counts else Show.PERCENTAGES,
        atoms=atoms,
    )
    covered = [population for table in released if table.release for population in table.release.populations]
    coverage = Coverage.of(covered, atoms)
    shown = tuple(_shown(table.name, outcome) for table, outcome in zip(tables, released, strict=True))
    with transaction.atomic():
        before = list(Release.objects.filter(subject_type=subject.type, subject_id=subject.id))
        earlier = [Coverage.from_json(each.population) for each in before]
        # By group and by school are planned together from the start: what adding and subtracting tells is what counts.
        verdict = check_release(coverage, earlier, atoms, k, strict=False)
        if isinstance(verdict, Refused):
            raise DisclosureRefused(refusal_in_words(verdict.code, k))
        table = {"tables": [each.as_json() for each in shown]}
        population = coverage.to_json()
        if not any(each.name == name and each.population == population and each.table == _plain(table) for each in before):
            Release.objects.create(
                district_id=subject.district_id,
                subject_type=subject.type,
                subject_id=subject.id,
                name=name[:120],
                population=population,
                table=table,
            )
    return shown


def shown_from(stored: Mapping[str, Any]) -> Shown:
    """A table out of what `Shown.as_json` gave. Raises KeyError or TypeError for anything else."""
    everyone = stored["everyone"]
    return Shown(
        name=stored["name"],
        rows=tuple(stored["rows"]),
        columns=tuple(_column_from(column) for column in stored["columns"]),
        everyone=_column_from(everyone) if everyone else None,
        k=stored["k"],
    )


def share(count: int, n: int, k: int) -> Cell | None:
    """One share of a group, as it may be shown: None under k people, and near 0 and 100 only the coded end."""
    from commonwhy.methods.disclosure import Percentage, coded_percentage

    percentage = coded_percentage(count, n, k=k)
    return Cell(percentage.value, percentage.bound.value) if isinstance(percentage, Percentage) else None


def refusal_in_words(reason: Reason, k: int) -> str:
    """Why a release is refused and what to do, in the reader's language. Never tells how many people it is about."""
    from commonwhy.methods.disclosure.differencing import Reason

    words = {
        Reason.TOO_FEW: _("This choice holds fewer than %(k)s people, so it is not shown. Choose a wider one."),
        Reason.TOO_SOON: _(
            "Fewer than %(k)s people have answered since this was last shown. Showing it again now would tell what they "
            "said. What was shown stays; come back when more have answered."
        ),
        Reason.DIFFERENCE: _(
            "This choice and one shown earlier differ by fewer than %(k)s people. Side by side they would tell what those "
            "few said. What was shown stays; choose a wider one, or one shown before."
        ),
        Reason.COMBINATION: _(
            "Put together with tables shown earlier, this choice would tell what fewer than %(k)s people said. What was "
            "shown stays; choose a wider one, or one shown before."
        ),
        Reason.TOO_COMPLEX: _(
            "So much has been shown of this already that we cannot make sure this choice singles nobody out. What was "
            "shown stays; choose one shown before."
        ),
    }
    return words[reason] % {"k": k}


def _shown(name: str, table: ReleasedTable) -> Shown:
    return Shown(
        name=name,
        rows=table.row_labels,
        columns=tuple(_column(column) for column in table.columns),
        everyone=_column(table.everyone) if table.everyone else None,
        k=table.k,
    )


def _column(column: ReleasedColumn) -> Column:
    from commonwhy.methods.disclosure import Percentage

    cells = tuple(
        Cell(share.value, share.bound.value, count if isinstance(count, int) else None) if isinstance(share, Percentage) else None
        for share, count in zip(column.percentages, column.counts, strict=True)
    )
    return Column(column.label, column.members, column.n if isinstance(column.n, int) else None, cells)


def _column_from(stored: Mapping[str, Any]) -> Column:
    cells = tuple(Cell(**cell) if cell else None for cell in stored["cells"])
    return Column(stored["name"], tuple(stored["members"]), stored["n"], cells)


def _plain(value: Any) -> Any:
    """As JSON gives it back: tuples are lists."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
