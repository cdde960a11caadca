"""Discussions: prepared, opened, closed, and their page "Where we agree" made public or not.

A discussion is held on a survey of its own (docs/adr/0010), so opening and closing are the survey's; what is refused there
is refused here in the same words. The questionnaire that carries its one question is marked as a discussion's, so that it
does not stand among those that can be asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.deliberation.models import Discussion, Landscape, Statement
from commonwhy.deliberation.services.locking import LANGUAGES, DiscussionRefused, locked_discussion
from commonwhy.deliberation.services.seeding import add_from_excerpt, add_seed
from commonwhy.districts.models import District, Group
from commonwhy.listening.models import Question, Questionnaire, QuestionnaireVersion, Survey
from commonwhy.listening.models.question import in_language
from commonwhy.listening.services.questionnaires import Texts, discard_version, kept, unfrozen
from commonwhy.listening.services.surveys import (
    change_survey,
    close_survey,
    create_survey,
    discard_draft,
    open_survey,
)

SHIPPED = "discussion"
"""What a questionnaire made for a discussion is marked with."""
QUESTION_KEY = "statement"
LONGEST_QUESTION = 160
FEWEST_STATEMENTS = 5
"""With fewer there is nothing to react to, and the first who come would answer for all who come later."""

__all__ = [
    "LANGUAGES",
    "DiscussionRefused",
    "add_from_excerpt",
    "add_seed",
    "change_discussion",
    "close_discussion",
    "create_discussion",
    "discard_discussion",
    "has_figures",
    "locked_discussion",
    "open_discussion",
    "publish",
    "stops_of",
    "take_statements",
    "unpublish",
]


@transaction.atomic
def create_discussion(
    *,
    district: District,
    question: Texts,
    groups: Sequence[Group],
    mode: str,
    by: User,
    opened_from: Question | None = None,
    takes_statements: bool = True,
    closes_at: datetime | None = None,
    open_link: bool = False,
) -> Discussion:
    """A draft that asks `question` (by language). Raises `SurveyRefused` for what could never open."""
    texts = _asked(question, district)
    if opened_from is not None and opened_from.district_id != district.pk:
        raise DiscussionRefused(_("Something of another district was chosen. Nothing was changed."))
    # Whoever prepares one at the same moment waits here, so that both get a number of their own.
    District.objects.within(district).select_for_update().get()
    title = in_language(texts, district.language)
    questionnaire = Questionnaire.everything.create(district=district, title=title, shipped=SHIPPED)
    version = QuestionnaireVersion.everything.create(
        district=district, questionnaire=questionnaire, languages=_source_first(district), term={district.language: district.term}
    )
    Question.everything.create(
        district=district, version=version, key=QUESTION_KEY, position=1, kind=Question.Kind.LONG, texts=texts, required=False
    )
    survey = create_survey(
        district=district,
        version=version,
        title=title,
        mode=mode,
        groups=groups,
        by=by,
        closes_at=closes_at,
        open_link=open_link,
    )
    last = Discussion.objects.within(district).aggregate(last=Max("number"))["last"] or 0
    discussion = Discussion.everything.create(
        district=district, survey=survey, number=last + 1, opened_from=opened_from, takes_statements=takes_statements
    )
    audit.record(actor=by, verb="prepared", subject=discussion)
    return discussion


@transaction.atomic
def change_discussion(
    *,
    discussion: Discussion,
    question: Texts,
    groups: Sequence[Group],
    mode: str,
    by: User,
    takes_statements: bool,
    closes_at: datetime | None,
    open_link: bool,
) -> Discussion:
    """Change a draft. Raises `SurveyRefused` once it is open: what is asked, of whom and how is fixed from then on."""
    locked = locked_discussion(discussion)
    survey, district = locked.survey, locked.district
    texts = _asked(question, district)
    title = in_language(texts, district.language)
    change_survey(
        survey=survey,
        version=survey.version,
        title=title,
        mode=mode,
        groups=groups,
        by=by,
        closes_at=closes_at,
        open_link=open_link,
    )
    version = unfrozen(survey.version)
    Questionnaire.objects.within(district).filter(pk=version.questionnaire_id).update(title=title)
    Question.objects.within(district).filter(version=version, key=QUESTION_KEY).update(texts=texts)
    locked.takes_statements = takes_statements
    locked.save(update_fields=["takes_statements"])
    audit.record(actor=by, verb="changed", subject=locked)
    return locked


@transaction.atomic
def open_discussion(*, discussion: Discussion, by: User) -> Discussion:
    """Open the draft's survey. Raises `SurveyRefused` with what is missing: `stops_of`, and what the law asks of a survey."""
    locked = locked_discussion(discussion)
    open_survey(survey=locked.survey, by=by)
    return locked_discussion(discussion)


