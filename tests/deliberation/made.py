"""Discussions as the tests of this room begin with them."""

from __future__ import annotations

from datetime import date
from typing import Any

from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.deliberation.services import discussions
from tests.cast import Cast

MONDAY = date(2026, 3, 2)
QUESTION = {"en": "What should learning look like?", "es": "¿Cómo debería ser el aprendizaje?"}


def draft(cast: Cast, **options: Any) -> Discussion:
    """A draft that asks families."""
    wanted: dict[str, Any] = {"question": QUESTION, "groups": [cast.group("families")], "mode": "anonymous"}
    return discussions.create_discussion(district=cast.alder, by=cast.coach, **(wanted | options))


def seed(cast: Cast, discussion: Discussion, words: str) -> Statement:
    return discussions.add_seed(discussion=discussion, texts={"en": words, "es": f"{words} (es)"}, by=cast.coach)


def opened(cast: Cast, **options: Any) -> Discussion:
    """An open one with five statements."""
    discussion = draft(cast, **options)
    for words in ("More time for projects.", "Less homework.", "Phones away.", "Every child reads.", "Teachers choose tools."):
        seed(cast, discussion, words)
    return discussions.open_discussion(discussion=discussion, by=cast.coach)


def told(discussion: Discussion, words: str, language: str = "es", **options: Any) -> Statement:
    """What somebody who takes part has added; it waits."""
    wanted: dict[str, Any] = {"author": "a" * 64, "origin": Statement.Origin.PARTICIPANT}
    return Statement.everything.create(
        district_id=discussion.district_id,
        discussion=discussion,
        texts={language: words},
        language=language,
        **(wanted | options),
    )
