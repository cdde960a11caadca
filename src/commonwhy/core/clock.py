"""Who acts when a date has come: nobody at a keyboard, the installation itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Clock:
    """Stands where an account would: in the audit, and as whoever started a job. No account ever has this id."""

    pk: UUID = NOBODY

    def __str__(self) -> str:
        return "CommonWhy"


CLOCK = Clock()
