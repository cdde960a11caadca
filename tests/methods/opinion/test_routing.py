"""Which statement is shown next: the chances are those that are stored, roles are heard, and re-weighting undoes the bias."""

from __future__ import annotations

import json
from collections import Counter
from random import Random

import numpy as np
import pytest
from scipy import stats

from commonwhy.methods.opinion import RoutingWeights, draw, gather, polis_priority, weights
from commonwhy.methods.opinion.routing import chance_of_smallest, narrowing
from commonwhy.methods.opinion.routing_draw import EXPLORATION, chances
from commonwhy.methods.opinion.shared_ground import count_cells


def test_chances_sum_to_one_and_leave_nothing_out() -> None:
    rng = Random(1)
    for _ in range(50):
        s = rng.randint(1, 30)
        row = tuple(rng.choice([0.0, rng.random()]) for _ in range(s))
        given = RoutingWeights((row,), row)
        voted = {i for i in range(s) if rng.random() < 0.5}
        found = chances(given, 0, voted)
        assert set(found) == set(range(s)) - voted
        if found:
            assert sum(found.values()) == pytest.approx(1.0)
            assert min(found.values()) >= EXPLORATION / len(found) - 1e-12
    assert chances(given, -1, set(range(s))) == {}
    assert draw(given, -1, set(range(s)), rng) is None


def test_statements_are_drawn_with_the_chances_that_are_given_back() -> None:
    given = RoutingWeights(((4.0, 0.0, 1.0, 3.0, 2.0),), (1.0,) * 5, exploration=0.2)
    expected = chances(given, 0, {3})
    assert expected == pytest.approx({0: 0.05 + 0.8 * 4 / 7, 1: 0.05, 2: 0.05 + 0.8 / 7, 4: 0.05 + 0.8 * 2 / 7})
    rng, drawn = Random(7), Counter()
    for _ in range(20_000):
        found = draw(given, 0, {3}, rng)
        assert found is not None
        assert found[1] == expected[found[0]]
        drawn[found[0]] += 1
    assert stats.chisquare([drawn[i] for i in expected], [20_000 * chance for chance in expected.values()]).pvalue > 0.001


def test_weights_can_be_stored_and_nonsense_cannot() -> None:
    given = weights([[3, 1, 0], [0, 0, 0]], [[[2, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]]])
    assert RoutingWeights.from_json(json.loads(json.dumps(given.as_json()))) == given
    for wrong in (((-1.0,),), ((float("nan"),),), ((1.0, 2.0),)):
        with pytest.raises(ValueError, match="weight"):
            RoutingWeights(wrong, (1.0,))
    with pytest.raises(ValueError, match="exploration"):
        RoutingWeights((), (1.0,), exploration=0.0)


def test_the_chance_of_being_the_smallest_is_the_one_one_draws() -> None:
    cells = np.array([[[12, 3, 5]], [[20, 1, 2]], [[2, 1, 0]]], dtype=float)
    agree = cells[:, 0, 0]
    draws = stats.beta.rvs(agree + 0.5, cells[:, 0].sum(axis=1) - agree + 0.5, size=(100_000, 3), random_state=1)
    expected = np.bincount(draws.argmin(axis=1), minlength=3) / 100_000
    assert chance_of_smallest(cells)[:, 0] == pytest.approx(expected, abs=0.01)


def test_one_more_vote_narrows_what_is_known_by_as_much_as_is_said() -> None:
    agree, other = 7.5, 4.5
    now = stats.beta(agree, other).var()
    chance = agree / (agree + other)
    after = chance * stats.beta(agree + 1, other).var() + (1 - chance) * stats.beta(agree, other + 1).var()
    cells = np.array([[[7.0, 1.0, 3.0]]])
    assert narrowing(cells)[0, 0] == pytest.approx(np.sqrt(now) - np.sqrt(after))


def test_what_is_little_known_and_may_be_the_smallest_is_asked_first() -> None:
    # Both statements are as often seen; families may be against the first, and surely are with the second.
    staff, families = [[50, 2, 2], [50, 2, 2]], [[6, 1, 7], [13, 1, 0]]
    given = weights(np.add(staff, families), [staff, families], coverage=0.0)
    assert given.by_role[1][0] > 2 * given.by_role[1][1]
    # Nobody has seen the second.
    given = weights([[40, 5, 5], [0, 0, 0]], [[[40, 5, 5], [0, 0, 0]]], coverage=0.0)
    assert given.undeclared[1] > 3 * given.undeclared[0]
    # A group of a third of the people may be against the first.
    groups = [[[40, 0, 2], [40, 0, 2]], [[8, 2, 10], [18, 2, 0]]]
    given = weights(np.sum(groups, axis=0), [], by_group=groups, coverage=0.0)
    assert given.undeclared[0] > given.undeclared[1]


