"""One set that is right, and what each single fault does to it."""

from __future__ import annotations

import io

import pytest
from tests.formats.oneroster.small_sets import ORGS, ROLES_HEADER, USERS, USERS_1_2, Read, manifest_for, zip_of

from commonwhy.formats.archives import ArchiveLimits
from commonwhy.formats.messages import UnreadableFile
from commonwhy.formats.oneroster import Group, OrgKind, OrgRecord, PersonRecord, Roster, Severity, Status, read_roster

USERS_HEADER = USERS.split("\n")[0] + "\n"


def rules(roster: Roster) -> list[str]:
    return [finding.rule for finding in roster.findings]


def ids(roster: Roster) -> list[str]:
    return [person.sourced_id for person in roster.people()]


def only(roster: Roster) -> PersonRecord:
    (person,) = roster.people()
    return person


def test_a_set_that_is_right_has_no_findings(read: Read) -> None:
    roster = read()
    assert not list(roster.findings)
    assert ids(roster) == ["u1", "u2", "u3"]
    assert ids(roster) == ["u1", "u2", "u3"]  # and again
    assert roster.absent_have_left


def test_headers_are_matched_whatever_their_order_and_case(read: Read) -> None:
    header = "FAMILYNAME,given_name,E-Mail,Role,orgsourcedids,SourcedID,username,enableduser"
    users = f"{header}\nAbara,Ada,a@x.example,teacher,s1,u1,u,true\n"
    person = only(roster := read(users=users))
    assert (person.sourced_id, person.name, person.email) == ("u1", "Ada Abara", "a@x.example")
    assert set(rules(roster)) == {"header-case"}


def test_a_column_without_a_name_is_known_by_its_place(read: Read) -> None:
    roster = read(users=USERS.replace(",role,", ",,"))
    assert [person.role for person in roster.people()] == [Group.TEACHERS, Group.STUDENTS, Group.FAMILIES]
    assert [(f.rule, f.guess) for f in roster.findings] == [("header-empty", "role")]


def test_a_file_without_a_header_is_refused_and_nothing_of_it_shown(read: Read) -> None:
    roster = read(users="u1,true,s1,teacher,secretname,Ada,Abara,ada@x.example,5550101234\n")
    assert not ids(roster)
    shown = repr([finding.as_dict() for finding in roster.findings])
    assert "5550101234" not in shown
    assert "Abara" not in shown
    assert not roster.absent_have_left


def test_a_comma_too_many_rejects_the_row_rather_than_shift_a_phone_into_a_name(read: Read) -> None:
    roster = read(users=USERS + "u4,true,s1,teacher,u4,Di,Dube,Jr,di@x.example,,\n")
    assert ids(roster) == ["u1", "u2", "u3"]
    assert rules(roster) == ["row-too-long"]
    assert roster.keep == {"u4"}


PRIVATE_HEADER = "sourcedId,role,orgSourcedIds,givenName,familyName,email,phone,grades,password,preferredGivenName\n"


@pytest.mark.parametrize(
    "row",
    [
        "u4,student,s1,Di,Dube,5550101234,,hunter2,\n",  # a comma too few: the password moves to the grades
        "u4,student,s1,Di,Dube,5550101234,hunter2\n",
        "u4,student,s1,Di,Dube,Jr,di@x.example,5550101234,04,hunter2,\n",  # one too many, and an empty end
        "u4,student,s1,Di,Dube,Jr,III,di@x.example,5550101234,04,hunter2\n",
    ],
)
def test_a_row_whose_values_moved_brings_nothing_private_into_a_record_or_a_finding(read: Read, row: str) -> None:
    good = "u5,teacher,s1,Eli,Ito,eli@x.example,,,,\n"
    roster = read(users=PRIVATE_HEADER + row + good + good.replace("u5", "u6").replace("eli", "eve").replace("Eli", "Eve"))
    assert ids(roster) == ["u5", "u6"]
    assert roster.keep == {"u4"}
    everything = repr(list(roster.people())) + repr([finding.as_dict() for finding in roster.findings])
    assert "hunter2" not in everything
    assert "5550101234" not in everything


def test_rows_that_all_end_in_a_comma_are_read(read: Read) -> None:
    header, *rows = USERS.strip().split("\n")
    roster = read(users="\n".join([header, *(row + "," for row in rows)]))
    assert ids(roster) == ["u1", "u2", "u3"]
    assert rules(roster) == ["rows-end-in-commas"]


