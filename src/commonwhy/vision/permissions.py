"""Who may do what in this room."""

from __future__ import annotations

from commonwhy.districts.models import Role
from commonwhy.districts.permissions import ANY_SEAT, allow
from commonwhy.vision.models.trade_off import MEDIATORS

AUTHORS = (Role.ADMINISTRATOR, Role.LEADER, Role.SCHOOL_LEADER, Role.COACH, Role.FACILITATOR)

allow("gap.see", *ANY_SEAT - {Role.MEMBER})
allow("gap.measure", Role.ADMINISTRATOR, Role.LEADER, Role.COACH, Role.FACILITATOR, whole_district=True)
# Board members preview, ask and approve; they do not write (FIELD rule 12).
allow("vision.see", *ANY_SEAT)
allow("vision.write", *AUTHORS)
allow("ambassadors.see", *ANY_SEAT - {Role.MEMBER})
allow("vision.adopt", Role.ADMINISTRATOR, Role.LEADER, whole_district=True)
# How many stood where is the authors' own note; the stand itself is read by whoever reads the vision.
allow("vision.endorse", *AUTHORS)
allow("vision.lead_the_way", Role.ADMINISTRATOR, Role.LEADER, Role.COACH, Role.FACILITATOR, whole_district=True)
allow("vision.preview", *AUTHORS, Role.BOARD_MEMBER)
allow("vision.ask", Role.BOARD_MEMBER)
allow("vision.answer", *AUTHORS)
allow("vision.drift", *ANY_SEAT - {Role.MEMBER})
allow("vision.reaffirm", Role.ADMINISTRATOR, Role.LEADER, Role.COACH, Role.FACILITATOR, whole_district=True)
# What is being negotiated is read by those who read the draft before it is everybody's; what is settled is public.
allow("trade_offs.see", *ANY_SEAT - {Role.MEMBER})
allow("trade_offs.negotiate", *AUTHORS)
allow("trade_offs.settle", Role.ADMINISTRATOR, Role.LEADER, Role.COACH, Role.FACILITATOR, whole_district=True)
# Those who mediate, and nobody above them (M43).
allow("confidential_notes", *MEDIATORS)
