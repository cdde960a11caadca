"""Beliefs, words explained, look-fors, and the way of a version through stages, endorsement and the board.

SQLite makes the version's table anew for its new columns, which drops its triggers; they are taken off first on both
databases, and 0005 puts them back, wider.
"""

import uuid
from importlib import import_module
from typing import Any

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


def take_triggers_off(apps: Any, schema_editor: Any) -> None:
    for name in ("0003_adopted_stays_whole", "0002_adopted_is_frozen"):
        import_module(f"commonwhy.vision.migrations.{name}").backward(apps, schema_editor)


def put_triggers_back(apps: Any, schema_editor: Any) -> None:
    for name in ("0002_adopted_is_frozen", "0003_adopted_stays_whole"):
        import_module(f"commonwhy.vision.migrations.{name}").forward(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0003_retention_standing_and_accounts"),
        ("listening", "0007_listening_in_full"),
        ("vision", "0003_adopted_stays_whole"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_triggers_off, put_triggers_back),
        migrations.AddField(
            model_name="visionversion",
            name="beliefs",
            field=models.JSONField(blank=True, default=list, help_text="What we believe: a list of texts by language (T36)."),
        ),
        migrations.AddField(
            model_name="visionversion",
            name="glossary",
            field=models.JSONField(
                blank=True, default=list, help_text='Words explained: a list of `{"term": {...}, "means": {...}}` (M39).'
            ),
        ),
        migrations.AddField(
            model_name="visionversion",
            name="mission",
            field=models.JSONField(
                blank=True, default=dict, help_text="The district's adopted mission, cited as it is; by language."
            ),
        ),
        migrations.AddField(
            model_name="visionversion",
            name="origin",
            field=models.CharField(
                choices=[("written", "written here"), ("brought_in", "adopted earlier, and brought in")],
                default="written",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="visionversion",
            name="origin_name",
            field=models.CharField(blank=True, help_text="The document it was brought in from.", max_length=200),
        ),
        migrations.CreateModel(
            name="BoardQuestion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("words", models.TextField(verbose_name="question")),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("answered_by", models.UUIDField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="board_questions", to="vision.visionversion"
                    ),
                ),
            ],
            options={
                "ordering": ("asked_at",),
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("about", models.TextField(blank=True, help_text="The sentence as it read then.")),
                ("words", models.TextField(verbose_name="comment")),
                ("said_at", models.DateTimeField(auto_now_add=True)),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("answered_by", models.UUIDField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comments",
                        to="vision.clause",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="vision.visionversion"
                    ),
                ),
            ],
            options={
                "ordering": ("said_at",),
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Ambassador",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("since", models.DateField(verbose_name="since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("carries", models.TextField(blank=True, verbose_name="what they took on")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="districts.group")),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="districts.school",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="ambassador_time_runs_forward",
                    )
                ],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ChecklistNote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.SlugField(max_length=40)),
                ("words", models.TextField(blank=True)),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checklist", to="vision.visionversion"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [models.UniqueConstraint(fields=("version", "key"), name="checklist_note_once")],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CoAuthor",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("invited_by", models.UUIDField(help_text="The account that invited them.")),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="co_authors", to="vision.visionversion"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [models.UniqueConstraint(fields=("version", "account"), name="co_author_once")],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Endorsement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "stand",
                    models.CharField(
                        choices=[("support", "support it"), ("live_with", "can live with it"), ("cannot", "cannot")],
                        max_length=10,
                        verbose_name="where they stand",
                    ),
                ),
                (
                    "because",
                    models.JSONField(
                        blank=True, default=dict, help_text="Why, in their words, without names; by language, public."
                    ),
                ),
                ("heard_on", models.DateField(verbose_name="when")),
                (
                    "heard_how",
                    models.CharField(
                        choices=[
                            ("meeting", "at a meeting"),
                            ("survey", "by a survey"),
                            ("representatives", "through their representatives"),
                        ],
                        max_length=16,
                        verbose_name="how we know",
                    ),
                ),
                ("supporting", models.PositiveIntegerField(blank=True, null=True, verbose_name="how many support it")),
                ("living_with", models.PositiveIntegerField(blank=True, null=True, verbose_name="how many can live with it")),
                ("opposing", models.PositiveIntegerField(blank=True, null=True, verbose_name="how many cannot")),
                ("revision", models.PositiveIntegerField(default=0)),
                ("recorded_by", models.UUIDField(help_text="The account that recorded it.")),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="districts.group")),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="districts.school",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="endorsements", to="vision.visionversion"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("school", None)), fields=("version", "group"), name="endorsement_once_in_district"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("school__isnull", False)),
                        fields=("version", "group", "school"),
                        name="endorsement_once_in_school",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stand", "cannot"), _negated=True),
                            models.Q(("because", models.Value({}, models.JSONField())), _negated=True),
                            _connector="OR",
                        ),
                        name="cannot_says_why",
                    ),
                ],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="LaterVoice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("linked_on", models.DateField()),
                ("linked_by", models.UUIDField(help_text="The account that linked it.")),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="later_voices", to="vision.clause"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                (
                    "excerpt",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="listening.excerpt"),
                ),
            ],
            options={
                "ordering": ("linked_on",),
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [models.UniqueConstraint(fields=("clause", "excerpt"), name="voice_linked_once")],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="LookFor",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("texts", models.JSONField(default=dict)),
                (
                    "clause",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="look_fors", to="vision.clause"),
                ),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
            ],
            options={
                "ordering": ("position",),
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [models.UniqueConstraint(fields=("clause", "position"), name="look_for_position_once")],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Reaffirmation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("released", models.JSONField(blank=True, default=dict)),
                ("charts", models.JSONField(blank=True, default=dict, help_text="SVG by chart and language.")),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                (
                    "survey",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="listening.survey"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reaffirmations", to="vision.visionversion"
                    ),
                ),
            ],
            options={
                "ordering": ("-year",),
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [models.UniqueConstraint(fields=("version", "year"), name="reaffirmed_once_a_year")],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("listening", "Listening"),
                            ("drafting", "Drafting"),
                            ("negotiating", "Negotiating"),
                            ("endorsed", "Endorsed"),
                            ("aligned", "Aligned with standards"),
                            ("approved", "Approved by the board"),
                        ],
                        max_length=12,
                    ),
                ),
                ("planned_from", models.DateField(blank=True, null=True, verbose_name="planned from")),
                ("planned_to", models.DateField(blank=True, null=True, verbose_name="planned until")),
                ("began_on", models.DateField(blank=True, null=True, verbose_name="began")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended")),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stages", to="vision.visionversion"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
                "constraints": [
                    models.UniqueConstraint(fields=("version", "name"), name="stage_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("began_on")), _connector="OR"),
                        name="stage_runs_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("planned_to", None), ("planned_to__gte", models.F("planned_from")), _connector="OR"),
                        name="stage_is_planned_forward",
                    ),
                ],
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
    ]
