"""Questionnaires that come with CommonWhy, one TOML file each, with their licence.

A file holds `key`, `licence`, `attribution`, `languages` (the first is the source), and by language `title`, `about`,
`term`, `intro` and `thanks`; then `questions`, each with `key`, `kind`, `text`, maybe `hint`, `required`, `options` and
`rows`. Reading one checks it, so that a mistake in a file fails at once and not on somebody's page.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DEFINITION_PULSE = "definition-pulse"
KINDS = ("single", "multiple", "matrix", "short", "long")
Texts = dict[str, str]


@dataclass(frozen=True)
class ShippedQuestion:
    """One question; `options` and `rows` as `Question` stores them."""

    key: str
    kind: str
    texts: Texts
    hints: Texts
    options: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    required: bool


@dataclass(frozen=True)
class Shipped:
    """A questionnaire as it ships."""

    key: str
    licence: str
    attribution: str
    languages: tuple[str, ...]
    title: Texts
    about: Texts
    term: Texts
    intro: Texts
    thanks: Texts
    questions: tuple[ShippedQuestion, ...]


@lru_cache
def shipped() -> dict[str, Shipped]:
    """Every shipped questionnaire by its key."""
    found = [_read(path) for path in sorted(HERE.glob("*.toml"))]
    return {each.key: each for each in found}


def _read(path: Path) -> Shipped:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    languages = tuple(raw["languages"])

    def texts(value: dict[str, str], what: str) -> Texts:
        missing = [language for language in languages if not value.get(language, "").strip()]
        if missing:
            raise ValueError(f"{path.name}: {what} has no text in {', '.join(missing)}")
        return {language: value[language].strip() for language in languages}

    def choices(values: list[dict[str, str]], what: str) -> list[dict[str, Any]]:
        if len({value["key"] for value in values}) != len(values):
            raise ValueError(f"{path.name}: {what} has a key twice")
        return [{"key": value["key"], "texts": texts(value, f"{what}, {value['key']}")} for value in values]

    questions = []
    for each in raw["questions"]:
        if each["kind"] not in KINDS:
            raise ValueError(f"{path.name}: {each['key']} is of no known kind")
        questions.append(
            ShippedQuestion(
                key=each["key"],
                kind=each["kind"],
                texts=texts(each["text"], each["key"]),
                hints=texts(each["hint"], each["key"]) if "hint" in each else {},
                options=choices(each.get("options", []), each["key"]),
                rows=choices(each.get("rows", []), each["key"]),
                required=bool(each.get("required", False)),
            )
        )
    return Shipped(
        key=raw["key"],
        licence=raw["licence"],
        attribution=raw["attribution"],
        languages=languages,
        title=texts(raw["title"], "title"),
        about=texts(raw["about"], "about"),
        term=texts(raw["term"], "term"),
        intro=texts(raw["intro"], "intro"),
        thanks=texts(raw["thanks"], "thanks"),
        questions=tuple(questions),
    )
