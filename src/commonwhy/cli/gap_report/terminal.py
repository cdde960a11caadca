"""The gap in a dozen lines on a terminal."""

from __future__ import annotations

import re
import textwrap

from commonwhy.cli.gap_report import sentences
from commonwhy.cli.gap_report.measured import Measured

_WIDTH = 96
_LONGEST = 200
# People's words may hold anything; a terminal obeys some of it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def summary(measured: Measured) -> str:
    """The finding, on what it stands, who says what, and what to do next."""
    report = measured.report
    parts = [measured.finding, sentences.counted(measured), ""]
    if len(report.meanings) > 1:
        for meaning in report.meanings:
            parts.append(f"{meaning.id}. {', '.join(meaning.words) or 'no word sets it apart'} ({meaning.n} answers)")
            parts.append("   " + ", ".join(f"{each.name} {sentences.percent(each.share)}" for each in meaning.by_group))
            parts += [f"   “{_cut(quote)}”" for quote in meaning.quotes[:1]]
    for group in measured.speaks:
        if group.words:
            parts.append(f"{group.name} speak more of " + ", ".join(f"{use.word} ({use.n} of {group.n})" for use in group.words))
            parts += [f"   “{_cut(quote)}”" for quote in measured.telling[group.name][:1]]
    if report.side_by_side:
        alike, apart = report.side_by_side[0], report.side_by_side[-1]
        for name, pair in (("Most alike", alike), ("Least alike", apart)):
            parts += [
                f"{name} ({pair.similarity:.2f}):",
                f"   {pair.group_a}: “{_cut(pair.a)}”",
                f"   {pair.group_b}: “{_cut(pair.b)}”",
            ]
    parts += ["", *(f"{name}: {text}" for name, text in sentences.statistics(measured))]
    parts += [sentences.more_needed(measured), *sentences.warnings(measured)]
    lines = [_wrapped(_CONTROL.sub(" ", part)) for part in parts]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _wrapped(part: str) -> str:
    indent = " " * (len(part) - len(part.lstrip()))
    return textwrap.fill(part.strip(), _WIDTH, initial_indent=indent, subsequent_indent=indent) if part.strip() else ""
