"""The mixture of groups and the valley between them, against the same written out person by person."""

from __future__ import annotations

import numpy as np
import pytest
from tests.methods.opinion.planted import planted

from commonwhy.methods.opinion.mixture import (
    Mixture,
    belonging,
    everybody,
    fit_mixture,
    foretold,
    log_chance_of_votes,
    log_likelihood,
    tuned,
)
from commonwhy.methods.opinion.reactions import Reactions, lay_out
from commonwhy.methods.opinion.separation import apart_by_places, apart_by_votes, has_valley, leanings


def reactions_of(votes) -> Reactions:
    return lay_out(votes, np.arange(votes.people))


@pytest.fixture(scope="module")
def few() -> Reactions:
    return reactions_of(planted(20, 9, 0.6, sizes=(0.5, 0.5), seed=2).votes)


def test_indicators_and_tallies_are_the_votes(few) -> None:
    dense = few.indicators().toarray().reshape(few.people, few.statements, 3)
    assert dense.sum() == few.count
    assert dense[few.person, few.statement, few.reaction].all()
    assert dense.sum(axis=0) == pytest.approx(few.tally())
    kept = few.where(few.reaction == 1)
    assert kept.tally()[:, [0, 2]].sum() == 0
    assert few.of(np.array([3, 7])).indicators().toarray() == pytest.approx(few.indicators().toarray()[[3, 7]])


def test_one_round_is_the_one_written_out_by_hand(few) -> None:
    start = np.random.default_rng(0).dirichlet([1, 1], 20)
    mixture, memberships = fit_mixture(few.indicators(), start, pull=4.0, steps=0)
    tally = few.tally()
    overall = (tally.sum(axis=0) + 1) / (tally.sum() + 3)
    means = (tally + overall) / (tally.sum(axis=1, keepdims=True) + 1)
    rates = np.zeros((9, 3, 2))
    for j in range(9):
        for g in range(2):
            mine = np.zeros(3)
            for at in np.flatnonzero(few.statement == j):
                mine[few.reaction[at]] += start[few.person[at], g]
            rates[j, :, g] = (mine + 4 * means[j]) / (mine.sum() + 4)
    assert mixture.rates.reshape(9, 3, 2) == pytest.approx(rates)
    assert rates.sum(axis=1) == pytest.approx(1.0)
    for person in range(20):
        told = np.log((start.sum(axis=0) + 1) / (20 + 2))
        for at in np.flatnonzero(few.person == person):
            told += np.log(rates[few.statement[at], few.reaction[at]])
        assert memberships[person] == pytest.approx(np.exp(told) / np.exp(told).sum())


def test_rounds_raise_what_they_are_to_raise(few) -> None:
    indicators, memberships = few.indicators(), np.random.default_rng(1).dirichlet([1, 1], 20)
    reached = []
    for _ in range(15):
        mixture, memberships = fit_mixture(indicators, memberships, steps=0)
        # The proportions' own prior, one person a group, belongs to what is raised.
        reached.append(log_likelihood(indicators, mixture) + float(np.log(mixture.proportions).sum()))
    assert (np.diff(reached) > -1e-9).all()


def test_memberships_are_as_sure_as_they_are_right() -> None:
    """Of people said to belong to a group with a chance of .6 to .9, between .6 and .9 do, by the true chances."""
    made = planted(3000, 30, 0.25, sizes=(0.5, 0.5), strength=1.2, passing=0, seed=3)
    reactions = reactions_of(made.votes)
    rates = np.stack([made.agrees, np.zeros_like(made.agrees) + 1e-12, 1 - made.agrees], axis=2)
    truth = Mixture(made.sizes, rates.transpose(1, 2, 0).reshape(-1, 2), 1.0, 1.0)
    memberships = belonging(reactions.indicators(), truth)
    sure, right = memberships.max(axis=1), memberships.argmax(axis=1) == made.group
    some = (sure > 0.6) & (sure < 0.9)
    assert some.sum() > 300
    assert right[some].mean() == pytest.approx(sure[some].mean(), abs=0.05)


def test_held_out_votes_are_foretold_by_who_belongs_where(few) -> None:
    mixture, memberships = fit_mixture(few.indicators(), np.random.default_rng(1).dirichlet([1, 1], 20))
    given = foretold(mixture, memberships, few)
    assert given.sum(axis=1) == pytest.approx(1.0)
    at = 5
    rates = mixture.rates.reshape(9, 3, 2)[few.statement[at]]
    assert given[at] == pytest.approx(rates @ memberships[few.person[at]])
    assert log_chance_of_votes(mixture, memberships, few) == pytest.approx(np.log(given[np.arange(few.count), few.reaction]))


