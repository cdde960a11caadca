"""Setting up and verifying: what makes an install old, and what a failing stage leaves unsaid or says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import install
import pytest
import verify
from postgres_for_tests import running_postgres
from system_packages import postgres_folder
from verify import Stage

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of three locked levels, installed up to `dev`."""
    (tmp_path / "requirements").mkdir()
    for level in install.LEVELS:
        (tmp_path / "requirements" / f"{level}.txt").write_text(f"{level}==1\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.ruff]\nline-length = 120\n')
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "RECORD", tmp_path / ".venv" / "installed.json")
    monkeypatch.setattr(install, "is_sound", lambda: True)
    done = {level: install.digest(level) for level in ("runtime", "dev")}
    install.RECORD.write_text(str(done).replace("'", '"'))
    return tmp_path


def installed() -> list[str]:
    return [level for level in install.LEVELS if install.is_installed(level)]


def test_what_is_installed_is_not_installed_again(project: Path) -> None:
    assert installed() == ["runtime", "dev"]


@pytest.mark.parametrize(
    ("file", "text", "left"),
    [
        ("requirements/runtime.txt", "runtime==2\n", []),
        ("requirements/dev.txt", "dev==2\n", ["runtime"]),
        ("requirements/bench.txt", "bench==2\n", ["runtime", "dev"]),
        ("pyproject.toml", '[project]\nname = "y"\n', []),
        # The settings of a tool change nothing that is installed.
        ("pyproject.toml", '[project]\nname = "x"\n[tool.ruff]\nline-length = 80\n', ["runtime", "dev"]),
        (".venv/installed.json", "{", []),
    ],
)
def test_a_change_asks_for_an_install_of_what_depends_on_it(project: Path, file: str, text: str, left: list[str]) -> None:
    (project / file).write_text(text)
    assert installed() == left


def test_an_environment_that_does_not_run_is_not_believed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "is_sound", lambda: False)
    assert installed() == []


def test_misuse_is_told_apart() -> None:
    assert install.main([]) == install.main(["everything"]) == verify.main(["everything"]) == 2


def test_the_first_failing_stage_ends_the_run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    stages = [Stage("first", ["true"]), Stage("second", ["sh", "-c", "exit 3"]), Stage("third", ["echo", "ran"])]
    monkeypatch.setattr(verify, "LINT", stages)
    assert verify.main(["lint"]) == 3
    output = capfd.readouterr().out
    assert "FAILED" in output
    assert "second (exit 3)" in output
    assert output.splitlines()[-1].split() == ["not", "run", "third"]
    assert "\nran" not in output


def test_the_last_lines_are_the_last_stages(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(verify, "LINT", [Stage("first", ["true"])])
    monkeypatch.setattr(verify, "TESTS", [Stage("tests", ["echo", "3 passed"])])
    assert verify.main([]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "3 passed"


def test_a_developers_own_database_stays_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://production.example.org/precious")
    monkeypatch.setenv("COMMONWHY_DEBUG", "1")
    with verify.environment(Stage("any", [])) as variables:
        assert variables["DATABASE_URL"].startswith("sqlite:")
        assert "COMMONWHY_DEBUG" not in variables
        assert Path(variables["COMMONWHY_VAR"]).is_dir()
    assert not Path(variables["COMMONWHY_VAR"]).exists()


@pytest.mark.skipif(postgres_folder() is None, reason="PostgreSQL is not installed")
def test_the_server_is_gone_afterwards_whatever_happens() -> None:
    asks = "import os, sys; from urllib.parse import urlsplit, unquote; print(unquote(urlsplit(os.environ['DATABASE_URL']).path))"
    command = [sys.executable, str(ROOT / "scripts" / "postgres_for_tests.py"), sys.executable, "-c", asks + "; sys.exit(7)"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    folder = Path(done.stdout.strip().removeprefix("/")).parent
    assert folder.name.startswith("commonwhy-pg-")
    assert not folder.exists()


@pytest.mark.skipif(postgres_folder() is None, reason="PostgreSQL is not installed")
def test_the_server_does_not_run_as_root() -> None:
    with running_postgres() as address:
        folder = Path("/" + address.split("/%2F")[1].split("/")[0].replace("%2F", "/"))
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        owner = (folder / "data").stat().st_uid
        assert owner != 0
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
