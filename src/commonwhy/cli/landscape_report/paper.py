"""The report on paper: a PDF that a screen reader can read too (PDF/UA-1), from a template and the report's figures.

A board reads the first statements of each list; statements.csv has all of them.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from commonwhy.cli.landscape_report import drawing, sentences
from commonwhy.cli.landscape_report.lists import (
    Table,
    group_name,
    groups_table,
    in_list,
    representative_table,
    statements_table,
    too_few_table,
)
from commonwhy.cli.landscape_report.measured import Measured
from commonwhy.cli.landscape_report.page import HEADINGS
from commonwhy.core import typesetting
from commonwhy.methods.opinion.result import Outcome

_SHOWN = {Outcome.SHARED: 25, Outcome.DIVIDED: 25, Outcome.NOT_ENOUGH_VOTES: 15}
_MOST_COLUMNS = 7


def pdf(measured: Measured, drawn: dict[str, str]) -> bytes:
    """The PDF. Raises OSError when it cannot be made."""
    template = (files(__package__) / "paper.typ").read_bytes()
    return typesetting.pdf(template, _content(measured, drawn), {"map.svg": drawn["wide"]} if drawn else {})


def _content(measured: Measured, drawn: dict[str, str]) -> dict[str, Any]:
    sections = []
    for outcome, most in _SHOWN.items():
        found = in_list(measured, outcome)
        shown, left = found[:most], len(found) - most
        if outcome is Outcome.NOT_ENOUGH_VOTES:
            table = too_few_table(measured, shown)
        else:
            table = statements_table(measured, shown, most_columns=_MOST_COLUMNS)
        more = f"And {left:,} more, in statements.csv." if left > 0 else ""
        opening = sentences.opening(measured, outcome)
        sections.append({"heading": HEADINGS[outcome], "text": opening, "more": more, **_table(table)})
    groups = [
        {
            "heading": f"{group_name(group.number)}, {group.n:,} people: what tells them from the others",
            "text": "",
            "more": "",
            **_table(representative_table(measured, group.number)),
        }
        for group in measured.landscape.groups
        if group.representative
    ]
    known = [*sentences.statistics(measured), *(("Note", text) for text in sentences.notes(measured))]
    known += sentences.settings(measured)
    return {
        "title": sentences.title(measured),
        "finding": sentences.finding(measured),
        "counted": sentences.counted(measured),
        "sections": sections,
        "map": drawing.description(measured) if drawn else "",
        "map_heading": drawing.TITLE,
        "map_table": _table(groups_table(measured)),
        "groups": groups,
        "known": [{"name": name, "text": text} for name, text in known],
    }


def _table(table: Table) -> dict[str, Any]:
    return {"heads": table.heads if table.rows else [], "rows": table.rows}
