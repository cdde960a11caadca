"""Held-out votes: groups that are there foretell them, groups of pure noise do not, and no vote is judged by itself."""

from __future__ import annotations

import numpy as np
import pytest

from commonwhy.methods.opinion.polis import polis_landscape
from commonwhy.methods.opinion.polis_prediction import foretold
from commonwhy.methods.opinion.result import FlagKind, Outcome
from commonwhy.methods.opinion.votes import Votes, gather


def votes_of(two_camps: bool, people: int = 200, statements: int = 20, seed: int = 1) -> Votes:
    chance = np.random.default_rng(seed)
    person, statement = np.nonzero(chance.random((people, statements)) < 0.6)
    side = np.where((person + statement) % 2, 1, -1)
    kept = chance.random(len(person)) < (0.85 if two_camps else 0.0)
    return gather(people, statements, person, statement, np.where(kept, side, chance.integers(-1, 2, len(person))))


def test_camps_foretell_what_was_held_back() -> None:
    votes = votes_of(two_camps=True)
    found = foretold(votes, np.ones(20, dtype=bool), small=10, groups=None, seed=1)
    assert found is not None
    assert 0.05 < found.n / votes.count < 0.15
    assert found.accuracy > 0.8 > 0.55 > found.accuracy_of_means
    assert found.brier < 0.6 * found.brier_of_means


@pytest.mark.parametrize("seed", range(5))
def test_noise_foretells_nothing_and_divides_nobody(seed: int) -> None:
    found = polis_landscape(votes_of(two_camps=False, seed=seed))
    assert found.k > 1
    assert found.prediction is not None
    assert found.prediction.brier >= found.prediction.brier_of_means
    assert FlagKind.NO_BETTER_THAN_MEANS in {each.kind for each in found.flags}
    assert Outcome.DIVIDED not in {each.outcome for each in found.statements}


def test_means_are_those_of_the_votes_that_were_known() -> None:
    """Everybody agrees: the chance of agreeing is (n + 1) / (n + 3) of the n known votes, and the Brier score follows."""
    votes = gather(40, 8, np.repeat(np.arange(40), 8), np.tile(np.arange(8), 40), np.ones(320))
    found = foretold(votes, np.ones(8, dtype=bool), small=10, groups=None, seed=1)
    assert found is not None
    held = np.random.default_rng(1).random(320) < 0.1
    person, statement = np.divmod(np.arange(320), 8)
    known = 40 - np.bincount(statement[held], minlength=8)
    off = 2 / (known + 3)
    # Somebody of whom two votes are held back has six left, too few to be grouped and judged.
    judged = held & (np.bincount(person[held], minlength=40)[person] == 1)
    each = (off**2 + 2 * (off / 2) ** 2)[statement[judged]]
    assert found.n == judged.sum()
    assert found.brier_of_means == pytest.approx(each.mean())
    assert (found.accuracy, found.accuracy_of_means) == (1.0, 1.0)


def test_statements_that_do_not_count_are_not_judged() -> None:
    votes = votes_of(two_camps=True)
    all_of_them = foretold(votes, np.ones(20, dtype=bool), small=10, groups=None, seed=1)
    half = foretold(votes, np.arange(20) < 10, small=10, groups=None, seed=1)
    assert all_of_them is not None
    assert half is not None
    assert half.n < 0.65 * all_of_them.n


def test_nothing_to_hold_back() -> None:
    assert foretold(gather(3, 2, [], [], []), np.ones(2, dtype=bool), small=10, groups=None, seed=1) is None
