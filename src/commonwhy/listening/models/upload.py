"""Files of answers that somebody sent: what each is, what its columns are for, and the survey it became.

The file itself lies in `core.uploads` for a day at most. What its row keeps while a person decides (glimpses of answers,
what people wrote for their school) is emptied when the answers are in; what stays says which file it was, so that the
same one is not brought in twice, and how its columns were used, so that the next export of the same form needs no second
thinking.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned
from commonwhy.listening.models.survey import Survey


class AnswerFile(DistrictOwned):
    """One file that was sent. `survey` is set once its answers are in; taking the survey back takes this with it."""

    name = models.CharField(_("file"), max_length=160)
    upload = models.CharField(max_length=32, blank=True, help_text="Its name in core.uploads; empty once brought in.")
    digest = models.CharField(max_length=64, help_text="Keyed digest of its bytes.")
    fingerprint = models.CharField(max_length=32, help_text="Of its headings, so that the next export is recognised.")
    layout = models.JSONField(default=dict, help_text="What it was recognised as, and why.")
    mapping = models.JSONField(default=dict, help_text="What each column is used for.")
    choices = models.JSONField(default=dict, help_text="Title, language, which of our questions a column answers, numbers asked.")
    preview = models.JSONField(
        default=dict, help_text="What it would do, by these choices; empty when it has to be looked through."
    )
    result = models.JSONField(default=dict, help_text="What it did.")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, null=True, related_name="files")
    sent_by = models.UUIDField(null=True, help_text="The account that sent it; none from the command line.")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta(DistrictOwned.Meta):
        ordering = ("-sent_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["district", "digest"], condition=models.Q(survey__isnull=False), name="same_file_once_in_district"
            ),
            models.CheckConstraint(
                name="brought_in_file_is_forgotten", condition=models.Q(survey__isnull=True) | models.Q(upload="")
            ),
        ]
        indexes = [models.Index(fields=["district", "fingerprint"], name="files_by_headings")]

    def __str__(self) -> str:
        return self.name

    def audit_label(self) -> str:
        return "file of answers"
