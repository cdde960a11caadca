"""The Polis map against the same thing done densely: the filled-in matrix, its singular vectors, the scaled projections."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from commonwhy.methods.opinion import polis_map as under_test
from commonwhy.methods.opinion.polis_map import polis_map
from commonwhy.methods.opinion.votes import Votes, gather

Floats = NDArray[np.float64]


def random_votes(people: int, statements: int, share: float, seed: int) -> Votes:
    """Two camps and some noise, so that the first axes are told clearly apart."""
    chance = np.random.default_rng(seed)
    person, statement = np.nonzero(chance.random((people, statements)) < share)
    camp, turn = chance.choice([-1, 1], people), chance.choice([-1, 1], statements)
    value = np.where(chance.random(len(person)) < 0.7, camp[person] * turn[statement], chance.integers(-1, 2, len(person)))
    half = np.where(chance.random(len(person)) < 0.3 * (statement < statements / 2), (-1) ** (person % 3 == 0), value)
    return gather(people, statements, person, statement, half)


def dense(votes: Votes, counts: NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
    """Components and places from the imputed matrix written out in full."""
    full = np.full((votes.people, votes.statements), np.nan)
    full[votes.person, votes.statement] = votes.value
    if counts is not None:
        full = full[:, counts]
    own = (~np.isnan(full)).sum(axis=1)
    means = np.nanmean(full, axis=0)
    imputed = np.where(np.isnan(full), means, full)
    components = np.linalg.svd(imputed - imputed.mean(axis=0))[2][:2].T
    places = (imputed - means) @ components * np.sqrt(full.shape[1] / own)[:, None]
    return components, places


def up_to_sign(a: Floats, b: Floats) -> bool:
    return all(
        np.allclose(a[:, axis], b[:, axis], atol=1e-6) or np.allclose(a[:, axis], -b[:, axis], atol=1e-6) for axis in (0, 1)
    )


@pytest.mark.parametrize(("people", "statements"), [(40, 9), (12, 30), (400, 300)], ids=["tall", "wide", "by iteration"])
def test_it_equals_the_dense_computation_up_to_sign(people: int, statements: int) -> None:
    votes = random_votes(people, statements, 0.6, seed=people)
    found = polis_map(votes)
    components, places = dense(votes)
    assert up_to_sign(found.components, components)
    assert up_to_sign(found.places, places)


def test_a_large_matrix_is_not_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "_by_smaller_side", None)
    votes = random_votes(300, 280, 0.3, seed=1)
    assert polis_map(votes).components.shape == (280, 2)


def test_by_hand() -> None:
    """Two people against one on statement 0; all agree on statement 1. Means 1/3 and 1; the only axis is statement 0."""
    votes = gather(3, 2, [0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 1, 1, 1, -1])
    found = polis_map(votes)
    assert found.means == pytest.approx([1 / 3, 1.0])
    assert found.components[:, 0] == pytest.approx([1.0, 0.0])
    assert found.components[:, 1] == pytest.approx([0.0, 0.0])
    # Person 2 voted once, so their distance is stretched by √(2 / 1); the others voted on both.
    assert found.places[:, 0] == pytest.approx([2 / 3, 2 / 3, -4 / 3 * np.sqrt(2)])
    assert found.extremity == pytest.approx([np.sqrt(2) * 2 / 3, 0.0])


def test_axes_never_flip() -> None:
    votes = random_votes(60, 20, 0.5, seed=4)
    found = polis_map(votes)
    strongest = np.abs(found.components).argmax(axis=0)
    assert (found.components[strongest, [0, 1]] > 0).all()
    turned = Votes(votes.people, votes.statements, votes.person, votes.statement, -votes.value)
    assert np.allclose(polis_map(turned).components, found.components, atol=1e-9)


def test_seven_votes_place_somebody() -> None:
    person = np.repeat(np.arange(20), 10)
    statement = np.tile(np.arange(10), 20)
    few = (person == 3) & (statement >= 6) | (person == 4) & (statement >= 7)
    votes = gather(20, 10, person[~few], statement[~few], np.ones((~few).sum()))
    assert np.flatnonzero(~polis_map(votes).placed).tolist() == [3]


def test_with_fewer_statements_all_of_them_are_enough() -> None:
    votes = gather(20, 3, np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20), np.ones(60))
    assert polis_map(votes).placed.all()


def test_few_people_are_filled_up_to_fifteen_by_most_votes() -> None:
    """30 people: 10 vote on all ten statements, the others on 5, 4, 3, 2 or 1; the five with most are taken too."""
    times = np.array([10] * 10 + [5, 4, 3, 2, 1] * 4)
    person = np.repeat(np.arange(30), times)
    statement = np.concatenate([np.arange(n) for n in times])
    placed = polis_map(gather(30, 10, person, statement, np.ones(len(person)))).placed
    assert placed.sum() == 15
    assert set(np.flatnonzero(placed)) == {*range(10), 10, 15, 20, 25, 11}


def test_nobody_is_placed_without_a_vote() -> None:
    votes = gather(4, 2, [0, 1], [0, 1], [1, -1])
    assert polis_map(votes).placed.tolist() == [True, True, False, False]


def test_statements_that_do_not_count_move_nobody() -> None:
    votes = random_votes(50, 12, 0.7, seed=9)
    counts = np.arange(12) < 8
    found = polis_map(votes, counts)
    components, places = dense(votes, counts)
    assert up_to_sign(found.components[:8], components)
    assert up_to_sign(found.places, places)
    assert not found.components[8:].any()


@pytest.mark.parametrize("value", [1, 0, -1])
def test_everybody_alike_stands_in_the_middle(value: int) -> None:
    votes = gather(30, 8, np.repeat(np.arange(30), 8), np.tile(np.arange(8), 30), np.full(240, value))
    found = polis_map(votes)
    assert not found.places.any()
    assert found.placed.all()
