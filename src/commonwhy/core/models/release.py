"""What was released about people, so that a later release cannot be subtracted from an earlier one.

The disclosure gate writes here; `subject` is the survey (or other population) whose releases belong together.
"""

from __future__ import annotations

import uuid

from django.db import models


class Release(models.Model):
    """One released table: which population it covered and what was shown. Holds counts after the gate, never rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district_id = models.UUIDField(db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=120, help_text="Which table of the subject this is.")
    population = models.JSONField(help_text="What the release covered, as the gate compares it.")
    table = models.JSONField(help_text="What was shown.")
    released_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-released_at",)

    def __str__(self) -> str:
        return self.name
