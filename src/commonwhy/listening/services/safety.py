"""The safety queue: who reads it, what puts an answer there, and what is done about it (FIELD rule 10, docs/adr/0008).

Named positions read it, never roles. Every look is written down before the words are shown. Putting something here is a
reader's button or the district's word list (`services/safety_words`); nothing here is done by a respondent's request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.core.slots import words_withdrawn
from commonwhy.districts.models import Appointment, District, Position
from commonwhy.districts.services import add_position, appoint
from commonwhy.districts.viewers import AccountViewer
from commonwhy.listening.models import Answer, Note, SafetyFlag, SafetyLook, SafetyPosition, SafetyWord, Survey
from commonwhy.listening.models.safety import filled_by
from commonwhy.listening.queries.safety import texts_to_try
from commonwhy.listening.services.word_list import Tried, folded, too_short, tried

MOST_WORDS = 200
MOST_AT_ONCE = 50
LONGEST_WORDS = 80


class SafetyRefused(Exception):
    """Nothing was changed; the message says why and what to do."""


def monday(district: District) -> date:
    """The Monday of this week where the district is; a flag knows no finer time."""
    today = district.today()
    return today - timedelta(days=today.weekday())


# Who reads it


@transaction.atomic
def name_position(
    *, district: District, by: User, account: User, position: Position | None = None, title: str = ""
) -> SafetyPosition:
    """Name a position (an existing one, or a new one of this title) and appoint `account` to it from today.

    Raises `SafetyRefused` without a position, or for a position of another district.
    """
    if position is None:
        if not title.strip():
            raise SafetyRefused(_("Choose a position or write the name of a new one. Nothing was changed."))
        position = Position.objects.within(district).filter(title=title.strip(), school=None).first()
        position = position or add_position(district=district, title=title, by=by)
    if position.district_id != district.pk:
        raise SafetyRefused(_("Something of another district was chosen. Nothing was changed."))
    named, fresh = SafetyPosition.everything.get_or_create(district=district, position=position)
    if fresh:
        audit.record(actor=by, verb="named for the safety queue", subject=named)
    _fill(position, account, by)
    return named


@transaction.atomic
def fill_position(*, named: SafetyPosition, account: User, by: User) -> None:
    """Appoint somebody else to a named position from today; whoever held it reads the queue no longer."""
    _fill(named.position, account, by)


def _fill(position: Position, account: User, by: User) -> None:
    open_ones = Appointment.objects.within(position.district_id).filter(position=position, ends=None)
    held = open_ones.filter(account=account, begins__lte=position.district.today()).first()
    if held is not None:
        return
    same_name = open_ones.filter(name=str(account), account=None).first()
    appointment = same_name or appoint(position=position, name=str(account), begins=position.district.today(), by=by)
    appointment.account = account
    appointment.save(update_fields=["account"])
    audit.record(actor=by, verb="gave the safety queue to", subject=appointment)


@transaction.atomic
def unname_position(*, named: SafetyPosition, by: User) -> None:
    """The position no longer reads the queue. The position itself stays, and so does the log."""
    audit.record(actor=by, verb="took the safety queue from", subject=named)
    SafetyPosition.objects.within(named.district_id).filter(pk=named.pk).delete()


# The list of words


@transaction.atomic
def add_words(*, district: District, words: Sequence[str], viewer: AccountViewer, by: User) -> tuple[list[Tried], dict[str, str]]:
    """Add words to the list. Returns those added, with how often each is used so far, and why each other was refused."""
    District.objects.within(district).select_for_update().get()
    listed = {folded(each.words) for each in SafetyWord.objects.within(district)}
    refused: dict[str, str] = {}
    fresh: dict[str, str] = {}
    for each in (" ".join(one.split()) for one in words):
        if not each:
            continue
        if reason := _unfit(each, listed, len(fresh)):
            refused[each] = reason
        else:
            fresh.setdefault(folded(each), each)
    added = []
    for outcome in tried(list(fresh.values()), texts_to_try(viewer, district)) if fresh else []:
        if outcome.finds_too_much:
            refused[outcome.words] = _(
                "“%(words)s” is in %(found)s of %(answers)s answers. A list that finds everything finds nothing:"
                " use a longer phrase."
            ) % {"words": outcome.words, "found": f"{outcome.found:,}", "answers": f"{outcome.answers:,}"}
            continue
        word = SafetyWord.everything.create(district=district, words=outcome.words)
        audit.record(actor=by, verb="added a safety word", subject=word)
        added.append(outcome)
    return added, refused


def _unfit(words: str, listed: Collection[str], fresh: int) -> str:
    """Why these words cannot go on the list, before they are tried; empty where they can."""
    if len(words) > LONGEST_WORDS:
        return _("“%(words)s…” is too long. Use a word or a short phrase.") % {"words": words[:40]}
    if too_short(words):
        return _("“%(words)s” is too short: a word needs three letters or more.") % {"words": words}
    if folded(words) in listed:
        return _("“%(words)s” is on the list already.") % {"words": words}
    if len(listed) + fresh >= MOST_WORDS or fresh >= MOST_AT_ONCE:
        return _("“%(words)s” was left out: the list is full.") % {"words": words}
    return ""


@transaction.atomic
def remove_word(*, word: SafetyWord, by: User) -> None:
    """Take a word off the list. What it put in the queue stays there."""
    audit.record(actor=by, verb="removed a safety word", subject=word)
    SafetyWord.objects.within(word.district_id).filter(pk=word.pk).delete()


# What is in the queue


@transaction.atomic
def mark_answer(*, answer: Answer, by: User) -> SafetyFlag:
    """A reader puts an answer in the queue. From then on only the named positions read it."""
    return _mark(SafetyFlag(answer=answer, district_id=answer.district_id), answer.district, by)


@transaction.atomic
def mark_note(*, note: Note, by: User) -> SafetyFlag:
    """A facilitator puts a note of their own in the queue."""
    return _mark(SafetyFlag(note=note, district_id=note.district_id), note.district, by)


def _mark(flag: SafetyFlag, district: District, by: User) -> SafetyFlag:
    rows = SafetyFlag.objects.within(district).select_for_update()
    before = rows.filter(answer=flag.answer).first() if flag.answer is not None else rows.filter(note=flag.note).first()
    if before is None:
        flag.reason, flag.week = SafetyFlag.Reason.MARKED, monday(district)
        flag.save(force_insert=True)
        before = flag
    elif before.state != SafetyFlag.State.WAITING:
        before.state = SafetyFlag.State.WAITING
        before.save(update_fields=["state"])
    if before.answer is not None:
        take_off_pages([before.answer.pk], district)
    _look(before, SafetyLook.Deed.MARKED, by, str(by))
    audit.record(actor=by, verb="put in the safety queue", subject=before)
    return before


def take_off_pages(answers: Collection[UUID], district: District) -> None:
    """Have what quotes these answers elsewhere, such as a gap page, leave them out."""
    rows = Answer.objects.within(district).filter(pk__in=answers).select_related("response__survey__district")
    words: dict[Survey, set[str]] = defaultdict(set)
    for answer in rows:
        words[answer.response.survey].add(str(answer.value))
    for survey, said in words.items():
        for withdraw in words_withdrawn:
            withdraw(survey, frozenset(said))


@transaction.atomic
def look(*, flag: SafetyFlag, by: User) -> SafetyLook:
    """Write down that `by` is about to see the words. Raises `SafetyRefused` for whoever fills no named position today."""
    return _look(flag, SafetyLook.Deed.SAW, by, called(flag, by))


@transaction.atomic
def settle(*, flag: SafetyFlag, deed: str, done: str, by: User) -> SafetyFlag:
    """Say what was done: acted on it, saw no concern, or put it back. Raises `SafetyRefused` without words for what was done."""
    states: dict[str, str] = {
        SafetyLook.Deed.ACTED: SafetyFlag.State.ACTED,
        SafetyLook.Deed.NO_CONCERN: SafetyFlag.State.NO_CONCERN,
        SafetyLook.Deed.REOPENED: SafetyFlag.State.WAITING,
    }
    if deed not in states:
        raise SafetyRefused(_("Choose what was done."))
    who = called(flag, by)
    if deed == SafetyLook.Deed.ACTED and not done.strip():
        raise SafetyRefused(_("Write in a few words what was done. Nothing was changed."))
    locked: SafetyFlag = SafetyFlag.objects.within(flag.district_id).select_for_update().get(pk=flag.pk)
    if not SafetyLook.objects.within(flag.district_id).filter(flag=locked, account=by.pk, deed=SafetyLook.Deed.SAW).exists():
        raise SafetyRefused(_("Open it first: nobody settles what they have not seen."))
    locked.state, locked.done = states[deed], done.strip()
    locked.save(update_fields=["state", "done"])
    _look(locked, deed, by, who)
    audit.record(actor=by, verb="settled", subject=locked, detail={"deed": deed})
    return locked


def called(flag: SafetyFlag, by: User) -> str:
    """Name and position of somebody who reads the queue, as the log keeps them."""
    named = filled_by(by.pk, [flag.district_id]).select_related("position__school").first()
    if named is None:
        raise SafetyRefused(_("Only those who fill a position named for the safety queue read it."))
    return f"{by}, {named.position}"


def _look(flag: SafetyFlag, deed: str, by: User, who: str) -> SafetyLook:
    return SafetyLook.everything.create(district_id=flag.district_id, flag=flag, deed=deed, account=by.pk, who=who[:200])
