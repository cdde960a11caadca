"""Which options are a scale with two sides, and which answers stand beside any scale.

A scale is known by its keys (those of `shipped/scales.toml`) or, in questions that were brought in or written here, by the
words of its options. "I don't know" and its like are answers, but none on the scale: they are counted apart, each alone
(METHODS 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from commonwhy.core.wanted import plain_words
from commonwhy.listening.models import Question

ASIDE = ("dont_know", "not_applicable", "not_taken", "prefer_not")
SCALE = ("strongly_disagree", "disagree", "neutral", "agree", "strongly_agree")
BELOW, MIDDLE, ABOVE = SCALE[:2], SCALE[2:3], SCALE[3:]
_WORDS = {
    "strongly_disagree": ("strongly disagree", "muy en desacuerdo", "totalmente en desacuerdo"),
    "disagree": ("disagree", "en desacuerdo"),
    "neutral": ("neutral", "neither", "neither agree nor disagree", "ni de acuerdo ni en desacuerdo"),
    "agree": ("agree", "de acuerdo"),
    "strongly_agree": ("strongly agree", "muy de acuerdo", "totalmente de acuerdo"),
}
_ASIDE_WORDS = {
    "dont_know": ("i don t know", "don t know", "no se", "no lo se"),
    "not_applicable": ("not applicable", "n a", "does not apply", "no aplica"),
    "prefer_not": ("i d rather not say", "prefer not to say", "prefiero no decirlo"),
}
_PLACE = {words: key for key, each in (_WORDS | _ASIDE_WORDS).items() for words in each}


def place_of(option: Mapping[str, Any]) -> str:
    """Where an option stands: a key of `SCALE` or of `ASIDE`, or empty."""
    if option["key"] in (*SCALE, *ASIDE):
        return str(option["key"])
    return next((place for text in option["texts"].values() if (place := _PLACE.get(plain_words(text)))), "")


def on_scale(question: Question) -> list[dict[str, Any]]:
    """The options that are answers on the question's own scale, in their order."""
    return [option for option in question.options if place_of(option) not in ASIDE]


def aside(question: Question) -> list[dict[str, Any]]:
    """The options that stand beside it."""
    return [option for option in question.options if place_of(option) in ASIDE]


def two_sided(options: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these options run from one side to the other, as from "strongly disagree" to "strongly agree"."""
    places = [place_of(option) for option in options]
    if not all(place in SCALE for place in places) or len(set(places)) != len(places):
        return False
    order = [SCALE.index(place) for place in places]
    below, above = sum(place in BELOW for place in places), sum(place in ABOVE for place in places)
    return below == above > 0 and (order == sorted(order) or order == sorted(order, reverse=True))