def test_a_role_is_asked_about_what_it_was_not_heard_on() -> None:
    """Families have been heard on all but the last statement; teachers on all."""
    teachers = [[30, 5, 5]] * 6
    families = [[9, 0, 2]] * 5 + [[1, 0, 0]]
    overall = np.add(teachers, families)
    given = weights(overall, [teachers, families])
    assert chances(given, 1, set())[5] > 0.4
    assert chances(given, 1, set())[5] > chances(weights(overall, [teachers, families], coverage=0.0), 1, set())[5] + 0.1
    assert given.by_role[0] == weights(overall, [teachers, families], coverage=0.0).by_role[0]


def heard_after(coverage: float, seed: int) -> int:
    """On how many of 40 statements families are heard after 260 teachers and 30 families cast 12 votes each."""
    rng, truth = Random(seed), np.random.default_rng(seed)
    agrees = truth.uniform(0.2, 0.9, (2, 40))
    counts = np.zeros((2, 40, 3))
    people = [1] * 30 + [0] * 260
    rng.shuffle(people)
    for at, role in enumerate(people):
        if at % 5 == 0:
            given = weights(counts.sum(axis=0), counts, coverage=coverage)
        voted: set[int] = set()
        for _ in range(12):
            found = draw(given, role, voted, rng)
            assert found is not None
            voted.add(found[0])
            counts[role, found[0], 0 if rng.random() < agrees[role, found[0]] else 2] += 1
    return int((counts[1].sum(axis=1) >= 5).sum())


def test_quotas_get_a_small_role_heard_on_more_statements() -> None:
    quota, none = [sum(heard_after(coverage, seed) for seed in range(3)) for coverage in (0.8, 0.0)]
    assert quota > none + 8


def test_weighting_by_the_chance_of_being_shown_takes_the_bias_out() -> None:
    """Half the people agree with statement 0. Those who do are shown it five times as often, by their role."""
    given = RoutingWeights(((5.0,) + (1.0,) * 9, (0.5,) + (1.0,) * 9), (1.0,) * 10)
    rng = Random(3)
    person, statement, value, exposure = [], [], [], []
    for who in range(30_000):
        role = who % 2
        found = draw(given, role, set(), rng)
        assert found is not None
        person.append(who)
        statement.append(found[0])
        value.append(1 if role == 0 else -1)
        exposure.append(found[1])
    everybody = np.zeros(30_000, dtype=np.int64)
    plain = count_cells(gather(30_000, 10, person, statement, value), everybody, 1)
    weighted = count_cells(gather(30_000, 10, person, statement, value, exposure), everybody, 1)
    assert plain.shares[0, 0, 0] > 0.8
    assert weighted.shares[0, 0, 0] == pytest.approx(0.5, abs=0.03)
    assert weighted.effective[0, 0] < plain.effective[0, 0]


def test_the_priority_of_polis() -> None:
    """By hand for S = 10, 2 passes, 6 agrees, E = 1.5: p = 3/12, a = 7/12, 1 + 8 / 4 = 3."""
    assert polis_priority([[6, 2, 2], [0, 0, 0]], [1.5, 0.0]) == pytest.approx(
        [(0.75 * 2.5 * 7 / 12 * 3) ** 2, (0.5 * 1 * 0.5 * 9) ** 2]
    )
    with pytest.raises(ValueError, match="extremity"):
        polis_priority([[1, 1, 1]], [1.0, 2.0])


def test_counts_that_do_not_fit_are_refused() -> None:
    for overall, by_role in (([[1, 2]], []), ([[1, 2, -1]], []), ([[1, 1, 1]], [[[1, 1, 1], [0, 0, 0]]])):
        with pytest.raises(ValueError, match=r"[Cc]ounts"):
            weights(overall, by_role)
    with pytest.raises(ValueError, match="heard"):
        weights([[1, 1, 1]], [], small=0)
    assert weights([], []) == RoutingWeights((), ())
