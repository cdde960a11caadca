"""The words that are searched, with each database's own full-text index over them; figures of closed
questions; and when a reply was corrected.
"""

import uuid
from typing import Any

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

MADE = {
    "sqlite": [
        # The words are folded before they come here, so the index has nothing to take from them.
        """CREATE VIRTUAL TABLE listening_searchwords USING fts5(
               words, content='listening_searchtext', content_rowid='place',
               tokenize='unicode61 remove_diacritics 0', prefix='2 3')""",
        """CREATE TRIGGER listening_searchtext_added AFTER INSERT ON listening_searchtext BEGIN
               INSERT INTO listening_searchwords (rowid, words) VALUES (NEW.place, NEW.words); END""",
        """CREATE TRIGGER listening_searchtext_gone AFTER DELETE ON listening_searchtext BEGIN
               INSERT INTO listening_searchwords (listening_searchwords, rowid, words)
               VALUES ('delete', OLD.place, OLD.words); END""",
        """CREATE TRIGGER listening_searchtext_stays BEFORE UPDATE ON listening_searchtext BEGIN
               SELECT RAISE(ABORT, 'words that are searched are replaced, never changed'); END""",
    ],
    "postgresql": [
        # Without a list of pending entries, which would be read before the index and is in the order of writing.
        """CREATE INDEX listening_searchwords ON listening_searchtext
               USING gin (to_tsvector('simple', words)) WITH (fastupdate = off)""",
    ],
}
UNDONE = {
    "sqlite": [
        "DROP TRIGGER listening_searchtext_added",
        "DROP TRIGGER listening_searchtext_gone",
        "DROP TRIGGER listening_searchtext_stays",
        "DROP TABLE listening_searchwords",
    ],
    "postgresql": ["DROP INDEX listening_searchwords"],
}


def forward(apps: Any, schema_editor: Any) -> None:
    for statement in MADE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def backward(apps: Any, schema_editor: Any) -> None:
    for statement in UNDONE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0003_retention_standing_and_accounts"),
        ("listening", "0008_calendar_addresses_and_reasons"),
    ]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="corrected_on",
            field=models.DateField(blank=True, help_text="When it was last corrected after it was published.", null=True),
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.BigIntegerField(help_text="Random; SQLite's index knows a row by it.", unique=True)),
                ("words", models.TextField(help_text="Folded (`core.wanted.plain_words`).")),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="search_text", to="listening.answer"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="QuestionFigures",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("released", models.JSONField(default=dict)),
                (
                    "charts",
                    models.JSONField(blank=True, default=dict, help_text="SVG by chart, language and variant."),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                (
                    "question",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="listening.question"),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="question_figures", to="listening.survey"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [models.UniqueConstraint(fields=("survey", "question"), name="question_figures_once")],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunPython(forward, backward),
    ]
