"""A setting without documentation fails here, and so does documentation of a setting that is gone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from commonwhy.settings.environment import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "settings.md"
READS = {"str", "bool", "int", "list", "db", "email", "float", "url", "json"}


def _variables_read_by_the_settings() -> set[str]:
    """The names given to `env.<cast>(NAME, ...)` anywhere in the settings."""
    names: set[str] = set()
    for file in (ROOT / "src/commonwhy/settings").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in READS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
            ):
                names.add(ast.literal_eval(node.args[0]))
    return names


def test_every_variable_the_settings_read_is_declared() -> None:
    assert _variables_read_by_the_settings() == set(VARIABLES)


def test_every_declared_variable_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)`", PAGE.read_text(), re.MULTILINE))
    assert documented == set(VARIABLES)


def test_nothing_else_reads_our_variables() -> None:
    """One place to look: outside the settings, code names no variable of ours but in text for people."""
    for file in (ROOT / "src/commonwhy").rglob("*.py"):
        if "settings" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"os.getenv", "os.environ.get"}:
                assert ast.unparse(node.args[0]) == "'PORT'", f"{file}: {ast.unparse(node)}"
