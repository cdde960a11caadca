"""The landscape in a few lines on a terminal: shared ground first, then what divides and whom, then what too few have seen."""

from __future__ import annotations

import re
import textwrap

from commonwhy.cli.landscape_report import sentences
from commonwhy.cli.landscape_report.lists import agreeing, apart, in_list, shared
from commonwhy.cli.landscape_report.measured import Measured
from commonwhy.methods.opinion.result import Mode, Outcome, StatementFigures

_WIDTH = 96
_LONGEST = 160
_SHOWN = 5
# People's words may hold anything; a terminal obeys some of it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def summary(measured: Measured) -> str:
    """The finding, on what it stands, the lists' first statements, and what to look at."""
    parts = [sentences.finding(measured), sentences.counted(measured)]
    for outcome, heading in (
        (Outcome.SHARED, "Shared ground"),
        (Outcome.DIVIDED, "What divides people"),
        (Outcome.NOT_ENOUGH_VOTES, "What too few have seen"),
    ):
        listed = in_list(measured, outcome)
        parts += ["", f"{heading}: {sentences.opening(measured, outcome)}"]
        for one in listed[:_SHOWN]:
            parts += [f"  “{_cut(measured.text(one.statement))}”", f"    {_figures(measured, one)}"]
        if len(listed) > _SHOWN:
            parts.append(f"  and {len(listed) - _SHOWN:,} more; --out DIR lists them")
    still_open = len(in_list(measured, Outcome.OPEN))
    if still_open:
        parts += ["", f"Open: {sentences.opening(measured, Outcome.OPEN)}"]
    parts += ["", *(f"{name}: {text}" for name, text in sentences.statistics(measured))]
    parts += [sentences.flag_sentence(flag) for flag in measured.landscape.flags]
    return "\n".join(_wrapped(_CONTROL.sub(" ", part)) for part in parts).strip()


def _figures(measured: Measured, one: StatementFigures) -> str:
    if one.outcome is Outcome.NOT_ENOUGH_VOTES:
        return f"{one.counts.agree} agree, {one.counts.disagree} disagree, {one.counts.passed} pass (n = {one.counts.n})"
    if one.outcome is Outcome.DIVIDED and len(one.by_group) > 1 and any(each.n for each in one.by_group):
        most, least = apart(one)
        return (
            f"agree: group {most + 1} {agreeing(one.by_group[most])}, group {least + 1} {agreeing(one.by_group[least])}; "
            f"everybody {agreeing(one.counts)}"
        )
    name = "consensus" if measured.landscape.mode is Mode.POLIS else "at least"
    return f"agree: {agreeing(one.counts)}; {name} {shared(measured, one)}"


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _wrapped(part: str) -> str:
    indent = " " * (len(part) - len(part.lstrip()))
    return textwrap.fill(part.strip(), _WIDTH, initial_indent=indent, subsequent_indent=indent) if part.strip() else ""
