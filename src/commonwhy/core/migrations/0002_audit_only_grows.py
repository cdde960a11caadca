"""Triggers that refuse to change or remove audit rows, on SQLite and on PostgreSQL."""

from typing import Any

from django.db import migrations

SQLITE = [
    f"""CREATE TRIGGER core_auditentry_no_{verb} BEFORE {verb} ON core_auditentry
       BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE FUNCTION core_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the audit only grows'; END $$""",
    """CREATE TRIGGER core_auditentry_no_change BEFORE UPDATE OR DELETE ON core_auditentry
       FOR EACH ROW EXECUTE FUNCTION core_audit_only_grows()""",
]
UNDO = {
    "sqlite": ["DROP TRIGGER core_auditentry_no_UPDATE", "DROP TRIGGER core_auditentry_no_DELETE"],
    "postgresql": ["DROP TRIGGER core_auditentry_no_change ON core_auditentry", "DROP FUNCTION core_audit_only_grows"],
}


def forward(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def backward(apps: Any, schema_editor: Any) -> None:
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
