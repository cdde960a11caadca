"""A zip file or a folder that somebody sent, opened as a set of named files.

Nothing is ever unpacked to disk, so a name that points elsewhere cannot write anywhere; it is left out and said so.
What a zip says about itself is not believed: sizes are counted while reading, against the size of the archive as it
really is, so a small file that unfolds into a huge one stops early. Files inside one folder inside the zip are found,
because that is what people's computers make when they compress a folder.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, BinaryIO, cast

from commonwhy.formats.encoded_text import Note
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop

# What a damaged or hostile zip makes the standard library raise.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
_IGNORED = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini"}
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much of an archive is worth reading. Sizes are bytes after unpacking, except ``max_archive_bytes``.

    ``max_ratio`` is unpacked to packed, and counts only past ``ratio_from`` bytes.
    """

    max_archive_bytes: int = 200_000_000
    max_files: int = 500
    max_directory_bytes: int = 1_000_000
    max_file_bytes: int = 1_000_000_000
    max_total_bytes: int = 2_000_000_000
    max_ratio: int = 200
    ratio_from: int = 20_000_000


DEFAULT_ARCHIVE_LIMITS = ArchiveLimits()


class Archive:
    """Named files of a zip or folder. Iterating gives names; ``open`` gives the bytes; ``notes`` says what was odd.

    Names are as they stand in the archive, without the folder around them; looking one up does not mind upper or
    lower case.
    """

    def __init__(self, source: Path | BinaryIO, *, name: str | None, limits: ArchiveLimits) -> None:
        self.name = name or (source.name if isinstance(source, Path) else "archive")
        self.limits = limits
        self.notes: list[Note] = []
        self._zip: zipfile.ZipFile | None = None
        self._stream: BinaryIO | None = None
        self._archive_bytes = 0
        self._read_bytes: dict[str, int] = {}
        self._files: dict[str, tuple[str, zipfile.ZipInfo | Path]] = {}
        try:
            if isinstance(source, Path) and source.is_dir():
                self._choose(list(self._in_folder(source)))
            else:
                self._open_zip(source)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._files.values())

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.casefold() in self._files

    def close(self) -> None:
        """Let go of the files."""
        if self._zip is not None:
            self._zip.close()
        if self._stream is not None:
            self._stream.close()

    def real_name(self, name: str) -> str:
        """The name as the archive spells it. Raises ``KeyError``."""
        return self._files[name.casefold()][0]

    def open(self, name: str) -> BinaryIO:
        """The bytes of one file, counted as they are read. Raises ``KeyError``; ``UnreadableFile`` here or later."""
        real, entry = self._files[name.casefold()]
        try:
            if isinstance(entry, Path):
                return cast(BinaryIO, _Counted(self, real, entry.open("rb"), packed=None))
            if self._zip is None:
                raise ValueError("archive is closed")
            return cast(BinaryIO, _Counted(self, real, self._zip.open(entry), packed=entry.compress_size))
        except _DAMAGE as problem:
            raise self._damaged(real) from problem

    # -- what is in it

    def _open_zip(self, source: Path | BinaryIO) -> None:
        try:
            if isinstance(source, Path):
                source = self._stream = source.open("rb")
            self._archive_bytes = source.seek(0, io.SEEK_END)
            if self._archive_bytes > self.limits.max_archive_bytes:
                raise self.refuse(
                    gettext_noop("“%(file)s” is larger than %(limit)s MB, so it was not read. Nothing was changed."),
                    limit=self.limits.max_archive_bytes // 1_000_000,
                )
            if _directory_bytes(source) > self.limits.max_directory_bytes:
                raise self._too_many_files()
            source.seek(0)
            self._zip = zipfile.ZipFile(source)
        except FileNotFoundError as problem:
            raise self.refuse(gettext_noop("There is no file or folder “%(file)s”. Check the name.")) from problem
        except UnreadableFile:
            raise
        except _DAMAGE as problem:
            raise self.refuse(
                gettext_noop(
                    "“%(file)s” is not a zip file that can be opened. Send the zip as your system exported it, "
                    "or a folder with the CSV files in it."
                )
            ) from problem
        self._choose(list(self._in_zip(self._zip)))

    def _in_zip(self, archive: zipfile.ZipFile) -> Iterator[tuple[PurePosixPath, zipfile.ZipInfo]]:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            path = PurePosixPath(entry.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] if path.parts else True:
                self._note(gettext_noop("“%(name)s” points outside the archive and was left out."), entry.filename)
            elif stat.S_ISLNK(entry.external_attr >> 16):
                self._note(gettext_noop("“%(name)s” is a link, not a file, and was left out."), entry.filename)
            elif not _ignored(path):
                yield path, entry

    def _in_folder(self, folder: Path) -> Iterator[tuple[PurePosixPath, Path]]:
        for place, folders, files in os.walk(folder):
            inside = PurePosixPath(*Path(place).relative_to(folder).parts)
            folders[:] = [] if len(inside.parts) >= _DEPTH else sorted(folders)
            for name in sorted(files):
                found = Path(place) / name
                if found.is_symlink() or not found.is_file():
                    self._note(gettext_noop("“%(name)s” is a link, not a file, and was left out."), str(inside / name))
                elif not _ignored(inside / name):
                    yield inside / name, found

    def _choose(self, found: list[tuple[PurePosixPath, zipfile.ZipInfo]] | list[tuple[PurePosixPath, Path]]) -> None:
        """Keep the files of one folder: the top, or the only one that has tables in it."""
        if len(found) > self.limits.max_files:
            raise self._too_many_files()
        tables = {path.parent for path, _ in found if path.suffix.casefold() == ".csv"} or {p.parent for p, _ in found}
        top = min(tables, key=lambda folder: (len(folder.parts), str(folder)), default=PurePosixPath())
        if top.parts:
            self._note(gettext_noop("The files were found inside the folder “%(name)s”."), str(top))
        for path, entry in found:
            if path.parent != top:
                self._note(gettext_noop("“%(name)s” is in another folder and was left out."), str(path))
            elif path.name.casefold() in self._files:
                self._note(gettext_noop("“%(name)s” is there twice. The first one was read."), str(path))
            else:
                self._check(entry)
                self._files[path.name.casefold()] = (path.name, entry)

    def _check(self, entry: zipfile.ZipInfo | Path) -> None:
        if isinstance(entry, Path):
            return
        if entry.flag_bits & 0x1:
            raise self.refuse(gettext_noop("“%(file)s” is protected by a password. Save it without one and send it again."))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.refuse(
                gettext_noop("“%(file)s” is compressed in an unusual way. Make an ordinary zip file of the folder.")
            )

    def _note(self, template: str, name: str) -> None:
        if len(self.notes) < 100:
            self.notes.append(Note(None, Message(template, {"file": self.name, "name": name})))

    # -- refusals

    def refuse(self, template: str, **words: object) -> UnreadableFile:
        """The error that turns this archive away; ``%(file)s`` in the sentence is its name."""
        return UnreadableFile(Message(template, {"file": self.name, **words}), file=self.name)

    def _too_many_files(self) -> UnreadableFile:
        return self.refuse(
            gettext_noop("“%(file)s” holds more than %(limit)s files. Send only the CSV files."),
            limit=self.limits.max_files,
        )

    def _damaged(self, name: str) -> UnreadableFile:
        return self.refuse(gettext_noop("“%(name)s” in “%(file)s” is damaged. Export it again; nothing was changed."), name=name)

    def _count(self, name: str, in_file: int, packed: int | None) -> None:
        """Stop when what came out is more than any real export would give. Reading a file again does not add up."""
        self._read_bytes[name] = max(in_file, self._read_bytes.get(name, 0))
        limits, total = self.limits, sum(self._read_bytes.values())
        too_much = in_file > limits.max_file_bytes or total > limits.max_total_bytes
        if packed is not None and total > limits.ratio_from:
            # Parts of a zip may overlap, so the whole is held to the size of the whole as well.
            too_much |= in_file > limits.ratio_from and in_file > max(packed, 1) * limits.max_ratio
            too_much |= total > max(self._archive_bytes, 1) * limits.max_ratio
        if too_much:
            raise self.refuse(
                gettext_noop("“%(name)s” in “%(file)s” unpacks to far more than a roster needs, so reading stopped."),
                name=name,
            )


