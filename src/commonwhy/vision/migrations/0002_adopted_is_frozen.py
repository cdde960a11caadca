"""Triggers that refuse any change to an adopted version, its clauses and their voices, but its becoming superseded."""

from typing import Any

from django.db import migrations

FROZEN = "an adopted vision is superseded, never edited"

# What may change in a version that is not a draft: its state, from adopted to superseded. Everything else stays.
COLUMNS = (
    "number",
    "term",
    "why",
    "why_more",
    "is_lines",
    "is_not_lines",
    "begins_year",
    "ends_year",
    "note",
    "revision",
    "created_at",
    "adopted_on",
    "minutes",
    "exception_reason",
    "heard",
    "district_id",
)
PARENTS = {
    "vision_clause": "(SELECT state FROM vision_visionversion WHERE id = {row}.version_id)",
    "vision_clausevoice": (
        "(SELECT v.state FROM vision_visionversion v JOIN vision_clause c ON c.version_id = v.id WHERE c.id = {row}.clause_id)"
    ),
}


def _same(is_sqlite: bool) -> str:
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    cast = "" if is_sqlite else "::text"
    changed = " OR ".join(f"OLD.{name}{cast} {differs} NEW.{name}{cast}" for name in COLUMNS)
    return f"OLD.state <> 'draft' AND (NOT (OLD.state = NEW.state OR NEW.state = 'superseded') OR {changed})"


def forward(apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    refuse = f"SELECT RAISE(ABORT, '{FROZEN}');" if sqlite else None
    if not sqlite:
        schema_editor.execute(
            "CREATE FUNCTION vision_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )

    def trigger(name: str, table: str, when: str, condition: str) -> None:
        action = f"BEGIN {refuse} END" if sqlite else "EXECUTE FUNCTION vision_refuse()"
        if sqlite or "SELECT" not in condition:
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW WHEN ({condition}) {action}")
            return
        # PostgreSQL takes no subquery in WHEN, so the condition moves into a function of its own.
        schema_editor.execute(
            f"CREATE FUNCTION {name}_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if when == 'DELETE' else 'NEW'}; END $$"
        )
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_check()")

    trigger("vision_version_frozen", "vision_visionversion", "UPDATE", _same(sqlite))
    for table, state in PARENTS.items():
        for when, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            trigger(f"{table}_frozen_{when.lower()}", table, when, f"{state.format(row=row)} <> 'draft'")


def backward(apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    names = [("vision_version_frozen", "vision_visionversion")]
    names += [(f"{table}_frozen_{when}", table) for table in PARENTS for when in ("insert", "update", "delete")]
    for name, table in names:
        schema_editor.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite and table in PARENTS:
            schema_editor.execute(f"DROP FUNCTION {name}_check")
    if not sqlite:
        schema_editor.execute("DROP FUNCTION vision_refuse")


class Migration(migrations.Migration):
    dependencies = [("vision", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
