"""Questionnaires that come with CommonWhy, one TOML file each in `questionnaires/`, with their licence.

A file holds `key`, `place` (where it stands in the list), `licence`, `attribution`, `languages` (the first is the source),
`groups` (the kinds of group it is written for), maybe `plain_bands`, and by language `title`, `about`, `term`, `intro` and
`thanks`; then `questions`, each with `key`, `kind`, `text` and maybe `hint`, `required`, `section`, `options` or the name of
a `scale` in `scales.toml`, `rows`, `shown_if`, `limits` and `protected_areas`. Beside a text may stand one in plain words:
`plain`, `plain_hint`, `[plain_intro]`, `[plain_thanks]`, and `plain` within an option or a row. Reading a file checks it, so
that a mistake fails at once and not on somebody's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any

from commonwhy.listening.shipped.tables import ShippedMistake, Texts

__all__ = ["DEFINITION_PULSE", "ENDORSEMENT", "REAFFIRMATION", "Shipped", "ShippedMistake", "ShippedQuestion", "shipped"]

HERE = Path(__file__).parent
DEFINITION_PULSE = "definition-pulse"
REAFFIRMATION = "reaffirmation"
ENDORSEMENT = "endorsement"

# What answering takes beside the reading, in seconds: rough, so that "about five minutes" can be said before anybody is asked.
SECONDS = {"single": 6, "multiple": 10, "matrix": 6, "short": 20, "long": 45, "number": 10, "ranking": 30}
WORDS_READ_IN_A_MINUTE = 200


@dataclass(frozen=True)
class ShippedQuestion:
    """One question, each field as `Question` stores it."""

    key: str
    kind: str
    texts: Texts
    hints: Texts
    options: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    required: bool
    section: Texts
    shown_if: dict[str, Any]
    limits: dict[str, Any]
    plain_texts: Texts
    plain_hints: Texts
    protected_areas: list[str]

    def read_in(self, language: str, *, plain: bool = False) -> list[str]:
        """Every text of it that somebody reads, in order; in plain words where there are any."""
        beside = [
            (self.section, {}),
            (self.texts, self.plain_texts),
            (self.hints, self.plain_hints),
            *((each["texts"], each.get("plain", {})) for each in [*self.rows, *self.options]),
        ]
        chosen = [(plain and simple.get(language)) or full.get(language, "") for full, simple in beside]
        return [text for text in chosen if text]


@dataclass(frozen=True)
class Shipped:
    """A questionnaire as it ships. `groups` are values of `Group.Kind`, in the order of that list."""

    key: str
    place: int
    licence: str
    attribution: str
    languages: tuple[str, ...]
    groups: tuple[str, ...]
    title: Texts
    about: Texts
    term: Texts
    intro: Texts
    thanks: Texts
    plain_intro: Texts
    plain_thanks: Texts
    plain_bands: tuple[str, ...]
    questions: tuple[ShippedQuestion, ...]

    @property
    def minutes(self) -> int:
        """About how long it takes, in whole minutes, for somebody to whom no further question branches off."""
        source = self.languages[0]
        words, seconds = len(self.intro[source].split()), 0
        for question in self.questions:
            if question.shown_if:
                continue
            words += sum(len(text.split()) for text in question.read_in(source))
            seconds += SECONDS[question.kind] * max(1, len(question.rows))
        return ceil(words / WORDS_READ_IN_A_MINUTE + seconds / 60)


@lru_cache
def shipped() -> dict[str, Shipped]:
    """Every shipped questionnaire by its key, in the order in which they are offered.

    Raises `ShippedMistake` for a file that is wrong, or two of one key.
    """
    from commonwhy.listening.shipped.reading import read_questionnaire, read_scales

    scales = read_scales(HERE / "scales.toml")
    found = [read_questionnaire(path, scales) for path in sorted((HERE / "questionnaires").glob("*.toml"))]
    by_key = {each.key: each for each in sorted(found, key=lambda each: each.place)}
    if len(by_key) != len(found):
        raise ShippedMistake("questionnaires: two files have the same key")
    return by_key
