"""The triggers of 0003 again, over beliefs, words explained, look-fors and endorsements as well.

An adopted version is deleted only together with its district: whoever disposes of a district deletes the district's row
first and the rest after it in the same transaction (foreign keys are checked at its end). Nothing less opens the lock, and
Django's own cascade, which begins with the children, does not either.
"""

from typing import Any

from django.db import migrations

FROZEN = "an adopted vision is superseded, never edited"
VERSION = "vision_visionversion"
# What may change in a version that is not a draft: its state, from adopted to superseded. Everything else stays.
COLUMNS = (
    "id",
    "number",
    "term",
    "why",
    "why_more",
    "is_lines",
    "is_not_lines",
    "beliefs",
    "glossary",
    "mission",
    "origin",
    "origin_name",
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
# The state of the version that a row of a table belongs to.
STATE = {
    "vision_clause": "(SELECT state FROM vision_visionversion WHERE id = {row}.version_id)",
    "vision_contribution": "(SELECT state FROM vision_visionversion WHERE id = {row}.version_id)",
    "vision_endorsement": "(SELECT state FROM vision_visionversion WHERE id = {row}.version_id)",
    "vision_lookfor": (
        "(SELECT v.state FROM vision_visionversion v JOIN vision_clause c ON c.version_id = v.id WHERE c.id = {row}.clause_id)"
    ),
    "vision_clausevoice": (
        "(SELECT v.state FROM vision_visionversion v JOIN vision_clause c ON c.version_id = v.id WHERE c.id = {row}.clause_id)"
    ),
}
DISTRICT_STANDS = "EXISTS (SELECT 1 FROM districts_district d WHERE d.id = OLD.district_id)"


def _conditions(sqlite: bool) -> dict[str, tuple[str, str, str]]:
    """When each trigger refuses, by its name: (table, event, condition)."""
    differs, cast = ("IS NOT", "") if sqlite else ("IS DISTINCT FROM", "::text")
    changed = " OR ".join(f"OLD.{name}{cast} {differs} NEW.{name}{cast}" for name in COLUMNS)
    found = {
        "vision_version_frozen_update": (
            VERSION,
            "UPDATE",
            f"OLD.state <> 'draft' AND (NOT (OLD.state = NEW.state OR NEW.state = 'superseded') OR {changed})",
        ),
        "vision_version_frozen_delete": (VERSION, "DELETE", f"OLD.state <> 'draft' AND {DISTRICT_STANDS}"),
    }
    for table, state in STATE.items():
        old, new = (f"{state.format(row=row)} <> 'draft'" for row in ("OLD", "NEW"))
        found[f"{table}_frozen_insert"] = (table, "INSERT", new)
        found[f"{table}_frozen_update"] = (table, "UPDATE", f"{old} OR {new}")
        found[f"{table}_frozen_delete"] = (table, "DELETE", f"{old} AND {DISTRICT_STANDS}")
    if sqlite:
        found.update(_replacements())
    return found


def _replacements() -> dict[str, tuple[str, str, str]]:
    """SQLite's OR REPLACE removes the row in the way without a delete trigger, so what stands in the way is looked for."""
    same = (
        "v.id = NEW.id OR (v.district_id = NEW.district_id AND "
        "(v.number = NEW.number OR (v.state = 'adopted' AND NEW.state = 'adopted')))"
    )
    frozen = f"SELECT 1 FROM {VERSION} v WHERE v.state <> 'draft'"  # noqa: S608
    found = {
        "vision_version_replaced_insert": (VERSION, "INSERT", f"EXISTS ({frozen} AND ({same}))"),
        "vision_version_replaced_update": (VERSION, "UPDATE", f"EXISTS ({frozen} AND v.id IS NOT OLD.id AND ({same}))"),
    }
    for table, state in STATE.items():
        theirs = f"SELECT 1 FROM {table} r WHERE r.id = NEW.id AND {state.format(row='r')} <> 'draft'"  # noqa: S608
        found[f"{table}_replaced_insert"] = (table, "INSERT", f"EXISTS ({theirs})")
        found[f"{table}_replaced_update"] = (table, "UPDATE", f"NEW.id IS NOT OLD.id AND EXISTS ({theirs})")
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
    dependencies = [("vision", "0004_vision_in_full"), ("districts", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
