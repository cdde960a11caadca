"""The web server and a worker beside it, until Ctrl-C.

Both are processes of their own: the worker may be busy for minutes, and a request must not wait for it. When either
stops by itself, both stop, so that whoever supervises `serve` can start it afresh.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from commonwhy.cli import application

PATIENCE_SECONDS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="default: 8000")
    parser.add_argument("--workers", type=int, default=1, help="web processes (default: 1)")


def run(arguments: argparse.Namespace) -> int:
    return serve(host=arguments.host, port=arguments.port, workers=arguments.workers, announce=_announce)


def serve(*, host: str, port: int, workers: int, announce: Callable[[str], None]) -> int:
    """Serve until stopped. `announce(address)` is called once the server answers."""
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104  (compared, not bound)
    os.environ.setdefault("COMMONWHY_BASE_URL", address)
    if not _free(host, port):
        print(f"commonwhy: something already listens on {host}:{port}. Choose another: --port {port + 1}", file=sys.stderr)
        return 1
    application.set_up()
    application.migrate()
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += [
        "--workers",
        str(workers),
        "--no-access-log",
        "--log-level",
        "error",
        "--blocking-threads",
        "4",
        "commonwhy.site.wsgi:application",
    ]
    with _processes([web, [sys.executable, "-m", "commonwhy.cli", "worker"]]) as running:
        if not _wait_for(host, port, running):
            print("commonwhy: the server did not start; what it said stands above.", file=sys.stderr)
            return 1
        announce(address)
        print("Stop with Ctrl-C.", flush=True)
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
    return 0 if any(process.returncode in (0, -signal.SIGTERM, -signal.SIGINT) for process in running) else 1


def _announce(address: str) -> None:
    from commonwhy.accounts import setup_code

    print(f"CommonWhy is at {address}")
    code = setup_code.current()
    if code:
        print(f"Set up your district: {address}/start/?code={code}")


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _wait_for(host: str, port: int, running: list[subprocess.Popen[bytes]]) -> bool:
    target = ("127.0.0.1" if host == "0.0.0.0" else host, port)  # noqa: S104
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and all(process.poll() is None for process in running):
        with contextlib.suppress(OSError), socket.create_connection(target, timeout=1):
            return True
        time.sleep(0.1)
    return False


@contextlib.contextmanager
def _processes(commands: list[list[str]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start the commands; stop them all when the block is left, however it is left."""

    def stop(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603
    try:
        yield running
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
    finally:
        for process in running:
            if process.poll() is None:
                process.terminate()
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            # Whatever it started in its turn goes with it; each process leads a session of its own.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        signal.signal(signal.SIGTERM, before)
