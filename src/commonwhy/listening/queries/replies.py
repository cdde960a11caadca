"""Replies as a viewer may read them, what anyone may read, and to whom a reply is still owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from commonwhy.core.models import Job
from commonwhy.core.thread import ThreadStep
from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Conversation, Excerpt, Reply, ReplyMailing, ReplyPoint, Survey, SurveyCell
from commonwhy.listening.services.replies import people_to_write_to
from commonwhy.listening.services.reply_drafting import target_steps

OVERDUE_AFTER = timedelta(days=30)
MOST_OFFERED = 40


@dataclass(frozen=True)
class Said:
    """Words, and their language where it is not the page's."""

    words: str = ""
    lang: str = ""

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return self.words


def said(texts: dict[str, str], language: str) -> Said:
    """A text in `language`, else as it was first written, with its language."""
    if texts.get(language):
        return Said(texts[language])
    code = next((code for code, text in texts.items() if text), "")
    return Said(texts.get(code, ""), code)


@dataclass(frozen=True)
class Point:
    """One thing heard, changed or not changed, as it is read; `step` is what came of it, where the reader may see it."""

    record: ReplyPoint
    text: Said
    why: Said
    excerpts: Sequence[Excerpt]
    step: ThreadStep | None


@dataclass(frozen=True)
class Section:
    """All points of one kind."""

    kind: str
    label: Any
    points: Sequence[Point]


@dataclass(frozen=True)
class Shown:
    """A reply as a page shows it."""

    reply: Reply
    title: Said
    intro: Said
    sections: Sequence[Section]
    surveys: Sequence[str]

    @property
    def written(self) -> Sequence[Section]:
        """The sections that have something to read."""
        return [section for section in self.sections if section.points]


def replies(viewer: Viewer, district: District) -> QuerySet[Reply]:
    """Every reply the viewer may see, the latest first, with the number of its points (`size`)."""
    found: QuerySet[Reply] = Reply.objects.visible_to(viewer).filter(district=district)
    found = found.select_related("district").annotate(size=Count("points", distinct=True))
    return found.prefetch_related("surveys").order_by("-number")


def shown(viewer: Viewer, reply: Reply, language: str) -> Shown:
    """A reply with its points, quotes and what came of them: a handful of queries and one for each thing it leads to."""
    points = list(
        ReplyPoint.objects.visible_to(viewer)
        .filter(reply=reply)
        .select_related("theme")
        .prefetch_related("excerpts__group", "excerpts__school")
        .order_by("position")
    )
    steps = target_steps(viewer, points)
    told = [
        Point(point, said(point.texts, language), said(point.why, language), list(point.excerpts.all()), steps.get(point.pk))
        for point in points
    ]
    return Shown(
        reply=reply,
        title=said(reply.title, language),
        intro=said(reply.intro, language),
        sections=[
            Section(kind.value, kind.label, [each for each in told if each.record.kind == kind]) for kind in ReplyPoint.Kind
        ],
        surveys=[survey.title for survey in reply.surveys.all()],
    )


def published(viewer: Viewer, district: District) -> list[tuple[Reply, str]]:
    """The replies that anyone may read, the latest first, each with its address; for the public pages of every room."""
    found = replies(viewer, district).filter(published_at__isnull=False)
    return [(reply, reverse("listening:public_reply", args=[district.slug, reply.number])) for reply in found]


def published_reply(viewer: Viewer, district: District, number: int) -> Reply | None:
    """One that anyone may read, by its number."""
    return replies(viewer, district).filter(published_at__isnull=False, number=number).first()


def voices_to_quote(viewer: Viewer, point: ReplyPoint) -> list[Excerpt]:
    """The marked words a point may quote: of what its reply answers; those that speak of its theme first."""
    reply = point.reply
    fitting = Q(answer__response__survey__in=reply.surveys.values("pk")) | Q(
        note__conversation__in=reply.conversations.values("pk")
    )
    chosen = set(point.excerpts.values_list("pk", flat=True))
    found = Excerpt.objects.visible_to(viewer).filter(fitting | Q(pk__in=chosen), district=reply.district_id)
    of_theme = Q(answer__codings__theme=point.theme_id, answer__codings__sample=None) if point.theme_id else Q(pk__in=[])
    first = set(found.filter(of_theme).values_list("pk", flat=True)[:MOST_OFFERED])
    every = list(found.select_related("group", "school").distinct().order_by("pk")[: 4 * MOST_OFFERED])
    every.sort(key=lambda each: (each.pk not in chosen, each.pk not in first, str(each.pk)))
    return every[: max(MOST_OFFERED, len(chosen))]


