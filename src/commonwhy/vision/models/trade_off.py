"""Trade-offs: priorities that pull apart, what could be done, what each side gains and gives up, and how it was settled.

A shared vision is not consensus (M36): it is negotiated, and dissent is kept, by group and never by name. A settlement is
public; what facilitators note for themselves while they mediate is theirs (M43). Texts are kept by language.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.districts.models import DistrictOwned, Group, Role
from commonwhy.districts.viewers import AccountViewer, Viewer

MEDIATORS = frozenset({Role.COACH, Role.FACILITATOR})
"""Roles that hold conversations between people and keep what was said in confidence."""


class TradeOff(DistrictOwned):
    """Two priorities in tension, from divided statements or typed.

    Once settled it is public and stays as it was settled; taken up again, it says so. One that an adopted vision cites is
    never taken up again: a new one is.
    """

    class State(models.TextChoices):
        OPEN = "open", _("being negotiated")
        SETTLED = "settled", _("settled")
        SET_ASIDE = "set_aside", _("set aside")

    number = models.PositiveSmallIntegerField(help_text="Its place in public addresses, from 1 in each district.")
    title = models.JSONField(default=dict)
    first = models.JSONField(default=dict, help_text="The one priority.")
    second = models.JSONField(default=dict, help_text="The other one.")
    discussion = models.ForeignKey(Discussion, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settlement = models.JSONField(default=dict, blank=True, help_text="What was agreed; public.")
    settled_on = models.DateField(null=True, blank=True)
    reason = models.JSONField(default=dict, blank=True, help_text="Why it was set aside, or taken up again; public.")
    revision = models.PositiveIntegerField(default=0, help_text="Grows with each change, so that two editors see each other.")

    class Meta(DistrictOwned.Meta):
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="trade_off_number_once"),
            models.CheckConstraint(
                name="settled_says_what_and_when",
                condition=~models.Q(state="settled")
                | models.Q(settled_on__isnull=False) & ~models.Q(settlement=models.Value({}, models.JSONField())),
            ),
        ]

    def __str__(self) -> str:
        return next((text for text in self.title.values() if text), "")

    def audit_label(self) -> str:
        return f"trade-off {self.number}"

    @classmethod
    def published(cls) -> models.Q:
        """What was settled; and of what was set aside, which two priorities and why: the reason is public."""
        return models.Q(state__in=[cls.State.SETTLED, cls.State.SET_ASIDE])


class Side(models.TextChoices):
    """A side of a trade-off."""

    FIRST = "first", _("the one priority")
    SECOND = "second", _("the other one")


class TradeOffStatement(DistrictOwned):
    """A statement of a discussion that speaks for one side."""

    trade_off = models.ForeignKey(TradeOff, on_delete=models.CASCADE, related_name="statements")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=6, choices=Side.choices)

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["trade_off", "statement"], name="statement_once_a_trade_off")]

    def __str__(self) -> str:
        return "statement of a side"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(trade_off__state=TradeOff.State.SETTLED)


class TradeOffOption(DistrictOwned):
    """Something that could be done. The settlement may follow one of them (`chosen`)."""

    trade_off = models.ForeignKey(TradeOff, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=dict)
    chosen = models.BooleanField(default=False)

    class Meta(DistrictOwned.Meta):
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["trade_off", "position"], name="option_position_once"),
            models.UniqueConstraint(fields=["trade_off"], condition=models.Q(chosen=True), name="one_option_chosen"),
        ]

    def __str__(self) -> str:
        return next((text for text in self.texts.values() if text), "")

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(trade_off__state=TradeOff.State.SETTLED)


class OptionEffect(DistrictOwned):
    """What one side gains and gives up with an option; or what is in it for one group (M27)."""

    option = models.ForeignKey(TradeOffOption, on_delete=models.CASCADE, related_name="effects")
    side = models.CharField(max_length=6, choices=Side.choices, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    gains = models.JSONField(default=dict, blank=True)
    gives_up = models.JSONField(default=dict, blank=True)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.CheckConstraint(
                name="effect_on_a_side_or_a_group",
                condition=models.Q(group=None) & ~models.Q(side="") | models.Q(group__isnull=False, side=""),
            ),
            models.UniqueConstraint(fields=["option", "side"], condition=~models.Q(side=""), name="effect_once_a_side"),
            models.UniqueConstraint(
                fields=["option", "group"], condition=models.Q(group__isnull=False), name="effect_once_a_group"
            ),
        ]

    def __str__(self) -> str:
        return "what an option does"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(option__trade_off__state=TradeOff.State.SETTLED)


class TradeOffConcern(DistrictOwned):
    """A concern that was raised about it, by a group, and what was answered (M32)."""

    class Kind(models.TextChoices):
        WELL_BEING = "well_being", _("well-being")
        GROWTH = "growth", _("personal growth")
        PURPOSE = "purpose", _("sense of purpose")
        WORKLOAD = "workload", _("workload")
        BARRIER = "barrier", _("something in the way")

    trade_off = models.ForeignKey(TradeOff, on_delete=models.CASCADE, related_name="concerns")
    kind = models.CharField(_("what it is about"), max_length=12, choices=Kind.choices)
    texts = models.JSONField(default=dict)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.JSONField(default=dict, blank=True)

    class Meta(DistrictOwned.Meta):
        pass

    def __str__(self) -> str:
        return next((text for text in self.texts.values() if text), "")

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(trade_off__state=TradeOff.State.SETTLED)


class TradeOffStand(DistrictOwned):
    """Where a group stands on the settlement: it can live with it, or dissents and says why. No number, no name (M36)."""

    class Stand(models.TextChoices):
        LIVE_WITH = "live_with", _("can live with it")
        DISSENTS = "dissents", _("dissents")

    class Heard(models.TextChoices):
        MEETING = "meeting", _("at a meeting")
        SURVEY = "survey", _("by a survey")
        DISCUSSION = "discussion", _("in the discussion")
        REPRESENTATIVES = "representatives", _("through their representatives")

    trade_off = models.ForeignKey(TradeOff, on_delete=models.CASCADE, related_name="stands")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    stand = models.CharField(_("where they stand"), max_length=10, choices=Stand.choices)
    because = models.JSONField(default=dict, blank=True, help_text="Why, in their words, without names; public.")
    heard_on = models.DateField(_("when"))
    heard_how = models.CharField(_("how we know"), max_length=16, choices=Heard.choices)
    recorded_by = models.UUIDField(help_text="The account that recorded it.")

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["trade_off", "group"], name="trade_off_stand_once"),
            models.CheckConstraint(
                name="dissent_says_why",
                condition=~models.Q(stand="dissents") | ~models.Q(because=models.Value({}, models.JSONField())),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.get_stand_display()}"

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(trade_off__state=TradeOff.State.SETTLED)


class ConfidentialNote(DistrictOwned):
    """What a facilitator noted in confidence while mediating (M43). Read by its writer alone, and by nobody above them."""

    trade_off = models.ForeignKey(TradeOff, on_delete=models.CASCADE, related_name="confidential_notes")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.TextField(_("note"))
    shared = models.BooleanField(_("the other facilitators may read it"), default=False)
    written_on = models.DateField()

    class Meta(DistrictOwned.Meta):
        ordering = ("written_on",)

    def __str__(self) -> str:
        return "confidential note"

    def audit_label(self) -> str:
        return "confidential note"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """One's own, and those that another facilitator shared, while one mediates oneself. Never a leader's, never public."""
        if not isinstance(viewer, AccountViewer):
            return models.Q(pk__in=[])
        here = [district for district in viewer.district_ids if viewer.roles_in(district) & MEDIATORS]
        return models.Q(district__in=here) & (models.Q(written_by=viewer.account_id) | models.Q(shared=True))
