"""An attacker who holds the whole database: every table, every column, and the marks the database keeps by itself.

`everything()` reads it all; `traces()` looks for a secret in every form it could have been written down in.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import connection

from commonwhy.listening import tokens
from commonwhy.listening.models.survey import CODE_LENGTH

RESPONDENTS_TABLES = {"listening_response", "listening_answer"}
# Marks PostgreSQL keeps for every row: the transaction that wrote it and its place in the table.
MARKS = ("xmin", "cmin", "xmax", "ctid")


@dataclass(frozen=True)
class Row:
    """One row of one table, with its marks where the database has such."""

    table: str
    values: dict[str, Any]


def tables() -> list[str]:
    """Every table there is, the database's own list of them too."""
    with connection.cursor() as cursor:
        found = [table.name for table in connection.introspection.get_table_list(cursor) if table.type in "tp"]
    return [*found, "sqlite_master"] if connection.vendor == "sqlite" else found


def everything() -> list[Row]:
    """Every row of every table."""
    rows: list[Row] = []
    with connection.cursor() as cursor:
        for table in tables():
            marks = "".join(f"{mark}::text AS {mark}, " for mark in MARKS) if connection.vendor == "postgresql" else ""
            cursor.execute(f'SELECT {marks}* FROM "{table}"')  # noqa: S608
            names = [column[0] for column in cursor.description]
            rows.extend(Row(table, dict(zip(names, values, strict=True))) for values in cursor.fetchall())
        if connection.vendor == "postgresql":
            cursor.execute("SELECT schemaname, sequencename, last_value FROM pg_sequences")
            rows.extend(Row("pg_sequences", {"name": row[1], "last": row[2]}) for row in cursor.fetchall())
    return rows


def forms_of(token: str) -> dict[str, bytes]:
    """A token and what is in it, in every form somebody could have written it down in."""
    raw = tokens._decode(token[CODE_LENGTH:])
    nonce, mac = raw[: tokens.NONCE_BYTES], raw[-tokens.MAC_BYTES :]
    forms = {
        "token": token.encode(),
        "on paper": tokens.for_paper(token).encode(),
        "without the code": token[CODE_LENGTH:].encode(),
        "hash of the token": hashlib.sha256(token.encode()).hexdigest().encode(),
        "key": hashlib.sha256(nonce).hexdigest().encode(),
        "key, raw": hashlib.sha256(nonce).digest(),
        "mac": mac,
        "mac, hex": mac.hex().encode(),
    }
    for name, secret in (("nonce", nonce), ("all of it", raw)):
        forms |= {
            name: secret,
            f"{name}, hex": secret.hex().encode(),
            f"{name}, base64": base64.b64encode(secret).rstrip(b"="),
            f"{name}, base64 for addresses": base64.urlsafe_b64encode(secret).rstrip(b"="),
            f"{name}, number": str(int.from_bytes(secret, "big")).encode(),
        }
    return forms


def as_bytes(value: Any) -> bytes:
    """Any value of any column, upper or lower case alike where it is text."""
    if isinstance(value, memoryview):
        return value.tobytes()
    return value if isinstance(value, bytes) else str(value).encode()


def traces(rows: list[Row], token: str) -> set[tuple[str, str, str]]:
    """Where a token, or anything in it, is written down: (table, column, in which form)."""
    forms = forms_of(token)
    found = set()
    for row in rows:
        for column, value in row.values.items():
            held = as_bytes(value)
            folded = held.upper()
            found |= {(row.table, column, name) for name, form in forms.items() if form in held or form.upper() in folded}
    return found


def of_respondents(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.table in RESPONDENTS_TABLES]
