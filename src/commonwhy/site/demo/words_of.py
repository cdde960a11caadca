"""The words of Alder Creek, read from `words/`."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Voice:
    """One respondent of the demo survey."""

    group: str
    school: str
    language: str
    meaning: str
    works: str
    frustrates: str
    names: tuple[str, ...]


@cache
def told(name: str) -> Mapping[str, Any]:
    """One TOML file of `words/`, by its name without ending."""
    return tomllib.loads((WORDS / f"{name}.toml").read_text())


@cache
def voices() -> tuple[Voice, ...]:
    """Everybody who answered the survey, in the order they are written down."""
    with (WORDS / "voices.csv").open(newline="") as file:
        return tuple(
            Voice(
                row["group"],
                row["school"],
                row["language"],
                row["meaning"],
                row["works"],
                row["frustrates"],
                tuple(name.strip() for name in row["names"].split(";") if name.strip()),
            )
            for row in csv.DictReader(file)
        )


@cache
def translations() -> Mapping[tuple[str, str], str]:
    """Checked translations: (meaning, language) to its words in that language."""
    with (WORDS / "translations.csv").open(newline="") as file:
        return {(row["meaning"], row["into"]): row["translation"] for row in csv.DictReader(file)}


def on_a_weekday(today: date, days_before: int) -> date:
    """The day `days_before` today, moved back to Friday where it falls on a weekend."""
    day = today - timedelta(days=days_before)
    return day - timedelta(days=max(0, day.weekday() - 4))
