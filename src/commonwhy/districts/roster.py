"""Bringing a roster in: read and compared first, then applied in one short transaction.

Everything slow (reading, checking, comparing, making rows ready) happens before the transaction, so nobody answering a
survey waits for an import. Rows are written with plain statements, prepared once, since a hundred thousand model
instances would hold the lock ten times as long. Importing the same set twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.db import connection, transaction

from commonwhy.core import audit
from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import District, Group, Person
from commonwhy.districts.roster_schools import SchoolChanges, key_of, known_schools, school_changes
from commonwhy.formats.oneroster import Findings, PersonRecord, Severity, Staged, compare
from commonwhy.formats.oneroster import Group as RosterGroup
from commonwhy.formats.oneroster.roster import Roster
from commonwhy.formats.roster_template import read_any_roster

CELL = ("group_id", "school_id", "ended")
COLUMNS = (*CELL, "name", "email", "grade_band", "language", "roster_digest")
REPORT_EVERY = 2_000
CACHE_KIB = 64 * 1024
IMPORTED = "imported a roster"

Report = Callable[[int, str], None]


class RosterRefused(Exception):
    """The roster was not applied; nothing was changed."""


class RosterOvertaken(RosterRefused):
    """Another roster was brought in after this one was compared; nothing was changed. Compare it again."""


@dataclass
class StagedRoster:
    """A roster read and compared: what applying it would do. Use in a `with`; it holds temporary files open."""

    district: District
    roster: Roster
    people: Staged[PersonRecord]
    schools: SchoolChanges
    last_import: UUID | None
    """The import this one was compared after."""
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def findings(self) -> Findings:
        return self.roster.findings

    @property
    def counts(self) -> dict[str, int]:
        """People added, changed, ended and unchanged, rows rejected, and what happens to schools."""
        return {**self.people.counts, "rejected": self.roster.counts["rejected"], **self.schools.counts}

    @property
    def has_errors(self) -> bool:
        """Whether a row, or a whole file, could not be read."""
        return any(severity is Severity.ERROR for _file, _rule, severity in self.findings.times)

    def __enter__(self) -> StagedRoster:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()


def stage(district: District, source: Path | BinaryIO, *, name: str | None = None, report: Report | None = None) -> StagedRoster:
    """Read a roster and compare it with the district. Writes nothing.

    Raises `commonwhy.formats.messages.UnreadableFile` where there is nothing to read; all else is a finding.
    """
    with ExitStack() as stack:
        last_import = _last_import(district)
        roster = stack.enter_context(read_any_roster(source, name=name, known_orgs=known_schools(district)))
        on_record = Person.objects.within(district).exclude(roster_key="").filter(ended=False)
        existing = dict(on_record.values_list("roster_key", "roster_digest").iterator(chunk_size=5_000))
        people = stack.enter_context(
            compare(
                existing,
                _counted(roster.people(), report),
                absent_have_left=roster.absent_have_left,
                keep=roster.keep,
                complete=_completer(district),
            )
        )
        return StagedRoster(district, roster, people, school_changes(district, roster), last_import, stack.pop_all())


def _last_import(district: District) -> UUID | None:
    entries = AuditEntry.objects.filter(district_id=district.pk, verb=IMPORTED)
    return entries.order_by("-at").values_list("pk", flat=True).first()


def _counted(records: Iterable[PersonRecord], report: Report | None) -> Iterator[PersonRecord]:
    for number, record in enumerate(records, start=1):
        if report and number % REPORT_EVERY == 0:
            report(number, "")
        yield record


def _completer(district: District) -> Callable[[PersonRecord], PersonRecord | None]:
    """Fills what a delta leaves out about a person from what is on record; None for somebody who is not."""

    def complete(record: PersonRecord) -> PersonRecord | None:
        person = Person.objects.within(district).select_related("group", "school").filter(roster_key=record.sourced_id).first()
        if person is None:
            return None
        given, _space, family = person.name.partition(" ")
        has_name = bool(record.given_name or record.family_name)
        return PersonRecord(
            sourced_id=record.sourced_id,
            given_name=record.given_name if has_name else given,
            family_name=record.family_name if has_name else family,
            email=record.email or person.email,
            role=record.role or _roster_group(person.group.kind),
            org_ids=record.org_ids or ((key_of(person.school),) if person.school else ()),
            grades=record.grades,
            grade_band=record.grade_band or person.grade_band,
            language=record.language or person.language,
        )

    return complete


def _roster_group(kind: str) -> RosterGroup | None:
    return RosterGroup(kind) if kind in set(RosterGroup) else None


def apply(staged: StagedRoster, *, by: Any, all_or_nothing: bool = False) -> dict[str, int]:
    """Write what was staged, in one transaction. Returns the counts.

    Raises `RosterRefused` when something could not be read and the person asked for all or nothing, and
    `RosterOvertaken` when another import came between.
    """
    if all_or_nothing and staged.has_errors:
        raise RosterRefused
    counts, district = staged.counts, staged.district
    writes = _Writes.of(staged)
    if not (writes or staged.schools):
        return counts
    with _room_in_memory(), transaction.atomic():
        # On PostgreSQL a second import waits here; on SQLite there is one writer at a time anyway.
        District.objects.within(district).select_for_update().get()
        if _last_import(district) != staged.last_import:
            raise RosterOvertaken
        staged.schools.write()
        writes.write()
        audit.record(actor=by, verb=IMPORTED, subject=district, district_id=district.pk, detail=counts)
    return counts


@contextmanager
def _room_in_memory() -> Iterator[None]:
    """Let SQLite keep the indexes it writes to in memory meanwhile: the lock is held for little more than half the time."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")


Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """Somebody on record, in the driver's own types."""

    pk: Any
    cell: tuple[Any, Any, bool]
    """Group, school and whether they left: what the table's indexes are made of."""


