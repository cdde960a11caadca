"""Edges between rooms that imports do not show: foreign keys, migrations, templates, and names written as strings.

A room may use only itself and the rooms above it. import-linter sees imports; it does not see a foreign key written as
`"listening.Survey"`, a migration that depends on another room's, a template that includes or links to another room's,
or `reverse("plan:goal")`. Each function takes what it looks at as arguments, so that it can be tried on a broken house.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "commonwhy"
# Modules that configure and start the house; they know every room by design.
OUTSIDE = {"cli", "settings"}

TEMPLATE_TAG = re.compile(r"""{%-?\s*(url|include|extends|static)\s+["']([^"']+)["']""")
MODEL_NAME = re.compile(r"([a-z_]+)\.[A-Za-z]\w*")
NAMES_MIGRATIONS = {"dependencies", "run_before", "replaces"}
CALLS_WITH_URL_NAME = {"reverse", "reverse_lazy", "redirect", "resolve_url"}
CALLS_WITH_MODEL_NAME = {"ForeignKey", "OneToOneField", "ManyToManyField", "get_model"}


@dataclass(frozen=True)
class Edge:
    """One use of a room by another: who, whom, and where it is written."""

    source: str
    target: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}: {self.source} uses {self.target}"


def rooms() -> list[str]:
    """The rooms from the uppermost down; `pyproject.toml` lists them for import-linter, which reads upwards."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    named = [layer.strip("()") for layer in layers if not OUTSIDE & set(layer.split(" | "))]
    return list(reversed(named))


def upward(edges: Iterable[Edge], order: Sequence[str]) -> list[Edge]:
    """The edges that break the order: from a room to one further down the list."""
    place = {room: number for number, room in enumerate(order)}
    return sorted(
        {edge for edge in edges if edge.source in place and edge.target in place and place[edge.target] > place[edge.source]},
        key=str,
    )


def room_of_module(module: str) -> str | None:
    """The room a dotted module name belongs to, None for other people's code."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "commonwhy" and parts[1] not in OUTSIDE else None


def room_of_path(path: Path, package: Path = PACKAGE) -> str | None:
    """The room a file belongs to."""
    parts = path.relative_to(package).parts
    return parts[0] if len(parts) > 1 and parts[0] not in OUTSIDE else None


def edges_in_models(
    models: Iterable[Any], room_of: Callable[[Any], str | None] = lambda model: room_of_module(model.__module__)
) -> Iterator[Edge]:
    """Foreign keys, one-to-one and many-to-many fields between the given models' rooms."""
    for model in models:
        source = room_of(model)
        if source is None:
            continue
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = room_of(field.related_model) if field.is_relation and field.related_model else None
            if target and target != source:
                yield Edge(source, target, f"{model._meta.label}.{field.name}")


def edges_in_python(path: Path, source: str, labels: Mapping[str, str]) -> Iterator[Edge]:
    """Models and addresses of other rooms that a module names in strings.

    `labels` maps an app's label, which is its address namespace too, to its room.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = [
            *node.args,
            *(keyword.value for keyword in node.keywords if keyword.arg in ("to", "through", "viewname")),
        ]
        words = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if not words:
            continue
        label = None
        if called in CALLS_WITH_URL_NAME and ":" in words[0]:
            label = words[0].split(":")[0]
        elif called in CALLS_WITH_MODEL_NAME:
            label = words[0].split(".")[0] if MODEL_NAME.fullmatch(words[0]) or called == "get_model" else None
        target = labels.get(label) if label else None
        if target and target != source:
            yield Edge(source, target, f"{path.name}:{node.lineno} {called}({words[0]!r})")


def edges_in_migration(path: Path, source: str, labels: Mapping[str, str], user_label: str) -> Iterator[Edge]:
    """Dependencies of a migration and the models it refers to; `settings.AUTH_USER_MODEL` counts as `user_label`."""
    yield from edges_in_python(path, source, labels)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and NAMES_MIGRATIONS & {getattr(target, "id", "") for target in node.targets}:
            pairs = [each for each in ast.walk(node.value) if isinstance(each, ast.Tuple) and len(each.elts) == 2]
            named = [str(pair.elts[0].value) for pair in pairs if isinstance(pair.elts[0], ast.Constant)]
        elif isinstance(node, ast.Attribute) and node.attr == "AUTH_USER_MODEL":
            named = [user_label]
        else:
            continue
        for label in named:
            target = labels.get(label)
            if target and target != source:
                yield Edge(source, target, f"{path.name}:{node.lineno} ({label})")


def app_code_in_migration(path: Path, package: str = "commonwhy") -> list[str]:
    """The project's own modules a migration imports; there should be none, because they change and it must not."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = ["." * node.level + (node.module or "")]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found.extend(name for name in names if name.startswith((".", f"{package}.")) or name == package)
    return found


def edges_in_templates(package: Path, labels: Mapping[str, str]) -> Iterator[Edge]:
    """Addresses, templates and static files of other rooms that a template names."""
    templates = {
        path: room for path in package.glob("*/templates/**/*") if path.is_file() and (room := room_of_path(path, package))
    }
    owner = {path.relative_to(package / room / "templates").as_posix(): room for path, room in templates.items()}
    for path, source in templates.items():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for tag, name in TEMPLATE_TAG.findall(line):
                if tag == "url":
                    target = labels.get(name.split(":")[0]) if ":" in name else None
                elif tag == "static":
                    target = labels.get(name.split("/")[0])
                else:
                    target = owner.get(name.split("#")[0])
                if target and target != source:
                    yield Edge(source, target, f"{path.relative_to(package)}:{number} {{% {tag} {name!r} %}}")
