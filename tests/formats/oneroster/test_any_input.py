"""Whatever stands in the files, reading ends, raises nothing but ``UnreadableFile``, and never loses a good row."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.formats.oneroster.small_sets import ORGS, USERS, manifest_for, zip_of

from commonwhy.formats.messages import UnreadableFile
from commonwhy.formats.oneroster import Group, PersonRecord, read_roster
from commonwhy.formats.oneroster.people import PeopleIndex

HEADER = USERS.split("\n")[0]
NAMES = ("manifest", "orgs", "users", "roles", "academicSessions", "courses", "classes", "enrollments")
MODES = st.sampled_from(["bulk", "delta"])

line = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)
cell = st.one_of(
    st.sampled_from(
        ["", "u1", "s1", "teacher", "student", "active", "tobedeleted", "primary", "1/2/2025", "a, b", '"', "x@y.zz"]
    ),
    st.text(max_size=8),
)
row = st.lists(cell, max_size=20).map(",".join)
header = st.lists(
    st.sampled_from(
        [*HEADER.split(","), "status", "userSourcedId", "orgSourcedId", "roleType", "name", "type", "", "password", "zz"]
    ),
    min_size=1,
    max_size=12,
).map(",".join)


@given(st.lists(line, max_size=8), st.lists(line, max_size=8), MODES)
def test_good_rows_are_never_lost_to_bad_neighbours(before: list[str], after: list[str], mode: str) -> None:
    good = [f"good-{n},true,s1,teacher,g{n},Given{n},Family{n},good{n}@x.example," for n in range(4)]
    lines = [HEADER, good[0], *before, good[1], *after, good[2], *before[:2], good[3]]
    source = zip_of(
        {"manifest.csv": manifest_for("1.1", orgs="bulk", users=mode), "orgs.csv": ORGS, "users.csv": "\n".join(lines)}
    )
    with read_roster(source, name="x.zip") as roster:
        found = {person.sourced_id for person in roster.people()}
    assert {f"good-{n}" for n in range(4)} <= found


@given(st.dictionaries(st.sampled_from(NAMES), st.binary(max_size=300), max_size=8), MODES)
def test_any_bytes_in_any_file_end_in_a_roster_or_a_refusal(files: dict[str, bytes], mode: str) -> None:
    given_files: dict[str, str | bytes] = {
        "manifest": manifest_for("1.2", **dict.fromkeys(NAMES[1:], mode)),
        "orgs": ORGS,
        **files,
    }
    read_or_refuse(given_files)


@given(st.dictionaries(st.sampled_from(NAMES[1:]), st.tuples(header, st.lists(row, max_size=6)), min_size=1, max_size=7), MODES)
def test_any_rows_under_any_header_end_in_a_roster_or_a_refusal(files: dict[str, tuple[str, list[str]]], mode: str) -> None:
    tables: dict[str, str | bytes] = {
        name: "\n".join([top, *rows]).encode("utf-8", "replace") for name, (top, rows) in files.items()
    }
    read_or_refuse({"manifest": manifest_for("1.1", **dict.fromkeys(files, mode)), **tables})


def read_or_refuse(files: dict[str, str | bytes]) -> None:
    try:
        with read_roster(zip_of({f"{name}.csv": data for name, data in files.items()}), name="x.zip") as roster:
            people = list(roster.people())
            told = [finding.as_dict() for finding in roster.findings]
    except UnreadableFile:
        return
    assert len({person.sourced_id for person in people}) == len(people)
    assert all(finding["reason"] for finding in told)


def test_a_file_of_nothing_but_one_row_keeps_one_row_of_it() -> None:
    record = PersonRecord("u1", "Ada", "Abara", "ada@x.example", Group.TEACHERS, org_ids=("s1",))
    index = PeopleIndex()
    for _ in range(5_000):
        index.remember("u1", record)
    for number in range(5_000):
        index.remember("u2", replace(record, org_ids=(f"s{number}",)))
    assert len(index.extras["u1"]) == 1
    assert len(index.extras["u2"]) < 100
