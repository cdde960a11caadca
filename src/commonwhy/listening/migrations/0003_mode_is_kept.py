"""The database itself keeps a survey's mode: fixed once opened, and no key is ever issued against it.

`never_a_key_for_anonymous` looks at the key's own row; these triggers look at the survey's.
"""

from typing import Any

from django.db import migrations, models

KEY_FITS = "the key''s mode is not its survey''s"
MODE_FIXED = "the mode of a survey is fixed once it has opened or issued keys"
OTHER_MODE = "NEW.mode <> (SELECT mode FROM listening_survey WHERE id = NEW.survey_id)"
FIXED = """NEW.mode <> OLD.mode AND (OLD.opened_at IS NOT NULL
           OR EXISTS (SELECT 1 FROM listening_issuedkey WHERE survey_id = OLD.id)
           OR EXISTS (SELECT 1 FROM listening_response WHERE survey_id = OLD.id))"""

SQLITE = [
    *(
        f"""CREATE TRIGGER listening_key_fits_{verb} BEFORE {verb} ON listening_issuedkey WHEN {OTHER_MODE}
            BEGIN SELECT RAISE(ABORT, '{KEY_FITS}'); END"""
        for verb in ("INSERT", "UPDATE")
    ),
    f"""CREATE TRIGGER listening_mode_fixed BEFORE UPDATE OF mode ON listening_survey WHEN {FIXED}
        BEGIN SELECT RAISE(ABORT, '{MODE_FIXED}'); END""",
]
POSTGRESQL = [
    f"""CREATE FUNCTION listening_key_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {OTHER_MODE} THEN RAISE EXCEPTION '{KEY_FITS}' USING ERRCODE = 'check_violation'; END IF;
        RETURN NEW; END $$""",
    """CREATE TRIGGER listening_key_fits BEFORE INSERT OR UPDATE ON listening_issuedkey
       FOR EACH ROW EXECUTE FUNCTION listening_key_fits()""",
    f"""CREATE FUNCTION listening_mode_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {FIXED} THEN RAISE EXCEPTION '{MODE_FIXED}' USING ERRCODE = 'check_violation'; END IF;
        RETURN NEW; END $$""",
    """CREATE TRIGGER listening_mode_fixed BEFORE UPDATE OF mode ON listening_survey
       FOR EACH ROW EXECUTE FUNCTION listening_mode_fixed()""",
]
UNDO = {
    "sqlite": [
        "DROP TRIGGER listening_key_fits_INSERT",
        "DROP TRIGGER listening_key_fits_UPDATE",
        "DROP TRIGGER listening_mode_fixed",
    ],
    "postgresql": [
        "DROP TRIGGER listening_key_fits ON listening_issuedkey",
        "DROP FUNCTION listening_key_fits",
        "DROP TRIGGER listening_mode_fixed ON listening_survey",
        "DROP FUNCTION listening_mode_fixed",
    ],
}


def forward(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def backward(apps: Any, schema_editor: Any) -> None:
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("listening", "0002_no_order_of_arrival")]
    operations = [
        migrations.AlterField(
            model_name="response",
            name="saves",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="How often it was saved since the last stir, for the limit per token."
            ),
        ),
        migrations.AlterField(
            model_name="response",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Answered in; in an anonymous survey kept only beside words, which show it anyway.",
                max_length=10,
            ),
        ),
        migrations.RunPython(forward, backward),
    ]
