"""Who may do what: each capability is a rule over (viewer, district), made of roles.

A room names its capabilities here-style in its own `permissions.py` with `allow`. A role in one school gives capabilities
that are shown school by school (views ask `viewer.school_ids_in`), never one that concerns the whole district.
"""

from __future__ import annotations

from typing import Any

import rules

from commonwhy.districts.models import Role
from commonwhy.districts.viewers import Viewer

ANY_SEAT = frozenset(Role.values)


def has_role(*roles: str, whole_district: bool = False) -> Any:
    """A predicate: the viewer holds one of `roles` in the district; `whole_district`: and not in one school only."""
    wanted = frozenset(roles)

    def held(viewer: Viewer, district: Any) -> bool:
        return bool(wanted & (viewer.wide_roles_in(district.pk) if whole_district else viewer.roles_in(district.pk)))

    return rules.predicate(f"has_role:{','.join(sorted(wanted))}{':wide' if whole_district else ''}")(held)


def allow(capability: str, *roles: str, whole_district: bool = False) -> None:
    """Say which roles hold `capability`, e.g. `allow("vision.adopt", Role.LEADER, whole_district=True)`.

    `whole_district`: what it opens is not limited to a school, so neither may be the role.
    """
    rules.add_perm(capability, has_role(*roles, whole_district=whole_district))


def may(viewer: Viewer, capability: str, district: Any) -> bool:
    """Whether the viewer holds the capability in the district. An unknown capability is a mistake, so it raises."""
    if not rules.perm_exists(capability):
        raise KeyError(capability)
    return bool(rules.has_perm(capability, viewer, district))


allow("district.see", *ANY_SEAT)
allow("district.manage", Role.ADMINISTRATOR, whole_district=True)
allow("people.see", Role.ADMINISTRATOR, Role.LEADER, whole_district=True)
allow("roster.import", Role.ADMINISTRATOR, whole_district=True)
allow("team.manage", Role.ADMINISTRATOR, Role.LEADER, whole_district=True)
