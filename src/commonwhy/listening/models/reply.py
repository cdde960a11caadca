"""The reply to those who spoke: what we heard, what changed, and what did not and why (M46)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned
from commonwhy.listening.models.conversation import Conversation
from commonwhy.listening.models.excerpt import Excerpt
from commonwhy.listening.models.survey import Survey
from commonwhy.listening.models.theme import Theme


class Reply(DistrictOwned):
    """One reply, to one or more surveys and conversations. Texts by language. Anyone may read it once it is published."""

    number = models.PositiveSmallIntegerField()
    title = models.JSONField(default=dict)
    intro = models.JSONField(default=dict, blank=True)
    surveys = models.ManyToManyField(Survey, related_name="replies", blank=True)
    conversations = models.ManyToManyField(Conversation, related_name="replies", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    corrected_on = models.DateField(null=True, blank=True, help_text="When it was last corrected after it was published.")
    revision = models.PositiveIntegerField(default=0, help_text="Grows with each change, so that two editors see each other.")

    class Meta(DistrictOwned.Meta):
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="reply_number_once")]

    def __str__(self) -> str:
        return next((text for text in self.title.values() if text), "")

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(published_at__isnull=False)


class ReplyPoint(DistrictOwned):
    """One thing heard, changed, or not changed and why. `target` names what came of it by label and id, without a key."""

    class Kind(models.TextChoices):
        HEARD = "heard", _("What we heard")
        CHANGED = "changed", _("What changed")
        NOT_CHANGED = "not_changed", _("What did not change, and why")

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    position = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=dict)
    why = models.JSONField(default=dict, blank=True, help_text="Why it did not change, by language.")
    theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    excerpts = models.ManyToManyField(Excerpt, related_name="+", blank=True)
    target_label = models.CharField(max_length=60, blank=True, help_text='A model of any room, as "vision.Clause".')
    target_id = models.UUIDField(null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("kind", "position")
        constraints = [
            models.UniqueConstraint(fields=["reply", "kind", "position"], name="reply_point_position_once"),
            models.CheckConstraint(
                name="target_has_label_and_id",
                condition=models.Q(target_label="", target_id=None)
                | ~models.Q(target_label="") & models.Q(target_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return next((text for text in self.texts.values() if text), "")

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(reply__published_at__isnull=False)


class ReplyMailing(DistrictOwned):
    """How far the mails of a reply have come, without saying who got one: as `Mailing` does it for a survey."""

    reply = models.OneToOneField(Reply, on_delete=models.CASCADE, related_name="mailing")
    mark = models.CharField(max_length=64, blank=True, help_text="How far along its secret order; empty before the first.")
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    finished = models.BooleanField(default=False)
    job = models.UUIDField(null=True, help_text="The job that sends it.")

    class Meta(DistrictOwned.Meta):
        pass

    def __str__(self) -> str:
        return f"mails of {self.reply}"
