"""Ballots: which priorities somebody approves of, while a round is open. One a person and round; the last one counts.

Written as votes are, by the same rules (`services.voting`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import ApprovalBallot, Discussion, PriorityOption, PriorityRound
from commonwhy.deliberation.services.voting import MOST_CHANGES, note_taking_part, refuse_unless_open
from commonwhy.listening.queries.respond import response_of
from commonwhy.listening.services.responses import DoesNotFit, ResponseRefused, refuse_withdrawn, writable_response
from commonwhy.listening.tokens import Token


class RoundNotOpen(ResponseRefused):
    """The round has closed, or has not opened yet."""


def cast_ballot(
    *,
    round: PriorityRound,  # noqa: A002 (what it is called)
    discussion: Discussion,
    token: Token,
    approved: Iterable[int],
) -> ApprovalBallot | None:
    """Keep a ballot, replacing the one the same token sent before; an empty one takes it back and returns None.

    `approved` are numbers of the round's options. Raises a `ResponseRefused`, with nothing changed, when the round or the
    discussion is not open, a number is none of the options, or the token was used too often.
    """
    survey = discussion.survey
    chosen = sorted(set(approved))
    with transaction.atomic():
        refuse_unless_open(survey)
        refuse_withdrawn(survey, token, lock=True)
        rounds = PriorityRound.objects.within(survey.district_id).filter(discussion=discussion, opened_at__isnull=False)
        if not rounds.filter(pk=round.pk, closed_at=None).exists():
            raise RoundNotOpen(_("Choosing has ended. What you chose before it ended is kept, and it counts."))
        options = PriorityOption.objects.within(survey.district_id).filter(round=round)
        if not set(chosen) <= set(options.values_list("number", flat=True)):
            raise DoesNotFit(_("This is not one of the priorities to choose from. What you chose before is kept."))
        if not chosen and response_of(survey, token) is None:
            return None
        response = writable_response(survey, token, MOST_CHANGES)
        ballots = ApprovalBallot.objects.within(survey.district_id).filter(round=round, response=response)
        ballot = None
        if not chosen:
            ballots.delete()
        else:
            ballot = ballots.first() or ApprovalBallot(district_id=survey.district_id, round=round, response=response)
            ballot.approved = chosen
            ballot.save()
        note_taking_part(survey, response)
    return ballot
