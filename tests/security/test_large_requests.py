"""A request that nobody has a reason to send is refused before it is read, and leaves nothing on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

LARGE = 4 * 1024 * 1024


@pytest.fixture
def files_written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that Django began to write for a request."""
    begun: list[str] = []
    original = TemporaryFileUploadHandler.new_file

    def new_file(self: Any, *arguments: Any, **options: Any) -> None:
        begun.append(str(arguments[1]))
        original(self, *arguments, **options)

    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", new_file)
    return begun


def large() -> SimpleUploadedFile:
    return SimpleUploadedFile("large.csv", b"x" * LARGE)


@pytest.mark.parametrize("address", ["/three-teachers/", "/start/", "/accounts/login/", "/accounts/password/reset/"])
def test_a_stranger_cannot_fill_the_disk_by_a_page_that_takes_no_file(cast: Cast, files_written: list[str], address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    refused = client.post(address, {"file": large()})
    assert refused.status_code == 413
    assert files_written == []


def test_the_refusal_says_what_happened(cast: Cast) -> None:
    page = Client().post("/three-teachers/", {"file": large()}).content.decode()
    assert "Nothing of it was kept" in page


@pytest.mark.parametrize("name", ["districts:roster", "listening:import"])
def test_a_stranger_cannot_fill_the_disk_by_a_page_that_takes_files(cast: Cast, files_written: list[str], name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    refused = client.post(reverse(name, args=[cast.alder.slug]), {"file": large()})
    assert refused.status_code == 302
    assert refused.headers["Location"].startswith("/accounts/login/")
    assert files_written == []


@pytest.mark.parametrize("name", ["districts:roster", "listening:import"])
def test_a_file_over_the_limit_is_refused_before_it_is_written_anywhere(
    cast: Cast, files_written: list[str], settings: Any, name: str
) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    refused = cast.client("superintendent").post(reverse(name, args=[cast.alder.slug]), {"file": large()})
    assert refused.status_code == 413
    assert files_written == []


@pytest.mark.parametrize("name", ["districts:roster", "listening:import"])
def test_a_large_file_from_somebody_who_may_send_it_comes_in(
    cast: Cast, files_written: list[str], settings: Any, tmp_path: Path, name: str
) -> None:
    settings.VAR = tmp_path
    cast.client("superintendent").post(reverse(name, args=[cast.alder.slug]), {"file": large()})
    assert files_written


def test_a_length_that_is_no_number_is_refused(cast: Cast) -> None:
    refused = Client().generic("POST", "/three-teachers/", b"x", CONTENT_LENGTH="many")
    assert refused.status_code in (400, 413)
