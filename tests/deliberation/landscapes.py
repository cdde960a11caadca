"""Discussions with planted votes: who agrees with what is known beforehand, so that a page can be held against it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from commonwhy.deliberation.models import Discussion, Statement, Vote
from commonwhy.deliberation.services import landscape
from commonwhy.districts.models import Group
from commonwhy.listening.models import Question, Questionnaire, QuestionnaireVersion, Response, Survey, SurveyCell
from tests.cast import Cast

MONDAY = date(2026, 3, 2)
Says = Callable[[str, int, int, random.Random], int | None]
"""From (kind of group, person, statement's place) and dice to a reaction, or None for no vote."""

HOMEWORK, PHONES, LIBRARY = 0, 1, 2
"""Planted: everybody agrees on the library; phones divide families and teachers; homework is anybody's guess."""


def hold(
    cast: Cast, kinds: Mapping[str, int], statements: int = 12, *, mode: str = "anonymous", closed: bool = True
) -> Discussion:
    """A discussion that asks these groups, each of so many people, with shown statements; nobody has voted yet."""
    alder = cast.alder
    questionnaire = Questionnaire.everything.create(district=alder, title="What should our schools do?", shipped="discussion")
    version = QuestionnaireVersion.everything.create(
        district=alder, questionnaire=questionnaire, languages=["en", "es"], frozen=True
    )
    Question.everything.create(
        district=alder,
        version=version,
        key="statement",
        position=1,
        kind="long",
        texts={"en": "What should our schools do?", "es": "¿Qué deben hacer nuestras escuelas?"},
    )
    survey = Survey.everything.create(
        district=alder,
        version=version,
        title="What should our schools do?",
        mode=mode,
        opened_at=timezone.now() - timedelta(days=60),
        closed_at=timezone.now() if closed else None,
        open_link=True,
    )
    for number, (kind, asked) in enumerate(kinds.items(), start=1):
        group = cast.group(kind)
        survey.groups.add(group)
        SurveyCell.everything.create(district=alder, survey=survey, number=number, group=group, asked=asked)
    number = Discussion.everything.filter(district=alder).count() + 1
    discussion = Discussion.everything.create(district=alder, survey=survey, number=number)
    Statement.everything.bulk_create(
        Statement(
            district=alder,
            discussion=discussion,
            number=place + 1,
            texts={"en": f"Statement number {place + 1}.", "es": f"Frase número {place + 1}."},
            language="en",
            origin="seed",
            state="shown",
        )
        for place in range(statements)
    )
    return discussion


def statements_of(discussion: Discussion) -> list[Statement]:
    return list(Statement.everything.filter(discussion=discussion, number__isnull=False).order_by("number"))


def vote(
    discussion: Discussion, group: Group | None, people: int, says: Says, *, week: date = MONDAY, seed: int = 1
) -> list[Response]:
    """So many people of a group react to every statement, as `says` has it."""
    dice = random.Random(f"{seed}/{group.kind if group else ''}/{week}")
    # People are ordered by their keys: the same each time, so that what is found is too.
    keys = random.Random(Response.everything.count())
    responses = Response.everything.bulk_create(
        Response(
            id=UUID(bytes=keys.randbytes(16)),
            district=discussion.district,
            survey=discussion.survey,
            key=keys.randbytes(32).hex(),
            group=group,
            week=week,
            submitted=True,
        )
        for _each in range(people)
    )
    votes = []
    for person, response in enumerate(responses):
        for place, statement in enumerate(statements_of(discussion)):
            choice = says(group.kind if group else "", person, place, dice)
            if choice is not None:
                votes.append(Vote(district=discussion.district, response=response, statement=statement, choice=choice))
    Vote.everything.bulk_create(votes, batch_size=2_000)
    return responses


def planted(kind: str, person: int, place: int, dice: random.Random) -> int:
    """Families and teachers stand on two sides of every statement with an odd place, all agree on the library."""
    if place == LIBRARY:
        return 1 if dice.random() < 0.93 else -1
    if place == HOMEWORK:
        return dice.choice([1, 0, -1])
    side = 1 if kind == "families" else -1
    if kind == "students":
        side = dice.choice([1, -1]) if place % 2 else 1
    return side if dice.random() < 0.85 else -side


def held(cast: Cast, people: Mapping[str, int] | None = None, says: Says = planted, **fields: Any) -> Discussion:
    """A finished discussion with planted votes, not worked out yet."""
    counts = people or {"families": 60, "teachers": 45, "students": 40}
    discussion = hold(cast, {kind: count + 20 for kind, count in counts.items()}, **fields)
    for kind, count in counts.items():
        vote(discussion, cast.group(kind), count, says)
    return discussion


def worked_out(cast: Cast, people: Mapping[str, int] | None = None, says: Says = planted, **fields: Any) -> Discussion:
    discussion = held(cast, people, says, **fields)
    landscape.work_out(discussion)
    return discussion