def test_evidence_that_repeats_itself_is_tempered_and_news_is_not() -> None:
    """Every statement asked four times over tells a person's group once, not four times."""
    made = planted(3000, 60, 0.2, sizes=(0.5, 0.5), strength=1.5, seed=5)
    reactions = reactions_of(made.votes)
    drawn = np.random.default_rng(0).random(reactions.count)
    learned, held = reactions.where(drawn > 0.3), reactions.where(drawn <= 0.3)
    start = np.eye(2)[made.group]
    indicators = learned.indicators()
    _, memberships = fit_mixture(indicators, start)
    assert tuned([(indicators, memberships, held)])[1] == 1.0
    repeated = indicators * 4
    _, memberships = fit_mixture(repeated, start)
    assert tuned([(repeated, memberships, held)])[1] <= 0.5


def test_leanings_leave_a_persons_own_votes_out(few) -> None:
    second = np.arange(20) % 2 == 1
    along = leanings(few, second, 3.0)
    means = everybody(few.indicators()).reshape(9, 3)

    def rates(kept) -> np.ndarray:
        tally = np.zeros((2, 9, 3))
        for person, statement, reaction in zip(few.person[kept], few.statement[kept], few.reaction[kept], strict=True):
            tally[int(second[person]), statement, reaction] += 1
        return (tally + 3 * means) / (tally.sum(axis=2, keepdims=True) + 3)

    whole = rates(np.ones(few.count, dtype=bool))
    ratio = np.log(whole[1] / whole[0])
    for person in range(20):
        own = few.person == person
        left = rates(~own)
        told = sum(np.log(left[1, j, c] / left[0, j, c]) for j, c in zip(few.statement[own], few.reaction[own], strict=True))
        ends = [sum((whole[g, j] * ratio[j]).sum() for j in few.statement[own]) for g in (0, 1)]
        assert along[person] == pytest.approx((told - ends[0]) / (ends[1] - ends[0]))


def test_a_valley_is_seen_between_two_crowds_and_not_in_one() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        second = np.arange(400) >= 300
        apart = rng.normal(second, 0.2)
        assert has_valley(apart, second)
        for crowd in (rng.normal(0.5, 0.6, 400), rng.uniform(-0.4, 1.4, 400), rng.exponential(0.5, 400)):
            cut = crowd > np.quantile(crowd, rng.choice([0.5, 0.7, 0.85]))
            middle, end = crowd[~cut].mean(), crowd[cut].mean()
            assert not has_valley((crowd - middle) / (end - middle), cut)


def test_the_tail_of_a_crowd_is_no_group_though_it_looks_like_one_when_weighed_up() -> None:
    counts = [82, 112, 127, 106, 87, 70, 63, 57, 51, 42, 21, 9]
    edges = np.arange(-3, 10) / 6
    along = np.concatenate([np.linspace(a, b, n, endpoint=False) for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)])
    second = along > 0.68
    weight = np.where(second, 1 / second.sum(), 1 / (~second).sum())
    middle, first, last = (weight[np.abs(along - at) < 1 / 6].sum() for at in (0.5, 0.0, 1.0))
    assert middle < 0.6 * min(first, last)
    assert not has_valley(along, second)


def test_nothing_is_a_valley_among_a_handful() -> None:
    assert not has_valley(np.array([0.0, 0.05, 0.95, 1.0]), np.array([False, False, True, True]))


def test_planted_groups_stand_apart_by_votes_and_by_places_and_halves_of_a_crowd_do_not() -> None:
    made = planted(500, 60, 0.4, sizes=(0.6, 0.4), seed=6)
    reactions = reactions_of(made.votes)
    mixture, _ = fit_mixture(reactions.indicators(), np.eye(2)[made.group], steps=0)
    assert apart_by_votes(reactions, made.group, mixture)
    where = np.random.default_rng(1).normal(size=500)
    line = planted(500, 60, 0.4, strength=0, trait=lambda rng, n: where, seed=6)
    reactions, half = reactions_of(line.votes), (where > 0).astype(np.int64)
    mixture, _ = fit_mixture(reactions.indicators(), np.eye(2)[half], steps=0)
    assert not apart_by_votes(reactions, half, mixture)
    points = np.column_stack([np.random.default_rng(2).normal(4.0 * made.group, 0.7), np.random.default_rng(3).normal(size=500)])
    assert apart_by_places(points, made.group, 2)
    assert not apart_by_places(np.column_stack([where, points[:, 1]]), half, 2)
