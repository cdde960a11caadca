"""Others on the same machine read nothing of ours: the database holds answers and sessions, mails hold links and codes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

COMMON = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "commonwhy.settings"}
MAKE_THINGS = """
from commonwhy.cli import application
application.set_up()
from django.db import connection
connection.cursor().execute("CREATE TABLE answers (words TEXT)")
from django.core.mail import send_mail
send_mail("A code", "123456", None, ["somebody@example.org"])
"""


def others_may(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def make_things(var: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", f"import os; os.umask(0o022){MAKE_THINGS}"], check=True, env=COMMON | {"COMMONWHY_VAR": str(var)}
    )


def test_nothing_in_our_folder_is_readable_by_others(tmp_path: Path) -> None:
    """In a folder that is there already too, as an administrator or a container may have made it open to all."""
    var = tmp_path / "var"
    var.mkdir(mode=0o755)
    make_things(var)
    written = [path for path in var.rglob("*") if path.is_file()]
    assert {path.name for path in written} >= {"commonwhy.sqlite3", "secret_key"}
    assert any(path.parent.name == "mail" for path in written)
    assert [str(path) for path in written if others_may(path)] == []


def test_a_folder_that_we_make_is_closed_to_others(tmp_path: Path) -> None:
    code = "from commonwhy.settings.environment import folder; folder()"
    var = tmp_path / "new" / "var"
    subprocess.run(
        [sys.executable, "-c", f"import os; os.umask(0o022); {code}"], check=True, env=COMMON | {"COMMONWHY_VAR": str(var)}
    )
    assert not others_may(var)
