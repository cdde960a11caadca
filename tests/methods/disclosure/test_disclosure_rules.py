"""Thresholds, coding, merging: the rules of METHODS 7 one by one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.methods.disclosure import (
    HIDDEN,
    Audience,
    Bound,
    Percentage,
    check_k,
    coded,
    coded_percentage,
    consistent_counts,
    k_for,
    merge_small,
)


@pytest.mark.parametrize(("audience", "least"), [(Audience.STAFF, 5), (Audience.STUDENTS, 10), (Audience.FAMILIES, 10)])
def test_a_district_may_choose_k_only_within_its_bounds(audience, least):
    assert check_k(least, audience) == least
    assert check_k(30, audience) == 30
    for k in (least - 1, 31, 0, -10):
        with pytest.raises(ValueError, match=f"between {least} and 30"):
            check_k(k, audience)


def test_a_mixed_table_takes_the_strictest_threshold():
    chosen = {Audience.STAFF: 6}
    assert k_for([Audience.STAFF], chosen) == 6
    assert k_for([Audience.STAFF, Audience.FAMILIES], chosen) == 10
    assert k_for([Audience.STAFF]) == 10
    with pytest.raises(ValueError, match="students"):
        k_for([Audience.STUDENTS], {Audience.STUDENTS: 5})


@pytest.mark.parametrize(
    ("n", "low", "high"),
    [(300, 1, 99), (5000, 1, 99), (299, 2, 98), (100, 2, 98), (99, 5, 95), (40, 5, 95), (39, 10, 90), (20, 10, 90),
     (19, 20, 80), (10, 20, 80), (5, 20, 80)],
)  # fmt: skip
def test_the_ends_are_coded_by_n(n, low, high):
    assert str(coded(0, n)) == f"≤{low}%"
    assert str(coded(n, n)) == f"≥{high}%"
    for count in range(n + 1):
        shown = coded(count, n)
        assert low <= shown.value <= high
        if shown.bound is Bound.EXACT:
            assert low < shown.value < high, "an uncoded value never looks like an end"


def test_percentages_are_rounded_half_up_before_coding():
    assert coded(25, 200) == Percentage(13)  # 12.5
    assert coded(5, 200) == Percentage(3)  # 2.5 is 3, so it is not the end
    assert coded(4, 200) == Percentage(2, Bound.AT_MOST)


def test_no_percentage_has_a_denominator_below_k():
    assert coded_percentage(4, 9, k=10) is HIDDEN
    assert coded_percentage(4, 10, k=10) == Percentage(40)


@given(st.integers(1, 700).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_consistent_counts_are_exactly_those_shown_alike(pair):
    count, n = pair
    shown = coded(count, n)
    low, high = consistent_counts(shown, n)
    assert [c for c in range(n + 1) if coded(c, n) == shown] == list(range(low, high + 1))


def test_small_groups_merge_with_the_next_smallest_of_their_kind():
    assert merge_small([50, 3, 8, 20, 4], ["band"] * 4 + ["role"], 10) == ((0,), (1, 2), (3,), (4,))
    assert merge_small([4, 3, 2, 50], ["band"] * 4, 10) == ((0, 1, 2, 3),), "9 together are still too few"
    assert merge_small([4, 3], [None, None], 10) == ((0,), (1,))
    assert merge_small([9, 0, 40], ["band"] * 3, 10) == ((0, 1, 2),)


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["a", "b", None])), max_size=12))
def test_merging_keeps_everybody_and_leaves_small_only_what_stands_alone(columns):
    sizes, kinds = [size for size, _ in columns], [kind for _, kind in columns]
    groups = merge_small(sizes, kinds, 10)
    assert sorted(j for group in groups for j in group) == list(range(len(columns)))
    for group in groups:
        assert len({kinds[j] for j in group}) == 1
        small = sum(sizes[j] for j in group) < 10
        if small and kinds[group[0]] is not None:
            assert sum(kinds[other[0]] == kinds[group[0]] for other in groups) == 1


def test_thresholds_and_coding_load_without_numpy():
    code = (
        "import sys; from commonwhy.methods.disclosure import HIDDEN, check_k, coded;"
        "raise SystemExit(bool({'numpy', 'scipy', 'django'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
