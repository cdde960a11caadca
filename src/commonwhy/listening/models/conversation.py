"""Conversations: what was said to somebody who wrote it down. The first kind is "Ask three teachers" (I08).

Words noted in a conversation are seen by its facilitators only, until one of them publishes an excerpt (METHODS 7).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Group, School
from commonwhy.districts.viewers import AccountViewer, JobViewer, Viewer


class Conversation(DistrictOwned):
    """Something that was asked in person, by one or more facilitators."""

    class Kind(models.TextChoices):
        THREE_TEACHERS = "three_teachers", _("Ask three teachers")

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.THREE_TEACHERS)
    title = models.CharField(max_length=160)
    term = models.CharField(max_length=80, help_text="The term asked about.")
    held_on = models.DateField()
    facilitators = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta(DistrictOwned.Meta):
        ordering = ("-held_on", "title")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """A conversation is its facilitators' only."""
        if isinstance(viewer, JobViewer):
            return models.Q(district=viewer.district_id)
        if isinstance(viewer, AccountViewer):
            return models.Q(district__in=viewer.district_ids, facilitators=viewer.account_id)
        return cls.published()


class Note(DistrictOwned):
    """What one person said in a conversation, in their words."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    position = models.PositiveSmallIntegerField()
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    may_quote = models.BooleanField(_("they said we may quote them, without their name"), default=False)

    class Meta(DistrictOwned.Meta):
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["conversation", "position"], name="note_position_once")]

    def __str__(self) -> str:
        return "note"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        if isinstance(viewer, JobViewer):
            return models.Q(district=viewer.district_id)
        if isinstance(viewer, AccountViewer):
            return models.Q(district__in=viewer.district_ids, conversation__facilitators=viewer.account_id)
        return cls.published()
