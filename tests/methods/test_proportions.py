"""Percentages, Wilson intervals, top boxes, missing kinds and rates.

The golden intervals were printed by R 4.2.2 (package stats): prop.test(x, n, correct=FALSE)$conf.int.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.methods.proportions import (
    Missing,
    RateOf,
    communities_heard_rate,
    distribution,
    people_response_rate,
    percentage,
    proportion,
    represented_rate,
)


@pytest.mark.parametrize(
    ("count", "n", "places", "expected"),
    [
        (1, 8, 0, "13"),  # 12.5: Python's round() and numpy give 12
        (5, 1000, 0, "1"),  # 0.5: they give 0
        (1, 8, 1, "12.5"),
        (1005, 100000, 2, "1.01"),  # 1.005 is 1.00499999999999989 in binary
        (2, 3, 1, "66.7"),
        (0, 3, 0, "0"),
        (3, 3, 0, "100"),
        (Fraction(1, 2), 4, 0, "13"),
        (Decimal("2.5"), 20, 0, "13"),
    ],
)
def test_percentages_are_rounded_half_up(count, n, places, expected):
    assert percentage(count, n, places=places) == Decimal(expected)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 3))
def test_percentages_agree_with_decimal_rounding(pair, places):
    count, n = pair
    # 60 digits: no tie can be made or broken by cutting off the division.
    with localcontext(prec=60):
        expected = (Decimal(100 * count) / n).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert percentage(count, n, places=places) == expected


@pytest.mark.parametrize(("count", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_a_percentage_of_nobody_or_out_of_range_is_refused(count, n):
    with pytest.raises(ValueError, match="n"):
        percentage(count, n)


@pytest.mark.parametrize(
    ("count", "n", "confidence", "low", "high"),
    [
        (15, 40, 0.95, 0.242229791672, 0.529675608627),
        (0, 12, 0.95, 0.000000000000, 0.242494006655),
        (12, 12, 0.95, 0.757505993345, 1.000000000000),
        (81, 263, 0.95, 0.255288519878, 0.366209576983),
        (1, 400, 0.95, 0.000441447786802, 0.014023285075823),
        (15, 40, 0.90, 0.260807846819, 0.505030515343),  # conf.level=.90
    ],
)
def test_wilson_interval_equals_r_prop_test(count, n, confidence, low, high):
    result = proportion(count, n, confidence=confidence)
    assert result.low == pytest.approx(low, abs=1e-11)
    assert result.high == pytest.approx(high, abs=1e-11)
    assert (result.count, result.n, result.share) == (count, n, count / n)


def test_wilson_interval_of_clustered_answers_divides_n_by_the_design_effect():
    # R: prop.test(15/1.6, 40/1.6, correct=FALSE)$conf.int
    result = proportion(15, 40, design_effect=1.6)
    assert (result.low, result.high) == pytest.approx((0.214183192234, 0.569114870501), abs=1e-11)
    assert result.n == 40


@pytest.mark.parametrize(
    "bad",
    [
        {"count": 1, "n": 0},
        {"count": 3, "n": 2},
        {"count": 1, "n": 2, "confidence": 1.0},
        {"count": 1, "n": 2, "design_effect": 0.0},
    ],
)
def test_a_proportion_that_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError, match=r"needs|Confidence|design effect"):
        proportion(**bad)


SCALE = ["not at all", "a little", "some", "a lot"]


def test_top_boxes_count_only_people_with_an_answer_on_the_scale():
    answers = ["a lot"] * 4 + ["some"] * 3 + ["a little"] * 2 + ["not at all"] + [Missing.DONT_KNOW] * 7
    found = distribution(answers, SCALE)
    assert (found.n, found.asked) == (10, 17)
    assert (found.top_box().count, found.top_box().n) == (4, 10)
    assert found.top_two_box().percent == Decimal(70)
    assert found.percentages() == (Decimal(10), Decimal(20), Decimal(30), Decimal(40))


def test_the_four_kinds_of_missing_stay_four():
    answers = [
        *["some"] * 2,
        *[Missing.DONT_KNOW] * 3,
        *[Missing.NOT_APPLICABLE] * 4,
        *[Missing.SKIPPED] * 5,
        *[Missing.NOT_TAKEN] * 6,
    ]
    found = distribution(answers, SCALE)
    assert dict(found.missing) == {
        Missing.DONT_KNOW: 3,
        Missing.NOT_APPLICABLE: 4,
        Missing.SKIPPED: 5,
        Missing.NOT_TAKEN: 6,
    }
    assert found.counts == (0, 0, 2, 0), "an action not taken is not 'not at all'"


def test_an_answer_off_the_scale_is_named():
    with pytest.raises(ValueError, match="loads"):
        distribution(["a lot", "loads"], SCALE)


@pytest.mark.parametrize("boxes", [0, 4, 5])
def test_a_top_box_leaves_something_below_it(boxes):
    with pytest.raises(ValueError, match="top-"):
        distribution(["a lot"], SCALE).top(boxes)


def test_rates_say_what_they_are_of():
    people = people_response_rate(45, 60)
    communities = communities_heard_rate(3, 4, unit="districts")
    represented = represented_rate(9000, 12000)
    assert people.percent == communities.percent == represented.percent == Decimal(75)
    assert len({people.of, communities.of, represented.of}) == 3
    assert people.of is RateOf.PEOPLE_ANSWERED
    assert (communities.count, communities.n, communities.unit) == (3, 4, "districts")
    with pytest.raises(ValueError, match="people invited"):
        people_response_rate(61, 60)
