"""The three-teachers test: a handful of answers, side by side, and nothing more."""

from __future__ import annotations

import numpy as np
import pytest

from commonwhy.methods.gap import side_by_side


def test_every_two_answers_are_compared_most_alike_first():
    found = side_by_side([[1, 0, 0], [0.8, 0.6, 0], [0, 0, 2]])
    assert [(pair.a, pair.b) for pair in found.pairs] == [(0, 1), (0, 2), (1, 2)]
    assert [pair.similarity for pair in found.pairs] == pytest.approx([0.8, 0, 0])
    assert found.most_alike.similarity == pytest.approx(0.8)
    assert found.least_alike == found.pairs[-1]
    assert found.mean == pytest.approx(0.8 / 3)


@pytest.mark.parametrize("n", [0, 2, 20])
def test_any_other_number_of_answers_is_refused(n):
    with pytest.raises(ValueError, match="3 to 19"):
        side_by_side(np.ones((n, 2)))


def test_an_answer_without_a_vector_is_refused():
    with pytest.raises(ValueError, match="answer 1 is all zero"):
        side_by_side([[1, 0], [0, 0], [0, 1]])
