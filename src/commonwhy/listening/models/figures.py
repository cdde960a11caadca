"""What may be shown of a survey's closed questions: worked out once it has closed, and kept as it left the gate."""

from __future__ import annotations

from django.db import models

from commonwhy.districts.models import DistrictOwned
from commonwhy.listening.models.question import Question
from commonwhy.listening.models.survey import Survey


class QuestionFigures(DistrictOwned):
    """One closed question of one survey. `released` went through the disclosure gate; nothing before it is kept."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="question_figures")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    released = models.JSONField(default=dict)
    charts = models.JSONField(default=dict, blank=True, help_text="SVG by chart, language and variant.")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["survey", "question"], name="question_figures_once")]

    def __str__(self) -> str:
        return f"figures of {self.survey}"
