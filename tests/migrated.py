"""A migrated SQLite database, kept in pytest's cache and copied for each process that wants one.

Migrating an empty database takes longer than most files of tests. What is kept is named after every migration there is,
so another set of migrations makes another one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.db import connection, connections
from pytest_django import DjangoDbBlocker


def fingerprint() -> str:
    """The same for the same migrations, of ours and of the libraries'."""
    digest = sha256(django.get_version().encode())
    for app in apps.get_app_configs():
        for file in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label}/{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:20]


@contextmanager
def alone_with(folder: Path) -> Iterator[None]:
    """Only one process at a time is in here."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Let SQLite's database be there already: each process has it in a folder of its own, which goes with the process."""
    return bool(connection.vendor == "sqlite")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The test database, as pytest-django makes it; on SQLite it is migrated once and copied from then on."""
    if connection.vendor != "sqlite":
        request.getfixturevalue("django_db_setup")
        return
    folder = request.config.cache.mkdir("migrated")
    kept = folder / f"{fingerprint()}.sqlite3"
    with alone_with(folder):
        known = kept.exists()
        if not known:
            request.getfixturevalue("django_db_setup")
            keep(kept, django_db_blocker)
    if known:
        shutil.copyfile(kept, connection.settings_dict["TEST"]["NAME"])
        request.getfixturevalue("django_db_setup")
    # Once a browser is driven from this thread, Django gives it other connections; a forgotten one would hold the file.
    connections.close_all()


def keep(kept: Path, django_db_blocker: DjangoDbBlocker) -> None:
    """Put a copy of the test database into the file `kept`, and none of earlier migrations beside it."""
    for earlier in kept.parent.glob("*.sqlite3*"):
        earlier.unlink()
    made = kept.with_suffix(".sqlite3-new")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(made)])
    os.replace(made, kept)
