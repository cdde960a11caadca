"""A first draft of a reply, out of what is there already: the themes most spoken of, and what came of people's words.

It proposes and decides nothing: somebody reads every line before anyone else does. What did not change nobody can know but
the people who decided, so that part begins empty and asks for its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from commonwhy.accounts.models import User
from commonwhy.core import thread
from commonwhy.core.thread import ThreadStep
from commonwhy.districts.models import District, DistrictOwned
from commonwhy.districts.viewers import PUBLIC, Viewer
from commonwhy.listening.models import Coding, Conversation, Excerpt, Reply, ReplyPoint, Survey, Theme
from commonwhy.listening.services.replies import MOST_POINTS, add_point, begin

MOST_HEARD, MOST_CHANGED, MOST_QUOTED = 6, 6, 3
LOOKED_AT = 80
"""Voices whose thread is followed; each costs a question to every room below."""
Kind = ReplyPoint.Kind


@transaction.atomic
def draft(
    *, district: District, surveys: Sequence[Survey], conversations: Sequence[Conversation], viewer: Viewer, by: User
) -> Reply:
    """Begin a reply and fill it with what can be proposed. Raises ReplyRefused where it would answer nobody."""
    reply = begin(district=district, surveys=surveys, conversations=conversations, by=by)
    fill(reply=reply, viewer=viewer, by=by)
    return reply


@transaction.atomic
def fill(*, reply: Reply, viewer: Viewer, by: User) -> int:
    """Add what can be proposed and is not there yet. Returns how many points came in."""
    surveys = list(Survey.objects.within(reply.district_id).filter(replies=reply).values_list("pk", flat=True))
    conversations = list(Conversation.objects.within(reply.district_id).filter(replies=reply).values_list("pk", flat=True))
    points = list(ReplyPoint.objects.within(reply.district_id).filter(reply=reply))
    there = {point.theme_id for point in points} | {point.target_id for point in points}
    room = MOST_POINTS - len(points)
    voices = _voices(viewer, reply.district, surveys, conversations)
    added = 0
    for theme in _most_spoken_of(viewer, reply.district, surveys, conversations):
        if theme.pk in there or added >= room:
            continue
        quoted = _quotes(viewer, voices, theme)
        texts = _speaking_of(theme, reply.district)
        add_point(reply=reply, kind=Kind.HEARD, texts=texts, by=by, theme=theme.pk, excerpts=quoted)
        added += 1
    said = [point.texts for point in points]
    for label, pk, excerpts in _what_came_of(viewer, voices):
        if pk in there or added >= room:
            continue
        told = _told(viewer, label, pk)
        # One sentence may stand in several versions.
        if told and told not in said:
            said.append(told)
            add_point(reply=reply, kind=Kind.CHANGED, texts=told, by=by, excerpts=excerpts[:MOST_QUOTED], target=(label, pk))
            added += 1
    if not any(point.kind == Kind.NOT_CHANGED for point in points) and added < room:
        add_point(reply=reply, kind=Kind.NOT_CHANGED, texts={}, by=by)
    return added


def _speaking_of(theme: Theme, district: District) -> dict[str, str]:
    """In the district's own language only: a theme is named in one, and half a sentence in another is no translation."""
    with override(district.language):
        return {district.language: _("You told us about this: %(theme)s.") % {"theme": theme.name}}


def _texts_of(surveys: Sequence[UUID], conversations: Sequence[UUID]) -> Q:
    return Q(answer__response__survey__in=surveys, answer__response__submitted=True) | Q(note__conversation__in=conversations)


def _most_spoken_of(viewer: Viewer, district: District, surveys: Sequence[UUID], conversations: Sequence[UUID]) -> list[Theme]:
    """The themes found most often in what the reply answers. How often is not told to anybody here."""
    codes = Coding.objects.visible_to(viewer).filter(_texts_of(surveys, conversations), district=district, sample=None)
    counted = codes.filter(theme__retired=False).values_list("theme").annotate(found=Count("pk", distinct=True))
    keys = [pk for pk, _found in counted.order_by("-found", "theme__name")[:MOST_HEARD]]
    themes = {theme.pk: theme for theme in Theme.objects.within(district).filter(pk__in=keys)}
    return [themes[pk] for pk in keys]


def _voices(viewer: Viewer, district: District, surveys: Sequence[UUID], conversations: Sequence[UUID]) -> QuerySet[Excerpt]:
    """What was marked in the texts that the reply answers: redacted, and fit to be shown to anybody."""
    found: QuerySet[Excerpt] = Excerpt.objects.visible_to(viewer)
    return found.filter(_texts_of(surveys, conversations), district=district).order_by("pk").distinct()


def _quotes(viewer: Viewer, voices: QuerySet[Excerpt], theme: Theme) -> list[UUID]:
    """A few voices that speak of a theme, from as many groups as there are."""
    codes = Coding.objects.visible_to(viewer).filter(theme=theme, sample=None)
    fitting = Q(answer__in=codes.filter(answer__isnull=False).values("answer"))
    fitting |= Q(note__in=codes.filter(note__isnull=False).values("note"))
    by_group: dict[UUID | None, list[UUID]] = {}
    for pk, group in voices.filter(fitting).values_list("pk", "group_id")[:LOOKED_AT]:
        by_group.setdefault(group, []).append(pk)
    turns = max(map(len, by_group.values()), default=0)
    in_turn = [own[turn] for turn in range(turns) for own in by_group.values() if turn < len(own)]
    return in_turn[:MOST_QUOTED]


def _what_came_of(viewer: Viewer, voices: QuerySet[Excerpt]) -> list[tuple[str, UUID, list[UUID]]]:
    """What other rooms made of these voices, what rests on most of them first: model, key, and the voices."""
    rested: dict[tuple[str, UUID], list[UUID]] = {}
    for voice in voices.select_related("district")[:LOOKED_AT]:
        for step in thread.outcomes_of(voice, viewer):
            if _may_answer(step):
                rested.setdefault((step.model, UUID(step.pk)), []).append(voice.pk)
    public = [found for found in rested if _record(PUBLIC, *found) is not None]
    # What nobody may read yet has not changed for anybody.
    ordered = sorted(public, key=lambda found: (-len(rested[found]), str(found)))
    return [(label, pk, rested[label, pk]) for label, pk in ordered[:MOST_CHANGED]]


def _may_answer(step: ThreadStep) -> bool:
    return bool(step.pk) and thread.has_thread(step.model) and not step.model.startswith("listening.")


def _told(viewer: Viewer, label: str, pk: UUID) -> dict[str, str]:
    """What it is, in each language it is written in."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            record = _record(viewer, label, pk)
            step = thread.step_of(record, viewer) if record is not None else None
        if step is not None and step.text and not step.language:
            texts[language] = step.text
    return texts


def _record(viewer: Viewer, label: str, pk: UUID) -> Any:
    model: Any = apps.get_model(label)
    return model.objects.visible_to(viewer).filter(pk=pk).first() if issubclass(model, DistrictOwned) else None


def target_step(viewer: Viewer, label: str, pk: UUID | None) -> ThreadStep | None:
    """What a point says came of it, as the viewer may see it; None where it is gone or not theirs."""
    if not label or pk is None or not thread.has_thread(label):
        return None
    record = _record(viewer, label, pk)
    return thread.step_of(record, viewer) if record is not None else None


def target_steps(viewer: Viewer, points: Iterable[ReplyPoint]) -> dict[UUID, ThreadStep]:
    """The same for many points, by the key of the point."""
    found = ((point.pk, target_step(viewer, point.target_label, point.target_id)) for point in points)
    return {pk: step for pk, step in found if step is not None}
