"""Writing many rows while nobody else can write, as fast as the database takes them.

`bulk_create` builds and cleans each row while the lock is held; here rows are plain values made ready beforehand. Their
keys are random but handed out in rising order, and rows that belong together follow each other, so that every index grows
at its end instead of all over. Which key a row gets says nothing, because the rows themselves come in random order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Model


def rising_keys(count: int) -> list[UUID]:
    """So many random keys, the smallest first."""
    return sorted(uuid4() for _ in range(count))


class ReadyRows:
    """Rows of one model made ready for the database. `fields` are names of concrete fields, as `response_id`."""

    def __init__(self, model: type[Model], fields: Sequence[str]) -> None:
        by_name = {field.attname: field for field in model._meta.concrete_fields}
        missing = set(by_name) - set(fields)
        if missing:
            raise ValueError(f"{model.__name__} also has {sorted(missing)}")
        self._fields = [by_name[name] for name in fields]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self._fields)
        places = ", ".join(["%s"] * len(self._fields))
        self._statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
        self._rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        """One row, its values in the order of the fields."""
        pairs = zip(self._fields, values, strict=True)
        self._rows.append(tuple(field.get_db_prep_save(value, connection) for field, value in pairs))

    def prepared(self, field: str, value: Any) -> Any:
        """A single value as the database takes it."""
        found = next(each for each in self._fields if each.attname == field)
        return found.get_db_prep_save(value, connection)

    def write(self, replaced: Iterable[tuple[Any, ...]] | None = None) -> None:
        """Insert the rows, or what has become of them."""
        with connection.cursor() as cursor:
            cursor.executemany(self._statement, list(self._rows if replaced is None else replaced))

    def __iter__(self) -> Any:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
