"""What Alder Creek chose under a limit while its discussion was open: seven priorities, room for three, by approval ballots."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from commonwhy.accounts.models import User
from commonwhy.deliberation.models import ApprovalBallot, Discussion, PriorityRound, Statement
from commonwhy.deliberation.services.priorities import add_option, prepare_round
from commonwhy.listening.models import Response, Survey
from commonwhy.site.demo.reacting import Participant
from commonwhy.site.demo.way import texts
from commonwhy.site.demo.words_of import on_a_weekday, told


def prepare(discussion: Discussion, statements: Mapping[str, Statement], by: User) -> PriorityRound:
    """The round before it opens: what is chosen, and from what."""
    story = told("discussion")["priorities"]
    choice = prepare_round(discussion=discussion, texts=dict(story["question"]), limit=story["limit"], by=by)
    for one in story["options"]:
        if "statement" in one:
            add_option(round=choice, statement=statements[one["statement"]], by=by)
        else:
            add_option(round=choice, texts=texts(one), by=by)
    return choice


def choose(
    choice: PriorityRound,
    survey: Survey,
    people: Sequence[tuple[Participant, Response]],
    today: date,
    chance: random.Random,
) -> None:
    """Open it on its day, keep everybody's ballot, and close it with the discussion."""
    opened = on_a_weekday(today, told("discussion")["priorities"]["opened_days_before_today"])
    choice.opened_at = datetime.combine(opened, time(8), ZoneInfo(survey.district.time_zone))
    choice.closed_at = survey.closes_at
    choice.save(update_fields=["opened_at", "closed_at"])
    ballots = [
        ApprovalBallot(
            district_id=survey.district_id,
            id=UUID(int=chance.getrandbits(128), version=4),
            round=choice,
            response=response,
            approved=list(person.approved),
        )
        for person, response in people
        if person.approved
    ]
    ApprovalBallot.everything.bulk_create(ballots, batch_size=500)
