"""`commonwhy serve`: web and worker as one; it starts on an empty folder and stops altogether."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from commonwhy.cli import main, serve

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, list[str]]]:
    """A server on an empty folder, what it printed until it was ready, and its port."""
    port = free_port()
    environment = {**os.environ, "COMMONWHY_VAR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "commonwhy.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    said: list[str] = []
    try:
        assert process.stdout
        for line in process.stdout:
            said.append(line.strip())
            if "Ctrl-C" in line:
                break
        yield process, port, said
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(START_SECONDS)


def test_it_serves_says_where_and_stops_with_all_it_started(
    served: tuple[subprocess.Popen[str], int, list[str]], tmp_path: Path
) -> None:
    process, port, said = served
    assert f"CommonWhy is at http://127.0.0.1:{port}" in said
    code = (tmp_path / "setup_code").read_text()
    assert f"Set up your district: http://127.0.0.1:{port}/start/?code={code}" in said
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
        assert answer.status == 200
        assert "Content-Security-Policy" in answer.headers
    children = children_of(process.pid)
    assert len(children) >= 2  # web and worker
    process.send_signal(signal.SIGTERM)
    assert process.wait(START_SECONDS) == 0
    end = time.monotonic() + START_SECONDS
    while any(alive(pid) for pid in children) and time.monotonic() < end:
        os.sched_yield()
    assert not any(alive(pid) for pid in children)


def children_of(pid: int) -> list[int]:
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [grandchild for child in found for grandchild in children_of(child)]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_port_that_is_taken_is_said_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        assert main(["serve", "--port", str(port)]) == 1
    assert f"--port {port + 1}" in capsys.readouterr().err


def test_when_one_process_stops_by_itself_the_other_is_stopped() -> None:
    quick, slow = [sys.executable, "-c", ""], [sys.executable, "-c", "import signal; signal.pause()"]
    with serve._processes([quick, slow]) as running:
        running[0].wait(START_SECONDS)
        assert running[1].poll() is None
    assert running[1].returncode is not None


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["roster"]])
def test_misuse_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
