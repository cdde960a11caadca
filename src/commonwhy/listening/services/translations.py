"""Checked translations: texts out to a translator, and what comes back kept beside the originals (METHODS 4.8).

What goes out is what the viewer may read already: readable answers and, where they ask for it, notes of their own
conversations; with a random id, and never who said it. Each row carries a digest over its original, keyed with this
installation's secret, so that a row filled in for another text, or whose original has changed since, is found out.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.formats.findings import Finding
from commonwhy.formats.messages import Message, gettext_noop
from commonwhy.formats.translations import ToTranslate, Translated, read_translations, same_words
from commonwhy.listening.models import Answer, AnswerTranslation, Note, NoteTranslation
from commonwhy.listening.queries.translations import Text, texts_by_id

DIGEST_LETTERS = 16

UNKNOWN = gettext_noop("No text that you may read has this id. It was left aside.")
CHANGED = gettext_noop("The original has changed since this file was made, or the row is of another text. Take a new file.")
MOVED = gettext_noop("The words beside this id are not its own; cells may have been sorted without their row. It was left aside.")
OTHER_LANGUAGE = gettext_noop("This row was sent to be translated into another language. It was left aside.")
NO_LANGUAGE = gettext_noop("“%(language)s” is not a language of these pages. Write its code, such as en or es.")


class TranslationsRefused(Exception):
    """Nothing was kept; the message says why and the way out."""


@dataclass(frozen=True)
class Change:
    """One translation as it would be kept. `earlier` is what stands there now; None where there is none."""

    line: int
    text: Text
    into: str
    words: str
    earlier: str | None


@dataclass(frozen=True)
class Plan:
    """What a file would do: translations added and replaced, those that are there already, and what was left aside."""

    changes: tuple[Change, ...]
    unchanged: int
    empty: tuple[int, ...]
    findings: tuple[Finding, ...]

    @property
    def added(self) -> int:
        return sum(change.earlier is None for change in self.changes)

    @property
    def replaced(self) -> int:
        return len(self.changes) - self.added

    @property
    def digest(self) -> str:
        """Tells this plan from another, so that nothing is kept that was not shown."""
        said = "\0".join(f"{c.text.id}\0{c.into}\0{c.words}\0{c.earlier or ''}" for c in self.changes)
        return hashlib.sha256(said.encode()).hexdigest()[:32]


def check_of(pk: UUID, words: str, into: str) -> str:
    """The digest that ties a row to its original and language: HMAC-SHA256, cut to 64 bits."""
    key = hashlib.sha256(b"commonwhy.listening.translations\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, b"\0".join((pk.bytes, into.encode(), words.encode())), hashlib.sha256).hexdigest()[:DIGEST_LETTERS]


def to_translate(texts: Iterable[tuple[UUID, str, str]], into: str) -> list[ToTranslate]:
    """Rows for (id, language, words), in the order of their random ids."""
    rows = [ToTranslate(str(pk), language, words, into, check_of(pk, words, into)) for pk, language, words in texts]
    return sorted(rows, key=lambda row: row.id)


@transaction.atomic
def take_out(*, district: District, texts: Sequence[Text], into: str, by: User) -> list[ToTranslate]:
    """The rows for a translator, noted in the audit as numbers only."""
    answers = sum(text.is_answer for text in texts)
    detail = {"answers": answers, "notes": len(texts) - answers, "into": into}
    audit.record(actor=by, verb="took out to translate", subject=district, district_id=district.pk, detail=detail)
    return to_translate(((text.id, text.language, text.words) for text in texts), into)


def plan(*, viewer: Viewer, district: District, path: Path, name: str) -> Plan:
    """Look up every row of a file. Writes nothing. Raises `formats.UnreadableFile` for a file that cannot be read."""
    file = read_translations(path, name=name)
    known = texts_by_id(viewer, district, [pk for row in file.rows if (pk := _uuid(row.id))])
    languages = dict(settings.LANGUAGES)
    changes: list[Change] = []
    findings = list(file.findings)
    unchanged = 0
    for row in file.rows:
        text = known.get(_uuid(row.id) or UUID(int=0))
        reason = _wrong_with(row, text, languages)
        if reason is not None or text is None:
            column, template = reason or ("id", UNKNOWN)
            value = row.into if column == "into" else row.id
            findings.append(Finding(name, row.line, column, value, Message(template, {"language": row.into})))
        elif text.translations.get(row.into) == row.translation:
            unchanged += 1
        else:
            changes.append(Change(row.line, text, row.into, row.translation, text.translations.get(row.into)))
    return Plan(tuple(changes), unchanged, file.empty, tuple(sorted(findings, key=lambda each: each.line or 0)))


def _wrong_with(row: Translated, text: Text | None, languages: Mapping[str, object]) -> tuple[str, str] | None:
    """The column and the reason why a row cannot be kept; None where it can."""
    if text is None:
        return "id", UNKNOWN
    if row.into not in languages:
        return "into", NO_LANGUAGE
    if not hmac.compare_digest(row.check.encode(), check_of(text.id, text.words, row.into).encode()):
        others = (check_of(text.id, text.words, code) for code in languages)
        return ("into", OTHER_LANGUAGE) if row.check in others else ("check", CHANGED)
    if row.words is not None and not same_words(row.words, text.words):
        return "words", MOVED
    return None


@transaction.atomic
def bring_in(*, viewer: Viewer, district: District, path: Path, name: str, seen: str, by: User) -> Plan:
    """Keep what the plan that was seen says, all of it or nothing; `by` vouches for it.

    Raises `TranslationsRefused` when it would do something else by now.
    """
    now = plan(viewer=viewer, district=district, path=path, name=name)
    if now.digest != seen:
        raise TranslationsRefused(
            _("Something changed since you looked. This is what the file would do now; nothing was kept yet.")
        )
    for change in now.changes:
        values = {"words": change.words, "checked_by": by.pk}
        if change.text.is_answer:
            answer = Answer.objects.within(district).get(pk=change.text.id)
            AnswerTranslation.everything.update_or_create(district=district, answer=answer, language=change.into, defaults=values)
        else:
            note = Note.objects.within(district).get(pk=change.text.id)
            NoteTranslation.everything.update_or_create(district=district, note=note, language=change.into, defaults=values)
    if now.changes:
        detail = {"added": now.added, "replaced": now.replaced}
        audit.record(actor=by, verb="brought in translations", subject=district, district_id=district.pk, detail=detail)
    return now


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
