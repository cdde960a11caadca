"""The low-rank model, against the same mathematics written out densely, and on votes whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize
from tests.methods.opinion.planted import planted

from commonwhy.methods.opinion.model import (
    _CURVATURE,
    _PLANE,
    _PULL,
    LowRank,
    Size,
    better_by,
    chances,
    choose_size,
    fit,
    log_chances,
    objective,
    on_axes,
    place,
)
from commonwhy.methods.opinion.reactions import Reactions, lay_out
from commonwhy.methods.opinion.votes import gather


def reactions_of(votes) -> Reactions:
    return lay_out(votes, np.arange(votes.people))


def halves(reactions: Reactions, seed: int = 0) -> list[tuple[Reactions, Reactions]]:
    drawn = np.random.default_rng(seed).random(reactions.count)
    return [(reactions.where(drawn >= 0.25), reactions.where(drawn < 0.25))]


def dense_objective(intercepts, shifts, places, ridge, table, overall):
    """The penalized log likelihood, from a dense table of reactions (people, statements), -1 for none."""
    total = -0.5 * (_PULL * ((intercepts - overall) ** 2).sum() + ridge * (shifts**2).sum() + (places**2).sum())
    for i, row in enumerate(table):
        for j, reaction in enumerate(row):
            if reaction >= 0:
                logits = _PLANE.T @ (intercepts[j] + shifts[j] @ places[i])
                total += logits[reaction] - np.log(np.exp(logits).sum())
    return total


@pytest.fixture(scope="module")
def tiny():
    """Twelve people, eight statements, half the votes missing."""
    votes = planted(12, 8, 0.5, sizes=(0.5, 0.5), seed=3).votes
    table = np.full((12, 8), -1)
    table[votes.person, votes.statement] = 1 - votes.value
    return reactions_of(votes), table


def test_the_objective_is_the_one_written_out_densely(tiny) -> None:
    reactions, table = tiny
    model = fit(reactions, Size(2, 1.0), np.random.default_rng(1), steps=3)
    tally = np.array([(table == reaction).sum() for reaction in range(3)]) + 1.0
    overall = _PLANE @ np.log(tally / tally.sum())
    dense = dense_objective(model.intercepts, model.shifts, model.places, 1.0, table, overall)
    assert objective(model, reactions) == pytest.approx(dense, rel=1e-12)


def test_every_step_raises_the_objective_until_nothing_can_be_gained(tiny) -> None:
    reactions, table = tiny
    model, reached = None, []
    for _ in range(60):
        model = fit(reactions, Size(2, 1.0), np.random.default_rng(1), start=model, steps=5)
        reached.append(objective(model, reactions))
    assert (np.diff(reached) > -1e-9).all()
    tally = np.array([(table == reaction).sum() for reaction in range(3)]) + 1.0
    overall = _PLANE @ np.log(tally / tally.sum())
    shapes = (model.intercepts.shape, model.shifts.shape, model.places.shape)
    cuts = np.cumsum([np.prod(shape) for shape in shapes])[:-1]

    def lost(flat):
        parts = [part.reshape(shape) for part, shape in zip(np.split(flat, cuts), shapes, strict=True)]
        return -dense_objective(*parts, 1.0, table, overall)

    start = np.concatenate([part.ravel() for part in (model.intercepts, model.shifts, model.places)])
    slope = optimize.approx_fprime(start, lost, 1e-6)
    assert np.abs(slope).max() < 2e-2
    assert -optimize.minimize(lost, start, method="BFGS", options={"maxiter": 60}).fun < reached[-1] + 1e-2


def test_the_bound_on_the_curvature_holds_everywhere() -> None:
    """Böhning's bound: the likelihood's curvature in the plane is never above the one the steps assume."""
    rng = np.random.default_rng(0)
    for _ in range(500):
        chance = rng.dirichlet([0.3, 0.3, 0.3])
        curvature = _PLANE @ (np.diag(chance) - np.outer(chance, chance)) @ _PLANE.T
        assert np.linalg.eigvalsh(curvature).max() <= _CURVATURE + 1e-12


def test_chances_are_chances_and_parts_do_not_matter(tiny, monkeypatch) -> None:
    reactions, _ = tiny
    model = fit(reactions, Size(2, 4.0), np.random.default_rng(1))
    given = chances(model, reactions)
    assert given.sum(axis=1) == pytest.approx(1.0)
    assert log_chances(model, reactions) == pytest.approx(np.log(given[np.arange(reactions.count), reactions.reaction]))
    monkeypatch.setattr("commonwhy.methods.opinion.model._AT_ONCE", 7)
    again = fit(reactions, Size(2, 4.0), np.random.default_rng(1))
    assert chances(again, reactions) == pytest.approx(given, rel=1e-9)


def test_a_pass_is_a_reaction_and_a_missing_vote_is_nothing() -> None:
    """Everybody has seen statement 0 and passed; nobody has seen statement 1."""
    votes = gather(40, 3, np.repeat(np.arange(40), 2), [0, 2] * 40, [0, 1] * 40)
    model = fit(reactions_of(votes), Size(0, 4.0), np.random.default_rng(1))
    asked = reactions_of(gather(1, 3, [0, 0, 0], [0, 1, 2], [1, 1, 1]))
    told = chances(LowRank(model.intercepts, model.shifts, model.places[:1], 4.0), asked)
    assert told[0, 1] > 0.9  # passes
    assert told[2, 0] > 0.9  # agrees
    assert abs(told[1, 0] - told[1, 1]) < 1e-9  # as everywhere: half of all votes agree, half pass
    assert told[1, 2] < 0.05


def test_more_votes_that_were_never_given_change_nothing() -> None:
    votes = planted(30, 10, 0.6, sizes=(0.5, 0.5), seed=1).votes
    more = gather(30, 14, votes.person, votes.statement, votes.value)
    first = fit(reactions_of(votes), Size(1, 4.0), np.random.default_rng(1))
    second = fit(reactions_of(more), Size(1, 4.0), np.random.default_rng(1))
    assert first.places == pytest.approx(second.places, abs=1e-6)


def test_noise_bears_no_dimension_and_popularity_is_none() -> None:
    for popular in (0.0, 2.0):
        for seed in range(6):
            reactions = reactions_of(planted(150, 40, 0.4, strength=0, popular=popular, seed=seed).votes)
            assert choose_size(halves(reactions), np.random.default_rng(1)).size.rank == 0


def test_groups_and_a_line_bear_dimensions_that_foretell_votes() -> None:
    for made in (
        planted(400, 60, 0.3, sizes=(0.4, 0.3, 0.3), seed=1),
        planted(400, 60, 0.3, strength=0, trait=lambda rng, n: rng.normal(size=n), seed=1),
    ):
        folds = halves(reactions_of(made.votes))
        chosen = choose_size(folds, np.random.default_rng(1))
        alone = log_chances(fit(folds[0][0], Size(0, 4.0), np.random.default_rng(1)), folds[0][1])
        assert chosen.size.rank >= 1
        assert better_by(chosen.scores, alone, folds[0][1].person) > 5


def test_the_line_people_stand_on_is_found() -> None:
    where = np.random.default_rng(7).normal(size=500)
    made = planted(500, 80, 0.3, strength=0, trait=lambda rng, n: where, seed=2)
    model = fit(reactions_of(made.votes), Size(1, 16.0), np.random.default_rng(1), steps=20)
    points, apart = on_axes(model)
    assert apart.tolist() == [True]
    assert abs(np.corrcoef(points[:, 0], where)[0, 1]) > 0.8
    # Somebody new is placed where the fit would have placed them.
    few = np.arange(50)
    assert np.corrcoef(place(reactions_of(made.votes).of(few), model).places[:, 0], model.places[:50, 0])[0, 1] > 0.999


def test_axes_keep_differences_of_logits_and_do_not_hang_on_how_the_model_is_turned() -> None:
    reactions = reactions_of(planted(200, 40, 0.4, sizes=(0.4, 0.3, 0.3), seed=4).votes)
    model = fit(reactions, Size(2, 8.0), np.random.default_rng(1))
    points, _ = on_axes(model)
    gap = np.einsum("scr,r->sc", model.shifts, model.places[3] - model.places[9])
    assert ((points[3] - points[9]) ** 2).sum() == pytest.approx((gap**2).sum() / 40)
    assert points.mean(axis=0) == pytest.approx(0.0, abs=1e-9)
    assert points[:, 0].std() > points[:, 1].std()
    assert points.T @ points == pytest.approx(np.diag((points**2).sum(axis=0)), abs=1e-7)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    turned = LowRank(model.intercepts, model.shifts @ turn, model.places @ turn, model.ridge)
    assert on_axes(turned)[0] == pytest.approx(points, abs=1e-7)


def test_better_by_counts_people_not_votes() -> None:
    person = np.repeat(np.arange(4), 100)
    gain = np.repeat([1.0, -1.0, 1.0, -1.0], 100)
    assert better_by(gain + 0.5, np.zeros(400), person) == pytest.approx(0.5 * 400 / (100 * 2.0))
    assert better_by(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)) == 0.0
