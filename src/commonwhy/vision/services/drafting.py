"""Writing a draft: the why, the definition, beliefs, words explained, the clauses with what one would see, and the voices
they rest on.

Two people at one text lose nothing: each save says what it started from (a revision, or the `part_digest` of the texts on
its page), and a save that comes second is refused with `EditConflictError`, which carries what stands there now. Saving
what stands there already (a button pressed twice, a look around) changes nothing and makes nobody a contributor, since a
vision is not one author's (M08).

Every write holds the version's row locked, so that nothing moves under the board's decision while it is recorded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Max

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District
from commonwhy.listening.models import Excerpt
from commonwhy.vision.models import ChecklistNote, Clause, ClauseVoice, Contribution, VisionVersion
from commonwhy.vision.services.carrying_over import copy_clauses
from commonwhy.vision.services.look_for_lines import look_for_texts, write_look_fors

Texts = dict[str, str]
STATEMENT_FIELDS = (
    *("term", "why", "why_more", "is_lines", "is_not_lines", "begins_year", "ends_year", "note"),
    *("beliefs", "mission", "glossary"),
)
MOST_CLAUSES = 40
MOST_LOOK_FORS = 12
# Out of the way of the positions in use, while two clauses change places.
ASIDE = 10_000


class EditConflictError(Exception):
    """Somebody else saved this text first. `current` is the record as it stands now."""

    def __init__(self, current: VisionVersion | Clause) -> None:
        super().__init__("edited by somebody else meanwhile")
        self.current = current


class NotADraftError(Exception):
    """An adopted version is superseded, never edited."""


class ClauseGoneError(Exception):
    """Somebody took this sentence out meanwhile."""


class TooManyClausesError(Exception):
    """Nobody can say that many sentences from memory, and nobody would read them."""


@transaction.atomic
def open_draft(*, district: District, by: User) -> VisionVersion:
    """The district's draft; where there is none, a new one that starts from the adopted version, or from nothing."""
    # The district's row is locked, so that two people who begin at once get one draft.
    District.objects.within(district).select_for_update().get()
    versions = VisionVersion.objects.within(district)
    draft = versions.filter(state=VisionVersion.State.DRAFT).first()
    if draft:
        return draft  # type: ignore[no-any-return]
    adopted = versions.filter(state=VisionVersion.State.ADOPTED).first()
    last = versions.aggregate(last=Max("number"))["last"] or 0
    carried = {name: getattr(adopted, name) for name in STATEMENT_FIELDS if name != "note"} if adopted else {}
    if not adopted:
        carried["term"] = {district.language: district.term}
    draft = VisionVersion.everything.create(district=district, number=last + 1, **carried)
    if adopted:
        copy_clauses(adopted, draft)
        _copy_checklist(adopted, draft)
    audit.record(actor=by, verb="began", subject=draft)
    return draft


def _copy_checklist(adopted: VisionVersion, draft: VisionVersion) -> None:
    noted = ChecklistNote.objects.within(draft.district_id).filter(version=adopted)
    ChecklistNote.everything.bulk_create(
        ChecklistNote(district_id=draft.district_id, version=draft, key=one.key, words=one.words) for one in noted
    )


def part_digest(version: VisionVersion, fields: Iterable[str]) -> str:
    """A digest of some of a version's texts as they stand, for a page that shows only these.

    Two people on different pages of one draft then do not stand in each other's way.
    """
    held = {name: getattr(version, name) for name in sorted(fields)}
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:32]


@transaction.atomic
def change_statement(
    *, version: VisionVersion, by: User, revision: int | None = None, seen: str | None = None, **fields: Any
) -> VisionVersion:
    """Save texts of the version itself, or its horizon. `seen` is their `part_digest` as the page showed them; without it
    `revision` is the version's. Raises `EditConflictError` when something else stands there by now.
    """
    unknown = set(fields) - set(STATEMENT_FIELDS)
    if unknown:
        raise ValueError(f"not part of the statement: {sorted(unknown)}")
    locked = locked_draft(version)
    changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
    current = locked.revision == revision if seen is None else part_digest(locked, fields) == seen
    if changed and not current:
        version.refresh_from_db()
        raise EditConflictError(version)
    if changed:
        for name in changed:
            setattr(locked, name, fields[name])
        locked.revision += 1
        locked.save(update_fields=[*changed, "revision"])
        contributed(locked, by)
        audit.record(actor=by, verb="changed", subject=locked, detail={"fields": changed})
    version.refresh_from_db()
    return version


@transaction.atomic
def add_clause(
    *, version: VisionVersion, texts: Texts, by: User, note: Texts | None = None, look_fors: Sequence[Texts] = ()
) -> Clause:
    """A new last sentence. The same words pressed in twice stay one sentence. Raises `TooManyClausesError`."""
    locked = locked_draft(version)
    clauses = list(Clause.objects.within(version.district_id).filter(version=locked).order_by("position"))
    if clauses and clauses[-1].texts == texts and clauses[-1].note == (note or {}):
        return clauses[-1]  # type: ignore[no-any-return]
    if len(clauses) >= MOST_CLAUSES:
        raise TooManyClausesError
    clause = Clause.everything.create(
        district_id=version.district_id,
        version=locked,
        position=clauses[-1].position + 1 if clauses else 1,
        texts=texts,
        note=note or {},
    )
    write_look_fors(clause, look_fors)
    contributed(locked, by)
    audit.record(actor=by, verb="added", subject=clause)
    return clause


