"""A whole set read: ``read_roster`` for an import, ``check`` for a look at what is wrong with it.

The files are read in the order in which they lean on each other. Everything is checked before the first person is
given out, so the findings are whole when ``read_roster`` returns; people are then streamed from the file again, as
often as wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from commonwhy.formats.archives import Archive, ArchiveLimits, open_archive
from commonwhy.formats.delimited import UnreadableFile, gettext_noop
from commonwhy.formats.oneroster.classes import (
    References,
    read_classes,
    read_courses,
    read_enrollments,
    read_sessions,
)
from commonwhy.formats.oneroster.columns import LAYOUTS
from commonwhy.formats.oneroster.findings import Finding, Findings, Severity
from commonwhy.formats.oneroster.manifest import MANIFEST, Manifest, Mode, read_manifest
from commonwhy.formats.oneroster.orgs import read_orgs
from commonwhy.formats.oneroster.people import (
    PeopleIndex,
    Surroundings,
    UserRows,
    index_people,
    stream_people,
    stream_role_changes,
)
from commonwhy.formats.oneroster.records import OrgRecord, PersonRecord
from commonwhy.formats.oneroster.role_rows import RoleBook, read_role_rows
from commonwhy.formats.oneroster.tables import Table

Rows = Iterator[tuple[int, tuple[str, ...]]]

# Rosters pack 6 to 10 times.
ROSTER_LIMITS = ArchiveLimits(max_ratio=60)


@dataclass(slots=True)
class Roster:
    """A roster that was read: use in a ``with``, since people stream from the file it holds open.

    ``absent_have_left``: whether people not in it are to be taken off, which takes a whole, bulk users file with at
    least one good row. ``keep``: ids of rows that were rejected; whoever they are, they did not leave.
    """

    version: str
    modes: Mapping[str, Mode]
    findings: Findings
    orgs: Mapping[str, OrgRecord]
    counts: Mapping[str, int]
    absent_have_left: bool
    absent_orgs_have_left: bool
    keep: frozenset[str]
    _people: Callable[[], Iterator[PersonRecord]]
    _close: Callable[[], None] = field(default=lambda: None)

    def people(self) -> Iterator[PersonRecord]:
        """Everybody once, ended ones included, streamed; each call starts again."""
        return self._people()

    def close(self) -> None:
        """Let go of the file."""
        self._close()

    def __enter__(self) -> Roster:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class RosterCheck:
    """What is wrong with a set, and how much is in it."""

    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    version: str
    modes: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """True where every row was read."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    def as_dict(self) -> dict[str, object]:
        """The check for JSON."""
        return {
            "version": self.version,
            "files": dict(self.modes),
            "counts": dict(self.counts),
            "findings": [finding.as_dict() for finding in self.findings],
        }


def read_roster(source: Path | BinaryIO, *, name: str | None = None, known_orgs: Mapping[str, OrgRecord] | None = None) -> Roster:
    """Read and check a OneRoster 1.1 or 1.2 set: a zip (path or seekable stream) or a folder.

    ``known_orgs``: organizations on record, by sourcedId, so that a delta can lean on them.
    Raises ``UnreadableFile`` where there is nothing to read; all else is a finding.
    """
    archive = open_archive(source, name=name, limits=ROSTER_LIMITS)
    try:
        return _Reading(archive, known_orgs).roster()
    except BaseException:
        archive.close()
        raise


def check(source: Path | BinaryIO, *, name: str | None = None) -> RosterCheck:
    """Everything that is wrong with a set, without a district. Raises ``UnreadableFile`` as ``read_roster`` does."""
    with read_roster(source, name=name) as roster:
        return check_of(roster)


def check_of(roster: Roster) -> RosterCheck:
    """The check of a roster that is already read."""
    modes = {name: mode.value for name, mode in roster.modes.items()}
    return RosterCheck(tuple(roster.findings), dict(roster.counts), roster.version, modes)


