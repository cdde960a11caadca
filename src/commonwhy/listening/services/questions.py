"""The questions of a version: added, changed, moved and removed while nobody has been asked with it.

What a question rests on is checked with every write: one that is asked only after a certain answer (`shown_if`) stands
behind the question that decides, and that question keeps its place and those answers for as long as another needs them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.listening.branching import DECIDING, depending_on
from commonwhy.listening.models import Question, QuestionnaireVersion
from commonwhy.listening.models.question import in_language
from commonwhy.listening.services.questionnaires import QuestionnaireRefused, Texts, kept, unfrozen

MOST_QUESTIONS = 60
# Moved aside while two questions change places; far above any real position, within what the column holds.
ASIDE = 30_000
KEY_LENGTH = 40
MOST_QUOTED = 60
CHOOSES = (Question.Kind.SINGLE, Question.Kind.MULTIPLE, Question.Kind.MATRIX, Question.Kind.RANKING)
Choices = list[dict[str, Any]]


@dataclass(frozen=True)
class Written:
    """What somebody wrote of a question: each field as `Question` stores it."""

    texts: Texts
    hints: Texts = field(default_factory=dict)
    options: Choices = field(default_factory=list)
    rows: Choices = field(default_factory=list)
    required: bool = False
    section: Texts = field(default_factory=dict)
    shown_if: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    plain_texts: Texts = field(default_factory=dict)
    plain_hints: Texts = field(default_factory=dict)

    def put_into(self, question: Question) -> None:
        question.texts, question.hints, question.section = kept(self.texts), kept(self.hints), kept(self.section)
        question.plain_texts, question.plain_hints = kept(self.plain_texts), kept(self.plain_hints)
        question.options, question.rows, question.required = self.options, self.rows, self.required
        question.shown_if, question.limits = self.shown_if, self.limits


@transaction.atomic
def add_question(*, version: QuestionnaireVersion, by: User, kind: str, written: Written) -> Question:
    """One more question, at the end. Its key is made from its words and stays as it is."""
    locked = unfrozen(version)
    questions = _questions(locked)
    if len(questions) >= MOST_QUESTIONS:
        raise QuestionnaireRefused(
            _("This questionnaire has %(count)s questions, which is as long as anybody answers. Remove one first.")
            % {"count": MOST_QUESTIONS}
        )
    question = Question(
        district_id=locked.district_id,
        version=locked,
        key=fresh_key(in_language(written.texts, locked.languages[0]), {each.key for each in questions}, "question"),
        position=max((each.position for each in questions), default=0) + 1,
        kind=kind,
    )
    written.put_into(question)
    _check(question, questions)
    question.save(force_insert=True)
    audit.record(actor=by, verb="added question", subject=locked, detail={"question": question.key, "kind": kind})
    return question


@transaction.atomic
def change_question(*, question: Question, by: User, written: Written) -> Question:
    """Change a question's words, choices and condition; its kind and its key stay."""
    locked = unfrozen(question.version)
    question = _present(question)
    written.put_into(question)
    _check(question, _questions(locked))
    question.save()
    audit.record(actor=by, verb="changed question", subject=locked, detail={"question": question.key})
    return question


@transaction.atomic
def remove_question(*, question: Question, by: User) -> None:
    """Take a question out. One that is gone already stays gone; one that another rests on stays, and the refusal says why."""
    locked = unfrozen(question.version)
    resting = depending_on(question, _questions(locked))
    if resting:
        raise QuestionnaireRefused(
            _("“%(question)s” is asked only after a certain answer here. Change that one first. Nothing was removed.")
            % {"question": _quoted(resting[0])}
        )
    removed, _by_model = Question.objects.within(locked.district_id).filter(pk=question.pk).delete()
    if removed:
        audit.record(actor=by, verb="removed question", subject=locked, detail={"question": question.key})


@transaction.atomic
def move_question(*, question: Question, by: User, up: bool) -> None:
    """Change places with the question before or after. At either end nothing happens.

    Raises `QuestionnaireRefused` where a question would then stand before the one that decides whether it is asked.
    """
    locked = unfrozen(question.version)
    question = _present(question)
    others = Question.objects.within(locked.district_id).filter(version=locked)
    if up:
        other = others.filter(position__lt=question.position).order_by("-position").first()
    else:
        other = others.filter(position__gt=question.position).order_by("position").first()
    if other is None:
        return
    first, second = (other, question) if up else (question, other)
    if depending_on(first, [second]):
        raise QuestionnaireRefused(
            _("“%(question)s” is asked only after a certain answer to “%(deciding)s”, so it stays behind it. Nothing was moved.")
            % {"question": _quoted(second), "deciding": _quoted(first)}
        )
    mine, theirs = question.position, other.position
    for each, position in ((question, ASIDE), (other, mine), (question, theirs)):
        each.position = position
        each.save(update_fields=["position"])
    audit.record(actor=by, verb="moved question", subject=locked, detail={"question": question.key})


