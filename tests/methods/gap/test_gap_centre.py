"""W_d*: against R, its error rates, what strata change, and what must not change it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwhy.methods.gap import centre_gap
from commonwhy.methods.gap.centre import welch_distance
from commonwhy.methods.gap.strata import ATTAINABLE_CAP, attainable, lay_out, shuffles


def test_statistic_is_that_of_the_formula_on_distances_in_r(reference):
    # R 4.2.2: W_d* from dist(x)^2 as Hamidi et al. (2019) define it: s2 from within-group distances,
    # squared distances of centres from mean(D2[a,b]) - sum(D2[a,a])/2/na^2 - sum(D2[b,b])/2/nb^2: 8.07263673901
    gap = centre_gap(reference.x, reference.groups, seed=1)
    assert gap.statistic == pytest.approx(8.07263673901, rel=1e-10)


def test_in_one_dimension_it_is_welchs_test(reference):
    # R 4.2.2: oneway.test(x[,1] ~ g): F = 13.55677852
    gap = centre_gap(reference.x[:, :1], reference.groups, seed=1)
    assert gap.statistic == pytest.approx(13.5567785211, rel=1e-10)


def test_strata_are_centred_before_the_statistic(reference):
    # R 4.2.2: xc <- x - apply(x, 2, function(c) ave(c, s)); W_d* of dist(xc): 7.51282849242
    gap = centre_gap(reference.x, reference.groups, reference.strata, seed=1)
    assert gap.statistic == pytest.approx(7.51282849242, rel=1e-10)
    assert gap.strata == 2


def test_p_agrees_with_every_permutation_counted(rng):
    # 4 against 4: 70 labellings, all of them by brute force.
    from itertools import combinations

    x = rng.normal(size=(8, 3))
    x[:4] += 0.9
    labels = np.array([[0 if i in chosen else 1 for i in range(8)] for chosen in combinations(range(8), 4)])
    one_hot = labels[:, None, :] == np.arange(2)[None, :, None]
    sums = one_hot @ x
    squares = one_hot @ (x**2).sum(axis=1)
    every = welch_distance(sums, squares, np.array([4, 4]))
    gap = centre_gap(x, list("aaaabbbb"), seed=3, permutations=19_999)
    exact = (every >= gap.statistic - 1e-9).mean()
    assert gap.attainable == 35
    assert gap.p == pytest.approx(exact, abs=0.01)


def test_fewer_attainable_permutations_than_one_in_alpha_give_no_p(rng):
    x = rng.normal(size=(6, 3))
    gap = centre_gap(x, list("aaabbb"), seed=1)
    assert gap.attainable == 10  # 20 arrangements, but swapping two groups of a size changes nothing
    assert gap.p is None
    assert gap.permutations == 0


@pytest.mark.parametrize(
    ("groups", "strata", "expected"),
    [
        ("aabbb", None, 10),
        ("aabbcc", None, 90 // 6),
        ("abab", "xxyy", 4 // 2),
        ("aabab", "xxxyy", 3 * 2),
        ("abbb", "xxyy", 1),  # y holds one group and is set aside; swapping the two in x is not seen
        ("a" * 100 + "b" * 100, None, ATTAINABLE_CAP),
    ],
)
def test_attainable_permutations_are_counted(groups, strata, expected):
    layout = lay_out(list(groups), list(strata) if strata else None)
    assert attainable(layout) == expected


def test_labels_are_shuffled_inside_strata_only(rng):
    # All of the difference lies between schools, and roles are uneven across schools. Without strata roles look
    # apart; inside schools they are not. Broken on purpose: leave the strata out and the test must fail.
    schools = ["north"] * 40 + ["south"] * 40
    roles = ["teacher"] * 34 + ["family"] * 6 + ["teacher"] * 6 + ["family"] * 34
    x = rng.normal(size=(80, 20))
    x[:40] += 1.5
    assert centre_gap(x, roles, seed=1).p <= 0.01
    inside = centre_gap(x, roles, schools, seed=1)
    assert inside.p > 0.05
    assert inside.share.estimate < 0.02


def test_a_shuffle_never_leaves_its_stratum(rng):
    layout = lay_out(list("abbabaab" * 5), list("xxyyyzzz" * 5))
    values = np.arange(len(layout.rows))
    batch = np.concatenate(list(shuffles(values, layout, 50, rng)))
    assert (layout.strata[batch] == layout.strata).all()
    assert (np.sort(batch, axis=1) == values).all()
    assert len({tuple(row) for row in batch.tolist()}) == 50


def test_strata_bring_out_a_gap_that_schools_hide(rng):
    schools = np.repeat([f"school {i}" for i in range(8)], 10)
    roles = ["teacher"] * 5 + ["family"] * 5
    x = rng.normal(size=(80, 10)) + np.repeat(rng.normal(size=(8, 10)) * 6, 10, axis=0)
    groups = roles * 8
    x[np.array(groups) == "family"] += 0.35
    assert centre_gap(x, groups, seed=1).p > 0.05
    assert centre_gap(x, groups, schools.tolist(), seed=1).p <= 0.01


def test_error_rate_holds_when_the_small_group_is_twice_as_spread():
    # PERMANOVA rejects nine times in ten here; `benchmarks/gap_calibration.py` shows both with more runs.
    rng = np.random.default_rng(7)
    groups = ["small"] * 20 + ["large"] * 200
    rejected = sum(
        centre_gap(np.vstack([rng.normal(0, 2, (20, 30)), rng.normal(0, 1, (200, 30))]), groups, seed=run, permutations=99).p
        <= 0.05
        for run in range(150)
    )
    assert rejected / 150 < 0.11  # .05 has 99.9 percent of its mass under this


def test_p_values_are_even_under_the_null():
    rng = np.random.default_rng(11)
    p = [centre_gap(rng.normal(size=(30, 6)), ["a"] * 12 + ["b"] * 18, seed=run, permutations=99).p for run in range(200)]
    assert 0.40 < np.mean(p) < 0.60
    assert np.mean(np.array(p) <= 0.05) < 0.11


def test_many_groups_take_the_sparse_way_and_give_the_same(rng):
    x = rng.normal(size=(120, 4))
    groups = [f"g{i % 20:02}" for i in range(120)]
    codes = np.array([i % 20 for i in range(120)])
    sums = np.stack([x[codes == g].sum(axis=0) for g in range(20)])[None]
    squares = np.array([[(x[codes == g] ** 2).sum() for g in range(20)]])
    gap = centre_gap(x - x.mean(axis=0), groups, seed=1)
    assert gap.statistic == pytest.approx(float(welch_distance(sums, squares, np.full(20, 6))[0]))
    assert 0 < gap.p <= 1


def test_single_precision_for_many_answers_gives_the_same_p(rng, monkeypatch):
    x = rng.normal(size=(1200, 8))
    groups = [f"g{i % 3}" for i in range(1200)]
    single = centre_gap(x, groups, seed=1, permutations=499).p
    monkeypatch.setattr("commonwhy.methods.gap.centre._EXACT_ROWS", 10_000)
    assert centre_gap(x, groups, seed=1, permutations=499).p == pytest.approx(single, abs=0.005)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), d=st.integers(2, 6), k=st.integers(2, 4))
def test_turning_moving_and_relabelling_change_nothing(seed, d, k):
    rng = np.random.default_rng(seed)
    n = 6 * k
    x = rng.normal(size=(n, d))
    groups = [f"g{i % k}" for i in range(n)]
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    plain = centre_gap(x, groups, seed=1, permutations=19)
    turned = centre_gap(x @ turn + rng.normal(size=d), groups, seed=1, permutations=19)
    assert turned.statistic == pytest.approx(plain.statistic, rel=1e-6)
    assert turned.p == plain.p
    order = rng.permutation(n)
    renamed = {f"g{i}": f"z{k - i}" for i in range(k)}
    other = centre_gap(3 * x[order], [renamed[groups[i]] for i in order], seed=1, permutations=19)
    assert other.statistic == pytest.approx(plain.statistic, rel=1e-6)
    assert other.share.estimate == pytest.approx(plain.share.estimate, abs=1e-9)
    assert other.share.interval == pytest.approx(plain.share.interval, abs=1e-9)


def test_everybody_saying_the_same_is_no_gap():
    gap = centre_gap(np.ones((20, 4)), ["a"] * 10 + ["b"] * 10, seed=1)
    assert gap.statistic == 0
    assert gap.p == 1
    assert gap.share.estimate == 0
    assert gap.share.interval == (0, 0)


def test_one_group_saying_the_same_does_not_break_the_test(rng):
    x = np.vstack([np.tile([3.0, 0, 0], (8, 1)), rng.normal(size=(20, 3))])
    gap = centre_gap(x, ["same"] * 8 + ["mixed"] * 20, seed=1)
    assert np.isfinite(gap.statistic)
    assert gap.p <= 0.01


@pytest.mark.parametrize(
    ("x", "groups", "strata", "says"),
    [
        (np.ones((3, 2)), list("aab"), None, "'b' has 1"),
        (np.ones((3, 2)), list("aaa"), None, "no two groups"),
        (np.ones((4, 2)), list("aabb"), list("xxyy"), "every stratum holds one group"),
        (np.ones((4, 2)), list("abab"), list("xx"), "4 group labels but 2"),
        (np.ones((3, 2)), list("abab"), None, "3 vectors but 4"),
        (np.array([[1.0], [np.nan], [1], [1]]), list("abab"), None, "1 of 4 vectors hold NaN"),
        (np.ones(4), list("abab"), None, "must be an"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(x, groups, strata, says):
    with pytest.raises(ValueError, match=says):
        centre_gap(x, groups, strata, seed=1)
