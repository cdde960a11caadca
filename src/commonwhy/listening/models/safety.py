"""The safety queue: words in which somebody may be in danger, read by named positions only, with a log (FIELD rule 10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Position
from commonwhy.districts.viewers import AccountViewer, JobViewer, Viewer
from commonwhy.listening.models.conversation import Note
from commonwhy.listening.models.response import Answer


class SafetyPosition(DistrictOwned):
    """A position whose holder reads the queue, such as a school counselor."""

    position = models.OneToOneField(Position, on_delete=models.CASCADE, related_name="+")

    class Meta(DistrictOwned.Meta):
        pass

    def __str__(self) -> str:
        return str(self.position)


def filled_by(account: UUID, districts: Iterable[UUID], today: date | None = None) -> models.QuerySet[SafetyPosition]:
    """The named positions that an account fills today: its appointment has begun and has not ended."""
    today = today or timezone.localdate()
    return SafetyPosition.everything.filter(
        models.Q(position__appointments__ends=None) | models.Q(position__appointments__ends__gt=today),
        district__in=districts,
        position__appointments__account=account,
        position__appointments__begins__lte=today,
    )


def _for_named_positions(viewer: Viewer) -> models.Q:
    """The queue's rows: of the districts where the viewer fills a named position today, and for nobody else."""
    if isinstance(viewer, JobViewer):
        return models.Q(district=viewer.district_id)
    if isinstance(viewer, AccountViewer):
        return models.Q(district__in=filled_by(viewer.account_id, viewer.district_ids).values("district"))
    return models.Q(pk__in=[])


class SafetyWord(DistrictOwned):
    """A word or phrase of the district's own list; answers that use it are put in the queue."""

    words = models.CharField(_("word or phrase"), max_length=80)
    language = models.CharField(max_length=10, blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("words",)
        constraints = [models.UniqueConstraint(fields=["district", "words"], name="safety_word_once")]

    def __str__(self) -> str:
        return self.words


class SafetyFlag(DistrictOwned):
    """One answer or note in the queue. Kept by week, like the answer, so that it does not tell when that came in."""

    class Reason(models.TextChoices):
        MARKED = "marked", _("marked by a reader")
        WORDS = "words", _("uses words of the list")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACTED = "acted", _("acted on")
        NO_CONCERN = "no_concern", _("no concern")

    answer = models.OneToOneField(Answer, on_delete=models.SET_NULL, null=True, blank=True, related_name="safety_flag")
    note = models.OneToOneField(Note, on_delete=models.SET_NULL, null=True, blank=True, related_name="safety_flag")
    reason = models.CharField(max_length=6, choices=Reason.choices)
    matched = models.CharField(max_length=200, blank=True, help_text="The words of the list that it uses.")
    week = models.DateField(help_text="The Monday of the week it was put here.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.TextField(_("what was done"), blank=True)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.CheckConstraint(name="flag_on_one_text", condition=models.Q(answer=None) | models.Q(note=None)),
            models.CheckConstraint(name="flag_week_is_a_monday", condition=models.Q(week__week_day=2)),
        ]

    def __str__(self) -> str:
        return "safety flag"

    def audit_label(self) -> str:
        return "safety flag"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        return _for_named_positions(viewer)


class SafetyLook(DistrictOwned):
    """Who saw a flag, or did something about it, and when. Lines are added, never changed."""

    class Deed(models.TextChoices):
        SAW = "saw", _("saw it")
        ACTED = "acted", _("acted on it")
        NO_CONCERN = "no_concern", _("saw no concern")
        REOPENED = "reopened", _("put it back")
        MARKED = "marked", _("put it here")

    flag = models.ForeignKey(SafetyFlag, on_delete=models.CASCADE, related_name="looks")
    deed = models.CharField(max_length=10, choices=Deed.choices)
    account = models.UUIDField()
    who = models.CharField(max_length=200, help_text="Name and position, as they were.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("at",)

    def __str__(self) -> str:
        return f"{self.who}: {self.deed}"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        return _for_named_positions(viewer)
