"""Statements: what people react to, where each came from, who may see it, and what was done to it and why.

A statement is shown once it stands in every language of the installation, each translation checked by a person, so that
votes do not split by language. Near-duplicates are linked, never merged: each keeps its author, its votes and its text.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.deliberation.models.discussion import Discussion
from commonwhy.districts.models import DistrictOwned, Group, Role
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models import Excerpt

MODERATORS = frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.COACH, Role.FACILITATOR})
"""Roles that read what waits and what is hidden."""


class Statement(DistrictOwned):
    """One statement, in one sentence or two, without names.

    `author`: of a statement that a participant wrote, a hash made of the token's nonce (`tokens.Token.author`), which nobody
    who lacks the token can join to the response or its votes; in a survey that is not anonymous, the response's key. `group`
    is kept by the rule of the survey's answers, or copied from the excerpt. No time is kept, and `number` tells no order of
    arrival: it is given when the statement is first shown.
    """

    class Origin(models.TextChoices):
        SEED = "seed", _("written by the facilitators")
        EXCERPT = "excerpt", _("from what people told us")
        PARTICIPANT = "participant", _("added by somebody who takes part")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be read")
        SHOWN = "shown", _("shown")
        HIDDEN = "hidden", _("not shown")

    class Reason(models.TextChoices):
        NAMES = "names", _("it names or describes a person")
        ABUSE = "abuse", _("it insults or threatens")
        OFF_TOPIC = "off_topic", _("it is about something else")
        ADVERTISING = "advertising", _("it advertises or leads away")
        NOT_A_STATEMENT = "not_a_statement", _("one cannot agree or disagree with it")
        SEVERAL = "several", _("it says several things at once")
        SAME = "same", _("it says the same as another, in the same words")

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField(null=True, blank=True)
    texts = models.JSONField(default=dict, help_text="By language; the one it was written in, and its checked translations.")
    language = models.CharField(max_length=10, help_text="The language it was written in.")
    origin = models.CharField(max_length=12, choices=Origin.choices)
    excerpt = models.ForeignKey(Excerpt, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author = models.CharField(max_length=64, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    held_for = models.JSONField(default=list, blank=True, help_text='What the look-through found, as ["link", "name"].')
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    reason_more = models.TextField(_("more for whoever wrote it"), blank=True)
    appeal = models.TextField(_("why it should be shown"), blank=True)
    appeal_answer = models.TextField(_("answer to the appeal"), blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["discussion", "number"], name="statement_number_once"),
            models.UniqueConstraint(fields=["discussion", "excerpt"], name="excerpt_once_a_discussion"),
            models.CheckConstraint(name="hidden_says_why", condition=~models.Q(state="hidden") | ~models.Q(reason="")),
            models.CheckConstraint(
                name="shown_has_a_number", condition=~models.Q(state="shown") | models.Q(number__isnull=False)
            ),
            models.CheckConstraint(
                name="statement_from_an_excerpt_has_it",
                condition=models.Q(origin="excerpt", excerpt__isnull=False)
                | ~models.Q(origin="excerpt") & models.Q(excerpt=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.texts.get(self.language, ""))

    def audit_label(self) -> str:
        """Not the words: what is hidden for naming somebody is not kept in the audit instead."""
        return f"statement {self.number}" if self.number else "statement"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """What is shown is read by every seat of the district; what waits or is hidden, by those who moderate."""
        if not isinstance(viewer, AccountViewer):
            return super().visibility(viewer)
        moderates = [district for district in viewer.district_ids if viewer.roles_in(district) & MODERATORS]
        return models.Q(district__in=moderates) | models.Q(district__in=viewer.district_ids, state=cls.State.SHOWN)

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(state=cls.State.SHOWN, discussion__published_on__isnull=False)


class StatementLink(DistrictOwned):
    """That a statement says the same as another: `statement` is shown no more beside `same_as`. Taken back, it stays on record.

    Votes on both are counted once a person, the one on `same_as` first (`queries.votes`).
    """

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="links")
    same_as = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="linked")
    linked_by = models.UUIDField(help_text="The account that linked them.")
    linked_on = models.DateField()
    unlinked_on = models.DateField(null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["statement"], condition=models.Q(unlinked_on=None), name="linked_to_one"),
            models.CheckConstraint(name="not_linked_to_itself", condition=~models.Q(statement=models.F("same_as"))),
        ]

    def __str__(self) -> str:
        return "link of two statements"


class ModerationDeed(DistrictOwned):
    """What a person did to a statement, and why: the record behind the public count of what was hidden.

    `statement` is empty once the statement went with a response that had to be deleted; the count stays.
    """

    class Deed(models.TextChoices):
        SHOWN = "shown", _("let it be shown")
        HIDDEN = "hidden", _("did not let it be shown")
        UPHELD = "upheld", _("looked again, and left it hidden")
        GIVEN_WAY = "given_way", _("looked again, and let it be shown")
        REDACTED = "redacted", _("took names out")
        TRANSLATED = "translated", _("checked a translation")
        LINKED = "linked", _("linked it to one that says the same")
        UNLINKED = "unlinked", _("took the link back")

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="deeds")
    statement = models.ForeignKey(Statement, on_delete=models.SET_NULL, null=True, blank=True, related_name="deeds")
    deed = models.CharField(max_length=10, choices=Deed.choices)
    reason = models.CharField(max_length=16, choices=Statement.Reason.choices, blank=True)
    done_by = models.UUIDField(help_text="The account.")
    done_on = models.DateField()

    class Meta(DistrictOwned.Meta):
        ordering = ("done_on",)

    def __str__(self) -> str:
        return str(self.get_deed_display())

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """Counts of what was hidden are public; who hid what is read by those who moderate."""
        if not isinstance(viewer, AccountViewer):
            return super().visibility(viewer)
        return models.Q(district__in=[one for one in viewer.district_ids if viewer.roles_in(one) & MODERATORS])

    @classmethod
    def published(cls) -> models.Q:
        return models.Q(discussion__published_on__isnull=False)


class StatementContact(DistrictOwned):
    """Where somebody who wrote a statement asked to be told when it is cited. Sealed; read by the job that writes, only.

    It joins the address to the statement's words, as its author chose, and to nothing else: not to a response, not to a vote.
    Deleted once told, or with the survey's day of deletion.
    """

    statement = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="contact")
    sealed = models.BinaryField()
    language = models.CharField(max_length=10)

    class Meta(DistrictOwned.Meta):
        pass

    def __str__(self) -> str:
        return "contact"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """Nobody who has an account, and not the public: a job only."""
        return models.Q(pk__in=[]) if isinstance(viewer, AccountViewer) else super().visibility(viewer)
