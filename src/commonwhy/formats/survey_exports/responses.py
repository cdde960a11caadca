"""The responses of an export, one at a time, by a mapping that someone has looked at.

Only the columns that the mapping uses are taken out of a row; what says who answered stays behind here, where at most a
salted digest of a response number is compared with the ones before, to notice a row that is there twice. A moment
becomes its Monday. Nothing is cleaned out of what people wrote: markup, formulas and odd characters are their words,
and pages and spreadsheets escape them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from commonwhy.formats.delimited import Row
from commonwhy.formats.encoded_text import Limits
from commonwhy.formats.findings import Finding
from commonwhy.formats.messages import Message, gettext_noop
from commonwhy.formats.survey_exports.answers import is_tick
from commonwhy.formats.survey_exports.choices import COMMA, SEMICOLON, split_choices
from commonwhy.formats.survey_exports.content_keys import ContentKeys
from commonwhy.formats.survey_exports.dates import monday_of
from commonwhy.formats.survey_exports.guesses import safety_locks
from commonwhy.formats.survey_exports.layouts import Layout, recognise
from commonwhy.formats.survey_exports.mapping import Column, MappingProblem, Use
from commonwhy.formats.survey_exports.mapping import Mapping as ColumnMapping
from commonwhy.formats.survey_exports.matching import Known, Matcher
from commonwhy.formats.survey_exports.redaction import redacted
from commonwhy.formats.survey_exports.row_checks import RowChecks
from commonwhy.formats.survey_exports.tables import SURVEY_LIMITS, opened_table
from commonwhy.formats.survey_exports.vocabulary import LANGUAGES, words

_MAX_FINDINGS = 1_000
_MAX_UNMATCHED = 2_000
_UNTICKED = frozenset({"0", "false", "falso", "no", "unchecked", "not selected"})

Answer = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportedResponse:
    """One person's answers, without the person.

    ``line`` is for messages only and must not be stored: with the file in hand it leads back to a row. ``group`` and
    ``school`` are keys of the caller's lists (or, without lists, what was written), None where unknown.
    ``submitted_week`` is a Monday. ``answers`` are by ``Column.key``; blanks are left out. ``key`` names the content
    (see ``content_keys``) and is empty where no salt was given.
    """

    line: int
    group: str | None
    school: str | None
    language: str | None
    grade: str | None
    submitted_week: dt.date | None
    answers: Mapping[str, Answer]
    key: str = ""


def read_responses(
    source: Path | BinaryIO,
    mapping: ColumnMapping,
    *,
    groups: Known | None = None,
    schools: Known | None = None,
    salt: bytes | None = None,
    key_source: str = "",
    name: str | None = None,
    limits: Limits = SURVEY_LIMITS,
) -> Reading:
    """The responses in ``source``, streamed; findings and counts gather on the ``Reading`` while it is iterated.

    ``groups`` and ``schools`` map the caller's keys to names; without them, roles and schools come as written.
    ``salt`` (16 bytes or more, one per survey) gives each response its ``key``.

    Raises ``MappingProblem`` where the mapping was made for another file or reads in who answered, and
    ``UnreadableFile`` at once or on the way for a file that cannot be read.
    """
    layout = recognise(source, name, limits=limits)
    if layout.fingerprint != mapping.fingerprint or len(layout.headings) != len(mapping.columns):
        raise MappingProblem(
            gettext_noop("“%(file)s” has other headings than the file these columns were chosen for. Choose them again."),
            file=layout.file,
        )
    locked = safety_locks(layout)
    for column in mapping.columns:
        if column.index in locked and column.kind not in {Use.IDENTITY, Use.IGNORE}:
            raise MappingProblem(
                gettext_noop("“%(column)s” says who answered, so it cannot be read in. Leave it out."),
                column=column.header,
            )
    keys = ContentKeys(salt, source=key_source) if salt is not None else None
    return Reading(source, layout, mapping, groups=groups, schools=schools, keys=keys, limits=limits)


class Reading(Iterator[ImportedResponse]):
    """A file being read. After the last response, ``findings``, ``skipped`` and the other counts are whole."""

    def __init__(
        self,
        source: Path | BinaryIO,
        layout: Layout,
        mapping: ColumnMapping,
        *,
        groups: Known | None,
        schools: Known | None,
        keys: ContentKeys | None,
        limits: Limits,
    ) -> None:
        self.layout = layout
        self.mapping = mapping
        self.findings: list[Finding] = []
        self.findings_left_out = 0
        self.rows = 0
        self.skipped: Counter[str] = Counter()
        self.unmatched: dict[Use, Counter[str]] = {Use.GROUP: Counter(), Use.SCHOOL: Counter()}
        self.guesses: dict[tuple[Use, str], str] = {}
        self._matchers = {
            Use.GROUP: Matcher(groups, mapping.group_values, roles=True) if groups is not None else None,
            Use.SCHOOL: Matcher(schools, mapping.school_values, roles=False) if schools is not None else None,
        }
        self._columns = {
            kind: mapping.column_for(kind) for kind in (Use.TIMESTAMP, Use.GROUP, Use.SCHOOL, Use.LANGUAGE, Use.GRADE)
        }
        self._questions = [column for column in mapping.columns if column.is_question]
        self._names = {column.index: _content_name(column) for column in self._questions}
        self._keys = keys
        self._rows = self._read(source, limits)

    def __next__(self) -> ImportedResponse:
        return next(self._rows)

    def close(self) -> None:
        """Stop early and let go of the file."""
        self._rows.close()

    def _read(self, source: Path | BinaryIO, limits: Limits) -> Generator[ImportedResponse, None, None]:
        layout = self.layout
        checks = RowChecks(layout, self.mapping)
        try:
            with opened_table(source, name=layout.file, limits=limits, delimiter=layout.delimiter, sheet=layout.sheet) as table:
                for row in table:
                    if row.line <= layout.last_header_line:
                        continue
                    self.rows += 1
                    verdict = checks.judge(row)
                    for column, value, reason in verdict.remarks:
                        self._find(row.line, column, value, reason)
                    if verdict.skip:
                        self.skipped[verdict.skip] += 1
                        continue
                    response = self._response(row)
                    if response is None:
                        self.skipped["blank"] += 1
                        continue
                    yield response
        finally:
            checks.close()
            if self._keys is not None:
                self._keys.close()

    def _response(self, row: Row) -> ImportedResponse | None:
        answers, content = self._answers(row)
        if not answers:
            return None
        said = {kind: self._cell(row, kind) for kind in (Use.GROUP, Use.SCHOOL, Use.LANGUAGE, Use.GRADE)}
        week = self._week(row)
        whole_file = {Use.GROUP: self.mapping.group, Use.SCHOOL: self.mapping.school}
        key = ""
        if self._keys is not None:
            written = {str(kind): text or whole_file.get(kind, "") for kind, text in said.items()}
            key = self._keys.key(content, said=written, week=week)
        return ImportedResponse(
            line=row.line,
            group=self._matched(row.line, Use.GROUP, said[Use.GROUP]) or self.mapping.group or None,
            school=self._matched(row.line, Use.SCHOOL, said[Use.SCHOOL]) or self.mapping.school or None,
            language=_language(said[Use.LANGUAGE]),
            grade=said[Use.GRADE] or None,
            submitted_week=week,
            answers=answers,
            key=key,
        )

    def _answers(self, row: Row) -> tuple[dict[str, Answer], dict[str, Answer]]:
        """The answers of a row by key, and again by question for naming the content."""
        answers: dict[str, Answer] = {}
        content: dict[str, Answer] = {}
        for column in self._questions:
            cell = row.cells[column.index].strip() if column.index < len(row.cells) else ""
            value = _value(column, cell) if cell else None
            if not value:
                continue
            for found, name in ((answers, column.key), (content, self._names[column.index])):
                before = found.get(name)
                if isinstance(before, tuple) and isinstance(value, tuple):
                    found[name] = (*before, *value)
                elif before is None:
                    found[name] = value
                else:
                    found[f"{name}.{column.index + 1}"] = value
        return answers, content

    def _cell(self, row: Row, kind: Use) -> str:
        column = self._columns[kind]
        return row.cells[column.index].strip() if column and column.index < len(row.cells) else ""

    def _week(self, row: Row) -> dt.date | None:
        text = self._cell(row, Use.TIMESTAMP)
        week = monday_of(text, day_first=self.mapping.day_first) if text else None
        column = self._columns[Use.TIMESTAMP]
        if text and week is None and column:
            reason = gettext_noop("This is not a date, so the response has no week.")
            self._find(row.line, column.header, text, Message(reason))
        return week

    def _matched(self, line: int, kind: Use, value: str) -> str | None:
        matcher = self._matchers[kind]
        if not value or matcher is None:
            return value or None
        match = matcher.match(value)
        if match.key is not None:
            return match.key
        seen = self.unmatched[kind]
        if value not in seen and len(seen) >= _MAX_UNMATCHED:
            return None
        if value not in seen:
            column = self._columns[kind]
            reason = (
                gettext_noop("This is none of your roles or groups. Say which it is, or leave it without one.")
                if kind is Use.GROUP
                else gettext_noop("This is none of your schools. Say which it is, or leave it without one.")
            )
            if match.guess:
                self.guesses[kind, value] = match.guess
            self._find(line, column.header if column else "", value, Message(reason), match.guess)
        seen[value] += 1
        return None

    def _find(self, line: int, column: str, value: str, reason: Message, guess: str = "") -> None:
        if len(self.findings) >= _MAX_FINDINGS:
            self.findings_left_out += 1
            return
        self.findings.append(Finding(self.layout.file, line, column, redacted(value[:400]), reason, guess))


def _value(column: Column, cell: str) -> Answer | None:
    if column.kind is not Use.MULTIPLE:
        return cell
    if column.row_of_grid:
        if is_tick(cell, column.row_of_grid):
            return (column.row_of_grid,)
        return None if cell.casefold() in _UNTICKED else (cell,)
    separator = column.separator or (SEMICOLON if SEMICOLON in cell else COMMA)
    return split_choices(cell, separator, column.options)


def _content_name(column: Column) -> str:
    """A question's name in the content, the same wherever its column stands."""
    return column.question + (f" [{column.row_of_grid}]" if column.kind is Use.LIKERT and column.row_of_grid else "")


def _language(text: str) -> str | None:
    return LANGUAGES.get(" ".join(words(text[:60])), text[:60].casefold()) if text else None
