"""Files people send: kept whole or not at all, readable by this installation only, gone after a day."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commonwhy.core import uploads


@pytest.fixture(autouse=True)
def _var(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def test_a_file_is_kept_under_a_random_name_that_only_its_owner_reads() -> None:
    name = uploads.keep(SimpleUploadedFile("people.csv", b"name\nAda\n"))
    path = uploads.path_of(name)
    assert path is not None
    assert path.read_bytes() == b"name\nAda\n"
    assert (len(name), path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (32, 0o600, 0o700)


def test_a_file_that_is_too_large_is_not_kept_at_all(settings: Any, tmp_path: Path) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    with pytest.raises(uploads.TooLarge, match="nothing was kept"):
        uploads.keep(SimpleUploadedFile("people.csv", b"x" * 11))
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize("name", ["", "../secret_key", "a" * 31, "g" * 32, "A" * 32, "../../" + "a" * 26])
def test_a_name_that_was_not_made_here_leads_nowhere(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("secret")
    assert uploads.path_of(name) is None
    uploads.forget(name)
    assert (tmp_path / "secret_key").exists()


def test_forgetting_twice_is_fine() -> None:
    name = uploads.keep(SimpleUploadedFile("people.csv", b"x"))
    uploads.forget(name)
    uploads.forget(name)
    assert uploads.path_of(name) is None


def test_the_daily_chore_takes_what_is_old_and_leaves_what_is_new() -> None:
    old, new = (uploads.keep(SimpleUploadedFile("people.csv", b"x")) for _ in range(2))
    path = uploads.path_of(old)
    assert path is not None
    os.utime(path, (time.time() - uploads.KEPT_SECONDS - 60,) * 2)
    assert uploads.forget_old() == 1
    assert (uploads.path_of(old), uploads.path_of(new) is not None) == (None, True)
