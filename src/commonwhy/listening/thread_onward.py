"""What came of words in this room: the themes they speak of, and the replies that take them up.

An answer or a note leads to its excerpts and themes; an excerpt to themes and replies; a reply's point back to the words it
answers. An answer that the viewer may not read is not on any thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.core.thread import ThreadStep, register_outcomes, register_sources, register_step
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Answer, Coding, Excerpt, Note, ReplyPoint, Theme
from commonwhy.listening.models.question import in_language

EXCERPT, THEME, POINT = "listening.Excerpt", "listening.Theme", "listening.ReplyPoint"
MOST_VOICES = 60


def theme_step(theme: Theme, viewer: Viewer) -> ThreadStep:
    url = reverse("listening:themes", args=[theme.district.slug]) + f"#t-{theme.pk}"
    may_see = may(viewer, "themes.see", theme.district)
    return ThreadStep(_("Theme"), theme.name, url if may_see else None, model=THEME, pk=str(theme.pk))


def point_step(point: ReplyPoint, viewer: Viewer) -> ThreadStep:
    """A point of a reply, on the page where it can be read."""
    reply, district = point.reply, point.district
    language = get_language() or "en"
    if reply.published_at is not None:
        url: str | None = reverse("listening:public_reply", args=[district.slug, reply.number])
    else:
        url = reverse("listening:reply", args=[district.slug, reply.pk]) if may(viewer, "replies.see", district) else None
    kind = _("Reply %(number)s: %(kind)s") % {"number": reply.number, "kind": point.get_kind_display()}
    words = in_language(point.texts, language)
    written_in = "" if point.texts.get(language) else next(iter(point.texts), "")
    return ThreadStep(kind, words, url, model=POINT, pk=str(point.pk), language=written_in)


def _voice(excerpt: Excerpt) -> ThreadStep:
    said_by = ", ".join(str(part) for part in (excerpt.group, excerpt.school) if part) or _("Somebody in the district")
    return ThreadStep(said_by, excerpt.words, model=EXCERPT, pk=str(excerpt.pk), language=excerpt.language)


def _excerpts(viewer: Viewer) -> QuerySet[Excerpt]:
    found: QuerySet[Excerpt] = Excerpt.objects.visible_to(viewer)
    return found.select_related("group", "school").order_by("pk")


def voices_of_theme(theme: Theme, viewer: Viewer) -> Iterator[ThreadStep]:
    """What was marked in texts that speak of it; never the texts themselves."""
    codes = Coding.objects.visible_to(viewer).filter(theme=theme, sample=None)
    fitting = Q(answer__in=codes.filter(answer__isnull=False).values("answer")) | Q(
        note__in=codes.filter(note__isnull=False).values("note")
    )
    for excerpt in _excerpts(viewer).filter(fitting)[:MOST_VOICES]:
        yield _voice(excerpt)


def voices_of_point(point: ReplyPoint, viewer: Viewer) -> Iterator[ThreadStep]:
    for excerpt in _excerpts(viewer).filter(pk__in=point.excerpts.values("pk")):
        yield _voice(excerpt)


def theme_of_point(point: ReplyPoint, viewer: Viewer) -> Iterator[ThreadStep]:
    theme = Theme.objects.visible_to(viewer).filter(pk=point.theme_id).select_related("district").first()
    if theme is not None:
        yield theme_step(theme, viewer)


def themes_of_voice(voice: Excerpt, viewer: Viewer) -> Iterator[ThreadStep]:
    yield from _themes(viewer, voice.answer_id, voice.note_id)


def themes_of_text(text: Answer | Note, viewer: Viewer) -> Iterator[ThreadStep]:
    yield from _themes(viewer, *((text.pk, None) if isinstance(text, Answer) else (None, text.pk)))


def _themes(viewer: Viewer, answer: Any, note: Any) -> Iterator[ThreadStep]:
    if answer is None and note is None:
        return
    text = Q(answer=answer) if answer is not None else Q(note=note)
    codes = Coding.objects.visible_to(viewer).filter(text, sample=None)
    for theme in Theme.objects.visible_to(viewer).filter(pk__in=codes.values("theme")).select_related("district"):
        yield theme_step(theme, viewer)


def excerpts_of_text(text: Answer | Note, viewer: Viewer) -> Iterator[ThreadStep]:
    """What was marked in an answer or a note."""
    found = _excerpts(viewer).filter(Q(answer=text.pk) if isinstance(text, Answer) else Q(note=text.pk))
    for excerpt in found:
        yield _voice(excerpt)


def replies_to_voice(voice: Excerpt, viewer: Viewer) -> Iterator[ThreadStep]:
    yield from _points(viewer, Q(excerpts=voice))


def replies_to_theme(theme: Theme, viewer: Viewer) -> Iterator[ThreadStep]:
    yield from _points(viewer, Q(theme=theme))


def _points(viewer: Viewer, which: Q) -> Iterator[ThreadStep]:
    for point in ReplyPoint.objects.visible_to(viewer).filter(which).select_related("reply", "district").distinct():
        # A draft is for those who work on it, and for nobody's thread.
        if point.reply.published_at is not None or may(viewer, "replies.see", point.district):
            yield point_step(point, viewer)


def register() -> None:
    """Called once, when the room is ready."""
    register_step(THEME, theme_step)
    register_sources(THEME, voices_of_theme)
    register_outcomes(THEME, replies_to_theme)
    register_step(POINT, point_step)
    register_sources(POINT, voices_of_point)
    register_sources(POINT, theme_of_point)
    register_outcomes(EXCERPT, themes_of_voice)
    register_outcomes(EXCERPT, replies_to_voice)
    for text in ("listening.Answer", "listening.Note"):
        register_outcomes(text, excerpts_of_text)
        register_outcomes(text, themes_of_text)
