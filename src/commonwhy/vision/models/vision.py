"""A version of the vision: the why, what the term means and does not mean, beliefs, words explained, and clauses that cite
voices, each with what one would see.

All of it is adopted together, so it is one document with one version number. Texts are kept by language as
`{"en": ..., "es": ...}`. Once adopted, nothing of a version changes but its becoming superseded, and it is deleted only
together with its district; triggers in migration 0005 hold that against any hand.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned
from commonwhy.listening.models import Excerpt


class VisionVersion(DistrictOwned):
    """One wording of the vision, from draft to adopted to superseded."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ADOPTED = "adopted", _("adopted")
        SUPERSEDED = "superseded", _("superseded")

    class Origin(models.TextChoices):
        WRITTEN = "written", _("written here")
        BROUGHT_IN = "brought_in", _("adopted earlier, and brought in")

    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    term = models.JSONField(default=dict, help_text="The term that is defined, by language.")
    why = models.JSONField(default=dict, help_text="Our why in one sentence, by language.")
    why_more = models.JSONField(default=dict, blank=True, help_text="A paragraph beside it, by language.")
    is_lines = models.JSONField(default=list, blank=True, help_text="What the term is: a list of texts by language.")
    is_not_lines = models.JSONField(default=list, blank=True, help_text="What it is not.")
    beliefs = models.JSONField(default=list, blank=True, help_text="What we believe: a list of texts by language (T36).")
    glossary = models.JSONField(
        default=list, blank=True, help_text='Words explained: a list of `{"term": {...}, "means": {...}}` (M39).'
    )
    mission = models.JSONField(default=dict, blank=True, help_text="The district's adopted mission, cited as it is; by language.")
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.WRITTEN)
    origin_name = models.CharField(max_length=200, blank=True, help_text="The document it was brought in from.")
    begins_year = models.PositiveSmallIntegerField(null=True, blank=True)
    ends_year = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.JSONField(default=dict, blank=True, help_text="What changed, and who was heard in between; by language.")
    revision = models.PositiveIntegerField(default=0, help_text="Grows with each change of why or definition.")
    created_at = models.DateTimeField(auto_now_add=True)
    adopted_on = models.DateField(null=True, blank=True)
    minutes = models.JSONField(default=dict, blank=True, help_text="What the board's minutes say, by language; public.")
    exception_reason = models.JSONField(default=dict, blank=True, help_text="Why a gate was passed; by language, public.")
    heard = models.JSONField(default=dict, help_text="How many of each group had been heard when it was adopted.")

    class Meta(DistrictOwned.Meta):
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="vision_number_once"),
            models.UniqueConstraint(fields=["district"], condition=models.Q(state="draft"), name="one_draft_a_district"),
            models.UniqueConstraint(fields=["district"], condition=models.Q(state="adopted"), name="one_adopted_a_district"),
            models.CheckConstraint(
                name="adopted_has_a_date", condition=models.Q(state="draft") | models.Q(adopted_on__isnull=False)
            ),
            models.CheckConstraint(
                name="horizon_runs_forward",
                condition=models.Q(ends_year=None) | models.Q(ends_year__gte=models.F("begins_year")),
            ),
        ]

    def __str__(self) -> str:
        return f"Vision {self.number}"

    @classmethod
    def published(cls) -> models.Q:
        """Anyone may read what was adopted, and what it superseded."""
        return models.Q(state__in=[cls.State.ADOPTED, cls.State.SUPERSEDED])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class Clause(DistrictOwned):
    """One sentence of the vision. `lineage` follows it through versions, so that its history can be read."""

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=dict)
    note = models.JSONField(default=dict, blank=True, help_text="Why it stands here, in a sentence, by language.")
    lineage = models.UUIDField(default=uuid.uuid4)
    revision = models.PositiveIntegerField(default=0, help_text="Grows with each change, so that two editors see each other.")

    class Meta(DistrictOwned.Meta):
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="clause_position_once"),
            models.UniqueConstraint(fields=["version", "lineage"], name="clause_once_in_version"),
        ]

    def __str__(self) -> str:
        return next((text for text in self.texts.values() if text), "")

    def audit_label(self) -> str:
        return f"sentence {self.position} of vision {self.version.number}"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(version__state__in=[VisionVersion.State.ADOPTED, VisionVersion.State.SUPERSEDED])


class ClauseVoice(DistrictOwned):
    """A voice a clause rests on."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="voices")
    excerpt = models.ForeignKey(Excerpt, on_delete=models.PROTECT, related_name="+")

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["clause", "excerpt"], name="voice_cited_once")]

    def __str__(self) -> str:
        return "voice"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(clause__version__state__in=[VisionVersion.State.ADOPTED, VisionVersion.State.SUPERSEDED])


class LookFor(DistrictOwned):
    """Something one would see or hear if a clause were true (I12)."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="look_fors")
    position = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=dict)

    class Meta(DistrictOwned.Meta):
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["clause", "position"], name="look_for_position_once")]

    def __str__(self) -> str:
        return next((text for text in self.texts.values() if text), "")

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(clause__version__state__in=[VisionVersion.State.ADOPTED, VisionVersion.State.SUPERSEDED])


class LaterVoice(DistrictOwned):
    """A voice linked to a clause after its adoption: how a vision adopted earlier gets its thread, backwards in time.

    The adopted version stays as it is; the link says when it was made and by whom.
    """

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="later_voices")
    excerpt = models.ForeignKey(Excerpt, on_delete=models.PROTECT, related_name="+")
    linked_on = models.DateField()
    linked_by = models.UUIDField(help_text="The account that linked it.")

    class Meta(DistrictOwned.Meta):
        ordering = ("linked_on",)
        constraints = [models.UniqueConstraint(fields=["clause", "excerpt"], name="voice_linked_once")]

    def __str__(self) -> str:
        return "voice"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(clause__version__state__in=[VisionVersion.State.ADOPTED, VisionVersion.State.SUPERSEDED])


class Contribution(DistrictOwned):
    """That an account wrote on a version; a vision is not one author's (M08)."""

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="contributions")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "account"], name="contributor_once")]

    def __str__(self) -> str:
        return "contribution"
