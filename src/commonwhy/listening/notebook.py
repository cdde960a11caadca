"""The coach's notebook for "Ask three teachers", before there is an account or a district (I08).

What was noted lives in the browser's session only, for two weeks, until somebody keeps it in a district. Nothing else in
the room knows of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from dataclasses import asdict, astuple, dataclass
from typing import Any
from uuid import UUID, uuid4

KEY = "three_teachers"
KEY_OF_NOTEBOOK = "three_teachers_notebook"
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

    @property
    def mark(self) -> str:
        """Tells this note from the others of a notebook."""
        return hashlib.blake2b(repr(astuple(self)).encode(), digest_size=8).hexdigest()


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
    session.setdefault(KEY_OF_NOTEBOOK, str(uuid4()))
    if "_auth_user_id" not in session:
        session.set_expiry(LASTS_SECONDS)
    return True


def remove(session: Any, mark: str) -> None:
    """Strike the note with this mark. Pressed twice, the second press finds it gone and strikes no other."""
    notes = read(session)
    left = [note for note in notes if note.mark != mark]
    if len(left) < len(notes):
        session[KEY] = [asdict(note) for note in left]


def notebook_id(session: MutableMapping[str, Any]) -> UUID | None:
    """Which notebook this is, so that it is kept once however often keeping it is asked for."""
    known = session.get(KEY_OF_NOTEBOOK)
    return UUID(known) if known else None


def clear(session: Any) -> None:
    """Start a new notebook."""
    session.pop(KEY, None)
    session.pop(KEY_OF_NOTEBOOK, None)
