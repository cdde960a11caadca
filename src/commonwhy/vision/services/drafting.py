"""Writing a draft: the why, the definition, the clauses and the voices they rest on.

Two people at one text lose nothing: each save says which revision it started from, and a save that comes second is
refused with `EditConflictError`, which carries what stands there now. Whoever writes is noted as a contributor, since a
vision is not one author's (M08).
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


class EditConflictError(Exception):
    """Somebody else saved this text first. `current` is the record as it stands now."""

    def __init__(self, current: VisionVersion | Clause) -> None:
        super().__init__("edited by somebody else meanwhile")
        self.current = current


class NotADraftError(Exception):
    """An adopted version is superseded, never edited."""


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
    drafts = _draft_rows(version)
    changed = drafts.filter(revision=revision).update(**fields, revision=F("revision") + 1)
    version.refresh_from_db()
    if not changed:
        raise EditConflictError(version)
    _contributed(version, by)
    audit.record(actor=by, verb="changed", subject=version, detail={"fields": sorted(fields)})
    return version


@transaction.atomic
def add_clause(*, version: VisionVersion, texts: dict[str, str], by: User, note: dict[str, str] | None = None) -> Clause:
    """A new last sentence."""
    locked = _draft_rows(version).select_for_update().get()
    last = Clause.objects.within(version.district_id).filter(version=locked).aggregate(last=Max("position"))["last"]
    clause = Clause.everything.create(
        district_id=version.district_id, version=locked, position=(last or 0) + 1, texts=texts, note=note or {}
    )
    _contributed(version, by)
    audit.record(actor=by, verb="added", subject=clause)
    return clause


@transaction.atomic
def change_clause(
    *, clause: Clause, revision: int, texts: dict[str, str], by: User, note: dict[str, str] | None = None
) -> Clause:
    """Save a sentence. Raises `EditConflictError` when `revision` is not the current one."""
    _require_draft(clause.version)
    rows = Clause.objects.within(clause.district_id).filter(pk=clause.pk, revision=revision)
    changed = rows.update(texts=texts, note=clause.note if note is None else note, revision=F("revision") + 1)
    clause.refresh_from_db()
    if not changed:
        raise EditConflictError(clause)
    _contributed(clause.version, by)
    audit.record(actor=by, verb="changed", subject=clause)
    return clause


@transaction.atomic
def remove_clause(*, clause: Clause, by: User) -> None:
    """Take a sentence out of the draft; the voices it cited stay, uncited."""
    _require_draft(clause.version)
    audit.record(actor=by, verb="removed", subject=clause)
    Clause.objects.within(clause.district_id).filter(pk=clause.pk).delete()
    _number_again(clause.version)
    _contributed(clause.version, by)


@transaction.atomic
def move_clause(*, clause: Clause, up: bool, by: User) -> None:
    """Change places with the sentence above or below; the first does not move up, the last not down."""
    _require_draft(clause.version)
    ordered = list(Clause.objects.within(clause.district_id).filter(version=clause.version))
    here = next((place for place, one in enumerate(ordered) if one.pk == clause.pk), None)
    there = None if here is None else here - 1 if up else here + 1
    if here is None or there is None or not 0 <= there < len(ordered):
        return
    ordered[here], ordered[there] = ordered[there], ordered[here]
    _number_again(clause.version, ordered)
    audit.record(actor=by, verb="moved", subject=clause)


def _number_again(version: VisionVersion, ordered: list[Clause] | None = None) -> None:
    """Give the clauses the positions 1, 2, 3 in two steps, since no two may share one even for a moment."""
    rows = Clause.objects.within(version.district_id).filter(version=version)
    clauses = list(rows) if ordered is None else ordered
    rows.update(position=F("position") + 10_000)
    for place, clause in enumerate(clauses, start=1):
        rows.filter(pk=clause.pk).update(position=place)


@transaction.atomic
def cite(*, clause: Clause, excerpt: Excerpt, by: User) -> ClauseVoice:
    """Rest a sentence on a voice of the same district; citing it twice stays one."""
    _require_draft(clause.version)
    if excerpt.district_id != clause.district_id:
        raise ValueError("a voice of another district")
    voice, fresh = ClauseVoice.everything.get_or_create(
        clause=clause, excerpt=excerpt, defaults={"district_id": clause.district_id, "id": uuid4()}
    )
    if fresh:
        _contributed(clause.version, by)
        audit.record(actor=by, verb="cited", subject=clause, detail={"excerpt": str(excerpt.pk)})
    return voice


@transaction.atomic
def uncite(*, clause: Clause, excerpt: Excerpt, by: User) -> None:
    """Stop resting a sentence on a voice."""
    _require_draft(clause.version)
    removed, _ = ClauseVoice.objects.within(clause.district_id).filter(clause=clause, excerpt=excerpt).delete()
    if removed:
        audit.record(actor=by, verb="uncited", subject=clause, detail={"excerpt": str(excerpt.pk)})


def _draft_rows(version: VisionVersion) -> Any:
    rows = VisionVersion.objects.within(version.district_id).filter(pk=version.pk, state=VisionVersion.State.DRAFT)
    if not rows.exists():
        raise NotADraftError
    return rows


def _require_draft(version: VisionVersion) -> None:
    _draft_rows(version)


def _contributed(version: VisionVersion, by: User) -> None:
    Contribution.everything.get_or_create(version=version, account=by, defaults={"district_id": version.district_id})
