"""Sentences about the gap: none says more than the figures do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commonwhy.vision import gap_wording
from commonwhy.vision.gap_wording import Facts, Pair, beside, finding, join

NAMES = {"t": "teachers", "f": "families", "s": "students"}
APART = Facts(
    code="apart",
    schools=False,
    n=300,
    meanings=4,
    names=NAMES,
    most_apart=("f", "t"),
    share=0.03,
    pairs=[Pair("f", "t", 0.38, (0.29, 0.47), 0.2), Pair("f", "s", 0.9, (0.8, 1.0), 0.1)],
)


def test_different_things_only_where_they_surely_are() -> None:
    assert finding(APART) == "Families and teachers mean different things."
    unsure = replace(APART, pairs=[Pair("f", "t", 0.7, (0.5, 0.9), 0.2)])
    assert finding(unsure) == "Families and teachers are furthest apart in what they mean."


def test_one_meaning_is_told_by_words() -> None:
    words = {"f": ("grades", "homework", "x"), "t": ("audience",)}
    one = replace(APART, meanings=1, pairs=[Pair("f", "t", None, None, 0.2)], words=words)
    assert finding(one) == "Families speak of grades and homework, teachers of audience."
    assert finding(replace(one, words={"t": ("audience",)})) == "Teachers speak more of audience than the others do."
    assert "furthest apart" in finding(replace(one, words={}))
    assert finding(replace(one, words={}, share=0.004)) == "The groups differ in what they mean, but only slightly."


def test_the_furthest_pair_that_has_words_is_named() -> None:
    pairs = [Pair("f", "t", None, None, 0.1), Pair("f", "s", None, None, 0.3), Pair("s", "t", None, None, 0.9)]
    one = replace(APART, meanings=1, most_apart=("s", "t"), pairs=pairs, words={"f": ("grades",), "s": ("games",)})
    assert finding(one) == "Families speak of grades, students of games."


@pytest.mark.parametrize("code", ["no_gap_seen", "not_enough_voices", "side_by_side", "one_group", "less_settled"])
@pytest.mark.parametrize("schools", [True, False])
@pytest.mark.parametrize("reason", [None, "few_answers", "no_shared_stratum", "few_permutations"])
def test_not_seeing_a_gap_is_never_called_alike(code: str, schools: bool, reason: str | None) -> None:
    facts = replace(APART, code=code, schools=schools, reason=reason, most_apart=None, least_settled="t")
    for text in (finding(facts), beside(facts, 0.03, 0.01), gap_wording.chart_of_meanings(facts)):
        plain = text.lower().replace("the same places", "")
        assert not [word for word in ("alike", "the same", "agree on") if word in plain], text


def test_alike_is_said_when_it_was_found() -> None:
    assert finding(replace(APART, code="alike")) == "The groups mean much the same."
    assert finding(replace(APART, code="alike", schools=True)) == "The schools mean much the same."


@pytest.mark.parametrize(("share", "word"), [(0.0, "very small"), (0.01, "small"), (0.06, "medium"), (0.14, "large"), (None, "")])
def test_sizes_are_those_of_cohen(share: float | None, word: str) -> None:
    assert gap_wording.size(share) == word


def test_lists_read_well() -> None:
    assert [join(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_every_sentence_can_be_translated() -> None:
    said = finding(APART, lambda text: text.replace("mean different things", "no dicen lo mismo"))
    assert said == "Families and teachers no dicen lo mismo."


def test_two_groups_stand_in_the_same_order_whatever_their_keys() -> None:
    turned = replace(APART, most_apart=("t", "f"))
    assert finding(turned) == finding(APART)
