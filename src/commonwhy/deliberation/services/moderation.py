"""Reading statements before others do: shown or not, with a reason that the author and the public can know.

Somebody's words stay their words: what is changed in them is names taken out, and a translation beside them. Everything done
is kept as a `ModerationDeed`, so that the public can be told how much was hidden and why.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.deliberation.models import Discussion, ModerationDeed, Statement
from commonwhy.deliberation.services.locking import DiscussionRefused, locked_discussion
from commonwhy.deliberation.services.seeding import checked_texts, fresh_numbers, stands_in_every_language
from commonwhy.listening.services.names import TAKEN_OUT
from commonwhy.listening.services.questionnaires import Texts

LONGEST_ANSWER = 1_000
Deed = ModerationDeed.Deed


class ModerationRefused(DiscussionRefused):
    """Nothing was changed; the message says why and what to do."""


@transaction.atomic
def show(*, statement: Statement, texts: Texts, by: User) -> Statement:
    """Let a statement be shown, with `texts` in every language. Its number is given the first time.

    Raises `ModerationRefused` where a language is missing, or where more than names was taken out of the author's words.
    """
    discussion, found = _locked(statement)
    _refuse_waiting_appeal(found)
    before, reason = found.state, found.reason
    _put_texts(found, texts, by)
    _let_it_be_shown(found, discussion)
    if before != Statement.State.SHOWN:
        _keep(found, Deed.SHOWN, by, reason)
    return found


@transaction.atomic
def keep_texts(*, statement: Statement, texts: Texts, by: User) -> Statement:
    """Keep names taken out and translations, and let the statement wait on: somebody else reads the other language."""
    _discussion, found = _locked(statement)
    if found.state == Statement.State.SHOWN and not stands_in_every_language(checked_texts(texts)):
        raise ModerationRefused(_("It is shown, so it has to stand in every language. Nothing was changed."))
    _put_texts(found, texts, by, whole=False)
    found.save()
    return found


@transaction.atomic
def hide(*, statement: Statement, reason: str, more: str, by: User) -> Statement:
    """Do not show a statement, or no longer. `more` is for its author. Votes on it are kept and count no more."""
    _discussion, found = _locked(statement)
    if reason not in Statement.Reason.values:
        raise ModerationRefused(_("Say why it is not shown: its author and the public can ask. Nothing was changed."))
    _refuse_waiting_appeal(found)
    if found.origin != Statement.Origin.PARTICIPANT and found.discussion.survey.is_draft:
        raise ModerationRefused(_("Nobody has seen it yet. Take it out instead."))
    found.state, found.reason, found.reason_more = Statement.State.HIDDEN, reason, _short(more)
    # Whoever is told another reason may say something to it again.
    found.appeal, found.appeal_answer = "", ""
    found.save()
    _keep(found, Deed.HIDDEN, by, reason)
    return found


@transaction.atomic
def answer_appeal(*, statement: Statement, shown: bool, answer: str, by: User, texts: Texts | None = None) -> Statement:
    """Look again at what was hidden, because its author asked. `texts`: where it was not in every language yet."""
    discussion, found = _locked(statement)
    if found.state != Statement.State.HIDDEN or not found.appeal.strip():
        raise ModerationRefused(_("Nobody has asked to look at this one again. Nothing was changed."))
    if found.appeal_answer:
        raise ModerationRefused(_("Somebody has answered this already. Nothing was changed."))
    if not answer.strip():
        raise ModerationRefused(_("Write a word to whoever asked. Nothing was changed."))
    reason = found.reason
    if shown:
        _put_texts(found, texts or found.texts, by)
        _let_it_be_shown(found, discussion)
    found.appeal_answer = _short(answer)
    found.save()
    _keep(found, Deed.GIVEN_WAY if shown else Deed.UPHELD, by, reason)
    return found


@transaction.atomic
def let_go_of_voice(*, statement: Statement, by: User) -> Statement:
    """Forget which voice a hidden statement came from, so that somebody can take back the leave to quote them."""
    _discussion, found = _locked(statement)
    if found.state != Statement.State.HIDDEN:
        raise ModerationRefused(_("People still react to it. Hide it first, with a reason; then let go of the voice."))
    if found.excerpt_id is not None:
        audit.record(actor=by, verb="let go of the voice behind", subject=found, detail={"excerpt": str(found.excerpt_id)})
        found.origin, found.excerpt = Statement.Origin.SEED, None
        found.save(update_fields=["origin", "excerpt"])
    return found


def only_names_taken_out(before: str, after: str) -> bool:
    """Whether `after` is `before` with pieces replaced by `[name]` and nothing else changed.

    >>> only_names_taken_out("Ask Ana Ruiz, she knows.", "Ask [name], she knows.")
    True
    >>> only_names_taken_out("We need more time.", "We need less time.")
    False
    """
    old, new = (" ".join(text.split()) for text in (before, after))
    first, *rest = new.split(TAKEN_OUT)
    if not rest:
        return old == new
    if not old.startswith(first):
        return False
    place, last = len(first), rest.pop()
    for piece in rest:
        # At least one letter was taken out before each piece.
        found = old.find(piece, place + 1)
        if found < 0:
            return False
        place = found + len(piece)
    return old.endswith(last) and place < len(old) - len(last)


def _locked(statement: Statement) -> tuple[Discussion, Statement]:
    discussion = locked_discussion(statement.discussion)
    found = Statement.objects.within(discussion.district_id).filter(discussion=discussion, pk=statement.pk).first()
    if found is None:
        raise ModerationRefused(_("This statement is not there any more: its author took it back, or it had to be deleted."))
    found.discussion = discussion
    return discussion, found


def _refuse_waiting_appeal(found: Statement) -> None:
    if found.state == Statement.State.HIDDEN and found.appeal.strip() and not found.appeal_answer:
        raise ModerationRefused(_("Its author asked to look at it again. Answer that; both ways are open. Nothing was changed."))


def _put_texts(found: Statement, texts: Texts, by: User, *, whole: bool = True) -> None:
    kept = checked_texts(texts)
    own = found.texts.get(found.language, "")
    fresh = kept.setdefault(found.language, own)
    if own and not only_names_taken_out(own, fresh):
        raise ModerationRefused(_("The words are their author's: take names out, and change nothing else. Nothing was saved."))
    if whole and not stands_in_every_language(kept):
        raise ModerationRefused(
            _("It has to stand in every language before it is shown, or people could not react to the same words.")
        )
    translated = any(kept[code] != found.texts.get(code) for code in kept if code != found.language)
    found.texts = kept
    if fresh != own:
        _keep(found, Deed.REDACTED, by)
    if translated:
        _keep(found, Deed.TRANSLATED, by)


def _let_it_be_shown(found: Statement, discussion: Discussion) -> None:
    found.state, found.reason, found.reason_more = Statement.State.SHOWN, "", ""
    if found.number is None:
        found.number = fresh_numbers(discussion, 1)[0]
    found.save()


def _keep(statement: Statement, deed: str, by: User, reason: str = "") -> None:
    ModerationDeed.everything.create(
        district_id=statement.district_id,
        discussion_id=statement.discussion_id,
        statement=statement,
        deed=deed,
        reason=reason,
        done_by=by.pk,
        done_on=statement.discussion.district.today(),
    )
    audit.record(actor=by, verb=f"moderated: {deed}", subject=statement, detail={"reason": reason} if reason else {})


def _short(words: str) -> str:
    return words.strip()[:LONGEST_ANSWER]
