"""Bringing a roster in: read and compared first, then applied in one short transaction.

Everything slow (reading, checking, comparing) happens before the transaction, so nobody answering a survey waits for an
import. Rows are written with plain statements, prepared once, since a hundred thousand model instances would hold the
lock ten times as long. Importing the same set twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.db import connection, transaction

from commonwhy.core import audit
from commonwhy.districts.models import District, Group, Person, School
from commonwhy.formats.oneroster import Findings, OrgKind, OrgRecord, PersonRecord, Severity, Staged, Status, compare
from commonwhy.formats.oneroster import Group as RosterGroup
from commonwhy.formats.oneroster.roster import Roster
from commonwhy.formats.roster_template import read_any_roster

COLUMNS = ("name", "email", "group_id", "school_id", "grade_band", "language", "roster_digest", "ended")
REPORT_EVERY = 2_000

Report = Callable[[int, str], None]


class RosterRefused(Exception):
    """The roster was not applied; nothing was changed."""


@dataclass
class StagedRoster:
    """A roster read and compared: what applying it would do. Use in a `with`; it holds temporary files open."""

    district: District
    roster: Roster
    people: Staged[PersonRecord]
    schools: dict[str, OrgRecord]
    ended_schools: list[str]
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def findings(self) -> Findings:
        return self.roster.findings

    @property
    def counts(self) -> dict[str, int]:
        """People added, changed, ended, unchanged, and rows rejected."""
        rejected = sum(count for (_file, _rule, severity), count in self.findings.times.items() if severity is Severity.ERROR)
        return {**self.people.counts, "rejected": rejected}

    def __enter__(self) -> StagedRoster:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()


def stage(district: District, source: Path | BinaryIO, *, name: str | None = None, report: Report | None = None) -> StagedRoster:
    """Read a roster and compare it with the district. Writes nothing.

    Raises `commonwhy.formats.messages.UnreadableFile` where there is nothing to read; all else is a finding.
    """
    with ExitStack() as stack:
        roster = stack.enter_context(read_any_roster(source, name=name, known_orgs=_schools_on_record(district)))
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
        schools = {org.sourced_id: org for org in roster.orgs.values() if org.kind is OrgKind.SCHOOL}
        return StagedRoster(district, roster, people, schools, _ended_schools(district, roster), stack.pop_all())


def _counted(records: Iterable[PersonRecord], report: Report | None) -> Iterator[PersonRecord]:
    for number, record in enumerate(records, start=1):
        if report and number % REPORT_EVERY == 0:
            report(number, "")
        yield record


def _schools_on_record(district: District) -> dict[str, OrgRecord]:
    """Schools a roster may lean on, by the id they came with (or, for one typed in by hand, by their own)."""
    return {
        school.roster_key or str(school.pk): OrgRecord(
            school.roster_key or str(school.pk), school.name, "school", "", Status.ACTIVE
        )
        for school in School.objects.within(district).filter(ended=False)
    }


def _ended_schools(district: District, roster: Roster) -> list[str]:
    """Ids of schools that the roster says are gone."""
    said = [org.sourced_id for org in roster.orgs.values() if org.kind is OrgKind.SCHOOL and org.status is Status.ENDED]
    if not roster.absent_orgs_have_left:
        return said
    on_record = School.objects.within(district).exclude(roster_key="").filter(ended=False)
    keys = on_record.values_list("roster_key", flat=True)
    return said + [key for key in keys if key not in roster.orgs and key not in roster.keep]


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
            org_ids=record.org_ids or ((person.school.roster_key,) if person.school and person.school.roster_key else ()),
            grades=record.grades,
            grade_band=record.grade_band or person.grade_band,
            language=record.language or person.language,
        )

    return complete


def _roster_group(kind: str) -> RosterGroup | None:
    return RosterGroup(kind) if kind in set(RosterGroup) else None


def apply(staged: StagedRoster, *, by: Any, all_or_nothing: bool = False) -> dict[str, int]:
    """Write what was staged, in one transaction. Returns the counts.

    Raises `RosterRefused` when rows were rejected and the person asked for all or nothing.
    """
    counts = staged.counts
    if all_or_nothing and counts["rejected"]:
        raise RosterRefused
    district = staged.district
    groups = {group.kind: group.pk for group in Group.objects.within(district).filter(name="")}
    # Rows are made ready before the lock is taken.
    fresh_schools, known_schools = _place_schools(district, staged.schools)
    school_pks = {**known_schools, **{school.roster_key: school.pk for school in fresh_schools}}
    added = [_row(record, groups, school_pks) for batch in staged.people.added() for record in batch]
    changed = [_row(record, groups, school_pks) for batch in staged.people.changed() for record in batch]
    if not (added or changed or staged.people.ended or fresh_schools or staged.ended_schools):
        with transaction.atomic():
            _rename_schools(district, staged.schools)
        return counts
    with transaction.atomic():
        School.everything.bulk_create(fresh_schools)
        _adopt_schools(district, staged.schools, known_schools)
        ended_before = set(
            Person.objects.within(district).exclude(roster_key="").filter(ended=True).values_list("roster_key", flat=True)
        )
        _insert(district, [row for row in added if row[0] not in ended_before])
        _update(district, changed + [row for row in added if row[0] in ended_before])
        _end(district, staged.people.ended)
        School.objects.within(district).filter(roster_key__in=staged.ended_schools).update(ended=True)
        audit.record(actor=by, verb="imported a roster", subject=district, district_id=district.pk, detail=counts)
    return counts


Row = tuple[Any, ...]


def _row(record: PersonRecord, groups: dict[str, UUID], schools: dict[str, UUID]) -> Row:
    """(roster_key, *COLUMNS) of a person, in the database's own types."""
    assert record.role is not None  # a partial record was completed, or left out
    school = next((schools[org] for org in record.org_ids if org in schools), None)
    values: Row = (
        (record.name or record.email or record.sourced_id)[:160],
        record.email[:254],
        _raw(groups[record.role.value]),
        _raw(school),
        record.grade_band,
        record.language[:10],
        record.digest(),
        False,
    )
    return (record.sourced_id[:255], *values)


