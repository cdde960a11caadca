"""``users.csv``: each row as a person, with the role, the schools and the grade that may come from other files.

The file is read twice. The first time everything is checked and told, and it is found out who stands in it twice: the
same id on two rows, or two ids with one e-mail address and one name. The second time good people stream out, those
who stand there twice as one person. In between only ids, lines and roles are kept, so that a hundred thousand people
fit in little memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from commonwhy.formats.delimited import gettext_noop
from commonwhy.formats.oneroster.findings import masked_email
from commonwhy.formats.oneroster.manifest import Mode
from commonwhy.formats.oneroster.orgs import valid_id
from commonwhy.formats.oneroster.records import (
    PRECEDENCE,
    Group,
    OrgKind,
    OrgRecord,
    PersonRecord,
    Status,
    band_of,
    read_grade,
    read_language,
)
from commonwhy.formats.oneroster.role_rows import RoleBook, understood
from commonwhy.formats.oneroster.tables import Table

Rows = Iterable[tuple[int, tuple[str, ...]]]

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}")
_LONGEST_NAME_PART = 79
_LONGEST_GRADE = 4
_MOST_EXTRAS = 20
_RANK = {group: rank for rank, group in enumerate(PRECEDENCE)}
_NO_GROUP = len(PRECEDENCE)
_LINE_BITS = (1 << 40) - 1


@dataclass(slots=True)
class Surroundings:
    """What a person's row leans on. ``orgs_known``: whether an id that is not in ``orgs`` is wrong, or only not here."""

    orgs: Mapping[str, OrgRecord]
    orgs_known: bool
    roles: RoleBook | None
    class_grades: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PeopleIndex:
    """What the first reading found: where each id stands, who is somebody else's second row, and the counts."""

    at: dict[str, int] = field(default_factory=dict)
    merged_into: dict[str, str] = field(default_factory=dict)
    extras: dict[str, list[PersonRecord]] = field(default_factory=dict)
    without_grade: set[str] = field(default_factory=set)
    active: int = 0
    ended: int = 0
    by_group: dict[Group, int] = field(default_factory=dict)

    def place(self, record: PersonRecord, line: int) -> None:
        """Remember where a record stands, its group and a mark of its name, in one number."""
        rank = _NO_GROUP if record.role is None else _RANK[record.role]
        self.at[record.sourced_id] = _name_mark(record) << 43 | line << 3 | rank

    def remember(self, sourced_id: str, record: PersonRecord) -> None:
        """Keep a further row of somebody, once for what it adds: a file of nothing but one row costs no memory."""
        rows = self.extras.setdefault(sourced_id, [])
        if len(rows) < _MOST_EXTRAS and record not in rows:
            rows.append(record)

    def line_of(self, sourced_id: str) -> int:
        """The line an id stands on; 0 if it is not there."""
        return self.at.get(sourced_id, 0) >> 3 & _LINE_BITS

    def same_name(self, record: PersonRecord) -> bool:
        """Whether the id already there has this record's name."""
        return self.at[record.sourced_id] >> 43 == _name_mark(record)

    def group_of(self, sourced_id: str) -> Group | None:
        """The group of an id."""
        rank = self.at.get(sourced_id, _NO_GROUP) & 7
        return PRECEDENCE[rank] if rank < _NO_GROUP else None


