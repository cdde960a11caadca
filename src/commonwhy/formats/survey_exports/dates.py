"""Moments as survey makers write them, kept only as the Monday of their week.

A finer time, next to a log or a memory of who was at the computer, can say who answered; so it is read and let go here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

_YEAR_FIRST = re.compile(r"^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=$|[T\s])")
_YEAR_LAST = re.compile(r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?=$|[,T\s])")


def monday_of(text: str, *, day_first: bool = False) -> dt.date | None:
    """The Monday of the week in which ``text`` falls, or None where it is no date of this century.

    Reads ``2024-10-03 09:12:45``, ``2024/10/03 9:12:45 p. m. GMT-6``, ``10/3/2024 9:12`` and, with ``day_first``,
    ``3/10/2024 9:12``. The file's own clock is taken as it is: no time zone is worked out.
    """
    if match := _YEAR_FIRST.match(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _YEAR_LAST.match(text):
        first, second, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0
        month, day = (second, first) if day_first else (first, second)
    else:
        return None
    if not 2000 <= year < 2100:
        return None
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None
    return date - dt.timedelta(days=date.weekday())


def is_day_first(texts: Iterable[str], *, otherwise: bool) -> bool:
    """Whether dates like ``3/10/2024`` put the day first: some number above twelve tells, or else ``otherwise``."""
    for text in texts:
        if match := _YEAR_LAST.match(text):
            if int(match[1]) > 12:
                return True
            if int(match[2]) > 12:
                return False
    return otherwise
