"""The coach's notebook for "Ask three teachers", before there is an account or a district (I08).

What was noted lives in the browser's session only, for two weeks, until somebody keeps it in a district. Nothing else in
the room knows of it.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

KEY = "three_teachers"
LASTS_SECONDS = 14 * 24 * 3600
MOST_NOTES = 19
"""Above this it is no longer a look side by side but a survey (METHODS 4.7)."""
ENOUGH_TO_COMPARE = 3


@dataclass(frozen=True)
class NotedAnswer:
    """One answer as it was written down."""

    words: str
    kind: str
    school: str
    language: str
    may_quote: bool


def read(session: MutableMapping[str, Any]) -> list[NotedAnswer]:
    """What this browser has noted so far."""
    return [NotedAnswer(**note) for note in session.get(KEY, [])]


def add(session: Any, note: NotedAnswer) -> bool:
    """Note one more answer; False when the notebook is full. The same note sent twice stays one."""
    notes = read(session)
    if note in notes:
        return True
    if len(notes) >= MOST_NOTES:
        return False
    session[KEY] = [asdict(one) for one in (*notes, note)]
    if "_auth_user_id" not in session:
        session.set_expiry(LASTS_SECONDS)
    return True


def remove(session: Any, position: int) -> None:
    """Strike the note at `position` (from 0); a position that is not there changes nothing."""
    notes = [asdict(one) for one in read(session)]
    if 0 <= position < len(notes):
        del notes[position]
        session[KEY] = notes


def clear(session: Any) -> None:
    session.pop(KEY, None)
