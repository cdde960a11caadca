"""Voting: one reaction at a time, counted once however often it is sent, and joined to nobody.

It is to a discussion what `listening.services.responses` is to a survey, and keeps the same rules: a vote writes the response
and the vote and no other row, in one transaction, with no time, no audit entry and no session (FIELD rule 1). A transaction
that a kill cuts short leaves nothing, and the same post sent again is the same vote.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import ApprovalBallot, Discussion, Statement, Vote
from commonwhy.listening.models import Response, Survey
from commonwhy.listening.queries.respond import response_of
from commonwhy.listening.services.responses import (
    DoesNotFit,
    ResponseRefused,
    refuse_withdrawn,
    week_of,
    writable_response,
)
from commonwhy.listening.tokens import Token

# Somebody who reads a thousand statements and changes their mind on all of them twice is a person still; the limit is per
# token, until the next stir, and never per address: a whole school may share one (FIELD 14).
MOST_CHANGES = 3_000


class NotOpen(ResponseRefused):
    """The discussion is closed, or has not opened yet."""


class NotShown(ResponseRefused):
    """Not a statement that can be voted on in this discussion."""


def cast_vote(
    *, discussion: Discussion, token: Token, statement: Statement, choice: int | None, important: bool, exposure: float | None
) -> Vote | None:
    """Keep a reaction, replacing what the same token said to the same statement before; None takes it back.

    `exposure` is the chance with which the statement was drawn just then, and None where somebody chose it themselves; it is
    kept with the first vote, and changing one's mind later does not change how the statement was met. Returns None where
    the vote was taken back. Raises a `ResponseRefused`, with nothing changed, when the discussion is not open, the statement
    is not shown in it, the choice is none, or the token was used too often.
    """
    if choice is not None and choice not in Vote.Choice.values:
        raise DoesNotFit(_("This is not one of the answers to choose from. Everything you said before is kept."))
    if exposure is not None and not 0 < exposure <= 1:
        exposure = None
    survey = discussion.survey
    with transaction.atomic():
        refuse_unless_open(survey)
        refuse_withdrawn(survey, token, lock=True)
        if choice is None and response_of(survey, token) is None:
            return None
        if choice is not None:
            _refuse_unless_shown(discussion, statement)
        response = writable_response(survey, token, MOST_CHANGES)
        votes = Vote.objects.within(survey.district_id).filter(response=response)
        vote = None
        if choice is None:
            votes.filter(statement=statement).delete()
        else:
            vote = votes.filter(statement=statement).first()
            if vote is None:
                vote = Vote(district_id=survey.district_id, response=response, statement=statement, exposure=exposure)
            vote.choice, vote.important = choice, important
            # The response is locked, so no second vote of this token can come between.
            vote.save()
        note_taking_part(survey, response)
    return vote


def refuse_unless_open(survey: Survey) -> None:
    """Raises `NotOpen`, saying what was kept."""
    if survey.opens_later:
        raise NotOpen(_("This discussion has not opened yet. Your link will work once it has."))
    if not survey.is_open:
        raise NotOpen(_("This discussion is closed. What you said before it closed is kept, and it counts."))


def note_taking_part(survey: Survey, response: Response) -> None:
    """Whoever voted, or filled in a ballot, takes part from this week on; whoever took everything back does not."""
    rows = {"response": response}
    takes_part = (
        Vote.objects.within(survey.district_id).filter(**rows).exists()
        or ApprovalBallot.objects.within(survey.district_id).filter(**rows).exists()
    )
    response.submitted, response.week = takes_part, week_of(survey)
    response.save(update_fields=["submitted", "week"])


def _refuse_unless_shown(discussion: Discussion, statement: Statement) -> None:
    shown = Statement.objects.within(discussion.district_id).filter(discussion=discussion, state=Statement.State.SHOWN)
    if not shown.filter(pk=statement.pk).exists():
        raise NotShown(_("This statement is not shown any more, so there is no vote on it. Everything else you said is kept."))
