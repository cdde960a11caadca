"""Linking voices to a sentence after its adoption: how a vision adopted earlier gets its thread, backwards in time.

The adopted version stays as it is. A link says on which day it was made, and can be taken back.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.listening.models import Excerpt
from commonwhy.vision.models import Clause, ClauseVoice, LaterVoice


class StillADraftError(Exception):
    """The sentence is not adopted; in a draft it rests on voices like any other."""


@transaction.atomic
def link(*, clause: Clause, excerpt: Excerpt, by: User) -> LaterVoice | None:
    """Link a voice of the same district to an adopted sentence; twice is once. None where it was cited when it was adopted."""
    if clause.version.is_draft:
        raise StillADraftError
    if excerpt.district_id != clause.district_id:
        raise ValueError("a voice of another district")
    if ClauseVoice.objects.within(clause.district_id).filter(clause=clause, excerpt=excerpt).exists():
        return None
    today = clause.district.today()
    voice, fresh = LaterVoice.everything.get_or_create(
        clause=clause,
        excerpt=excerpt,
        defaults={"id": uuid4(), "district_id": clause.district_id, "linked_on": today, "linked_by": by.pk},
    )
    if fresh:
        audit.record(actor=by, verb="linked", subject=clause, detail={"excerpt": str(excerpt.pk)})
    return voice


@transaction.atomic
def unlink(*, clause: Clause, excerpt: Excerpt, by: User) -> None:
    """Take a link back. What was cited at the adoption stays."""
    removed, _models = LaterVoice.objects.within(clause.district_id).filter(clause=clause, excerpt=excerpt).delete()
    if removed:
        audit.record(actor=by, verb="unlinked", subject=clause, detail={"excerpt": str(excerpt.pk)})
