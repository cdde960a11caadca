"""Views, queries, forms, templates and commands never reach for rows around the scope."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps

from commonwhy.districts.models import District, DistrictOwned

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "commonwhy"
AROUND = {"everything", "_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}
SQL = {"cursor", "raw", "RawSQL"}
READING = ("views", "queries", "forms", "templatetags", "urls")
ALLOWED: dict[str, str] = {}
"""File to the reason why it must read around the scope. Nothing needs to so far."""
SCOPED = {model.__name__ for model in apps.get_models() if model is District or issubclass(model, DistrictOwned)}


def reading_files() -> list[Path]:
    """Every Python file whose work it is to read for somebody."""
    rooms = [path for path in PACKAGE.iterdir() if path.is_dir() and path.name not in ("settings", "cli")]
    files = [path for room in rooms for part in READING for path in (room / f"{part}.py", *(room / part).rglob("*.py"))]
    return sorted(path for path in (*files, *(PACKAGE / "cli").glob("*.py")) if path.exists())


def around_the_scope(source: str) -> list[str]:
    """What in a file reads rows without saying for whom."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in AROUND | SQL:
            found.append(f"line {node.lineno}: .{node.attr}")
        if isinstance(node, ast.Constant) and node.value in AROUND:
            found.append(f"line {node.lineno}: {node.value!r}")
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SHORTCUTS:
            # Given a model, these read through its default manager, which is `everything`.
            given = node.args[0] if node.args else None
            if getattr(given, "id", getattr(given, "attr", "")) in SCOPED:
                found.append(f"line {node.lineno}: a shortcut with the model itself")
    return found


def test_there_is_something_to_look_at() -> None:
    assert len(reading_files()) > 30


@pytest.mark.parametrize("path", reading_files(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_read_goes_around_the_scope(path: Path) -> None:
    if path.relative_to(PACKAGE).as_posix() not in ALLOWED:
        assert around_the_scope(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*/templates/**/*.html")), ids=lambda path: path.stem)
def test_no_template_goes_around_the_scope(path: Path) -> None:
    assert not [word for word in AROUND if f".{word}" in path.read_text(encoding="utf-8")]


def test_every_allowed_file_is_still_there() -> None:
    assert [name for name in ALLOWED if not (PACKAGE / name).exists()] == []


@pytest.mark.parametrize(
    "source",
    [
        "Person.everything.all()",
        "Person._default_manager.count()",
        "manager = getattr(Person, 'everything')",
        "get_object_or_404(Person, pk=1)",
        "shortcuts.get_list_or_404(models.Person, pk=1)",
        "Person.objects.raw('SELECT 1')",
        "connection.cursor()",
    ],
)
def test_a_way_around_is_found(source: str) -> None:
    assert around_the_scope(source)


def test_a_read_for_somebody_is_fine() -> None:
    assert around_the_scope("get_object_or_404(Person.objects.visible_to(viewer), pk=1)") == []
