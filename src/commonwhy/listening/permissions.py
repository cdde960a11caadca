"""Who may do what in this room."""

from __future__ import annotations

from typing import Any

import rules

from commonwhy.districts.models import Role
from commonwhy.districts.permissions import ANY_SEAT, allow, has_role
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models.safety import filled_by

LISTENERS = (Role.ADMINISTRATOR, Role.LEADER, Role.COACH, Role.FACILITATOR)

allow("listening.see", *ANY_SEAT - {Role.MEMBER})
allow("listening.run", *LISTENERS, whole_district=True)
# What was told in person is its facilitator's own.
allow("conversations.hold", *LISTENERS)
allow("voices.read", *LISTENERS)
allow("voices.mark", *LISTENERS)
allow("answers.import", *LISTENERS, whole_district=True)
# What goes out to a translator is what one may read already.
allow("answers.translate", *LISTENERS)
# Codes are given to voices, so by whoever reads them; themes are of the whole district.
allow("themes.see", *ANY_SEAT - {Role.MEMBER})
allow("themes.code", *LISTENERS)
allow("themes.shape", *LISTENERS, whole_district=True)
allow("replies.see", *ANY_SEAT - {Role.MEMBER})
allow("replies.write", *LISTENERS, Role.COMMUNICATOR, whole_district=True)
# Publishing answers for the district, and a mail to thousands cannot be called back.
allow("replies.publish", *LISTENERS, whole_district=True)


def _fills_a_named_position(viewer: Viewer, district: Any) -> bool:
    """Whether the account fills, today, a position that reads the safety queue. No role does (FIELD rule 10)."""
    if not isinstance(viewer, AccountViewer) or district.pk not in viewer.district_ids:
        return False
    return filled_by(viewer.account_id, [district.pk]).exists()


fills_a_named_position: Any = rules.predicate(_fills_a_named_position)

allow("safety.name", Role.ADMINISTRATOR, whole_district=True)
rules.add_perm("safety.see", fills_a_named_position)
rules.add_perm("safety.words", fills_a_named_position | has_role(Role.ADMINISTRATOR, whole_district=True))
allow("records.keep", Role.ADMINISTRATOR, whole_district=True)
# By two people, so more than one role has to hold it (FIELD rule 8).
allow("records.dispose", Role.ADMINISTRATOR, Role.LEADER, whole_district=True)
