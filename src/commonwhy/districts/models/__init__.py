"""The rows of this room. `scope` comes first: everything else derives from it."""

from commonwhy.districts.models.district import REQUIRED_KINDS, STAFF_KINDS, District, Group, School
from commonwhy.districts.models.membership import INVITATION_LASTS, Invitation, Membership, Role
from commonwhy.districts.models.person import Person
from commonwhy.districts.models.position import Appointment, Position
from commonwhy.districts.models.retention import RetentionClass
from commonwhy.districts.models.scope import DistrictOwned, ScopedQuerySet, UnscopedReadError
from commonwhy.districts.models.standing import GroupStanding

__all__ = [
    "INVITATION_LASTS",
    "REQUIRED_KINDS",
    "STAFF_KINDS",
    "Appointment",
    "District",
    "DistrictOwned",
    "Group",
    "GroupStanding",
    "Invitation",
    "Membership",
    "Person",
    "Position",
    "RetentionClass",
    "Role",
    "School",
    "ScopedQuerySet",
    "UnscopedReadError",
]
