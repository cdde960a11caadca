"""People as the roster knows them, as little as possible: what is needed to ask them and to count who was asked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models.district import Group, School
from commonwhy.districts.models.scope import DistrictOwned


class Person(DistrictOwned):
    """Somebody who can be asked. Nothing in the database joins a person to an anonymous answer."""

    class GradeBand(models.TextChoices):
        K_2 = "K-2", _("Kindergarten to grade 2")
        G3_5 = "3-5", _("grades 3 to 5")
        G6_8 = "6-8", _("grades 6 to 8")
        G9_12 = "9-12", _("grades 9 to 12")

    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail"), blank=True)
    # The index by cell below serves both; every further one makes a roster hold the write lock longer.
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="people", db_index=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="people", db_index=False)
    grade_band = models.CharField(_("grade band"), max_length=4, blank=True, choices=GradeBand.choices)
    language = models.CharField(_("language"), max_length=10, blank=True)
    roster_key = models.CharField(max_length=255, blank=True, help_text="The id in the roster they came from.")
    roster_digest = models.CharField(max_length=64, blank=True, help_text="What the roster said, to see a change.")
    ended = models.BooleanField(default=False)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["district", "roster_key"], condition=~models.Q(roster_key=""), name="person_roster_key_once"
            ),
        ]
        indexes = [models.Index(fields=["district", "group", "school"], condition=models.Q(ended=False), name="people_by_cell")]

    def __str__(self) -> str:
        return self.name

    def audit_label(self) -> str:
        return str(self.pk)
