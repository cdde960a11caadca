"""The plain template: empty as it is handed out, and filled in as people fill it in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.formats.delimited import UnreadableFile
from commonwhy.formats.oneroster import Group, OrgKind, OrgRecord, PersonRecord, Roster, Severity, Status, compare
from commonwhy.formats.roster_template import HEADER, read_any_roster, read_template, write_template


def read(text: str, **how: object) -> Roster:
    return read_template(io.BytesIO(text.encode()), name="people.csv", **how)  # type: ignore[arg-type]


def everybody(roster: Roster) -> list[PersonRecord]:
    return list(roster.people())


def rules(roster: Roster) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.line) for finding in roster.findings]


def test_the_template_has_its_header_and_a_mark_for_excel_and_nobody_in_it(tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    write_template(path)
    assert path.read_bytes() == b"\xef\xbb\xbf" + ",".join(HEADER).encode() + b"\r\n"
    roster = read_template(path)
    assert roster.counts["people"] == 0
    assert not list(roster.findings)


def test_a_filled_in_template_gives_people_schools_and_grades() -> None:
    roster = read(
        "name,email,role,school,grade,language\n"
        "Ana Ruiz,ANA@x.example,teacher,North Primary,,\n"
        'Luis Soto,luis@x.example,student,"North  primary",3rd,Spanish\n'
        "Pat Roe,pat@x.example,administrator,District,,\n"
        "Jo Li,jo@x.example,administrator,South High,,\n"
        "Kim Ode,,parent,South High,,en\n"
    )
    assert not list(roster.findings)
    ana, luis, pat, jo, kim = everybody(roster)
    assert (ana.name, ana.email, ana.role) == ("Ana Ruiz", "ana@x.example", Group.TEACHERS)
    assert luis.org_ids == ana.org_ids
    assert (luis.grades, luis.grade_band, luis.language) == (("03",), "3-5", "es")
    assert (pat.role, pat.org_ids) == (Group.DISTRICT_LEADERS, ())
    assert jo.role is Group.BUILDING_LEADERS
    assert (kim.role, kim.language) == (Group.FAMILIES, "en")
    assert [org.name for org in roster.orgs.values()] == ["North Primary", "South High"]
    assert not roster.absent_have_left


def test_spanish_headers_and_roles_are_understood_and_guesses_told() -> None:
    roster = read(
        "Nombre,Apellidos,Correo electrónico,Puesto,Escuela,Grado\n"
        "Lucía,Vega Mora,lucia@x.example,Prof.,Primaria Sol,\n"
        "Iker,Paz,iker@x.example,estudiante,Primaria Sol,5º\n"
        "Eva,Gil,eva@x.example,directora,Primaria Sol,\n"
    )
    assert [person.role for person in roster.people()] == [Group.TEACHERS, Group.STUDENTS, Group.BUILDING_LEADERS]
    assert everybody(roster)[0].name == "Lucía Vega Mora"
    assert everybody(roster)[1].grade_band == "3-5"
    guesses = {(finding.value, finding.guess) for finding in roster.findings if finding.rule == "role-guess"}
    assert ("Prof.", "teachers") in guesses


def test_a_misspelt_header_and_role_are_taken_with_a_finding() -> None:
    roster = read("Full Nmae,E-mail,Rolle,School\nAna Ruiz,ana@x.example,techer,North\n")
    assert [person.role for person in roster.people()] == [Group.TEACHERS]
    assert [(finding.rule, finding.guess) for finding in roster.findings] == [
        ("header-guess", "name"),
        ("header-guess", "role"),
        ("role-guess", "teachers"),
    ]


def test_bad_rows_are_named_and_good_ones_kept() -> None:
    roster = read(
        "name,email,role,school\n,a@x.example,teacher,N\nJo Li,jo@x.example,wizard,N\nKim Ode,nope,parent,N\nAl Ba,,teacher,N\n"
    )
    assert rules(roster) == [("name-missing", 2), ("role-unknown", 3), ("email-invalid", 4)]
    assert [person.name for person in roster.people()] == ["Kim Ode", "Al Ba"]
    assert roster.counts["rejected"] == 2


def test_one_person_on_two_rows_is_one_person() -> None:
    roster = read("name,email,role,school\nAna Ruiz,ana@x.example,parent,S\nAna Ruiz,ana@x.example,teacher,N\n")
    (ana,) = everybody(roster)
    assert (ana.role, ana.other_roles) == (Group.TEACHERS, (Group.FAMILIES,))
    assert rules(roster) == [("two-roles", 3)]


def test_two_people_who_share_an_address_stay_two() -> None:
    roster = read("name,email,role,school\nAna Ruiz,home@x.example,parent,S\nLeo Ruiz,home@x.example,parent,S\n")
    assert len({person.sourced_id for person in roster.people()}) == 2
    assert rules(roster) == [("email-shared", 3)]


def test_private_columns_are_told_and_never_read() -> None:
    roster = read("name,email,role,school,phone,birth date\nAna Ruiz,ana@x.example,teacher,N,5550101234,1980-02-03\n")
    told = repr([finding.as_dict() for finding in roster.findings]) + repr(everybody(roster))
    assert "5550101234" not in told
    assert "1980-02-03" not in told
    assert [finding.column for finding in roster.findings] == ["phone", "birth date"]


def test_a_school_on_record_is_found_by_its_name() -> None:
    known = {"org-7": OrgRecord("org-7", "North Primary", "school", "", Status.ACTIVE, OrgKind.SCHOOL, "org-7")}
    roster = read("name,email,role,school\nAna Ruiz,a@x.example,teacher,north primary\n", known_orgs=known)
    assert everybody(roster)[0].org_ids == ("org-7",)
    assert not roster.orgs


def test_a_second_import_of_the_same_file_changes_nothing() -> None:
    text = "name,email,role,school\nAna Ruiz,a@x.example,teacher,N\nKim Ode,,parent,N\n"
    existing = {person.sourced_id: person.digest() for person in read(text).people()}
    with compare(existing, read(text).people()) as staged:
        assert staged.counts == {"added": 0, "changed": 0, "ended": 0, "unchanged": 2}


def test_a_file_without_a_role_column_says_what_is_missing() -> None:
    roster = read("name,email\nAna Ruiz,a@x.example\n")
    assert [(finding.rule, finding.column, finding.severity) for finding in roster.findings] == [
        ("header-missing", "role", Severity.ERROR)
    ]


def test_rows_without_a_header_are_not_told_as_headers() -> None:
    roster = read("Ana Ruiz,ana@x.example,teacher,5550101234\n")
    assert "5550101234" not in repr([finding.as_dict() for finding in roster.findings])
    assert [finding.rule for finding in roster.findings] == ["header-missing"]


def test_users_csv_alone_is_sent_back_for_the_whole_set() -> None:
    with pytest.raises(UnreadableFile, match="whole zip or folder"):
        read("sourcedId,givenName,familyName,role\n1,A,B,teacher\n")


def test_what_was_sent_is_told_apart_by_what_it_is() -> None:
    template = io.BytesIO(b"name,role\nAna Ruiz,teacher\n")
    assert read_any_roster(template, name="anything.zip").version == "template"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("users.csv", "sourcedId,givenName,familyName,role,orgSourcedIds\n1,A,B,teacher,\n")
    target.seek(0)
    with read_any_roster(target, name="anything.csv") as roster:
        assert roster.version == "1.1"


@given(st.binary(max_size=800))
def test_any_bytes_give_a_roster_or_a_refusal(data: bytes) -> None:
    try:
        roster = read_template(io.BytesIO(b"name,email,role,school,grade,language\n" + data), name="people.csv")
        assert len(everybody(roster)) == roster.counts["people"]
        list(roster.findings)
    except UnreadableFile:
        return
