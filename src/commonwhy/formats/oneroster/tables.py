"""Rows of one file of the set, with only the columns that may be read.

A row leaves here as a line number and the wanted values, in the order of ``Layout.read``. Everything else in the raw
row, a password for instance, is let go with it. What every file shares is checked here: width, status, dates, lists.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from commonwhy.formats.delimited import Limits, Row, UnreadableFile, gettext_noop, read_rows
from commonwhy.formats.oneroster.columns import Columns, Layout, match_header
from commonwhy.formats.oneroster.findings import Findings, Severity
from commonwhy.formats.oneroster.manifest import Mode
from commonwhy.formats.oneroster.records import Status

TABLE_LIMITS = Limits(max_bytes=1_000_000_000, max_columns=500, max_rows=2_000_000)
ENROLLMENT_LIMITS = replace(TABLE_LIMITS, max_rows=10_000_000)  # a student stands in one for each class
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LOCAL_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b.*")
_HABIT_ROWS = 5
_MAX_BLANKS = 200


class Table:
    """One file being read. ``complete`` turns True when its last row was reached."""

    def __init__(
        self,
        layout: Layout,
        file: str,
        mode: Mode,
        findings: Findings,
        *,
        optional: set[str],
        match: Callable[..., Columns] = match_header,
    ) -> None:
        self.layout = layout
        self.file = file
        self.mode = mode
        self.complete = False
        self.rows = 0
        self.rejected = 0
        self.rejected_ids: set[str] = set()
        self.columns = Columns({}, 0, ())
        self._findings = findings
        self._optional = optional
        self._match = match
        self._blank: list[int] = []
        self._any_status = False
        self._full_width = 0

    # -- rows

    def read(self, stream: BinaryIO) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Line and values of each row. A file that breaks off is a finding, not an error: what came before it counts."""
        limits = ENROLLMENT_LIMITS if self.layout.name == "enrollments" else TABLE_LIMITS
        reader = read_rows(stream, name=self.file, limits=limits, line_breaks=False)
        try:
            header = next(reader)
            columns = self.columns = self._match(
                header.cells, self.layout, self._findings, line=header.line, optional=self._optional, file=self.file
            )
            if not columns.at:
                if not columns.missing:
                    self._refuse_header(header.line)
                return
            password = columns.password_at
            # The place past the end holds an empty cell, for columns this file does not have.
            pick = operator.itemgetter(*(columns.at.get(column, columns.width) for column in self.layout.read))
            first, broken_off = _first_rows(reader)
            self._full_width = self._usual_width([row.cells for row in first], header.line)
            for row in itertools.chain(first, reader):
                self.rows += 1
                cells = row.cells
                if len(cells) != columns.width and not self._fits(row.line, cells):
                    continue
                if password is not None and cells[password].strip():
                    password = None
                    self._tell_password(row.line)
                cells.append("")
                yield row.line, tuple(map(str.strip, pick(cells)))
            if broken_off is not None:
                raise broken_off
            self.complete = True
        except UnreadableFile as problem:
            self._findings.tell("file-unreadable", Severity.ERROR, problem.message, file=self.file, line=problem.line)
        finally:
            for note in reader.notes:
                self._findings.tell("file-guess", Severity.WARNING, note.message, file=self.file, line=note.line)
            if len(reader.line_ends) > 1:
                template = gettext_noop("The lines of this file do not all end the same way. They were read all the same.")
                self._findings.add("line-ends", Severity.NOTICE, template, file=self.file)
            reader.close()
            self._tell_blank_statuses()

    def _usual_width(self, rows: list[list[str]], line: int) -> int:
        """The header's width, or more where every row ends in the same empty cells, as some exports write them."""
        width = self.columns.width
        widths = {len(cells) for cells in rows}
        if len(rows) > 1 and len(widths) == 1 and max(widths) > width and not any(any(cells[width:]) for cells in rows):
            template = gettext_noop("The rows end in commas the header does not have. They were left out.")
            self.add("rows-end-in-commas", Severity.NOTICE, template, line)
            return max(widths)
        return width

    def _fits(self, line: int, cells: list[str]) -> bool:
        """Make the row as wide as the header, or reject it where its values may have moved into columns not theirs.

        A comma without quotation marks around it moves what follows to the right, a comma left out moves it to the
        left, and with it a password or a telephone number into a column that is read.
        """
        width, count = self.columns.width, len(cells)
        if count > width and not (count == self._full_width and not any(cells[width:])):
            rule, template = (
                "row-too-long",
                gettext_noop(
                    "This row has %(cells)s cells and the header %(width)s, so it was not read. "
                    "Put quotation marks around a value with a comma."
                ),
            )
        elif count < width and not self.columns.shift_is_safe(width - count):
            rule, template = (
                "row-too-short",
                gettext_noop(
                    "This row has %(cells)s cells and the header %(width)s, so it was not read: "
                    "its values may stand in the wrong columns. Export it again."
                ),
            )
        else:
            if count < width:
                template = gettext_noop("This row has %(cells)s cells and the header %(width)s. The rest was taken as empty.")
                self.warn("row-too-short", template, line, cells=count, width=width)
            cells[:] = (cells + [""] * width)[:width]
            return True
        place = self.columns.at.get("sourcedId", width)
        sourced_id = cells[place].strip() if place < count else ""
        self.reject(rule, template, line, sourced_id=sourced_id, cells=count, width=width)
        return False

    def _refuse_header(self, line: int) -> None:
        self.add(
            "header-missing",
            Severity.ERROR,
            gettext_noop("The first row does not name the columns, so the file was not read. Add the header row."),
            line,
        )

    def _tell_password(self, line: int) -> None:
        self.warn(
            "password-column",
            gettext_noop("This file carries passwords in clear text. They were not read. Leave them out of the export."),
            line,
            column="password",
        )

    # -- findings about a row

    def add(
        self,
        rule: str,
        severity: Severity,
        template: str,
        line: int,
        *,
        column: str = "",
        value: str = "",
        guess: str = "",
        **words: object,
    ) -> None:
        """A finding in this file."""
        self._findings.add(rule, severity, template, file=self.file, line=line, column=column, value=value, guess=guess, **words)

    def warn(
        self, rule: str, template: str, line: int, *, column: str = "", value: str = "", guess: str = "", **words: object
    ) -> None:
        """The row was read, with a guess or without something."""
        self.add(rule, Severity.WARNING, template, line, column=column, value=value, guess=guess, **words)

    def notice(self, rule: str, template: str, line: int, *, column: str, value: str, guess: str = "") -> None:
        """The row was read; this is worth knowing."""
        self.add(rule, Severity.NOTICE, template, line, column=column, value=value, guess=guess)

    def reject(
        self,
        rule: str,
        template: str,
        line: int,
        *,
        sourced_id: str,
        column: str = "",
        value: str = "",
        guess: str = "",
        **words: object,
    ) -> None:
        """The row was not read. Whoever it is about is not taken off for that."""
        self.rejected += 1
        if sourced_id:
            self.rejected_ids.add(sourced_id)
        self.add(rule, Severity.ERROR, template, line, column=column, value=value, guess=guess, **words)

    # -- what every file has

    def read_status(self, text: str, line: int) -> Status:
        """Active or ended. Blank counts as active: nobody is taken off for an empty cell."""
        word = text.casefold().replace(" ", "")
        if word == "active":
            self._any_status = True
            return Status.ACTIVE
        if word == "tobedeleted":
            self._any_status = True
            return Status.ENDED
        if not word:
            if len(self._blank) < _MAX_BLANKS:
                self._blank.append(line)
            return Status.ACTIVE
        self._any_status = True
        if word == "inactive":
            self.warn(
                "status-1.0",
                gettext_noop("“%(value)s” is a OneRoster 1.0 status. It was read as %(guess)s."),
                line,
                column="status",
                value=text,
                guess="tobedeleted",
            )
            return Status.ENDED
        self.warn(
            "status-unknown",
            gettext_noop("“%(value)s” is not a status. It was read as %(guess)s."),
            line,
            column="status",
            value=text,
            guess="active",
        )
        return Status.ACTIVE

    def _tell_blank_statuses(self) -> None:
        if self._any_status or (self.mode is Mode.DELTA and "status" in self.columns):
            for line in self._blank:
                self.warn(
                    "status-blank",
                    gettext_noop("The status is blank, though other rows have one. It was read as %(guess)s."),
                    line,
                    column="status",
                    guess="active",
                )

    def check_moment(self, text: str, line: int) -> None:
        """``dateLastModified`` is a date with a time in ISO 8601; a date alone is worth a notice."""
        if not text or _MOMENT.fullmatch(text):
            return
        if _DAY.fullmatch(text):
            template = gettext_noop("A date without a time; the standard asks for both.")
            self.notice("date-only", template, line, column="dateLastModified", value=text)
        else:
            self.check_day(text, line, "dateLastModified")

    def check_day(self, text: str, line: int, column: str) -> None:
        """A date as ``YYYY-MM-DD``; ``D/MM/YYYY`` is told with the date it was taken for."""
        if not text or _DAY.fullmatch(text) or _MOMENT.fullmatch(text):
            return
        guess = _guess_day(text)
        template = (
            gettext_noop("“%(value)s” was read as %(guess)s; the standard writes dates as YYYY-MM-DD.")
            if guess
            else gettext_noop("“%(value)s” is not a date. It was left out.")
        )
        shown = text if re.fullmatch(r"[\d/.\-:T ]{4,25}", text) else ""
        self.warn("date-format", template, line, column=column, value=shown, guess=guess)

    def read_list(self, text: str, line: int, column: str) -> list[str]:
        """Values between commas; spaces around them are told and dropped."""
        if not text:
            return []
        if "," not in text:
            return [text]
        if ", " in text or " ," in text:
            template = gettext_noop("The list has spaces after its commas. They were left out.")
            self.notice("list-spaces", template, line, column=column, value=text, guess=text.replace(", ", ","))
        return [part for part in (piece.strip() for piece in text.split(",")) if part]


def _first_rows(reader: Iterator[Row]) -> tuple[list[Row], UnreadableFile | None]:
    """A few rows to know the file's habits by; a file that breaks off among them still gives those before."""
    rows: list[Row] = []
    try:
        for row in itertools.islice(reader, _HABIT_ROWS):
            rows.append(row)  # noqa: PERF402 - kept one by one, so that a break loses none of them
    except UnreadableFile as problem:
        return rows, problem
    return rows, None


def _guess_day(text: str) -> str:
    """``D/MM/YYYY`` as ISO 8601; month first only where the day could not be a month's number."""
    found = _LOCAL_DAY.fullmatch(text)
    if not found:
        return ""
    day, month, year = (int(part) for part in found.groups())
    if month > 12:
        day, month = month, day
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
