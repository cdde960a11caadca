"""How many voices are enough: the committed table against Cohen's, against the test itself, and how it is read."""

from __future__ import annotations

import numpy as np
import pytest
from power_table import needed

from commonwhy.methods.gap import centre_gap, effective_dimensions, more_needed, needed_per_group
from commonwhy.methods.gap.power import FEWEST_PER_GROUP, power_table


def test_in_one_dimension_the_table_is_cohens():
    # Cohen (1988), table 8.4.4, alpha .05, power .80, f = .25 (a share of .0588): 64, 52, 45, 39, 35 per group.
    column = [row[0] for row in power_table().needed[:5]]
    assert column == pytest.approx([64, 52, 45, 39, 35], abs=1)


def test_the_script_gives_the_committed_table():
    # One cell, with a quarter of the draws; `scripts/power_table.py --check` makes all of it again.
    table = power_table()
    row, column = table.groups.index(3), table.dimensions.index(12)
    assert needed(3, 12, 5000, seed=99) == pytest.approx(table.needed[row][column], abs=1)


def test_the_table_never_asks_for_more_with_more_groups_or_dimensions():
    sizes = np.array(power_table().needed)
    assert (np.diff(sizes, axis=0) <= 0).all()
    assert (np.diff(sizes, axis=1) <= 0).all()


def test_with_that_many_the_permutation_test_sees_the_share():
    rng = np.random.default_rng(4)
    d, size = 3, needed_per_group(2, 3)
    centres = np.array([[1.0], [-1.0]]) * rng.normal(size=(1, d))
    centres *= np.sqrt(0.06 / 0.94 * d * 2 / (centres**2).sum())
    groups = ["a"] * size + ["b"] * size
    seen = 0
    for run in range(100):
        x = np.repeat(centres, size, axis=0) + rng.normal(size=(2 * size, d))
        seen += centre_gap(x, groups, seed=run, permutations=199).p <= 0.05
    assert 0.68 <= seen / 100 <= 0.91  # .80 and its chance of 1 in 100 either way


def test_it_is_read_at_the_smaller_entry_which_asks_for_more():
    assert needed_per_group(2, 4.9) == needed_per_group(2, 3)
    assert needed_per_group(7, 1) == needed_per_group(6, 1)
    assert needed_per_group(500, 1000) == FEWEST_PER_GROUP


def test_more_is_asked_of_the_groups_that_lack():
    assert more_needed({"north": 41, "south": 6, "east": 12}, 12) == {"south": 5}
    with pytest.raises(ValueError, match="nothing to compare"):
        more_needed({"north": 41}, 12)


def test_effective_dimensions_count_the_directions_answers_differ_in():
    rng = np.random.default_rng(1)
    groups = np.repeat([0, 1], 2000)
    x = rng.normal(size=(4000, 10))
    x[groups == 1] += 50  # a difference between groups is not a direction within them
    assert effective_dimensions(x, groups) == pytest.approx(10, rel=0.05)
    assert effective_dimensions(x * ([100] + [0.01] * 9), groups) == pytest.approx(1, rel=0.01)
    assert effective_dimensions(np.ones((6, 3)), np.zeros(6, dtype=int)) == 1
