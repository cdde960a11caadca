"""Keeping what the authors noted at the questions of the checklist; two who note at once lose nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.db import transaction

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.vision import checklist
from commonwhy.vision.models import ChecklistNote, VisionVersion
from commonwhy.vision.services.drafting import locked_draft


def digest_of(words: str) -> str:
    """A digest of one note, so that a page can say what it saw."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


@transaction.atomic
def note(*, version: VisionVersion, notes: Mapping[str, str], was: Mapping[str, str], by: User) -> dict[str, str]:
    """Keep notes by key; `was` is the `digest_of` what each box held when it was opened. An empty note is taken out.

    Returns what somebody else noted meanwhile, by key, where both changed the same box: that note is left as it is. All
    others are kept. Raises `NotADraftError`, and `ValueError` for a key that is not on the list.
    """
    unknown = set(notes) - set(checklist.KEYS)
    if unknown:
        raise ValueError(f"not on the checklist: {sorted(unknown)}")
    locked = locked_draft(version)
    rows = ChecklistNote.objects.within(version.district_id).filter(version=locked)
    stored: dict[str, str] = dict(rows.values_list("key", "words"))
    theirs: dict[str, str] = {}
    changed = []
    for key, words in notes.items():
        stands, opened = stored.get(key, ""), was.get(key, "")
        if words == stands or digest_of(words) == opened:
            continue
        if digest_of(stands) != opened:
            theirs[key] = stands
            continue
        changed.append(key)
        if words:
            ChecklistNote.everything.update_or_create(
                version=locked, key=key, defaults={"words": words, "district_id": version.district_id}
            )
        else:
            rows.filter(key=key).delete()
    if changed:
        audit.record(actor=by, verb="noted", subject=locked, detail={"questions": sorted(changed)})
    return theirs
