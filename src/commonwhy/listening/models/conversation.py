"""Conversations: what was said to somebody who wrote it down, from "Ask three teachers" (I08) to a series of meetings.

Words noted in a conversation are seen by its facilitators only, until one of them publishes an excerpt (METHODS 7).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Group, School
from commonwhy.districts.viewers import AccountViewer, JobViewer, Viewer


class MeetingSeries(DistrictOwned):
    """Meetings that come back, such as a monthly meeting of building leaders (T23, T24). It belongs to the district."""

    class Cadence(models.TextChoices):
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")
        FORTNIGHTLY = "fortnightly", _("every two weeks")
        MONTHLY = "monthly", _("every month")
        QUARTERLY = "quarterly", _("every quarter")
        YEARLY = "yearly", _("every year")

    title = models.CharField(_("title"), max_length=160)
    purpose = models.TextField(_("what it is for"), blank=True)
    cadence = models.CharField(_("how often"), max_length=12, choices=Cadence.choices)
    ended_on = models.DateField(null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("title",)
        constraints = [models.UniqueConstraint(fields=["district", "title"], name="series_once")]

    def __str__(self) -> str:
        return self.title


class Conversation(DistrictOwned):
    """Something that was asked in person, by one or more facilitators; planned, held, or called off."""

    class Kind(models.TextChoices):
        THREE_TEACHERS = "three_teachers", _("Ask three teachers")
        INTERVIEW = "interview", _("Interview")
        FOCUS_GROUP = "focus_group", _("Focus group")
        SITE_VISIT = "site_visit", _("Site visit")
        OPEN_MEETING = "open_meeting", _("Open meeting")
        MEETING = "meeting", _("Meeting of a series")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CALLED_OFF = "called_off", _("called off")

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.THREE_TEACHERS)
    title = models.CharField(max_length=160)
    term = models.CharField(max_length=80, blank=True, help_text="The term asked about.")
    held_on = models.DateField(help_text="Where the district is.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("how many minutes"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=160, blank=True)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    series = models.ForeignKey(MeetingSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    purpose = models.TextField(_("what it is about"), blank=True)
    called_off_because = models.CharField(_("why it was called off"), max_length=200, blank=True)
    reminded = models.BooleanField(default=False)
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


class Attendance(DistrictOwned):
    """How many of a group took part in a conversation. Counts, never names."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="attendance")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    people = models.PositiveSmallIntegerField(_("how many"))

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "group"], condition=models.Q(school=None), name="attendance_once_in_district"
            ),
            models.UniqueConstraint(
                fields=["conversation", "group", "school"],
                condition=models.Q(school__isnull=False),
                name="attendance_once_in_school",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.people}"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """How many took part is no secret of the facilitator: whom we heard is counted across the district."""
        return models.Q(district__in=viewer.district_ids)


class Note(DistrictOwned):
    """What one person said in a conversation, in their words; or, without a group, what the facilitator saw.

    `client_key` is made where the note is written, so that one sent twice (a page that was offline) counts once.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    position = models.PositiveSmallIntegerField()
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField()
    client_key = models.UUIDField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="Grows with each change, so that two tabs see each other.")
    language = models.CharField(max_length=10, blank=True)
    may_quote = models.BooleanField(_("they said we may quote them, without their name"), default=False)

    class Meta(DistrictOwned.Meta):
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["conversation", "position"], name="note_position_once"),
            models.UniqueConstraint(
                fields=["conversation", "client_key"], condition=models.Q(client_key__isnull=False), name="note_written_once"
            ),
            models.CheckConstraint(
                name="only_words_of_somebody_are_quoted", condition=models.Q(may_quote=False) | models.Q(group__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return "note"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        if isinstance(viewer, JobViewer):
            return models.Q(district=viewer.district_id)
        if isinstance(viewer, AccountViewer):
            return models.Q(district__in=viewer.district_ids, conversation__facilitators=viewer.account_id)
        return cls.published()
