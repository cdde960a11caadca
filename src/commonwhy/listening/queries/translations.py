"""Texts somebody may read, with the language they are in and their checked translations: for a translator's file and back.

Answers are those of `queries.voices` (handed in, readable by now, of the viewer's own schools); notes are those of the
viewer's own conversations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Answer, AnswerTranslation, Note, NoteTranslation
from commonwhy.listening.queries.voices import Filters, Voices

AT_ONCE = 400
"""Ids in one query; SQLite takes no more than some thousands."""


@dataclass(frozen=True)
class Text:
    """An answer or a note in its own words. `translations` maps a language to the checked words in it."""

    id: UUID
    is_answer: bool
    language: str
    words: str
    translations: Mapping[str, str] = field(default_factory=dict)


def waiting_texts(viewer: Viewer, district: District, into: str, *, survey: str = "", notes: bool = False) -> list[Text]:
    """Texts in other languages that have no translation into `into`: answers, of one survey if asked, and own notes."""
    answers = Voices(viewer, district).answers(Filters(survey=survey)).exclude(response__language=into)
    answers = answers.exclude(pk__in=AnswerTranslation.objects.visible_to(viewer).filter(language=into).values("answer"))
    found = [text for text in _of_answers(answers.select_related(None), district) if text.language != into]
    if notes:
        own = Note.objects.visible_to(viewer).filter(district=district).exclude(language=into)
        own = own.exclude(pk__in=NoteTranslation.objects.visible_to(viewer).filter(language=into).values("note"))
        found += [text for text in _of_notes(own, district) if text.language != into]
    return found


def texts_by_id(viewer: Viewer, district: District, ids: Sequence[UUID]) -> dict[UUID, Text]:
    """The texts of these ids that the viewer may read, with their translations."""
    room = Voices(viewer, district)
    found: dict[UUID, Text] = {}
    wanted = list(dict.fromkeys(ids))
    for place in range(0, len(wanted), AT_ONCE):
        some = wanted[place : place + AT_ONCE]
        kept: dict[UUID, dict[str, str]] = defaultdict(dict)
        for answer, language, words in (
            AnswerTranslation.objects.visible_to(viewer).filter(answer__in=some).values_list("answer_id", "language", "words")
        ):
            kept[answer][language] = words
        for note, language, words in (
            NoteTranslation.objects.visible_to(viewer).filter(note__in=some).values_list("note_id", "language", "words")
        ):
            kept[note][language] = words
        texts = [
            *_of_answers(room.answers().filter(pk__in=some).select_related(None), district),
            *_of_notes(Note.objects.visible_to(viewer).filter(district=district, pk__in=some), district),
        ]
        found |= {text.id: Text(text.id, text.is_answer, text.language, text.words, kept[text.id]) for text in texts}
    return found


def _of_answers(answers: QuerySet[Answer], district: District) -> list[Text]:
    """Answers with words. One whose language was not kept counts as given in the first language of its survey."""
    rows = answers.values_list("pk", "value", "response__language", "response__survey__version__languages")
    return [
        Text(pk, True, language or (languages or [district.language])[0], value)
        for pk, value, language, languages in rows
        if isinstance(value, str) and value.strip()
    ]


def _of_notes(notes: Iterable[Note], district: District) -> list[Text]:
    return [Text(note.pk, False, note.language or district.language, note.words) for note in notes]


def put_beside(viewer: Viewer, answers: Iterable[Any]) -> None:
    """Lay the checked translations (`beside`) next to answers that the viewer reads already. One query."""
    by_key = {answer.pk: answer for answer in answers}
    for answer in by_key.values():
        answer.beside = []
    for each in AnswerTranslation.objects.visible_to(viewer).filter(answer__in=list(by_key)).order_by("language"):
        by_key[each.answer_id].beside.append(each)


def put_beside_excerpts(viewer: Viewer, district: District, excerpts: Iterable[Any]) -> None:
    """Lay the checked translations of the whole text an excerpt is of next to it, where the viewer may read that text.

    They hold the names the excerpt has lost, so they are for those who may read the answer or held the conversation.
    """
    excerpts = list(excerpts)
    rows: dict[UUID, list[Any]] = defaultdict(list)
    answers = [excerpt.answer_id for excerpt in excerpts if excerpt.answer_id]
    translated = list(AnswerTranslation.objects.visible_to(viewer).filter(answer__in=answers).order_by("language"))
    if translated:
        readable = Voices(viewer, district).answers().filter(pk__in={each.answer_id for each in translated})
        may_read = set(readable.values_list("pk", flat=True))
        for each in translated:
            if each.answer_id in may_read:
                rows[each.answer_id].append(each)
    notes = [excerpt.note_id for excerpt in excerpts if excerpt.note_id]
    for told in NoteTranslation.objects.visible_to(viewer).filter(note__in=notes).order_by("language"):
        rows[told.note_id].append(told)
    for excerpt in excerpts:
        excerpt.beside = rows.get(excerpt.answer_id or excerpt.note_id, [])


def surveys_with_words(viewer: Viewer, district: District) -> list[tuple[str, str]]:
    """Surveys whose answers may be taken out, for a choice."""
    return list(Voices(viewer, district).choices(Filters()).surveys)