def test_a_short_row_without_private_columns_is_read_with_a_warning(read: Read) -> None:
    roster = read(users=USERS + "u4,true,s1,teacher,u4,Di,Dube\n")
    assert ids(roster)[-1] == "u4"
    assert rules(roster) == ["row-too-short"]


def test_a_person_whose_row_is_rejected_has_not_left(read: Read) -> None:
    roster = read(users=USERS + "u4,true,s1,wizard,u4,Di,Dube,,\n")
    assert roster.absent_have_left
    assert "u4" in roster.keep


@pytest.mark.parametrize(
    ("manifest", "rule"),
    [
        (None, "manifest-missing"),
        (manifest_for("1.1", orgs="bulk", users=""), "manifest-mode"),
        (manifest_for("1.1", orgs="bulk", users="absent"), "manifest-mode"),
        (manifest_for("1.1", orgs="bulk"), "manifest-mode"),
    ],
)
def test_where_it_is_not_sure_that_the_file_is_whole_nobody_is_taken_off(read: Read, manifest: str | None, rule: str) -> None:
    roster = read(manifest=manifest)
    assert rule in rules(roster)
    assert not roster.absent_have_left
    assert ids(roster) == ["u1", "u2", "u3"]


def test_a_bulk_file_that_is_not_there_is_an_error_and_takes_nobody_off(read: Read) -> None:
    roster = read(users=None, manifest=manifest_for("1.1", orgs="bulk", users="bulk"))
    assert [(f.rule, f.file, f.value, f.severity) for f in roster.findings] == [
        ("file-absent", "users.csv", "bulk", Severity.ERROR)
    ]
    assert not roster.absent_have_left


@pytest.mark.parametrize("users", [USERS_HEADER, "", USERS + "x" * 300_000])
def test_a_bulk_file_that_is_empty_or_breaks_off_takes_nobody_off(read: Read, users: str) -> None:
    roster = read(users=users)
    assert not roster.absent_have_left
    assert any(finding.severity is Severity.ERROR for finding in roster.findings)


def test_rows_before_the_break_are_kept(read: Read) -> None:
    assert ids(read(users=USERS + "x" * 300_000)) == ["u1", "u2", "u3"]


@pytest.mark.parametrize(
    ("parent_rows", "school"),
    [
        ("s1,Harbor,school,d1\n", "s1"),
        ("s1,Wing,department,s2\ns2,Harbor,school,\n", "s2"),
        ("", "dep"),
        ("s1,X,department,dep\n", "dep"),
    ],
)
def test_a_department_leads_to_the_school_above_it_or_is_one(read: Read, parent_rows: str, school: str) -> None:
    orgs = f"sourcedId,name,type,parentSourcedId\ndep,History,department,s1\n{parent_rows}"
    person = only(read(orgs=orgs, users=USERS_HEADER + "u1,true,dep,teacher,u1,Ada,Abara,,\n"))
    assert person.org_ids == (school,)


def test_departments_in_a_circle_are_climbed_once(read: Read) -> None:
    orgs = "sourcedId,name,type,parentSourcedId\na,A,department,b\nb,B,department,a\n"
    roster = read(orgs=orgs, users=USERS_HEADER + "u1,true,a,teacher,u1,Ada,Abara,,\n")
    assert rules(roster) == ["department-as-school", "department-as-school"]


@pytest.mark.parametrize(
    ("role", "orgs", "group"),
    [
        ("administrator", "s1", Group.BUILDING_LEADERS),
        ("administrator", "d1", Group.DISTRICT_LEADERS),
        ("administrator", '"d1,s1"', Group.DISTRICT_LEADERS),
        ("administrator", "", Group.DISTRICT_LEADERS),
        ("aide", "s1", Group.SUPPORT_STAFF),
        ("proctor", "s1", Group.SUPPORT_STAFF),
        ("guardian", "s1", Group.FAMILIES),
        ("relative", "s1", Group.FAMILIES),
        ("Principal", "s1", Group.BUILDING_LEADERS),
        ("counselor", "s1", Group.SUPPORT_STAFF),
        ("districtAdministrator", "d1", Group.DISTRICT_LEADERS),
        ("siteAdministrator", "s1", Group.BUILDING_LEADERS),
        ("TEACHER", "s1", Group.TEACHERS),
    ],
)
def test_each_role_leads_to_its_group(read: Read, role: str, orgs: str, group: Group) -> None:
    roster = read(users=USERS_HEADER + f"u1,true,{orgs},{role},u1,Ada,Abara,,\n")
    assert only(roster).role is group
    assert not list(roster.findings)


