"""Statements that say the same: linked and unlinked, never merged. Each keeps its author, its votes and its words.

A link that is taken back stays on record with the day it was. Links lead to one statement, never along a chain, so that
whoever counts votes looks one step far.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.deliberation.models import Discussion, ModerationDeed, Statement, StatementLink
from commonwhy.deliberation.services.locking import locked_discussion
from commonwhy.deliberation.services.moderation import ModerationRefused


@transaction.atomic
def link(*, statement: Statement, same_as: Statement, by: User) -> StatementLink:
    """Say that `statement` says the same as `same_as`, which is shown in its place from now on.

    Where `same_as` is linked itself, the link goes to what that one is linked to; what was linked to `statement` follows.
    """
    discussion = locked_discussion(statement.discussion)
    if same_as.discussion_id != discussion.pk or statement.discussion_id != discussion.pk:
        raise ModerationRefused(_("The two belong to different discussions. Nothing was changed."))
    current = _current(discussion)
    target = current[same_as.pk].same_as if same_as.pk in current else same_as
    if target.pk == statement.pk:
        raise ModerationRefused(_("A statement cannot say the same as itself. Nothing was changed."))
    shown = Statement.objects.within(discussion.district_id).filter(pk=target.pk, state=Statement.State.SHOWN)
    if not shown.exists():
        raise ModerationRefused(_("The other one is not shown, so it cannot stand for both. Nothing was changed."))
    before = current.get(statement.pk)
    if before is not None and before.same_as_id == target.pk:
        return before
    followers = [each for each in current.values() if each.same_as_id == statement.pk]
    if before is not None:
        _take_back(before, discussion)
    for follower in followers:
        _take_back(follower, discussion)
        _link(discussion, follower.statement, target, by)
    made = _link(discussion, statement, target, by)
    _keep(discussion, statement, ModerationDeed.Deed.LINKED, by)
    audit.record(actor=by, verb="linked", subject=statement, detail={"same_as": str(target.pk)})
    return made


@transaction.atomic
def unlink(*, statement: Statement, by: User) -> None:
    """Take the link of a statement back. One that is not linked stays so."""
    discussion = locked_discussion(statement.discussion)
    before = _current(discussion).get(statement.pk)
    if before is None:
        return
    _take_back(before, discussion)
    _keep(discussion, statement, ModerationDeed.Deed.UNLINKED, by)
    audit.record(actor=by, verb="unlinked", subject=statement, detail={"same_as": str(before.same_as_id)})


def _current(discussion: Discussion) -> dict[object, StatementLink]:
    rows = StatementLink.objects.within(discussion.district_id).filter(statement__discussion=discussion, unlinked_on=None)
    return {each.statement_id: each for each in rows.select_related("statement", "same_as")}


def _take_back(found: StatementLink, discussion: Discussion) -> None:
    found.unlinked_on = discussion.district.today()
    found.save(update_fields=["unlinked_on"])


def _link(discussion: Discussion, statement: Statement, target: Statement, by: User) -> StatementLink:
    return StatementLink.everything.create(
        district_id=discussion.district_id,
        statement=statement,
        same_as=target,
        linked_by=by.pk,
        linked_on=discussion.district.today(),
    )


def _keep(discussion: Discussion, statement: Statement, deed: str, by: User) -> None:
    ModerationDeed.everything.create(
        district_id=discussion.district_id,
        discussion=discussion,
        statement=statement,
        deed=deed,
        done_by=by.pk,
        done_on=discussion.district.today(),
    )
