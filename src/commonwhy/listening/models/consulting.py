"""Whom to consult: how many of each group a district wants to hear where, and where each group stands over time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Group, School
from commonwhy.listening.models.conversation import Conversation


class CoverageTarget(DistrictOwned):
    """How many people of a group, in the district or in one school, are to be heard."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    people = models.PositiveIntegerField(_("how many people"))

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["group"], condition=models.Q(school=None), name="target_once_in_district"),
            models.UniqueConstraint(
                fields=["group", "school"], condition=models.Q(school__isnull=False), name="target_once_in_school"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.people}"


class Stance(DistrictOwned):
    """Where a group stands on a day, as somebody who talked with it noted: never a person (M33)."""

    class Level(models.IntegerChoices):
        AGAINST = 1, _("against")
        DOUBTFUL = 2, _("doubtful")
        WAITING = 3, _("waiting to see")
        SUPPORTIVE = 4, _("supportive")
        ACTIVE = 5, _("active")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    noted_on = models.DateField(_("when"))
    level = models.PositiveSmallIntegerField(_("where they stand"), choices=Level.choices)
    because = models.TextField(_("what we heard"), blank=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="stances")
    noted_by = models.UUIDField(help_text="The account that noted it.")

    class Meta(DistrictOwned.Meta):
        ordering = ("noted_on",)
        constraints = [
            models.CheckConstraint(name="stance_level_known", condition=models.Q(level__gte=1, level__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.noted_on}"