def choices_from_lines(
    lines: Mapping[str, str], languages: Sequence[str], before: Choices, plain: Mapping[str, str] | None = None
) -> Choices:
    """Options or rows from one text for each language, a line each: the nth line of each language is the same choice.

    A line that was there before keeps its key, so that answers can be compared across versions. `plain` holds the same in
    plain words, in as many lines; a line that is plain already is not kept twice. Raises `QuestionnaireRefused` where a
    language has another number of lines, or a line stands there twice.
    """
    split = {language: _lines(lines.get(language, "")) for language in languages}
    simple = {language: _lines((plain or {}).get(language, "")) for language in languages}
    source = split[languages[0]]
    for found in [*split.values(), *simple.values()]:
        if found and len(found) != len(source):
            raise QuestionnaireRefused(
                _(
                    "Each language needs the same lines in the same order, and so do plain words: one has %(some)s and another"
                    " %(others)s. Where a line is plain already, write it once more."
                )
                % {"some": len(source), "others": len(found)}
            )
        if len({line.casefold() for line in found}) != len(found):
            raise QuestionnaireRefused(_("The same line stands there twice. People could not tell the two apart."))
    keys = {in_language(choice["texts"], languages[0]): choice["key"] for choice in before}
    taken = {keys[line] for line in source if line in keys}
    choices: Choices = []
    for number, line in enumerate(source):
        key = keys.get(line) or fresh_key(line, taken, "choice")
        taken.add(key)
        choice: dict[str, Any] = {"key": key, "texts": {language: found[number] for language, found in split.items() if found}}
        beside = {
            language: found[number]
            for language, found in simple.items()
            if found and found[number] != choice["texts"].get(language)
        }
        choices.append(choice | ({"plain": beside} if beside else {}))
    return choices


def fresh_key(words: str, taken: set[str], fallback: str) -> str:
    """A short name made of the first words, as `how_often`, that is not taken yet."""
    base = re.sub(r"[^a-z0-9]+", "_", slugify(words))[: KEY_LENGTH - 4].strip("_") or fallback
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _questions(version: QuestionnaireVersion) -> list[Question]:
    found = Question.objects.within(version.district_id).filter(version=version).order_by("position")
    return list(found.select_related("version"))


def _check(question: Question, questions: Sequence[Question]) -> None:
    """Refuse a question that nobody could answer or nobody would be asked; drop what its kind has no use for."""
    if not in_language(question.texts, question.version.languages[0]).strip():
        raise QuestionnaireRefused(_("Write the question first."))
    if question.kind in CHOOSES and len(question.options) < 2:
        raise QuestionnaireRefused(_("Give at least two answers to choose from, one on each line."))
    if question.kind == Question.Kind.MATRIX and not question.rows:
        raise QuestionnaireRefused(_("Give at least one line to be answered."))
    if question.kind not in CHOOSES:
        question.options = []
    if question.kind != Question.Kind.MATRIX:
        question.rows = []
    if question.kind != Question.Kind.NUMBER:
        question.limits = {}
    least, most = question.limits.get("least"), question.limits.get("most")
    if least is not None and most is not None and least >= most:
        raise QuestionnaireRefused(_("The largest number has to be above the smallest."))
    if question.shown_if:
        _check_condition(question, questions)
    for resting in depending_on(question, questions):
        if not set(resting.shown_if["any_of"]) <= set(question.option_keys()):
            raise QuestionnaireRefused(
                _("“%(question)s” is asked only after an answer that is no longer here. Change that one first.")
                % {"question": _quoted(resting)}
            )


def _check_condition(question: Question, questions: Sequence[Question]) -> None:
    deciding = next((each for each in questions if each.key == question.shown_if["question"]), None)
    if deciding is None or deciding.position >= question.position:
        raise QuestionnaireRefused(_("A question can only depend on one that stands before it."))
    if deciding.kind not in DECIDING:
        raise QuestionnaireRefused(
            _("“%(question)s” has no answers to choose from, so nothing can depend on it.") % {"question": _quoted(deciding)}
        )
    wanted = set(question.shown_if["any_of"])
    if not wanted or not wanted <= set(deciding.option_keys()):
        raise QuestionnaireRefused(_("Choose after which answers it is asked."))


def _quoted(question: Question) -> str:
    words = question.version.words(question.texts, question.version.languages[0])
    return words if len(words) <= MOST_QUOTED else f"{words[:MOST_QUOTED].rstrip()}…"


def _present(question: Question) -> Question:
    found = Question.objects.within(question.district_id).select_related("version").filter(pk=question.pk).first()
    if found is None:
        raise QuestionnaireRefused(_("Somebody removed this question in the meantime. Nothing else was changed."))
    return found  # type: ignore[no-any-return]
