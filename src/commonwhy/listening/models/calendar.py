"""The address under which somebody's own calendar program reads when their conversations are."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from commonwhy.districts.models import DistrictOwned
from commonwhy.districts.viewers import AccountViewer, Viewer


class CalendarFeed(DistrictOwned):
    """One account's calendar address in one district.

    The address is signed with the installation's key over `salt`, so the database alone does not hold it, and another
    salt makes the old address worth nothing.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    salt = models.CharField(max_length=32)

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["district", "account"], name="one_calendar_address")]

    def __str__(self) -> str:
        return "calendar address"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """Its owner's only."""
        if isinstance(viewer, AccountViewer):
            return models.Q(district__in=viewer.district_ids, account=viewer.account_id)
        return cls.published()
