"""Bringing a roster in: repeatable, all of it or nothing, nobody lost who comes back."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.db import IntegrityError, connection
from tests.cast import Cast, make_cast
from tests.districts.rosters import (
    ADA,
    BEN,
    BROKEN,
    CLEO,
    DELTA,
    USERS_HEADER,
    bring_in,
    on_record,
    schools,
    small,
)

from commonwhy.core import audit
from commonwhy.core.models import AuditEntry
from commonwhy.districts import roster, roster_schools
from commonwhy.districts.models import Group, Person, School
from commonwhy.districts.services import add_school

pytestmark = pytest.mark.django_db


def test_people_and_schools_come_in_with_as_little_as_is_needed(cast: Cast) -> None:
    assert bring_in(cast.alder, small()) == {"added": 3, "schools_added": 2}
    assert on_record(cast.alder) == {
        "u1": ("Ada Abara", "ada@x.example", "teachers", "Harbor Lane", "", "", False),
        "u2": ("Ben Brandt", "ben@x.example", "students", "Harbor Lane", "3-5", "", False),
        "u3": ("Cleo Castillo", "cleo@x.example", "families", "Mill Road", "", "", False),
    }
    entry = AuditEntry.objects.get(verb="imported a roster")
    assert (entry.actor, entry.district_id, entry.detail["added"]) == ("test", cast.alder.pk, 3)


@pytest.mark.parametrize("folder", [BROKEN, DELTA], ids=lambda folder: folder.name)
def test_a_set_brought_in_twice_changes_nothing(cast: Cast, folder: Any) -> None:
    first = bring_in(cast.alder, folder)
    before, entries = on_record(cast.alder), AuditEntry.objects.count()
    again = bring_in(cast.alder, folder)
    assert first["added"]
    assert set(again) <= {"unchanged", "rejected"}
    assert again["unchanged"] == first["added"]
    assert again.get("rejected") == first.get("rejected")
    assert on_record(cast.alder) == before
    assert AuditEntry.objects.count() == entries


def test_the_broken_set_comes_in_but_for_the_rows_that_cannot_be_read(cast: Cast) -> None:
    with roster.stage(cast.alder, BROKEN) as staged:
        roster.apply(staged, by="test")
        errors = {(one.file, one.line, one.column, one.value) for one in staged.findings if one.severity == "error"}
    people = on_record(cast.alder)
    assert people["fb-u03"][:4] == ("Taro Mori", "taro.mori@fernbrook.example", "teachers", "Harbor Lane School")
    assert "fb-u23" not in people  # a wizard is no role
    assert ("users.csv", 24, "role", "wizard") in errors
    assert not any("removed" in str(value) or "5550100" in str(value) for row in people.values() for value in row)


def test_a_delta_adds_changes_and_ends(cast: Cast) -> None:
    bring_in(cast.alder, BROKEN)
    before = on_record(cast.alder)
    counts = bring_in(cast.alder, DELTA)
    after = on_record(cast.alder)
    assert counts["added"] == 2
    assert counts["ended"] == 1
    assert after["fb-u30"][2:4] == ("building_leaders", "Mill Road School")
    assert after["fb-u05"][0] == "Petra Weiss-Lund"
    assert after["fb-u05"][2:4] == before["fb-u05"][2:4]  # a delta without a role keeps the role on record
    assert after["fb-u09"][2:4] == ("support_staff", "Mill Road School")  # a role alone moved her
    assert after["fb-u04"][-1] is True
    assert {key for key in before if after[key] == before[key]} >= {"fb-u01", "fb-u11"}


def test_whoever_left_comes_back_as_the_same_person(cast: Cast) -> None:
    bring_in(cast.alder, small())
    pk = Person.objects.within(cast.alder).get(roster_key="u2").pk
    assert bring_in(cast.alder, small(users=USERS_HEADER + ADA + CLEO)) == {"ended": 1, "unchanged": 2}
    assert on_record(cast.alder)["u2"][-1] is True
    assert bring_in(cast.alder, small()) == {"added": 1, "unchanged": 2}
    assert on_record(cast.alder)["u2"][-1] is False
    assert Person.objects.within(cast.alder).get(roster_key="u2").pk == pk


def test_a_change_is_followed_with_and_without_the_cell(cast: Cast) -> None:
    bring_in(cast.alder, small())
    moved = BEN.replace("s1", "s2").replace("student", "teacher")
    counts = bring_in(cast.alder, small(users=USERS_HEADER + ADA.replace("ada@", "a.abara@") + moved + CLEO))
    assert counts == {"changed": 2, "unchanged": 1}
    people = on_record(cast.alder)
    assert people["u1"][1] == "a.abara@x.example"
    assert people["u2"][2:5] == ("teachers", "Mill Road", "")


def test_a_row_that_cannot_be_read_takes_nobody_off(cast: Cast) -> None:
    bring_in(cast.alder, small())
    counts = bring_in(cast.alder, small(users=USERS_HEADER + ADA.replace("teacher", "wizard") + BEN + CLEO))
    assert counts == {"unchanged": 2, "rejected": 1}
    assert on_record(cast.alder)["u1"][-1] is False


def test_an_empty_whole_file_takes_nobody_off(cast: Cast) -> None:
    bring_in(cast.alder, small())
    bring_in(cast.alder, small(users=USERS_HEADER))
    assert not any(row[-1] for row in on_record(cast.alder).values())


def test_another_districts_people_are_left_alone(cast: Cast) -> None:
    bring_in(cast.birch, small())
    bring_in(cast.alder, small(users=USERS_HEADER + ADA))
    bring_in(cast.alder, small(users=USERS_HEADER + BEN))
    assert [row[-1] for row in on_record(cast.birch).values()] == [False] * 3
    assert Person.objects.within(cast.birch).get(roster_key="u1").school.district_id == cast.birch.pk


def test_somebody_entered_by_hand_is_not_ended(cast: Cast) -> None:
    Person.everything.create(district=cast.alder, name="By Hand", group=cast.group("board"))
    bring_in(cast.alder, small())
    bring_in(cast.alder, small(users=USERS_HEADER + ADA))
    assert not Person.objects.within(cast.alder).get(name="By Hand").ended


# Schools


def test_a_school_typed_by_hand_is_taken_over_by_its_name(cast: Cast) -> None:
    by_hand = add_school(district=cast.alder, name="harbor lane", by=cast.superintendent)
    assert bring_in(cast.alder, small())["schools_changed"] == 1
    adopted = School.objects.within(cast.alder).get(roster_key="s1")
    assert (adopted.pk, adopted.name) == (by_hand.pk, "Harbor Lane")
    assert Person.objects.within(cast.alder).get(roster_key="u1").school_id == by_hand.pk
    assert set(bring_in(cast.alder, small())) == {"unchanged"}


def test_a_school_can_change_its_name_although_nobody_changed(cast: Cast) -> None:
    bring_in(cast.alder, small())
    orgs = (
        "sourcedId,name,type,parentSourcedId\nd1,Fernbrook,district,\ns1,Harbor Lane Academy,school,d1\ns2,Mill Road,school,d1\n"
    )
    assert bring_in(cast.alder, small(orgs=orgs)) == {"unchanged": 3, "schools_changed": 1}
    assert schools(cast.alder)["Harbor Lane Academy"] == ("s1", False)


def test_a_school_that_left_and_came_back_is_the_same_school(cast: Cast) -> None:
    bring_in(cast.alder, small())
    pk = School.objects.within(cast.alder).get(roster_key="s2").pk
    without = "sourcedId,name,type,parentSourcedId\nd1,Fernbrook,district,\ns1,Harbor Lane,school,d1\n"
    assert bring_in(cast.alder, small(orgs=without, users=USERS_HEADER + ADA + BEN))["schools_ended"] == 1
    assert schools(cast.alder)["Mill Road"] == ("s2", True)
    assert bring_in(cast.alder, small())["schools_changed"] == 1
    assert School.objects.within(cast.alder).get(name="Mill Road").pk == pk
    assert schools(cast.alder)["Mill Road"] == ("s2", False)


def test_schools_typed_by_hand_are_never_ended_by_a_roster(cast: Cast) -> None:
    bring_in(cast.alder, small())
    assert schools(cast.alder)["Creekside Middle School"] == ("", False)


def test_two_schools_of_one_name_are_told_apart(cast: Cast) -> None:
    orgs = "sourcedId,name,type,parentSourcedId\nd1,Fernbrook,district,\ns1,Central,school,d1\ns2,Central,school,d1\n"
    bring_in(cast.alder, small(orgs=orgs))
    assert {"Central", "Central (s2)"} <= set(schools(cast.alder))
    assert set(bring_in(cast.alder, small(orgs=orgs))) == {"unchanged"}


def test_schools_that_changed_names_with_each_other_keep_what_is_free(cast: Cast) -> None:
    bring_in(cast.alder, small())
    orgs = "sourcedId,name,type,parentSourcedId\nd1,Fernbrook,district,\ns1,Mill Road,school,d1\ns2,Harbor Lane,school,d1\n"
    bring_in(cast.alder, small(orgs=orgs))  # neither name is free, so neither is taken; nothing breaks
    assert {"Mill Road", "Harbor Lane"} <= set(schools(cast.alder))


# The template


def test_the_template_adds_and_changes_and_takes_nobody_off(cast: Cast, tmp_path: Any) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "name,email,role,school,grade,language\n"
        "Ada Abara,ada@x.example,teacher,Creekside Middle School,,\n"
        "Ben Brandt,,student,New School,04,es\n"
        '"=HYPERLINK(""https://evil.example"",""click"")",formula@x.example,parent,Maple Street School,,\n'
    )
    assert bring_in(cast.alder, path) == {"added": 3, "schools_added": 1}
    people = {row[0]: row for row in on_record(cast.alder).values()}
    assert people["Ada Abara"][3] == "Creekside Middle School"
    assert people["Ben Brandt"][3:6] == ("New School", "3-5", "es")
    assert bring_in(cast.alder, path) == {"unchanged": 3}
    path.write_text("name,email,role,school\nAda Abara,ada@x.example,principal,Creekside Middle School\n")
    assert bring_in(cast.alder, path) == {"changed": 1}
    assert len(schools(cast.alder)) == 3


# All of it or nothing


def test_all_or_nothing_changes_nothing_while_a_row_cannot_be_read(cast: Cast) -> None:
    with pytest.raises(roster.RosterRefused):
        bring_in(cast.alder, BROKEN, all_or_nothing=True)
    assert on_record(cast.alder) == {}
    assert not AuditEntry.objects.filter(verb="imported a roster").exists()
    assert bring_in(cast.alder, small(), all_or_nothing=True)["added"] == 3


def test_staging_writes_nothing(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with roster.stage(cast.alder, small(), name="set.zip") as staged:
        assert staged.counts["added"] == 3
    assert on_record(cast.alder) == {}
    assert set(schools(cast.alder)) == {"Creekside Middle School", "Maple Street School"}


def test_an_import_that_fails_in_the_middle_leaves_nothing_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in(cast.alder, small())
    before = (on_record(cast.alder), schools(cast.alder))

    def fail(**_entry: Any) -> None:
        raise IntegrityError("the last write failed")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(IntegrityError):
        bring_in(cast.alder, small(users=USERS_HEADER + ADA.replace("Abara", "Adair"), orgs=small_with_new_school()))
    monkeypatch.undo()
    assert (on_record(cast.alder), schools(cast.alder)) == before
    assert bring_in(cast.alder, small()) == {"unchanged": 3}


def small_with_new_school() -> str:
    return "sourcedId,name,type,parentSourcedId\nd1,Fernbrook,district,\ns1,Harbor Lane,school,d1\ns9,New,school,d1\n"


def test_a_roster_compared_before_another_came_in_is_not_applied(cast: Cast) -> None:
    with roster.stage(cast.alder, small(), name="set.zip") as staged:
        bring_in(cast.alder, small(users=USERS_HEADER + ADA))
        before = on_record(cast.alder)
        with pytest.raises(roster.RosterOvertaken):
            roster.apply(staged, by="test")
    assert on_record(cast.alder) == before
    assert bring_in(cast.alder, small()) == {"added": 2, "unchanged": 1}


@pytest.mark.django_db(transaction=True)
def test_a_server_that_dies_in_the_middle_of_writing_leaves_nothing_behind() -> None:
    """The process is gone between the rows and the end of the transaction, without a chance to tidy up."""
    cast = make_cast()
    bring_in(cast.alder, small())
    before = (on_record(cast.alder), schools(cast.alder))
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            audit.record = lambda **_entry: os._exit(9)
            bring_in(cast.alder, small(users=USERS_HEADER + ADA.replace("Abara", "Adair"), orgs=small_with_new_school()))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert (on_record(cast.alder), schools(cast.alder)) == before
    assert bring_in(cast.alder, small(users=USERS_HEADER + ADA.replace("Abara", "Adair")))["changed"] == 1


# The price


def test_the_lock_is_held_for_few_statements_however_many_people(cast: Cast, django_assert_max_num_queries: Any) -> None:
    rows = "".join(f"v{number},true,s1,student,v{number},Given,Family,v{number}@x.example,04\n" for number in range(1_000))
    with roster.stage(cast.alder, small(users=USERS_HEADER + rows), name="set.zip") as staged, django_assert_max_num_queries(14):
        roster.apply(staged, by="test")
    assert Person.objects.within(cast.alder).count() == 1_000


def test_a_roster_that_names_a_group_finds_it(cast: Cast) -> None:
    """Every group a roster can place people in is one that a district starts with."""
    kinds = set(Group.objects.within(cast.alder).values_list("kind", flat=True))
    assert {group.value for group in roster.RosterGroup} <= kinds


def test_the_longest_names_and_ids_fit(cast: Cast) -> None:
    key, name = "s" * roster_schools.LONGEST_KEY, "Ä" * 300
    orgs = f"sourcedId,name,type,parentSourcedId\nd1,Fernbrook,district,\n{key},{name},school,d1\n"
    users = f"{'u' * 255},true,{key},teacher,u,{'G' * 200},{'F' * 200},{'e' * 60}@x.example,\n"
    counts = bring_in(cast.alder, small(orgs=orgs, users=USERS_HEADER + users))
    assert counts["added"] == 1
    assert set(bring_in(cast.alder, small(orgs=orgs, users=USERS_HEADER + users))) == {"unchanged"}