@dataclass(frozen=True)
class Sending:
    """How far the mails of a reply are. `reachable`: how many people can be written to; none of it says who."""

    mailing: ReplyMailing | None
    reachable: int
    under_way: bool

    @property
    def cut_off(self) -> bool:
        return self.mailing is not None and not self.mailing.finished and not self.under_way


def sending(viewer: Viewer, reply: Reply) -> Sending:
    """Where the mails of a reply stand."""
    mailing = ReplyMailing.objects.visible_to(viewer).filter(reply=reply).first()
    job = Job.objects.filter(pk=mailing.job).first() if mailing and mailing.job and not mailing.finished else None
    # An address counts once, as the mails do.
    reachable = people_to_write_to(reply).values("email").distinct().count()
    return Sending(mailing, reachable, job is not None and not job.over)


@dataclass(frozen=True)
class Owed:
    """A survey that ended so long ago without a published reply; `asked`: how many people were asked, where that is known."""

    survey: Survey
    ended_on: date
    asked: int | None


def ended_at(survey: Survey) -> datetime | None:
    """When it stopped taking answers: closed by hand, or its time was over."""
    ends = [when for when in (survey.closed_at, survey.closes_at) if when is not None]
    return min(ends) if ends else None


def answerable(viewer: Viewer, district: District) -> list[Survey]:
    """Surveys that have ended, the latest first: what a reply can be written to."""
    over = Q(closed_at__isnull=False) | Q(closes_at__lte=timezone.now())
    found = Survey.objects.visible_to(viewer).filter(over, district=district, opened_at__isnull=False)
    return sorted(found.select_related("district"), key=lambda survey: ended_at(survey) or timezone.now(), reverse=True)


def held_conversations(viewer: Viewer, district: District) -> list[Conversation]:
    """Conversations the viewer has held, which a reply can answer too."""
    found = Conversation.objects.visible_to(viewer).filter(district=district, state=Conversation.State.HELD)
    return list(found.order_by("-held_on")[:MOST_OFFERED])


def owed(viewer: Viewer, district: District) -> list[Owed]:
    """The surveys that people were promised a reply to and have none after thirty days; the longest ago first. Two queries.

    Surveys that came in by a file were asked elsewhere, so no reply is counted as due for them.
    """
    until = timezone.now() - OVERDUE_AFTER
    late = Survey.objects.visible_to(viewer).filter(
        Q(closed_at__lte=until) | Q(closes_at__lte=until), district=district, opened_at__isnull=False, imported_from=""
    )
    answered = Reply.objects.visible_to(viewer).filter(district=district, published_at__isnull=False)
    late = late.exclude(pk__in=answered.filter(surveys__isnull=False).values("surveys")).select_related("district")
    surveys = [survey for survey in late if (ended_at(survey) or timezone.now()) <= until]
    asked = _asked(viewer, surveys)
    found = [Owed(survey, end.date(), asked.get(survey.pk)) for survey in surveys if (end := ended_at(survey))]
    return sorted(found, key=lambda each: each.ended_on)


def people_owed(viewer: Viewer, every: Sequence[Owed]) -> int:
    """How many people were asked by these surveys. Somebody asked by several counts once, as far as places tell."""
    cells = SurveyCell.objects.visible_to(viewer).filter(survey__in=[each.survey for each in every], asked__isnull=False)
    largest: dict[tuple[UUID, UUID | None], int] = {}
    for group, school, asked in cells.values_list("group_id", "school_id", "asked"):
        largest[group, school] = max(asked, largest.get((group, school), 0))
    return sum(largest.values())


def _asked(viewer: Viewer, surveys: Sequence[Survey]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    cells = SurveyCell.objects.visible_to(viewer).filter(survey__in=surveys, asked__isnull=False)
    for survey, asked in cells.values_list("survey_id", "asked"):
        found[survey] = found.get(survey, 0) + asked
    return found
