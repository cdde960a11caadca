"""What belongs to a settlement that an adopted vision cites stays with it: its options, what they do, concerns, stands and
statements. Migration 0007 keeps the settlement itself; a dissent that could be deleted would not be kept (M36).

Notes in confidence are their writers', so they are not held. As in migration 0007, the lock opens only where the district
itself is deleted.
"""

from typing import Any

from django.db import migrations

FROZEN = "an adopted vision is superseded, never edited"
ADOPTED = (
    "EXISTS (SELECT 1 FROM vision_clausetradeoff t JOIN vision_clause c ON c.id = t.clause_id "
    "JOIN vision_visionversion v ON v.id = c.version_id WHERE t.trade_off_id = {trade_off} AND v.state <> 'draft')"
)
DIRECTLY = "{row}.trade_off_id"
BY_OPTION = "(SELECT o.trade_off_id FROM vision_tradeoffoption o WHERE o.id = {row}.option_id)"
BELONGS = {
    "vision_tradeoffstatement": DIRECTLY,
    "vision_tradeoffoption": DIRECTLY,
    "vision_optioneffect": BY_OPTION,
    "vision_tradeoffconcern": DIRECTLY,
    "vision_tradeoffstand": DIRECTLY,
}
DISTRICT_STANDS = "EXISTS (SELECT 1 FROM districts_district d WHERE d.id = OLD.district_id)"


def _held(trade_off: str, row: str) -> str:
    return ADOPTED.format(trade_off=trade_off.format(row=row))


def _conditions(sqlite: bool) -> dict[str, tuple[str, str, str]]:
    """When each trigger refuses, by its name: (table, event, condition)."""
    found = {}
    for table, trade_off in BELONGS.items():
        old, new = _held(trade_off, "OLD"), _held(trade_off, "NEW")
        found[f"{table}_whole_insert"] = (table, "INSERT", new)
        found[f"{table}_whole_update"] = (table, "UPDATE", f"{old} OR {new}")
        found[f"{table}_whole_delete"] = (table, "DELETE", f"{old} AND {DISTRICT_STANDS}")
        if sqlite:
            # OR REPLACE removes the row in the way without a delete trigger.
            theirs = f"SELECT 1 FROM {table} r WHERE r.id = NEW.id AND {_held(trade_off, 'r')}"  # noqa: S608
            found[f"{table}_whole_replaced_insert"] = (table, "INSERT", f"EXISTS ({theirs})")
            found[f"{table}_whole_replaced_update"] = (table, "UPDATE", f"NEW.id IS NOT OLD.id AND EXISTS ({theirs})")
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
    dependencies = [("vision", "0007_sources_stay")]
    operations = [migrations.RunPython(forward, backward)]
