"""How far the mails of a survey have come, without saying who got one.

A mailing walks the people of a survey's groups in an order that only this installation's secret key can repeat, and keeps
one mark: how far along that order it is. Interrupted, it goes on behind the mark, so nobody gets a mail twice. There is no
row for a person, no time, no token: rows written one by one while mails go out would lie beside the answers that come in
meanwhile, and their order (SQLite's row numbers, PostgreSQL's `xmin`) would say who had a link by then and who had not.
Whoever holds the database without the key learns from a mailing how many mails went out, and nothing about a person.
"""

from __future__ import annotations

from django.db import models

from commonwhy.districts.models import DistrictOwned
from commonwhy.listening.models.survey import Survey


class Mailing(DistrictOwned):
    """One round of mails: the invitation is number 1, reminders follow. One round at a time."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="mailings")
    number = models.PositiveSmallIntegerField()
    mark = models.CharField(max_length=64, blank=True, help_text="How far along its secret order; empty before the first.")
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0, help_text="Addresses the mail server would not take.")
    finished = models.BooleanField(default=False)
    job = models.UUIDField(null=True, help_text="The job that sends it.")

    class Meta(DistrictOwned.Meta):
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="mailing_number_once"),
            models.UniqueConstraint(fields=["survey"], condition=models.Q(finished=False), name="one_mailing_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.survey}, {self.number}"
