"""A survey: one opening of a questionnaire to some groups, in one mode that never changes once it is open."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Group, School
from commonwhy.listening.models.question import Question, QuestionnaireVersion, Texts

# Letters and digits that are not taken for one another when read aloud or from paper (Crockford's base 32).
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


class Survey(DistrictOwned):
    """Opened to some groups for a while. Its state is read from when it was opened and closed, never stored twice."""

    class Mode(models.TextChoices):
        ANONYMOUS = "anonymous", _("Anonymous: nobody can find out who answered what")
        CONFIDENTIAL = "confidential", _("Confidential: kept apart from names, seen by nobody in the district")
        IDENTIFIED = "identified", _("With names: the people running the survey see who answered what")

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="surveys")
    title = models.CharField(_("title"), max_length=160)
    mode = models.CharField(_("mode"), max_length=12, choices=Mode.choices, default=Mode.ANONYMOUS)
    groups = models.ManyToManyField(Group, related_name="surveys")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, editable=False)
    open_link = models.BooleanField(_("anyone with the link may answer"), default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    imported_from = models.CharField(max_length=60, blank=True, help_text="The kind of file, when answers came by file.")

    class Meta(DistrictOwned.Meta):
        ordering = ("-opened_at", "title")
        constraints = [
            models.CheckConstraint(
                name="survey_mode_known", condition=models.Q(mode__in=["anonymous", "confidential", "identified"])
            ),
            models.CheckConstraint(
                name="survey_closes_after_it_opens",
                condition=models.Q(closed_at=None) | models.Q(closed_at__gte=models.F("opened_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A survey gets its code when it is first saved."""
        self.code = self.code or new_code()
        super().save(*args, **kwargs)

    @property
    def title_as_read(self) -> str:
        """The title for who reads now: where it is the words of one of its questions, in the reader's language.

        A title is written once, in one language; a family that reads another should still know what it is asked.
        """
        version, language = self.version, get_language() or self.district.language
        for texts in self._wordings:
            if any(version.words({code: text}, code) == self.title for code, text in texts.items()):
                return version.words(texts, language)
        return self.title

    @cached_property
    def _wordings(self) -> list[Texts]:
        return list(Question.everything.filter(version=self.version_id).values_list("texts", flat=True))

    @property
    def is_draft(self) -> bool:
        return self.opened_at is None

    @property
    def opens_later(self) -> bool:
        return self.opened_at is None or self.opened_at > timezone.now()

    @property
    def is_open(self) -> bool:
        now = timezone.now()
        return (
            self.opened_at is not None
            and self.opened_at <= now
            and self.closed_at is None
            and (self.closes_at is None or now < self.closes_at)
        )

    @property
    def is_closed(self) -> bool:
        return not self.opens_later and not self.is_open


class SurveyCell(DistrictOwned):
    """A group, or a group in one school, that a survey asks, and how many were asked there.

    `number` is what a token carries. How many were asked is no secret (METHODS 7); `asked` is null while nobody has said,
    and then answers from the cell are coarsened when they are written, as if it were too small.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="cells")
    number = models.PositiveSmallIntegerField()
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked = models.PositiveIntegerField(null=True, blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="cell_number_once"),
            models.UniqueConstraint(fields=["survey", "group"], condition=models.Q(school=None), name="cell_once_in_district"),
            models.UniqueConstraint(
                fields=["survey", "group", "school"],
                condition=models.Q(school__isnull=False),
                name="cell_once_in_school",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.school}" if self.school else str(self.group)
