"""What is wrong with a file's rows, kept within bounds: the first ones in full, every one of them counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from commonwhy.formats.findings import Finding
from commonwhy.formats.messages import Message

MOST_KEPT = 200


@dataclass(slots=True)
class Findings:
    """Findings of one or several files. `kept` are the first 200; `counts` tells how often each sentence was needed."""

    kept: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.counts.total()

    def add(self, file: str, line: int | None, column: str, value: str, template: str, **words: object) -> None:
        """One more; `template` is the sentence (see `formats.messages`)."""
        self.counts[template] += 1
        if len(self.kept) < MOST_KEPT:
            self.kept.append(Finding(file, line, column, value, Message(template, words)))
