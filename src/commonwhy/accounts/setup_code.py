"""The code of a first start: who reads the server's terminal may make the first account, nobody else.

Without it, whoever finds a fresh installation first would own it. The code lies in a file beside the database and is
gone with the first account.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import connection

from commonwhy.accounts.models import User


def _path() -> Path:
    return Path(settings.VAR) / "setup_code"


class FoundedAlready(Exception):
    """Somebody else made the first account meanwhile."""


def needed() -> bool:
    """Whether this installation still waits for its first account."""
    return not User.objects.exists()


def claim() -> None:
    """Inside a transaction: make sure that whoever goes on makes the first account.

    Raises `FoundedAlready`. Of two founders at once the second waits for the first: on SQLite every transaction here
    writes alone, on PostgreSQL the table is locked.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {User._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    if not needed():
        raise FoundedAlready


def current() -> str | None:
    """The code, made when it is first asked for; None once there is an account."""
    path = _path()
    if not needed():
        path.unlink(missing_ok=True)
        return None
    # Of two processes starting at once one makes the file, and both read it once it is whole.
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(6))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()


def accepts(given: str) -> bool:
    """Whether `given` is the code, while it is needed."""
    code = current()
    return code is not None and hmac.compare_digest(code.encode(), given.strip().lower().encode())
