"""What the field publishes and others lean on, as data with its source: sets of standards by their codes and short names.

The text of a standard stays with its publisher; a set carries the link to it. A room keeps a framework's key and an item's
code and asks here for the name, so what a district imports for itself can stand beside these sets under keys of its own.

>>> item("iste-students", "1.4").name
'Innovative Designer'
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


class FrameworkError(ValueError):
    """The data of a framework contradict themselves; the message says which file and where."""


@dataclass(frozen=True)
class Item:
    """One standard: the set it belongs to, its code there, and its short name as published."""

    framework: str
    code: str
    name: str


@dataclass(frozen=True)
class StandardsSet:
    """A published set of standards for one audience, in its order."""

    key: str
    title: str
    audience: str
    """Whom it is for: students, educators, leaders or coaches."""
    publisher: str
    source: str
    """Where the standards themselves are read."""
    items: tuple[Item, ...]


@cache
def all_sets() -> tuple[StandardsSet, ...]:
    """Every set that comes with the software, file by file in the order of their names."""
    found: list[StandardsSet] = []
    for file in sorted(files(__package__).iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            found += read_sets(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
    keys = [one.key for one in found]
    if len(set(keys)) < len(keys):
        raise FrameworkError(f"two sets have one key: {sorted(key for key in keys if keys.count(key) > 1)}")
    return tuple(found)


def read_sets(data: Mapping[str, Any], name: str) -> list[StandardsSet]:
    """The sets in one file's data. Raises FrameworkError, with `name`, where something is missing or a code stands twice."""
    sets = []
    for number, one in enumerate(data.get("set", ()), start=1):
        try:
            key, pairs = one["key"], [(code, short) for code, short in one["items"]]
            made = StandardsSet(
                key=key,
                title=one["title"],
                audience=one["audience"],
                publisher=data["publisher"],
                source=data["source"],
                items=tuple(Item(key, code, short) for code, short in pairs),
            )
        except (KeyError, TypeError, ValueError) as wrong:
            raise FrameworkError(f"{name}, set {number}: {wrong}") from wrong
        if not pairs or len({code for code, _short in pairs}) < len(pairs):
            raise FrameworkError(f"{name}, set {number}: no items, or a code twice")
        sets.append(made)
    return sets


def standards_set(framework: str) -> StandardsSet | None:
    """One set by its key."""
    return next((one for one in all_sets() if one.key == framework), None)


def item(framework: str, code: str) -> Item | None:
    """One standard by the key of its set and its code there; None where there is none."""
    found = standards_set(framework)
    return next((one for one in found.items if one.code == code), None) if found else None
