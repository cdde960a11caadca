"""Questionnaires and their versions: copied from the shipped ones, written, changed while nobody has been asked with them.

A version is frozen when a survey opens with it. From then on every write here refuses it, and `next_version` makes a copy
to go on with. Every write locks the version's row first, so that a survey cannot open in the middle of a change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District
from commonwhy.listening.models import Question, Questionnaire, QuestionnaireVersion, Survey
from commonwhy.listening.models.question import in_language
from commonwhy.listening.shipped import shipped

MOST_QUESTIONS = 60
# Moved aside while two questions change places; far above any real position, within what the column holds.
ASIDE = 30_000
KEY_LENGTH = 40
Texts = dict[str, str]
Choices = list[dict[str, Any]]


class QuestionnaireRefused(Exception):
    """The change was not made; the message says why and what to do instead."""


@transaction.atomic
def copy_shipped(*, district: District, key: str, by: User) -> QuestionnaireVersion:
    """Copy a shipped questionnaire into the district. Asked for again, the copy that is there is returned.

    The term asked about is the district's. Raises `QuestionnaireRefused` for a key that does not ship.
    """
    source = shipped().get(key)
    if source is None:
        raise QuestionnaireRefused(_("There is no such questionnaire among those that come with CommonWhy."))
    # Whoever asks at the same moment waits here, and then finds the copy.
    District.objects.within(district).select_for_update().get()
    before = Questionnaire.objects.within(district).filter(shipped=key).first()
    if before is not None:
        return latest_version(before)
    languages = sorted(source.languages, key=lambda language: language != district.language)
    questionnaire = Questionnaire.everything.create(
        district=district, title=in_language(source.title, district.language), shipped=key
    )
    term = source.term if district.term in source.term.values() else {district.language: district.term}
    version = QuestionnaireVersion.everything.create(
        district=district,
        questionnaire=questionnaire,
        languages=languages,
        intro=source.intro,
        thanks=source.thanks,
        term=term,
        plain_intro=source.plain_intro,
        plain_thanks=source.plain_thanks,
        plain_bands=list(source.plain_bands),
    )
    Question.everything.bulk_create(
        Question(
            district=district,
            version=version,
            key=question.key,
            position=position,
            kind=question.kind,
            texts=question.texts,
            hints=question.hints,
            options=question.options,
            rows=question.rows,
            required=question.required,
            section=question.section,
            shown_if=question.shown_if,
            limits=question.limits,
            plain_texts=question.plain_texts,
            plain_hints=question.plain_hints,
            protected_areas=question.protected_areas,
        )
        for position, question in enumerate(source.questions, start=1)
    )
    audit.record(actor=by, verb="copied", subject=questionnaire, detail={"shipped": key})
    return version


@transaction.atomic
def create_questionnaire(*, district: District, title: str, languages: Sequence[str], by: User) -> QuestionnaireVersion:
    """An empty questionnaire in these languages; the first is the one it is written in."""
    if not languages:
        raise QuestionnaireRefused(_("Choose at least one language."))
    questionnaire = Questionnaire.everything.create(district=district, title=title.strip())
    term = {languages[0]: district.term}
    version = QuestionnaireVersion.everything.create(
        district=district, questionnaire=questionnaire, languages=list(languages), term=term
    )
    audit.record(actor=by, verb="created", subject=questionnaire)
    return version


def latest_version(questionnaire: Questionnaire) -> QuestionnaireVersion:
    """The version to go on with: the highest number."""
    versions = QuestionnaireVersion.objects.within(questionnaire.district_id).select_related("questionnaire", "district")
    return versions.filter(questionnaire=questionnaire).order_by("-number")[0]  # type: ignore[no-any-return]


@transaction.atomic
def change_version(
    *,
    version: QuestionnaireVersion,
    by: User,
    title: str,
    languages: Sequence[str],
    term: Texts,
    intro: Texts,
    thanks: Texts,
) -> QuestionnaireVersion:
    """Change what stands around the questions. Raises `QuestionnaireRefused` for a frozen version or no language."""
    locked = _unfrozen(version)
    if not languages:
        raise QuestionnaireRefused(_("Choose at least one language."))
    locked.languages = list(languages)
    locked.term, locked.intro, locked.thanks = _kept(term), _kept(intro), _kept(thanks)
    locked.save(update_fields=["languages", "term", "intro", "thanks"])
    questionnaire = locked.questionnaire
    if questionnaire.title != title.strip():
        questionnaire.title = title.strip()
        questionnaire.save(update_fields=["title"])
    audit.record(actor=by, verb="changed", subject=locked)
    return locked


@transaction.atomic
def next_version(*, version: QuestionnaireVersion, by: User) -> QuestionnaireVersion:
    """A copy to go on with once a version is frozen. If there is a newer one, that is returned."""
    Questionnaire.objects.within(version.district_id).select_for_update().get(pk=version.questionnaire_id)
    newest = latest_version(version.questionnaire)
    if not newest.frozen:
        return newest
    questions = list(Question.objects.within(version.district_id).filter(version=newest))
    fresh = QuestionnaireVersion.everything.create(
        district_id=newest.district_id,
        questionnaire=newest.questionnaire,
        number=newest.number + 1,
        languages=newest.languages,
        intro=newest.intro,
        thanks=newest.thanks,
        term=newest.term,
    )
    for question in questions:
        question.pk = None
        question.id = Question._meta.pk.get_default()
        question.version = fresh
        question._state.adding = True
    Question.everything.bulk_create(questions)
    audit.record(actor=by, verb="began", subject=fresh)
    return fresh


@transaction.atomic
def add_question(
    *,
    version: QuestionnaireVersion,
    by: User,
    kind: str,
    texts: Texts,
    hints: Texts,
    options: Choices,
    rows: Choices,
    required: bool,
) -> Question:
    """One more question, at the end. Its key is made from its words and stays as it is."""
    locked = _unfrozen(version)
    questions = list(Question.objects.within(locked.district_id).filter(version=locked))
    if len(questions) >= MOST_QUESTIONS:
        raise QuestionnaireRefused(
            _("This questionnaire has %(count)s questions, which is as long as anybody answers. Remove one first.")
            % {"count": MOST_QUESTIONS}
        )
    question = Question(
        district_id=locked.district_id,
        version=locked,
        key=fresh_key(in_language(texts, locked.languages[0]), {each.key for each in questions}, "question"),
        position=max((each.position for each in questions), default=0) + 1,
        kind=kind,
        texts=_kept(texts),
        hints=_kept(hints),
        options=options,
        rows=rows,
        required=required,
    )
    _check(question)
    question.save(force_insert=True)
    audit.record(actor=by, verb="added question", subject=locked, detail={"question": question.key, "kind": kind})
    return question


@transaction.atomic
def change_question(
    *, question: Question, by: User, texts: Texts, hints: Texts, options: Choices, rows: Choices, required: bool
) -> Question:
    """Change a question's words and choices; its kind and its key stay."""
    locked = _unfrozen(question.version)
    question = _present(question)
    question.texts, question.hints = _kept(texts), _kept(hints)
    question.options, question.rows, question.required = options, rows, required
    _check(question)
    question.save()
    audit.record(actor=by, verb="changed question", subject=locked, detail={"question": question.key})
    return question


