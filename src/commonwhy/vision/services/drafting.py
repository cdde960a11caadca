"""Writing a draft: the why, the definition, the clauses and the voices they rest on.

Two people at one text lose nothing: each save says which revision it started from, and a save that comes second is
refused with `EditConflictError`, which carries what stands there now. Saving what stands there already (a button pressed
twice, a look around) changes nothing and makes nobody a contributor, since a vision is not one author's (M08).

Every write holds the version's row locked, so that nothing moves under the board's decision while it is recorded.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Max

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District
from commonwhy.listening.models import Excerpt
from commonwhy.vision.models import Clause, ClauseVoice, Contribution, VisionVersion

STATEMENT_FIELDS = ("term", "why", "why_more", "is_lines", "is_not_lines", "begins_year", "ends_year", "note")
MOST_CLAUSES = 40
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
        _copy_clauses(adopted, draft)
    audit.record(actor=by, verb="began", subject=draft)
    return draft


def _copy_clauses(adopted: VisionVersion, draft: VisionVersion) -> None:
    for clause in adopted.clauses.prefetch_related("voices"):
        copy = Clause.everything.create(
            district_id=draft.district_id,
            version=draft,
            position=clause.position,
            texts=clause.texts,
            note=clause.note,
            lineage=clause.lineage,
        )
        ClauseVoice.everything.bulk_create(
            ClauseVoice(district_id=draft.district_id, clause=copy, excerpt_id=voice.excerpt_id) for voice in clause.voices.all()
        )


@transaction.atomic
def change_statement(*, version: VisionVersion, revision: int, by: User, **fields: Any) -> VisionVersion:
    """Save why, definition or horizon. Raises `EditConflictError` when `revision` is not the current one."""
    unknown = set(fields) - set(STATEMENT_FIELDS)
    if unknown:
        raise ValueError(f"not part of the statement: {sorted(unknown)}")
    locked = _locked_draft(version)
    changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
    if changed and locked.revision != revision:
        version.refresh_from_db()
        raise EditConflictError(version)
    if changed:
        for name in changed:
            setattr(locked, name, fields[name])
        locked.revision += 1
        locked.save(update_fields=[*changed, "revision"])
        _contributed(locked, by)
        audit.record(actor=by, verb="changed", subject=locked, detail={"fields": changed})
    version.refresh_from_db()
    return version


@transaction.atomic
def add_clause(*, version: VisionVersion, texts: dict[str, str], by: User, note: dict[str, str] | None = None) -> Clause:
    """A new last sentence. The same words pressed in twice stay one sentence. Raises `TooManyClausesError`."""
    locked = _locked_draft(version)
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
    _contributed(locked, by)
    audit.record(actor=by, verb="added", subject=clause)
    return clause


@transaction.atomic
def change_clause(
    *, clause: Clause, revision: int, texts: dict[str, str], by: User, note: dict[str, str] | None = None
) -> Clause:
    """Save a sentence. Raises `EditConflictError` when `revision` is not the current one, `ClauseGoneError` without one."""
    version = _locked_draft(clause.version)
    current = _current(clause)
    wanted = current.note if note is None else note
    if (current.texts, current.note) != (texts, wanted):
        if current.revision != revision:
            clause.refresh_from_db()
            raise EditConflictError(clause)
        current.texts, current.note, current.revision = texts, wanted, revision + 1
        current.save(update_fields=["texts", "note", "revision"])
        _contributed(version, by)
        audit.record(actor=by, verb="changed", subject=current)
    clause.refresh_from_db()
    return clause


@transaction.atomic
def remove_clause(*, clause: Clause, by: User) -> None:
    """Take a sentence out of the draft; the voices it cited stay, uncited. Taking it out twice is once."""
    version = _locked_draft(clause.version)
    rows = Clause.objects.within(clause.district_id).filter(version=version)
    if not rows.filter(pk=clause.pk).exists():
        return
    audit.record(actor=by, verb="removed", subject=clause)
    rows.filter(pk=clause.pk).delete()
    _number_again(version, list(rows))
    _contributed(version, by)


@transaction.atomic
def move_clause(*, clause: Clause, up: bool, by: User) -> None:
    """Change places with the sentence above or below; the first does not move up, the last not down."""
    version = _locked_draft(clause.version)
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
    version = _locked_draft(clause.version)
    if excerpt.district_id != clause.district_id:
        raise ValueError("a voice of another district")
    _current(clause)
    voice, fresh = ClauseVoice.everything.get_or_create(
        clause=clause, excerpt=excerpt, defaults={"district_id": clause.district_id, "id": uuid4()}
    )
    if fresh:
        _contributed(version, by)
        audit.record(actor=by, verb="cited", subject=clause, detail={"excerpt": str(excerpt.pk)})
    return voice


@transaction.atomic
def uncite(*, clause: Clause, excerpt: Excerpt, by: User) -> None:
    """Stop resting a sentence on a voice."""
    _locked_draft(clause.version)
    removed, _ = ClauseVoice.objects.within(clause.district_id).filter(clause=clause, excerpt=excerpt).delete()
    if removed:
        audit.record(actor=by, verb="uncited", subject=clause, detail={"excerpt": str(excerpt.pk)})


def _locked_draft(version: VisionVersion) -> VisionVersion:
    """The version's row, locked until the transaction ends. Raises `NotADraftError` once it is adopted."""
    rows: Any = VisionVersion.objects.within(version.district_id)
    locked: VisionVersion | None = rows.select_for_update().filter(pk=version.pk, state=VisionVersion.State.DRAFT).first()
    if locked is None:
        raise NotADraftError
    return locked


def _current(clause: Clause) -> Clause:
    found: Clause | None = Clause.objects.within(clause.district_id).filter(pk=clause.pk).first()
    if found is None:
        raise ClauseGoneError
    return found


def _contributed(version: VisionVersion, by: User) -> None:
    Contribution.everything.get_or_create(version=version, account=by, defaults={"district_id": version.district_id})
