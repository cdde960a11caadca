"""An answer and a note in the middle of their thread, for whoever may read them; nothing leads back to them from outside.

An answer is read as on the page of voices: handed in, readable by now, named as far as it may be. A note is its
facilitators' only. What came of both is told by whoever made something of them; where an excerpt leads does not reach here.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.core.thread import ThreadStep, register_sources, register_step
from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Answer, Note
from commonwhy.listening.queries.voices import Voices

ANSWER, NOTE = "listening.Answer", "listening.Note"


def find_answer(viewer: Viewer, district: District, pk: UUID) -> Answer | None:
    """An answer that this viewer may read by now."""
    if not may(viewer, "voices.read", district):
        return None
    found: Answer | None = Voices(viewer, district).answers().filter(pk=pk).first()
    return found


def find_note(viewer: Viewer, district: District, pk: UUID) -> Note | None:
    """A note of one's own conversation."""
    rows = Note.objects.visible_to(viewer).filter(district=district, pk=pk)
    found: Note | None = rows.select_related("conversation", "group", "school", "district").first()
    return found


def answer_step(answer: Answer, viewer: Viewer) -> ThreadStep:
    district = answer.district
    speaker = Voices(viewer, district).speaker(answer)
    url = reverse("listening:mark_answer", args=[district.slug, answer.pk]) if may(viewer, "voices.mark", district) else None
    who = str(speaker) if speaker.group else _("Somebody in the district")
    return ThreadStep(who, str(answer.value), url, model=ANSWER, pk=str(answer.pk), language=answer.response.language)


def note_step(note: Note, viewer: Viewer) -> ThreadStep:
    who = ", ".join(str(part) for part in (note.group, note.school) if part) or _("What you saw")
    url = reverse("listening:conversation", args=[note.district.slug, note.conversation_id])
    return ThreadStep(who, note.words, url, model=NOTE, pk=str(note.pk), language=note.language)


def asked_by(answer: Answer, viewer: Viewer) -> Iterator[ThreadStep]:
    """The survey and the question it answers."""
    survey, question = answer.response.survey, answer.question
    words = question.version.words(question.texts, get_language() or "en")
    url = reverse("listening:survey", args=[answer.district.slug, survey.pk])
    yield ThreadStep(
        _("Survey: %(title)s") % {"title": survey.title}, words, url if may(viewer, "listening.see", answer.district) else None
    )


def noted_in(note: Note, viewer: Viewer) -> Iterator[ThreadStep]:
    """The conversation it was noted in, which whoever reads the note has held."""
    url = reverse("listening:conversation", args=[note.district.slug, note.conversation_id])
    yield ThreadStep(_("Conversation"), note.conversation.title, url)


def register() -> None:
    """Called once, when the room is ready."""
    register_step(ANSWER, answer_step, find=find_answer)
    register_sources(ANSWER, asked_by)
    register_step(NOTE, note_step, find=find_note)
    register_sources(NOTE, noted_in)
