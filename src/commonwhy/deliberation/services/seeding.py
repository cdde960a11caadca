"""Statements that facilitators bring in: written by them, or taken from what people said, with leave.

A statement that stands in every language of the installation is shown at once, since whoever adds it has checked the
translation; one that lacks a language waits. While a discussion is a draft, nobody has seen its statements, so they can
still be reworded and taken out; afterwards they are as fixed as the votes on them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.core.wanted import plain_words
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.deliberation.services.holding import LONGEST_STATEMENT, look_through
from commonwhy.deliberation.services.locking import LANGUAGES, DiscussionRefused, locked_discussion
from commonwhy.districts.models import Group
from commonwhy.listening.models import Excerpt
from commonwhy.listening.queries.safety import is_held_back
from commonwhy.listening.services.questionnaires import Texts

MOST_SEEDS = 300


@transaction.atomic
def add_seed(
    *,
    discussion: Discussion,
    texts: Texts,
    by: User,
    language: str | None = None,
    group: Group | None = None,
) -> Statement:
    """Add a statement that the facilitators wrote. `language`: the one it was written in; else the first that has text."""
    locked = _takes_more(discussion)
    return _add(locked, texts, by, language=language, group=group)


@transaction.atomic
def add_from_excerpt(*, discussion: Discussion, excerpt: Excerpt, texts: Texts, by: User) -> Statement:
    """Add what somebody said, as `texts` word it; it stays traced to the excerpt.

    Raises `DiscussionRefused` where there is no leave to quote, and for words that wait in the safety queue.
    """
    locked = _takes_more(discussion)
    if excerpt.district_id != locked.district_id:
        raise DiscussionRefused(_("Something of another district was chosen. Nothing was changed."))
    if refusal := why_not_used(excerpt):
        raise DiscussionRefused(refusal)
    if Statement.objects.within(locked.district_id).filter(discussion=locked, excerpt=excerpt).exists():
        raise DiscussionRefused(_("This voice is a statement here already. Nothing was changed."))
    return _add(locked, texts, by, language=excerpt.language, group=excerpt.group, excerpt=excerpt)


def why_not_used(excerpt: Excerpt) -> str:
    """Why nobody may be shown the words of an excerpt; empty where they may."""
    if excerpt.note is not None and not excerpt.note.may_quote:
        return _("They did not say that we may quote them. Ask them first; the note is kept.")
    if is_held_back(answer=excerpt.answer, note=excerpt.note):
        return _("These words are in the safety queue. Until somebody has looked at them, nobody quotes them.")
    return ""


@transaction.atomic
def reword(*, statement: Statement, texts: Texts, by: User) -> Statement:
    """Change a statement of a draft. Raises `DiscussionRefused` once people react to it."""
    locked = locked_discussion(statement.discussion)
    found = of_a_draft(locked, statement)
    found.texts = checked_texts(texts)
    if found.language not in found.texts:
        found.language = next(iter(found.texts))
    _refuse_same(locked, found)
    found.held_for = _found_in(locked, found)
    if stands_in_every_language(found.texts) and found.state == Statement.State.WAITING:
        found.state, found.number = Statement.State.SHOWN, found.number or fresh_numbers(locked, 1)[0]
    elif not stands_in_every_language(found.texts):
        found.state = Statement.State.WAITING
    found.save()
    audit.record(actor=by, verb="changed", subject=found)
    return found


@transaction.atomic
def take_out(*, statement: Statement, by: User) -> None:
    """Take a statement out of a draft. Raises `DiscussionRefused` once people react to it: it can be hidden, with a reason."""
    found = of_a_draft(locked_discussion(statement.discussion), statement)
    audit.record(actor=by, verb="took out", subject=found)
    found.delete()


def of_a_draft(discussion: Discussion, statement: Statement) -> Statement:
    """The statement as it is now. Raises `DiscussionRefused` once its discussion has opened, or where it is gone."""
    if not discussion.survey.is_draft:
        raise DiscussionRefused(
            _("This discussion has opened, and a statement that people react to stays as it is. Nothing was changed.")
        )
    found = Statement.objects.within(discussion.district_id).filter(discussion=discussion, pk=statement.pk).first()
    if found is None:
        raise DiscussionRefused(_("Somebody took this statement out in the meantime."))
    return found  # type: ignore[no-any-return]


def checked_texts(texts: Texts) -> Texts:
    """Texts as they are kept, each on one line. Raises `DiscussionRefused` for none, or one that is too long."""
    kept = {code: " ".join((texts.get(code) or "").split()) for code in LANGUAGES}
    kept = {code: text for code, text in kept.items() if text}
    if not kept:
        raise DiscussionRefused(_("Write the statement first. Nothing was saved."))
    if any(len(text) > LONGEST_STATEMENT for text in kept.values()):
        raise DiscussionRefused(
            _("A statement has at most %(most)s characters, so that it is read. Say one thing in it. Nothing was saved.")
            % {"most": LONGEST_STATEMENT}
        )
    return kept


def stands_in_every_language(texts: Texts) -> bool:
    return all(texts.get(code) for code in LANGUAGES)


def fresh_numbers(discussion: Discussion, count: int) -> Sequence[int]:
    """The next numbers, in random order: of several shown at once, the number tells nothing of which came first.

    The caller holds the discussion's row locked. A number that was given is never given again.
    """
    rows = Statement.objects.within(discussion.district_id).filter(discussion=discussion)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    numbers = list(range(last + 1, last + 1 + count))
    random.SystemRandom().shuffle(numbers)
    return numbers


def _takes_more(discussion: Discussion) -> Discussion:
    locked = locked_discussion(discussion)
    if locked.survey.is_closed:
        raise DiscussionRefused(_("This discussion is closed, so nobody could react to it. Nothing was changed."))
    seeds = Statement.objects.within(locked.district_id).filter(discussion=locked)
    if seeds.exclude(origin=Statement.Origin.PARTICIPANT).count() >= MOST_SEEDS:
        raise DiscussionRefused(
            _("There are %(most)s statements from you already, and nobody would read more of them.") % {"most": MOST_SEEDS}
        )
    return locked


def _add(
    discussion: Discussion,
    texts: Texts,
    by: User,
    *,
    language: str | None,
    group: Group | None,
    excerpt: Excerpt | None = None,
) -> Statement:
    kept = checked_texts(texts)
    if group is not None and group.district_id != discussion.district_id:
        raise DiscussionRefused(_("Something of another district was chosen. Nothing was changed."))
    usual = discussion.district.language if discussion.district.language in kept else next(iter(kept))
    shown = stands_in_every_language(kept)
    statement = Statement(
        district_id=discussion.district_id,
        discussion=discussion,
        texts=kept,
        language=language if language in kept else usual,
        origin=Statement.Origin.EXCERPT if excerpt else Statement.Origin.SEED,
        excerpt=excerpt,
        group=group,
        state=Statement.State.SHOWN if shown else Statement.State.WAITING,
        number=fresh_numbers(discussion, 1)[0] if shown else None,
    )
    _refuse_same(discussion, statement)
    statement.held_for = _found_in(discussion, statement)
    statement.save(force_insert=True)
    audit.record(actor=by, verb="added", subject=statement, detail={"excerpt": str(excerpt.pk)} if excerpt else {})
    return statement


def _refuse_same(discussion: Discussion, statement: Statement) -> None:
    """In the same words twice, votes would split between the two."""
    own = {plain_words(text) for text in statement.texts.values()}
    others = Statement.objects.within(discussion.district_id).filter(discussion=discussion).exclude(pk=statement.pk)
    for texts in others.exclude(state=Statement.State.HIDDEN).values_list("texts", flat=True).iterator(chunk_size=2_000):
        if own & {plain_words(text) for text in texts.values()}:
            raise DiscussionRefused(_("A statement says this already, in the same words. Nothing was changed."))


def _found_in(discussion: Discussion, statement: Statement) -> list[str]:
    return look_through(" \n".join(statement.texts.values()), discussion.district, long=False)
