"""The organizations of a set, and which school each of them leads to.

Many exports hang people on departments. A department is climbed to the school above it; where no school can be found,
the department is taken as a school, because people need a place to be counted in, and a finding says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from commonwhy.formats.delimited import gettext_noop
from commonwhy.formats.oneroster.manifest import Mode
from commonwhy.formats.oneroster.records import OrgKind, OrgRecord, Status
from commonwhy.formats.oneroster.tables import Table

LONGEST_ID = 255
LONGEST_NAME = 160
_KINDS = {
    "school": OrgKind.SCHOOL,
    "campus": OrgKind.SCHOOL,
    "department": OrgKind.PART,
    "district": OrgKind.DISTRICT,
    "local": OrgKind.DISTRICT,
    "state": OrgKind.ABOVE,
    "national": OrgKind.ABOVE,
}
_STANDARD = {"department", "school", "district", "local", "state", "national"}


def read_orgs(
    table: Table, rows: Iterable[tuple[int, tuple[str, ...]]], on_record: Mapping[str, OrgRecord] | None
) -> dict[str, OrgRecord]:
    """All organizations by id, each with what it is taken for. ``on_record``: earlier imports' ones, None if unknown."""
    known = on_record or {}
    may_be_elsewhere = on_record is None and table.mode is Mode.DELTA
    found: dict[str, OrgRecord] = {}
    lines: dict[str, int] = {}
    for line, values in rows:
        record = _read_org(table, line, values)
        if record is None:
            continue
        if record.sourced_id in found:
            table.reject(
                "id-twice",
                gettext_noop("“%(value)s” is there twice (first on line %(first)s). The first one counts."),
                line,
                sourced_id=record.sourced_id,
                column="sourcedId",
                value=record.sourced_id,
                first=lines[record.sourced_id],
            )
            continue
        found[record.sourced_id], lines[record.sourced_id] = record, line
    everything = {**known, **found}
    for record in list(found.values()):
        line = lines[record.sourced_id]
        if record.parent_id and record.parent_id not in everything and not may_be_elsewhere:
            table.warn(
                "dangling-org",
                gettext_noop("The parent “%(value)s” is not in the set."),
                line,
                column="parentSourcedId",
                value=record.parent_id,
            )
        found[record.sourced_id] = _placed(table, record, everything, line)
    return found


def _read_org(table: Table, line: int, values: tuple[str, ...]) -> OrgRecord | None:
    sourced_id, status, modified, name, kind, parent = values
    table.check_moment(modified, line)
    if not valid_id(table, sourced_id, line):
        return None
    state = table.read_status(status, line)
    if not name and state is Status.ACTIVE:
        template = gettext_noop("The organization has no name, so it was not read.")
        table.reject("name-missing", template, line, sourced_id=sourced_id, column="name")
        return None
    word = kind.casefold()
    if word not in _STANDARD:
        table.warn(
            "org-type",
            gettext_noop("“%(value)s” is not a kind of organization in OneRoster. It was read as %(guess)s."),
            line,
            column="type",
            value=kind,
            guess=_KINDS.get(word, OrgKind.SCHOOL).value,
        )
    return OrgRecord(sourced_id, name[:LONGEST_NAME], word, parent, state, _KINDS.get(word, OrgKind.SCHOOL))


def _placed(table: Table, record: OrgRecord, everything: Mapping[str, OrgRecord], line: int) -> OrgRecord:
    if record.kind is OrgKind.SCHOOL:
        return replace(record, school_id=record.sourced_id)
    if record.kind is not OrgKind.PART:
        return record
    for above in _climb(record, everything):
        if above.kind is OrgKind.SCHOOL:
            table.notice(
                "department",
                gettext_noop("A department: its people are counted in the school above it, “%(guess)s”."),
                line,
                column="type",
                value=record.type,
                guess=above.sourced_id,
            )
            return replace(record, school_id=above.sourced_id)
    if record.status is Status.ACTIVE:
        table.warn(
            "department-as-school",
            gettext_noop("A department without a school above it in the set. It was read as a school."),
            line,
            column="type",
            value=record.type,
            guess="school",
        )
    return replace(record, kind=OrgKind.SCHOOL, school_id=record.sourced_id)


def _climb(record: OrgRecord, everything: Mapping[str, OrgRecord]) -> Iterator[OrgRecord]:
    """The organizations above, nearest first; a circle ends the climb."""
    seen = {record.sourced_id}
    while (above := everything.get(record.parent_id)) and above.sourced_id not in seen:
        seen.add(above.sourced_id)
        yield above
        record = above


def valid_id(table: Table, sourced_id: str, line: int) -> bool:
    """Whether a row has an id that can be kept; otherwise it is rejected."""
    if not sourced_id:
        template = gettext_noop("The row has no sourcedId, so it was not read.")
        table.reject("id-missing", template, line, sourced_id="", column="sourcedId")
        return False
    if len(sourced_id) > LONGEST_ID:
        template = gettext_noop("The sourcedId is longer than 255 characters, so the row was not read.")
        table.reject("id-too-long", template, line, sourced_id="", column="sourcedId", value=sourced_id)
        return False
    return True
