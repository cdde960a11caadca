"""The votes that are counted: on shown statements, doubles folded, one a person, in crowds while it runs, for no account."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from commonwhy.deliberation.models import Discussion, Statement, StatementLink, Vote
from commonwhy.deliberation.queries.votes import Gathered, stand_for, votes_for
from commonwhy.districts.viewers import PUBLIC, JobViewer
from commonwhy.listening.models import Response
from tests.cast import Cast
from tests.deliberation.landscapes import MONDAY, hold, statements_of, vote

pytestmark = pytest.mark.any_database


def counted(cast: Cast, discussion: Discussion) -> Gathered:
    return votes_for(JobViewer(cast.alder.pk), discussion)


def reactions(gathered: Gathered, statement: int) -> list[int]:
    """What was said of one statement, sorted."""
    votes = gathered.votes
    return sorted(int(value) for value, place in zip(votes.value, votes.statement, strict=True) if place == statement)


def link(cast: Cast, statement: Statement, same_as: Statement) -> StatementLink:
    return StatementLink.everything.create(
        district=cast.alder, statement=statement, same_as=same_as, linked_by=cast.coach.pk, linked_on=MONDAY
    )


def test_votes_roles_and_exposures_come_as_they_were_cast(cast: Cast) -> None:
    discussion = hold(cast, {"families": 30, "teachers": 30}, statements=3)
    vote(discussion, cast.group("families"), 4, lambda kind, person, place, dice: [1, 0, -1][place])
    vote(discussion, cast.group("teachers"), 2, lambda kind, person, place, dice: -1 if place == 0 else None)
    vote(discussion, None, 1, lambda *_: 0)
    Vote.everything.filter(statement__number=1, choice=1).update(exposure=0.25, important=True)
    found = counted(cast, discussion)
    assert (found.votes.people, found.votes.statements, found.votes.count) == (7, 3, 4 * 3 + 2 + 3)
    assert [group.kind for group in found.groups] == ["families", "teachers"]
    assert sorted(found.roles.tolist()) == [-1, 0, 0, 0, 0, 1, 1]
    assert [reactions(found, place) for place in range(3)] == [[-1, -1, 0, 1, 1, 1, 1], [0] * 5, [-1] * 4 + [0]]
    assert found.important.tolist() == [4, 0, 0]
    assert found.votes.exposure is not None
    weights = {float(e) for e, s in zip(found.votes.exposure, found.votes.statement, strict=True) if s == 0}
    assert weights == {0.25}, "who was not led to it counts as much as who was"


def test_a_double_is_counted_with_the_statement_it_is_the_same_as_and_a_person_once(cast: Cast) -> None:
    discussion = hold(cast, {"families": 30}, statements=3)
    first, double, _other = statements_of(discussion)
    vote(discussion, cast.group("families"), 2, lambda kind, person, place, dice: {0: 1, 1: -1}.get(place))
    vote(discussion, cast.group("families"), 3, lambda kind, person, place, dice: {1: 0}.get(place), seed=2)
    kept = link(cast, double, first)
    found = counted(cast, discussion)
    assert [statement.number for statement in found.statements] == [1, 3]
    assert reactions(found, 0) == [0, 0, 0, 1, 1], "of somebody who voted on both, the vote on the one that stays counts"
    kept.unlinked_on = MONDAY
    kept.save()
    apart = counted(cast, discussion)
    assert (reactions(apart, 0), reactions(apart, 1)) == ([1, 1], [-1, -1, 0, 0, 0])


def test_a_chain_of_doubles_counts_at_its_end_and_a_circle_somewhere(cast: Cast) -> None:
    a, b, c = (statement.pk for statement in statements_of(hold(cast, {"families": 30}, statements=3)))
    assert stand_for({a, b, c}, {a: b, b: c}) == {a: c, b: c, c: c}
    assert stand_for({a, c}, {a: b, b: c}) == {a: a, c: c}, "one that is not shown stands for nothing"
    assert set(stand_for({a, b, c}, {a: b, b: c, c: a}).values()) == {min(a, b, c)}


def test_only_what_is_shown_is_counted(cast: Cast) -> None:
    discussion = hold(cast, {"families": 30}, statements=3)
    vote(discussion, cast.group("families"), 5, lambda *_: 1)
    Statement.everything.filter(discussion=discussion, number=2).update(state="hidden", reason="names")
    found = counted(cast, discussion)
    assert [statement.number for statement in found.statements] == [1, 3]
    assert found.votes.count == 10


def test_whoever_took_every_vote_back_is_not_there(cast: Cast) -> None:
    discussion = hold(cast, {"families": 30}, statements=2)
    gone, *_stays = vote(discussion, cast.group("families"), 3, lambda *_: 1)
    Vote.everything.filter(response=gone).delete()
    Response.everything.filter(pk=gone.pk).update(submitted=False)
    assert counted(cast, discussion).votes.people == 2


@pytest.mark.parametrize("mode", ["anonymous", "confidential"])
def test_while_it_runs_people_come_by_the_week_and_in_crowds(cast: Cast, mode: str) -> None:
    discussion = hold(cast, {"families": 90}, statements=2, mode=mode, closed=False)
    families = cast.group("families")
    today = cast.alder.today()
    this_week = today - timedelta(days=today.weekday())
    vote(discussion, families, 9, lambda *_: 1, week=this_week - timedelta(weeks=4))
    assert counted(cast, discussion).votes.people == 0, "nine are no crowd"
    vote(discussion, families, 3, lambda *_: 1, week=this_week - timedelta(weeks=3))
    vote(discussion, families, 4, lambda *_: 1, week=this_week - timedelta(weeks=2))
    vote(discussion, families, 50, lambda *_: 1, week=this_week)
    found = counted(cast, discussion)
    assert (found.votes.people, found.until) == (12, this_week - timedelta(weeks=3))
    discussion.survey.closed_at = discussion.survey.opened_at
    discussion.survey.save()
    assert counted(cast, discussion).votes.people == 66


def test_no_account_and_not_the_public_gets_a_vote(cast: Cast) -> None:
    discussion = hold(cast, {"families": 30}, statements=2)
    vote(discussion, cast.group("families"), 20, lambda *_: 1)
    viewers: list[Any] = [PUBLIC, *(cast.viewer(name) for name in ("superintendent", "coach", "board", "outsider"))]
    for viewer in viewers:
        assert votes_for(viewer, discussion).votes.count == 0
    assert votes_for(JobViewer(cast.birch.pk), discussion).votes.count == 0


def test_the_order_of_rows_changes_nothing(cast: Cast) -> None:
    from commonwhy.methods.opinion import measure_landscape

    discussion = hold(cast, {"families": 60}, statements=8)
    vote(discussion, cast.group("families"), 30, lambda kind, person, place, dice: dice.choice([1, 0, -1]))
    first = measure_landscape(counted(cast, discussion).votes).statements
    rows = list(Vote.everything.filter(statement__discussion=discussion).values())
    random.Random(3).shuffle(rows)
    Vote.everything.filter(statement__discussion=discussion).delete()
    Vote.everything.bulk_create(Vote(**row) for row in rows)
    assert measure_landscape(counted(cast, discussion).votes).statements == first
