"""Responses and answers, and what may join them to a person: for anonymous surveys, nothing.

A response is keyed by the hash of a nonce that is stored nowhere. Keys are random, times are kept by week, and on SQLite
both tables are made `WITHOUT ROWID` (migration 0002), so that no hidden row number keeps the order of arrival.
`IssuedKey` exists for the two other modes only; the database refuses it for an anonymous survey (by a constraint on its
own row, and by a trigger of migration 0003 that looks at the survey's).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Group, Person, School
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models.question import Question
from commonwhy.listening.models.survey import Survey

HELD_BACK = ("waiting", "acted")
"""States of the safety queue in which words are kept from everybody else (FIELD rule 10)."""


class Response(DistrictOwned):
    """What one token said. Group and school are missing where too few were asked to keep them (FIELD rule 1)."""

    class Source(models.TextChoices):
        WEB = "web", _("answered here")
        FILE = "file", _("from a file")
        HAND = "hand", _("typed in from paper")

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses")
    key = models.CharField(max_length=64, help_text="SHA-256 of the token's nonce, or of a file's row.")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(
        max_length=10,
        blank=True,
        help_text="Answered in; in an anonymous survey kept only beside words, which show it anyway.",
    )
    week = models.DateField(help_text="The Monday of the week it came in.")
    submitted = models.BooleanField(default=False)
    saves = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was saved since the last stir, for the limit per token."
    )
    source = models.CharField(max_length=4, choices=Source.choices, default=Source.WEB)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["survey", "key"], name="one_response_a_token"),
            models.CheckConstraint(name="response_week_is_a_monday", condition=models.Q(week__week_day=2)),
        ]
        indexes = [models.Index(fields=["survey", "group", "school"], name="responses_by_cell")]

    def __str__(self) -> str:
        return "response"


class Answer(DistrictOwned):
    """One answer.

    `value` is a string for words, a list of option keys for choices (best first for a ranking), `{row: option}` for a
    matrix, a number for a number.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    value = models.JSONField()

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="one_answer_a_question"),
        ]

    def __str__(self) -> str:
        return "answer"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """An answer in the safety queue is read there and nowhere else, until those who read it saw no concern."""
        seen = super().visibility(viewer)
        return seen & ~models.Q(safety_flag__state__in=HELD_BACK) if isinstance(viewer, AccountViewer) else seen


class IssuedKey(DistrictOwned):
    """Whose token it was, for surveys that are not anonymous.

    Identified: the person. Confidential: the person's id, encrypted; nobody in the district has a page that opens it.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="issued_keys")
    mode = models.CharField(max_length=12, choices=Survey.Mode.choices)
    key = models.CharField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    sealed = models.BinaryField(null=True)

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["survey", "key"], name="key_issued_once"),
            models.CheckConstraint(
                name="never_a_key_for_anonymous",
                condition=models.Q(mode="identified", person__isnull=False, sealed=None)
                | models.Q(mode="confidential", person=None, sealed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return "key"
