"""Tables that may be gzipped, with their columns found by name and their rows in bounded pieces.

Nearly every file of votes has millions of short rows and not one quotation mark. Such a file needs no CSV reader: a piece of
it is cut at every delimiter at once, which is five times as fast. Any other file goes row by row through `delimited`.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from commonwhy.formats.delimited import Limits, Row, read_rows
from commonwhy.formats.encoded_text import Note, TextReader
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop
from commonwhy.formats.opinion.columns import Column, column_of

LIMITS = Limits(max_bytes=600_000_000, max_columns=20_000, max_rows=10_000_000)
"""Of the file once unpacked. Ten million votes need about a gigabyte of memory."""
_PIECE = 16_384
_COLUMNS_NAMED = 12
_GZIP = b"\x1f\x8b"


_MARK = b'"'
_SCANNED = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """Some thousands of rows by column: `columns` in the order asked for, `lines` where each row stands.

    `short` are rows that end before the columns they need, with their line.
    """

    lines: Sequence[int]
    columns: list[list[str]]
    short: list[Row]


class Table:
    """An open table: its header, and where each known column stands. Its rows can be gone through once."""

    def __init__(self, file: str, source: BinaryIO, *, has_marks: bool) -> None:
        self.file = file
        self._source = source
        self._has_marks = has_marks
        self._text: TextReader | None = None
        self.reader = reader = read_rows(source, name=file, limits=LIMITS)
        header = next(reader)
        self.line = header.line
        self.names = [" ".join(cell.split()) for cell in header.cells]
        self.place: dict[Column, int] = {}
        self.twice: dict[Column, list[int]] = {}
        for place, name in enumerate(self.names):
            if column := column_of(name):
                self.twice.setdefault(column, []).append(place)
                self.place.setdefault(column, place)

    def need(self, column: Column) -> int:
        """Where a column stands. Raises UnreadableFile where it is missing or there twice."""
        places = self.twice.get(column, [])
        if len(places) > 1:
            raise self.refuse(
                gettext_noop("“%(file)s”, line %(line)s: several columns hold the %(column)s (%(names)s). Keep one of them."),
                column=column.value,
                names=", ".join(repr(self.names[place]) for place in places),
            )
        if places:
            return places[0]
        strange = [name.casefold() for name in self.names if column_of(name) is None]
        near = get_close_matches(column.value, strange, n=1, cutoff=0.6)
        listed = ", ".join(repr(name[:40]) for name in self.names[:_COLUMNS_NAMED])
        if len(self.names) > _COLUMNS_NAMED:
            listed += ", ..."
        if near:
            raise self.refuse(
                gettext_noop(
                    "“%(file)s”, line %(line)s: no column is called %(column)s. Is it %(near)s? Then rename that. "
                    "The columns are %(listed)s."
                ),
                column=column.value,
                near=repr(near[0]),
                listed=listed,
            )
        raise self.refuse(
            gettext_noop(
                "“%(file)s”, line %(line)s: no column is called %(column)s. The first line must name the columns; here it has "
                "%(listed)s."
            ),
            column=column.value,
            listed=listed,
        )

    @property
    def notes(self) -> list[Note]:
        """What had to be guessed so far."""
        return self._text.notes if self._text is not None else self.reader.notes

    def pieces(self) -> Iterator[list[Row]]:
        """The rows below the header, some thousands at a time."""
        while piece := list(islice(self.reader, _PIECE)):
            yield piece

    def columns(self, places: Sequence[int], needed: int) -> Iterator[Piece]:
        """The columns at `places` of every row below the header; rows need the first `needed` of those columns."""
        width = max(places[:needed]) + 1
        if self._has_marks:
            for rows in self.pieces():
                yield _by_column([row.line for row in rows], [row.cells for row in rows], places, width)
        else:
            yield from self._cut(places, width)

    def _cut(self, places: Sequence[int], width: int) -> Iterator[Piece]:
        """The same, for a file without a quotation mark: every delimiter and every line end cuts."""
        delimiter, columns = self.reader.delimiter, len(self.names)
        self._source.seek(0)
        self._text = text = TextReader(self.file, LIMITS)
        line, count = 1, 0
        for piece in text.pieces(self._source):
            whole = piece.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
            rows = whole.split("\n")
            first, line = line, line + len(rows)
            if first <= self.line:
                rows = rows[self.line - first + 1 :]
                first = self.line + 1
                whole = "\n".join(rows)
            if not rows:
                continue
            count += len(rows)
            if count > LIMITS.max_rows or max(map(len, rows)) > LIMITS.max_cell_chars:
                raise self.refuse(
                    gettext_noop("“%(file)s” has more than %(limit)s rows, or a row far too long. Split it into smaller files."),
                    limit=f"{LIMITS.max_rows:,}",
                )
            if width <= columns and {row.count(delimiter) for row in rows} == {columns - 1} and columns > 1:
                cells = whole.replace("\n", delimiter).split(delimiter)
                filled = [cells[place::columns] if place < columns else [""] * len(rows) for place in places]
                yield Piece(range(first, first + len(rows)), filled, [])
                continue
            split = [(at, row.split(delimiter)) for at, row in enumerate(rows, start=first)]
            split = [(at, row) for at, row in split if any(row)]
            yield _by_column([at for at, _ in split], [row for _, row in split], places, width)

    def cell(self, row: Row, column: Column) -> str:
        """A row's cell, or nothing where the column or the row's end is missing."""
        place = self.place.get(column)
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""

    def refuse(self, template: str, **words: object) -> UnreadableFile:
        return UnreadableFile(Message(template, {"file": self.file, "line": self.line, **words}), file=self.file, line=self.line)


def _by_column(lines: list[int], rows: list[list[str]], places: Sequence[int], width: int) -> Piece:
    short = [Row(line, row) for line, row in zip(lines, rows, strict=True) if len(row) < width]
    if short:
        kept = [(line, row) for line, row in zip(lines, rows, strict=True) if len(row) >= width]
        lines, rows = [line for line, _ in kept], [row for _, row in kept]
    return Piece(lines, [[row[place] if place < len(row) else "" for row in rows] for place in places], short)


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a table, unpacking it if it is gzipped. Raises UnreadableFile, also while rows are read."""
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == _GZIP
            stream.seek(0)
            source = cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if packed else stream
            has_marks = _has_marks(source)
            source.seek(0)
            yield Table(path.name, source, has_marks=has_marks)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise UnreadableFile(
            Message(
                gettext_noop("“%(file)s” could not be unpacked: it is damaged or not whole. Download it again."),
                {"file": path.name},
            ),
            file=path.name,
        ) from problem
    except OSError as problem:
        raise UnreadableFile(
            Message(
                gettext_noop("“%(file)s” could not be opened (%(problem)s). Check its name and that you may read it."),
                {"file": path.name, "problem": problem.strerror or problem.__class__.__name__},
            ),
            file=path.name,
        ) from problem


def _has_marks(source: BinaryIO) -> bool:
    """Whether there is a quotation mark anywhere in what may be read of the file."""
    read = 0
    while (piece := source.read(_SCANNED)) and read <= LIMITS.max_bytes:
        if _MARK in piece:
            return True
        read += len(piece)
    return False
