"""The district, its schools and the groups of its community."""

from __future__ import annotations

import uuid
from datetime import date
from zoneinfo import ZoneInfo

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models.scope import DistrictOwned, ScopedQuerySet
from commonwhy.districts.viewers import PublicViewer, Viewer

DEFAULT_ACCENT = "#0b5567"
SMALLEST_K = 5
DEFAULT_K = 10


class District(models.Model):
    """A school district: the border of everything in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=160)
    slug = models.SlugField(max_length=60, unique=True)
    accent = models.CharField(
        _("accent color"),
        max_length=7,
        default=DEFAULT_ACCENT,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A color like #0b5567."))],
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="America/Chicago")
    term = models.CharField(_("the term asked about"), max_length=80, default="digital learning")
    staff_k = models.PositiveSmallIntegerField(
        _("smallest group of staff that is shown"),
        default=DEFAULT_K,
        help_text=_("From 5 to 30. For students and families it is never under 10."),
    )
    help_text = models.TextField(
        _("where to get help now"),
        blank=True,
        help_text=_("Shown to students on every page: who to talk to, which number to call."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    everything = models.Manager()
    scope_path = "pk"

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(name="staff_k_from_5_to_30", condition=models.Q(staff_k__gte=SMALLEST_K, staff_k__lte=30)),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """A district's name and look are public; what it holds is not."""
        return models.Q() if isinstance(viewer, PublicViewer) else models.Q(pk__in=viewer.district_ids)

    def today(self) -> date:
        """The day it is where the district is; a server elsewhere may be in tomorrow already."""
        return timezone.localdate(timezone=ZoneInfo(self.time_zone))

    @property
    def accent_version(self) -> str:
        """Changes when the accent does, so that the district's stylesheet can be cached for long."""
        return self.accent.lstrip("#").lower()


class School(DistrictOwned):
    """A school. One that has left the roster keeps its past answers and is no longer offered."""

    name = models.CharField(_("name"), max_length=160)
    roster_key = models.CharField(max_length=255, blank=True, help_text="Its id in the roster it came from.")
    ended = models.BooleanField(default=False)

    class Meta(DistrictOwned.Meta):
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="school_name_once_in_district"),
            models.UniqueConstraint(
                fields=["district", "roster_key"], condition=~models.Q(roster_key=""), name="school_roster_key_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Group(DistrictOwned):
    """A group of the community: students, families, teachers and so on. A district may add one or mark one absent."""

    class Kind(models.TextChoices):
        STUDENTS = "students", _("Students")
        FAMILIES = "families", _("Families")
        TEACHERS = "teachers", _("Teachers")
        SUPPORT_STAFF = "support_staff", _("Support staff")
        BUILDING_LEADERS = "building_leaders", _("Building leaders")
        DISTRICT_LEADERS = "district_leaders", _("District leaders")
        BOARD = "board", _("Board")
        UNION = "union", _("Union")
        BUSINESS = "business", _("Business and community")
        ALUMNI = "alumni", _("Alumni")
        OTHER = "other", _("Other")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80, blank=True, help_text="Only for a group the district added.")
    not_here = models.CharField(
        _("why there is no such group here"), max_length=200, blank=True, help_text=_("For example: no union.")
    )

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "name"], name="group_once_in_district"),
            models.CheckConstraint(name="added_group_has_a_name", condition=~models.Q(kind="other") | ~models.Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name or str(self.Kind(self.kind).label)

    def k(self, district: District) -> int:
        """The smallest number of this group's voices that is shown (METHODS 7): the district chooses for staff only."""
        return district.staff_k if self.kind in STAFF_KINDS else max(DEFAULT_K, district.staff_k)


STAFF_KINDS = frozenset({Group.Kind.TEACHERS, Group.Kind.SUPPORT_STAFF, Group.Kind.BUILDING_LEADERS, Group.Kind.DISTRICT_LEADERS})
REQUIRED_KINDS = (
    Group.Kind.STUDENTS,
    Group.Kind.FAMILIES,
    Group.Kind.TEACHERS,
    Group.Kind.BUILDING_LEADERS,
    Group.Kind.BUSINESS,
)
"""Whom a vision must have heard (M17)."""
