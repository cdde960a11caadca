"""The report: each verdict, what it refuses to say, bad input, and the JSON form."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonwhy.methods.gap import Reason, VerdictCode, measure_gap
from commonwhy.methods.gap.report import most_apart
from commonwhy.methods.gap.result import PairFigures

D = 24


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def cloud(rng, n, towards=None, spread=1.0):
    """n unit vectors around a common direction, shifted `towards` another."""
    x = rng.normal(size=(n, D)) * spread
    x[:, 0] += 4
    if towards is not None:
        x[:, towards] += 3
    return unit(x)


def texts(n):
    return [f"answer number {i}" for i in range(n)]


def warned(report):
    return {warning.code for warning in report.warnings}


def test_groups_that_mean_different_things_are_apart(rng):
    x = np.vstack([cloud(rng, 40, 1), cloud(rng, 40, 2), cloud(rng, 40, 2)])
    report = measure_gap(x, texts(120), ["teachers"] * 40 + ["families"] * 40 + ["students"] * 40, seed=1)
    assert report.verdict.code is VerdictCode.APART
    assert "teachers" in report.verdict.most_apart
    assert report.centre.p == 0.001
    assert 0 < report.centre.interval[0] < report.centre.share < report.centre.interval[1]
    assert len(report.meanings) == 2
    alike = {(pair.a, pair.b): pair.overlap for pair in report.pairs}
    assert alike["families", "students"] > 0.9
    assert alike["families", "teachers"] < 0.3


def test_groups_of_many_that_mean_the_same_are_alike(rng):
    report = measure_gap(cloud(rng, 240), texts(240), ["north", "south"] * 120, seed=1)
    assert report.verdict.code is VerdictCode.ALIKE
    assert report.centre.p > 0.05
    assert report.centre.interval[1] < 0.06
    assert report.verdict.enough == ("north", "south")


def test_alike_is_not_said_when_a_gap_cannot_be_ruled_out():
    # Answers that differ in few directions: 70 a group is enough by the table, yet the interval often reaches .06.
    codes = set()
    for run in range(12):
        rng = np.random.default_rng(run)
        x = np.column_stack([np.ones(140) * 6, rng.normal(size=(140, 1)), np.zeros(140)])
        report = measure_gap(x, texts(140), ["a", "b"] * 70, seed=1)
        codes.add(report.verdict.code)
        if report.verdict.code is VerdictCode.ALIKE:
            assert report.centre.interval[1] < 0.06
        if report.verdict.code is VerdictCode.NO_GAP_SEEN:
            assert report.centre.interval[1] >= 0.06
    assert VerdictCode.NO_GAP_SEEN in codes


def test_alike_is_hardly_ever_said_of_a_gap_that_matters():
    # Two groups with a true share of .06, as many as the table asks for, and half as many.
    wrong = 0
    for run in range(60):
        rng = np.random.default_rng(run)
        size = 12 if run % 2 else 25
        middle = np.zeros((2, D))
        middle[:, 1] = [1, -1]
        middle *= np.sqrt(0.06 / 0.94 * D)
        x = np.repeat(middle, size, axis=0) + rng.normal(size=(2 * size, D))
        wrong += measure_gap(x, texts(2 * size), ["a"] * size + ["b"] * size, seed=1).verdict.code is VerdictCode.ALIKE
    assert wrong <= 4


def test_few_voices_without_a_gap_are_not_enough_voices(rng):
    report = measure_gap(cloud(rng, 28), texts(28), ["north"] * 22 + ["south"] * 6, seed=3)
    assert report.verdict.code is VerdictCode.NOT_ENOUGH_VOICES
    assert report.verdict.reason is Reason.FEW_ANSWERS
    assert report.verdict.more_needed == (("south", report.method["needed_per_group"] - 6),)


def test_a_gap_found_among_few_voices_is_said_with_a_warning(rng):
    x = np.vstack([cloud(rng, 25, 1), cloud(rng, 7, 2)])
    report = measure_gap(x, texts(32), ["north"] * 25 + ["south"] * 7, seed=1)
    assert report.verdict.code is VerdictCode.APART
    assert "few_voices" in warned(report)


def test_a_group_less_agreed_within_itself_is_less_settled(rng):
    x = np.vstack([cloud(rng, 60, spread=0.5), cloud(rng, 60, spread=1.2)])
    report = measure_gap(x, texts(120), ["settled"] * 60 + ["unsettled"] * 60, seed=2)
    assert report.verdict.least_settled == "unsettled"
    assert report.spread.p == 0.001
    if report.centre.p > 0.05:
        assert report.verdict.code is VerdictCode.LESS_SETTLED


def test_three_to_nineteen_answers_are_side_by_side_and_nothing_is_inferred(rng):
    for n in (3, 19):
        report = measure_gap(cloud(rng, n), texts(n), (["a", "b"] * n)[:n], seed=1)
        assert report.verdict.code is VerdictCode.SIDE_BY_SIDE
        assert report.centre.p is None
        assert report.spread.p is None
        assert report.meanings == report.pairs == ()
        assert len(report.side_by_side) == n * (n - 1) // 2
    assert measure_gap(cloud(rng, 20), texts(20), ["a", "b"] * 10, seed=1).centre.p is not None


def test_one_or_two_answers_are_only_counted(rng):
    report = measure_gap(cloud(rng, 2), texts(2), ["a", "b"], seed=1)
    assert report.verdict.code is VerdictCode.NOT_ENOUGH_VOICES
    assert report.side_by_side == ()


def test_one_group_has_meanings_but_nothing_to_compare(rng):
    x = np.vstack([cloud(rng, 40, 1), cloud(rng, 40, 2)])
    report = measure_gap(x, texts(80), ["all"] * 80, seed=1)
    assert report.verdict.code is VerdictCode.ONE_GROUP
    assert report.centre.p is None
    assert [meaning.n for meaning in report.meanings] == pytest.approx([40, 40], abs=2)


def test_groups_too_small_to_compare_are_named_and_described(rng):
    report = measure_gap(cloud(rng, 64), texts(64), ["a"] * 30 + ["b"] * 30 + ["c"] * 3 + ["d"], seed=1)
    assert [group.name for group in report.centre.groups] == ["a", "b"]
    needed = report.method["needed_per_group"]
    assert dict(report.verdict.more_needed) == {"c": needed - 3, "d": needed - 1}
    (warning,) = [warning for warning in report.warnings if warning.code == "small_groups"]
    assert warning.facts["groups"] == ("c", "d")
    assert [part.name for part in report.meanings[0].by_group] == ["a", "b", "c", "d"]


def test_only_groups_of_one_are_not_enough(rng):
    report = measure_gap(cloud(rng, 25), texts(25), [f"person {i}" for i in range(25)], seed=1)
    assert report.verdict.code is VerdictCode.NOT_ENOUGH_VOICES
    assert report.centre.statistic is None


def test_roles_that_never_share_a_school_cannot_be_compared(rng):
    roles = ["teacher"] * 20 + ["family"] * 20
    report = measure_gap(cloud(rng, 40), texts(40), roles, ["north"] * 20 + ["south"] * 20, seed=1)
    assert report.verdict.code is VerdictCode.NOT_ENOUGH_VOICES
    assert report.verdict.reason is Reason.NO_SHARED_STRATUM


def test_within_changes_what_is_compared(rng):
    # Schools differ, roles do not, and roles are uneven across schools: see the test of the same name for the centre.
    schools = ["north"] * 40 + ["south"] * 40
    roles = ["teacher"] * 34 + ["family"] * 6 + ["teacher"] * 6 + ["family"] * 34
    x = np.vstack([cloud(rng, 40, 1), cloud(rng, 40, 2)])
    assert measure_gap(x, texts(80), roles, seed=1).verdict.code is VerdictCode.APART
    inside = measure_gap(x, texts(80), roles, schools, seed=1)
    assert inside.centre.p > 0.05
    assert "few_strata" in warned(inside)


def test_unusable_answers_are_dropped_and_counted(rng):
    x = np.vstack([cloud(rng, 40), np.zeros((1, D)), cloud(rng, 4)])
    said = [*texts(40), "🎉", "", "  \n", None, "without a group"]
    groups = ["a", "b"] * 20 + ["a", "a", "a", "a", None]
    report = measure_gap(x, said, groups, seed=1)
    assert report.n == 40
    assert report.dropped == {"no_group": 1, "no_text": 3, "no_vector": 1}
    assert report.as_json()["dropped"] == 5
    assert report.labels[40:] == (None,) * 5
    assert "dropped" in warned(report)


def test_quotes_are_verbatim_and_point_at_their_rows(rng):
    said = [f"  Answer {i} — “so”, it’s  spaced\toddly " for i in range(40)]
    report = measure_gap(cloud(rng, 40), said, ["a", "b"] * 20, seed=1)
    for meaning in report.meanings:
        assert meaning.quotes
        assert [said[row] for row in meaning.quote_rows] == list(meaning.quotes)


def test_everybody_saying_the_same_is_alike_and_noted():
    report = measure_gap(np.tile(np.eye(1, D), (60, 1)), ["I don't know"] * 60, ["a", "b"] * 30, seed=1)
    assert report.centre.statistic == 0
    assert len(report.meanings) == 1
    assert {"many_the_same", "one_meaning"} <= warned(report)
    json.dumps(report.as_json(), allow_nan=False)


def test_vectors_are_scaled_to_unit_length_and_may_be_single_precision(rng):
    x = cloud(rng, 60, spread=0.8)
    groups = ["a", "b"] * 30
    plain = measure_gap(x, texts(60), groups, seed=1)
    assert measure_gap(x * rng.uniform(1, 9, size=(60, 1)), texts(60), groups, seed=1).centre.statistic == pytest.approx(
        plain.centre.statistic
    )
    assert measure_gap(x.astype(np.float32), texts(60), groups, seed=1).centre.statistic == pytest.approx(
        plain.centre.statistic, rel=1e-4
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"vectors": np.ones((3, 2))}, "array of 4 rows"),
        ({"vectors": np.array([[1.0, 0], [np.nan, 1], [1, 1], [0, 1]])}, "row 1 holds NaN"),
        ({"vectors": np.ones((4, 2)) * np.inf}, "row 0 holds NaN or infinity"),
        ({"by": list("abc")}, "4 texts but 3 groups"),
        ({"within": list("abc")}, "and 3 strata"),
        ({"texts": ["", " ", None, "\t"]}, "no answer can be used: 4 no_text"),
        ({"vectors": np.empty((0, 2)), "texts": [], "by": []}, "there are no answers"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"permutations": 0}, "0 permutations"),
        ({"alpha": 1.5}, "level of 1.5"),
    ],
)
def test_input_that_cannot_be_used_is_refused_in_words(change, says):
    given_ = {"vectors": np.eye(4, 2) + 1, "texts": list("wxyz"), "by": list("abab"), "seed": 1} | change
    with pytest.raises(ValueError, match=says):
        measure_gap(**given_)


def test_json_has_the_keys_promised_and_is_plain_json(rng):
    report = measure_gap(cloud(rng, 60), texts(60), ["a", "b", "c"] * 20, seed=1).with_method(embedding="table 1")
    form = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert set(form) >= {*("n", "dropped", "groups", "centre", "spread", "meanings", "pairs", "verdict", "warnings", "method")}
    assert set(form["groups"][0]) == {"name", "n"}
    assert set(form["centre"]) >= {"statistic", "p", "share", "interval"}
    assert set(form["spread"]) >= {"statistic", "p", "by_group"}
    assert set(form["meanings"][0]) >= {"id", "words", "n", "share", "quotes", "by_group"}
    assert set(form["pairs"][0]) >= {"a", "b", "overlap", "interval"}
    assert form["verdict"]["code"] in set(VerdictCode)
    assert form["method"]["embedding"] == "table 1"
    assert set(form["method"]["versions"]) == {"commonwhy", "numpy", "scipy"}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1000), n=st.sampled_from([2, 12, 24, 45]), strata=st.booleans())
def test_the_same_answers_in_any_order_give_the_same_report(seed, n, strata):
    rng = np.random.default_rng(seed)
    x = cloud(rng, n)
    x[: n // 2] = unit(x[: n // 2] + np.eye(D)[1])
    said = [f"answer {i % (n - 1)}" for i in range(n)]
    groups = rng.choice(["a", "b", "c"], n).tolist()
    within = rng.choice(["x", "y"], n).tolist() if strata else None
    plain = measure_gap(x, said, groups, within, seed=7, permutations=99)
    order = rng.permutation(n)
    shuffled = measure_gap(
        x[order],
        [said[i] for i in order],
        [groups[i] for i in order],
        [within[i] for i in order] if within else None,
        seed=7,
        permutations=99,
    )
    assert shuffled.as_json() == plain.as_json()
    assert [shuffled.labels[list(order).index(i)] for i in range(n)] == list(plain.labels)


def test_another_seed_changes_only_what_chance_decides(rng):
    x, groups = cloud(rng, 60), ["a", "b"] * 30
    one, two = (measure_gap(x, texts(60), groups, seed=seed) for seed in (1, 2))
    assert one.centre.statistic == two.centre.statistic
    assert one.centre.share == two.centre.share
    assert one.centre.p == pytest.approx(two.centre.p, abs=0.08)


def test_the_pair_that_is_named_is_the_surest_and_not_the_lowest_estimate() -> None:
    small = PairFigures("board", "business", 6, 7, 0.2, (0.0, 1.0), 0.4)
    large = PairFigures("families", "teachers", 150, 90, 0.6, (0.5, 0.7), 0.2)
    unsure = PairFigures("students", "teachers", 190, 90, 0.1, None, 0.2)
    everyone = dict.fromkeys(("board", "business", "families", "teachers", "students"), 1)
    assert most_apart((small, large, unsure), everyone) == ("families", "teachers")
    assert most_apart((small, unsure), everyone) == ("students", "teachers")
    assert most_apart((large,), {"families": 1}) is None
