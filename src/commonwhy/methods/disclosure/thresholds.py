"""The smallest number of people a figure may speak of, and the one mark a reader sees instead of a hidden figure.

Ten people unless the district says otherwise. Staff may be told apart down to five; students and families never below
ten (METHODS 7, FIELD rule 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, Literal

DEFAULT_K: Final = 10
LARGEST_K: Final = 30


class Audience(Enum):
    """Whose answers a table is made of, as far as the threshold is concerned."""

    STAFF = "staff"
    STUDENTS = "students"
    FAMILIES = "families"
    OTHERS = "others"


class Mark(Enum):
    """What stands in a table where no number stands.

    HIDDEN carries no reason on purpose: a cell that was small and a cell that only protects another must look alike.
    NOT_ASKED is no secret: that group was never given that answer to choose.
    """

    HIDDEN = "hidden"
    NOT_ASKED = "not_asked"


HIDDEN: Final = Mark.HIDDEN
NOT_ASKED: Final = Mark.NOT_ASKED
HiddenMark = Literal[Mark.HIDDEN]


def smallest_k(audience: Audience) -> int:
    """The lowest threshold a district may choose for this audience.

    >>> smallest_k(Audience.STAFF), smallest_k(Audience.STUDENTS)
    (5, 10)
    """
    return 5 if audience is Audience.STAFF else 10


def check_k(k: int, audience: Audience) -> int:
    """Return k if a district may use it for this audience; raise ValueError otherwise."""
    least = smallest_k(audience)
    if isinstance(k, bool) or not isinstance(k, int) or not least <= k <= LARGEST_K:
        raise ValueError(f"For {audience.value} the smallest number shown is between {least} and {LARGEST_K}, not {k}.")
    return k


def k_for(audiences: Iterable[Audience], chosen: Mapping[Audience, int] | None = None) -> int:
    """The threshold of a table that mixes audiences: the strictest of theirs.

    `chosen` holds what the district chose; whoever is not in it has the default of 10.

    >>> k_for([Audience.STAFF], {Audience.STAFF: 5}), k_for([Audience.STAFF, Audience.STUDENTS], {Audience.STAFF: 5})
    (5, 10)
    """
    settings = chosen or {}
    found = [check_k(settings.get(audience, DEFAULT_K), audience) for audience in audiences]
    if not found:
        raise ValueError("A table needs at least one audience.")
    return max(found)
