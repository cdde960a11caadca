"""The variables CommonWhy reads from its environment, each in one place, with what it means.

`docs/reference/settings.md` documents every one of them, and a test fails when one is missing there. Nothing else in
the project reads `os.environ`.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import environ

VARIABLES: dict[str, str] = {
    "COMMONWHY_VAR": "Folder for the embedded database, the secret key and mail written to files.",
    "COMMONWHY_SECRET_KEY": "Signs sessions and links. Made at first start when it is not set.",
    "COMMONWHY_DEBUG": "Django's debug pages. Never in production.",
    "COMMONWHY_BASE_URL": "The address people use, as it stands in e-mails and on printed cards.",
    "COMMONWHY_ALLOWED_HOSTS": "Host names the server answers to, separated by commas.",
    "COMMONWHY_BEHIND_PROXY": "Trust X-Forwarded-Proto from a proxy that always sets it.",
    "COMMONWHY_SESSION_HOURS": "Hours until a signed-in session ends.",
    "COMMONWHY_FROM_EMAIL": "The sender of e-mails.",
    "COMMONWHY_TASKS": "`worker` runs long work in worker processes, `immediate` while the request waits.",
    "COMMONWHY_MAX_UPLOAD_MB": "The largest file that may be uploaded, in megabytes.",
    "DATABASE_URL": "The database; SQLite in COMMONWHY_VAR when it is not set.",
    "EMAIL_URL": "The mail server; mail is written to files in COMMONWHY_VAR when it is not set.",
}

env = environ.Env()


def folder() -> Path:
    """The folder for everything this installation writes, made if it is not there, and then closed to others."""
    path = Path(env.str("COMMONWHY_VAR", default="var")).resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret_key(var: Path) -> str:
    """The key from the environment, else the embedded one, made at first start and readable by its owner only.

    Two processes starting at once agree on one key: the file is created exclusively and then read by both.
    """
    given = env.str("COMMONWHY_SECRET_KEY", default="")
    if given:
        return str(given)
    path = var / "secret_key"
    if not path.exists():
        fresh = path.with_name(f"secret_key.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
