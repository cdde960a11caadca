"""Files people send, kept until their job is done: under a random name, readable by this installation only, for a day.

A job's arguments hold the name, never the content. What is left behind is removed by the daily chores.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from commonwhy.core import housekeeping

KEPT_SECONDS = 24 * 3600


class UploadedFile(Protocol):
    """What Django hands over; read in chunks, never at once."""

    size: int | None

    def chunks(self, chunk_size: int | None = None) -> Iterable[bytes]: ...


V = TypeVar("V", bound=Callable[..., Any])


def takes_files(view: V) -> V:
    """Say that a view takes files; a large request to any other is refused unread (`core.middleware`)."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def files_are_taken_by(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "takes_files", False))


class TooLarge(ValueError):
    """The file is over the installation's limit; the message says so in words."""


def _folder() -> Path:
    folder = Path(settings.VAR) / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def keep(file: UploadedFile) -> str:
    """Keep a file and return its name here. Raises `TooLarge`, and then keeps nothing."""
    most = settings.MAX_UPLOAD_BYTES
    name = secrets.token_hex(16)
    path = _folder() / name
    written = 0
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            for chunk in file.chunks():
                written += len(chunk)
                if written > most:
                    raise TooLarge(
                        _("This file is larger than %(most)s MB, so nothing was kept. Split it, or ask for a higher limit.")
                        % {"most": most // 1_048_576}
                    )
                target.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def path_of(name: str) -> Path | None:
    """Where the file lies; None when it is gone, or the name was not made here."""
    if len(name) != 32 or not all(c in "0123456789abcdef" for c in name):
        return None
    path = _folder() / name
    return path if path.is_file() else None


def forget(name: str) -> None:
    """Remove the file; one that is gone already stays gone."""
    path = path_of(name)
    if path:
        path.unlink(missing_ok=True)


def forget_old() -> int:
    """Remove what has lain here for over a day. Returns how many files that were."""
    old = [path for path in _folder().iterdir() if path.stat().st_mtime < time.time() - KEPT_SECONDS]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


housekeeping.register("forget old uploads", forget_old)