class UserRows:
    """Turns rows of ``users.csv`` into records, telling ``table`` what is wrong with each."""

    def __init__(self, table: Table, around: Surroundings) -> None:
        self.table = table
        self.around = around

    def records(self, rows: Rows) -> Iterator[tuple[int, PersonRecord]]:
        """Line and record of each row that can be read."""
        for line, values in rows:
            record = self._record(line, values)
            if record is not None:
                yield line, record

    def _record(self, line: int, values: tuple[str, ...]) -> PersonRecord | None:
        (sourced_id, status, modified, enabled, orgs, role, given, family, email, grades) = values[:10]
        preferred_given, preferred_family, primary_org, language = values[10:]
        table = self.table
        table.check_moment(modified, line)
        if not valid_id(table, sourced_id, line):
            return None
        state = table.read_status(status, line)
        if state is Status.ENDED:
            return PersonRecord(sourced_id, "", "", "", None, status=state)
        if enabled.casefold() not in ("true", "false", "") or (not enabled and "enabledUser" in table.columns):
            template = gettext_noop("enabledUser is neither true nor false. It was read as %(guess)s.")
            table.notice("enabled-user", template, line, column="enabledUser", value=enabled, guess="true")
        given, family = preferred_given or given, preferred_family or family
        if not given and not family:
            template = gettext_noop("The person has no name, so the row was not read.")
            table.reject("name-missing", template, line, sourced_id=sourced_id, column="givenName")
            return None
        if not given or not family:
            template = gettext_noop("One of the names is missing. The other one was read.")
            table.warn("name-half", template, line, column="familyName" if given else "givenName")
        placed = self._role_and_schools(line, sourced_id, role, orgs, primary_org)
        if placed is None:
            return None
        group, others, schools = placed
        own_grades = self._grades_of(line, sourced_id, grades) if group is Group.STUDENTS else ()
        return PersonRecord(
            sourced_id,
            given[:_LONGEST_NAME_PART],
            family[:_LONGEST_NAME_PART],
            self.email(line, email) if email else "",
            group,
            others,
            schools,
            own_grades,
            band_of(own_grades) if own_grades else "",
            read_language(language) if language else "",
        )

    def _role_and_schools(
        self, line: int, sourced_id: str, text: str, orgs: str, primary_org: str
    ) -> tuple[Group | None, tuple[Group, ...], tuple[str, ...]] | None:
        """Group, further groups and schools; None where the row had to be rejected."""
        table, book = self.table, self.around.roles
        if book is not None and sourced_id in book.of:
            return self._from_role_rows(sourced_id, primary_org, line)
        if not text and book is not None:
            if table.mode is Mode.BULK:
                template = gettext_noop("The person has no role in roles.csv, so the row was not read.")
                table.reject("role-missing", template, line, sourced_id=sourced_id, column="role")
                return None
            if sourced_id in book.ended:
                template = gettext_noop("The role in roles.csv ended. Unless the person is taken off, the role on record stays.")
                table.warn("role-ended", template, line, column="role")
            return None, (), ()
        role = understood(table, text, line, sourced_id)
        if role is None:
            return None
        ids = table.read_list(orgs, line, "orgSourcedIds")
        if primary_org:
            ids.insert(0, primary_org)
        schools, of_district = self.schools(ids, line, "orgSourcedIds")
        return role.group_for(of_district=of_district or not schools), (), schools

    def _from_role_rows(self, sourced_id: str, primary_org: str, line: int) -> tuple[Group, tuple[Group, ...], tuple[str, ...]]:
        rows = self.around.roles.of[sourced_id] if self.around.roles else []
        placed = []
        for role, primary, org, _ in rows:
            schools, of_district = self.schools([org] if org else [], line, "orgSourcedId")
            group = role.group_for(of_district=of_district or not schools)
            placed.append((not primary, _RANK[group], group, schools))
        placed.sort(key=lambda item: item[:2])
        groups = list(dict.fromkeys(item[2] for item in placed))
        schools = tuple(dict.fromkeys(school for item in placed for school in item[3]))
        if primary_org:
            first, _ = self.schools([primary_org], line, "primaryOrgSourcedId")
            schools = tuple(dict.fromkeys((*first, *schools)))
        if len(groups) > 1:
            self._tell_two_roles(line, sourced_id, groups)
        return groups[0], tuple(groups[1:]), schools

    def _tell_two_roles(self, line: int, sourced_id: str, groups: list[Group]) -> None:
        self.table.warn(
            "two-roles",
            gettext_noop("One person with several roles: known as %(guess)s, also %(others)s."),
            line,
            column="role",
            value=sourced_id,
            guess=groups[0].value,
            others=", ".join(group.value for group in groups[1:]),
        )

    def schools(self, ids: list[str], line: int, column: str) -> tuple[tuple[str, ...], bool]:
        """The schools that organizations lead to, and whether one of them is the whole district."""
        found: list[str] = []
        of_district = False
        for org_id in ids:
            org = self.around.orgs.get(org_id)
            if org is None:
                if self.around.orgs_known:
                    self.table.warn(
                        "dangling-org",
                        gettext_noop("The organization “%(value)s” is not in the set. The person is kept without it."),
                        line,
                        column=column,
                        value=org_id,
                    )
                else:
                    template = gettext_noop("The organization is not in this delta. It is looked up when importing.")
                    self.table.notice("org-elsewhere", template, line, column=column, value=org_id)
                    found.append(org_id)
            elif org.school_id:
                found.append(org.school_id)
            else:
                of_district = of_district or org.kind in (OrgKind.DISTRICT, OrgKind.ABOVE)
        return tuple(dict.fromkeys(found)), of_district

    def _grades_of(self, line: int, sourced_id: str, text: str) -> tuple[str, ...]:
        book = self.around.roles
        text = text or (book.grades.get(sourced_id, "") if book else "") or self.around.class_grades.get(sourced_id, "")
        return self.grades(line, text)

    def grades(self, line: int, text: str) -> tuple[str, ...]:
        """The grades in a list, as CEDS writes them."""
        grades = []
        for part in self.table.read_list(text, line, "grades"):
            grade = read_grade(part)
            if grade:
                grades.append(grade)
            else:
                template = gettext_noop("“%(value)s” is not a grade. It was left out.")
                shown = part if len(part) <= _LONGEST_GRADE else "…"  # whatever it is, it may not be for showing
                self.table.warn("grade-unknown", template, line, column="grades", value=shown)
        return tuple(dict.fromkeys(grades))

    def email(self, line: int, text: str) -> str:
        """An address that can be written to, in lower case; empty for anything else."""
        email = text.removeprefix("mailto:").strip("<> ").lower()
        if len(email) <= 254 and _EMAIL.fullmatch(email):
            return email
        template = gettext_noop("This is not an e-mail address. The person was kept without it.")
        self.table.warn("email-invalid", template, line, column="email", value=masked_email(text))
        return ""


