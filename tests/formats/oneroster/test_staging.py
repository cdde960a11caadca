"""What an import would do, before anything is written."""

from __future__ import annotations

from dataclasses import replace

from commonwhy.formats.oneroster import Group, PersonRecord, Status, compare


def person(sourced_id: str, **changes: object) -> PersonRecord:
    record = PersonRecord(sourced_id, "Ada", "Abara", f"{sourced_id}@x.example", Group.TEACHERS, org_ids=("s1",))
    return replace(record, **changes)  # type: ignore[arg-type]


def on_record(*records: PersonRecord) -> dict[str, str]:
    return {record.sourced_id: record.digest() for record in records}


def test_what_is_new_changed_unchanged_and_gone_is_told_apart() -> None:
    existing = on_record(person("a"), person("b"), person("c"), person("d"))
    incoming = [person("a"), person("b", family_name="Brandt"), person("d", status=Status.ENDED), person("e")]
    with compare(existing, incoming, absent_have_left=True) as staged:
        assert staged.counts == {"added": 1, "changed": 1, "ended": 2, "unchanged": 1}
        assert [record.sourced_id for batch in staged.added() for record in batch] == ["e"]
        assert [record.family_name for batch in staged.changed() for record in batch] == ["Brandt"]
        assert set(staged.ended) == {"c", "d"}


def test_a_delta_takes_off_only_who_it_names() -> None:
    with compare(on_record(person("a"), person("b")), [person("b", status=Status.ENDED)]) as staged:
        assert staged.ended == ["b"]


def test_whoever_was_on_a_rejected_row_stays() -> None:
    with compare(on_record(person("a"), person("b")), [person("a")], absent_have_left=True, keep={"b"}) as staged:
        assert staged.ended == []


def test_somebody_who_ended_and_is_not_on_record_is_nothing() -> None:
    with compare({}, [person("a", status=Status.ENDED)]) as staged:
        assert not any(staged.counts.values())


def test_a_partial_record_is_filled_from_what_is_on_record() -> None:
    known = {"a": person("a")}
    partial = person("a", given_name="", family_name="", email="")
    assert partial.partial

    def fill(record: PersonRecord) -> PersonRecord | None:
        old = known.get(record.sourced_id)
        return old and replace(record, given_name=old.given_name, family_name=old.family_name, email=old.email)

    stranger = person("z", given_name="", family_name="")
    with compare(on_record(person("a")), [partial, stranger], complete=fill) as staged:
        assert staged.counts == {"added": 0, "changed": 0, "ended": 0, "unchanged": 1}


def test_many_records_come_back_in_batches_and_more_than_once() -> None:
    with compare({}, (person(f"p{n}") for n in range(2_500))) as staged:
        for _ in range(2):
            batches = list(staged.added())
            assert [len(batch) for batch in batches] == [1_000, 1_000, 500]
            assert batches[2][-1].sourced_id == "p2499"


def test_every_field_that_is_stored_changes_the_digest() -> None:
    base = person("a")
    changes: list[dict[str, object]] = [
        {"given_name": "Eda"},
        {"family_name": "X"},
        {"email": ""},
        {"role": Group.FAMILIES},
        {"other_roles": (Group.FAMILIES,)},
        {"org_ids": ("s2",)},
        {"grade_band": "K-2"},
        {"language": "es"},
        {"status": Status.ENDED},
    ]
    digests = {replace(base, **change).digest() for change in changes}  # type: ignore[arg-type]
    assert len(digests | {base.digest()}) == len(changes) + 1
