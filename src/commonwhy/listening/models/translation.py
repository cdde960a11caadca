"""Checked translations: a person's, kept beside the original and never instead of it (METHODS 4.8)."""

from __future__ import annotations

from django.db import models

from commonwhy.districts.models import DistrictOwned
from commonwhy.districts.viewers import AccountViewer, JobViewer, Viewer
from commonwhy.listening.models.conversation import Note
from commonwhy.listening.models.response import Answer


class AnswerTranslation(DistrictOwned):
    """An answer's words in another language, checked by a person. Names stay as the original has them."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=10, help_text="The language it was translated into.")
    words = models.TextField()
    checked_by = models.UUIDField(help_text="The account that vouches for it.")

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["answer", "language"], name="one_translation_a_language")]

    def __str__(self) -> str:
        return "translation"


class NoteTranslation(DistrictOwned):
    """A note's words in another language, checked by a person. Seen by whoever may see the note."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=10, help_text="The language it was translated into.")
    words = models.TextField()
    checked_by = models.UUIDField(help_text="The account that vouches for it.")

    class Meta(DistrictOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["note", "language"], name="one_note_translation_a_language")]

    def __str__(self) -> str:
        return "translation"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        if isinstance(viewer, JobViewer):
            return models.Q(district=viewer.district_id)
        if isinstance(viewer, AccountViewer):
            return models.Q(district__in=viewer.district_ids, note__conversation__facilitators=viewer.account_id)
        return cls.published()
