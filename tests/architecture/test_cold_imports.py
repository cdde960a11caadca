"""The web server and the command line start without the mathematics, which costs 270 MB and seconds.

Each case runs in an interpreter of its own, because the one the tests run in has long loaded everything.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = (
    "duckdb",
    "ibis",
    "model2vec",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "sklearn",
    "typst",
    "vl_convert",
)
LISTED = f"""
import json, sys
print(json.dumps(sorted({{name.split(".")[0] for name in sys.modules}} & set({HEAVY!r}))))
"""


def heavy_after(code: str) -> list[str]:
    """The heavy packages an interpreter has loaded after it ran `code`."""
    done = subprocess.run([sys.executable, "-c", code + LISTED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


SETTINGS = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'commonwhy.settings'\n"
COMMAND = """
import contextlib, io
from commonwhy.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main({arguments!r})
"""


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(SETTINGS + "import django; django.setup()", id="django.setup()"),
        pytest.param(
            # The web server as it stands before its first request: every address and so every view is loaded.
            SETTINGS + "import commonwhy.site.wsgi\nfrom django.urls import get_resolver\nget_resolver().url_patterns",
            id="web server",
        ),
        pytest.param(COMMAND.format(arguments=["--help"]), id="commonwhy --help"),
        pytest.param(COMMAND.format(arguments=["serve", "--help"]), id="commonwhy serve --help"),
    ],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert heavy_after(code) == []


def test_a_heavy_package_would_be_noticed() -> None:
    assert heavy_after("import numpy") == ["numpy"]


def test_help_needs_no_django() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND.format(arguments=["--help"]) + "import sys; print('django' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
