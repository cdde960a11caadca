"""Who has a say and who cares: influence and interest by group (M47, B5). About groups, never about a person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models.district import Group
from commonwhy.districts.models.scope import DistrictOwned


class GroupStanding(DistrictOwned):
    """One group's influence on what happens and interest in it, from 1 (little) to 5 (much), as the team sees it."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="standing")
    influence = models.PositiveSmallIntegerField(_("influence"))
    interest = models.PositiveSmallIntegerField(_("interest"))
    note = models.TextField(_("why we think so"), blank=True)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.CheckConstraint(
                name="standing_from_1_to_5",
                condition=models.Q(influence__gte=1, influence__lte=5, interest__gte=1, interest__lte=5),
            ),
        ]

    def __str__(self) -> str:
        return str(self.group)
