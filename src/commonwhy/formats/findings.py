"""What a file's rows got wrong, one finding at a time, in the same words whatever the format.

A finding names the place (file, line, column), what stood there, why it matters and, where one can be made, a guess at
what was meant. It never stops a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from commonwhy.formats.messages import Message, gettext_noop

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about one row. ``line`` is None where it concerns the whole file."""

    file: str
    line: int | None
    column: str
    value: str
    reason: Message
    guess: str = ""

    def as_dict(self, translate: Callable[[str], str] = gettext_noop) -> dict[str, str | int | None]:
        """For JSON and tables: plain text, a long value cut short."""
        value = self.value if len(self.value) <= _SHOWN else self.value[: _SHOWN - 1] + "…"
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "value": value,
            "reason": self.reason.text(translate),
            "guess": self.guess,
        }
