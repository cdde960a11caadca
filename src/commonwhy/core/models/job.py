"""A job: long work that runs in a worker, shows how far it is, can be left and can be run again."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of long work and how far it is. `arguments` never hold a token, a person or an answer."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("stopped: something needs you")
        INTERRUPTED = "interrupted", _("interrupted")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    district_id = models.UUIDField(null=True, db_index=True)
    started_by = models.UUIDField(help_text="The account that may see and repeat it.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True, help_text="What it does, or why it stopped.")
    arguments = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    result_url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(
                name="job_state_known",
                condition=models.Q(state__in=["waiting", "running", "done", "refused", "interrupted"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def over(self) -> bool:
        return self.state in (self.State.DONE, self.State.REFUSED, self.State.INTERRUPTED)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