def _raw(pk: UUID | None) -> Any:
    return pk if pk is None or connection.features.has_native_uuid_field else pk.hex


def _insert(district: District, rows: list[Row]) -> None:
    if rows:
        table, names = Person._meta.db_table, ", ".join(COLUMNS)
        marks = ", ".join(["%s"] * (len(COLUMNS) + 3))
        statement = f"INSERT INTO {table} (id, district_id, roster_key, {names}) VALUES ({marks})"  # noqa: S608
        owner = _raw(district.pk)
        with connection.cursor() as cursor:
            cursor.executemany(statement, [(_raw(uuid4()), owner, *row) for row in rows])


def _update(district: District, rows: list[Row]) -> None:
    if rows:
        assignments = ", ".join(f"{name} = %s" for name in COLUMNS)
        statement = f"UPDATE {Person._meta.db_table} SET {assignments} WHERE district_id = %s AND roster_key = %s"  # noqa: S608
        owner = _raw(district.pk)
        with connection.cursor() as cursor:
            cursor.executemany(statement, [(*row[1:], owner, row[0]) for row in rows])


def _end(district: District, keys: list[str]) -> None:
    if keys:
        statement = f"UPDATE {Person._meta.db_table} SET ended = %s WHERE district_id = %s AND roster_key = %s"  # noqa: S608
        owner = _raw(district.pk)
        with connection.cursor() as cursor:
            cursor.executemany(statement, [(True, owner, key) for key in keys])


def _place_schools(district: District, schools: dict[str, OrgRecord]) -> tuple[list[School], dict[str, UUID]]:
    """Schools to add, and the ids of those there already: by the roster's id, else by their name."""
    rows = list(School.objects.within(district))
    by_key = {school.roster_key: school for school in rows if school.roster_key}
    by_pk = {str(school.pk): school for school in rows}
    by_name = {school.name.casefold(): school for school in rows if not school.roster_key}
    known: dict[str, UUID] = {key: school.pk for key, school in by_key.items()}
    fresh: list[School] = []
    taken = {school.name for school in rows}
    for key, record in schools.items():
        if record.status is Status.ENDED or key in known:
            continue
        there = by_pk.get(key) or by_name.get(record.name.casefold())
        if there is not None:
            known[key] = there.pk
            continue
        name = record.name[:160] if record.name not in taken else f"{record.name[:120]} ({key[:30]})"
        taken.add(name)
        fresh.append(School(district=district, name=name, roster_key=key[:255]))
    # Schools typed in by hand are known to the template by their own id.
    known |= {pk: school.pk for pk, school in by_pk.items()}
    return fresh, known


def _adopt_schools(district: District, schools: dict[str, OrgRecord], known: dict[str, UUID]) -> None:
    """Give schools that were typed in by hand the roster's id, and bring back those that had ended."""
    for key, record in schools.items():
        if key in known and record.status is Status.ACTIVE:
            rows = School.objects.within(district).filter(pk=known[key])
            rows.filter(roster_key="").exclude(pk=_as_uuid(key)).update(roster_key=key[:255])
            rows.filter(ended=True).update(ended=False)
    _rename_schools(district, schools)


def _rename_schools(district: District, schools: dict[str, OrgRecord]) -> None:
    """Follow a new name in the roster, unless another school has it."""
    names = dict(School.objects.within(district).values_list("roster_key", "name"))
    taken = set(names.values())
    for key, record in schools.items():
        renamed = key in names and record.status is Status.ACTIVE and record.name[:160] != names[key]
        if renamed and record.name[:160] not in taken and not names[key].endswith(f"({key[:30]})"):
            School.objects.within(district).filter(roster_key=key).update(name=record.name[:160])


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
