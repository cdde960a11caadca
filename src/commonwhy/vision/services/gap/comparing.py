"""Who is compared with whom, and in which language: decided before anything is measured.

Groups too small to be shown alone are put together, as everywhere (`listening.queries.columns`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from commonwhy.listening.queries.columns import NO_SCHOOL, TOGETHER, Column, Columns, lay_out
from commonwhy.vision.queries.gap import Said

__all__ = ["NO_SCHOOL", "TOGETHER", "Column", "Columns", "InOneLanguage", "in_one_language", "language_of", "lay_out", "shared"]


@dataclass(frozen=True)
class InOneLanguage:
    """The answers that can be compared, each with the text that is compared, and those left out for want of a translation."""

    language: str
    said: tuple[Said, ...]
    texts: tuple[str, ...]
    untranslated: tuple[Said, ...]


def in_one_language(said: Sequence[Said], assumed: str) -> InOneLanguage:
    """Answers in the language most of them are in, and others by their checked translation into it (METHODS 4.8)."""
    languages = [language_of(each, assumed) for each in said]
    counted = Counter(languages)
    language = min(counted, key=lambda code: (-counted[code], code)) if counted else assumed
    compared: list[tuple[Said, str]] = []
    left: list[Said] = []
    for each, spoken in zip(said, languages, strict=True):
        text = each.words if spoken == language else each.translations.get(language, "")
        if text.strip():
            compared.append((each, text))
        else:
            left.append(each)
    return InOneLanguage(language, tuple(each for each, _ in compared), tuple(text for _, text in compared), tuple(left))


def language_of(said: Said, assumed: str) -> str:
    """The language of an answer: what its words show, else what it was given in. People answer in the language they think in."""
    from commonwhy.methods.embedding import guess_language, normalise_language

    return guess_language(said.words) or normalise_language(said.language) or assumed


def shared(by: Sequence[str], within: Sequence[str]) -> bool:
    """Whether every column is beside another one in some place, so that comparing within places leaves none out."""
    places: dict[str, set[str]] = {}
    for column, place in zip(by, within, strict=True):
        places.setdefault(place, set()).add(column)
    beside = {column for columns in places.values() if len(columns) > 1 for column in columns}
    return beside == set(by)
