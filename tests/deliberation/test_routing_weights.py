"""What is shown next is weighed by a chore: for open discussions, by group, and not again while nothing came."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from commonwhy.deliberation.models import Discussion, Routing, Statement
from commonwhy.deliberation.services.routing import weigh, weigh_open
from tests.cast import Cast
from tests.deliberation.landscapes import hold, vote

pytestmark = pytest.mark.any_database


def weights(discussion: Discussion) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = Routing.everything.get(discussion=discussion).weights
    return found


def test_a_group_that_was_not_heard_on_a_statement_is_shown_it_first(cast: Cast) -> None:
    discussion = hold(cast, {"families": 300, "students": 50}, statements=4, closed=False)
    vote(discussion, cast.group("families"), 40, lambda *_: 1)
    vote(discussion, cast.group("students"), 15, lambda kind, person, place, dice: None if place == 3 else 1)
    assert weigh_open() == 1
    found = weights(discussion)
    assert set(found) == {"", str(cast.group("families").pk), str(cast.group("students").pk)}
    students = found[str(cast.group("students").pk)]
    assert set(students) == {"1", "2", "3", "4"}
    assert students["4"] > max(students["1"], students["2"], students["3"])
    assert students["4"] / sum(students.values()) > 0.4, "a small group's voice is asked for before another family's"


def test_nothing_new_costs_a_few_queries_and_writes_nothing(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    discussion = hold(cast, {"families": 30}, statements=4, closed=False)
    vote(discussion, cast.group("families"), 5, lambda *_: 1)
    assert weigh(discussion)
    with django_assert_max_num_queries(4):
        assert not weigh(discussion)
    Statement.everything.filter(discussion=discussion, number=2).update(state="hidden", reason="names")
    assert weigh(discussion)
    assert set(weights(discussion)[""]) == {"1", "3", "4"}


def test_before_the_first_vote_every_statement_counts_the_same(cast: Cast) -> None:
    discussion = hold(cast, {"families": 30}, statements=4, closed=False)
    assert weigh(discussion)
    assert len(set(weights(discussion)[""].values())) == 1


def test_a_closed_discussion_is_left_alone(cast: Cast) -> None:
    hold(cast, {"families": 30}, statements=4)
    assert weigh_open() == 0
