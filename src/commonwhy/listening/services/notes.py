"""Notes of a conversation: written while people talk, perhaps on a phone that is offline, and never lost.

A note is known by the key that was made where it was written, so one sent twice counts once. Two tabs may hold the same
note: what comes later may replace what it knows, and nothing else. Where it does not know what stands there, both texts
are kept, the second as a note of its own.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import Group, School
from commonwhy.listening.models import Conversation, Excerpt, Note

LONGEST_NOTE = 4_000
MOST_NOTES = 500


class NoteRefused(Exception):
    """The note stays as it was; the message says why and the way out."""


class Outcome(Enum):
    """What became of a note that was sent."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    BOTH = "both"
    """Somebody else had changed it: both texts are kept."""


@dataclass(frozen=True)
class Written:
    """A note as it was written down. Without a group it is what the facilitator saw, which nobody can be quoted for."""

    words: str
    group: Group | None
    school: School | None
    language: str = ""
    may_quote: bool = False

    def is_in(self, note: Note) -> bool:
        return (self.words, self.group, self.school, self.language, self.quotable) == (
            note.words,
            note.group,
            note.school,
            note.language,
            note.may_quote,
        )

    def put_into(self, note: Note) -> None:
        note.words, note.group, note.school = self.words, self.group, self.school
        note.language, note.may_quote = self.language, self.quotable

    @property
    def quotable(self) -> bool:
        return self.may_quote and self.group is not None


@dataclass(frozen=True)
class Saved:
    """The note that now holds the text, and how that came about."""

    note: Note
    outcome: Outcome


def plain(words: str) -> str:
    """The words without what no page can show: control characters; line ends are `\\n`, accents are composed."""
    text = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


@transaction.atomic
def save_note(
    *,
    conversation: Conversation,
    key: UUID,
    written: Written,
    by: User,
    revision: int | None = None,
    before: str | None = None,
    still_writing: bool = False,
) -> Saved:
    """Keep a note under its key; sent again it stays one.

    A later text replaces the one that stands there if it was written on top of it: it knows its `revision`, or its words
    (`before`), or begins with them. Otherwise both are kept. `still_writing` keeps single keystrokes out of the audit.
    Raises `NoteRefused` when the conversation is called off or holds as many notes as it can.
    """
    # The row is locked so that two notes at once do not take one position.
    held = Conversation.objects.within(conversation.district_id).select_for_update().get(pk=conversation.pk)
    if held.state == Conversation.State.CALLED_OFF:
        raise NoteRefused(_("This conversation was called off, so nothing can be noted in it. Your words stay here."))
    note = Note.objects.within(held.district_id).filter(conversation=held, client_key=key).first()
    if note is None:
        note = _add(held, key, written)
        audit.record(actor=by, verb="noted an answer in", subject=held)
        return Saved(note, Outcome.NEW)
    if written.is_in(note):
        return Saved(note, Outcome.SAME)
    knows = revision == note.revision or before == note.words or written.words.startswith(note.words)
    if knows and not _is_quoted_otherwise(note, written):
        _replace(note, written)
        if not still_writing:
            audit.record(actor=by, verb="changed a note of", subject=held)
        return Saved(note, Outcome.CHANGED)
    return _kept_beside(held, note, key, written, by)


def _kept_beside(held: Conversation, note: Note, key: UUID, written: Written, by: User) -> Saved:
    """The other text as a note of its own; its key comes from its words, so that sending it again adds nothing."""
    other_key = uuid5(key, written.words)
    other = Note.objects.within(held.district_id).filter(conversation=held, client_key=other_key).first()
    if other is not None:
        return Saved(other, Outcome.BOTH)
    other = _add(held, other_key, written)
    audit.record(actor=by, verb="kept both texts of a note of", subject=held)
    return Saved(other, Outcome.BOTH)


def _add(held: Conversation, key: UUID, written: Written) -> Note:
    notes = Note.objects.within(held.district_id).filter(conversation=held)
    if notes.count() >= MOST_NOTES:
        raise NoteRefused(
            _("%(most)s notes are as many as one conversation holds. Begin a second one; this note stays here.")
            % {"most": MOST_NOTES}
        )
    last = notes.order_by("-position").first()
    note = Note(
        district_id=held.district_id, conversation=held, position=last.position + 1 if last else 1, client_key=key, words=""
    )
    written.put_into(note)
    note.save(force_insert=True)
    return note


def _replace(note: Note, written: Written) -> None:
    """Put the new text in; what was marked follows the leave to quote and the group."""
    if note.may_quote and not written.quotable:
        _take_back_excerpts(note)
    if note.group != written.group:
        Excerpt.objects.within(note.district_id).filter(note=note).update(group=written.group)
    written.put_into(note)
    note.revision += 1
    note.save()


def _is_quoted_otherwise(note: Note, written: Written) -> bool:
    """Whether words of it were marked that the new text would leave hanging."""
    return note.words != written.words and Excerpt.objects.within(note.district_id).filter(note=note).exists()


@transaction.atomic
def change_note(*, note: Note, written: Written, revision: int, by: User) -> Saved:
    """Change a note that is there. Raises `NoteRefused` where words of it are marked and would change."""
    held = Conversation.objects.within(note.district_id).select_for_update().get(pk=note.conversation_id)
    current = Note.objects.within(note.district_id).get(pk=note.pk)
    if written.is_in(current):
        return Saved(current, Outcome.SAME)
    if _is_quoted_otherwise(current, written):
        raise NoteRefused(_("Words of this note are marked. Take the mark back first, then change it."))
    if revision != current.revision:
        return _kept_beside(held, current, current.client_key or current.pk, written, by)
    _replace(current, written)
    audit.record(actor=by, verb="changed a note of", subject=held)
    return Saved(current, Outcome.CHANGED)


@transaction.atomic
def give_leave(*, note: Note, may_quote: bool, by: User) -> Note:
    """Keep whether the person may be quoted. Taken back, their words are taken back too.

    Raises `NoteRefused` for what the facilitator saw, and while a sentence of the vision cites the words.
    """
    if note.group is None and may_quote:
        raise NoteRefused(_("This is what you saw. Only people can be asked for leave to quote them."))
    if note.may_quote == may_quote:
        return note
    if not may_quote:
        _take_back_excerpts(note)
    note.may_quote = may_quote
    note.revision += 1
    note.save(update_fields=["may_quote", "revision"])
    audit.record(
        actor=by, verb="kept leave to quote in" if may_quote else "took back leave to quote in", subject=note.conversation
    )
    return note


def _take_back_excerpts(note: Note) -> None:
    try:
        with transaction.atomic():
            Excerpt.objects.within(note.district_id).filter(note=note).delete()
    except ProtectedError as error:
        raise NoteRefused(
            _("A sentence of the vision or a discussion rests on words of this note. Take them off there first, then try again.")
        ) from error


@transaction.atomic
def remove_note(*, note: Note, by: User) -> None:
    """Strike a note. Raises `NoteRefused` while words of it are marked."""
    conversation = note.conversation
    try:
        with transaction.atomic():
            note.delete()
    except ProtectedError as error:
        raise NoteRefused(_("Words of this note are marked. Take the mark back first; the note is kept.")) from error
    audit.record(actor=by, verb="struck a note of", subject=conversation)
