"""The zip a workbook comes in, checked before it is opened and watched while it unpacks.

A few kilobytes of zip can claim to be gigabytes of XML, and a few megabytes of XML can become gigabytes of objects. So
the sizes in the zip's own list are added up first, and each part is then counted as it is read: no document types or
entities, no row that never ends, no million tags in a list of styles.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import IO, Any, BinaryIO
from xml.etree.ElementTree import ParseError

from commonwhy.formats.archives import ArchiveLimits, open_archive
from commonwhy.formats.encoded_text import Limits
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop

_MAX_PARTS = 2_000
_MAX_UNPACKED = 1_000_000_000
# Real workbooks unpack to ten or twenty times their size; XML made to fill memory, to several hundred.
_MAX_RATIO = 200
_RATIO_FLOOR = 20_000_000
_MAX_SHARED_TEXTS = 96_000_000
_MAX_SHARED_TAGS = 6_000_000
# Styles, relations and the list of sheets are turned into objects, each a thousand times the size of its tag.
_MAX_OTHER_PART = 8_000_000
_MAX_OTHER_TAGS = 200_000
# A survey of thousands of long answers still keeps a row well below this.
_MAX_ROW_BYTES = 8_000_000
_MAX_ROW_TAGS = 200_000

_SHEET = re.compile(r"(^|/)worksheets/[^/]+\.xml$", re.IGNORECASE)
_SHARED = re.compile(r"(^|/)sharedStrings\.xml$", re.IGNORECASE)
_ROW_END = re.compile(rb"</(?:[\w.-]+:)?row\s*>|/>\s*<(?:[\w.-]+:)?row[\s/>]")

BROKEN = gettext_noop("“%(file)s” is not a workbook that can be read. Open it in Excel, save it as “CSV UTF-8”, and try again.")
TOO_LARGE = gettext_noop(
    "“%(file)s” unpacks to far more than a survey needs, so it was not opened. Save the sheet as “CSV UTF-8” and try again."
)

# What openpyxl and the standard library raise on a damaged part.
DAMAGE: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
)


def checked_archive(stream: BinaryIO, name: str, limits: Limits) -> WatchedArchive:
    """The zip in ``stream`` (which must be seekable), once its list of parts is known to be harmless.

    Raises ``UnreadableFile`` for what is no zip, has a password, holds too much, or is a zip of something else.
    """

    def refuse(template: str, **words: object) -> UnreadableFile:
        return UnreadableFile(Message(template, {"file": name, **words}), file=name)

    try:
        start = stream.read(8)
        size = stream.seek(0, 2)
        stream.seek(0)
    except (OSError, ValueError) as error:
        raise refuse(BROKEN) from error
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(
            gettext_noop(
                "“%(file)s” is an old Excel file (.xls) or has a password. "
                "Open it in Excel, save it as .xlsx without a password, and try again."
            )
        )
    if size > limits.max_bytes:
        raise refuse(
            gettext_noop("“%(file)s” is larger than %(limit)s MB, so it was not read. Split it into smaller files."),
            limit=max(1, limits.max_bytes // 1_000_000),
        )
    # Refuses, before the list of parts is in memory, a list that is itself too large.
    with open_archive(stream, name=name, limits=ArchiveLimits(max_files=_MAX_PARTS)):
        stream.seek(0)
    try:
        archive = WatchedArchive(stream)
        parts = archive.infolist()
    except DAMAGE as error:
        raise refuse(BROKEN) from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MAX_PARTS or unpacked > _MAX_UNPACKED:
        raise refuse(TOO_LARGE)
    if unpacked > _RATIO_FLOOR and unpacked > _MAX_RATIO * max(size, 1):
        raise refuse(TOO_LARGE)
    if any(part.file_size > _part_limit(part.filename) for part in parts):
        raise refuse(TOO_LARGE)
    if any(part.flag_bits & 0x1 for part in parts):
        raise refuse(gettext_noop("“%(file)s” has a password. Save a copy without it and try again."))
    if len({part.filename for part in parts}) != len(parts):
        raise refuse(BROKEN)
    if "[Content_Types].xml" not in archive.namelist():
        raise refuse(gettext_noop("“%(file)s” is a zip file, not a workbook. Unpack it and choose the survey file inside."))
    return archive


class UnsafeError(Exception):
    """A part of the workbook that would cost far more memory than it is worth."""


class WatchedArchive(zipfile.ZipFile):
    """A zip whose parts are watched while they unpack: their sizes were checked, but not what is in them."""

    def open(self, name: str | zipfile.ZipInfo, *_: Any, **__: Any) -> _WatchedPart:  # type: ignore[override]
        filename = name.filename if isinstance(name, zipfile.ZipInfo) else name
        return _WatchedPart(super().open(name, "r"), filename)

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        with self.open(name) as part:
            return part.read()


class _WatchedPart:
    """One part, read in pieces: no entities declared, no row without an end, no million tags where a few are due."""

    def __init__(self, stream: IO[bytes], filename: str) -> None:
        self._stream = stream
        self._is_sheet = bool(_SHEET.search(filename))
        self._max_tags = _MAX_SHARED_TAGS if _SHARED.search(filename) else _MAX_OTHER_TAGS
        self._tags = 0
        self._since_row = 0
        self._prolog: bytes | None = b""

    def __enter__(self) -> _WatchedPart:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._stream.close()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._refuse_declarations(data)
        if self._is_sheet:
            ends = list(_ROW_END.finditer(data))
            self._since_row = len(data) - ends[-1].end() if ends else self._since_row + len(data)
            self._tags = data.count(b"<") if ends else self._tags + data.count(b"<")
            # A survey of thousands of long answers still keeps a row well below this.
            if self._since_row > 8_000_000 or self._tags > 200_000:
                raise UnsafeError
        else:
            self._tags += data.count(b"<")
            if self._tags > self._max_tags:
                raise UnsafeError
        return data

    def _refuse_declarations(self, data: bytes) -> None:
        """No part of a workbook declares a document type; one that does is made to multiply itself when read."""
        if self._prolog is None:
            return
        self._prolog = (self._prolog + data)[:65_536]
        plain = self._prolog.replace(b"\0", b"")
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise UnsafeError
        if len(self._prolog) == 65_536:
            self._prolog = None


def _part_limit(filename: str) -> int:
    if _SHEET.search(filename):
        return _MAX_UNPACKED
    if _SHARED.search(filename):
        return _MAX_SHARED_TEXTS
    # Pictures and macros are never opened, so their size does not matter.
    if not filename.lower().endswith((".xml", ".rels")):
        return _MAX_UNPACKED
    return _MAX_OTHER_PART


def looks_like_workbook(start: bytes) -> bool:
    """Whether a file that begins with these bytes is a zip (as .xlsx is) or an old or encrypted Excel file."""
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))
