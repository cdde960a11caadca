"""What a roster changes about schools: found out before the lock is taken, written inside it.

A school that was typed in by hand is taken over by the roster's school of the same name, so that nobody has a school
twice. A school that the roster no longer has keeps its past answers and is no longer offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from commonwhy.districts.models import District, School
from commonwhy.formats.oneroster import OrgKind, OrgRecord, Status
from commonwhy.formats.oneroster.roster import Roster

LONGEST_NAME, LONGEST_KEY = 160, 255


@dataclass
class SchoolChanges:
    """Schools to add and to change, and where each of the roster's ids leads. `changed` holds whole rows to save."""

    fresh: list[School] = field(default_factory=list)
    changed: list[School] = field(default_factory=list)
    ended: list[School] = field(default_factory=list)
    pk_of: dict[str, UUID] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.fresh or self.changed or self.ended)

    @property
    def counts(self) -> dict[str, int]:
        return {"schools_added": len(self.fresh), "schools_changed": len(self.changed), "schools_ended": len(self.ended)}

    def write(self) -> None:
        """Write them, inside the import's transaction."""
        School.everything.bulk_create(self.fresh)
        for school in self.changed:
            school.save(update_fields=["name", "roster_key", "ended"])
        for school in self.ended:
            school.ended = True
            school.save(update_fields=["ended"])


def known_schools(district: District) -> dict[str, OrgRecord]:
    """Schools a roster may lean on, by the id they came with (or, for one typed in by hand, by their own)."""
    return {
        key_of(school): OrgRecord(key_of(school), school.name, "school", "", Status.ACTIVE)
        for school in School.objects.within(district).filter(ended=False)
    }


def key_of(school: School) -> str:
    """The id by which a roster knows a school; its own where it was typed in by hand."""
    return school.roster_key or str(school.pk)


def school_changes(district: District, roster: Roster) -> SchoolChanges:
    """Compare the roster's schools with the district's. Reads only."""
    rows = list(School.objects.within(district))
    by_key = {key_of(school): school for school in rows}
    by_name = {school.name.casefold(): school for school in rows if not school.roster_key}
    taken = {school.name for school in rows}
    changes = SchoolChanges(pk_of={key: school.pk for key, school in by_key.items()})
    for key, record in _schools_of(roster).items():
        if record.status is Status.ENDED:
            continue
        name = record.name[:LONGEST_NAME].strip()
        there = by_key.get(key) or by_name.pop(name.casefold(), None)
        if there is None:
            free = name if name not in taken else f"{name[:120]} ({key[:30]})"
            there = School(district=district, name=free, roster_key=key[:LONGEST_KEY])
            taken.add(free)
            changes.fresh.append(there)
        elif _follow(there, key, name, taken):
            changes.changed.append(there)
        changes.pk_of[key] = there.pk
    changes.ended = _ended(rows, roster)
    return changes


def _schools_of(roster: Roster) -> Mapping[str, OrgRecord]:
    return {org.sourced_id: org for org in roster.orgs.values() if org.kind is OrgKind.SCHOOL}


def _follow(school: School, key: str, name: str, taken: set[str]) -> bool:
    """Take over the roster's id and name, and bring back a school that had ended. Whether anything changed."""
    before = (school.roster_key, school.name, school.ended)
    if not school.roster_key and key != str(school.pk):
        school.roster_key = key[:LONGEST_KEY]
    # A name that another school has stays with it; one that was told apart by its id stays so.
    if school.name != name and name not in taken and not school.name.endswith(f"({key[:30]})"):
        taken.add(name)
        school.name = name
    school.ended = False
    return before != (school.roster_key, school.name, school.ended)


def _ended(rows: list[School], roster: Roster) -> list[School]:
    """Schools that the roster says are gone: by name, or by leaving them out of a whole file."""
    schools = _schools_of(roster)

    def gone(school: School) -> bool:
        said = schools.get(school.roster_key)
        if said is not None:
            return said.status is Status.ENDED
        return roster.absent_orgs_have_left and school.roster_key not in roster.orgs and school.roster_key not in roster.keep

    return [school for school in rows if school.roster_key and not school.ended and gone(school)]
