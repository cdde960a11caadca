"""Writing together: inviting co-authors, what they say of a draft, and what its authors answer.

A co-author reads the draft and comments on it; the text stays in the hands of those who may write. Members of the board
are not invited: a board that comments on a draft one by one meets in writing (FIELD 12), so they preview, ask and approve.

Somebody without a seat is invited to one first. Which version they were invited to is kept in the audit of that version,
and when they accept the invitation they become its co-author.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.core.models import AuditEntry
from commonwhy.districts import services as districts
from commonwhy.districts.models import Invitation, Membership, Role
from commonwhy.vision.models import Clause, CoAuthor, Comment, VisionVersion
from commonwhy.vision.models.together import WRITERS
from commonwhy.vision.services.drafting import locked_draft

ASKED = "asked to comment"


class CoAuthorRefused(Exception):
    """This person is not invited; the message says why."""


class AnsweredMeanwhile(Exception):
    """Another author answered this comment first. `theirs` is what stands there."""

    def __init__(self, theirs: str) -> None:
        super().__init__("answered by somebody else meanwhile")
        self.theirs = theirs


@dataclass(frozen=True)
class Invited:
    """What came of an invitation: a co-author, or somebody who joins the district first, with the secret of their link."""

    co_author: CoAuthor | None = None
    invitation: Invitation | None = None
    secret: str = ""


@transaction.atomic
def invite(*, version: VisionVersion, email: str, by: User) -> Invited:
    """Invite an address to comment on a draft. Raises `CoAuthorRefused` for the board and for those who write anyway."""
    locked = locked_draft(version)
    account = User.objects.filter(email__iexact=email).first()
    roles = _roles(locked, account)
    pending = Invitation.objects.within(locked.district_id).filter(email__iexact=email, accepted_at=None)
    if Role.BOARD_MEMBER in roles or pending.filter(role=Role.BOARD_MEMBER).exists():
        raise CoAuthorRefused(
            _(
                "This is a member of the board. The board previews, asks and approves in its meeting; "
                "comments one by one would be a meeting held in writing."
            )
        )
    if roles & WRITERS:
        raise CoAuthorRefused(_("They can write on the draft already. No invitation is needed."))
    if account is not None and roles:
        return Invited(co_author=_become(locked, account, by))
    invitation, secret = districts.invite(district=locked.district, email=email, role=Role.MEMBER, by=by)
    audit.record(actor=by, verb=ASKED, subject=locked, detail={"invitation": str(invitation.pk)})
    return Invited(invitation=invitation, secret=secret)


def _roles(version: VisionVersion, account: User | None) -> set[str]:
    if account is None:
        return set()
    return set(Membership.objects.within(version.district_id).filter(account=account).values_list("role", flat=True))


def _become(version: VisionVersion, account: User, by: Any) -> CoAuthor:
    co_author, fresh = CoAuthor.everything.get_or_create(
        version=version, account=account, defaults={"district_id": version.district_id, "invited_by": by.pk}
    )
    if fresh:
        audit.record(actor=by, verb="invited", subject=co_author)
    return co_author


def join_when_accepted(invitation: Invitation, account: User) -> None:
    """Whoever was invited to a draft is its co-author from the moment they accept; for `core.slots.invitation_accepted`."""
    version = asked_to(invitation)
    if version is None or not version.is_draft:
        return
    roles = _roles(version, account)
    if Role.BOARD_MEMBER in roles or roles & WRITERS:
        return
    _become(version, account, invitation.invited_by or account)


def asked_to(invitation: Invitation) -> VisionVersion | None:
    """The version somebody was invited to comment on by this invitation."""
    asked = AuditEntry.objects.filter(
        district_id=invitation.district_id,
        object_type=VisionVersion._meta.label,
        verb=ASKED,
        detail__invitation=str(invitation.pk),
    ).first()
    if asked is None:
        return None
    found: VisionVersion | None = VisionVersion.objects.within(invitation.district_id).filter(pk=UUID(asked.object_id)).first()
    return found


@transaction.atomic
def end(*, co_author: CoAuthor, by: User) -> None:
    """They comment no more. What they said stays."""
    rows = CoAuthor.objects.within(co_author.district_id).filter(pk=co_author.pk)
    if rows.exists():
        audit.record(actor=by, verb="ended", subject=co_author)
        rows.delete()


@transaction.atomic
def comment(*, version: VisionVersion, by: User, words: str, clause: UUID | None = None, about: str = "") -> Comment:
    """Say something of a draft, or of one sentence of it as it read (`about`). Pressed twice in a row it is once.

    Raises `NotADraftError`. A sentence that was taken out meanwhile leaves the comment with the words it was about.
    """
    locked = locked_draft(version)
    there = Clause.objects.within(locked.district_id).filter(version=locked, pk=clause).first() if clause else None
    said = Comment.objects.within(locked.district_id).filter(version=locked, author=by)
    last = said.order_by("-said_at").first()
    if last is not None and (last.words, last.about, last.clause_id) == (words, about, there.pk if there else None):
        return last  # type: ignore[no-any-return]
    made = Comment.everything.create(
        district_id=locked.district_id, version=locked, clause=there, about=about, author=by, words=words
    )
    audit.record(actor=by, verb="commented", subject=made)
    return made


def digest_of(answer: str) -> str:
    """A digest of an answer, so that a page can say what it saw."""
    return hashlib.sha256(answer.encode()).hexdigest()[:16]


@transaction.atomic
def answer(*, comment: Comment, words: str, seen: str, by: User) -> Comment:
    """Answer a comment, or change the answer; `seen` is the `digest_of` the one on the page.

    Raises `AnsweredMeanwhile` when another stands there by now, and `NotADraftError` once the version is adopted.
    """
    locked_draft(comment.version)
    current: Comment = Comment.objects.within(comment.district_id).get(pk=comment.pk)
    if current.answer == words:
        return current
    if digest_of(current.answer) != seen:
        raise AnsweredMeanwhile(current.answer)
    current.answer, current.answered_by, current.answered_at = words, by.pk, timezone.now()
    current.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record(actor=by, verb="answered", subject=current)
    return current
