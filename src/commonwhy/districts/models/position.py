"""Positions and who fills them. What is owned hangs on the position, so that it survives people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models.district import School
from commonwhy.districts.models.scope import DistrictOwned


class Position(DistrictOwned):
    """A seat, such as "Director of Technology". The digital learning leadership team is made of positions (M19)."""

    title = models.CharField(_("position"), max_length=120)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    deputy = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    on_leadership_team = models.BooleanField(_("on the digital learning leadership team"), default=False)

    class Meta(DistrictOwned.Meta):
        ordering = ("title",)
        constraints = [
            models.UniqueConstraint(fields=["district", "title"], condition=models.Q(school=None), name="position_once"),
            models.UniqueConstraint(
                fields=["district", "title", "school"],
                condition=models.Q(school__isnull=False),
                name="position_once_in_school",
            ),
            models.CheckConstraint(name="no_position_is_its_own_deputy", condition=~models.Q(deputy=models.F("id"))),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.school}" if self.school else self.title


class Appointment(DistrictOwned):
    """Who fills a position, from when to when. `account` is theirs, where what the position may see needs a sign-in."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="appointments")
    name = models.CharField(_("name"), max_length=120)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    begins = models.DateField(_("from"))
    ends = models.DateField(_("to"), null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("-begins",)
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("begins")),
            ),
            models.UniqueConstraint(
                fields=["position"], condition=models.Q(ends__isnull=True), name="one_open_appointment_a_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.position}"
