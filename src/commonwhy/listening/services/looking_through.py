"""Reading a file of answers from end to end: what it holds, what it would do, and its responses staged to be written.

Read twice, once to show and once to write; both times here, so that what was shown is what is done. Nothing of it is kept
but counts, unless a `Stage` is given, which holds the responses outside the database, sorted by their keys. The keys are
keyed digests, so that order has nothing to do with the file's.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from commonwhy.districts.models import District, Group, School
from commonwhy.formats.findings import Finding
from commonwhy.formats.survey_exports import ImportedResponse, Known, Matcher, Use, read_responses
from commonwhy.formats.survey_exports import Mapping as ColumnMapping
from commonwhy.listening.models import Response
from commonwhy.listening.services.imported_questions import MOST_COUNTED

Place = tuple[str | None, str | None]
"""A group and a school by their keys as text; a school to be added is `new:` and its name."""

NEW_SCHOOL = "new:"
MOST_VALUES = 500
MOST_RESPONSES = 100_000
EARLIEST = date(2000, 1, 3)
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,6})?")

# What people call themselves beside the name a group has here; the rest is known to `formats.survey_exports`.
ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    Group.Kind.STUDENTS: ("Students", "Estudiantes"),
    Group.Kind.FAMILIES: ("Families", "Parents and guardians", "Familias", "Madres y padres"),
    Group.Kind.TEACHERS: ("Teachers", "Docentes", "Librarians", "Coaches"),
    Group.Kind.SUPPORT_STAFF: ("Support staff", "Paraprofessionals", "Counselors", "Personal de apoyo"),
    Group.Kind.BUILDING_LEADERS: ("Building leaders", "Principals", "Assistant principal", "School administrators"),
    Group.Kind.DISTRICT_LEADERS: ("District leaders", "Superintendent", "District administrators", "Central office"),
    Group.Kind.BOARD: ("Board", "School board", "Junta escolar"),
    Group.Kind.UNION: ("Union", "Sindicato"),
    Group.Kind.BUSINESS: ("Business and community", "Community members", "Business partner", "Empresas y comunidad"),
    Group.Kind.ALUMNI: ("Alumni", "Former student", "Exalumnos"),
}


class TooManyResponses(ValueError):
    """More than can be written without holding up everybody else."""


@dataclass
class Seen:
    """What one value of a role or school column was taken for. `key` is None where nobody knows; `guess` may be a key."""

    value: str
    rows: int
    key: str | None
    guess: str = ""


@dataclass
class Look:
    """What a file holds, by the choices made for its columns."""

    rows: int = 0
    responses: int = 0
    already: Counter[UUID] = field(default_factory=Counter)
    roles: list[Seen] = field(default_factory=list)
    places: list[Seen] = field(default_factory=list)
    cells: Counter[Place] = field(default_factory=Counter)
    weeks: Counter[date] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    findings_left_out: int = 0

    @property
    def added(self) -> int:
        return self.responses - sum(self.already.values())


class Stage:
    """Responses on their way into the database, in a private file that is gone when this is closed."""

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary database: on disk when large, deleted with the connection.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=OFF")
        self._rows.execute(
            "CREATE TABLE staged (key TEXT PRIMARY KEY, grp TEXT, school TEXT, language TEXT, week TEXT, answers TEXT) "
            "WITHOUT ROWID"
        )
        self._rows.execute("BEGIN")

    def add(self, key: str, place: Place, language: str, week: date | None, answers: Mapping[str, Any]) -> None:
        said = json.dumps(dict(answers))
        values = (key, *place, language, week.isoformat() if week else None, said)
        self._rows.execute("INSERT OR IGNORE INTO staged VALUES (?, ?, ?, ?, ?, ?)", values)

    def __iter__(self) -> Iterator[tuple[str, Place, str, date | None, dict[str, str | tuple[str, ...]]]]:
        for key, group, school, language, week, said in self._rows.execute("SELECT * FROM staged ORDER BY key"):
            answers = {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(said).items()}
            yield key, (group, school), language, date.fromisoformat(week) if week else None, answers

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._rows.close()


def look_through(
    path: Path,
    name: str,
    mapping: ColumnMapping,
    district: District,
    *,
    stage: Stage | None = None,
    report: Callable[[int], None] | None = None,
) -> Look:
    """Read the whole file. Raises `UnreadableFile` and `MappingProblem` as `read_responses` does, and `TooManyResponses`.

    `already` counts, by survey, the responses that an earlier file brought into this district.
    """
    groups, schools = known_groups(district), known_schools(district, mapping.school_values)
    matchers = {
        Use.GROUP: Matcher(groups, mapping.group_values, roles=True),
        Use.SCHOOL: Matcher(schools, mapping.school_values, roles=False),
    }
    written: dict[Use, Counter[str]] = {Use.GROUP: Counter(), Use.SCHOOL: Counter()}
    counted = {column.key for column in mapping.columns if column.kind in (Use.SINGLE, Use.MULTIPLE, Use.LIKERT)}
    texts = [column.key for column in mapping.columns if column.kind is Use.TEXT]
    known = keys_here(district)
    look = Look(values={key: Counter() for key in counted})
    latest = district.today()
    # Roles and schools come as written, so that each value can be shown beside what it was taken for.
    reading = read_responses(path, mapping, salt=salt_of(district), name=name)
    for response in reading:
        look.responses += 1
        if look.responses > MOST_RESPONSES:
            reading.close()
            raise TooManyResponses
        place = (
            _place(response.group, mapping.group, matchers[Use.GROUP], written[Use.GROUP]),
            _place(response.school, mapping.school, matchers[Use.SCHOOL], written[Use.SCHOOL]),
        )
        look.cells[place] += 1
        week = _week(response.submitted_week, latest)
        if week:
            look.weeks[week] += 1
        _count_answers(look, response, counted)
        if response.key in known:
            look.already[known[response.key]] += 1
        elif stage is not None:
            stage.add(response.key, place, _language(response, texts), week, response.answers)
        if report is not None and look.responses % 500 == 0:
            report(reading.rows)
    look.rows = reading.rows
    look.skipped = reading.skipped
    look.findings = reading.findings
    look.findings_left_out = reading.findings_left_out
    look.roles = _seen(written[Use.GROUP], matchers[Use.GROUP], groups)
    look.places = _seen(written[Use.SCHOOL], matchers[Use.SCHOOL], schools)
    return look


def salt_of(district: District) -> bytes:
    """What makes the keys of this district's imported responses: the same for all its files, so that an answer that came
    in one file is known in the next, and of no use to anybody without this installation's secret key."""
    secret = hashlib.sha256(b"commonwhy.listening.files\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(secret, district.pk.bytes, hashlib.sha256).digest()


def keys_here(district: District) -> dict[str, UUID]:
    """The keys of every response that came by file, with their surveys."""
    rows = Response.objects.within(district).filter(source=Response.Source.FILE)
    return dict(rows.values_list("key", "survey_id").iterator(chunk_size=5_000))


def known_groups(district: District) -> dict[str, tuple[str, ...]]:
    """The groups that are here, with what they go by in each language."""
    names: dict[str, tuple[str, ...]] = {}
    for group in Group.objects.within(district).filter(not_here=""):
        called = [group.name] if group.name else []
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                called.append(str(group))
        names[str(group.pk)] = tuple(dict.fromkeys([*called, *ALSO_CALLED.get(group.kind, ())]))
    return names


def known_schools(district: District, decided: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The schools of the district, those that have ended too, and those a person wants to add."""
    schools = {str(school.pk): (school.name,) for school in School.objects.within(district)}
    added = {key for key in decided.values() if key.startswith(NEW_SCHOOL)}
    return {**schools, **{key: (key.removeprefix(NEW_SCHOOL),) for key in sorted(added)}}


def _place(value: str | None, whole_file: str, matcher: Matcher, written: Counter[str]) -> str | None:
    """What a response says of its group or school; where it says nothing, what holds for the whole file."""
    if not value or value == whole_file:
        return whole_file or None
    if value in written or len(written) < MOST_VALUES * 4:
        written[value] += 1
    return matcher.match(value).key or None


def _seen(written: Counter[str], matcher: Matcher, known: Known) -> list[Seen]:
    keys = {names[0]: key for key, names in known.items()}
    found = []
    for value, rows in written.most_common(MOST_VALUES):
        match = matcher.match(value)
        found.append(Seen(value, rows, match.key, keys.get(match.guess, "") if match.key is None else ""))
    return found


def _week(week: date | None, today: date) -> date | None:
    """A Monday that can be true: not before there were web forms, and not after this week."""
    if week is None or week < EARLIEST:
        return None
    return min(week, today - timedelta(days=today.weekday()))


def _language(response: ImportedResponse, texts: list[str]) -> str:
    """The language of somebody's words: as the file says, else as they sound. Nothing where there are no words (FIELD 1)."""
    from commonwhy.methods.embedding.language import guess_language

    words = " ".join(str(response.answers[key]) for key in texts if key in response.answers)
    if not words:
        return ""
    if response.language and LANGUAGE_CODE.fullmatch(response.language):
        return response.language
    return guess_language(words) or ""


def _count_answers(look: Look, response: ImportedResponse, counted: set[str]) -> None:
    look.answers.update(response.answers.keys())
    for key, value in response.answers.items():
        if key in counted:
            counts = look.values[key]
            for each in (value,) if isinstance(value, str) else value:
                if each in counts or len(counts) <= MOST_COUNTED:
                    counts[each] += 1


def said(findings: list[Finding], most: int) -> list[dict[str, Any]]:
    """Findings for pages and machines, in the reader's language."""
    return [finding.as_dict(gettext) for finding in findings[:most]]
