"""Morisita's overlap: against R vegan, free of bias, and covered by its interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.methods.gap import morisita_overlap

counts = st.lists(st.integers(0, 60), min_size=3, max_size=6)


def test_value_is_one_minus_vegans_morisita_distance():
    # R 4.2.2, vegan 2.6.4: vegdist(rbind(c(12,3,0,5), c(4,9,2,1)), method = "morisita"): 0.354107648725
    assert morisita_overlap([12, 3, 0, 5], [4, 9, 2, 1]).value == pytest.approx(1 - 0.354107648725)


def test_it_is_not_lowered_by_small_groups():
    # The plain overlap of two groups of 12 with the same five meanings is .82 on average; this one is near 1.
    rng = np.random.default_rng(1)
    mix = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
    plain, corrected = [], []
    for _ in range(400):
        a, b = rng.multinomial(12, mix), rng.multinomial(12, mix)
        plain.append(2 * (a @ b) / (a @ a + b @ b))
        n = 12 * 11
        corrected.append(2 * (a @ b) / 144 / ((a @ (a - 1)) / n + (b @ (b - 1)) / n))
    assert np.mean(plain) < 0.87
    assert np.mean(corrected) > 0.98
    # What we report is cut at 1, so that it stays a little under on average; never above.
    assert morisita_overlap([6, 3, 3], [6, 3, 3]).value == 1


def test_the_interval_covers():
    rng = np.random.default_rng(2)
    p, q = np.array([0.58, 0.09, 0.21, 0.12]), np.array([0.12, 0.61, 0.15, 0.12])
    truth = 2 * (p @ q) / (p @ p + q @ q)
    covered = 0
    for _ in range(300):
        low, high = morisita_overlap(rng.multinomial(40, p), rng.multinomial(60, q)).interval
        covered += low <= truth <= high
    assert covered / 300 >= 0.9


@pytest.mark.parametrize(("a", "b"), [([30], [20]), ([1, 0], [3, 4]), ([0, 0], [3, 4]), ([1, 1, 0], [0, 1, 1])])
def test_what_cannot_be_told_is_none(a, b):
    assert morisita_overlap(a, b).value is None
    assert morisita_overlap(a, b).interval is None


@given(counts, counts, st.randoms())
def test_it_lies_between_0_and_1_inside_its_interval_and_is_symmetric(a, b, random):
    k = min(len(a), len(b))
    a, b = a[:k], b[:k]
    overlap, other = morisita_overlap(a, b), morisita_overlap(b, a)
    if overlap.value is None:
        assert other.value is None
        return
    assert 0 <= overlap.value <= 1
    assert other.value == pytest.approx(overlap.value)
    order = random.sample(range(k), k)
    assert morisita_overlap([a[i] for i in order], [b[i] for i in order]).value == pytest.approx(overlap.value)
    if overlap.interval is not None:
        assert overlap.interval[0] - 1e-12 <= overlap.value <= overlap.interval[1] + 1e-12
        assert other.interval == pytest.approx(overlap.interval)


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="negative"):
        morisita_overlap([1, -1], [1, 1])
    with pytest.raises(ValueError, match="2 and 3"):
        morisita_overlap([1, 1], [1, 1, 1])
