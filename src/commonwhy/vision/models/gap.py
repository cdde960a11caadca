"""A measured gap: what was compared, what came out, and the page's pictures, frozen when it was made."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned
from commonwhy.listening.models import Question, Survey


class GapAnalysis(DistrictOwned):
    """One run over one question of one survey. `released` is what may be shown: it went through the disclosure gate.

    Nothing before the gate is kept: not the vectors, not the uncoarsened tables.
    """

    class By(models.TextChoices):
        GROUP = "group", _("groups")
        SCHOOL = "school", _("schools")

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="gap_analyses")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    by = models.CharField(max_length=10, choices=By.choices)
    seed = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    answers = models.PositiveIntegerField(help_text="How many answers went in.")
    released = models.JSONField(default=dict)
    charts = models.JSONField(default=dict, help_text="SVG by chart and language.")

    class Meta(DistrictOwned.Meta):
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(fields=["survey", "question", "by"], name="one_gap_a_question_and_view"),
        ]

    def __str__(self) -> str:
        return f"{self.survey}: {self.get_by_display()}"
