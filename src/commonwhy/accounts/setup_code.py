"""The code of a first start: who reads the server's terminal may make the first account, nobody else.

Without it, whoever finds a fresh installation first would own it. The code lies in a file beside the database and is
gone with the first account.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

from commonwhy.accounts.models import User


def _path() -> Path:
    return Path(settings.VAR) / "setup_code"


def needed() -> bool:
    """Whether this installation still waits for its first account."""
    return not User.objects.exists()


def current() -> str | None:
    """The code, made when it is first asked for; None once there is an account."""
    if not needed():
        _path().unlink(missing_ok=True)
        return None
    path = _path()
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(4))
    return path.read_text().strip()


def accepts(given: str) -> bool:
    """Whether `given` is the code, while it is needed."""
    code = current()
    return code is not None and hmac.compare_digest(code.encode(), given.strip().lower().encode())