@transaction.atomic
def change_clause(
    *,
    clause: Clause,
    revision: int,
    texts: Texts,
    by: User,
    note: Texts | None = None,
    look_fors: Sequence[Texts] | None = None,
) -> Clause:
    """Save a sentence, and its note and look-fors where they are given.

    Raises `EditConflictError` when `revision` is not the current one, `ClauseGoneError` where there is none.
    """
    version = locked_draft(clause.version)
    current = current_clause(clause)
    wanted = current.note if note is None else note
    stood = look_for_texts(current)
    seen = stood if look_fors is None else list(look_fors)
    if (current.texts, current.note, stood) != (texts, wanted, seen):
        if current.revision != revision:
            clause.refresh_from_db()
            raise EditConflictError(clause)
        current.texts, current.note, current.revision = texts, wanted, revision + 1
        current.save(update_fields=["texts", "note", "revision"])
        if seen != stood:
            write_look_fors(current, seen)
        contributed(version, by)
        audit.record(actor=by, verb="changed", subject=current)
    clause.refresh_from_db()
    return clause


@transaction.atomic
def remove_clause(*, clause: Clause, by: User) -> None:
    """Take a sentence out of the draft; the voices it cited stay, uncited. Taking it out twice is once."""
    version = locked_draft(clause.version)
    rows = Clause.objects.within(clause.district_id).filter(version=version)
    if not rows.filter(pk=clause.pk).exists():
        return
    audit.record(actor=by, verb="removed", subject=clause)
    rows.filter(pk=clause.pk).delete()
    _number_again(version, list(rows))
    contributed(version, by)


@transaction.atomic
def move_clause(*, clause: Clause, up: bool, by: User) -> None:
    """Change places with the sentence above or below; the first does not move up, the last not down."""
    version = locked_draft(clause.version)
    ordered = list(Clause.objects.within(clause.district_id).filter(version=version))
    here = next((place for place, one in enumerate(ordered) if one.pk == clause.pk), None)
    there = None if here is None else here - 1 if up else here + 1
    if here is None or there is None or not 0 <= there < len(ordered):
        return
    ordered[here], ordered[there] = ordered[there], ordered[here]
    _number_again(version, ordered)
    audit.record(actor=by, verb="moved", subject=clause)


def _number_again(version: VisionVersion, ordered: list[Clause]) -> None:
    """Give the clauses the positions 1, 2, 3 in two steps, since no two may share one even for a moment."""
    rows = Clause.objects.within(version.district_id).filter(version=version)
    rows.update(position=F("position") + ASIDE)
    for place, clause in enumerate(ordered, start=1):
        rows.filter(pk=clause.pk).update(position=place)


@transaction.atomic
def cite(*, clause: Clause, excerpt: Excerpt, by: User) -> ClauseVoice:
    """Rest a sentence on a voice of the same district; citing it twice stays one. Raises `ClauseGoneError`."""
    version = locked_draft(clause.version)
    if excerpt.district_id != clause.district_id:
        raise ValueError("a voice of another district")
    current_clause(clause)
    voice, fresh = ClauseVoice.everything.get_or_create(
        clause=clause, excerpt=excerpt, defaults={"district_id": clause.district_id, "id": uuid4()}
    )
    if fresh:
        contributed(version, by)
        audit.record(actor=by, verb="cited", subject=clause, detail={"excerpt": str(excerpt.pk)})
    return voice


@transaction.atomic
def uncite(*, clause: Clause, excerpt: Excerpt, by: User) -> None:
    """Stop resting a sentence on a voice."""
    locked_draft(clause.version)
    removed, _ = ClauseVoice.objects.within(clause.district_id).filter(clause=clause, excerpt=excerpt).delete()
    if removed:
        audit.record(actor=by, verb="uncited", subject=clause, detail={"excerpt": str(excerpt.pk)})


def locked_draft(version: VisionVersion) -> VisionVersion:
    """The version's row, locked until the transaction ends. Raises `NotADraftError` once it is adopted."""
    rows: Any = VisionVersion.objects.within(version.district_id)
    locked: VisionVersion | None = rows.select_for_update().filter(pk=version.pk, state=VisionVersion.State.DRAFT).first()
    if locked is None:
        raise NotADraftError
    return locked


def current_clause(clause: Clause) -> Clause:
    """The sentence as it stands now. Raises `ClauseGoneError`."""
    found: Clause | None = Clause.objects.within(clause.district_id).filter(pk=clause.pk).first()
    if found is None:
        raise ClauseGoneError
    return found


def contributed(version: VisionVersion, by: User) -> None:
    """Note that somebody wrote on a version."""
    Contribution.everything.get_or_create(version=version, account=by, defaults={"district_id": version.district_id})