class _Reading:
    """One set being read."""

    def __init__(self, archive: Archive, known_orgs: Mapping[str, OrgRecord] | None) -> None:
        self.archive = archive
        self.known_orgs = known_orgs
        self.findings = Findings()
        for note in archive.notes:
            self.findings.tell("archive", Severity.NOTICE, note.message, file=archive.name)
        self.manifest: Manifest = read_manifest(archive, self.findings)
        self.tables: dict[str, Table] = {}

    def roster(self) -> Roster:
        found = {}
        if (rows := self._rows("orgs")) is not None:
            found = read_orgs(self.tables["orgs"], rows, self.known_orgs)
        orgs = {**(self.known_orgs or {}), **found}
        references = References(self.manifest.modes, orgs)
        self._read_course_files(references)
        book = None
        if (rows := self._rows("roles")) is not None:
            book = read_role_rows(self.tables["roles"], rows)
        self._settle_version(book)
        orgs_known = self.known_orgs is not None or self.manifest.modes.get("orgs") is Mode.BULK
        around = Surroundings(orgs, orgs_known, book)
        index = self._index(around)
        if (rows := self._rows("enrollments")) is not None:
            around.class_grades = read_enrollments(self.tables["enrollments"], rows, references, index)
        return Roster(
            version=self.manifest.version,
            modes=self.manifest.modes,
            findings=self.findings,
            orgs=found,
            counts=self._counts(found, index),
            absent_have_left=self._whole("users") and index.active > 0,
            absent_orgs_have_left=self._whole("orgs") and bool(found),
            keep=frozenset().union(*(table.rejected_ids for table in self.tables.values())),
            _people=lambda: self._stream(index, around),
            _close=self.archive.close,
        )

    # -- files

    def _table(self, name: str, findings: Findings) -> Table:
        return Table(
            LAYOUTS[name],
            self.manifest.files[name],
            self.manifest.modes[name],
            findings,
            optional=self._optional(name),
        )

    def _rows(self, name: str) -> Rows | None:
        """The rows of a file of the set; None where the set does not have it."""
        if name not in self.manifest.files:
            return None
        table = self.tables[name] = self._table(name, self.findings)
        return self._open(table)

    def _open(self, table: Table) -> Rows:
        try:
            with self.archive.open(table.file) as stream:
                yield from table.read(stream)
        except UnreadableFile as problem:
            self.findings.tell("file-unreadable", Severity.ERROR, problem.message, file=table.file)

    def _optional(self, name: str) -> set[str]:
        """Columns the standard asks for that this version has elsewhere or that do not matter here."""
        if name == "users" and "roles" in self.manifest.files:
            return {"role", "orgSourcedIds", "enabledUser"}
        if name == "roles" and self.manifest.version in ("", "sds-2.1"):
            return {"sourcedId", "roleType"}
        return set()

    def _read_course_files(self, references: References) -> None:
        course_grades: dict[str, str] = {}
        if (rows := self._rows("academicSessions")) is not None:
            read_sessions(self.tables["academicSessions"], rows, references)
        if (rows := self._rows("courses")) is not None:
            course_grades = read_courses(self.tables["courses"], rows, references)
        if (rows := self._rows("classes")) is not None:
            read_classes(self.tables["classes"], rows, references, course_grades)

    def _settle_version(self, book: RoleBook | None) -> None:
        """The version by the manifest, or by what is there where it does not say."""
        said = self.manifest.version
        looks = "1.2" if "roles" in self.manifest.files else "1.1"
        roles = self.tables.get("roles")
        if book is not None and roles and MANIFEST not in self.archive and "isPrimary" in roles.columns:
            looks = "sds-2.1"
            self.findings.add(
                "school-data-sync",
                Severity.WARNING,
                gettext_noop("These files are in Microsoft School Data Sync format (version 2.1). They were read as OneRoster."),
                file=roles.file,
                guess="1.2",
            )
        if not said or said not in ("1.0", "1.1", "1.2", "1.2.1", "1"):
            self.manifest.version = looks
            if MANIFEST in self.archive:
                self.findings.add(
                    "version-unknown",
                    Severity.WARNING,
                    gettext_noop("The manifest does not give a OneRoster version that is known. Read as %(guess)s."),
                    file=self.archive.real_name(MANIFEST),
                    column="oneroster.version",
                    value=said,
                    guess=looks,
                )
        elif said.startswith("1.2") and "roles" not in self.manifest.files and self.manifest.modes.get("users") is Mode.BULK:
            self.findings.add(
                "file-absent",
                Severity.WARNING,
                gettext_noop("OneRoster 1.2 keeps roles in roles.csv, which is not there. The role column of users.csv counts."),
                file="roles.csv",
            )

    # -- people

    def _index(self, around: Surroundings) -> PeopleIndex:
        rows = self._rows("users")
        if rows is None:
            return PeopleIndex()
        users = UserRows(self.tables["users"], around)
        index = index_people(users.table, users.records(rows))
        if self.manifest.modes["users"] is Mode.BULK and not index.active:
            self.findings.add(
                "bulk-empty",
                Severity.ERROR,
                gettext_noop("The file is said to be whole (bulk) but has nobody in it. Nobody is taken off."),
                file=self.tables["users"].file,
            )
        if around.roles and self._whole("users"):
            self._tell_roles_of_nobody(around.roles, index)
        return index

    def _tell_roles_of_nobody(self, book: RoleBook, index: PeopleIndex) -> None:
        table, users = self.tables["roles"], self.tables["users"]
        for user, rows in book.of.items():
            if user not in index.at and user not in users.rejected_ids:
                template = gettext_noop("The person “%(value)s” is not in users.csv. The role was left out.")
                table.warn("dangling-user", template, rows[0][3], column="userSourcedId", value=user)

    def _stream(self, index: PeopleIndex, around: Surroundings) -> Iterator[PersonRecord]:
        """The second reading; all was told in the first."""
        if "users" in self.manifest.files:
            table = self._table("users", Findings())
            users = UserRows(table, around)
            yield from stream_people(index, users.records(self._open(table)))
        if around.roles and not self._whole("users"):
            rejected = self.tables["users"].rejected_ids if "users" in self.tables else set()
            silent = UserRows(self._table("roles", Findings()), around)
            yield from stream_role_changes(index, silent, lambda sourced_id: sourced_id not in rejected)

    # -- the whole

    def _whole(self, name: str) -> bool:
        """Whether the file is bulk and was read to its end, so that who is not in it is not there."""
        table = self.tables.get(name)
        return table is not None and table.mode is Mode.BULK and table.complete

    def _counts(self, orgs: Mapping[str, OrgRecord], index: PeopleIndex) -> dict[str, int]:
        counts = {
            "orgs": len(orgs),
            "schools": sum(1 for org in orgs.values() if org.school_id == org.sourced_id),
            "people": index.active,
            "ended": index.ended,
            "rejected": sum(table.rejected for table in self.tables.values()),
        }
        return counts | {group.value: number for group, number in sorted(index.by_group.items())}