class _Counted(io.RawIOBase):
    """A file of the archive that counts what is read from it."""

    def __init__(self, archive: Archive, name: str, stream: IO[bytes], *, packed: int | None) -> None:
        self._archive = archive
        self._name = name
        self._stream = stream
        self._packed = packed
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        try:
            piece = self._stream.read(min(len(view), 1 << 20))
        except _DAMAGE as problem:
            raise self._archive._damaged(self._name) from problem
        self._count += len(piece)
        self._archive._count(self._name, self._count, self._packed)
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def open_archive(source: Path | BinaryIO, *, name: str | None = None, limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS) -> Archive:
    """A zip (path or seekable stream) or a folder as an ``Archive``, to be used in a ``with``.

    Raises ``UnreadableFile``: not a zip, damaged, protected by a password, too large or too many files.
    """
    return Archive(source, name=name, limits=limits)


def _ignored(path: PurePosixPath) -> bool:
    """What operating systems leave behind."""
    return any(part.casefold() in _IGNORED for part in path.parts) or path.name.startswith((".", "~$"))


def _directory_bytes(stream: BinaryIO) -> int:
    """The size a zip gives for its table of contents, read before the library loads all of it into memory."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 70_000))
    tail = stream.read(70_000)
    lengths = [struct.unpack_from("<L", tail, at + 12)[0] for at in _places(tail, b"PK\x05\x06", 22)]
    lengths += [struct.unpack_from("<Q", tail, at + 40)[0] for at in _places(tail, b"PK\x06\x06", 48)]
    # 0xffffffff stands for "see the larger record"; any other candidate may be the one that is believed.
    return max((length for length in lengths if length != 0xFFFFFFFF), default=0)


def _places(tail: bytes, mark: bytes, size: int) -> Iterator[int]:
    at = tail.find(mark)
    while at >= 0:
        if at + size <= len(tail):
            yield at
        at = tail.find(mark, at + 1)