def _name_mark(record: PersonRecord) -> int:
    return hash((record.given_name.casefold(), record.family_name.casefold())) & 0xFFFFFFFF


def index_people(table: Table, records: Iterable[tuple[int, PersonRecord]]) -> PeopleIndex:
    """The first reading: check everybody, and find who stands there twice."""
    index = PeopleIndex()
    by_email: dict[str, tuple[str, int]] = {}
    ended: set[str] = set()
    for line, record in records:
        sourced_id = record.sourced_id
        if sourced_id in index.at:
            if record.status is Status.ENDED:
                continue
            if sourced_id not in ended:
                _merge_row(table, index, line, record)
                continue
            ended.discard(sourced_id)
            index.ended -= 1
        index.place(record, line)
        if record.status is Status.ENDED:
            ended.add(sourced_id)
            index.ended += 1
            continue
        if record.email and _is_second_id(table, index, by_email, line, record):
            continue
        index.active += 1
        if record.role is not None:
            index.by_group[record.role] = index.by_group.get(record.role, 0) + 1
        if record.role is Group.STUDENTS and not record.grades:
            index.without_grade.add(sourced_id)
    for sourced_id, rows_of_one in index.extras.items():
        _count_once(index, index.group_of(sourced_id), rows_of_one)
    return index


def _count_once(index: PeopleIndex, counted: Group | None, extras: list[PersonRecord]) -> None:
    """Move somebody with several roles to the group they end up in."""
    known_by = min((g for g in (counted, *(row.role for row in extras)) if g), key=lambda g: _RANK[g], default=None)
    if counted and known_by and counted is not known_by:
        index.by_group[counted] -= 1
        index.by_group[known_by] = index.by_group.get(known_by, 0) + 1


