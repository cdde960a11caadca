"""The audit: who did what to which record, and when. Rows are added and never changed or removed.

The database refuses changes itself (triggers in migration 0002), so that neither a mistake in the code nor a hand on
the shell rewrites history. Nothing a respondent does is ever written here.
"""

from __future__ import annotations

import uuid

from django.db import models


class AuditEntry(models.Model):
    """One act of an account or a job."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    district_id = models.UUIDField(null=True, db_index=True)
    actor_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=254, help_text="Who it was, as they were called then.")
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.object_label or self.object_type}"
