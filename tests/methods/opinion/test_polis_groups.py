"""Groups on the map: planted ones are found, nobody is left alone, and neither order nor seed changes what is clear."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, silhouette_score

from commonwhy.methods.opinion.polis_groups import membership_confidence, polis_groups, smallest_group

Floats = NDArray[np.float64]
CORNERS = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0], [9.0, 9.0]])


def clouds(n: int, k: int, seed: int, spread: float = 1.0) -> tuple[Floats, NDArray[np.int64]]:
    chance = np.random.default_rng(seed)
    camp = chance.integers(0, k, n)
    return CORNERS[camp] + chance.normal(size=(n, 2)) * spread, camp


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("n", [60, 3_000], ids=["each a base cluster", "a hundred base clusters"])
def test_planted_groups_are_found(n: int, k: int) -> None:
    places, camp = clouds(n, k, seed=n + k)
    found = polis_groups(places, small=10, groups=None, seed=1)
    assert found.k == k
    assert adjusted_rand_score(camp, found.label) >= 0.9
    assert (np.diff(np.bincount(found.label)) <= 0).all()


def test_the_score_is_the_mean_silhouette() -> None:
    places, _ = clouds(80, 3, seed=2, spread=2.0)
    found = polis_groups(places, small=2, groups=3, seed=1)
    told = next(each.score for each in found.candidates if each.k == 3)
    assert told == pytest.approx(silhouette_score(places, found.label), abs=1e-6)


def test_a_point_of_weight_three_is_three_people_in_one_place() -> None:
    places, _ = clouds(30, 2, seed=5)
    tripled = np.repeat(places, 3, axis=0)
    found = polis_groups(tripled, small=2, groups=2, seed=1)
    told = next(each.score for each in found.candidates if each.k == 2)
    assert told == pytest.approx(silhouette_score(tripled, found.label), abs=1e-6)


@pytest.mark.parametrize("far", [1, 2])
def test_somebody_far_out_is_not_a_group(far: int) -> None:
    """Plain k-means makes one or two people far away a group of their own, at every k."""
    places, camp = clouds(60, 2, seed=3, spread=0.5)
    out = np.vstack([places, np.full((far, 2), 200.0) + np.arange(far)[:, None]])
    found = polis_groups(out, small=10, groups=None, seed=1)
    assert np.bincount(found.label).min() >= smallest_group(60 + far, 10) > far
    assert adjusted_rand_score(camp, found.label[:60]) >= 0.9


def test_a_number_that_leaves_somebody_alone_is_not_taken_even_if_asked_for() -> None:
    places = np.vstack([np.zeros((20, 2)), np.ones((20, 2)) * 5, [[90.0, 90.0]]])
    found = polis_groups(places, small=10, groups=3, seed=1)
    assert found.k == 2
    assert [each.k for each in found.candidates] == [2, 3]


@pytest.mark.parametrize("asked", [1, 2, 3, 4])
def test_as_many_groups_as_asked_for(asked: int) -> None:
    places, _ = clouds(200, 4, seed=8)
    assert polis_groups(places, small=10, groups=asked, seed=1).k == asked


def test_the_most_groups_follow_the_base_clusters() -> None:
    """With 11 different places k goes to 2 + ⌊11/12⌋ = 2, with 24 to 4, with many to 5."""
    for different, most in ((11, 2), (24, 4), (90, 5)):
        places = np.random.default_rng(1).normal(size=(different, 2))
        tried = polis_groups(places, small=2, groups=None, seed=1).candidates
        assert max(each.k for each in tried) == most


def test_the_order_of_people_does_not_matter() -> None:
    places, _ = clouds(2_000, 3, seed=6, spread=2.5)
    order = np.random.default_rng(0).permutation(len(places))
    first, shuffled = (polis_groups(each, small=10, groups=None, seed=4) for each in (places, places[order]))
    assert (first.label[order] == shuffled.label).all()
    assert first.candidates == shuffled.candidates


@pytest.mark.parametrize("n", [1, 2, 3])
def test_very_few_people_in_different_places(n: int) -> None:
    found = polis_groups(np.arange(2.0 * n).reshape(n, 2), small=10, groups=None, seed=1)
    assert found.k == 1
    assert not found.label.any()


def test_everybody_in_one_place_is_one_group() -> None:
    found = polis_groups(np.zeros((50, 2)), small=10, groups=None, seed=1)
    assert found.k == 1
    assert (membership_confidence(np.zeros((50, 2)), found.label, found.centres) == 1).all()


def test_nobody_is_no_group() -> None:
    assert polis_groups(np.zeros((0, 2)), small=10, groups=None, seed=1).k == 0


def test_membership_is_surest_in_the_middle_of_a_group() -> None:
    centres = np.array([[0.0, 0.0], [4.0, 0.0]])
    places = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    assert membership_confidence(places, np.zeros(3, dtype=np.int64), centres) == pytest.approx([1.0, 0.75, 0.5])


def test_how_small_a_group_may_be() -> None:
    assert [smallest_group(n, 10) for n in (1, 20, 108, 200, 500, 1_000, 20_000)] == [2, 2, 6, 10, 10, 20, 400]
