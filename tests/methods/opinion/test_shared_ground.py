"""Shared ground: the bounds against closed forms and simulation, and what is said of a statement and what is not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from commonwhy.methods.opinion.result import Counts, Outcome
from commonwhy.methods.opinion.shared_ground import (
    Cells,
    count_cells,
    error_rate,
    judge_statements,
    smallest_bounds,
    surely_for_and_against,
)
from commonwhy.methods.opinion.votes import Votes, gather

NOBODY = -1


def votes_of(*cells: tuple[int, int, int]) -> tuple[Votes, np.ndarray]:
    """Votes on one statement by cells of people, (agree, disagree, pass) each, and which cell a person is of."""
    said = np.concatenate([np.repeat([1, -1, 0], cell) for cell in cells])
    member = np.repeat(np.arange(len(cells)), [sum(cell) for cell in cells])
    people = len(said)
    return gather(people, 1, np.arange(people), np.zeros(people, dtype=int), said), member


def judged(groups: list[tuple[int, int, int]], *, small: int = 10):
    votes, member = votes_of(*groups)
    return judge_statements(votes, member, len(groups), np.full(votes.people, NOBODY), (), small=small)[0]


def test_the_smallest_of_one_share_has_the_bounds_of_its_beta() -> None:
    agree, other = np.array([[12.0], [0.0], [300.0]]), np.array([[8.0], [15.0], [20.0]])
    low, high = smallest_bounds(agree, other, np.ones((3, 1), dtype=bool), 0.025)
    beta = stats.beta(agree[:, 0] + 0.5, other[:, 0] + 0.5)
    assert low == pytest.approx(beta.ppf(0.025), abs=1e-8)
    assert high == pytest.approx(beta.ppf(0.975), abs=1e-8)


def test_the_smallest_of_several_has_the_bounds_one_draws() -> None:
    agree, other = np.array([[30.0, 22.0, 5.0]]), np.array([[10.0, 14.0, 0.0]])
    heard = np.array([[True, True, True]])
    draws = stats.beta.rvs(agree[0] + 0.5, other[0] + 0.5, size=(200_000, 3), random_state=1).min(axis=1)
    low, high = smallest_bounds(agree, other, heard, 0.05)
    assert low[0] == pytest.approx(np.quantile(draws, 0.05), abs=0.005)
    assert high[0] == pytest.approx(np.quantile(draws, 0.95), abs=0.005)
    without, _ = smallest_bounds(agree, other, np.array([[True, False, True]]), 0.05)
    assert without[0] > low[0]
    assert np.isnan(smallest_bounds(agree, other, ~heard, 0.05)[0][0])


@pytest.mark.parametrize("truth", [(0.5,), (0.6, 0.6), (0.55, 0.8, 0.9), (0.7, 0.7, 0.7, 0.7)])
def test_the_lower_bound_lies_below_the_smallest_agreement_as_often_as_it_says(truth: tuple[float, ...]) -> None:
    rng = np.random.default_rng(2)
    n = rng.integers(10, 80, (6000, len(truth)))
    agree = rng.binomial(n, truth).astype(float)
    low, _ = smallest_bounds(agree, n - agree, np.ones_like(n, dtype=bool), 0.05)
    covered = (low <= min(truth)).mean()
    assert covered > 0.935  # Jeffreys' bound covers 95 percent on average over n
    if len(truth) == 1:
        assert covered < 0.97


def test_at_most_one_statement_in_all_is_expected_to_be_called_shared_by_luck() -> None:
    """A hundred statements on which exactly half of one group agree, and all of the other."""
    rng = np.random.default_rng(3)
    member = np.repeat([0, 1], 60)
    wrong = []
    for _ in range(25):
        person, statement = np.repeat(np.arange(120), 100), np.tile(np.arange(100), 120)
        said = np.where((person >= 60) | (rng.random(12_000) < 0.5), 1, -1)
        found = judge_statements(gather(120, 100, person, statement, said), member, 2, np.full(120, NOBODY), (), small=10)
        wrong.append(sum(one.outcome is Outcome.SHARED for one in found))
    assert np.mean(wrong) < 1.5
    assert error_rate(100) == 0.01
    assert error_rate(3) == error_rate(40) == 0.025
    assert error_rate(0) == 0.025


def test_at_most_one_statement_in_all_is_expected_to_be_called_divided_by_luck() -> None:
    """Two hundred statements that split everybody evenly, in five groups."""
    rng = np.random.default_rng(4)
    counts = np.zeros((200 * 20, 5, 3), dtype=np.int64)
    counts[:, :, 0] = rng.binomial(50, 0.5, counts.shape[:2])
    counts[:, :, 2] = 50 - counts[:, :, 0]
    cells = Cells(counts, counts / 50, np.full(counts.shape[:2], 50.0))
    divided = surely_for_and_against(cells, np.ones((4000, 5), dtype=bool), error_rate(200))
    assert divided.reshape(20, 200).sum(axis=1).mean() < 1


def test_a_majority_does_not_outvote_a_small_group() -> None:
    found = judged([(900, 50, 50), (8, 10, 2)])
    assert found.counts == Counts(agree=908, disagree=60, passed=52)
    assert found.outcome is Outcome.OPEN
    assert found.lowest == "group 2"
    assert found.shared_ground is not None
    assert found.interval is not None
    assert found.shared_ground == found.interval[0] < 0.4 < found.interval[1]
    assert found.agreement is not None
    assert found.agreement.share == pytest.approx(908 / 1020)
    assert found.agreement.low < 908 / 1020 < found.agreement.high


def test_what_everybody_agrees_with_is_shared_and_to_pass_is_not_to_agree() -> None:
    assert judged([(60, 3, 2), (30, 2, 3)]).outcome is Outcome.SHARED
    assert judged([(60, 3, 2), (13, 0, 22)]).outcome is Outcome.OPEN
    assert judged([(3, 60, 2), (2, 30, 3)]).outcome is Outcome.OPEN  # shared by nobody


def test_what_one_group_wants_and_another_does_not_is_divided() -> None:
    assert judged([(60, 10, 5), (5, 40, 5)]).outcome is Outcome.DIVIDED
    # Ten sides taken among forty passes are no majority; nor is a group that merely leans the other way.
    assert judged([(60, 10, 5), (4, 6, 30)]).outcome is Outcome.OPEN
    assert judged([(60, 10, 5), (20, 24, 5)]).outcome is Outcome.OPEN


def test_too_few_votes_are_no_judgment() -> None:
    found = judged([(9, 0, 0)])
    assert found.outcome is Outcome.NOT_ENOUGH_VOTES
    assert found.shared_ground is found.interval is found.agreement is None
    assert found.lowest == ""
    # Plenty in all, but one opinion group has hardly seen it: it could be the one that cannot live with it.
    found = judged([(80, 2, 0), (9, 0, 0)])
    assert found.outcome is Outcome.NOT_ENOUGH_VOTES
    assert found.shared_ground is None
    assert found.agreement is not None
    # That two others are of opposite minds is known all the same.
    assert judged([(80, 2, 0), (2, 80, 0), (3, 0, 0)]).outcome is Outcome.DIVIDED


def test_roles_count_beside_groups_and_those_not_heard_are_named() -> None:
    votes, role = votes_of((90, 5, 5), (6, 12, 2), (9, 0, 0))
    found = judge_statements(votes, np.zeros(votes.people, dtype=int), 1, role, ("teachers", "families", "students"), small=10)[0]
    assert found.by_group == (Counts(105, 17, 7),)
    assert found.by_role == (Counts(90, 5, 5), Counts(6, 12, 2), Counts(9, 0, 0))
    assert found.not_heard == ("students",)
    assert found.lowest == "role families"
    assert found.outcome is Outcome.OPEN
    without = judge_statements(votes, np.zeros(votes.people, dtype=int), 1, np.full(votes.people, NOBODY), (), small=10)[0]
    assert without.outcome is Outcome.SHARED
    assert without.not_heard == ()


def test_where_nobody_could_be_placed_everybody_stands_together() -> None:
    votes, _ = votes_of((40, 2, 2))
    found = judge_statements(votes, np.full(44, NOBODY), 0, np.full(44, NOBODY), (), small=10)[0]
    assert found.by_group == ()
    assert found.outcome is Outcome.SHARED
    assert found.lowest == ""


def test_votes_weigh_what_their_chance_of_being_shown_makes_them_weigh() -> None:
    """Kish: weights 10 (ten times) and 2 (thirty times) are worth (160)² / 1120 votes."""
    said = [1] * 10 + [-1] * 30
    votes = gather(40, 1, range(40), [0] * 40, said, [0.1] * 10 + [0.5] * 30)
    cells = count_cells(votes, np.zeros(40, dtype=int), 1)
    assert cells.counts[0, 0].tolist() == [10, 0, 30]
    assert cells.shares[0, 0] == pytest.approx([100 / 160, 0, 60 / 160])
    assert cells.effective[0, 0] == pytest.approx(160**2 / 1120)
    found = judge_statements(votes, np.zeros(40, dtype=int), 1, np.full(40, NOBODY), (), small=10)[0]
    assert found.agreement is not None
    assert found.agreement.n == 40
    assert found.agreement.share == pytest.approx(0.625)
    even = judge_statements(
        gather(40, 1, range(40), [0] * 40, said), np.zeros(40, dtype=int), 1, np.full(40, NOBODY), (), small=10
    )[0]
    assert even.agreement is not None
    assert even.agreement.share == 0.25
    assert even.agreement.high - even.agreement.low < found.agreement.high - found.agreement.low
    same = gather(40, 1, range(40), [0] * 40, said, [0.3] * 40)
    assert count_cells(same, np.zeros(40, dtype=int), 1).effective[0, 0] == pytest.approx(40)


def test_the_more_groups_are_looked_at_the_surer_each_has_to_be_to_divide() -> None:
    """With 21 for and 8 against, one side is wrong with a chance of .0071: less than .025 / 2, and more than .025 / 6."""
    sides, even = [(21, 8, 0), (8, 21, 0)], [(15, 15, 0)] * 4
    chance = stats.beta(21.5, 8.5).cdf(0.5)
    assert 0.025 / 6 < chance < 0.025 / 2
    for cells, divides in ((sides, True), (sides + even, False)):
        votes, member = votes_of(*cells)
        counted = count_cells(votes, member, len(cells))
        heard = np.ones((1, len(cells)), dtype=bool)
        assert surely_for_and_against(counted, heard, 0.025).tolist() == [divides]
        # Whoever is not heard is not looked at either.
        heard[0, 2:] = False
        assert surely_for_and_against(counted, heard, 0.025).tolist() == [True]
