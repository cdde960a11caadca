"""The audit grows, and nothing shrinks or rewrites it: not the models, not a queryset, not plain SQL."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from tests.cast import Cast

from commonwhy.core import audit
from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import Group, Person

pytestmark = pytest.mark.django_db


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def entry(cast: Cast) -> AuditEntry:
    return audit.record(actor=cast.coach, verb="looked", subject=cast.creekside)


def test_an_entry_says_who_did_what_to_which_record(cast: Cast, entry: AuditEntry) -> None:
    assert (entry.actor_id, entry.actor, entry.verb) == (cast.coach.pk, "Coach", "looked")
    assert (entry.object_type, entry.object_id, entry.object_label) == (
        "districts.School",
        str(cast.creekside.pk),
        "Creekside Middle School",
    )
    assert entry.district_id == cast.alder.pk


def test_a_job_without_an_account_is_named(cast: Cast) -> None:
    entry = audit.record(actor="commonwhy roster import", verb="imported", subject=cast.alder)
    assert (entry.actor_id, entry.actor) == (None, "commonwhy roster import")


def test_a_person_is_known_in_the_audit_by_a_number_only(cast: Cast) -> None:
    person = Person.everything.create(
        district=cast.alder, name="Nora Field", email="nora@example.org", group=Group.everything.filter(district=cast.alder)[0]
    )
    entry = audit.record(actor=cast.coach, verb="looked", subject=person)
    assert entry.object_label == str(person.pk)
    assert "Nora" not in str(vars(entry))


CHANGES: dict[str, Callable[[AuditEntry], object]] = {
    "save": lambda entry: AuditEntry(**{**fields(entry), "verb": "never did"}).save(force_update=True),
    "update": lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(verb="never did"),
    "update of nothing but the time": lambda entry: AuditEntry.objects.update(at=entry.at),
    "delete": lambda entry: entry.delete(),
    "delete all": lambda _entry: AuditEntry.objects.all().delete(),
    "UPDATE": lambda _entry: sql("UPDATE core_auditentry SET actor = 'nobody'"),
    "DELETE": lambda _entry: sql("DELETE FROM core_auditentry"),
}
if connection.vendor == "sqlite":
    CHANGES["REPLACE"] = lambda _entry: sql("REPLACE INTO core_auditentry SELECT * FROM core_auditentry")
else:
    CHANGES["TRUNCATE"] = lambda _entry: sql("TRUNCATE core_auditentry")
    CHANGES["ON CONFLICT"] = lambda _entry: sql(
        "INSERT INTO core_auditentry SELECT * FROM core_auditentry ON CONFLICT (id) DO UPDATE SET verb = 'never did'"
    )


def fields(entry: AuditEntry) -> dict[str, object]:
    return {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}


@pytest.mark.parametrize("change", CHANGES)
def test_no_entry_can_be_changed_or_removed(entry: AuditEntry, change: str) -> None:
    with pytest.raises(DatabaseError, match="the audit only grows"), transaction.atomic():
        CHANGES[change](entry)
    assert fields(AuditEntry.objects.get(pk=entry.pk)) == fields(entry)


def test_an_act_that_fails_leaves_no_entry(cast: Cast) -> None:
    before = AuditEntry.objects.count()
    with contextlib.suppress(RuntimeError), transaction.atomic():
        audit.record(actor=cast.coach, verb="tried", subject=cast.creekside)
        raise RuntimeError
    assert AuditEntry.objects.count() == before


def test_keys_are_random(entry: AuditEntry) -> None:
    assert isinstance(entry.pk, uuid.UUID)
    assert entry.pk.version == 4
