"""Deliberation's part of the thread: a statement in the middle, what it came from, and what of a voice became a statement.

Never a person, and never who voted how: figures come from what was released, and where that holds nothing, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.core.thread import ThreadStep, register_outcomes, register_sources, register_step, step_of
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.deliberation.queries import landscape
from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt
from commonwhy.listening.models.question import in_language

STATEMENT = "deliberation.Statement"
EXCERPT = "listening.Excerpt"


def as_step(statement: Statement, viewer: Viewer) -> ThreadStep:
    """A statement in the middle of its thread, with its released figures where there are any."""
    language = get_language() or "en"
    words = in_language(statement.texts, language)
    written = "" if statement.texts.get(language) else statement.language
    return ThreadStep(_kind(statement, viewer), words, _address(statement, viewer), STATEMENT, str(statement.pk), written)


def find(viewer: Viewer, district: District, pk: UUID) -> Statement | None:
    """A statement that the viewer may read: shown ones, and for those who moderate, the others too."""
    found: Statement | None = Statement.objects.visible_to(viewer).filter(district=district, pk=pk).first()
    return found


def said_in(statement: Statement, viewer: Viewer) -> Iterator[ThreadStep]:
    """The discussion it was made in, and the voice it was taken from."""
    discussion = _discussion(statement, viewer)
    if discussion is not None:
        yield ThreadStep(_("Discussion"), discussion.survey.title_as_read, _page(discussion, viewer))
    if statement.excerpt_id is not None:
        voice = Excerpt.objects.visible_to(viewer).filter(pk=statement.excerpt_id).select_related("group", "school").first()
        if voice is not None:
            yield step_of(voice, viewer)


def became_statements(voice: Excerpt, viewer: Viewer) -> Iterator[ThreadStep]:
    """The statements that were taken from a voice."""
    made = Statement.objects.visible_to(viewer).filter(excerpt=voice.pk, state=Statement.State.SHOWN)
    for statement in made.order_by("discussion__number", "number"):
        yield as_step(statement, viewer)


def _kind(statement: Statement, viewer: Viewer) -> str:
    told = landscape.told_of(viewer, statement)
    if told is None:
        return _("Statement")
    said = {
        "shared": _("Statement that everybody could live with, %(n)s"),
        "divided": _("Statement that divides us, %(n)s"),
        "open": _("Statement, neither shared nor divided for sure, %(n)s"),
    }
    return said[told.outcome] % {"n": told.n} if told.outcome in said else _("Statement")


def _address(statement: Statement, viewer: Viewer) -> str | None:
    """Where it stands among the others: for staff on their page, for anyone on the public one."""
    discussion = _discussion(statement, viewer)
    page = _page(discussion, viewer) if discussion else None
    return f"{page}#s{statement.number}" if page and statement.number else page


def _page(discussion: Discussion, viewer: Viewer) -> str | None:
    if may(viewer, "discussions.see", discussion.district):
        return reverse("deliberation:landscape", args=[discussion.district.slug, discussion.pk])
    if discussion.published_on is not None:
        return reverse("deliberation:public_agree", args=[discussion.district.slug, discussion.number])
    return None


def _discussion(statement: Statement, viewer: Viewer) -> Discussion | None:
    rows = Discussion.objects.visible_to(viewer).select_related("district", "survey__district", "survey__version")
    found: Discussion | None = rows.filter(pk=statement.discussion_id).first()
    return found


def register() -> None:
    """Called once, when the room is ready."""
    register_step(STATEMENT, as_step, find=find)
    register_sources(STATEMENT, said_in)
    register_outcomes(EXCERPT, became_statements)
