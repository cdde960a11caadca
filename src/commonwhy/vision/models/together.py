"""Writing together: who is invited to comment, what they say, what the checklist made authors think of, and ambassadors."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Group, Role, School
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.vision.models.vision import Clause, VisionVersion

WRITERS = frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.SCHOOL_LEADER, Role.COACH, Role.FACILITATOR})
"""Roles that write on a draft, and so read and answer what its co-authors say."""


def _writes_in(viewer: AccountViewer) -> models.Q:
    return models.Q(district__in=[district for district in viewer.district_ids if viewer.roles_in(district) & WRITERS])


class CoAuthor(DistrictOwned):
    """An account invited to comment on a version (M49). It needs no other right in the district than a seat."""

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="co_authors")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invited_by = models.UUIDField(help_text="The account that invited them.")

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "account"], name="co_author_once")]

    def __str__(self) -> str:
        return "co-author"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """Those who write see all of them; a co-author sees that they are one, and stays it while they have a seat."""
        if not isinstance(viewer, AccountViewer):
            return super().visibility(viewer)
        return _writes_in(viewer) | models.Q(account=viewer.account_id, district__in=viewer.district_ids)


class Comment(DistrictOwned):
    """What a co-author says of a version or of one clause, and the authors' answer."""

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="comments")
    clause = models.ForeignKey(Clause, on_delete=models.SET_NULL, null=True, blank=True, related_name="comments")
    about = models.TextField(blank=True, help_text="The sentence as it read then.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(_("comment"))
    said_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("said_at",)

    def __str__(self) -> str:
        return "comment"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """Those who write read them all, and co-authors read one another's. A board reads none: see `BoardQuestion`."""
        if not isinstance(viewer, AccountViewer):
            return super().visibility(viewer)
        here = [district for district in viewer.district_ids if Role.BOARD_MEMBER not in viewer.roles_in(district)]
        return _writes_in(viewer) | models.Q(version__co_authors__account=viewer.account_id, district__in=here)

    def audit_label(self) -> str:
        return "comment"


class ChecklistNote(DistrictOwned):
    """What the authors noted at one question of the checklist (M13 to M16, M24, M25, I15). Guidance, never a score."""

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="checklist")
    key = models.SlugField(max_length=40)
    words = models.TextField(blank=True)

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="checklist_note_once")]

    def __str__(self) -> str:
        return self.key


class Ambassador(DistrictOwned):
    """Somebody who carries the why to their colleagues or neighbours, and agreed to be named to the team (M49, T21)."""

    name = models.CharField(_("name"), max_length=160)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    carries = models.TextField(_("what they took on"), blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="ambassador_time_runs_forward", condition=models.Q(until=None) | models.Q(until__gte=models.F("since"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def audit_label(self) -> str:
        """Not the name: whoever is taken off the list is not kept in the audit instead."""
        return "ambassador"
