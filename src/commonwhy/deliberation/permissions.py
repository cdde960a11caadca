"""Who may do what in this room."""

from __future__ import annotations

from commonwhy.districts.models import Role
from commonwhy.districts.permissions import ANY_SEAT, allow

RUNNERS = (Role.ADMINISTRATOR, Role.LEADER, Role.COACH, Role.FACILITATOR)

# A discussion is of the whole district, and so is whoever opens, moderates and closes it.
allow("discussions.run", *RUNNERS, whole_district=True)
allow("discussions.moderate", *RUNNERS)
allow("discussions.see", *ANY_SEAT)
