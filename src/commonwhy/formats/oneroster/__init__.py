"""OneRoster CSV 1.1 and 1.2: who is in a district, out of the zip that a student information system exports.

``check`` says what is wrong with a set; ``read_roster`` gives its organizations and streams its people; ``compare``
finds what an import would add, change and end. No Django here. Passwords, telephone numbers and demographics are
never taken out of a row.
"""

from commonwhy.formats.oneroster.findings import Finding, Findings, Severity
from commonwhy.formats.oneroster.manifest import Mode
from commonwhy.formats.oneroster.records import Group, OrgKind, OrgRecord, PersonRecord, Status
from commonwhy.formats.oneroster.roster import Roster, RosterCheck, check, check_of, read_roster
from commonwhy.formats.oneroster.staging import Staged, compare

__all__ = [
    "Finding",
    "Findings",
    "Group",
    "Mode",
    "OrgKind",
    "OrgRecord",
    "PersonRecord",
    "Roster",
    "RosterCheck",
    "Severity",
    "Staged",
    "Status",
    "check",
    "check_of",
    "compare",
    "read_roster",
]
