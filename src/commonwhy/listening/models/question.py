"""Questionnaires, their versions and questions.

A version that a survey has used never changes: editing makes the next one. Texts are kept by language, as
`{"en": ..., "es": ...}`; the first language of the version is its source, and a missing translation falls back to it.
Beside each text there may be one in plain words, for younger readers and everyone who prefers it; where there is none, the
full text stands. The answer means the same either way, so which was read is not kept.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned

Texts = dict[str, str]


def in_language(texts: Texts, language: str) -> str:
    """The text in `language`, else in the first language it was written in."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


class Questionnaire(DistrictOwned):
    """A set of questions with a title, of which there are versions. `shipped` names the one it was copied from."""

    title = models.CharField(_("title"), max_length=160)
    shipped = models.SlugField(max_length=60, blank=True, help_text="Key of the shipped questionnaire it came from.")

    class Meta(DistrictOwned.Meta):
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class QuestionnaireVersion(DistrictOwned):
    """One wording of a questionnaire. Frozen once a survey has opened with it."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    languages = models.JSONField(default=list, help_text='Language codes; the first is the source, as ["en", "es"].')
    intro = models.JSONField(default=dict, help_text="What people read first, by language.")
    thanks = models.JSONField(default=dict, help_text="What people read last, by language.")
    term = models.JSONField(default=dict, help_text="The term asked about, by language; fills {term} in the texts.")
    plain_intro = models.JSONField(default=dict, blank=True, help_text="The intro in plain words, by language.")
    plain_thanks = models.JSONField(default=dict, blank=True, help_text="The thanks in plain words, by language.")
    plain_bands = models.JSONField(default=list, blank=True, help_text='Grade bands the plain words are for, as ["3-5"].')
    frozen = models.BooleanField(default=False)

    class Meta(DistrictOwned.Meta):
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} ({self.number})"

    def words(self, texts: Texts, language: str) -> str:
        """A text of this version in `language`, with the term asked about filled in."""
        return in_language(texts, language).replace("{term}", in_language(self.term, language))


class Question(DistrictOwned):
    """One question.

    `options` and `rows` are lists of `{"key": ..., "texts": {...}, "plain": {...}}` in the order shown; `plain` may miss.
    `section`: where it has text, the question begins a section with that heading. `shown_if`: empty, or
    `{"question": key, "any_of": [option keys]}`, naming an earlier question with options; else the question is skipped.
    `limits` of a number: `{"least": ..., "most": ..., "unit": {...texts}}`, each of which may miss.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", _("one choice")
        MULTIPLE = "multiple", _("several choices")
        MATRIX = "matrix", _("one choice for each line")
        SHORT = "short", _("a few words")
        LONG = "long", _("their own words")
        NUMBER = "number", _("a number")
        RANKING = "ranking", _("put in order")

    class ProtectedArea(models.TextChoices):
        """The eight areas of the Protection of Pupil Rights Amendment, 20 U.S.C. 1232h(b), in its order (FIELD rule 2)."""

        POLITICS = "politics", _("political affiliations or beliefs")
        MENTAL_HEALTH = "mental_health", _("mental or psychological problems")
        SEX = "sex", _("sexual behavior or attitudes")
        ILLEGAL_ACTS = "illegal_acts", _("illegal, anti-social or self-incriminating behavior")
        FAMILY = "family", _("critical appraisals of close family")
        PRIVILEGED = "privileged", _("privileged relationships, as with doctors, lawyers or clergy")
        RELIGION = "religion", _("religious practices or beliefs")
        INCOME = "income", _("income")

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40, help_text="Names the question across versions, as `meaning`.")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    texts = models.JSONField(default=dict)
    hints = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=list, blank=True)
    rows = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=False)
    section = models.JSONField(default=dict, blank=True)
    shown_if = models.JSONField(default=dict, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    plain_texts = models.JSONField(default=dict, blank=True)
    plain_hints = models.JSONField(default=dict, blank=True)
    protected_areas = models.JSONField(default=list, blank=True, help_text="Values of ProtectedArea this asks a student about.")

    class Meta(DistrictOwned.Meta):
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_once"),
            # Not deferrable: SQLite has no such constraint. Whoever reorders moves questions aside first.
            models.UniqueConstraint(fields=["version", "position"], name="question_position_once"),
            models.CheckConstraint(
                name="question_kind_known",
                condition=models.Q(kind__in=["single", "multiple", "matrix", "short", "long", "number", "ranking"]),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.texts, "en")

    @property
    def is_text(self) -> bool:
        return self.kind in (self.Kind.SHORT, self.Kind.LONG)

    def option_keys(self) -> list[str]:
        return [option["key"] for option in self.options]

    def row_keys(self) -> list[str]:
        return [row["key"] for row in self.rows]

    def allows(self, value: Any) -> bool:
        """Whether `value` is in the shape this kind of question stores (see `Answer.value`)."""
        if self.is_text:
            return isinstance(value, str)
        if self.kind == self.Kind.NUMBER:
            return value == "" or (isinstance(value, int | float) and not isinstance(value, bool) and self._within(value))
        if self.kind == self.Kind.MATRIX:
            return isinstance(value, dict) and all(
                row in self.row_keys() and choice in self.option_keys() for row, choice in value.items()
            )
        if not isinstance(value, list) or len(set(map(str, value))) != len(value):
            return False
        if self.kind == self.Kind.RANKING and value:
            return sorted(map(str, value)) == sorted(self.option_keys())
        return all(choice in self.option_keys() for choice in value) and (self.kind == self.Kind.MULTIPLE or len(value) <= 1)

    def _within(self, number: float) -> bool:
        least, most = self.limits.get("least"), self.limits.get("most")
        return isfinite(number) and (least is None or number >= least) and (most is None or number <= most)


class ExpertReview(DistrictOwned):
    """That somebody who knows the field read a version, and what came of it (T03)."""

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.CharField(_("who reviewed it"), max_length=160)
    knows = models.CharField(_("what they know well"), max_length=200, help_text="Role or field, as: school psychologist.")
    reviewed_on = models.DateField(_("when"))
    said = models.TextField(_("what they said"))
    outcome = models.TextField(_("what was changed, or why not"), blank=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("reviewed_on", "reviewer")

    def __str__(self) -> str:
        return f"{self.reviewer}, {self.reviewed_on}"
