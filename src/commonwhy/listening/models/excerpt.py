"""Excerpts: verbatim pieces of an answer or a note, with names taken out, that others may read and cite."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import DistrictOwned, Group, School
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models.conversation import Note
from commonwhy.listening.models.response import HELD_BACK, Answer


class Excerpt(DistrictOwned):
    """Somebody's words, exactly, from `start` to `end` of their text, but for names replaced by `[name]`.

    `group` and `school` are copied when it is marked, and left out where too few were heard to say them. Its answer may be
    gone: deleted when its date came, or because somebody withdrew. Words that are cited by then, without a name, stay.
    """

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, null=True, blank=True, related_name="excerpts")
    note = models.ForeignKey(Note, on_delete=models.PROTECT, null=True, blank=True, related_name="excerpts")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    words = models.TextField(_("words"), help_text="With names redacted; this is all that anyone else sees.")
    language = models.CharField(max_length=10, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source_deleted_on = models.DateField(null=True, blank=True)
    marked_by = models.UUIDField(help_text="The account that marked it.")

    class Meta(DistrictOwned.Meta):
        constraints = [
            models.CheckConstraint(
                name="excerpt_of_one_text",
                condition=models.Q(answer__isnull=False, note=None, source_deleted_on=None)
                | models.Q(answer=None, note__isnull=False, source_deleted_on=None)
                | models.Q(answer=None, note=None, source_deleted_on__isnull=False),
            ),
            models.CheckConstraint(name="excerpt_ends_after_it_starts", condition=models.Q(end__gt=models.F("start"))),
            models.UniqueConstraint(fields=["answer", "start", "end"], name="excerpt_once_an_answer"),
            models.UniqueConstraint(fields=["note", "start", "end"], name="excerpt_once_a_note"),
        ]

    def __str__(self) -> str:
        return self.words

    def audit_label(self) -> str:
        return "excerpt"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """Words marked before the safety queue took their answer or note are held back with it."""
        seen = super().visibility(viewer)
        if not isinstance(viewer, AccountViewer):
            return seen
        held = models.Q(answer__safety_flag__state__in=HELD_BACK) | models.Q(note__safety_flag__state__in=HELD_BACK)
        return seen & ~held
