"""How many shaped a vision, as it may be said in public: worked out once, at adoption, and kept with the version.

It is made of nothing but figures the coverage page shows, which passed the disclosure gate: groups with a figure of their
own stand alone, all others together, named as such. So nothing can be subtracted that could not be read there, and the
public page computes nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from commonwhy.districts.models import District, Group
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.coverage import participation


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


def _named(group: Group) -> dict[str, str]:
    return {"kind": group.kind, "name": group.name}
