"""Rows out of other people's CSV files, and rows back out for spreadsheets.

Every file a district sends comes through here, so this room assumes the worst of it: mixed line ends, a quotation
mark that never closes, a cell of a gigabyte, ten thousand columns. A file is read in pieces and never held whole.
What can be read is read, with a note of what had to be guessed (``RowReader.notes``); what cannot raises
``UnreadableFile``, whose text says what is wrong and the way out. Nothing here needs Django.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, TextIO, cast

from commonwhy.formats.encoded_text import DEFAULT_LIMITS, Limits, Note, TextReader
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop

__all__ = [
    "DEFAULT_LIMITS",
    "DELIMITERS",
    "Limits",
    "Message",
    "Note",
    "Row",
    "RowReader",
    "UnreadableFile",
    "gettext_noop",
    "read_rows",
    "safe_cell",
    "write_rows",
]

DELIMITERS = (",", ";", "\t", "|")

_SAMPLE_LINES = 20
# A stray quotation mark costs a second look at the lines it swallowed; a file made of little else is not worth reading.
_MAX_STRAY_QUOTES = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``line`` is the physical line, counted from 1, on which the row starts."""

    line: int
    cells: list[str]


class RowReader(Iterator[Row]):
    """The rows of one file, one at a time. ``encoding``, ``delimiter`` and ``notes`` fill as reading goes on."""

    def __init__(
        self, source: Path | BinaryIO, *, name: str | None, limits: Limits, delimiter: str | None, line_breaks: bool
    ) -> None:
        self.name = name or (source.name if isinstance(source, Path) else "file")
        self.limits = limits
        self._text = TextReader(self.name, limits)
        self.delimiter = delimiter or ","
        self._line_breaks = line_breaks
        self._guess_delimiter = delimiter is None
        self._queue: deque[str] = deque()
        self._texts: Iterator[str] = iter(())
        self._next_line = 1
        self._taken: list[str] = []
        self._asked_past_end = False
        self._rows = self._read(source)

    @property
    def encoding(self) -> str:
        """Read so far as ``utf-8``, ``utf-16-le``, ``utf-16-be``, or ``cp1252`` for at least one line."""
        return self._text.encoding

    @property
    def line_ends(self) -> set[str]:
        """The line ends met so far, those inside cells included; not told for UTF-16."""
        return self._text.line_ends

    @property
    def notes(self) -> list[Note]:
        """What had to be guessed so far."""
        return self._text.notes

    def __iter__(self) -> RowReader:
        return self

    def __next__(self) -> Row:
        return next(self._rows)

    def close(self) -> None:
        """Stop early and let go of the file."""
        self._rows.close()

    def _fill(self) -> bool:
        """Put more lines in the queue; False at the end of the file."""
        for text in self._texts:
            self._queue.extend(io.StringIO(text, newline=""))
            if self._queue:
                return True
        return False

    def _feed(self) -> Iterator[str]:
        """Lines for the CSV reader, remembered in ``_taken`` until the row they belong to is whole."""
        size = 0
        while self._queue or self._fill():
            line = self._queue.popleft()
            size = size + len(line) if self._taken else len(line)
            self._taken.append(line)
            if size > self.limits.max_line_bytes:
                raise csv.Error("row too long")
            yield line
        self._asked_past_end = True

    def _read(self, source: Path | BinaryIO) -> Generator[Row, None, None]:
        with _opened(source, self.name) as stream:
            self._texts = self._text.pieces(stream)
            while len(self._queue) < _SAMPLE_LINES and self._fill():
                pass
            self._choose_delimiter()
            count = 0
            for row in self._split():
                if not any(row.cells):
                    continue
                count += 1
                if count > self.limits.max_rows:
                    raise self._text.refuse(
                        gettext_noop("“%(file)s” has more than %(limit)s rows. Split it into smaller files."),
                        limit=self.limits.max_rows,
                        line=row.line,
                    )
                yield row
            if not count:
                raise self._text.refuse(gettext_noop("“%(file)s” is empty. Export it again and check that it has rows."))

    def _choose_delimiter(self) -> None:
        if self._queue and (named := re.fullmatch(r"sep=(.)\s*", self._queue[0])):  # written by Excel
            self._queue.popleft()
            self._next_line = 2
            if named[1] in DELIMITERS:
                self.delimiter, self._guess_delimiter = named[1], False
        if self._guess_delimiter:
            self.delimiter = _likeliest_delimiter([line for line, _ in zip(self._queue, range(_SAMPLE_LINES), strict=False)])

    def _split(self) -> Iterator[Row]:
        width = recovered = 0
        reader = csv.reader(self._feed(), delimiter=self.delimiter, strict=True)
        while True:
            self._taken.clear()
            start = self._next_line
            try:
                cells = next(reader)
                broken = len(self._taken) > 1 and self._swallowed(cells, width)
            except StopIteration:
                return
            except csv.Error:
                broken = True
            if broken:
                # Either a quotation mark inside a cell, or one that never closes and swallows the rows below it.
                recovered += len(self._taken) > 1
                if recovered > _MAX_STRAY_QUOTES:
                    raise self._text.refuse(
                        gettext_noop(
                            "“%(file)s” has too many quotation marks that do not close (the last on line %(line)s). "
                            "Export it again as CSV."
                        ),
                        line=start,
                    )
                cells = self._reread(width, start)
                reader = csv.reader(self._feed(), delimiter=self.delimiter, strict=True)
            self._next_line += len(self._taken)
            width = width or len(cells)
            self._check_size(cells, start)
            yield Row(start, cells)

    def _swallowed(self, cells: list[str], width: int) -> bool:
        """Whether a row of several lines looks like a quotation mark that did not close."""
        if width and len(cells) != width:
            return True
        if self._line_breaks:
            return False
        alone = (_parsed(line, self.delimiter, strict=False) for line in self._taken[1:])
        return any(row is not None and len(row) == width for row in alone)

    def _reread(self, width: int, line: int) -> list[str]:
        """The row that begins at the first line taken, when a plain reading failed; lines it does not need go back."""
        taken = list(self._taken)
        alone = _one_line(taken[0], self.delimiter, width)
        if alone is None and self._line_breaks:
            self._give_back(taken)
            self._asked_past_end = False
            try:
                cells = next(csv.reader(self._feed(), delimiter=self.delimiter))
                if not self._asked_past_end:
                    return cells
            except csv.Error:
                pass
            taken = list(self._taken)
        if alone is None:
            try:
                alone = next(csv.reader(taken[:1], delimiter=self.delimiter, quoting=csv.QUOTE_NONE))
            except csv.Error:
                raise self._cell_too_long(line) from None
        if len(taken) > 1:
            self._text.note(
                gettext_noop("Line %(line)s of “%(file)s” has a quotation mark that does not close. It was read on its own."),
                line=line,
            )
        self._give_back(taken[1:])
        self._taken[:] = taken[:1]
        return alone

    def _give_back(self, lines: list[str]) -> None:
        self._queue.extendleft(reversed(lines))
        self._taken.clear()

    def _check_size(self, cells: list[str], line: int) -> None:
        if len(cells) > self.limits.max_columns:
            raise self._text.refuse(
                gettext_noop(
                    "Line %(line)s of “%(file)s” has %(columns)s columns; at most %(limit)s can be read. "
                    "Keep only the columns that are needed."
                ),
                line=line,
                columns=len(cells),
                limit=self.limits.max_columns,
            )
        may_be_long = len(self._taken) > 1 or len(self._taken[0]) > self.limits.max_cell_chars
        if may_be_long and max(map(len, cells), default=0) > self.limits.max_cell_chars:
            raise self._cell_too_long(line)

    def _cell_too_long(self, line: int) -> UnreadableFile:
        return self._text.refuse(
            gettext_noop(
                "Line %(line)s of “%(file)s” has a cell of more than %(limit)s characters. "
                "Shorten it, or check that the file is a table with one row per line."
            ),
            line=line,
            limit=min(self.limits.max_cell_chars, csv.field_size_limit()),
        )


