"""The fixtures: a bulk 1.1 set with every fault that real ones have, and a 1.2 delta."""

from __future__ import annotations

import shutil
from pathlib import Path

from commonwhy.formats.oneroster import Group, Severity, check, compare, read_roster

FIXTURES = Path(__file__).parents[2] / "fixtures" / "oneroster"
BROKEN = FIXTURES / "broken_v1p1"
DELTA = FIXTURES / "delta_v1p2"


def test_every_fault_of_the_broken_set_is_told_where_it_is() -> None:
    told = {(f.rule, f.file, f.line, f.column, f.value, f.guess) for f in check(BROKEN).findings}
    assert told >= {
        ("dangling-org", "orgs.csv", 5, "parentSourcedId", "fb-quarry-campus", ""),
        ("department-as-school", "orgs.csv", 5, "type", "department", "school"),
        ("department", "orgs.csv", 4, "type", "department", "fb-harbor"),
        ("date-only", "orgs.csv", 5, "dateLastModified", "2025-08-01", ""),
        ("line-ends", "orgs.csv", None, "", "", ""),
        ("dangling-term", "academicSessions.csv", 2, "parentSourcedId", "fb-year-2526", ""),
        ("date-format", "academicSessions.csv", 2, "endDate", "19/12/2025", "2025-12-19"),
        ("header-1.0", "classes.csv", 1, "grade", "grade", "grades"),
        ("header-1.0", "classes.csv", 1, "termSourcedId", "termSourcedId", "termSourcedIds"),
        ("word-case", "classes.csv", 2, "classType", "Scheduled", "scheduled"),
        ("dangling-course", "classes.csv", 2, "courseSourcedId", "fb-course-reading", ""),
        ("dangling-term", "classes.csv", 3, "termSourcedIds", "fb-summer", ""),
        ("list-spaces", "classes.csv", 2, "subjects", "Reading, Writing", "Reading,Writing"),
        ("header-guess", "users.csv", 1, "familyNmae", "familyNmae", "familyName"),
        ("password-column", "users.csv", 2, "password", "", ""),
        ("list-spaces", "users.csv", 3, "orgSourcedIds", "fb-harbor, fb-science", "fb-harbor,fb-science"),
        ("status-blank", "users.csv", 5, "status", "", "active"),
        ("role-guess", "users.csv", 9, "role", "Teachers", "teachers"),
        ("dangling-org", "users.csv", 17, "orgSourcedIds", "fb-annex", ""),
        ("email-invalid", "users.csv", 18, "email", "ra…", ""),
        ("two-roles", "users.csv", 22, "role", "fb-u21", "teachers"),
        ("role-unknown", "users.csv", 24, "role", "wizard", ""),
        ("id-missing", "users.csv", 25, "sourcedId", "", ""),
        ("file-name", "Enrollments.csv", None, "", "Enrollments.csv", "enrollments.csv"),
        ("date-format", "Enrollments.csv", 3, "beginDate", "18/08/2025", "2025-08-18"),
        ("enrolled-as", "Enrollments.csv", 5, "role", "student", "teachers"),
        ("dangling-class", "Enrollments.csv", 6, "classSourcedId", "fb-c9", ""),
        ("dangling-user", "Enrollments.csv", 7, "userSourcedId", "fb-u99", ""),
        ("manifest-blank", "manifest.csv", 12, "source.systemCode", "", ""),
        ("private-file", "demographics.csv", None, "", "", ""),
    }


def test_only_what_cannot_be_read_is_rejected_and_everybody_else_comes_in() -> None:
    with read_roster(BROKEN) as roster:
        people = {person.sourced_id: person for person in roster.people()}
    rejected = [finding.line for finding in roster.findings if finding.severity is Severity.ERROR]
    assert rejected == [24, 25]
    assert roster.counts == {
        "orgs": 4,
        "schools": 2,
        "people": 21,
        "ended": 1,
        "rejected": 2,
        "building_leaders": 1,
        "district_leaders": 1,
        "families": 4,
        "students": 7,
        "support_staff": 2,
        "teachers": 6,
    }
    assert people["fb-u01"].role is Group.DISTRICT_LEADERS
    assert people["fb-u02"].role is Group.BUILDING_LEADERS
    assert people["fb-u05"].org_ids == ("fb-harbor",)  # through the department it stands under
    assert people["fb-u06"].name == "Lucía Méndez"
    assert people["fb-u12"].grades == ("04",)  # from the class, as the row has none
    assert people["fb-u03"].other_roles == (Group.FAMILIES,)
    assert people["fb-u03"].also_ids == ("fb-u21",)
    assert "fb-u21" not in people


def test_nothing_private_leaves_the_parser() -> None:
    with read_roster(BROKEN) as roster:
        everything = repr(list(roster.people())) + repr(roster.orgs) + repr([f.as_dict() for f in roster.findings])
    for private in ("removed", "5550100001", "5550100002", "5550100018", "2015-03-02", "female", "opatel"):
        assert private not in everything
    with read_roster(DELTA) as roster:
        everything = repr(list(roster.people())) + repr([f.as_dict() for f in roster.findings])
    for private in ("removed", "5550100030", "2012-11-09", "correct-horse", "he/him", "ywolde,"):
        assert private not in everything


def test_a_zip_a_folder_and_a_folder_in_a_zip_give_the_same(tmp_path: Path) -> None:
    flat = Path(shutil.make_archive(str(tmp_path / "flat"), "zip", BROKEN))
    nested = Path(shutil.make_archive(str(tmp_path / "nested"), "zip", BROKEN.parent, BROKEN.name))
    with read_roster(BROKEN) as folder, read_roster(flat) as one, read_roster(nested) as two:
        expected = [person.digest() for person in folder.people()]
        assert [person.digest() for person in one.people()] == expected
        assert [person.digest() for person in two.people()] == expected
        assert any(finding.rule == "archive" for finding in two.findings)


def test_importing_the_broken_set_again_changes_nothing() -> None:
    with read_roster(BROKEN) as roster:
        existing = {person.sourced_id: person.digest() for person in roster.people() if person.role}
        with compare(existing, roster.people(), absent_have_left=roster.absent_have_left, keep=roster.keep) as staged:
            assert staged.counts == {"added": 0, "changed": 0, "ended": 0, "unchanged": 21}


def test_the_delta_gives_what_changed_and_leaves_the_rest_unsaid() -> None:
    with read_roster(DELTA) as roster:
        people = {person.sourced_id: person for person in roster.people()}
    assert roster.version == "1.2"
    assert not roster.absent_have_left
    new = people["fb-u30"]
    assert (new.role, new.other_roles, new.org_ids) == (Group.BUILDING_LEADERS, (Group.FAMILIES,), ("fb-mill", "fb-harbor"))
    assert people["fb-u31"].given_name == "Jo"  # the name they go by
    assert people["fb-u04"].status == "ended"
    renamed = people["fb-u05"]
    assert (renamed.family_name, renamed.role, renamed.partial) == ("Weiss-Lund", None, True)
    moved = people["fb-u09"]
    assert (moved.name, moved.role, moved.org_ids, moved.partial) == ("", Group.SUPPORT_STAFF, ("fb-mill",), True)
