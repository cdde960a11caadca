"""Themes: what many answers and notes speak of, named by people; and blind double coding on a sample, to see how far one
can rely on a theme (METHODS 4.9)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned
from commonwhy.districts.viewers import AccountViewer, JobViewer, Viewer
from commonwhy.listening.models.conversation import Note
from commonwhy.listening.models.question import Question
from commonwhy.listening.models.response import Answer
from commonwhy.listening.models.survey import Survey


class Theme(DistrictOwned):
    """Something people speak of. `concern` puts it into the register of concerns (M32, P01)."""

    class Concern(models.TextChoices):
        WELL_BEING = "well_being", _("Well-being")
        GROWTH = "growth", _("Growing")
        PURPOSE = "purpose", _("Purpose")
        WORKLOAD = "workload", _("Workload")
        BARRIER = "barrier", _("What stands in the way")

    name = models.CharField(_("theme"), max_length=120)
    means = models.TextField(_("what belongs to it, and what does not"), blank=True)
    concern = models.CharField(_("a concern about"), max_length=12, choices=Concern.choices, blank=True)
    retired = models.BooleanField(default=False)

    class Meta(DistrictOwned.Meta):
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="theme_once")]

    def __str__(self) -> str:
        return self.name


class CodingSample(DistrictOwned):
    """Answers to one question that two people code without seeing each other's codes."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="coding_samples")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    first = models.UUIDField(help_text="The account that codes it.")
    second = models.UUIDField(help_text="The account that codes it as well.")
    seed = models.PositiveIntegerField()
    first_done = models.BooleanField(default=False)
    second_done = models.BooleanField(default=False)
    reliability = models.JSONField(
        default=dict, blank=True, help_text="By theme: n, alpha and its interval; written when both are done."
    )

    class Meta(DistrictOwned.Meta):
        constraints = [models.CheckConstraint(name="two_coders", condition=~models.Q(first=models.F("second")))]

    def __str__(self) -> str:
        return f"sample of {self.survey}"

    @property
    def compared(self) -> bool:
        """Whether both are done, so that each may see what the other found."""
        return self.first_done and self.second_done

    @classmethod
    def under_way(cls, prefix: str = "") -> models.Q:
        """The condition that somebody still codes it; `prefix` leads to the sample."""
        return models.Q(**{f"{prefix}first_done": False}) | models.Q(**{f"{prefix}second_done": False})


class SampledAnswer(DistrictOwned):
    """An answer that is in a sample."""

    sample = models.ForeignKey(CodingSample, on_delete=models.CASCADE, related_name="answers")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta(DistrictOwned.Meta):
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["sample", "answer"], name="sampled_once")]

    def __str__(self) -> str:
        return "sampled answer"


class Coding(DistrictOwned):
    """That a person found a theme in an answer or a note. With a `sample`, it is that coder's own until both are done."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="codings")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="codings")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, blank=True, related_name="codings")
    sample = models.ForeignKey(CodingSample, on_delete=models.CASCADE, null=True, blank=True, related_name="codings")
    coder = models.UUIDField(help_text="The account that found it.")

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.CheckConstraint(
                name="coding_of_one_text",
                condition=models.Q(answer__isnull=False, note=None) | models.Q(answer=None, note__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["theme", "answer"],
                condition=models.Q(sample=None, answer__isnull=False),
                name="theme_once_an_answer",
            ),
            models.UniqueConstraint(
                fields=["theme", "note"], condition=models.Q(sample=None, note__isnull=False), name="theme_once_a_note"
            ),
            models.UniqueConstraint(
                fields=["sample", "theme", "answer", "coder"],
                condition=models.Q(sample__isnull=False),
                name="theme_once_a_coder",
            ),
        ]

    def __str__(self) -> str:
        return "coding"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """While two people code a sample, neither sees, or can count, any code on its answers but their own.

        A code on a note shows itself to the facilitators of its conversation only, as the note does.
        """
        if isinstance(viewer, JobViewer):
            return models.Q(district=viewer.district_id)
        if not isinstance(viewer, AccountViewer):
            return cls.published()
        under_way = SampledAnswer.everything.filter(CodingSample.under_way("sample__"), district__in=viewer.district_ids)
        settled = models.Q(sample=None) & ~models.Q(answer__in=under_way.values("answer"))
        compared = models.Q(sample__first_done=True, sample__second_done=True)
        own = models.Q(sample__isnull=False, coder=viewer.account_id)
        of_a_note_one_may_read = models.Q(note=None) | models.Q(note__in=Note.objects.visible_to(viewer).values("pk"))
        return models.Q(district__in=viewer.district_ids) & (settled | compared | own) & of_a_note_one_may_read


class ThemeFigures(DistrictOwned):
    """Themes by group for one question of one survey, as they came back from the disclosure gate."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="theme_figures")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    released = models.JSONField(default=dict)
    charts = models.JSONField(default=dict, blank=True, help_text="SVG by chart and language.")

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["survey", "question"], name="theme_figures_once")]

    def __str__(self) -> str:
        return f"themes of {self.survey}"
