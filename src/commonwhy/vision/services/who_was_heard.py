"""How many shaped a vision, as it may be said in public: worked out once, at adoption, and kept with the version.

It is made of nothing but figures the coverage page shows, which passed the disclosure gate: groups with a figure of their
own stand alone, all others together, named as such. So nothing can be subtracted that could not be read there, and the
public page computes nothing. The same holds for the way it came about: which surveys asked, when, and how many answered as
far as that is told; and that people were talked with, in how many conversations where there were enough to say so.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min

from commonwhy.districts.models import District, Group
from commonwhy.districts.models.district import SMALLEST_K
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Conversation, Survey
from commonwhy.listening.queries.coverage import heard_in_all, participation
from commonwhy.vision.models import VisionVersion

WAY = "way"
"""Where in `VisionVersion.heard` the way is kept."""


def released_lines(viewer: Viewer, district: District) -> dict[str, Any]:
    """`{"surveys", "total", "groups": [{"kind", "name", "count"}], "others": {"count", "groups": [{"kind", "name"}]}}`.

    Empty where too few were heard to say anything. `surveys` is how many surveys the figures are from: with more than one
    the total counts answers, since nobody can tell which of them are from the same person.
    """
    surveys = list(Survey.objects.visible_to(viewer).filter(district=district))
    groups = {group.pk: group for group in Group.objects.visible_to(viewer).filter(district=district)}
    alone: Counter[UUID] = Counter()
    together: dict[UUID, Group] = {}
    counted = total = 0
    for shown in participation(viewer, surveys).values():
        if shown.everyone.heard is None:
            continue
        counted += 1
        total += shown.everyone.heard
        for pk, count in shown.groups.items():
            if pk is None:
                continue
            if count.heard is None:
                together[pk] = groups[pk]
            elif count.heard:
                alone[pk] += count.heard
    if not total:
        return {}
    others = total - sum(alone.values())
    return {
        "surveys": counted,
        "total": total,
        "groups": [{**_named(groups[pk]), "count": count} for pk, count in sorted(alone.items(), key=lambda each: -each[1])],
        "others": {"count": others, "groups": [_named(group) for group in together.values()] if others else []},
    }


def way_of(viewer: Viewer, version: VisionVersion, *, since: date | None = None) -> list[dict[str, Any]]:
    """What was done to hear people for this version, in order of time, each `{"kind", "from", "to", ...}` with ISO days.

    A survey has `title` and, where it is told, `count`; conversations have `count` only from 5 on. `since`: the day the
    version before was adopted; what came before belongs to that one.
    """
    zone = ZoneInfo(version.district.time_zone)
    surveys = Survey.objects.visible_to(viewer).filter(district=version.district_id, opened_at__isnull=False)
    listed = [one for one in surveys if since is None or one.opened_at.astimezone(zone).date() > since]
    heard = heard_in_all(viewer, listed)
    steps: list[dict[str, Any]] = []
    for survey in listed:
        ended = survey.closed_at or (survey.closes_at if survey.is_closed else None)
        begins = survey.opened_at.astimezone(zone).date()
        ends = ended.astimezone(zone).date() if ended else None
        step = {"kind": "survey", "from": begins.isoformat(), "to": ends.isoformat() if ends else "", "title": survey.title}
        count = heard[survey.pk][0].heard if survey.pk in heard else None
        steps.append(step | ({"count": count} if count else {}))
    held = Conversation.objects.visible_to(viewer).filter(district=version.district_id, state=Conversation.State.HELD)
    if since is not None:
        held = held.filter(held_on__gt=since)
    talks = held.aggregate(count=Count("pk"), first=Min("held_on"), last=Max("held_on"))
    if talks["count"]:
        step = {"kind": "conversations", "from": talks["first"].isoformat(), "to": talks["last"].isoformat()}
        steps.append(step | ({"count": talks["count"]} if talks["count"] >= SMALLEST_K else {}))
    return sorted(steps, key=lambda each: (each["from"], each["kind"]))


def _named(group: Group) -> dict[str, str]:
    return {"kind": group.kind, "name": group.name}
