"""The formulas of METHODS 5, one by one, against the same written out by hand."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from commonwhy.methods.opinion.polis_statements import (
    Z_90,
    count_by,
    group_informed_consensus,
    priorities,
    representative,
)
from commonwhy.methods.opinion.votes import gather


def test_group_informed_consensus_by_hand() -> None:
    """Group 0: 2 agree, 1 passes, so 3/5. Group 1: 1 agrees, 1 disagrees, so 2/4. Somebody in no group agrees too."""
    votes = gather(6, 2, [0, 1, 2, 3, 4, 5, 5], [0, 0, 0, 0, 0, 0, 1], [1, 1, 0, 1, -1, 1, 1])
    found = group_informed_consensus(votes, np.array([0, 0, 0, 1, 1, -1]))
    # Nobody of a group voted on statement 1: ½ for each of the two groups.
    assert found == pytest.approx([3 / 5 * 2 / 4, 1 / 4])


def test_the_last_vote_counts_in_consensus() -> None:
    votes = gather(1, 1, [0, 0], [0, 0], [1, -1])
    assert group_informed_consensus(votes, np.array([0])) == pytest.approx([1 / 3])


def test_numbers_of_groups_may_have_gaps() -> None:
    votes = gather(2, 1, [0, 1], [0, 0], [1, 1])
    assert group_informed_consensus(votes, np.array([0, 4])) == pytest.approx([4 / 9])


def test_without_groups_there_is_nothing_to_multiply() -> None:
    assert group_informed_consensus(gather(1, 1, [0], [0], [1]), np.array([-1])) == pytest.approx([1.0])


def test_a_group_for_everybody_is_needed() -> None:
    with pytest.raises(ValueError, match="one group"):
        group_informed_consensus(gather(2, 1, [0], [0], [1]), np.array([0]))


def test_counts_by_group() -> None:
    votes = gather(3, 2, [0, 0, 1, 2], [0, 1, 0, 0], [1, 0, -1, 1])
    assert count_by(votes, np.array([0, 1, -1]), 2).tolist() == [[[1, 0, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 0]]]


def directly(counts: np.ndarray, group: int, statement: int, kind: int) -> tuple[bool, float]:
    """Whether a reaction represents a group, and its rank, as METHODS writes it down."""
    s, n = counts[group, statement, kind], counts[group, statement].sum()
    others = [other for other in range(len(counts)) if other != group]
    so, no = counts[others, statement, kind].sum(), counts[others, statement].sum()
    p, rest = (s + 1) / (n + 2), (so + 1) / (no + 2)
    pt = 2 * sqrt(n + 1) * ((s + 1) / (n + 1) - 0.5)
    p1, p2 = (s + 1) / (n + 1), (so + 1) / (no + 1)
    pooled = (s + 1 + so + 1) / (n + 1 + no + 1)
    rt = 0.0 if pooled == 1 else (p1 - p2) / sqrt(pooled * (1 - pooled) * (1 / (n + 1) + 1 / (no + 1)))
    return bool(rt > Z_90 and pt > Z_90 and n), p / rest * rt * p * pt


def test_representative_statements_equal_the_formula() -> None:
    chance = np.random.default_rng(7)
    counts = chance.integers(0, 14, size=(3, 40, 3))
    counts[0, :12, 0] += 25
    counts[1, 12:20, 1] += 25
    found = representative(counts, np.ones(40, dtype=bool))
    for group in range(3):
        wanted = []
        for statement in range(40):
            for kind in (0, 1):
                represents, score = directly(counts, group, statement, kind)
                if represents:
                    wanted.append((-score, statement, kind == 0))
        told = [(-each.score, each.statement, each.agrees) for each in found[group]]
        assert [each[1:] for each in told] == [each[1:] for each in sorted(wanted)[:5]]
        assert [each[0] for each in told] == pytest.approx([each[0] for each in sorted(wanted)[:5]])
    assert len(found[0]) == 5
    assert {each.agrees for each in found[1]} == {False}


def test_shares_of_a_representative_statement_are_plain_with_their_n() -> None:
    counts = np.array([[[18, 1, 1]], [[2, 17, 1]]])
    (first,), (second,) = representative(counts, np.ones(1, dtype=bool))
    assert (first.agrees, first.share, first.n, first.rest) == (True, 0.9, 20, 0.1)
    assert (second.agrees, second.share, second.n, second.rest) == (False, 0.85, 20, 0.05)


def test_statements_left_out_and_single_groups_represent_nothing() -> None:
    counts = np.array([[[18, 1, 1]], [[2, 17, 1]]])
    assert representative(counts, np.zeros(1, dtype=bool)) == [(), ()]
    assert representative(counts[:1], np.ones(1, dtype=bool)) == [()]


def test_priority_by_hand() -> None:
    """10 votes, 6 agree and 1 passes, E = 1.5: p = 2/12, a = 7/12, fresh = 1 + 8/4 = 3."""
    found = priorities(np.array([[6, 3, 1], [0, 0, 0]]), np.array([1.5, 0.0]))
    assert found == pytest.approx([(10 / 12 * 2.5 * 7 / 12 * 3) ** 2, (0.5 * 1 * 0.5 * 9) ** 2])
