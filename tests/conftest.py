"""What every test stands on: a database of its own, quick passwords, and no way out to the network.

The tests run on SQLite in a file (as an installation does, so that threads and write-ahead logging behave as there) or
on whatever `DATABASE_URL` names; `scripts/postgres_for_tests.py .venv/bin/pytest` brings a PostgreSQL.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as project_settings
from django.db import connection, connections
from django.utils import translation

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option with which a second run on another database leaves out what no database can change."""
    parser.addoption("--database-tests-only", action="store_true", help="leave out tests that use no database")


def pytest_configure(config: pytest.Config) -> None:
    """Make passwords cheap: a slow hash protects people, not tests."""
    if find_spec("tests"):  # a copy of this file alone, as test_isolation makes one, has neither
        config.pluginmanager.import_plugin("tests.cast")
        config.pluginmanager.import_plugin("tests.migrated")
    # How long an example takes is this machine's matter, not the code's: no test is timed.
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")
    project_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Each test client starts the middleware anew; looking through all static files each time is a sixth of a run.
    project_settings.WHITENOISE_AUTOREFRESH = True
    let_tests_be_emptied()


def let_tests_be_emptied() -> None:
    """Let what a test has committed be removed after it, although triggers keep the audit from shrinking."""
    operations: Any = type(connection.ops)
    original = operations.execute_sql_flush

    def emptied(self: Any, sql_list: list[str]) -> None:
        if self.connection.vendor == "postgresql":
            # Truncating a hundred tables, most of them empty, takes seconds; emptying those that hold something does not.
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()")
                tables = [name for (name,) in cursor.fetchall() if name != "django_migrations"]
                cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {name})" for name in tables))  # noqa: S608
                held = [name for name, holds in zip(tables, cursor.fetchone(), strict=True) if holds]
                # A replica follows what is decided elsewhere: no trigger and no foreign key stands in the way.
                cursor.execute("SET session_replication_role = replica")
                for name in held:
                    cursor.execute(f"DELETE FROM {name}")  # noqa: S608
                cursor.execute("SET session_replication_role = DEFAULT")
            return
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        without = [f'DROP TRIGGER "{name}"' for name, _sql in triggers]
        original(self, [*without, *sql_list, *(sql for _name, sql in triggers)])

    operations.execute_sql_flush = emptied


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what only makes sense on PostgreSQL elsewhere, and leave out pure tests where they were asked to be."""
    if connection.vendor != "postgresql":
        skip = pytest.mark.skip(reason="only makes sense on PostgreSQL")
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(skip)
    if config.getoption("--database-tests-only"):
        left_out = [item for item in items if not depends_on_the_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if depends_on_the_database(item)]


def depends_on_the_database(item: pytest.Item) -> bool:
    """Whether another database could change what a test finds: it has asked for one, by mark or by a fixture of a fixture.

    pytest-django refuses a query from a test that has not, so nothing slips through. `any_database` is said of a file that
    opens pages to ask what no database changes; `tests/site/test_every_page_is_bounded.py` opens them all on each.
    """
    if item.get_closest_marker("any_database"):
        return False
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Put SQLite's test database into a file, one for each process, and never wait for the disk."""
    for each in connections.all():
        if each.vendor == "sqlite":
            each.settings_dict["TEST"]["NAME"] = str(Path(project_settings.VAR) / f"tests-{each.alias}.sqlite3")
            options = each.settings_dict["OPTIONS"]
            options["init_command"] = f"{options.get('init_command', '')} PRAGMA synchronous=OFF;"


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


def is_local(address: object) -> bool:
    """Whether a socket address stays on this machine: a Unix socket, or the loopback network."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    if host in ("", "localhost", b"localhost", None):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every connection that leaves this machine, and fail the test even if the code swallowed the refusal."""
    attempts: list[object] = []

    def guarded(name: str, address_at: Callable[[tuple[Any, ...]], object]) -> None:
        owner: Any = socket.socket if hasattr(socket.socket, name) else socket
        original = getattr(owner, name)

        def call(*arguments: Any, **options: Any) -> Any:
            if not is_local(address := address_at(arguments)):
                attempts.append(address)
                raise ConnectionRefusedError(f"a test tried to reach {address!r}; tests stay on this machine")
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, call)

    for method in ("connect", "connect_ex", "sendto"):
        guarded(method, lambda arguments: arguments[-1])
    for lookup in ("getaddrinfo", "gethostbyname"):
        guarded(lookup, lambda arguments: (arguments[0],) if arguments else None)
    yield
    assert not attempts, f"the test tried to reach the network: {attempts}"


@pytest.fixture(autouse=True)
def _each_begins_in_english() -> None:
    """A test that read a page in Spanish leaves nothing of it to the next one."""
    translation.activate(project_settings.LANGUAGE_CODE)
