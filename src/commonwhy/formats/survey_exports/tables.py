"""One table out of whatever was uploaded: CSV, a workbook, or the zip that survey makers wrap it in.

What a file is called does not matter; its first bytes decide.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from commonwhy.formats.archives import Archive, open_archive
from commonwhy.formats.delimited import Row, read_rows
from commonwhy.formats.encoded_text import DEFAULT_LIMITS, Limits, Note
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop
from commonwhy.formats.workbook_archive import looks_like_workbook

_IN_MEMORY = 8_000_000
# A file of 200 MB, whichever way the megabytes are counted, is read; it streams.
SURVEY_LIMITS = replace(DEFAULT_LIMITS, max_bytes=256_000_000)


class Table(Iterator[Row]):
    """Rows of one table, in order. ``container`` is ``csv`` or ``xlsx``; the rest is known once rows were read."""

    def __init__(self, rows: Iterator[Row], container: str, reader: object) -> None:
        self.container = container
        self._rows = rows
        self._reader = reader

    def __next__(self) -> Row:
        return next(self._rows)

    @property
    def delimiter(self) -> str:
        """The mark between cells of a CSV file, or nothing."""
        return str(getattr(self._reader, "delimiter", ""))

    @property
    def sheet(self) -> str:
        """The sheet of a workbook, or nothing."""
        return str(getattr(self._reader, "sheet", ""))

    @property
    def notes(self) -> tuple[Note, ...]:
        """What had to be guessed to read the file."""
        return tuple(getattr(self._reader, "notes", ()))


@contextmanager
def opened_table(
    source: Path | BinaryIO, *, name: str, limits: Limits, delimiter: str = "", sheet: str = ""
) -> Generator[Table, None, None]:
    """The table in ``source``; a stream must be seekable and is left open, at its start.

    Raises ``UnreadableFile``, here or while rows are read.
    """
    if isinstance(source, Path):
        try:
            stream: IO[bytes] = source.open("rb")
        except OSError as error:
            raise UnreadableFile(
                Message(gettext_noop("“%(file)s” could not be opened. Choose the file again."), {"file": name}),
                file=name,
            ) from error
    else:
        stream = source
        stream.seek(0)
    try:
        _refuse_huge(stream, name, limits)
        with _table(cast(BinaryIO, stream), name, limits, delimiter, sheet, in_zip=False) as table:
            yield table
    finally:
        if stream is source:
            stream.seek(0)
        else:
            stream.close()


def _refuse_huge(stream: IO[bytes], name: str, limits: Limits) -> None:
    """Say at once, not after minutes of reading, that a file is too large."""
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > limits.max_bytes:
        raise UnreadableFile(
            Message(
                gettext_noop(
                    "“%(file)s” is larger than %(limit)s MB, so nothing of it was read. "
                    "Split it into smaller files, or leave out columns that are not needed."
                ),
                {"file": name, "limit": max(1, limits.max_bytes // 1_000_000)},
            ),
            file=name,
        )


@contextmanager
def _table(
    stream: BinaryIO, name: str, limits: Limits, delimiter: str, sheet: str, *, in_zip: bool
) -> Generator[Table, None, None]:
    start = stream.read(8)
    stream.seek(0)
    if not looks_like_workbook(start):
        rows = read_rows(stream, name=name, limits=limits, delimiter=delimiter or None)
        try:
            yield Table(rows, "csv", rows)
        finally:
            rows.close()
        return
    if start.startswith(b"PK") and not in_zip:
        with open_archive(stream, name=name) as archive:
            wrapped = _wrapped_table(archive, name)
            if wrapped:
                with (
                    _spooled(archive, wrapped) as inner,
                    _table(inner, f"{name}/{wrapped}", limits, delimiter, sheet, in_zip=True) as table,
                ):
                    yield table
                return
        stream.seek(0)
    # The spreadsheet library brings numpy with it, so it is loaded for a workbook only.
    from commonwhy.formats.spreadsheets import read_sheet

    reader = read_sheet(stream, name=name, limits=limits, sheet=sheet or None)
    try:
        yield Table(reader, "xlsx", reader)
    finally:
        reader.close()


def _wrapped_table(archive: Archive, name: str) -> str:
    """The one table in a zip, or nothing where the zip is itself a workbook."""
    if "[content_types].xml" in archive:
        return ""
    tables = [item for item in archive if PurePosixPath(item).suffix.casefold() in {".csv", ".tsv", ".txt", ".xlsx"}]
    if len(tables) == 1:
        return tables[0]
    if tables:
        raise UnreadableFile(
            Message(
                gettext_noop("“%(file)s” holds %(count)s tables. Unpack it and choose the one with the answers."),
                {"file": name, "count": len(tables)},
            ),
            file=name,
        )
    return ""


@contextmanager
def _spooled(archive: Archive, wrapped: str) -> Generator[BinaryIO, None, None]:
    """A file of a zip that can be read from any place; past a few megabytes it waits on disk, not in memory."""
    with archive.open(wrapped) as packed, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        shutil.copyfileobj(packed, copy, 1 << 20)
        copy.seek(0)
        yield cast(BinaryIO, copy)