@transaction.atomic
def remove_question(*, question: Question, by: User) -> None:
    """Take a question out. One that is gone already stays gone."""
    locked = _unfrozen(question.version)
    removed, _by_model = Question.objects.within(locked.district_id).filter(pk=question.pk).delete()
    if removed:
        audit.record(actor=by, verb="removed question", subject=locked, detail={"question": question.key})


@transaction.atomic
def move_question(*, question: Question, by: User, up: bool) -> None:
    """Change places with the question before or after. At either end nothing happens."""
    locked = _unfrozen(question.version)
    question = _present(question)
    others = Question.objects.within(locked.district_id).filter(version=locked)
    if up:
        other = others.filter(position__lt=question.position).order_by("-position").first()
    else:
        other = others.filter(position__gt=question.position).order_by("position").first()
    if other is None:
        return
    mine, theirs = question.position, other.position
    for each, position in ((question, ASIDE), (other, mine), (question, theirs)):
        each.position = position
        each.save(update_fields=["position"])
    audit.record(actor=by, verb="moved question", subject=locked, detail={"question": question.key})


@transaction.atomic
def discard_version(*, version: QuestionnaireVersion, by: User) -> None:
    """Throw away a version nobody was asked with; with its last version the questionnaire goes too."""
    locked = _unfrozen(version)
    if Survey.objects.within(locked.district_id).filter(version=locked).exists():
        raise QuestionnaireRefused(_("A survey is being prepared with this version. Discard that survey first."))
    questionnaire = locked.questionnaire
    audit.record(actor=by, verb="discarded", subject=locked)
    locked.delete()
    if not QuestionnaireVersion.objects.within(questionnaire.district_id).filter(questionnaire=questionnaire).exists():
        questionnaire.delete()


