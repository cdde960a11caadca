"""What each group speaks of: its own words, exactly tested, and whole answers that show it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from commonwhy.methods.gap.speaking import what_groups_say

TEACHERS = [f"students making films number {n} for an audience" for n in range(30)]
FAMILIES = [f"seeing grades and homework online {n}" for n in range(30)]


def said(texts: list[str], groups: list[str], **options: int) -> dict[str, list[str]]:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(len(texts), 8))
    return {group.name: [use.word for use in group.words] for group in what_groups_say(vectors, texts, groups, **options)}


def test_each_group_has_its_own_words_and_no_other() -> None:
    words = said(TEACHERS + FAMILIES, ["teachers"] * 30 + ["families"] * 30, fewest=5)
    assert set(words["teachers"]) <= {"audience", "films", "making", "number", "students"}
    assert set(words["families"]) <= {"grades", "homework", "online", "seeing"}
    assert words["teachers"]
    assert words["families"]


def test_the_same_answers_give_no_words() -> None:
    assert said(TEACHERS * 2, ["a"] * 30 + ["b"] * 30) == {"a": [], "b": []}


def test_chance_gives_words_as_rarely_as_it_should() -> None:
    rng = np.random.default_rng(7)
    vocabulary = [f"word{chr(97 + n // 5)}{chr(97 + n % 5)}" for n in range(50)]
    found = 0
    for _ in range(60):
        texts = [" ".join(rng.choice(vocabulary, size=8)) for _ in range(80)]
        found += any(said(texts, ["a"] * 40 + ["b"] * 40, fewest=3).values())
    assert stats.binomtest(found, 60, 0.05, alternative="greater").pvalue > 0.001


def test_a_word_few_people_use_is_not_shown() -> None:
    texts = ["gradebook portal"] * 4 + ["films"] * 60
    words = said(texts, ["a"] * 4 + ["b"] * 60, fewest=5)
    assert words["a"] == []


def test_counts_are_answers_not_uses() -> None:
    texts = ["films films films films", "films and more"] + ["grades"] * 20
    (a, _b) = what_groups_say(np.eye(22), texts, ["a"] * 2 + ["b"] * 20)
    assert [(use.word, use.n, use.others) for use in a.words] == [("films", 2, 0)]


def test_a_plural_does_not_stand_beside_its_singular() -> None:
    texts = ["messages message"] * 20 + ["films"] * 20
    assert len(said(texts, ["a"] * 20 + ["b"] * 20)["a"]) == 1


def test_telling_answers_lie_towards_their_own_side_and_no_text_twice() -> None:
    vectors = [[1.0, 0.0], [0.9, 0.1], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]]
    (a, b) = what_groups_say(vectors, ["far", "near", "Near ", "x", "y"], ["a", "a", "a", "b", "b"])
    assert a.answers == (0, 2)
    assert b.answers == (3, 4)


def test_one_group_has_nothing_to_be_told_from() -> None:
    (only,) = what_groups_say(np.eye(3), ["a b", "c d", "e f"], ["x"] * 3)
    assert (only.words, only.answers) == ((), ())


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 texts but 1 groups"):
        what_groups_say(np.eye(2), ["a", "b"], ["x"])
