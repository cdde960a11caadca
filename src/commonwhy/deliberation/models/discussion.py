"""A discussion: one question, statements that people react to, and what may be shown of it when.

A discussion is held on a `listening.Survey` of its own, whose questionnaire has the one question that is discussed. So whom
it asks, in which mode, by which links, cards and mails, with which notice to families and which day of deletion, who may be
told from whom, and what joins nothing to a person, is all the survey's, and is said and kept in one place. Who takes part
is a `Response` of that survey; a vote hangs on it as an answer does (docs/adr/0010-a-discussion-is-held-on-a-survey.md).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned
from commonwhy.listening.models import Question, Survey


class Discussion(DistrictOwned):
    """One discussion. Its state is its survey's: draft, open, closed. What is discussed is the survey's one question.

    `opened_from` is a question whose answers led to it. `published_on`: from then on anyone may read where we agree.
    """

    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="discussion")
    number = models.PositiveSmallIntegerField(help_text="Its place in public addresses, from 1 in each district.")
    opened_from = models.ForeignKey(Question, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    takes_statements = models.BooleanField(_("people may add statements of their own"), default=True)
    published_on = models.DateField(null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="discussion_number_once")]

    def __str__(self) -> str:
        return str(self.survey)

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(published_on__isnull=False)


class Routing(DistrictOwned):
    """What is shown to whom next: weights worked out by a job, drawn from on the request (METHODS 5.4).

    `weights`: `{"": {statement number: weight}, group id: {...}}`, the first for whoever's group is not kept.
    """

    discussion = models.OneToOneField(Discussion, on_delete=models.CASCADE, related_name="routing")
    weights = models.JSONField(default=dict)
    votes = models.PositiveIntegerField(default=0, help_text="How many votes went in.")

    class Meta(DistrictOwned.Meta):
        pass

    def __str__(self) -> str:
        return f"routing of {self.discussion}"


class Landscape(DistrictOwned):
    """Where we agree, as it was last worked out; once the discussion is closed it stays (`final`).

    `released` is what may be shown: it went through the disclosure gate. Nothing before the gate is kept. `weeks`: the Monday
    up to which people are in it; while a discussion runs, people come in by completed weeks and in crowds of k only.
    """

    discussion = models.OneToOneField(Discussion, on_delete=models.CASCADE, related_name="landscape")
    seed = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(auto_now=True)
    weeks = models.DateField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0)
    votes = models.PositiveIntegerField(default=0)
    final = models.BooleanField(default=False)
    released = models.JSONField(default=dict)
    charts = models.JSONField(default=dict, help_text="SVG by chart and language.")

    class Meta(DistrictOwned.Meta):
        pass

    def __str__(self) -> str:
        return f"landscape of {self.discussion}"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(discussion__published_on__isnull=False)
