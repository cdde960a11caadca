"""Rows out of an Excel workbook (.xlsx), as text, without trusting it.

A workbook is a zip of XML. This room checks the zip before opening it (a few kilobytes can claim to be gigabytes),
reads one sheet as a stream that never holds more than a row and the table of shared texts, follows no link to another
file, runs no macro and works out no formula: a formula is its last shown value as text, or its own text where no value
was kept. Dates come out as ``2025-03-04 09:12:45``.

openpyxl understands the parts that are worth understanding (sheets, shared texts, date styles). The loop over rows is
ours because openpyxl's own keeps every row it has passed, fills gaps between row numbers without limit, and believes
the size a sheet claims.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast
from xml.etree.ElementTree import Element, iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser

from commonwhy.formats.delimited import Row
from commonwhy.formats.encoded_text import DEFAULT_LIMITS, Limits
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop
from commonwhy.formats.workbook_archive import BROKEN, DAMAGE, TOO_LARGE, UnsafeError, WatchedArchive, checked_archive

_DAYS_TO_YEAR_10000 = 2_957_003  # counted from 1904, the later of Excel's two calendars
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_sheet(
    source: Path | BinaryIO,
    *,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    sheet: str | None = None,
) -> SheetReader:
    """The rows of one sheet, streamed: ``sheet`` by its name, or the first that can be seen.

    Rows that hold nothing are left out; ``line`` is Excel's own row number. Raises ``UnreadableFile`` at once for a
    file that is no workbook or is dangerous, and while reading for one that is damaged or beyond ``limits``.
    """
    return SheetReader(source, name=name, limits=limits, sheet=sheet)


class SheetReader(Iterator[Row]):
    """The rows of one sheet. ``sheets`` are the names that could be asked for, ``sheet`` the one that is read."""

    def __init__(self, source: Path | BinaryIO, *, name: str | None, limits: Limits, sheet: str | None) -> None:
        self.name = name or (source.name if isinstance(source, Path) else "file")
        self.limits = limits
        self._own: BinaryIO | None = None
        try:
            stream = self._own = source.open("rb") if isinstance(source, Path) else None
        except OSError as error:
            raise self._refuse(gettext_noop("“%(file)s” could not be opened. Choose the file again.")) from error
        try:
            archive = checked_archive(stream or cast(BinaryIO, source), self.name, self.limits)
            self._open_workbook(archive, sheet)
        except BaseException:
            self.close()
            raise
        self._rows = self._read()

    def __iter__(self) -> SheetReader:
        return self

    def __next__(self) -> Row:
        return next(self._rows)

    def close(self) -> None:
        """Stop early and let go of the file."""
        with suppress(AttributeError):
            self._rows.close()
        if self._own is not None:
            self._own.close()

    def _refuse(self, template: str, *, line: int | None = None, **words: object) -> UnreadableFile:
        return UnreadableFile(Message(template, {"file": self.name, "line": line, **words}), file=self.name, line=line)

    def _open_workbook(self, archive: WatchedArchive, sheet: str | None) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reader = ExcelReader(cast(BinaryIO, archive.fp), read_only=True, keep_vba=False, keep_links=False)
                reader.archive = archive
                # openpyxl's own order, without what nobody reads here: properties, theme, charts, names.
                reader.read_manifest()
                reader.read_strings()
                reader.read_workbook()
                apply_stylesheet(archive, reader.wb)
                found = [
                    (str(item.name), str(item.state), str(relation.target))
                    for item, relation in reader.parser.find_sheets()
                    if relation.target in reader.valid_files and "chartsheet" not in str(relation.Type)
                ]
        except UnsafeError as error:
            raise self._refuse(TOO_LARGE) from error
        except DAMAGE as error:
            raise self._refuse(BROKEN) from error
        self._workbook = cast(Any, reader.wb)
        self._archive = archive
        self._texts = reader.shared_strings
        visible = [item for item in found if item[1] == "visible"] or found
        self.sheets = tuple(title for title, _, _ in visible)
        wanted = visible if sheet is None else [item for item in found if item[0] == sheet]
        if not wanted:
            raise self._refuse(gettext_noop("“%(file)s” has no sheet “%(sheet)s”."), sheet=sheet or "")
        self.sheet, _, self._path = wanted[0]

    # -- the rows

    def _read(self) -> Generator[Row, None, None]:
        count = 0
        last = 0
        try:
            for number, cells in self._raw_rows():
                # Row numbers that go backwards are made up; counting keeps findings in order.
                last = number if number > last else last + 1
                if len(cells) > self.limits.max_columns:
                    raise self._refuse(
                        gettext_noop(
                            "“%(file)s” has more than %(limit)s columns, so it was not read. "
                            "Delete the columns that are not needed and try again."
                        ),
                        limit=self.limits.max_columns,
                        line=last,
                    )
                if not any(cells):
                    continue
                count += 1
                if count > self.limits.max_rows:
                    raise self._refuse(
                        gettext_noop("“%(file)s” has more than %(limit)s rows. Split it into smaller files."),
                        limit=self.limits.max_rows,
                        line=last,
                    )
                if any(len(cell) > self.limits.max_cell_chars for cell in cells):
                    raise self._refuse(
                        gettext_noop("“%(file)s” has a cell of more than %(limit)s characters in row %(line)s."),
                        limit=self.limits.max_cell_chars,
                        line=last,
                    )
                yield Row(last, cells)
        except UnreadableFile:
            raise
        except UnsafeError as error:
            raise self._refuse(TOO_LARGE, line=last) from error
        except DAMAGE as error:
            raise self._refuse(
                gettext_noop(
                    "“%(file)s” is damaged after row %(line)s. Open it in Excel, save it as “CSV UTF-8”, and try again."
                ),
                line=last,
            ) from error
        finally:
            if self._own is not None:
                self._own.close()
        if not count:
            raise self._refuse(gettext_noop("“%(file)s” is empty. Export it again and check that it has rows."))

    def _raw_rows(self) -> Iterator[tuple[int, list[str]]]:
        with self._archive.open(self._path) as part:
            parser = _CellParser(
                part,
                self._texts,
                epoch=self._workbook.epoch,
                date_formats=self._workbook._date_formats,
                timedelta_formats=self._workbook._timedelta_formats,
            )
            for number, row in parser.rows():
                cells: list[str] = []
                for cell in row:
                    column = cell["column"]
                    if column > max(self.limits.max_columns, len(cells)):
                        column = self.limits.max_columns + 1
                    cells.extend([""] * (column - len(cells)))
                    if column:
                        cells[column - 1] = _text(cell["value"])
                yield number, cells


class _CellParser(WorkSheetParser):
    """openpyxl's understanding of a cell, with a loop that forgets each row once it is read and stops at the last."""

    def rows(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        sheet_data: Element | None = None
        depth = 0
        for event, element in iterparse(self.source, events=("start", "end")):  # noqa: S314 - entities are refused below
            if event == "start":
                depth += 1
                if depth > 50:
                    raise UnsafeError
                if element.tag == DATA_TAG:
                    sheet_data = element
                continue
            depth -= 1
            if element.tag == ROW_TAG and sheet_data is not None:
                yield self.parse_row(element)
                sheet_data.clear()
            elif element.tag == DATA_TAG:
                return
            elif depth <= 1:
                element.clear()

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:
        number = row.get("r")
        self.row_counter = int(number) if number and number.isdigit() else self.row_counter + 1
        self.col_counter = 0
        return self.row_counter, [self.parse_cell(cell) for cell in row]

    def parse_cell(self, element: Any) -> dict[str, Any]:
        formula = element.find(FORMULA_TAG)
        if formula is not None:
            element.remove(formula)
            if not element.findtext(VALUE_TAG):
                element.set("t", "n")
                cell: dict[str, Any] = super().parse_cell(element)
                cell["value"] = "=" + (formula.text or "")
                return cell
        if element.get("t", "n") == "n" and int(element.get("s") or 0) in self.date_formats:
            # A number too large for a date stays a number; openpyxl would put a warning with the value in the log.
            number = element.findtext(VALUE_TAG)
            if number and not 0 <= float(number) < _DAYS_TO_YEAR_10000:
                element.set("s", "0")
        return super().parse_cell(element)


def _text(value: object) -> str:
    """A cell as a person sees it, plainly: whole numbers without a point, dates as ISO 8601 with a space."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _unescaped(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        # Excel keeps a moment as a fraction of a day, which comes back a few microseconds off.
        moment = value + dt.timedelta(milliseconds=500) if value.microsecond and value.year < dt.MAXYEAR else value
        return moment.replace(microsecond=0, tzinfo=None).isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _unescaped(text: str) -> str:
    """Undo ``_x000D_`` and the like (ECMA-376 Part 1, 22.9.2.19), which exports leave in answers of several lines."""
    if "_x" in text:
        text = _ESCAPED.sub(_character, text).replace("\r\n", "\n")
    return text.replace("\0", "")


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)
