"""Questionnaires and their versions: copied from the shipped ones, written, changed while nobody has been asked with them.

A version is frozen when a survey opens with it. From then on every write here refuses it, and `next_version` makes a copy
to go on with. Every write locks the version's row first, so that a survey cannot open in the middle of a change.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District
from commonwhy.listening.models import Question, Questionnaire, QuestionnaireVersion, Survey
from commonwhy.listening.models.question import in_language
from commonwhy.listening.shipped import shipped

Texts = dict[str, str]


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
    plain_intro: Texts | None = None,
    plain_thanks: Texts | None = None,
    plain_bands: Sequence[str] = (),
) -> QuestionnaireVersion:
    """Change what stands around the questions. Raises `QuestionnaireRefused` for a frozen version or no language."""
    locked = unfrozen(version)
    if not languages:
        raise QuestionnaireRefused(_("Choose at least one language."))
    locked.languages = list(languages)
    locked.term, locked.intro, locked.thanks = kept(term), kept(intro), kept(thanks)
    locked.plain_intro, locked.plain_thanks = kept(plain_intro or {}), kept(plain_thanks or {})
    locked.plain_bands = list(plain_bands)
    around = ["languages", "term", "intro", "thanks", "plain_intro", "plain_thanks", "plain_bands"]
    locked.save(update_fields=around)
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
    fresh = _copy(newest, newest.questionnaire, newest.number + 1)
    audit.record(actor=by, verb="began", subject=fresh)
    return fresh


@transaction.atomic
def copy_and_adapt(*, version: QuestionnaireVersion, title: str, by: User) -> QuestionnaireVersion:
    """A questionnaire of its own that begins as a copy of any version, frozen or not; answers to the two are never mixed.

    What experts said of the other is not copied: they did not read this one.
    """
    if not title.strip():
        raise QuestionnaireRefused(_("Give it a title."))
    questionnaire = Questionnaire.everything.create(district_id=version.district_id, title=title.strip())
    fresh = _copy(version, questionnaire, 1)
    audit.record(actor=by, verb="copied", subject=questionnaire, detail={"from": str(version)})
    return fresh


@transaction.atomic
def discard_version(*, version: QuestionnaireVersion, by: User) -> None:
    """Throw away a version nobody was asked with; with its last version the questionnaire goes too."""
    locked = unfrozen(version)
    if Survey.objects.within(locked.district_id).filter(version=locked).exists():
        raise QuestionnaireRefused(_("A survey is being prepared with this version. Discard that survey first."))
    questionnaire = locked.questionnaire
    audit.record(actor=by, verb="discarded", subject=locked)
    locked.delete()
    if not QuestionnaireVersion.objects.within(questionnaire.district_id).filter(questionnaire=questionnaire).exists():
        questionnaire.delete()


def _copy(source: QuestionnaireVersion, questionnaire: Questionnaire, number: int) -> QuestionnaireVersion:
    """A version with every field and question of `source`, to be changed."""
    questions = list(Question.objects.within(source.district_id).filter(version=source))
    fresh = QuestionnaireVersion.objects.within(source.district_id).get(pk=source.pk)
    for row in (fresh, *questions):
        row.pk = row.id = row._meta.pk.get_default()
        row._state.adding = True
    fresh.questionnaire, fresh.number, fresh.frozen = questionnaire, number, False
    fresh.save(force_insert=True)
    for question in questions:
        question.version = fresh
    Question.everything.bulk_create(questions)
    return fresh  # type: ignore[no-any-return]


def kept(texts: Texts) -> Texts:
    """Texts without the empty ones."""
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def unfrozen(version: QuestionnaireVersion) -> QuestionnaireVersion:
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
