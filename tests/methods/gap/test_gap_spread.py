"""PERMDISP: against R vegan, the adjustment for small groups, and strata."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwhy.methods.gap import spread_gap
from commonwhy.methods.gap.spread import spatial_median


def test_f_and_group_distances_are_those_of_betadisper(reference):
    # R 4.2.2, vegan 2.6.4: b <- betadisper(dist(x), g, type = "median", bias.adjust = TRUE);
    # anova(b): F = 2.08987252752; b$group.distances: 0.3070805334 0.2978606739 0.5373896435
    gap = spread_gap(reference.x, reference.groups, seed=1)
    assert gap.statistic == pytest.approx(2.08987252752, rel=2e-4)
    assert [group.mean for group in gap.by_group] == pytest.approx([0.3070805334, 0.2978606739, 0.5373896435], rel=1e-4)
    # R: bias.adjust = FALSE: F = 1.39467057723
    raw = spread_gap(reference.x, reference.groups, seed=1, bias_adjusted=False)
    assert raw.statistic == pytest.approx(1.39467057723, rel=2e-4)


def test_p_is_that_of_permutest(reference):
    # R: set.seed(1); permutest(b, permutations = 9999): Pr(>F) = 0.175
    gap = spread_gap(reference.x, reference.groups, seed=1, permutations=9999)
    assert gap.p == pytest.approx(0.175, abs=0.012)


def test_the_adjustment_keeps_small_groups_from_looking_agreed():
    # Broken on purpose: without the adjustment, 20 against 200 people in many dimensions nearly always "differ".
    rng = np.random.default_rng(2)
    groups = ["small"] * 20 + ["large"] * 200
    adjusted, raw = [], []
    for run in range(40):
        x = rng.normal(size=(220, 256))
        x[:, 0] += 12  # unit vectors around a common direction, as embedded answers are
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        adjusted.append(spread_gap(x, groups, seed=run, permutations=99).p)
        raw.append(spread_gap(x, groups, seed=run, permutations=99, bias_adjusted=False).p)
    assert np.mean(np.array(adjusted) <= 0.05) < 0.2
    assert np.mean(np.array(raw) <= 0.05) > 0.6


def test_differences_between_strata_are_not_spread(rng):
    # Teachers come from eight schools that differ, families nearly all from one.
    schools = np.repeat([f"s{i}" for i in range(8)], 10)
    roles = np.array(["teacher"] * 80, dtype=object)
    roles[schools == "s0"] = ["family"] * 8 + ["teacher"] * 2
    roles[[10, 20, 30, 40, 50, 60, 70]] = "family"
    x = rng.normal(size=(80, 12)) + np.repeat(rng.normal(size=(8, 12)) * 3, 10, axis=0)
    assert spread_gap(x, roles.tolist(), seed=1).p <= 0.05
    assert spread_gap(x, roles.tolist(), schools.tolist(), seed=1).p > 0.05


def test_a_less_settled_group_is_found_inside_strata(rng):
    groups = list("ab") * 60
    x = rng.normal(size=(120, 10))
    x[1::2] *= 1.6
    gap = spread_gap(x, groups, [f"s{i // 12}" for i in range(120)], seed=1)
    assert gap.p <= 0.01
    assert max(gap.by_group, key=lambda group: group.mean).name == "b"


def test_a_difference_in_centre_is_not_a_difference_in_spread(rng):
    x = rng.normal(size=(60, 8))
    x[:30] += 4
    assert spread_gap(x, ["a"] * 30 + ["b"] * 30, seed=1).p > 0.05


def test_spatial_median_of_points_with_known_answers():
    # Of a square, its middle; of three points with an angle of 120 degrees or more, the point at that angle.
    assert spatial_median(np.array([[0.0, 0], [2, 0], [2, 2], [0, 2]])) == pytest.approx([1, 1], abs=1e-8)
    assert spatial_median(np.array([[-1.0, 0], [0, 0.1], [1, 0]])) == pytest.approx([0, 0.1], abs=1e-6)
    assert spatial_median(np.array([[0.0], [1], [10]])) == pytest.approx([1], abs=1e-6)
    assert spatial_median(np.full((5, 3), 7.0)) == pytest.approx([7, 7, 7])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 30), d=st.integers(1, 6))
def test_no_point_nearby_is_better_than_the_spatial_median(seed, n, d):
    rng = np.random.default_rng(seed)
    points = np.round(rng.normal(size=(n, d)), 1)  # rounding makes points fall together
    median = spatial_median(points)
    best = np.linalg.norm(points - median, axis=1).sum()
    for step in rng.normal(size=(20, d)) * 0.05:
        assert np.linalg.norm(points - median - step, axis=1).sum() >= best - 1e-6


def test_everybody_saying_the_same_is_equally_settled():
    gap = spread_gap(np.ones((20, 4)), ["a"] * 10 + ["b"] * 10, seed=1)
    assert (gap.statistic, gap.p) == (0, 1)


def test_too_few_attainable_permutations_give_no_p(rng):
    assert spread_gap(rng.normal(size=(6, 2)), list("aaabbb"), seed=1).p is None
