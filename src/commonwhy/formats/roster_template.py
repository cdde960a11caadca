"""The plain CSV template for a district without a OneRoster export: name, email, role, school; grade and language if
wanted.

It gives the same records and findings as OneRoster, so one import serves both. People fill it in by hand, so headers
and roles are understood in English and Spanish, also when nearly right, and every guess is told. It adds and changes
people and takes nobody off. ``read_any_roster`` takes whatever was sent: a zip, a folder, or this file.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, TextIO

from commonwhy.formats.delimited import UnreadableFile, gettext_noop, write_rows
from commonwhy.formats.messages import Message
from commonwhy.formats.oneroster.columns import Columns, Layout, is_private, key_of
from commonwhy.formats.oneroster.findings import Findings, Severity
from commonwhy.formats.oneroster.manifest import Mode
from commonwhy.formats.oneroster.orgs import LONGEST_NAME
from commonwhy.formats.oneroster.people import Surroundings, UserRows, index_people, stream_people
from commonwhy.formats.oneroster.records import (
    Group,
    OrgKind,
    OrgRecord,
    PersonRecord,
    Status,
    band_of,
    read_language,
)
from commonwhy.formats.oneroster.roles import read_role
from commonwhy.formats.oneroster.roster import Roster, read_roster
from commonwhy.formats.oneroster.tables import Table

HEADER = ("name", "email", "role", "school", "grade", "language")

_READ = ("name", "given", "family", "email", "role", "school", "grade", "language")
_LAYOUT = Layout("people", _READ, ("name", "role"), _READ)
_SYNONYMS = {
    "name": "name fullname person nombre nombrecompleto nombreyapellidos displayname",
    "given": "firstname givenname forename first nombres primernombre",
    "family": "lastname familyname surname last apellido apellidos",
    "email": "email mail emailaddress correo correoelectronico correoe",
    "role": "role position group jobtitle puesto cargo rol funcion grupo",
    "school": "school site building campus location escuela plantel centro colegio",
    "grade": "grade grades gradelevel year grado grados curso nivel",
    "language": "language homelanguage preferredlanguage idioma lengua lenguaje",
}
_COLUMN_OF = {word: column for column, words in _SYNONYMS.items() for word in words.split()}
_WHOLE_DISTRICT = {"district", "districtoffice", "centraloffice", "all", "distrito", "oficinacentral", "todas", "none", "na"}


def write_template(target: Path | TextIO | BinaryIO) -> None:
    """Write the empty template, marked so that Excel keeps accents."""
    write_rows(target, HEADER, (), mark=True)


def read_template(
    source: Path | BinaryIO, *, name: str | None = None, known_orgs: Mapping[str, OrgRecord] | None = None
) -> Roster:
    """Read and check a filled-in template (a path, or a seekable stream).

    ``known_orgs``: schools on record by id; one with the same name is the same school.
    Raises ``UnreadableFile`` where there is nothing to read; all else is a finding.
    """
    file = name or (source.name if isinstance(source, Path) else "people.csv")
    return _Template(source, file, known_orgs or {}).roster()


def read_any_roster(
    source: Path | BinaryIO, *, name: str | None = None, known_orgs: Mapping[str, OrgRecord] | None = None
) -> Roster:
    """A OneRoster zip or folder, or the template, told apart by what they are rather than by their name."""
    if isinstance(source, Path) and not source.is_dir() and source.exists():
        with source.open("rb") as stream:
            start = stream.read(4)
    elif isinstance(source, Path):
        start = b"PK\x03\x04"  # a folder, or nothing at all, which the archive says best
    else:
        start = source.read(4)
        source.seek(0)
    reader = read_roster if start[:2] == b"PK" else read_template
    return reader(source, name=name, known_orgs=known_orgs)


class _Template:
    """One template being read, as often as needed."""

    def __init__(self, source: Path | BinaryIO, file: str, known_orgs: Mapping[str, OrgRecord]) -> None:
        self.source = source
        self.file = file
        self.orgs: dict[str, OrgRecord] = {}
        self.findings = Findings()
        self._school_ids = {key_of(org.name): org.school_id or org.sourced_id for org in known_orgs.values()}

    def roster(self) -> Roster:
        table = self._table(self.findings)
        index = index_people(table, self._records(table))
        unreadable = next((finding for finding in self.findings.told if finding.rule == "file-unreadable"), None)
        if unreadable and not table.rows:
            raise UnreadableFile(unreadable.message, file=self.file, line=unreadable.line)
        counts = {
            "orgs": len(self.orgs),
            "schools": len(self.orgs),
            "people": index.active,
            "ended": 0,
            "rejected": table.rejected,
        }
        return Roster(
            version="template",
            modes={"people": Mode.DELTA},
            findings=self.findings,
            orgs=self.orgs,
            counts=counts | {group.value: number for group, number in sorted(index.by_group.items())},
            absent_have_left=False,
            absent_orgs_have_left=False,
            keep=frozenset(),
            _people=lambda: stream_people(index, self._records(self._table(Findings()))),
        )

    def _table(self, findings: Findings) -> Table:
        return Table(_LAYOUT, self.file, Mode.DELTA, findings, optional=set(), match=match_template_header)

    def _records(self, table: Table) -> Iterator[tuple[int, PersonRecord]]:
        opened = self.source.open("rb") if isinstance(self.source, Path) else nullcontext(self.source)
        taken: dict[str, str] = {}
        cells = UserRows(table, Surroundings({}, orgs_known=True, roles=None))
        with opened as stream:
            if not isinstance(self.source, Path):
                stream.seek(0)
            for line, values in table.read(stream):
                record = self._record(table, cells, line, values, taken)
                if record is not None:
                    yield line, record

    def _record(
        self, table: Table, cells: UserRows, line: int, values: tuple[str, ...], taken: dict[str, str]
    ) -> PersonRecord | None:
        name, given, family, email, text, school, grade, language = values
        given, family = _names(name, given, family)
        if not given and not family:
            template = gettext_noop("The row has no name, so it was not read.")
            table.reject("name-missing", template, line, sourced_id="", column="name")
            return None
        school_id = self._school(school)
        group = _group(table, line, text, of_district=not school_id)
        if group is None:
            return None
        address = cells.email(line, email) if email else ""
        grades = cells.grades(line, grade) if group is Group.STUDENTS else ()
        if language and not read_language(language):
            template = gettext_noop("“%(value)s” is not a language that is known. It was left out.")
            table.warn("language-unknown", template, line, column="language", value=language)
        spoken = f"{given} {family}".casefold()
        sourced_id = _id(address, taken.setdefault(address, spoken) == spoken, spoken, school_id)
        return PersonRecord(
            sourced_id,
            given[:79],
            family[:79],
            address,
            group,
            (),
            (school_id,) if school_id else (),
            grades,
            band_of(grades) if grades else "",
            read_language(language) if language else "",
        )

    def _school(self, text: str) -> str:
        """The id of a school by its name, new ones remembered; empty for the whole district."""
        key = key_of(text)
        if not key or key in _WHOLE_DISTRICT:
            return ""
        school_id = self._school_ids.get(key)
        if school_id is None:
            school_id = self._school_ids[key] = "school:" + hashlib.blake2b(key.encode(), digest_size=9).hexdigest()
            self.orgs[school_id] = OrgRecord(
                school_id, text[:LONGEST_NAME], "school", "", Status.ACTIVE, OrgKind.SCHOOL, school_id
            )
        return school_id


def match_template_header(
    header: Sequence[str], layout: Layout, findings: Findings, *, line: int, optional: set[str], file: str
) -> Columns:
    """Find the template's columns in a header written by hand, telling every guess."""
    keys = [_plain(text) for text in header]
    if "sourcedid" in keys and ("givenname" in keys or "orgsourcedids" in keys):
        raise UnreadableFile(
            Message(gettext_noop("“%(file)s” is one file of a OneRoster export. Send the whole zip or folder."), {"file": file}),
            file=file,
        )
    at: dict[str, int] = {}
    if not any(key in _COLUMN_OF for key in keys):
        return Columns({}, len(header), ())
    for index, key in enumerate(keys):
        column = _COLUMN_OF.get(key)
        if column and column not in at:
            at[column] = index
    taken = set(at.values())
    for index, key in enumerate(keys):
        if index in taken or not key:
            continue
        words = [word for word, column in _COLUMN_OF.items() if column not in at]
        near = [] if is_private(header[index]) else difflib.get_close_matches(key, words, 1, 0.8)
        shown = {"file": file, "line": line, "column": header[index].strip(), "value": header[index]}
        if near:
            at[_COLUMN_OF[near[0]]] = index
            template = gettext_noop("The column “%(column)s” was read as “%(guess)s”.")
            _tell(findings, "header-guess", Severity.WARNING, template, shown, guess=_COLUMN_OF[near[0]])
        else:
            template = gettext_noop("The column “%(column)s” is not needed and was not read.")
            _tell(findings, "header-unknown", Severity.NOTICE, template, shown)
    if "name" in at and "family" in at and "given" not in at:
        at["given"] = at.pop("name")  # “Nombre, Apellidos”
    missing = tuple(
        column for column in layout.required if column not in at and not (column == "name" and ("given" in at or "family" in at))
    )
    for column in missing:
        template = gettext_noop("The column “%(column)s” is missing, so the file was not read. Start from the template.")
        findings.add("header-missing", Severity.ERROR, template, file=file, line=line, column=column)
    private = tuple(index for index, text in enumerate(header) if is_private(text))
    return Columns({} if missing else at, len(header), missing, private_at=private)


