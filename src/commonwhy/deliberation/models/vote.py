"""Votes and ballots: what somebody who takes part said, joined to their response and to nobody.

On SQLite both tables are made `WITHOUT ROWID` (migration 0002), as answers are: no hidden row number keeps the order in which
votes came in. Nobody with an account reads a single vote, a board or a superintendent no more than a teacher; jobs count them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.deliberation.models.discussion import Discussion
from commonwhy.deliberation.models.statement import Statement
from commonwhy.districts.models import DistrictOwned
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models import Response


class Vote(DistrictOwned):
    """One reaction. `exposure` is the chance with which the statement was shown just then; null where somebody chose it."""

    class Choice(models.IntegerChoices):
        AGREE = 1, _("I agree")
        PASS = 0, _("I pass")
        DISAGREE = -1, _("I disagree")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="votes")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="votes")
    choice = models.SmallIntegerField(choices=Choice.choices)
    important = models.BooleanField(_("this is important to me"), default=False)
    exposure = models.FloatField(null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["response", "statement"], name="one_vote_a_statement"),
            models.CheckConstraint(name="vote_is_a_choice", condition=models.Q(choice__in=[-1, 0, 1])),
            models.CheckConstraint(
                name="exposure_is_a_chance", condition=models.Q(exposure=None) | models.Q(exposure__gt=0, exposure__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return "vote"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """No account reads one; jobs count them."""
        return models.Q(pk__in=[]) if isinstance(viewer, AccountViewer) else super().visibility(viewer)


class PriorityRound(DistrictOwned):
    """Choosing under a limit: which priorities go into the vision, by approval ballots (METHODS 5.6).

    Who takes part in the discussion may fill in a ballot with the same link. `released`: what may be shown, counted plainly
    and by the Method of Equal Shares, with each group's represented share; worked out when it is closed.
    """

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="priority_rounds")
    texts = models.JSONField(default=dict, help_text="What is chosen, by language.")
    limit = models.PositiveSmallIntegerField(_("how many can be chosen"), help_text="How many priorities there is room for.")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    released = models.JSONField(default=dict, blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("opened_at",)
        constraints = [
            models.CheckConstraint(name="room_for_one_at_least", condition=models.Q(limit__gte=1)),
            models.UniqueConstraint(
                fields=["discussion"],
                condition=models.Q(opened_at__isnull=False, closed_at=None),
                name="one_open_round_a_discussion",
            ),
        ]

    def __str__(self) -> str:
        return next((text for text in self.texts.values() if text), "")

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(discussion__published_on__isnull=False, closed_at__isnull=False)


class PriorityOption(DistrictOwned):
    """One priority that can be chosen; from a statement, or written."""

    round = models.ForeignKey(PriorityRound, on_delete=models.CASCADE, related_name="options")
    number = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=dict)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(DistrictOwned.Meta):
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="option_number_once")]

    def __str__(self) -> str:
        return next((text for text in self.texts.values() if text), "")

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(round__discussion__published_on__isnull=False, round__closed_at__isnull=False)


class ApprovalBallot(DistrictOwned):
    """Which priorities somebody approves of, as the options' numbers. One a person and round; the last one counts."""

    round = models.ForeignKey(PriorityRound, on_delete=models.CASCADE, related_name="ballots")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="ballots")
    approved = models.JSONField(default=list)

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["round", "response"], name="one_ballot_a_person")]

    def __str__(self) -> str:
        return "ballot"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """No account reads one; jobs count them."""
        return models.Q(pk__in=[]) if isinstance(viewer, AccountViewer) else super().visibility(viewer)
