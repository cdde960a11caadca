"""Zips and folders as people send them, and as somebody would send them who means harm."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.formats.archives import Archive, ArchiveLimits, open_archive
from commonwhy.formats.messages import UnreadableFile


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    target.seek(0)
    return target


def notes_of(archive: Archive) -> str:
    return " ".join(str(note.message) for note in archive.notes)


def test_a_zip_gives_its_files_whatever_the_case_asked_for() -> None:
    with open_archive(zipped(("Users.CSV", b"a"), ("orgs.csv", b"b")), name="r.zip") as archive:
        assert sorted(archive) == ["Users.CSV", "orgs.csv"]
        assert "users.csv" in archive
        assert archive.real_name("USERS.csv") == "Users.CSV"
        assert archive.open("users.csv").read() == b"a"
        assert not archive.notes


def test_a_folder_gives_the_same(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_bytes(b"a")
    with open_archive(tmp_path) as archive, archive.open("users.csv") as stream:
        assert stream.read() == b"a"


def test_files_inside_one_folder_are_found_and_it_is_said() -> None:
    with open_archive(zipped(("Export 2025/users.csv", b"a"), ("Export 2025/orgs.csv", b"b")), name="r.zip") as archive:
        assert sorted(archive) == ["orgs.csv", "users.csv"]
        assert "Export 2025" in notes_of(archive)


def test_what_computers_leave_behind_is_ignored_without_a_word() -> None:
    files = [("__MACOSX/._users.csv", b"x"), (".DS_Store", b"x"), ("Thumbs.db", b"x"), ("users.csv", b"a")]
    with open_archive(zipped(*files), name="r.zip") as archive:
        assert list(archive) == ["users.csv"]
        assert not archive.notes


@pytest.mark.parametrize("name", ["../users.csv", "a/../../users.csv", "/etc/users.csv", "C:/users.csv", "..\\users.csv"])
def test_a_name_that_points_elsewhere_is_left_out_and_said(name: str) -> None:
    with open_archive(zipped((name, b"evil"), ("orgs.csv", b"b")), name="r.zip") as archive:
        assert list(archive) == ["orgs.csv"]
        assert "outside" in notes_of(archive)


def test_the_first_of_two_files_with_one_name_counts() -> None:
    with open_archive(zipped(("users.csv", b"first"), ("USERS.csv", b"second")), name="r.zip") as archive:
        assert archive.open("users.csv").read() == b"first"
        assert "twice" in notes_of(archive)


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "orgs.csv").write_text("a")
    (folder / "users.csv").symlink_to(secret)
    with open_archive(folder) as archive:
        assert list(archive) == ["orgs.csv"]
        assert "link" in notes_of(archive)


def test_a_zip_with_a_password_is_refused() -> None:
    data = bytearray(zipped(("users.csv", b"a")).getvalue())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableFile, match="password"):
        open_archive(io.BytesIO(bytes(data)), name="r.zip")


def test_unusual_compression_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="unusual"):
        open_archive(zipped(("users.csv", b"a"), method=zipfile.ZIP_LZMA), name="r.zip")


LIMITS = ArchiveLimits(ratio_from=100_000, max_ratio=100)


def take(stream: BinaryIO, size: int) -> int:
    """Read up to ``size`` bytes in pieces, failing the test where more than that comes out."""
    taken = 0
    while piece := stream.read(65_536):
        taken += len(piece)
        assert taken <= size
    return taken


def drain(archive: Archive) -> None:
    """Read every file to its end."""
    for name in archive:
        archive.open(name).read()


def test_a_bomb_stops_while_it_is_read() -> None:
    bomb = zipped(("users.csv", b"0" * 20_000_000))
    most = len(bomb.getvalue()) * LIMITS.max_ratio
    assert most < 3_000_000
    with open_archive(bomb, name="r.zip", limits=LIMITS) as archive, archive.open("users.csv") as stream:
        assert len(stream.read(most - 100_000)) > 0
        with pytest.raises(UnreadableFile, match="unpacks to far more"):
            take(stream, most)


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    data = bytearray(zipped(("users.csv", b"0" * 5_000_000)).getvalue())
    at = data.find(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<L", 10)
    with (
        open_archive(io.BytesIO(bytes(data)), name="r.zip", limits=LIMITS) as archive,
        archive.open("users.csv") as stream,
        pytest.raises(UnreadableFile, match="damaged"),
    ):
        assert len(stream.read()) <= 10


def test_many_files_that_together_unpack_to_too_much_stop_too() -> None:
    files = [(f"f{number}.csv", b"0" * 90_000) for number in range(40)]
    with open_archive(zipped(*files), name="r.zip", limits=LIMITS) as archive:
        with pytest.raises(UnreadableFile, match="far more"):
            drain(archive)
        assert len(archive) == 40


def test_reading_a_file_again_does_not_count_twice() -> None:
    limits = ArchiveLimits(max_total_bytes=1_500)
    with open_archive(zipped(("users.csv", b"a" * 1_000)), name="r.zip", limits=limits) as archive:
        assert [len(archive.open("users.csv").read()) for _ in range(5)] == [1_000] * 5


def test_a_crowd_of_files_is_refused_before_it_is_listed() -> None:
    files = [(f"{number}.csv", b"") for number in range(60)]
    with pytest.raises(UnreadableFile, match="files"):
        open_archive(zipped(*files), name="r.zip", limits=ArchiveLimits(max_directory_bytes=1_000))
    with pytest.raises(UnreadableFile, match="files"):
        open_archive(zipped(*files), name="r.zip", limits=ArchiveLimits(max_files=50))


def test_what_is_no_zip_and_what_is_not_there_say_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="not a zip"):
        open_archive(io.BytesIO(b"sourcedId,name\n"), name="r.zip")
    with pytest.raises(UnreadableFile, match="no file or folder"):
        open_archive(tmp_path / "nothing.zip")


def test_a_damaged_file_is_a_refusal_not_a_crash() -> None:
    data = bytearray(zipped(("users.csv", bytes(range(256)) * 50), method=zipfile.ZIP_STORED).getvalue())
    data[2_000] ^= 0xFF
    with (
        open_archive(io.BytesIO(bytes(data)), name="r.zip") as archive,
        pytest.raises(UnreadableFile, match="damaged"),
        archive.open("users.csv") as stream,
    ):
        stream.read()


GOOD = zipped(("users.csv", b"sourcedId,role\n1,teacher\n" * 20), ("orgs.csv", b"sourcedId\n1\n")).getvalue()


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(GOOD)))
def test_a_spoilt_zip_is_read_or_refused(changes: list[tuple[int, int]], length: int) -> None:
    data = bytearray(GOOD)
    for place, byte in changes:
        data[place] = byte
    try:
        with open_archive(io.BytesIO(bytes(data[:length])), name="r.zip") as archive:
            drain(archive)
    except UnreadableFile:
        return


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        with open_archive(io.BytesIO(b"PK\x03\x04" + data), name="r.zip") as archive:
            drain(archive)
    except UnreadableFile:
        return
