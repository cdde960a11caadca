"""What an import would do, found out before anything is written.

The incoming records are compared with the digests on record. What differs is set aside in a temporary file that has
no name and is gone when it is closed; the import then applies only that, in one short transaction, while people go on
answering surveys.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import TracebackType
from typing import Generic, Protocol, TypeVar, cast

from commonwhy.formats.oneroster.records import Status

_BATCH = 1_000
_IN_MEMORY = 4_000_000


class Record(Protocol):
    """What can be compared: organizations and people."""

    @property
    def sourced_id(self) -> str: ...

    @property
    def status(self) -> Status: ...

    def digest(self) -> str: ...


R = TypeVar("R", bound=Record)


class _Spool(Generic[R]):
    """Records set aside, read back in batches as often as wanted."""

    def __init__(self) -> None:
        self.count = 0
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the stage
        self._batch: list[R] = []

    def put(self, record: R) -> None:
        self.count += 1
        self._batch.append(record)
        if len(self._batch) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._batch:
            pickle.dump(self._batch, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._batch = []

    def batches(self) -> Iterator[list[R]]:
        self._flush()
        self._file.seek(0)
        while True:
            try:
                batch = cast("list[R]", pickle.load(self._file))  # noqa: S301 - written by this process just above
            except EOFError:
                return
            yield batch

    def close(self) -> None:
        self._file.close()


class Staged(Generic[R]):
    """The differences: use in a ``with``. Numbers first, then batches of at most 1,000 to apply."""

    def __init__(self) -> None:
        self._added: _Spool[R] = _Spool()
        self._changed: _Spool[R] = _Spool()
        self.ended: list[str] = []
        self.unchanged = 0

    @property
    def counts(self) -> dict[str, int]:
        """Added, changed, ended, unchanged."""
        return {
            "added": self._added.count,
            "changed": self._changed.count,
            "ended": len(self.ended),
            "unchanged": self.unchanged,
        }

    def added(self) -> Iterator[list[R]]:
        """Records that are not on record, in batches."""
        return self._added.batches()

    def changed(self) -> Iterator[list[R]]:
        """Records that differ from what is on record, in batches."""
        return self._changed.batches()

    def close(self) -> None:
        """Forget what was set aside."""
        self._added.close()
        self._changed.close()

    def __enter__(self) -> Staged[R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def compare(
    existing: Mapping[str, str],
    incoming: Iterable[R],
    *,
    absent_have_left: bool = False,
    keep: AbstractSet[str] = frozenset(),
    complete: Callable[[R], R | None] | None = None,
) -> Staged[R]:
    """Compare incoming records with the digests on record.

    existing: sourcedId to ``digest()`` of everybody who is active on record.
    absent_have_left: for a whole bulk file, whose ids on record that do not come in are ended, except ``keep``.
    complete: fills a partial record of a delta from what is on record; None for one that cannot be filled, which is
    then left out. Without it partial records count as changed.

    An ended record ends what is on record and is nothing otherwise. Same input, same stage: applied twice, the second
    stage has nothing but ``unchanged``.
    """
    staged: Staged[R] = Staged()
    seen: set[str] = set()
    ended: dict[str, None] = {}
    try:
        for record in incoming:
            sourced_id = record.sourced_id
            if record.status is Status.ENDED:
                if sourced_id in existing:
                    ended[sourced_id] = None
                continue
            full = complete(record) if complete and getattr(record, "partial", False) else record
            digest = existing.get(sourced_id)
            if digest is not None:
                seen.add(sourced_id)
            if full is None:
                continue
            if digest is None:
                staged._added.put(full)
            elif digest == full.digest():
                staged.unchanged += 1
            else:
                staged._changed.put(full)
        if absent_have_left:
            ended.update(
                dict.fromkeys(sourced_id for sourced_id in existing if sourced_id not in seen and sourced_id not in keep)
            )
        staged.ended = list(ended)
    except BaseException:
        staged.close()
        raise
    return staged