@transaction.atomic
def close_discussion(*, discussion: Discussion, by: User) -> Discussion:
    """Close now; votes and statements are kept. Closing twice changes nothing."""
    locked = locked_discussion(discussion)
    close_survey(survey=locked.survey, by=by)
    return locked_discussion(discussion)


@transaction.atomic
def discard_discussion(*, discussion: Discussion, by: User) -> None:
    """Throw a draft away, with its statements and its question. Raises `SurveyRefused` once it has opened."""
    locked = locked_discussion(discussion)
    version = locked.survey.version
    audit.record(actor=by, verb="discarded", subject=locked)
    discard_draft(survey=locked.survey, by=by)
    discard_version(version=version, by=by)


@transaction.atomic
def take_statements(*, discussion: Discussion, taken: bool, by: User) -> Discussion:
    """Let those who take part add statements, or stop it; also while it is open."""
    locked = locked_discussion(discussion)
    if locked.survey.is_closed:
        raise DiscussionRefused(_("This discussion is closed. Nothing was changed."))
    if locked.takes_statements != taken:
        locked.takes_statements = taken
        locked.save(update_fields=["takes_statements"])
        audit.record(actor=by, verb="takes statements" if taken else "takes no more statements", subject=locked)
    return locked


@transaction.atomic
def publish(*, discussion: Discussion, by: User) -> Discussion:
    """Let anybody read where we agree. Raises `DiscussionRefused` while it runs and there is no figure to be read."""
    locked = locked_discussion(discussion)
    if locked.survey.is_draft:
        raise DiscussionRefused(_("This discussion has not opened yet, so there is nothing to read. Nothing was changed."))
    if not locked.survey.is_closed and not has_figures(locked):
        raise DiscussionRefused(
            _("Too few people have taken part for a single figure to be shown. Wait until more have, or until it closes.")
        )
    if locked.published_on is None:
        locked.published_on = locked.district.today()
        locked.save(update_fields=["published_on"])
        audit.record(actor=by, verb="published", subject=locked)
    return locked


@transaction.atomic
def unpublish(*, discussion: Discussion, by: User) -> Discussion:
    """Take the public page back. Who has read it has read it; the figures stay for the district."""
    locked = locked_discussion(discussion)
    if locked.published_on is not None:
        locked.published_on = None
        locked.save(update_fields=["published_on"])
        audit.record(actor=by, verb="took back the publication of", subject=locked)
    return locked


def has_figures(discussion: Discussion) -> bool:
    """Whether anything may be shown of where we agree."""
    found = Landscape.objects.within(discussion.district_id).filter(discussion=discussion).first()
    return found is not None and bool(found.released)


def stops_of(survey: Survey) -> list[str]:
    """What keeps the survey of a discussion from opening, beside what the law asks; empty for any other survey."""
    discussion = Discussion.objects.within(survey.district_id).filter(survey=survey).first()
    if discussion is None:
        return []
    shown = Statement.objects.within(survey.district_id).filter(discussion=discussion, state=Statement.State.SHOWN).count()
    if shown >= FEWEST_STATEMENTS:
        return []
    return [
        _("It needs at least %(fewest)s statements in every language for people to react to; it has %(shown)s. Add some first.")
        % {"fewest": FEWEST_STATEMENTS, "shown": shown}
    ]


def _asked(question: Texts, district: District) -> Texts:
    texts = kept({code: " ".join(text.split()) for code, text in question.items() if code in LANGUAGES})
    if not texts:
        raise DiscussionRefused(_("Write the question first. Nothing was saved."))
    if any(len(text) > LONGEST_QUESTION for text in texts.values()):
        raise DiscussionRefused(
            _("A question has at most %(most)s characters, so that it fits on a phone. Nothing was saved.")
            % {"most": LONGEST_QUESTION}
        )
    return {code: texts[code] for code in _source_first(district) if code in texts}


def _source_first(district: District) -> list[str]:
    return sorted(LANGUAGES, key=lambda code: code != district.language)
