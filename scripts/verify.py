"""Everything a change has to pass, one stage after the other, each with its time; stops at the first that fails.

`make test` runs all of it, `make lint` the part that needs no database and no browser. What a developer has set in the
environment does not reach the stages, so a run means the same everywhere. The last stage is pytest's, and so are the
last lines.

    scripts/verify.py [lint|all]
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from postgres_for_tests import CannotStart, run_command, running_postgres, stop_on_termination
from system_packages import chromium

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
PYTEST = [PYTHON, "-m", "pytest", "--numprocesses=auto", "--dist=worksteal", "-q"]


@dataclass(frozen=True)
class Stage:
    """One thing that has to pass, and what it needs around it."""

    title: str
    command: list[str]
    postgres: bool = False


def tool(name: str, *arguments: str) -> list[str]:
    """The command line of a tool installed in `.venv`."""
    return [str(ROOT / ".venv" / "bin" / name), *arguments]


def django(*arguments: str) -> list[str]:
    """The command line of a Django command."""
    return [PYTHON, "-m", "django", *arguments, "--settings=commonwhy.settings"]


LINT = [
    Stage("ruff check", tool("ruff", "check", "--quiet", ".")),
    Stage("ruff format", tool("ruff", "format", "--check", "--quiet", ".")),
    Stage("mypy --strict", tool("mypy", "--strict", "--no-error-summary", "src/commonwhy", "scripts")),
    Stage("import layers", tool("lint-imports")),
    # django-linear-migrations reports through Django's own checks.
    Stage("system checks, linear migrations", django("check", "--fail-level=WARNING")),
    Stage("no migration missing", django("makemigrations", "--check", "--dry-run")),
    Stage("edges imports do not show", [*PYTEST[:3], "-q", "-p", "no:playwright", "tests/architecture"]),
]
TESTS = [
    Stage("tests on SQLite", [*PYTEST, "--ignore=tests/browser", "--ignore=tests/architecture"]),
    Stage(
        "tests on PostgreSQL",
        [*PYTEST, "--ignore=tests/browser", "--database-tests-only"],
        postgres=True,
    ),
    Stage("browser tests with axe", [*PYTEST, "tests/browser"]),
]


def main(arguments: list[str]) -> int:
    """Run the stages asked for; 0 when all pass, else the exit code of the one that did not."""
    match arguments:
        case [] | ["all"]:
            stages = [*LINT, *TESTS]
        case ["lint"]:
            stages = LINT
        case _:
            print("Usage: verify.py [lint|all]", file=sys.stderr)
            return 2
    signal.signal(signal.SIGTERM, stop_on_termination)
    began = time.monotonic()
    times: list[tuple[str, float]] = []
    try:
        for number, stage in enumerate(stages, start=1):
            is_last = number == len(stages)
            say(f"== {number}/{len(stages)} {stage.title}")
            if is_last:
                # Said before the last stage, because its own lines are the last ones.
                summary(times)
            start = time.monotonic()
            code = run(stage)
            took = time.monotonic() - start
            times.append((stage.title, took))
            if code != 0:
                summary(times[:-1])
                say(f"   FAILED  {took:6.1f} s  {stage.title} (exit {code}): {' '.join(stage.command)}")
                left = [later.title for later in stages[number:]]
                if left:
                    say(f"   not run           {', '.join(left)}")
                return code
            if not is_last:
                say(f"   passed  {took:6.1f} s  {stage.title}")
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    except CannotStart as error:
        say(f"   FAILED  {stage.title}: {error}")
        return 1
    if stages is LINT:
        say(f"All {len(stages)} passed in {time.monotonic() - began:.0f} s.")
    return 0


def say(line: str) -> None:
    """Print a line at once, so that it stands before what the next command prints."""
    print(line, flush=True)


def summary(times: list[tuple[str, float]]) -> None:
    """Print each stage that has passed and how long it took."""
    for title, took in times:
        say(f"   passed  {took:6.1f} s  {title}")


def run(stage: Stage) -> int:
    """Run one stage in an environment of its own and return its exit code."""
    with environment(stage) as variables:
        return run_command(stage.command, variables)


@contextlib.contextmanager
def environment(stage: Stage) -> Iterator[dict[str, str]]:
    """The caller's environment without what configures CommonWhy or Python, with a folder and a database thrown away.

    Somebody may have told Python to keep no compiled files: every process of a run would compile all it imports again.
    """
    left_out = ("COMMONWHY_", "DATABASE_URL", "EMAIL_URL", "DJANGO_", "PYTEST_ADDOPTS", "PYTHON")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    with contextlib.ExitStack() as stack:
        var = stack.enter_context(tempfile.TemporaryDirectory(prefix="commonwhy-var-"))
        variables["COMMONWHY_VAR"] = var
        variables["DATABASE_URL"] = (
            stack.enter_context(running_postgres()) if stage.postgres else f"sqlite:///{quote(var)}/commonwhy.sqlite3"
        )
        if browser := chromium():
            variables["CHROMIUM"] = browser
        yield variables


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
