"""Krippendorff's alpha: published examples, another implementation, and where there is nothing to tell.

The examples are those of Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A, B and C.
"""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwhy.methods.agreement import RELIABLE, nominal_alpha

MEG = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
OWEN = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
BEN = list("aabbdcccedda")
GERRY = list("babbbccceddd")
_ = None
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


@pytest.mark.parametrize(
    ("codes", "published", "units"),
    [((MEG, OWEN), 0.095, 10), ((BEN, GERRY), 0.692, 12), (FOUR_OBSERVERS, 0.743, 11)],
    ids=["two observers, binary", "two observers, nominal", "four observers, missing codes"],
)
def test_published_examples(codes, published, units):
    found = nominal_alpha(codes)
    assert round(found.alpha, 3) == published
    assert found.units == units


def test_a_unit_that_one_person_coded_says_nothing():
    both, alone = [[1, 0, 1, 0], [1, 0, 0, 0]], [[1, 0, 1, 0, 1], [1, 0, 0, 0, _]]
    assert nominal_alpha(alone) == nominal_alpha(both)
    assert nominal_alpha(alone).codes == 8


@pytest.mark.parametrize(
    "codes",
    [
        [[0] * 20, [0] * 20],
        [[1] * 20, [1] * 20],
        [[1], [0]],
        [[1, _], [_, 0]],
        [[], []],
        [[_, _], [_, _]],
        [[1, 0, 1]],
    ],
    ids=["never found", "always found", "one unit", "no unit twice", "no unit", "no code", "one coder"],
)
def test_where_there_is_nothing_to_tell_alpha_is_undefined_and_not_reliable(codes):
    found = nominal_alpha(codes)
    assert (found.alpha, found.low, found.high, found.reliable) == (None, None, None, False)


def test_perfect_agreement_with_variation_is_one():
    found = nominal_alpha([[1, 0] * 20, [1, 0] * 20])
    assert (found.alpha, found.low, found.high, found.reliable) == (1.0, 1.0, 1.0, True)


def test_the_threshold_is_two_thirds_as_the_field_rounds_it():
    assert RELIABLE == 0.667
    assert not nominal_alpha([MEG, OWEN]).reliable


def test_the_interval_holds_the_estimate_and_narrows_with_more_units():
    rng = np.random.default_rng(3)
    first = rng.integers(0, 2, 400)
    second = np.where(rng.random(400) < 0.15, 1 - first, first)
    few, many = nominal_alpha([first[:40], second[:40]]), nominal_alpha([first, second])
    assert few.low < few.alpha < few.high
    assert many.low < many.alpha < many.high
    assert many.high - many.low < few.high - few.low


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Both coders err independently with probability .1 on a theme in half the texts: alpha is 1 - 2·.18 = .64."""
    rng, held, rounds = np.random.default_rng(11), 0, 200
    for number in range(rounds):
        truth = rng.integers(0, 2, 150)
        codes = [np.where(rng.random(150) < 0.1, 1 - truth, truth) for _coder in range(2)]
        found = nominal_alpha(codes, seed=number, resamples=400)
        held += found.low <= 0.64 <= found.high
    assert 0.9 <= held / rounds <= 0.99


def test_a_theme_too_rare_to_be_drawn_every_time_has_no_interval():
    """Two finds in fifty: one resample in eight has none at all, so what is left would flatter."""
    first, second = [1, 1] + [0] * 48, [1, 0] + [0] * 48
    found = nominal_alpha([first, second])
    assert found.alpha is not None
    assert (found.low, found.high) == (None, None)


def test_the_same_seed_gives_the_same_interval():
    again = [nominal_alpha([MEG, OWEN], seed=seed) for seed in (5, 5, 6)]
    assert again[0] == again[1]
    assert (again[0].low, again[0].high) != (again[2].low, again[2].high)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"codes": [[1, 0], [1]]}, "different lengths"),
        ({"codes": [MEG, OWEN], "confidence": 1.0}, "probability"),
        ({"codes": [MEG, OWEN], "confidence": 0.0}, "probability"),
        ({"codes": [MEG, OWEN], "resamples": 0}, "at least one"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        nominal_alpha(**wrong)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_it_agrees_with_another_implementation(data):
    coders, units = data.draw(st.integers(2, 5)), data.draw(st.integers(2, 30))
    code = st.sampled_from([0.0, 1.0, 2.0, np.nan])
    codes = [data.draw(st.lists(code, min_size=units, max_size=units)) for _coder in range(coders)]
    ours = nominal_alpha(codes, resamples=1)
    pairable = [column for column in zip(*codes, strict=True) if sum(value == value for value in column) >= 2]
    used = {value for column in pairable for value in column if value == value}
    if ours.units < 2 or len(used) < 2:
        assert ours.alpha is None
        return
    theirs = krippendorff.alpha(reliability_data=np.array(codes), level_of_measurement="nominal")
    assert ours.alpha == pytest.approx(theirs, abs=1e-12)
