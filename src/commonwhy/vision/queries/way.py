"""Reading where the groups stand on a version, and what they would be told that changed since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import REQUIRED_KINDS, District, Group, School
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.vision.models import Clause, Endorsement, VisionVersion

REWRITES = ("changed", "added", "removed")


@dataclass(frozen=True)
class GroupStands:
    """One group, where it stands (None: not recorded), and where it stands in single schools.

    `rewritten`: the text was changed after the day on which the group was heard.
    """

    group: Group
    required: bool
    stand: Endorsement | None
    in_schools: tuple[Endorsement, ...]
    rewritten: bool


def stands(viewer: Viewer, version: VisionVersion) -> list[GroupStands]:
    """Every group that is here but the board, the required ones first; of an adopted version those that said something."""
    found: dict[UUID, list[Endorsement]] = defaultdict(list)
    rows = Endorsement.objects.visible_to(viewer).filter(version=version).select_related("group", "school")
    for row in rows.order_by("school__name"):
        found[row.group_id].append(row)
    order = {kind: place for place, kind in enumerate(dict.fromkeys([*REQUIRED_KINDS, *Group.Kind.values]))}
    groups = Group.objects.visible_to(viewer).filter(district=version.district_id)
    asked = version.is_draft
    here = [group for group in groups if group.pk in found or (asked and not group.not_here and group.kind != Group.Kind.BOARD)]
    last = rewritten_on(version) if found else None
    return [
        GroupStands(
            group,
            group.kind in REQUIRED_KINDS and not group.not_here,
            next((one for one in found[group.pk] if one.school_id is None), None),
            tuple(one for one in found[group.pk] if one.school_id is not None),
            any(last is not None and last > one.heard_on for one in found[group.pk]),
        )
        for group in sorted(here, key=lambda group: (order[group.kind], group.name))
    ]


def rewritten_on(version: VisionVersion) -> date | None:
    """The day, where the district is, on which why, definition or a sentence of this version last changed."""
    written = AuditEntry.objects.filter(
        district_id=version.district_id,
        object_type__in=[VisionVersion._meta.label, Clause._meta.label],
        verb__in=REWRITES,
        at__gte=version.created_at,
    )
    last = written.aggregate(last=Max("at"))["last"]
    return last.astimezone(ZoneInfo(version.district.time_zone)).date() if last else None


def stand_of(viewer: Viewer, version: VisionVersion, group: Group, school: School | None) -> Endorsement | None:
    """What is recorded of one group, in one school or in the district."""
    return Endorsement.objects.visible_to(viewer).filter(version=version, group=group, school=school).first()


def group_or_none(viewer: Viewer, district: District, group: UUID) -> Group | None:
    """A group whose stand can be recorded: any but the board."""
    groups = Group.objects.visible_to(viewer).filter(district=district, pk=group)
    return groups.exclude(kind=Group.Kind.BOARD).first()


def schools_to_record(viewer: Viewer, district: District) -> list[School]:
    """The schools whose stands the viewer may record: all of them, or the viewer's own."""
    own = viewer.school_ids_in(district.pk) if isinstance(viewer, AccountViewer) else frozenset()
    schools = School.objects.visible_to(viewer).filter(district=district, ended=False)
    return list(schools.filter(pk__in=own) if own else schools)


def records_for_district(viewer: Viewer, district: District) -> bool:
    """Whether the viewer may record where a whole group stands, and not only in the viewer's own school."""
    return not isinstance(viewer, AccountViewer) or not viewer.school_ids_in(district.pk)
