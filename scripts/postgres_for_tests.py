"""A real PostgreSQL server for one test run: made in a temporary folder, reached by a Unix socket, gone afterwards.

It is started as our own child (not as a daemon) so that it can always be stopped: at the end, on Ctrl-C, on a
termination signal, and, on Linux, by the kernel if this process is killed outright. PostgreSQL refuses to run as root,
so under root it runs as an unprivileged user. Nothing in it is kept, so it need not wait for the disk.

    scripts/postgres_for_tests.py COMMAND...    runs COMMAND with DATABASE_URL pointing at the server
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from urllib.parse import quote

from system_packages import postgres_folder

ROLE = "commonwhy"
# A Unix socket's address holds 107 bytes, and PostgreSQL appends "/.s.PGSQL.5432".
LONGEST_FOLDER = 107 - len("/.s.PGSQL.5432")
START_SECONDS = 60
# Only what is lost in a power cut is given up: the checks and the locking are those of production.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "autovacuum": "off",
}


class CannotStart(Exception):
    """The server did not start; the message says why."""


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """A fresh server for as long as the block runs; yields its address for `DATABASE_URL`. Raises `CannotStart`."""
    programs = postgres_folder()
    if programs is None:
        raise CannotStart("PostgreSQL's server programs were not found. On Debian: apt install postgresql")
    with temporary_folder() as folder, contextlib.ExitStack() as stack:
        identity = unprivileged(folder)
        data, log = folder / "data", folder / "log"
        make = [str(programs / "initdb"), "-D", str(data), "-U", ROLE, "--auth-local=trust", "--auth-host=reject"]
        made = subprocess.run(
            [*make, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            **identity,
        )
        if made.returncode != 0:
            raise CannotStart(f"initdb failed:\n{made.stdout}{made.stderr}")
        settings = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *settings],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stack.enter_context(log.open("wb")),
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the tests; they finish first, then the server is stopped here.
            start_new_session=True,
            preexec_fn=end_with_parent,
            **identity,
        )
        stack.callback(stop, server)
        wait_until_ready(server, programs, folder, log)
        yield f"postgres://{ROLE}@/{quote(str(folder), safe='')}/postgres"


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """An empty folder of our own whose name leaves room for a socket in it; removed at the end."""
    places = [place for place in (tempfile.gettempdir(), "/tmp") if len(place) + 20 < LONGEST_FOLDER]  # noqa: S108
    if os.geteuid() == 0:
        # A private temporary folder of root's would be closed to the user the server runs as.
        places = [place for place in places if all(up.stat().st_mode & 0o001 for up in (Path(place), *Path(place).parents))]
    if not places:
        raise CannotStart("No usable temporary folder. Set TMPDIR to a short path that others may enter, such as /tmp.")
    folder = Path(tempfile.mkdtemp(prefix="commonwhy-pg-", dir=places[0]))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged(folder: Path) -> dict[str, Any]:
    """Who the server runs as, as arguments of `Popen`; `folder` is handed over. Nothing changes unless this is root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            break
    else:
        raise CannotStart("PostgreSQL cannot run as root, and there is no user `postgres` or `nobody` to run it as.")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def end_with_parent() -> None:
    """Ask the kernel to stop this process when its parent dies, where the kernel can (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            parent_death_signal = 1
            ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGQUIT)


def wait_until_ready(server: subprocess.Popen[bytes], programs: Path, folder: Path, log: Path) -> None:
    """Return as soon as `server` takes connections; raises `CannotStart` with its log if it does not."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        # The server writes "ready" on the last line of its own file; the same that pg_ctl waits for.
        with contextlib.suppress(OSError):
            lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
            if lines and lines[-1].strip() == "ready":
                return
        time.sleep(0.05)
    raise CannotStart(f"PostgreSQL ({programs}) did not start:\n{log.read_text(errors='replace')}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop `server` without waiting for its clients; nothing in it is kept."""
    for name in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(name)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=10)


def run_command(command: list[str], environment: dict[str, str]) -> int:
    """Run `command` to its end and return its exit code; on Ctrl-C or termination let it clean up, then raise."""
    with subprocess.Popen(command, env=environment) as process:
        try:
            return process.wait()
        except BaseException as reason:
            # On Ctrl-C the terminal has told the command too, and twice would cut its own clean-up short.
            if not isinstance(reason, KeyboardInterrupt):
                process.send_signal(signal.SIGINT)
            for end in (process.terminate, process.kill):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=20)
                    break
                end()
            raise


def stop_on_termination(_number: int, _frame: FrameType | None) -> NoReturn:
    """Turn a termination signal into an exception, so that every `finally` runs."""
    raise SystemExit(143)


def main(command: list[str]) -> int:
    """Run `command` with a server beside it; its exit code, or 1 when the server did not start."""
    if not command:
        print("Usage: postgres_for_tests.py COMMAND...", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, stop_on_termination)
    try:
        with running_postgres() as address:
            return run_command(command, {**os.environ, "DATABASE_URL": address})
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
