"""The tests themselves: nothing leaves this machine, and nothing of an installation is read or written."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection

from tests.conftest import is_local

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("address", [("127.0.0.1", 80), ("::1", 80, 0, 0), ("localhost", 80), "/run/socket", ("", 0)])
def test_this_machine_may_be_reached(address: object) -> None:
    assert is_local(address)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80), ("2001:db8::1", 80, 0, 0)])
def test_other_machines_may_not(address: object) -> None:
    assert not is_local(address)


def test_a_connection_is_refused_even_where_the_refusal_is_swallowed(pytester: pytest.Pytester) -> None:
    pytester.makeconftest((Path(__file__).parents[1] / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(
        """
        import contextlib, socket

        def test_swallows():
            with contextlib.suppress(OSError):
                socket.create_connection(("example.org", 80), timeout=1)

        def test_by_number():
            with socket.socket() as s, contextlib.suppress(OSError):
                s.connect(("192.0.2.1", 80))

        def test_at_home():
            with socket.create_server(("127.0.0.1", 0)) as server:
                socket.create_connection(server.getsockname()).close()
        """
    )
    result = pytester.runpytest_subprocess("--ds=commonwhy.settings", "-p", "no:playwright", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines(["*tried to reach the network*"])


def test_pure_tests_are_left_out_where_only_the_database_differs(pytester: pytest.Pytester) -> None:
    pytester.makeconftest((Path(__file__).parents[1] / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(
        """
        import pytest

        def test_pure(): pass
        def test_by_fixture(db): pass
        @pytest.fixture
        def school(db): return None
        def test_by_fixture_of_fixture(school): pass
        @pytest.mark.django_db
        def test_by_mark(): pass
        @pytest.mark.postgres
        def test_elsewhere(db): pass
        """
    )
    result = pytester.runpytest_subprocess(
        "--ds=commonwhy.settings", "-p", "no:playwright", "--collect-only", "-q", "--database-tests-only"
    )
    collected = {line.split("::")[1] for line in result.outlines if "::" in line}
    assert collected == {"test_by_fixture", "test_by_fixture_of_fixture", "test_by_mark", "test_elsewhere"}


def test_nothing_of_this_checkout_is_written() -> None:
    assert tempfile.gettempdir() in str(settings.VAR)
    assert settings.SECRET_KEY.startswith("for tests")
    assert not settings.DEBUG


@pytest.mark.django_db
def test_the_database_is_a_file_or_a_server() -> None:
    name = str(connection.settings_dict["NAME"])
    assert connection.vendor == "postgresql" or Path(name).is_file()
    assert "test" in name


def test_mail_stays_here() -> None:
    mail.send_mail("Subject", "Words", "from@example.org", ["to@example.org"])
    assert [message.subject for message in mail.outbox] == ["Subject"]


def test_a_socket_of_this_machine_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
