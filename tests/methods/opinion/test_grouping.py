"""Opinion groups: found where they were planted, not found where there are none, never tiny, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from tests.methods.opinion.planted import Planted, Trait, planted

from commonwhy.methods.opinion.grouping import FEWEST_STATEMENTS, Grouping, adjusted_rand, find_groups, smallest_group
from commonwhy.methods.opinion.reactions import lay_out
from commonwhy.methods.opinion.votes import Votes, gather


def grouped(votes: Votes, *, small: int = 10, seed: int = 1, groups: int | None = None) -> Grouping:
    return find_groups(lay_out(votes, np.arange(votes.people)), small=small, seed=seed, groups=groups)


@pytest.mark.parametrize(
    ("people", "statements", "share", "sizes"),
    [
        (150, 40, 0.9, (0.5, 0.5)),
        (400, 80, 0.4, (0.8, 0.2)),
        (400, 60, 0.5, (0.5, 0.3, 0.2)),
        (600, 120, 0.3, (0.3, 0.3, 0.2, 0.2)),
        (700, 150, 0.3, (0.3, 0.2, 0.2, 0.2, 0.1)),
        (1200, 600, 0.05, (0.6, 0.4)),
    ],
)
def test_planted_groups_are_found(people: int, statements: int, share: float, sizes: tuple[float, ...]) -> None:
    made = planted(people, statements, share, sizes=sizes, seed=people)
    best = adjusted_rand(made.group, made.best_grouping())
    assert best > 0.95  # else nobody could find them
    found = grouped(made.votes)
    assert found.k == len(sizes)
    assert adjusted_rand(made.group, found.labels) >= 0.9
    assert found.stability is not None
    assert found.stability > 0.8
    assert found.prediction is not None
    assert found.prediction.brier < found.prediction.brier_of_means - 0.02
    assert found.prediction.accuracy > found.prediction.accuracy_of_means
    sizes_found = np.bincount(found.labels)
    assert (np.diff(sizes_found) <= 0).all()  # the largest first
    assert found.points[:, 0].std() >= found.points[:, 1].std()


def test_planted_groups_whose_people_differ_among_themselves_are_found_too() -> None:
    made = planted(400, 60, 0.5, sizes=(0.5, 0.5), strength=2.5, trait=lambda rng, n: 0.5 * rng.normal(size=n), seed=2)
    found = grouped(made.votes)
    assert found.k == 2
    assert adjusted_rand(made.group, found.labels) >= 0.9


def test_noise_gives_one_group() -> None:
    """At most one run in twenty may find more; forty runs of many shapes find none."""
    several = 0
    for seed in range(40):
        people, statements, share = [(40, 20, 0.9), (90, 30, 0.4), (200, 40, 0.2), (80, 8, 1.0)][seed % 4]
        made = planted(people, statements, share, strength=0, popular=0, seed=seed)
        several += grouped(made.votes).k > 1
    assert several <= 2


@pytest.mark.parametrize("popular", [2.0, 4.0])
def test_popular_statements_are_no_groups(popular: float) -> None:
    for seed in range(5):
        assert grouped(planted(200, 40, 0.4, strength=0, popular=popular, seed=seed).votes).k == 1


@pytest.mark.parametrize(
    "trait",
    [
        lambda rng, n: rng.normal(size=n),
        lambda rng, n: rng.uniform(-1.7, 1.7, size=n),
        lambda rng, n: rng.exponential(size=n) - 1,
    ],
    ids=["from the middle out", "evenly", "with a long tail"],
)
def test_one_crowd_along_a_line_is_one_group_though_its_halves_foretell_votes(trait: Trait) -> None:
    several, better = 0, 0
    for seed in range(4):
        made = planted([150, 500][seed % 2], 50, 0.5, strength=0, trait=trait, seed=seed)
        found = grouped(made.votes)
        several += found.k > 1
        # Two parts do foretell better; that alone must not make them groups.
        better += len(found.candidates) > 1 and found.candidates[1].score > found.candidates[0].score + 0.01
    assert several == 0
    assert better >= 3


def test_nobody_is_ever_in_a_tiny_group() -> None:
    """Sixteen people stand far off the rest: a group of their own where ten are enough, none where it takes twenty."""
    made = planted(200, 40, 0.7, strength=0, popular=3.0, seed=3)
    votes = made.votes
    votes = gather(200, 40, votes.person, votes.statement, np.where(votes.person < 16, -votes.value, votes.value))
    found = grouped(votes, small=10)
    assert np.bincount(found.labels).tolist() == [184, 16]
    assert (found.labels[:16] == 1).all()
    assert grouped(votes, small=20).k == 1
    for groups in (2, 3, 5):
        assert np.bincount(grouped(votes, small=20, groups=groups).labels).min() >= 20
    assert smallest_group(1000, 10) == 20
    assert smallest_group(100, 10) == 10


def test_as_many_groups_as_asked_for_but_none_tiny() -> None:
    made = planted(300, 50, 0.5, sizes=(0.5, 0.5), seed=4)
    found = grouped(made.votes, groups=4)
    assert found.k == 4
    assert np.bincount(found.labels).min() >= 10
    assert grouped(made.votes, groups=1).k == 1
    few = planted(45, 30, 0.8, sizes=(0.5, 0.5), seed=5)
    assert grouped(few.votes, groups=10).k <= 4
    assert np.bincount(grouped(planted(100, 20, 0.5, strength=0, seed=6).votes, groups=3).labels).min() >= 10


def test_too_few_statements_to_tell_groups_from_patterns() -> None:
    rng = np.random.default_rng(1)
    camp = np.repeat(rng.integers(0, 2, 200), FEWEST_STATEMENTS - 1)
    statement = np.tile(np.arange(FEWEST_STATEMENTS - 1), 200)
    votes = gather(200, FEWEST_STATEMENTS - 1, np.repeat(np.arange(200), FEWEST_STATEMENTS - 1), statement, 2 * camp - 1)
    assert grouped(votes).k == 1


def assert_same(first: Grouping, second: Grouping, order: np.ndarray | None = None) -> None:
    order = np.arange(len(first.labels)) if order is None else order
    assert (first.labels[order] == second.labels).all()
    assert (first.confidence[order] == second.confidence).all()
    assert (first.points[order] == second.points).all()
    assert first.candidates == second.candidates


@pytest.fixture(scope="module")
def three() -> Planted:
    return planted(240, 40, 0.5, sizes=(0.4, 0.3, 0.3), seed=8)


def test_the_same_votes_in_any_order_give_the_same_groups(three: Planted) -> None:
    votes = three.votes
    order = np.random.default_rng(2).permutation(votes.count)
    again = gather(240, 40, votes.person[order], votes.statement[order], votes.value[order])
    assert_same(grouped(votes), grouped(again))


def test_groups_that_do_not_come_back_are_none(three: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    by_lot = grouped(planted(150, 30, 0.5, strength=0, seed=1).votes, groups=2)
    assert by_lot.k == 2
    assert by_lot.stability is not None
    assert by_lot.stability < 0.5
    stability = grouped(three.votes).stability
    assert stability is not None
    monkeypatch.setattr("commonwhy.methods.opinion.grouping.STABLE", stability + 0.01)
    found = grouped(three.votes)
    assert found.k < 3
    assert next(candidate for candidate in found.candidates if candidate.k == 3).stability == stability


def test_another_seed_or_other_numbers_for_people_find_the_same_people_together(three: Planted) -> None:
    found = grouped(three.votes)
    assert adjusted_rand(found.labels, grouped(three.votes, seed=2).labels) > 0.95
    number = np.random.default_rng(3).permutation(240)
    votes = three.votes
    renamed = grouped(gather(240, 40, number[votes.person], votes.statement, votes.value))
    assert adjusted_rand(found.labels, renamed.labels[number]) > 0.95


def test_a_sample_of_people_is_enough_to_place_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commonwhy.methods.opinion.grouping._SAMPLE", 300)
    made = planted(900, 50, 0.5, sizes=(0.5, 0.3, 0.2), seed=9)
    found = grouped(made.votes)
    assert found.k == 3
    assert adjusted_rand(made.group, found.labels) >= 0.9
    assert len(found.points) == 900
    assert (found.points.std(axis=0) > 0.1).all()


def test_confidence_falls_where_votes_say_little() -> None:
    made = planted(600, 60, 0.4, sizes=(0.5, 0.5), strength=1.5, seed=10)
    votes = made.votes
    few = (votes.person % 2 == 0) & (np.random.default_rng(1).random(votes.count) < 0.65)
    kept = gather(600, 60, votes.person[~few], votes.statement[~few], votes.value[~few])
    found = grouped(kept)
    assert found.k == 2
    assert found.confidence.min() >= 0.5
    assert found.confidence[::2].mean() < found.confidence[1::2].mean() - 0.01
    right = found.labels == (made.group != made.group[found.labels == 0][0])
    right = right if right.mean() > 0.5 else ~right
    assert right.mean() == pytest.approx(found.confidence.mean(), abs=0.04)


def test_the_adjusted_rand_index_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        first, second = rng.integers(0, 4, 30), rng.integers(0, 3, 30)
        assert adjusted_rand(first, second) == pytest.approx(adjusted_rand_score(first, second))
    assert adjusted_rand(np.zeros(5, dtype=np.int64), np.zeros(5, dtype=np.int64)) == 1.0
