"""How far a survey's mails have come; and a plain order of questions, which SQLite can hold too."""

import uuid

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0001_initial"),
        ("listening", "0003_mode_is_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mailing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "mark",
                    models.CharField(
                        blank=True, help_text="How far along its secret order; empty before the first.", max_length=64
                    ),
                ),
                ("sent", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0, help_text="Addresses the mail server would not take.")),
                ("finished", models.BooleanField(default=False)),
                ("job", models.UUIDField(help_text="The job that sends it.", null=True)),
            ],
            options={
                "ordering": ("number",),
                "abstract": False,
                "base_manager_name": "everything",
                "default_manager_name": "everything",
            },
            managers=[
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="question",
            name="question_position_once",
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("version", "position"), name="question_position_once"),
        ),
        migrations.AddField(
            model_name="mailing",
            name="district",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="districts.district"),
        ),
        migrations.AddField(
            model_name="mailing",
            name="survey",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mailings", to="listening.survey"),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.UniqueConstraint(fields=("survey", "number"), name="mailing_number_once"),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished", False)), fields=("survey",), name="one_mailing_at_a_time"
            ),
        ),
    ]
