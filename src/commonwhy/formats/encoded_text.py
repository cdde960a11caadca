"""From the bytes of somebody's text file to text, in pieces that end where a line ends.

Nobody says how a file is encoded, so the first bytes decide: a byte order mark, zero bytes that only UTF-16 has, a
signature that no table has. The rest is UTF-8; a line that is not is read as Windows-1252, which is what old exports
are written in, and that is noted.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop

_CHUNK = 1 << 17
_MAX_NOTES = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is worth reading. Sizes are bytes of the file as stored; a cell is counted in characters."""

    max_bytes: int = 200_000_000
    max_columns: int = 3_000
    max_cell_chars: int = 100_000
    max_rows: int = 5_000_000
    max_line_bytes: int = 4_000_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Note:
    """Something that had to be guessed to go on reading, worth telling the person who sent the file."""

    line: int | None
    message: Message


class TextReader:
    """The text of one file. ``encoding``, ``line_ends`` and ``notes`` fill as reading goes on."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.encoding = "utf-8"
        self.notes: list[Note] = []
        self.line_ends: set[str] = set()

    def refuse(self, template: str, *, line: int | None = None, **words: object) -> UnreadableFile:
        return UnreadableFile(Message(template, {"file": self.name, "line": line, **words}), file=self.name, line=line)

    def note(self, template: str, *, line: int | None = None, **words: object) -> None:
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(Note(line, Message(template, {"file": self.name, "line": line, **words})))

    def _chunks(self, stream: BinaryIO) -> Iterator[bytes]:
        """Pieces of the file that end where a line ends, so that no character is cut in two."""
        total, carry, pieces = 0, 0, []
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > self.limits.max_bytes:
                raise self.refuse(
                    gettext_noop(
                        "“%(file)s” is larger than %(limit)s MB, so it was not read. "
                        "Split it into smaller files, or leave out columns that are not needed."
                    ),
                    limit=max(1, self.limits.max_bytes // 1_000_000),
                )
            # A return at the very end may be half of a line end: wait for the rest.
            cut = max(chunk.rfind(b"\n"), chunk.rfind(b"\r", 0, -1)) + 1
            if cut:
                pieces.append(chunk[:cut])
                yield b"".join(pieces)
                pieces, carry = [chunk[cut:]], len(chunk) - cut
            else:
                pieces.append(chunk)
                carry += len(chunk)
            if carry > self.limits.max_line_bytes:
                raise self.too_long(None)
        if carry:
            yield b"".join(pieces)

    def too_long(self, line: int | None) -> UnreadableFile:
        return self.refuse(
            gettext_noop(
                "“%(file)s” has a line that is too long to be a row of a table. "
                "Check that it is a CSV file with one row per line, and export it again."
            ),
            line=line,
        )

    def pieces(self, stream: BinaryIO) -> Iterator[str]:
        """The file as text, in pieces that end where a line ends. Decides on the encoding from the first bytes."""
        start = stream.read(4096)
        self._refuse_binary(start)
        rest = _Rejoined(start, stream)
        if start.startswith(codecs.BOM_UTF8):
            rest.read(len(codecs.BOM_UTF8))
        wide = _wide_encoding(start)
        if wide:
            self.encoding = wide
            if not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                self.note(gettext_noop("“%(file)s” was read as UTF-16."))
            yield from self._decoded_wide(rest, wide)
            return
        line = 1
        for chunk in self._chunks(cast(BinaryIO, rest)):
            if b"\0" in chunk:
                self.note(gettext_noop("“%(file)s” contains empty (NUL) characters. They were left out."))
                chunk = chunk.replace(b"\0", b"")
            try:
                text = chunk.decode("utf-8")
            except UnicodeDecodeError:
                text = self._decoded_by_line(chunk, line)
            both = text.count("\r\n")
            feeds, returns = text.count("\n") - both, text.count("\r") - both
            self.line_ends.update(end for end, times in (("\r\n", both), ("\n", feeds), ("\r", returns)) if times)
            line += both + feeds + returns
            yield text

    def _decoded_by_line(self, chunk: bytes, first_line: int) -> str:
        """Lines in UTF-8 as they are; each other line as Windows-1252, which is what old exports are written in."""
        texts = []
        for number, line in enumerate(re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", chunk), start=first_line):
            try:
                texts.append(line.decode("utf-8"))
            except UnicodeDecodeError:
                texts.append(line.decode("cp1252", errors="replace"))
                if self.encoding == "utf-8":
                    self.encoding = "cp1252"
                    self.note(
                        gettext_noop(
                            "“%(file)s” is not all UTF-8. Line %(line)s and lines like it were read as Windows-1252: "
                            "check that accents look right, or save the file as “CSV UTF-8”."
                        ),
                        line=number,
                    )
        return "".join(texts)

    def _decoded_wide(self, stream: _Rejoined, encoding: str) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        total, carry = 0, ""
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > self.limits.max_bytes or len(carry) > self.limits.max_line_bytes:
                raise self.too_long(None)
            carry += decoder.decode(chunk).replace("\0", "")
            cut = max(carry.rfind("\n"), carry.rfind("\r", 0, -1)) + 1
            if cut:
                yield carry[:cut].removeprefix("\ufeff")
                carry = carry[cut:]
        carry += decoder.decode(b"", final=True)
        if carry:
            yield carry.removeprefix("\ufeff")

    def _refuse_binary(self, start: bytes) -> None:
        if not start.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
            raise self.refuse(gettext_noop("“%(file)s” is empty. Export it again and check that it has rows."))
        if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise self.refuse(
                gettext_noop("“%(file)s” is a workbook or a zip file, not CSV. Open it and save the table as “CSV UTF-8”.")
            )
        if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"SQLite format")):
            raise self.refuse(gettext_noop("“%(file)s” is not a CSV file. Save the table as “CSV UTF-8” and try again."))
        if _wide_encoding(start) is None:
            odd = sum(1 for byte in start if byte < 32 and byte not in b"\t\r\n\f\x1a")
            if odd > 4 and odd * 10 > len(start):
                raise self.refuse(gettext_noop("“%(file)s” is not a text file. Save the table as “CSV UTF-8” and try again."))


class _Rejoined:
    """A stream whose first bytes were already looked at."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._start = start
        self._stream = stream

    def read(self, size: int) -> bytes:
        if self._start:
            piece, self._start = self._start[:size], self._start[size:]
            return piece
        return self._stream.read(size)


def _wide_encoding(start: bytes) -> str | None:
    """The UTF-16 flavour of a file's first bytes, by mark or by where its zero bytes stand; None for anything else."""
    if start.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if start.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    half = len(start) // 2
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if half >= 4 and odd * 5 > half * 4 and even * 20 < half:
        return "utf-16-le"
    if half >= 4 and even * 5 > half * 4 and odd * 20 < half:
        return "utf-16-be"
    return None