def test_one_id_with_two_roles_is_one_person(read: Read) -> None:
    roster = read(users=USERS + "u1,true,s2,parent,u1,Ada,Abara,ada@x.example,\n")
    ada = next(iter(roster.people()))
    assert (ada.role, ada.other_roles, ada.org_ids) == (Group.TEACHERS, (Group.FAMILIES,), ("s1", "s2"))
    assert rules(roster) == ["two-roles"]
    assert roster.counts["people"] == 3


def test_one_id_with_two_names_keeps_the_first_and_rejects_the_second(read: Read) -> None:
    roster = read(users=USERS + "u1,true,s2,parent,u1,Zoe,Zorn,zoe@x.example,\n")
    assert next(roster.people()).name == "Ada Abara"
    assert rules(roster) == ["id-twice"]


def test_somebody_who_ended_and_came_back_in_one_file_is_there(read: Read) -> None:
    users = "status," + USERS_HEADER + "tobedeleted,u1,true,s1,teacher,u1,Ada,Abara,,\nactive,u1,true,s2,teacher,u1,Ada,Abara,,\n"
    person = only(read(users=users))
    assert (person.status, person.org_ids) == (Status.ACTIVE, ("s2",))


def test_1_0_statuses_are_read_with_a_warning(read: Read) -> None:
    users = "status," + USERS_HEADER + "inactive,u1,true,s1,teacher,u1,Ada,Abara,,\nactive,u2,true,s1,teacher,u2,Bo,Ba,,\n"
    roster = read(users=users)
    assert [person.status for person in roster.people()] == [Status.ENDED, Status.ACTIVE]
    assert rules(roster) == ["status-1.0"]


def test_a_status_that_is_blank_everywhere_is_as_the_standard_wants_it(read: Read) -> None:
    users = "status," + USERS_HEADER + ",u1,true,s1,teacher,u1,Ada,Abara,,\n,u2,true,s1,teacher,u2,Bo,Ba,,\n"
    assert not list(read(users=users).findings)


def test_1_2_roles_come_from_roles_csv_the_primary_first(read: Read) -> None:
    roles = ROLES_HEADER + "r1,u1,secondary,teacher,s1\nr2,u1,primary,parent,s2\n"
    roster = read(version="1.2", users=USERS_1_2, roles=roles)
    person = only(roster)
    assert (person.role, person.other_roles, person.org_ids) == (Group.FAMILIES, (Group.TEACHERS,), ("s2", "s1"))
    assert rules(roster) == ["two-roles"]


def test_1_2_somebody_without_a_role_is_rejected_in_bulk_and_kept_partial_in_a_delta(read: Read) -> None:
    bulk = read(version="1.2", users=USERS_1_2, roles=ROLES_HEADER + "r1,u9,primary,teacher,s1\n")
    assert not ids(bulk)
    assert {"role-missing", "dangling-user"} <= set(rules(bulk))
    assert "u1" in bulk.keep
    delta = read(version="1.2", mode="delta", users=USERS_1_2, roles=ROLES_HEADER + "r1,u9,primary,teacher,s1\n")
    assert [(person.sourced_id, person.partial) for person in delta.people()] == [("u1", True), ("u9", True)]


def test_a_delta_leans_on_organizations_on_record(read: Read) -> None:
    known = {"s9": OrgRecord("s9", "Elm", "school", "", Status.ACTIVE, OrgKind.SCHOOL, "s9")}
    users = USERS_HEADER + 'u1,true,"s9,gone",teacher,u1,Ada,Abara,,\n'
    with_record = read(mode="delta", orgs=None, users=users, known_orgs=known)
    assert only(with_record).org_ids == ("s9",)
    assert [(f.rule, f.value) for f in with_record.findings] == [("dangling-org", "gone")]
    without = read(mode="delta", orgs=None, users=users)
    assert only(without).org_ids == ("s9", "gone")
    assert "dangling-org" not in rules(without)


def test_school_data_sync_1_is_recognised_and_sent_back() -> None:
    source = zip_of({"School.csv": "SIS ID,Name\n1,A\n", "Student.csv": "SIS ID\n", "Teacher.csv": "SIS ID\n"})
    with pytest.raises(UnreadableFile, match="Microsoft School Data Sync"):
        read_roster(source, name="sds.zip")


