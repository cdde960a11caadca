"""The stages of a version: planned, begun and ended, with what is known of itself filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min

from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Conversation, Survey
from commonwhy.vision.models import Endorsement, Stage, VisionVersion
from commonwhy.vision.pace import pace


@dataclass(frozen=True)
class StageLine:
    """One stage as the page shows it. `known`: it began on a day nobody had to note."""

    name: str
    label: Any
    planned: tuple[date | None, date | None]
    began: date | None
    ended: date | None
    known: bool
    pace: str

    @property
    def state(self) -> str:
        return "done" if self.ended else "now" if self.began else "waiting"


def lines(viewer: Viewer, version: VisionVersion, today: date) -> list[StageLine]:
    """Every stage in its order, begun or not. At most four queries."""
    kept = {stage.name: stage for stage in Stage.objects.visible_to(viewer).filter(version=version)}
    known = _known(viewer, version)
    found = []
    for name, label in Stage.Name.choices:
        stage = kept.get(name)
        noted = stage.began_on if stage else None
        began = noted or known.get(name)
        ended = stage.ended_on if stage else None
        planned = (stage.planned_from, stage.planned_to) if stage else (None, None)
        words = pace(planned, began, ended, today)
        found.append(StageLine(name, label, planned, began, ended, noted is None and began is not None, words))
    return found


def _known(viewer: Viewer, version: VisionVersion) -> dict[str, date]:
    """When stages began as far as it can be seen: from the first survey or conversation since the version before, from the
    draft itself, and from the first stand of a group."""
    zone = ZoneInfo(version.district.time_zone)
    found: dict[str, date] = {Stage.Name.DRAFTING: version.created_at.astimezone(zone).date()}
    before = VisionVersion.objects.visible_to(viewer).filter(district=version.district_id, number__lt=version.number)
    since = before.exclude(adopted_on=None).order_by("-number").values_list("adopted_on", flat=True).first()
    surveys = Survey.objects.visible_to(viewer).filter(district=version.district_id)
    talks = Conversation.objects.visible_to(viewer).filter(district=version.district_id, state=Conversation.State.HELD)
    if since:
        surveys, talks = surveys.filter(opened_at__date__gt=since), talks.filter(held_on__gt=since)
    opened = surveys.aggregate(first=Min("opened_at"))["first"]
    days = [opened.astimezone(zone).date() if opened else None, talks.aggregate(first=Min("held_on"))["first"]]
    if heard := [day for day in days if day]:
        found[Stage.Name.LISTENING] = min(heard)
    stood = Endorsement.objects.visible_to(viewer).filter(version=version).aggregate(first=Min("heard_on"))["first"]
    if stood:
        found[Stage.Name.ENDORSED] = stood
    return found
