"""Saying which published standards a sentence of a draft leans on, and how (I04, I13). What is not said counts for nothing."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from commonwhy import frameworks
from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.listening.models.question import Texts
from commonwhy.vision.models import Clause, ClauseAlignment
from commonwhy.vision.services.drafting import contributed, current_clause, locked_draft


class NoSuchStandard(Exception):
    """There is no standard with this code in this set."""


@transaction.atomic
def align(*, clause: Clause, framework: str, code: str, by: User, note: Texts | None = None) -> ClauseAlignment:
    """Note that a sentence leans on a standard; said again, the note is replaced.

    Raises `NoSuchStandard`, `drafting.NotADraftError` once the version is adopted, `drafting.ClauseGoneError`.
    """
    if frameworks.item(framework, code) is None:
        raise NoSuchStandard(f"{framework} {code}")
    version = locked_draft(clause.version)
    current_clause(clause)
    row, fresh = ClauseAlignment.everything.get_or_create(
        clause=clause,
        framework=framework,
        code=code,
        defaults={"id": uuid4(), "district_id": clause.district_id, "note": note or {}},
    )
    changed = not fresh and row.note != (note or {})
    if changed:
        row.note = note or {}
        row.save(update_fields=["note"])
    if fresh or changed:
        contributed(version, by)
        audit.record(actor=by, verb="aligned", subject=clause, detail={"framework": framework, "code": code})
    return row


@transaction.atomic
def unalign(*, clause: Clause, framework: str, code: str, by: User) -> None:
    """Take it back; where it was not said, nothing happens."""
    locked_draft(clause.version)
    rows = ClauseAlignment.objects.within(clause.district_id).filter(clause=clause, framework=framework, code=code)
    removed, _rows = rows.delete()
    if removed:
        audit.record(actor=by, verb="aligned no more", subject=clause, detail={"framework": framework, "code": code})
