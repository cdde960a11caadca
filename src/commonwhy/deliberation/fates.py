"""What became of a statement, told to whoever wrote it and to whoever asks: rooms below say where they lean on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from commonwhy.core.slots import Slot
from commonwhy.deliberation.models import Statement


@dataclass(frozen=True)
class Fate:
    """One thing that a statement became part of: what it is ("a sentence of the shared vision"), its words in the reader's
    language, and the address where anyone may read it; empty where it is not public."""

    what: Any
    words: str = ""
    url: str = ""


fates: Slot[Callable[[Statement], Sequence[Fate]]] = Slot("fates of statements")
"""Functions from a statement to what leans on it that its author may know: nothing that is a draft only the district sees."""


def fates_of(statement: Statement) -> list[Fate]:
    """Everything that became of a statement, room by room."""
    return [fate for told in fates for fate in told(statement)]