def choices_from_lines(lines: Mapping[str, str], languages: Sequence[str], before: Choices) -> Choices:
    """Options or rows from one text for each language, a line each: the nth line of each language is the same choice.

    A line that was there before keeps its key, so that answers can be compared across versions. Raises
    `QuestionnaireRefused` where a language has another number of lines, or a line stands there twice.
    """
    split = {language: [line.strip() for line in lines.get(language, "").splitlines() if line.strip()] for language in languages}
    source = split[languages[0]]
    for found in split.values():
        if found and len(found) != len(source):
            raise QuestionnaireRefused(
                _("Each language needs the same lines in the same order: one has %(some)s and another %(others)s.")
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
        texts = {language: found[number] for language, found in split.items() if found}
        choices.append({"key": key, "texts": texts})
    return choices


def fresh_key(words: str, taken: set[str], fallback: str) -> str:
    """A short name made of the first words, as `how_often`, that is not taken yet."""
    base = re.sub(r"[^a-z0-9]+", "_", slugify(words))[: KEY_LENGTH - 4].strip("_") or fallback
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def _check(question: Question) -> None:
    """Refuse a question that nobody could answer."""
    if not in_language(question.texts, question.version.languages[0]).strip():
        raise QuestionnaireRefused(_("Write the question first."))
    chooses = question.kind in (Question.Kind.SINGLE, Question.Kind.MULTIPLE, Question.Kind.MATRIX)
    if chooses and len(question.options) < 2:
        raise QuestionnaireRefused(_("Give at least two answers to choose from, one on each line."))
    if question.kind == Question.Kind.MATRIX and not question.rows:
        raise QuestionnaireRefused(_("Give at least one line to be answered."))
    if not chooses:
        question.options = []
    if question.kind != Question.Kind.MATRIX:
        question.rows = []


def _kept(texts: Texts) -> Texts:
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def _present(question: Question) -> Question:
    found = Question.objects.within(question.district_id).select_related("version").filter(pk=question.pk).first()
    if found is None:
        raise QuestionnaireRefused(_("Somebody removed this question in the meantime. Nothing else was changed."))
    return found  # type: ignore[no-any-return]


def _unfrozen(version: QuestionnaireVersion) -> QuestionnaireVersion:
    """The version, locked against a survey that opens with it at this moment."""
    versions = QuestionnaireVersion.objects.within(version.district_id).select_related("questionnaire")
    locked = versions.select_for_update(of=("self",)).filter(pk=version.pk).first()
    if locked is None:
        raise QuestionnaireRefused(_("Somebody discarded this version in the meantime."))
    if locked.frozen:
        raise QuestionnaireRefused(
            _("People have been asked with this version, so it stays as it is. Make the next version to change it.")
        )
    return locked  # type: ignore[no-any-return]