def test_school_data_sync_2_is_recognised_and_read() -> None:
    source = zip_of(
        {
            "orgs.csv": "sourcedId,name,type,parentSourcedId\ns1,Harbor,school,\n",
            "users.csv": "sourcedId,username,givenName,familyName,activeDirectoryMatchId\nu1,u,Ada,Abara,a@x.example\n",
            "roles.csv": "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary\nu1,s1,faculty,,,true\n",
        }
    )
    with read_roster(source, name="sds.zip") as roster:
        assert roster.version == "sds-2.1"
        assert only(roster).role is Group.TEACHERS
        assert "school-data-sync" in rules(roster)


def test_what_is_no_roster_at_all_is_refused_with_the_way_out() -> None:
    with pytest.raises(UnreadableFile, match="plain template"):
        read_roster(zip_of({"photos.csv": "a\n1\n"}), name="x.zip")
    with pytest.raises(UnreadableFile, match="not a zip"):
        read_roster(io.BytesIO(USERS.encode()), name="users.csv")


def test_a_misspelt_file_name_is_taken_with_a_finding() -> None:
    source = zip_of({"manifest.csv": manifest_for("1.1", orgs="bulk", users="bulk"), "org.csv": ORGS, "Users.csv": USERS})
    with read_roster(source, name="x.zip") as roster:
        assert len(ids(roster)) == 3
        assert {(f.value, f.guess) for f in roster.findings if f.rule == "file-name"} == {
            ("org.csv", "orgs.csv"),
            ("Users.csv", "users.csv"),
        }


def test_a_phone_number_in_the_email_column_is_not_shown(read: Read) -> None:
    roster = read(users=USERS_HEADER + "u1,true,s1,teacher,u1,Ada,Abara,555-010-1234,\n")
    assert only(roster).email == ""
    assert [(f.rule, f.value) for f in roster.findings] == [("email-invalid", "…")]


def test_a_fault_on_every_row_is_told_a_few_times_and_counted(read: Read) -> None:
    rows = "".join(f"u{n},true,s1,Teachers,u{n},Ada,Abara{n},,\n" for n in range(1_000))
    roster = read(users=USERS_HEADER + rows)
    assert len(roster.findings) == 201
    assert list(roster.findings)[-1].reason.startswith("800 more")
    assert roster.counts["people"] == 1_000


def test_every_rejected_row_is_named(read: Read) -> None:
    rows = "".join(f"u{n},true,s1,wizard,u{n},Ada,Abara{n},,\n" for n in range(1_000))
    roster = read(users=USERS_HEADER + rows)
    assert [finding.line for finding in roster.findings if finding.rule == "role-unknown"] == list(range(2, 1_002))


def test_a_finding_translates_its_reason_and_goes_into_json(read: Read) -> None:
    finding = next(iter(read(users=USERS + "u4,true,s1,wizard,u4,Di,Dube,,\n").findings))
    assert finding.message.text(lambda text: "«%(value)s»") == "«wizard»"
    assert finding.as_dict() == {
        "file": "users.csv",
        "line": 5,
        "column": "role",
        "value": "wizard",
        "reason": "“wizard” is not a role that is known, so the row was not read.",
        "guess": "",
        "severity": "error",
        "rule": "role-unknown",
    }


def test_one_row_over_and_over_is_one_person_and_is_kept_once(read: Read) -> None:
    row = "u1,true,s1,teacher,u1,Ada,Abara,ada@x.example,\n"
    roster = read(users=USERS_HEADER + row * 2_000)
    with_extras = only(roster)
    assert (with_extras.role, with_extras.org_ids, with_extras.also_ids) == (Group.TEACHERS, ("s1",), ())
    assert len(roster.findings) < 300


def test_a_set_that_unpacks_to_far_too_much_stops_and_takes_nobody_off(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commonwhy.formats.oneroster.roster.ROSTER_LIMITS", ArchiveLimits(max_total_bytes=50_000))
    rows = "".join(f"u{n},true,s1,teacher,u{n},Ada,Abara{n},,\n" for n in range(5_000))
    roster = read(users=USERS_HEADER + rows)
    assert any("unpacks to far more" in finding.reason for finding in roster.findings)
    assert not roster.absent_have_left