def _merge_row(table: Table, index: PeopleIndex, line: int, record: PersonRecord) -> None:
    """A second row with an id that is there already: another role or school of the same person, or somebody else."""
    sourced_id = record.sourced_id
    first, group = index.line_of(sourced_id), index.group_of(sourced_id)
    if not index.same_name(record):
        table.reject(
            "id-twice",
            gettext_noop("“%(value)s” is already somebody else on line %(first)s, so the row was not read."),
            line,
            sourced_id=sourced_id,
            column="sourcedId",
            value=sourced_id,
            first=first,
        )
        return
    index.remember(sourced_id, record)
    _tell_merged(table, line, sourced_id, first, group, record.role)


def _is_second_id(
    table: Table, index: PeopleIndex, by_email: dict[str, tuple[str, int]], line: int, record: PersonRecord
) -> bool:
    name = _name_mark(record)
    first_id, first_name = by_email.setdefault(record.email, (record.sourced_id, name))
    if first_id == record.sourced_id:
        return False
    first = index.line_of(first_id)
    if first_name != name:
        table.warn(
            "email-shared",
            gettext_noop("The e-mail address is that of another person on line %(first)s. Both were kept."),
            line,
            column="email",
            first=first,
        )
        return False
    index.merged_into[record.sourced_id] = first_id
    index.remember(first_id, record)
    _tell_merged(table, line, record.sourced_id, first, index.group_of(first_id), record.role)
    return True


def _tell_merged(table: Table, line: int, sourced_id: str, first: int, one: Group | None, other: Group | None) -> None:
    groups = sorted({group for group in (one, other) if group}, key=lambda group: _RANK[group])
    table.warn(
        "two-roles" if len(groups) > 1 else "person-twice",
        gettext_noop("The same person as on line %(first)s. Read as one: known as %(guess)s%(others)s."),
        line,
        column="role" if len(groups) > 1 else "sourcedId",
        value=sourced_id if table.layout.name == "users" else "",  # the template's ids are made up
        guess=groups[0].value if groups else "",
        first=first,
        others="".join(f", {group.value}" for group in groups[1:]),
    )


def stream_people(index: PeopleIndex, records: Iterable[tuple[int, PersonRecord]]) -> Iterator[PersonRecord]:
    """The second reading: everybody once, with what their other rows add."""
    for line, record in records:
        if record.sourced_id in index.merged_into or index.line_of(record.sourced_id) != line:
            continue
        extras = index.extras.get(record.sourced_id)
        yield _with(record, extras) if extras and record.status is Status.ACTIVE else record


def _with(record: PersonRecord, extras: list[PersonRecord]) -> PersonRecord:
    rows = sorted([record, *extras], key=lambda row: _NO_GROUP if row.role is None else _RANK[row.role])
    groups = list(dict.fromkeys(group for row in rows for group in (row.role, *row.other_roles) if group))
    ids = dict.fromkeys(row.sourced_id for row in extras)
    ids.pop(record.sourced_id, None)
    return replace(
        record,
        email=next((row.email for row in rows if row.email), ""),
        role=groups[0] if groups else None,
        other_roles=tuple(groups[1:]),
        org_ids=tuple(dict.fromkeys(school for row in rows for school in row.org_ids)),
        also_ids=tuple(ids),
    )


def stream_role_changes(index: PeopleIndex, rows: UserRows, told: Callable[[str], bool]) -> Iterator[PersonRecord]:
    """People of whom a delta gives only new roles: their names are on record. ``told`` is False for ids not to give."""
    book = rows.around.roles
    for sourced_id in book.of if book else ():
        if sourced_id not in index.at and told(sourced_id):
            group, others, schools = rows._from_role_rows(sourced_id, "", book.of[sourced_id][0][3] if book else 0)
            yield PersonRecord(sourced_id, "", "", "", group, others, schools)
