"""What the law and care ask of a survey: notice, consent and opting out, a date of deletion, and a record of disposal.

Kept beside `Survey`, so that an answer's table never has to be remade for them. FIELD rules 2, 4 and 8.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Person, RetentionClass, School
from commonwhy.listening.models.survey import Survey


class SurveyCare(DistrictOwned):
    """One survey's terms. A survey without this row is optional, not federally funded and has given no notice."""

    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="care")
    required = models.BooleanField(_("students must answer it"), default=False)
    federally_funded = models.BooleanField(_("paid for with federal education money"), default=False)
    notice_on = models.DateField(_("when families were told"), null=True, blank=True)
    notice = models.JSONField(default=dict, blank=True, help_text="What families were told, by language.")
    opt_out_until = models.DateField(_("families may opt out until"), null=True, blank=True)
    preview_from = models.DateField(_("families can read it from"), null=True, blank=True)
    asks_under_13 = models.BooleanField(_("children under 13 are asked"), default=False)
    delete_on = models.DateField(_("answers are deleted on"), null=True, blank=True)
    deleted_on = models.DateField(null=True, blank=True)
    retention = models.ForeignKey(RetentionClass, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    hold_reason = models.CharField(_("kept for a legal hold, because"), max_length=200, blank=True)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.CheckConstraint(
                name="under_13_has_a_deletion_date",
                condition=models.Q(asks_under_13=False) | models.Q(delete_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"terms of {self.survey}"


class ParentChoice(DistrictOwned):
    """A family's word about one child and one survey: consent given, or opted out. Withdrawn, it stays on record.

    One that came in by the public page names the child in the family's own words until somebody finds the `person`.
    """

    class Kind(models.TextChoices):
        CONSENT = "consent", _("consent")
        OPT_OUT = "opt_out", _("opted out")

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="parent_choices")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    child = models.CharField(_("the child's name"), max_length=160, blank=True)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    family = models.CharField(_("who says so"), max_length=160, blank=True)
    given_on = models.DateField(_("when"))
    withdrawn_on = models.DateField(null=True, blank=True)
    in_writing = models.BooleanField(_("in writing"), default=False)
    recorded_by = models.UUIDField(null=True, help_text="The account that wrote it down; none for the public page.")

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "person", "kind"],
                condition=models.Q(person__isnull=False, withdrawn_on=None),
                name="one_standing_choice_a_child",
            ),
            models.CheckConstraint(name="choice_names_a_child", condition=models.Q(person__isnull=False) | ~models.Q(child="")),
        ]

    def __str__(self) -> str:
        return "choice of a family"

    def audit_label(self) -> str:
        return "choice of a family"


class Disposal(DistrictOwned):
    """Answers proposed for disposal by one person and disposed of by another; what is left is this line of the log."""

    survey = models.ForeignKey(Survey, on_delete=models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=200, help_text="Title of the survey, as it was.")
    reason = models.CharField(max_length=200)
    proposed_by = models.UUIDField(null=True, help_text="Account; none where a date that was promised ran out by itself.")
    proposed_on = models.DateField()
    done_by = models.UUIDField(null=True)
    done_on = models.DateField(null=True, blank=True)
    responses = models.PositiveIntegerField(default=0)

    class Meta(DistrictOwned.Meta):
        ordering = ("-proposed_on",)
        constraints = [
            models.CheckConstraint(
                name="disposed_of_by_two",
                condition=models.Q(proposed_by=None) | models.Q(done_by=None) | ~models.Q(proposed_by=models.F("done_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.what