@dataclass
class _Writes:
    """Every row ready for the driver, in the order of its key, so that the lock is held for writing alone."""

    inserts: list[Row] = field(default_factory=list)
    """(id, district_id, roster_key, *COLUMNS)"""
    updates: list[Row] = field(default_factory=list)
    """(*COLUMNS, id)"""
    updates_in_place: list[Row] = field(default_factory=list)
    """(*COLUMNS without the cell, id): no index has to follow these, which takes a third of the time."""
    ends: list[Row] = field(default_factory=list)
    """(True, id)"""

    @classmethod
    def of(cls, staged: StagedRoster) -> _Writes:
        district, people = staged.district, staged.people
        groups = {group.kind: _raw(group.pk) for group in Group.objects.within(district).filter(name="")}
        schools = {key: _raw(pk) for key, pk in staged.schools.pk_of.items()}
        there, owner, writes = _on_record(district), _raw(district.pk), cls()
        for record in chain.from_iterable(chain(people.added(), people.changed())):
            row, known = _row(record, groups, schools), there.get(record.sourced_id)
            if known is None:
                writes.inserts.append((_raw(uuid4()), owner, record.sourced_id[:255], *row))
            elif row[: len(CELL)] == known.cell:
                writes.updates_in_place.append((*row[len(CELL) :], known.pk))
            else:
                writes.updates.append((*row, known.pk))
        writes.ends = [(True, there[key].pk) for key in people.ended if key in there]
        writes.inserts.sort(key=lambda row: str(row[0]))
        for rows in (writes.updates, writes.updates_in_place, writes.ends):
            rows.sort(key=lambda row: str(row[-1]))
        return writes

    def __bool__(self) -> bool:
        return bool(self.inserts or self.updates or self.updates_in_place or self.ends)

    def write(self) -> None:
        """Write them, inside the import's transaction."""
        columns = ("id", "district_id", "roster_key", *COLUMNS)
        marks = ", ".join(["%s"] * len(columns))
        insert = f"INSERT INTO {Person._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        with connection.cursor() as cursor:
            for statement, rows in (
                (insert, self.inserts),
                (_update_of(COLUMNS), self.updates),
                (_update_of(COLUMNS[len(CELL) :]), self.updates_in_place),
                (_update_of(("ended",)), self.ends),
            ):
                if rows:
                    cursor.executemany(statement, rows)


def _update_of(columns: tuple[str, ...]) -> str:
    changes = ", ".join(f"{name} = %s" for name in columns)
    return f"UPDATE {Person._meta.db_table} SET {changes} WHERE id = %s"  # noqa: S608


def _on_record(district: District) -> dict[str, _Known]:
    """Everybody who came with a roster, by the roster's id, those who left included."""
    statement = f"SELECT roster_key, id, group_id, school_id, ended FROM {Person._meta.db_table} WHERE district_id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} AND roster_key <> ''", [_raw(district.pk)])
        return {key: _Known(pk, (group, school, bool(ended))) for key, pk, group, school, ended in cursor}


def _row(record: PersonRecord, groups: dict[str, Any], schools: dict[str, Any]) -> Row:
    """COLUMNS of a person, in the driver's own types."""
    assert record.role is not None  # a partial record was completed, or left out
    school = next((schools[org] for org in record.org_ids if org in schools), None)
    return (
        groups[record.role.value],
        school,
        False,
        (record.name or record.email or record.sourced_id)[:160],
        record.email[:254],
        record.grade_band,
        record.language[:10],
        record.digest(),
    )


def _raw(pk: UUID | None) -> Any:
    return pk if pk is None or connection.features.has_native_uuid_field else pk.hex
