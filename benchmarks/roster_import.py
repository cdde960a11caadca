"""How long bringing a large district's roster in takes on SQLite, beside a floor: the same rows written by the bare driver.

Imports a OneRoster zip of invented people into an empty database in a temporary folder, then the same zip again, then
one in which everybody's address has changed, while a second connection keeps writing, as people answering a survey
would. Prints seconds, how long the write lock was
held, how long the other writer had to wait at most, the ratio to the floor, and the most memory this process held.

    python benchmarks/roster_import.py [--users 100000]
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from roster_parse import make_set

WAITED_MS = 60_000


class OtherWriter:
    """A second connection that writes one row over and over, and remembers how long it had to wait at most."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.longest = 0.0
        self.writes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def _write(self) -> None:
        connection = sqlite3.connect(self.database, timeout=WAITED_MS / 1000, isolation_level=None)
        connection.execute("CREATE TABLE IF NOT EXISTS other_writer (at REAL)")
        while not self._stop.wait(0.02):
            started = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO other_writer VALUES (?)", (started,))
            connection.execute("COMMIT")
            self.longest = max(self.longest, time.perf_counter() - started)
            self.writes += 1
        connection.close()

    def __enter__(self) -> OtherWriter:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()


class Lock:
    """When the import's transaction began; on SQLite its BEGIN IMMEDIATE takes the write lock at once."""

    def __init__(self) -> None:
        self.began: float | None = None
        self.worked = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith("BEGIN") and self.began is None:
            self.began, self.worked = time.perf_counter(), time.process_time()
        return result


def floor(database: Path, folder: Path) -> float:
    """Seconds the bare driver needs to write the rows that the import wrote into an empty copy of their table."""
    with sqlite3.connect(database) as source:
        statements = source.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'districts_person' AND sql IS NOT NULL")
        schema = [sql for (sql,) in statements]
        rows = source.execute("SELECT * FROM districts_person").fetchall()
    with sqlite3.connect(folder / "floor.sqlite3") as target:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=NORMAL")
        for sql in schema:
            target.execute(sql)
        started = time.perf_counter()
        marks = ", ".join("?" * len(rows[0]))
        target.executemany(f"INSERT INTO districts_person VALUES ({marks})", rows)  # noqa: S608
        target.commit()
        return time.perf_counter() - started


def bring_in(path: Path, database: Path) -> tuple[dict[str, int], float, float, float, float]:
    """Import once: counts, seconds in all, seconds the lock was held, of those seconds of work, seconds others waited."""
    from django.db import connection

    from commonwhy.districts import roster
    from commonwhy.districts.models import District

    district = District.everything.get()
    lock = Lock()
    with OtherWriter(database) as other, connection.execute_wrapper(lock):
        started = time.perf_counter()
        with roster.stage(district, path) as staged:
            counts = roster.apply(staged, by="benchmark")
        ended, worked = time.perf_counter(), time.process_time()
    held = (ended - lock.began, worked - lock.worked) if lock.began else (0.0, 0.0)
    return counts, ended - started, *held, other.longest


def with_other_addresses(path: Path) -> Path:
    """The same set with every person's e-mail address changed."""
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"@example.org", b"@example.net"))
    return target


def peak() -> float:
    """The most memory this process held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    users = parser.parse_args().users
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"COMMONWHY_VAR": name, "DJANGO_SETTINGS_MODULE": "commonwhy.settings"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        from commonwhy.accounts.models import User
        from commonwhy.districts.services import create_district

        call_command("migrate", verbosity=0)
        create_district(name="Invented Unified", by=User.objects.create_user("nobody@example.org"))
        path, database = folder / "roster.zip", folder / "commonwhy.sqlite3"
        make_set(path, users)
        changed = with_other_addresses(path)
        before = peak()
        runs = [(title, *bring_in(each, database)) for title, each in (("first", path), ("again", path), ("changed", changed))]
        most = peak()
        bare = floor(database, folder)
    print(f"{users:,} users on SQLite {sqlite3.sqlite_version}, Python {sys.version.split()[0]}")
    print(f"the bare driver writes the same rows in {bare:.2f} s")
    for title, counts, seconds, locked, worked, waited in runs:
        told = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
        print(f"import, {title:8} {seconds:6.2f} s, lock held {locked:5.2f} s ({worked:.2f} s of work;", end=" ")
        print(f"{locked / bare:.1f} x the bare driver),", end=" ")
        print(f"others waited {waited:5.2f} s at most: {told}")
    print(f"memory at most {most:.0f} MB, of which {before:.0f} MB before the first import")


if __name__ == "__main__":
    main()
