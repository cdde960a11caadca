"""Drafts for tests: voices to cite, a draft that two people wrote, and the board's decision on it."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from commonwhy.accounts.models import User
from commonwhy.districts.models import REQUIRED_KINDS, Group, School
from commonwhy.listening.models import Answer, Excerpt, Question, Questionnaire, QuestionnaireVersion, Response, Survey
from commonwhy.vision.models import Clause, VisionVersion
from commonwhy.vision.services import adoption, drafting, endorsement
from tests.cast import Cast

MONDAY = date(2026, 3, 2)
MINUTES = {"en": "Carried, 6 to 1.", "es": "Aprobado, 6 a 1."}
WHY = {"en": "So that every child makes something that matters.", "es": "Para que cada niño haga algo que importe."}


def hold_survey(cast: Cast, heard: dict[str, int] | None = None, *, title: str = "What does it mean?") -> Survey:
    """A closed survey in which `heard` (kind of group: how many) handed in an answer; else every required group, 12 each."""
    questionnaire = Questionnaire.everything.create(district=cast.alder, title=title)
    version = QuestionnaireVersion.everything.create(
        district=cast.alder, questionnaire=questionnaire, languages=["en", "es"], frozen=True
    )
    Question.everything.create(
        district=cast.alder, version=version, key="meaning", position=0, kind="long", texts={"en": "What does it mean to you?"}
    )
    opened = timezone.now() - timedelta(days=30)
    survey = Survey.everything.create(
        district=cast.alder, version=version, title=title, opened_at=opened, closed_at=opened + timedelta(days=20)
    )
    heard = dict.fromkeys(map(str, REQUIRED_KINDS), 12) if heard is None else heard
    rows = [
        Response(
            district=cast.alder,
            survey=survey,
            key=hashlib.sha256(f"{title} {kind} {number}".encode()).hexdigest(),
            group=cast.group(kind),
            language="en",
            week=MONDAY,
            submitted=True,
        )
        for kind, count in heard.items()
        for number in range(count)
    ]
    Response.everything.bulk_create(rows)
    return survey


def say(
    cast: Cast,
    words: str,
    *,
    kind: str | None = "teachers",
    group: Group | None = None,
    school: School | None = None,
    language: str = "en",
    survey: Survey | None = None,
) -> Excerpt:
    """A voice to cite, marked in somebody's answer."""
    survey = survey or Survey.everything.filter(district=cast.alder).first() or hold_survey(cast, {})
    group = group or (cast.group(kind) if kind else None)
    response = Response.everything.create(
        district=cast.alder,
        survey=survey,
        key=hashlib.sha256(f"{words} {Response.everything.count()}".encode()).hexdigest(),
        week=MONDAY,
        group=group,
        school=school,
        language=language,
    )
    question = Question.everything.get(version=survey.version_id)
    answer = Answer.everything.create(district=cast.alder, response=response, question=question, value=words)
    return Excerpt.everything.create(
        district=cast.alder,
        answer=answer,
        start=0,
        end=len(words),
        words=words,
        language=language,
        group=group,
        school=school,
        marked_by=cast.coach.pk,
    )


def begin(cast: Cast, by: User | None = None) -> VisionVersion:
    return drafting.open_draft(district=cast.alder, by=by or cast.coach)


def write_draft(cast: Cast, *sentences: str, voices: bool = True, why: dict[str, str] | None = None) -> VisionVersion:
    """A draft that could be adopted: a why by the superintendent, sentences by the coach, each resting on a voice."""
    if not Survey.everything.filter(district=cast.alder).exists():
        hold_survey(cast)
    draft = begin(cast)
    drafting.change_statement(version=draft, revision=draft.revision, by=cast.superintendent, why=why or WHY)
    for number, sentence in enumerate(sentences or ("Students show their work.", "Adults learn in the open.")):
        clause = drafting.add_clause(version=draft, texts={"en": sentence, "es": f"(es) {sentence}"}, by=cast.coach)
        if voices:
            drafting.cite(clause=clause, excerpt=say(cast, f"Voice {number} behind {sentence}"), by=cast.coach)
    say_where_all_stand(cast, draft)
    return draft


def say_where_all_stand(cast: Cast, draft: VisionVersion) -> None:
    """Every required group supports the draft, said yesterday at a meeting."""
    for group in endorsement.required_groups(draft):
        endorsement.record(
            version=draft,
            group=group,
            stand="support",
            heard_on=timezone.localdate() - timedelta(days=1),
            heard_how="meeting",
            by=cast.coach,
        )


def adopt(cast: Cast, draft: VisionVersion, **arguments: Any) -> VisionVersion:
    """The board's decision, yesterday unless said otherwise."""
    given = {"on": timezone.localdate() - timedelta(days=1), "minutes": MINUTES, "by": cast.superintendent, **arguments}
    return adoption.adopt(version=draft, **given)


def adopted_vision(cast: Cast, *sentences: str) -> VisionVersion:
    return adopt(cast, write_draft(cast, *sentences))


def clauses_of(version: VisionVersion) -> list[Clause]:
    return list(Clause.everything.filter(version=version).order_by("position"))


def sentences_of(version: VisionVersion) -> list[str]:
    return [clause.texts["en"] for clause in clauses_of(version)]
