"""Listening's part of the thread: a voice came from a question that was asked, or from a conversation.

Never from a person, and never from a response: nothing here leads from words to whoever said them.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.core.thread import ThreadStep, register_sources, register_step
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening import thread_onward, thread_texts
from commonwhy.listening.models import Conversation, Excerpt, Question, Survey

EXCERPT = "listening.Excerpt"


def as_step(voice: Excerpt, viewer: Viewer) -> ThreadStep:
    """A voice in the middle of its thread, with its group and school as far as they may be said."""
    said_by = ", ".join(str(part) for part in (voice.group, voice.school) if part) or _("Somebody in the district")
    return ThreadStep(said_by, voice.words, model=EXCERPT, pk=str(voice.pk), language=voice.language)


def asked_in(voice: Excerpt, viewer: Viewer) -> Iterator[ThreadStep]:
    """The survey and the question that the words answered."""
    if voice.answer_id is None:
        return
    survey = Survey.objects.visible_to(viewer).filter(responses__answers=voice.answer_id).select_related("district").first()
    question = Question.objects.visible_to(viewer).filter(answers=voice.answer_id).select_related("version").first()
    if survey is None or question is None:
        return
    words = question.version.words(question.texts, get_language() or "en")
    url = reverse("listening:survey", args=[survey.district.slug, survey.pk])
    yield ThreadStep(
        _("Survey: %(title)s") % {"title": survey.title}, words, url if may(viewer, "listening.see", survey.district) else None
    )


def told_in(voice: Excerpt, viewer: Viewer) -> Iterator[ThreadStep]:
    """The conversation the words were noted in; its title is its facilitators' only."""
    if voice.note_id is None:
        return
    conversation = Conversation.objects.visible_to(viewer).filter(notes=voice.note_id).select_related("district").first()
    if conversation is None:
        yield ThreadStep(_("Conversation"), _("Told in person, with leave to quote it without a name."))
        return
    url = reverse("listening:conversation", args=[conversation.district.slug, conversation.pk])
    yield ThreadStep(
        _("Conversation"), conversation.title, url if may(viewer, "conversations.hold", conversation.district) else None
    )


def register() -> None:
    """Called once, when the room is ready."""
    register_step(EXCERPT, as_step)
    register_sources(EXCERPT, asked_in)
    register_sources(EXCERPT, told_in)
    thread_onward.register()
    thread_texts.register()
