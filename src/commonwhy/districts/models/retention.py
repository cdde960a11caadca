"""How long records of a kind are kept. States differ, so the district says it; nothing is hard-coded (FIELD rule 8)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models.scope import DistrictOwned


class RetentionClass(DistrictOwned):
    """A class of the district's records schedule. Without `months`, records of the class are never disposed of."""

    name = models.CharField(_("name"), max_length=120)
    months = models.PositiveSmallIntegerField(_("months kept after closing"), null=True, blank=True)
    source = models.CharField(_("where it is written"), max_length=200, blank=True, help_text=_("The schedule or law."))

    class Meta(DistrictOwned.Meta):
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="retention_class_once")]

    def __str__(self) -> str:
        return self.name