def _tell(
    findings: Findings, rule: str, severity: Severity, template: str, shown: Mapping[str, object], *, guess: str = ""
) -> None:
    add: Callable[..., None] = findings.add
    add(rule, severity, template, guess=guess, **shown)


def _group(table: Table, line: int, text: str, *, of_district: bool) -> Group | None:
    """The group a role word means, guesses told; None where the row had to be rejected."""
    key = _plain(text)
    if key in _GROUP_NAMES:
        return _GROUP_NAMES[key]
    role = read_role(text) or read_role(key)
    if role is None:
        template = (
            gettext_noop("“%(value)s” is not a role that is known, so the row was not read. Use one of: %(roles)s.")
            if text
            else gettext_noop("The row has no role, so it was not read. Use one of: %(roles)s.")
        )
        roles = "teacher, student, parent, aide, principal, administrator"
        table.reject("role-unknown", template, line, sourced_id="", column="role", value=text, roles=roles)
        return None
    group = role.group_for(of_district=of_district)
    if not role.certain:
        template = gettext_noop("“%(value)s” was read as %(guess)s.")
        severity = Severity.NOTICE if role.word == key else Severity.WARNING
        table.add("role-guess", severity, template, line, column="role", value=text, guess=group.value)
    return group


def _names(name: str, given: str, family: str) -> tuple[str, str]:
    """Given and family name; “Family, Given” turned round."""
    if name and not (given or family):
        before, comma, after = name.partition(",")
        if comma and after.strip():
            return " ".join(after.split()), " ".join(before.split())
        *first, last = name.split()
        return " ".join(first), last
    return " ".join(given.split()), " ".join(family.split())


def _id(address: str, first_of_address: bool, spoken: str, school_id: str) -> str:
    """A lasting id: the address where it is theirs alone, else the name with it or with the school."""
    parts = (spoken, school_id) if not address else (address,) if first_of_address else (address, spoken)
    return "person:" + hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _plain(text: str) -> str:
    """A word without case, accents and punctuation."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", "", "".join(letter for letter in bare if not unicodedata.combining(letter)))


_GROUP_NAMES = {_plain(group.value): group for group in Group}
