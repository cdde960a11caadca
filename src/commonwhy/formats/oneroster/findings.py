"""What is wrong with a roster, told so that the person who exported it can put it right.

A finding names the file, the line, the column, the value and the reason, and where there is one the guess that was
acted on. Values are shown only as far as they help: never a password, a telephone number or anything from
demographics. A fault that repeats on every line is told a few times and then counted, so that a hundred thousand
findings stay readable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from commonwhy.formats.messages import Message, gettext_noop

_LONGEST_VALUE = 60


class Severity(StrEnum):
    """``error``: the row or file was not read. ``warning``: read, with a guess. ``notice``: read, worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


# How often one fault of one file is told before it is only counted. Rejected rows are named one by one.
_TOLD = {Severity.ERROR: 10_000, Severity.WARNING: 200, Severity.NOTICE: 5}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth telling. ``line`` counts physical lines from 1; ``rule`` is a stable name for the kind of fault."""

    file: str
    line: int | None
    column: str
    value: str
    message: Message
    guess: str
    severity: Severity
    rule: str

    @property
    def reason(self) -> str:
        """The reason in English; ``message.text(gettext)`` gives it in the reader's language."""
        return str(self.message)

    def as_dict(self) -> dict[str, object]:
        """The finding for JSON."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
            "guess": self.guess,
            "severity": self.severity.value,
            "rule": self.rule,
        }


@dataclass(slots=True)
class Findings:
    """Findings as they come up, repeated ones counted. Iterating gives them by file and line."""

    told: list[Finding] = field(default_factory=list)
    times: Counter[tuple[str, str, Severity]] = field(default_factory=Counter)

    def add(
        self,
        rule: str,
        severity: Severity,
        template: str,
        *,
        file: str,
        line: int | None = None,
        column: str = "",
        value: str = "",
        guess: str = "",
        **words: object,
    ) -> None:
        """Tell one thing; past the limit for its kind it is only counted."""
        words |= {"file": file, "line": line, "column": shorten(column), "value": shorten(value), "guess": guess}
        self.tell(rule, severity, Message(template, words), file=file, line=line, column=column, value=value, guess=guess)

    def tell(
        self,
        rule: str,
        severity: Severity,
        message: Message,
        *,
        file: str,
        line: int | None = None,
        column: str = "",
        value: str = "",
        guess: str = "",
    ) -> None:
        """The same with a sentence that is ready."""
        key = (file, rule, severity)
        self.times[key] += 1
        if self.times[key] <= _TOLD[severity]:
            self.told.append(Finding(file, line, shorten(column), shorten(value), message, guess, severity, rule))

    def __iter__(self) -> Iterator[Finding]:
        order = {file: place for place, file in enumerate(dict.fromkeys(finding.file for finding in self.told))}
        yield from sorted(self.told, key=lambda finding: (order[finding.file], finding.line or 0))
        for (file, rule, severity), times in self.times.items():
            if times > _TOLD[severity]:
                more = Message(gettext_noop("%(count)s more like this in this file."), {"count": times - _TOLD[severity]})
                yield Finding(file, None, "", "", more, "", severity, rule)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def shorten(value: str) -> str:
    """A value as it may be shown: one line, not long."""
    text = " ".join(value.split())
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def masked_email(value: str) -> str:
    """Enough of a broken address to find it, and nothing of a telephone number that slipped into its column."""
    if sum(character.isdigit() for character in value) > 4:
        return "…"
    name, at, domain = value.partition("@")
    return shorten(name[:2] + "…" + at + domain)
