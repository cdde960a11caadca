"""Reading a TOML file that ships, so that a mistake in it is said at once, with the file and the key where it stands.

A `Table` knows where it is. It is asked for what it should hold, and what nobody asked for is a mistake too: a misspelt
key would otherwise leave a text out without a word.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Texts = dict[str, str]


class ShippedMistake(ValueError):
    """A file that ships holds a mistake; the message names the file and the key."""


class Table:
    """One table of a file, read strictly: `with Table.of(path) as table`."""

    def __init__(self, values: dict[str, Any], where: tuple[str, ...]) -> None:
        self._values = values
        self._where = where
        self._asked: set[str] = set()

    @classmethod
    @contextmanager
    def of(cls, path: Path) -> Iterator[Table]:
        """The whole of a file; on leaving, what nobody asked for is complained of."""
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as broken:
            raise ShippedMistake(f"{path.name}: {broken}") from broken
        table = cls(values, (path.name,))
        yield table
        table.done()

    def mistake(self, what: str, *keys: str) -> ShippedMistake:
        """A mistake at this place, or at `keys` below it."""
        return ShippedMistake(f"{' > '.join((*self._where, *keys))}: {what}")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __getitem__(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._values:
            raise self.mistake("is missing", key)
        return self._values[key]

    def done(self) -> None:
        """Complain of what nobody asked for."""
        unknown = sorted(set(self._values) - self._asked)
        if unknown:
            raise self.mistake("is not a key that is known here", unknown[0])

    def word(self, key: str, allowed: Collection[str] | None = None) -> str:
        """A string that is not empty and, where `allowed` is given, one of them."""
        value = self[key]
        if not isinstance(value, str) or not value.strip():
            raise self.mistake("has to be a text", key)
        if allowed is not None and value not in allowed:
            raise self.mistake(f"is {value!r}, not one of {', '.join(allowed)}", key)
        return value.strip()

    def words(self, key: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of strings, each at most once; empty where the key is not there."""
        if key not in self:
            return ()
        values = self[key]
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.mistake("has to be a list of texts", key)
        if len(set(values)) != len(values):
            raise self.mistake("holds the same twice", key)
        strangers = [value for value in values if allowed is not None and value not in allowed]
        if strangers:
            raise self.mistake(f"{strangers[0]!r} is not one of {', '.join(allowed or ())}", key)
        return tuple(values)

    def truth(self, key: str) -> bool:
        """`true` or `false`; false where the key is not there."""
        if key not in self:
            return False
        value = self[key]
        if not isinstance(value, bool):
            raise self.mistake("has to be true or false", key)
        return value

    def number(self, key: str) -> float | int | None:
        """A number, or None where the key is not there."""
        if key not in self:
            return None
        value = self[key]
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.mistake("has to be a number", key)
        return value

    def texts(self, key: str, languages: Collection[str], *, needed: bool = True) -> Texts:
        """One text for each language and for no other; `{}` where it is not there and need not be."""
        if not needed and key not in self:
            return {}
        with self.table(key) as table:
            return table.all_texts(languages)

    def all_texts(self, languages: Collection[str]) -> Texts:
        """This table's texts, one for each language."""
        return {language: self.word(language) for language in languages}

    @contextmanager
    def table(self, key: str) -> Iterator[Table]:
        """The table under a key."""
        values = self[key]
        if not isinstance(values, dict):
            raise self.mistake("has to be a table", key)
        table = Table(values, (*self._where, key))
        yield table
        table.done()

    def tables(self, key: str, name: str = "key") -> Iterator[Table]:
        """The tables of a list one after the other, each named by its own `name`, which stands there once."""
        self._asked.add(key)
        values = self._values.get(key, [])
        if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
            raise self.mistake("has to be a list of tables", key)
        seen: set[str] = set()
        for number, each in enumerate(values, start=1):
            called = each.get(name)
            if not isinstance(called, str) or not called:
                raise self.mistake(f"number {number} has no {name}", key)
            if called in seen:
                raise self.mistake(f"stands there twice: {called}", key)
            seen.add(called)
            table = Table(each, (*self._where, key, called))
            yield table
            table.done()

    def rows(self, key: str) -> Iterator[Table]:
        """The tables of a list that have no name of their own; a mistake names their place, counted from 1."""
        values = self[key]
        if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
            raise self.mistake("has to be a list of tables", key)
        for number, each in enumerate(values, start=1):
            table = Table(each, (*self._where, key, str(number)))
            yield table
            table.done()
