"""On SQLite, votes and ballots are kept without row numbers, which would tell the order in which they came in."""

from typing import Any

from django.db import migrations

TABLES = ("deliberation_vote", "deliberation_approvalballot")


def without_rowid(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            _remake(schema_editor, table, suffix=" WITHOUT ROWID")


def with_rowid(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            _remake(schema_editor, table, suffix="")


def _remake(schema_editor: Any, table: str, suffix: str) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
        definition = cursor.fetchone()[0].removesuffix(" WITHOUT ROWID")
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL", [table])
        indexes = [row[0] for row in cursor.fetchall()]
    made = definition.replace(f'"{table}"', f'"{table}_new"', 1) + suffix
    schema_editor.execute(made, params=None)
    schema_editor.execute(f'INSERT INTO "{table}_new" SELECT * FROM "{table}"', params=None)  # noqa: S608
    schema_editor.execute(f'DROP TABLE "{table}"', params=None)
    schema_editor.execute(f'ALTER TABLE "{table}_new" RENAME TO "{table}"', params=None)
    for index in indexes:
        schema_editor.execute(index, params=None)


class Migration(migrations.Migration):
    atomic = False  # SQLite checks foreign keys only outside a transaction while a table is remade

    dependencies = [("deliberation", "0001_initial")]
    operations = [migrations.RunPython(without_rowid, with_rowid)]
