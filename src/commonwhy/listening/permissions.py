"""Who may do what in this room."""

from __future__ import annotations

from commonwhy.districts.models import Role
from commonwhy.districts.permissions import ANY_SEAT, allow

LISTENERS = (Role.ADMINISTRATOR, Role.LEADER, Role.COACH, Role.FACILITATOR)

allow("listening.see", *ANY_SEAT - {Role.MEMBER})
allow("listening.run", *LISTENERS, whole_district=True)
# What was told in person is its facilitator's own.
allow("conversations.hold", *LISTENERS)
allow("voices.read", *LISTENERS)
allow("voices.mark", *LISTENERS)
allow("answers.import", *LISTENERS, whole_district=True)
