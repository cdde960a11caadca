"""The way of a version to adoption and after: its stages in time, where each group stands on it, what the board asked, and
whether it still holds years later."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Group, Role, School
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models import Survey
from commonwhy.vision.models.vision import VisionVersion

WHO_ANSWERS = frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.SCHOOL_LEADER, Role.COACH, Role.FACILITATOR})
"""Roles that answer a board's questions: those that write."""


class Stage(DistrictOwned):
    """One stage of a version: when it was planned, and when it began and ended. No pace is forced (I18, M34).

    Later stages (active, measured, renewing) belong to the plan.
    """

    class Name(models.TextChoices):
        LISTENING = "listening", _("Listening")
        DRAFTING = "drafting", _("Drafting")
        NEGOTIATING = "negotiating", _("Negotiating")
        ENDORSED = "endorsed", _("Endorsed")
        ALIGNED = "aligned", _("Aligned with standards")
        APPROVED = "approved", _("Approved by the board")

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=12, choices=Name.choices)
    planned_from = models.DateField(_("planned from"), null=True, blank=True)
    planned_to = models.DateField(_("planned until"), null=True, blank=True)
    began_on = models.DateField(_("began"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="stage_once"),
            models.CheckConstraint(
                name="stage_runs_forward", condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("began_on"))
            ),
            models.CheckConstraint(
                name="stage_is_planned_forward",
                condition=models.Q(planned_to=None) | models.Q(planned_to__gte=models.F("planned_from")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_name_display())

    @classmethod
    def published(cls) -> models.Q:
        """When an adopted version was drafted and negotiated is part of how it came about."""
        return models.Q(version__state__in=[VisionVersion.State.ADOPTED, VisionVersion.State.SUPERSEDED])


class Endorsement(DistrictOwned):
    """Where a group stands on a version. Dissent is kept with its reason, and frozen with the version (M04, M36).

    How many raised a hand is noted for those who write only. Public is the stand and its reason, never a number: a handful
    at a meeting is a number about people that no gate could let pass.
    """

    class Stand(models.TextChoices):
        SUPPORT = "support", _("support it")
        LIVE_WITH = "live_with", _("can live with it")
        CANNOT = "cannot", _("cannot")

    class Heard(models.TextChoices):
        MEETING = "meeting", _("at a meeting")
        SURVEY = "survey", _("by a survey")
        REPRESENTATIVES = "representatives", _("through their representatives")

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="endorsements")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stand = models.CharField(_("where they stand"), max_length=10, choices=Stand.choices)
    because = models.JSONField(default=dict, blank=True, help_text="Why, in their words, without names; by language, public.")
    heard_on = models.DateField(_("when"))
    heard_how = models.CharField(_("how we know"), max_length=16, choices=Heard.choices)
    supporting = models.PositiveIntegerField(_("how many support it"), null=True, blank=True)
    living_with = models.PositiveIntegerField(_("how many can live with it"), null=True, blank=True)
    opposing = models.PositiveIntegerField(_("how many cannot"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    recorded_by = models.UUIDField(help_text="The account that recorded it.")

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["version", "group"], condition=models.Q(school=None), name="endorsement_once_in_district"
            ),
            models.UniqueConstraint(
                fields=["version", "group", "school"],
                condition=models.Q(school__isnull=False),
                name="endorsement_once_in_school",
            ),
            models.CheckConstraint(
                name="cannot_says_why",
                condition=~models.Q(stand="cannot") | ~models.Q(because=models.Value({}, models.JSONField())),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.get_stand_display()}"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(version__state__in=[VisionVersion.State.ADOPTED, VisionVersion.State.SUPERSEDED])


class BoardQuestion(DistrictOwned):
    """What a board member asked about a version before approving it, and the answer (FIELD rule 12).

    A board deliberates in public. Questions that members could read of one another before the meeting would be a meeting
    held in writing, so a question is read by those who answer and by whoever asked. Once answered it is published to the
    other members, as the authors' answer to a question of the board and without who asked it (`queries.board`).
    """

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="board_questions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(_("question"))
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("asked_at",)

    def __str__(self) -> str:
        return "question of the board"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """Those who answer see every question; a member their own, and those that are answered."""
        if not isinstance(viewer, AccountViewer):
            return super().visibility(viewer)
        answers = [district for district in viewer.district_ids if viewer.roles_in(district) & WHO_ANSWERS]
        asks = [district for district in viewer.district_ids if Role.BOARD_MEMBER in viewer.roles_in(district)]
        answered = models.Q(asked_by=viewer.account_id) | ~models.Q(answer="")
        return models.Q(district__in=answers) | models.Q(district__in=asks) & answered

    def audit_label(self) -> str:
        return "question of the board"


class Reaffirmation(DistrictOwned):
    """One yearly pulse on an adopted version: who can say or point to it, and whether it is still true (M07, I02).

    `released`: the shares by school and by group, as they came back from the disclosure gate.
    """

    version = models.ForeignKey(VisionVersion, on_delete=models.CASCADE, related_name="reaffirmations")
    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(null=True, blank=True)
    released = models.JSONField(default=dict, blank=True)
    charts = models.JSONField(default=dict, blank=True, help_text="SVG by chart and language.")

    class Meta(DistrictOwned.Meta):
        ordering = ("-year",)
        constraints = [models.UniqueConstraint(fields=["version", "year"], name="reaffirmed_once_a_year")]

    def __str__(self) -> str:
        return f"{self.version}, {self.year}"
