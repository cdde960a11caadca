"""What an adopted version rests on stays as it was: its statements, trade-offs, standards and where its look-fors came from.

And a settled trade-off that such a version cites is never rewritten; another one is opened instead. As in migration 0005, the
lock opens only where the district itself is deleted.
"""

from typing import Any

from django.db import migrations

FROZEN = "an adopted vision is superseded, never edited"
OF_CLAUSE = (
    "(SELECT v.state FROM vision_visionversion v JOIN vision_clause c ON c.version_id = v.id WHERE c.id = {row}.clause_id)"
)
OF_LOOK_FOR = (
    "(SELECT v.state FROM vision_visionversion v JOIN vision_clause c ON c.version_id = v.id "
    "JOIN vision_lookfor l ON l.clause_id = c.id WHERE l.id = {row}.look_for_id)"
)
STATE = {
    "vision_clausestatement": OF_CLAUSE,
    "vision_clausetradeoff": OF_CLAUSE,
    "vision_clausealignment": OF_CLAUSE,
    "vision_lookforsource": OF_LOOK_FOR,
}
TRADE_OFF = "vision_tradeoff"
CITED = (
    "EXISTS (SELECT 1 FROM vision_clausetradeoff t JOIN vision_clause c ON c.id = t.clause_id "
    "JOIN vision_visionversion v ON v.id = c.version_id WHERE t.trade_off_id = {row}.id AND v.state <> 'draft')"
)
DISTRICT_STANDS = "EXISTS (SELECT 1 FROM districts_district d WHERE d.id = OLD.district_id)"


def _conditions(sqlite: bool) -> dict[str, tuple[str, str, str]]:
    """When each trigger refuses, by its name: (table, event, condition)."""
    found = {
        f"{TRADE_OFF}_cited_update": (TRADE_OFF, "UPDATE", CITED.format(row="OLD")),
        f"{TRADE_OFF}_cited_delete": (TRADE_OFF, "DELETE", f"{CITED.format(row='OLD')} AND {DISTRICT_STANDS}"),
    }
    for table, state in STATE.items():
        old, new = (f"{state.format(row=row)} <> 'draft'" for row in ("OLD", "NEW"))
        found[f"{table}_frozen_insert"] = (table, "INSERT", new)
        found[f"{table}_frozen_update"] = (table, "UPDATE", f"{old} OR {new}")
        found[f"{table}_frozen_delete"] = (table, "DELETE", f"{old} AND {DISTRICT_STANDS}")
        if sqlite:
            # OR REPLACE removes the row in the way without a delete trigger.
            theirs = f"SELECT 1 FROM {table} r WHERE r.id = NEW.id AND {state.format(row='r')} <> 'draft'"  # noqa: S608
            found[f"{table}_replaced_insert"] = (table, "INSERT", f"EXISTS ({theirs})")
            found[f"{table}_replaced_update"] = (table, "UPDATE", f"NEW.id IS NOT OLD.id AND EXISTS ({theirs})")
    if sqlite:
        theirs = f"SELECT 1 FROM {TRADE_OFF} r WHERE r.id = NEW.id AND {CITED.format(row='r')}"  # noqa: S608
        found[f"{TRADE_OFF}_replaced_insert"] = (TRADE_OFF, "INSERT", f"EXISTS ({theirs})")
    return found


def forward(apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name, (table, event, condition) in _conditions(sqlite).items():
        if sqlite:
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN ({condition}) "
                f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
            )
            continue
        # PostgreSQL takes no subquery in WHEN, so the condition stands in a function of its own.
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$"
        )
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def backward(apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name, (table, _event, _condition) in _conditions(sqlite).items():
        schema_editor.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite:
            schema_editor.execute(f"DROP FUNCTION {name}")


class Migration(migrations.Migration):
    dependencies = [("vision", "0006_negotiating"), ("districts", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
