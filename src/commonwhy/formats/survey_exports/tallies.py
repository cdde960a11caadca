"""How often something was seen before, in a file of any size, without keeping what it was.

Only salted digests are kept; past a hundred thousand they move to a temporary database on disk that ends with the
reading, so that memory stays flat on a file of millions of rows.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3

_IN_MEMORY = 100_000


class Tally:
    """Counts texts. The salt is drawn afresh each time, so nothing kept here means anything elsewhere."""

    def __init__(self, *, in_memory: int = _IN_MEMORY) -> None:
        self._salt = secrets.token_bytes(16)
        self._few: dict[bytes, int] = {}
        self._in_memory = in_memory
        self._many: sqlite3.Connection | None = None

    def add(self, text: str) -> int:
        """Count ``text``; the number of times it had been seen before."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=16).digest()
        if self._many is None:
            before = self._few.get(digest, 0)
            self._few[digest] = before + 1
            if len(self._few) >= self._in_memory:
                self._move_to_disk()
            return before
        (count,) = self._many.execute(
            "INSERT INTO seen VALUES (?, 1) ON CONFLICT (digest) DO UPDATE SET count = count + 1 RETURNING count",
            (digest,),
        ).fetchone()
        return int(count) - 1

    def close(self) -> None:
        """Forget everything."""
        self._few = {}
        if self._many is not None:
            self._many.close()
            self._many = None

    def _move_to_disk(self) -> None:
        self._many = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._many.execute("PRAGMA journal_mode = OFF")
        self._many.execute("PRAGMA synchronous = OFF")
        self._many.execute("PRAGMA cache_size = -16000")
        self._many.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID")
        self._many.execute("BEGIN")
        self._many.executemany("INSERT INTO seen VALUES (?, ?)", self._few.items())
        self._few = {}
