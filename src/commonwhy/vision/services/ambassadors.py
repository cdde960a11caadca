"""Ambassadors: who carries the why to their colleagues or neighbours, and agreed to be named to the team (M49, T21)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District
from commonwhy.vision.models import Ambassador

FIELDS = ("name", "group", "school", "since", "until", "carries")


class ChangedByAnother(Exception):
    """Somebody else saved this ambassador first. `current` is the record as it stands now."""

    def __init__(self, current: Ambassador) -> None:
        super().__init__("changed by somebody else meanwhile")
        self.current = current


def digest_of(ambassador: Ambassador) -> str:
    """A digest of what a page showed of an ambassador."""
    held = [str(getattr(ambassador, f"{name}_id" if name in {"group", "school"} else name)) for name in FIELDS]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:16]


@transaction.atomic
def add(*, district: District, by: User, **fields: Any) -> Ambassador:
    """Name an ambassador; the same one pressed in twice is one."""
    ambassador, fresh = Ambassador.everything.get_or_create(district=district, **fields)
    if fresh:
        audit.record(actor=by, verb="named", subject=ambassador)
    return ambassador


@transaction.atomic
def change(*, ambassador: Ambassador, seen: str, by: User, **fields: Any) -> Ambassador:
    """Change an ambassador; `seen` is the `digest_of` the page. Raises `ChangedByAnother`."""
    current: Ambassador = Ambassador.objects.within(ambassador.district_id).select_for_update().get(pk=ambassador.pk)
    changed = sorted(name for name in fields if getattr(current, name) != fields[name])
    if changed and digest_of(current) != seen:
        raise ChangedByAnother(current)
    for name in changed:
        setattr(current, name, fields[name])
    if changed:
        current.save(update_fields=changed)
        audit.record(actor=by, verb="changed", subject=current, detail={"fields": changed})
    return current


@transaction.atomic
def take_off(*, ambassador: Ambassador, by: User) -> None:
    """Remove a name altogether, for whoever no longer wants to be named. Twice is once."""
    rows = Ambassador.objects.within(ambassador.district_id).filter(pk=ambassador.pk)
    if rows.exists():
        audit.record(actor=by, verb="took off", subject=ambassador)
        rows.delete()
