"""Who may do what: each capability is a rule over (viewer, district), made of roles.

A room names its capabilities here-style in its own `permissions.py` with `allow`. A school leader holds a capability
for one school; views that list schools ask `viewer.school_ids_in`.
"""

from __future__ import annotations

from typing import Any

import rules

from commonwhy.districts.models import Role
from commonwhy.districts.viewers import Viewer

ANY_SEAT = frozenset(Role.values)


def has_role(*roles: str) -> Any:
    """A predicate: the viewer holds one of `roles` in the district."""
    wanted = frozenset(roles)

    def held(viewer: Viewer, district: Any) -> bool:
        return bool(wanted & viewer.roles_in(district.pk))

    return rules.predicate(f"has_role:{','.join(sorted(wanted))}")(held)


def allow(capability: str, *roles: str) -> None:
    """Say which roles hold `capability`, e.g. `allow("vision.adopt", Role.LEADER)`."""
    rules.add_perm(capability, has_role(*roles))


def may(viewer: Viewer, capability: str, district: Any) -> bool:
    """Whether the viewer holds the capability in the district. An unknown capability is a mistake, so it raises."""
    if not rules.perm_exists(capability):
        raise KeyError(capability)
    return bool(rules.has_perm(capability, viewer, district))


allow("district.see", *ANY_SEAT)
allow("district.manage", Role.ADMINISTRATOR)
allow("people.see", Role.ADMINISTRATOR, Role.LEADER)
allow("roster.import", Role.ADMINISTRATOR)
allow("team.manage", Role.ADMINISTRATOR, Role.LEADER)