def read_rows(
    source: Path | BinaryIO,
    *,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    delimiter: str | None = None,
    line_breaks: bool = True,
) -> RowReader:
    """Rows of a delimited text file, streaming; blank rows are left out and the header is a row like the others.

    Nothing is opened before the first row is asked for. UTF-8 (with or without a mark), UTF-16, and Windows-1252 line
    by line where a line is not UTF-8; any mix of line ends; NUL bytes dropped; the delimiter guessed among comma,
    semicolon, tab and bar unless given; a quotation mark that never closes costs its own line only. Guesses are told
    in ``notes``.

    line_breaks: False for files whose cells have none, as rosters; a row that reaches over a line as wide as the header
    is then read again line by line, so that one stray quotation mark never costs the rows below it.

    Raises ``UnreadableFile`` while iterating: empty, not text, or past ``limits``.
    """
    return RowReader(source, name=name, limits=limits, delimiter=delimiter, line_breaks=line_breaks)


@contextmanager
def _opened(source: Path | BinaryIO, name: str) -> Iterator[BinaryIO]:
    if not isinstance(source, Path):
        yield source
        return
    try:
        stream = source.open("rb")
    except OSError as problem:
        raise UnreadableFile(
            Message(
                gettext_noop("“%(file)s” could not be opened (%(problem)s). Check its name and that you may read it."),
                {"file": name, "problem": problem.strerror or problem.__class__.__name__},
            ),
            file=name,
        ) from problem
    with stream:
        yield stream


