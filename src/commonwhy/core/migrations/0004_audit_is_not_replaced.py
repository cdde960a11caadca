"""Two more ways around: REPLACE on SQLite takes a row away without asking a trigger, TRUNCATE on PostgreSQL all of them."""

from typing import Any

from django.db import migrations

FORWARD = {
    "sqlite": """CREATE TRIGGER core_auditentry_no_REPLACE BEFORE INSERT ON core_auditentry
        WHEN EXISTS (SELECT 1 FROM core_auditentry WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END""",
    "postgresql": """CREATE TRIGGER core_auditentry_no_truncate BEFORE TRUNCATE ON core_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION core_audit_only_grows()""",
}
BACKWARD = {
    "sqlite": "DROP TRIGGER core_auditentry_no_REPLACE",
    "postgresql": "DROP TRIGGER core_auditentry_no_truncate ON core_auditentry",
}


def forward(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(FORWARD[schema_editor.connection.vendor])


def backward(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(BACKWARD[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("core", "0003_chores")]
    operations = [migrations.RunPython(forward, backward)]
