"""Texts out to a translator and back in: one row a text, as CSV or as a workbook, in any order when it comes back.

A row is known by its id and by `check`, a digest of the original that whoever makes the file has keyed; so a row that was
sent for another text, or whose original has changed since, is seen. What is wrong with a row is said with its line and
never stops the others. Nothing here knows what the ids mean.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from commonwhy.formats.delimited import Limits, Row, UnreadableFile, read_rows, safe_cell, write_rows
from commonwhy.formats.findings import Finding
from commonwhy.formats.messages import Message, gettext_noop

COLUMNS = ("id", "language", "words", "into", "translation", "check")
NEEDED = ("id", "into", "translation", "check")
LIMITS = Limits(max_bytes=50_000_000, max_columns=200, max_cell_chars=40_000, max_rows=50_000)
LONGEST = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class ToTranslate:
    """One text that goes out. `check` ties the row to this very text."""

    id: str
    language: str
    words: str
    into: str
    check: str


@dataclass(frozen=True, slots=True)
class Translated:
    """One row that came back with a translation, and the line it stands on. `words` is None without that column."""

    line: int
    id: str
    words: str | None
    into: str
    translation: str
    check: str


@dataclass(frozen=True)
class TranslationFile:
    """What a file holds: rows to look up, what is wrong with others, and how many were left empty (`empty`: lines)."""

    rows: tuple[Translated, ...]
    findings: tuple[Finding, ...]
    empty: tuple[int, ...]


def plain(text: str) -> str:
    """The text without control characters and with `\\n` for every line end, as files and spreadsheets may carry it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def same_words(in_file: str, original: str) -> bool:
    """Whether a cell still holds the original; an apostrophe put in front of a formula, and spaces, do not count."""
    found, wanted = " ".join(plain(in_file).split()), " ".join(plain(original).split())
    return found in (wanted, " ".join(safe_cell(plain(original)).split()))


def as_csv(texts: Iterable[ToTranslate]) -> bytes:
    """A CSV file in UTF-8 with a byte order mark; no cell runs as a formula."""
    stream = io.BytesIO()
    write_rows(stream, COLUMNS, (_cells(text) for text in texts), mark=True)
    return stream.getvalue()


def as_workbook(texts: Iterable[ToTranslate]) -> bytes:
    """The same as a workbook: every cell text, the first row fixed, words and translation wide."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("translate")
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEF", (12, 9, 60, 9, 60, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    for number, row in enumerate([COLUMNS, *(_cells(text) for text in texts)]):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=safe_cell(value))
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cells(text: ToTranslate) -> tuple[str, ...]:
    return text.id, text.language, plain(text.words), text.into, "", text.check


def read_translations(source: Path | BinaryIO, *, name: str = "file") -> TranslationFile:
    """Read a file that came back, CSV or workbook, its columns and rows in any order, others left aside.

    Raises ``UnreadableFile`` for a file that is neither, or lacks a column that is needed.
    """
    rows = iter(_rows(source, name))
    header = next(rows, None)
    if header is None:
        raise UnreadableFile(
            Message(gettext_noop("“%(file)s” is empty. Send the file the translator filled in."), {"file": name}), file=name
        )
    places = _places(header.cells, name)
    found: list[Translated] = []
    findings: list[Finding] = []
    empty: list[int] = []
    for row in rows:
        cells = {column: row.cells[place] if place < len(row.cells) else "" for column, place in places.items()}
        if not any(cell.strip() for cell in cells.values()):
            continue
        text = plain(cells["translation"])
        if not text:
            empty.append(row.line)
            continue
        if len(text) > LONGEST:
            findings.append(_finding(name, row.line, "translation", text, TOO_LONG, limit=LONGEST))
            continue
        found.append(
            Translated(
                line=row.line,
                id=cells["id"].strip().lower(),
                words=cells.get("words"),
                into=cells["into"].strip().lower().lstrip("'"),
                translation=text,
                check=cells["check"].strip().lower().lstrip("'"),
            )
        )
    kept, doubled = _without_doubles(found, name)
    return TranslationFile(tuple(kept), tuple(sorted([*findings, *doubled], key=lambda one: one.line or 0)), tuple(empty))


EMPTY = gettext_noop("“%(file)s” is empty. Send the file the translator filled in.")
NO_COLUMN = gettext_noop("“%(file)s” has no column “%(columns)s” in its first row. Use the file as it was taken out of here.")
TOO_LONG = gettext_noop("This translation has more than %(limit)s characters. It was left aside.")
DOUBLED = gettext_noop("The same id stands on lines %(lines)s with different translations. None of them was taken; keep one.")


def _rows(source: Path | BinaryIO, name: str) -> Iterable[Row]:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            start = stream.read(4)
    else:
        start = source.read(4)
        source.seek(0)
    if start == _ZIP:
        # Reading workbooks loads much, so a server that only writes CSV does not pay for it.
        from commonwhy.formats.spreadsheets import read_sheet

        return read_sheet(source, name=name, limits=LIMITS)
    return read_rows(source, name=name, limits=LIMITS)


def _places(header: Sequence[str], name: str) -> Mapping[str, int]:
    titles = [plain(title).lower().lstrip("'") for title in header]
    missing = [column for column in NEEDED if column not in titles]
    if missing:
        raise UnreadableFile(
            Message(
                gettext_noop(
                    "“%(file)s” has no column “%(columns)s” in its first row. Use the file as it was taken out of here."
                ),
                {"file": name, "columns": "”, “".join(missing)},
            ),
            file=name,
            line=1,
        )
    return {column: titles.index(column) for column in COLUMNS if column in titles}


def _without_doubles(rows: Sequence[Translated], name: str) -> tuple[list[Translated], list[Finding]]:
    """One row for each id and language; the same translation twice is one, different ones are none."""
    by_text: dict[tuple[str, str], list[Translated]] = defaultdict(list)
    for row in rows:
        by_text[row.id, row.into].append(row)
    kept: list[Translated] = []
    findings: list[Finding] = []
    for same in by_text.values():
        if len({row.translation for row in same}) == 1:
            kept.append(same[0])
            continue
        lines = ", ".join(str(row.line) for row in same)
        findings += [_finding(name, row.line, "id", row.id, DOUBLED, lines=lines) for row in same]
    return sorted(kept, key=lambda row: row.line), findings


def _finding(file: str, line: int, column: str, value: str, reason: str, **words: object) -> Finding:
    return Finding(file, line, column, value, Message(reason, words))
