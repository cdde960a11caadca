"""How a version came about, as a list of days: who was asked and how many answered, when it was written, when the groups
said where they stand, when the board adopted it.

It holds only what is public: the figures were worked out at adoption and passed the gate then (`services.who_was_heard`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Reply
from commonwhy.vision.models import Stage, VisionVersion
from commonwhy.vision.queries.public import PublicVision, Said, said

WRITTEN = (Stage.Name.DRAFTING, Stage.Name.NEGOTIATING, Stage.Name.ALIGNED)


@dataclass(frozen=True)
class Moment:
    """One entry: from when, until when where it lasted, what happened, and where it can be read."""

    day: date
    until: date | None
    words: str
    url: str = ""


@dataclass(frozen=True)
class PublishedReply:
    """The latest reply to those who spoke, and its page where it has one."""

    title: Said
    day: date
    url: str


def timeline(viewer: Viewer, vision: PublicVision, versions: Iterable[VisionVersion]) -> list[Moment]:
    """Everything that led to a version and followed it, in order of time; `versions` are all that were adopted. One query."""
    version = vision.version
    moments = [_heard(step) for step in version.heard.get("way", ()) if isinstance(step, dict)]
    moments += _stages(viewer, version)
    if vision.stands:
        days = [stand.said_on for stand in vision.stands]
        moments.append(_moment(min(days), max(days), _("Groups said where they stand.")))
    if version.adopted_on:
        brought_in = version.origin == VisionVersion.Origin.BROUGHT_IN
        words = _("It was adopted, before we worked with CommonWhy.") if brought_in else _("The board adopted it.")
        moments.append(Moment(version.adopted_on, None, words))
    for other in versions:
        if other.number != version.number and other.adopted_on:
            words = _("Version %(number)s was adopted.") % {"number": other.number}
            url = reverse("vision:public_version", args=[version.district.slug, other.number])
            moments.append(Moment(other.adopted_on, None, words, url))
    return sorted(moments, key=lambda moment: moment.day)


def _heard(step: dict[str, Any]) -> Moment:
    begins = date.fromisoformat(step["from"])
    ends = date.fromisoformat(step["to"]) if step.get("to") else None
    count = step.get("count")
    if step["kind"] == "survey":
        words = _("We asked: %(title)s") % {"title": step["title"]}
        if count:
            told = ngettext("%(count)s person answered.", "%(count)s people answered.", count)
            words = f"{words} {told % {'count': number_format(count, force_grouping=True)}}"
    elif count:
        words = ngettext(
            "We talked with people, in %(count)s conversation.", "We talked with people, in %(count)s conversations.", count
        )
        words = words % {"count": number_format(count, force_grouping=True)}
    else:
        words = _("We talked with people.")
    return _moment(begins, ends, words)


def _stages(viewer: Viewer, version: VisionVersion) -> list[Moment]:
    said_of = {
        Stage.Name.DRAFTING: _("It was written."),
        Stage.Name.NEGOTIATING: _("What it says was negotiated."),
        Stage.Name.ALIGNED: _("It was held beside the standards."),
    }
    rows = Stage.objects.visible_to(viewer).filter(version=version, name__in=WRITTEN).exclude(began_on=None)
    found = {stage.name: _moment(stage.began_on, stage.ended_on, said_of[Stage.Name(stage.name)]) for stage in rows}
    began = version.created_at.astimezone(ZoneInfo(version.district.time_zone)).date()
    written_here = version.origin == VisionVersion.Origin.WRITTEN
    if Stage.Name.DRAFTING not in found and written_here and version.adopted_on and began <= version.adopted_on:
        found[Stage.Name.DRAFTING] = Moment(began, None, _("The writing began."))
    return list(found.values())


def _moment(begins: date, ends: date | None, words: str) -> Moment:
    return Moment(begins, ends if ends and ends > begins else None, words)


def latest_reply(viewer: Viewer, district: District, language: str) -> PublishedReply | None:
    """The reply that anyone may read: what we heard, what changed, what did not and why (M46). One query."""
    reply = (
        Reply.objects.visible_to(viewer).filter(district=district, published_at__isnull=False).order_by("-published_at").first()
    )
    if reply is None:
        return None
    try:
        url = reverse("listening:public_reply", args=[district.slug, reply.number])
    except NoReverseMatch:
        url = ""
    return PublishedReply(said(reply.title, language), reply.published_at.astimezone(ZoneInfo(district.time_zone)).date(), url)