def _likeliest_delimiter(sample: list[str]) -> str:
    """The delimiter that cuts the first line into most columns and the next lines into as many."""

    def score(delimiter: str) -> float:
        try:
            widths = [len(cells) for cells in csv.reader(sample, delimiter=delimiter) if cells]
        except csv.Error:
            return 0.0
        return (widths[0] - 1) * sum(width == widths[0] for width in widths) / len(widths) if widths else 0.0

    return max(DELIMITERS, key=score)  # the first of equals: a comma


def _one_line(line: str, delimiter: str, width: int) -> list[str] | None:
    """The cells of one physical line read on its own, if some reading of its quotation marks gives ``width`` cells."""
    cells = _parsed(line, delimiter, strict=False)
    if cells is not None and (not width or len(cells) == width):
        return cells
    marks = [match.start() for match in re.finditer('"', line)]
    for mark in marks[:-20:-1]:
        cells = _parsed(line[:mark] + line[mark + 1 :], delimiter, strict=True)
        if cells is not None and len(cells) == width:
            return cells
    return None


def _parsed(line: str, delimiter: str, *, strict: bool) -> list[str] | None:
    """The cells of a line, or None where a quotation mark is still open at its end."""
    open_at_end = False

    def feed() -> Iterator[str]:
        nonlocal open_at_end
        yield line
        open_at_end = True

    try:
        cells = next(csv.reader(feed(), delimiter=delimiter, strict=strict), None)
    except csv.Error:
        return None
    return None if open_at_end else cells


_PLAIN_NEGATIVE = re.compile(r"-\d[\d,.]*(?:[eE][-+]?\d+)?%?")
_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet would run it (= + - @ tab return); ``-3.5`` stays."""
    if text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_RUNS):
        return text if _PLAIN_NEGATIVE.fullmatch(text) else "'" + text
    return text


def write_rows(
    target: Path | TextIO | BinaryIO, header: Iterable[object], rows: Iterable[Iterable[object]], *, mark: bool = False
) -> int:
    """Write a CSV file in UTF-8, every cell through ``safe_cell``, None as an empty cell; gives the number of rows.

    ``mark`` puts a byte order mark first, without which Excel spoils accents. Open a ``TextIO`` with ``newline=""``.
    """
    if isinstance(target, Path):
        with target.open("w", encoding="utf-8", newline="") as stream:
            return _write(stream, header, rows, mark)
    if isinstance(target, io.TextIOBase):
        return _write(cast(TextIO, target), header, rows, mark)
    wrapper = io.TextIOWrapper(cast(IO[bytes], target), encoding="utf-8", newline="", write_through=True)
    try:
        return _write(wrapper, header, rows, mark)
    finally:
        wrapper.detach()


def _write(stream: TextIO, header: Iterable[object], rows: Iterable[Iterable[object]], mark: bool) -> int:
    if mark:
        stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_cell(value) for value in header])
    count = 0
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        count += 1
    return count


def _cell(value: object) -> str:
    return "" if value is None else safe_cell(str(value))
