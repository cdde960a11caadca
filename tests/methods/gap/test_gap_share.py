"""The share of variance between groups: omega-squared where that is known, and an interval that covers."""

from __future__ import annotations

import numpy as np
import pytest

from commonwhy.methods.gap import share as module
from commonwhy.methods.gap.share import between_share
from commonwhy.methods.gap.strata import centre_strata, lay_out


def share_of(x, groups, strata=None, clusters=None):
    layout = lay_out(groups, strata)
    kept = None if clusters is None else np.asarray(clusters)[layout.rows]
    return between_share(centre_strata(np.asarray(x, dtype=float)[layout.rows], layout), layout, kept)


def test_with_equal_groups_it_is_omega_squared(rng):
    # With equal sizes, group by group or pooled is the same: (SS_b - (k-1) MS_e) / (SS_t + MS_e).
    x = rng.normal(size=(30, 4)) + np.repeat(rng.normal(size=(3, 4)), 10, axis=0)
    groups = np.repeat(list("abc"), 10)
    means = np.array([x[groups == g].mean(axis=0) for g in "abc"])
    between = 10 * ((means - x.mean(axis=0)) ** 2).sum()
    total = ((x - x.mean(axis=0)) ** 2).sum()
    error = (total - between) / 27
    assert share_of(x, groups.tolist()).estimate == pytest.approx((between - 2 * error) / (total + error))


def test_sums_of_squares_are_those_of_adonis2(reference):
    # R 4.2.2, vegan 2.6.4: adonis2(dist(x) ~ g): SumOfSqs 2.28617857143, Residual 1.55525, Total 3.84142857143
    layout = lay_out(reference.groups)
    cells, _ = module._add_up(centre_strata(reference.x[layout.rows], layout), layout)
    fit = module._Fit.of(cells.stratum, cells.group, cells.counts)
    groups = fit.offsets.T @ cells.sums
    assert np.einsum("kd,kl,ld->", groups, fit.inverse, groups) == pytest.approx(2.28617857143)
    # adonis2(dist(x) ~ s + g, by = "terms"): g 2.27935172089
    layout = lay_out(reference.groups, reference.strata)
    cells, _ = module._add_up(centre_strata(reference.x[layout.rows], layout), layout)
    fit = module._Fit.of(cells.stratum, cells.group, cells.counts)
    groups = fit.offsets.T @ cells.sums
    assert np.einsum("kd,kl,ld->", groups, fit.inverse, groups) == pytest.approx(2.2793517208864)


@pytest.mark.parametrize("with_strata", [False, True])
def test_leaving_each_answer_out_at_once_is_leaving_it_out_by_hand(rng, with_strata):
    n = 40
    x = rng.normal(size=(n, 5))
    groups = rng.choice(list("abc"), n, p=[0.6, 0.3, 0.1]).tolist()
    layout = lay_out(groups, rng.choice(list("wxy"), n).tolist() if with_strata else None)
    points = centre_strata(x[layout.rows], layout)
    cells, cell_of = module._add_up(points, layout)
    at_once = module._without_each_answer(points, cells, cell_of)
    by_hand = [module._estimate(module._part(points, cells, cell_of, np.arange(len(points)) != i)) for i in range(len(points))]
    assert at_once == pytest.approx(by_hand, abs=1e-12)


def test_two_way_share_matches_a_regression_done_the_long_way(rng):
    n = 50
    x = rng.normal(size=(n, 4))
    groups = rng.choice(list("abc"), n, p=[0.5, 0.3, 0.2]).tolist()
    strata = rng.choice(list("uvwxyz"), n).tolist()
    layout = lay_out(groups, strata)
    rows = x[layout.rows]
    schools = np.eye(len(layout.table))[layout.strata]
    full = np.column_stack([schools, np.eye(3)[layout.groups]])
    hat, hat_schools = full @ np.linalg.pinv(full), schools @ np.linalg.pinv(schools)
    residuals = ((rows - hat @ rows) ** 2).sum(axis=1)
    between = (((hat - hat_schools) @ rows) ** 2).sum()
    within = 0.0
    for group in range(3):
        own = layout.groups == group
        variance = residuals[own].sum() / (1 - np.diag(hat)[own]).sum()
        between -= variance * np.diag(hat - hat_schools)[own].sum()
        within += variance * own.sum()
    assert share_of(x, groups, strata).estimate == pytest.approx(max(0.0, between / (between + within)))


def test_a_small_spread_out_group_is_not_a_gap():
    # Pooled omega-squared takes the wide spread of the small group for a gap, on average .009 here.
    rng = np.random.default_rng(5)
    groups = ["small"] * 20 + ["large"] * 200
    x = [np.vstack([rng.normal(0, 2, (20, 50)), rng.normal(0, 1, (200, 50))]) for _ in range(40)]
    layout = lay_out(groups)
    estimates = []
    for points in x:
        points = centre_strata(points[layout.rows], layout)
        estimates.append(module._estimate(module._add_up(points, layout)[0]))
    assert abs(np.mean(estimates)) < 0.002


@pytest.mark.parametrize("truth", [0.0, 0.06, 0.2])
def test_the_jackknife_interval_covers(truth):
    rng = np.random.default_rng(3)
    sizes, d, runs = (25, 40), 20, 120
    n = sum(sizes)
    covered = 0
    for _ in range(runs):
        centres = rng.normal(size=(2, d))
        centres -= np.array(sizes) / n @ centres
        between = np.array(sizes) / n @ (centres**2).sum(axis=1)
        centres *= np.sqrt(truth / (1 - truth) * d / between)
        x = np.repeat(centres, sizes, axis=0) + rng.normal(size=(n, d))
        low, high = share_of(x, np.repeat(["a", "b"], sizes).tolist()).interval
        covered += low <= truth <= high
    assert covered / runs >= 0.88


def test_five_strata_are_left_out_one_at_a_time_and_four_are_not(rng):
    def deleted(schools):
        strata = np.repeat([f"s{i}" for i in range(schools)], 8).tolist()
        return share_of(rng.normal(size=(8 * schools, 3)), list("abababab") * schools, strata)

    five, four = deleted(5), deleted(4)
    assert (five.deleted, five.units) == ("stratum", 5)
    assert (four.deleted, four.units) == ("answer", 32)


def test_clusters_that_cross_strata_are_left_out_whole(rng):
    x = rng.normal(size=(48, 3))
    groups = list("ab") * 24
    clusters = [f"c{i % 6}" for i in range(48)]
    found = share_of(x, groups, None, clusters)
    assert (found.deleted, found.units) == ("cluster", 6)
    layout = lay_out(groups)
    points = centre_strata(x[layout.rows], layout)
    codes = np.array(clusters)[layout.rows]
    values = []
    for name in sorted(set(clusters)):
        rest = lay_out([groups[i] for i in layout.rows[codes != name]])
        left = points[codes != name][rest.rows]
        values.append(module._estimate(module._add_up(centre_strata(left, rest), rest)[0]))
    from scipy import stats

    variance = 5 / 6 * ((np.array(values) - np.mean(values)) ** 2).sum()
    estimate = module._estimate(module._add_up(points, layout)[0])
    half = stats.t.ppf(0.975, 5) * variance**0.5
    assert found.interval == pytest.approx((max(0, estimate - half), max(0, estimate + half)))


def test_under_five_clusters_there_is_no_interval(rng):
    found = share_of(rng.normal(size=(40, 3)), list("ab") * 20, None, [f"c{i // 10}" for i in range(40)])
    assert found.interval is None
