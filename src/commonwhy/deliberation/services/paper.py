"""Votes on paper, typed in by somebody of the district: one sheet is one person, as with a survey's paper answers.

The rules are those of `listening.services.paper`: the transaction of a sheet writes the response and its votes and no other
row, a form is good once, and that paper was typed in is noted once a day for a discussion, before the first sheet.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import Discussion, Statement, StatementLink, Vote
from commonwhy.deliberation.services.voting import refuse_unless_open
from commonwhy.listening.models import SurveyCell
from commonwhy.listening.services.paper import NothingTyped, keep_sheet
from commonwhy.listening.services.responses import DoesNotFit

MOST_ON_PAPER = 120
"""Statements on one ballot, those with the lowest numbers first: nobody fills in more by hand."""


def statements_on_paper(discussion: Discussion) -> list[Statement]:
    """What a ballot holds: shown statements by number, without those shown as another one."""
    rows = Statement.objects.within(discussion.district_id).filter(discussion=discussion, state=Statement.State.SHOWN)
    links = StatementLink.objects.within(discussion.district_id).filter(unlinked_on=None, same_as__state=Statement.State.SHOWN)
    alone = rows.exclude(pk__in=links.values("statement"))
    return list(alone.order_by("number")[:MOST_ON_PAPER])


def type_in_votes(*, discussion: Discussion, cell: SurveyCell, votes: Mapping[Statement, tuple[int, bool]], key: str) -> bool:
    """Keep one sheet: for each statement the choice, and whether it is important. Returns False where it was in already.

    Raises a `ResponseRefused`, with nothing kept, for an empty sheet, a discussion that is not open, a choice that is none
    or a statement that is not shown in this discussion.
    """
    survey = discussion.survey
    if not votes:
        raise NothingTyped(_("Nothing is typed in yet. An empty sheet is not counted."))
    if any(choice not in Vote.Choice.values for choice, _important in votes.values()):
        raise DoesNotFit(_("This is not one of the answers to choose from. Nothing of this sheet is kept yet."))
    with transaction.atomic():
        refuse_unless_open(survey)
        shown = Statement.objects.within(discussion.district_id).filter(discussion=discussion, state=Statement.State.SHOWN)
        if shown.filter(pk__in=[statement.pk for statement in votes]).count() != len(votes):
            raise DoesNotFit(_("A statement is not shown any more. Nothing of this sheet is kept yet: please look again."))
        response = keep_sheet(survey=survey, cell=cell, language="", key=key)
        if response is None:
            return False
        Vote.everything.bulk_create(
            Vote(
                district_id=discussion.district_id,
                response=response,
                statement=statement,
                choice=choice,
                important=important,
            )
            for statement, (choice, important) in votes.items()
        )
    return True
