"""Writing to the audit, inside the transaction of the act it records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model

from commonwhy.core.models import AuditEntry


def record(
    *, actor: Any, verb: str, subject: Model, district_id: UUID | None = None, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Note that `actor` (an account, or the name of a job) did `verb` to `subject`.

    The subject's own `audit_label`, where it has one, keeps people's words and names out of the audit.
    """
    label = getattr(subject, "audit_label", None)
    return AuditEntry.objects.create(
        actor_id=getattr(actor, "pk", None),
        actor=str(actor)[:254],
        verb=verb,
        object_type=subject._meta.label,
        object_id=str(subject.pk),
        object_label=(label() if callable(label) else str(subject))[:200],
        district_id=district_id or getattr(subject, "district_id", None),
        detail=detail or {},
    )
