"""What an account may do where, and the invitation that leads to it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models.district import School
from commonwhy.districts.models.scope import DistrictOwned

INVITATION_LASTS = timedelta(days=14)


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    LEADER = "leader", _("Leader")
    SCHOOL_LEADER = "school_leader", _("School leader")
    COACH = "coach", _("Coach")
    FACILITATOR = "facilitator", _("Facilitator")
    COMMUNICATOR = "communicator", _("Communicator")
    BOARD_MEMBER = "board_member", _("Board member")
    EVALUATOR = "evaluator", _("Evaluator")
    MEMBER = "member", _("Member")


class Membership(DistrictOwned):
    """An account's role in a district; with a school, in that school only."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["district", "account", "role"], condition=models.Q(school=None), name="membership_once"
            ),
            models.UniqueConstraint(
                fields=["district", "account", "role", "school"],
                condition=models.Q(school__isnull=False),
                name="membership_once_in_school",
            ),
            models.CheckConstraint(
                name="school_leader_has_a_school",
                condition=~models.Q(role="school_leader") | models.Q(school__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_role_display()}"


class Invitation(DistrictOwned):
    """An offer of a role to an address. The link in the mail holds the secret; the row holds only its hash."""

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("-invited_at",)

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"
