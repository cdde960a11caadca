"""Writing together: who is invited to comment, what they say, what the checklist made authors think of, and ambassadors."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Group, School
from commonwhy.vision.models.vision import Clause, VisionVersion


class CoAuthor(DistrictOwned):
    """An account invited to comment on a version (M49). It needs no other right in the district than a seat."""

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="co_authors")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invited_by = models.UUIDField(help_text="The account that invited them.")

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "account"], name="co_author_once")]

    def __str__(self) -> str:
        return "co-author"


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
