"""The report on paper: a PDF that a screen reader can read too (PDF/UA-1), from a template and the report's figures.

How words become type is said in `core.typesetting`. A character that no font here can show becomes a box there; the page
and the JSON keep it.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from commonwhy.cli.gap_report import page, sentences
from commonwhy.cli.gap_report.measured import Measured
from commonwhy.core import typesetting

_MOST_COLUMNS = 9
_MOST_PAIRS = 66  # of 12 groups; all of them are in gap.json


def pdf(measured: Measured, drawn: page.Charts) -> bytes:
    """The PDF. Raises OSError when it cannot be made."""
    template = (files(__package__) / "paper.typ").read_bytes()
    return typesetting.pdf(template, _content(measured, drawn), {f"{name}.svg": each["wide"] for name, each in drawn.items()})


def _content(measured: Measured, drawn: page.Charts) -> dict[str, Any]:
    titles = page.chart_titles(measured)
    sections = []
    for name in drawn:
        heads, rows = page.meanings_rows(measured) if name == "meanings" else page.words_rows(measured)
        wide = len(heads) > _MOST_COLUMNS
        sections.append(
            {
                "heading": "Who holds which meaning" if name == "meanings" else "What each group speaks of",
                "title": titles[name],
                "picture": f"{name}.svg",
                "description": titles[name] + ". Its figures are in gap.json." if wide else titles[name] + ".",
                "heads": [] if wide else heads,
                "rows": [] if wide else rows,
            }
        )
    heads, rows = page.side_by_side_rows(measured)
    if rows:
        sections.append(_section("Side by side, most alike first", heads, rows))
    heads, rows = page.pairs_rows(measured)
    tables = [_section("Every two groups", heads, rows)] if 0 < len(rows) <= _MOST_PAIRS else []
    known = [{"name": name, "text": text} for name, text in sentences.statistics(measured)]
    known += [{"name": "Note", "text": text} for text in sentences.warnings(measured)]
    known += [{"name": str(name), "text": str(value)} for name, value in measured.report.method.items()]
    answers = measured.answers
    return {
        "title": measured.title,
        "about": f"{answers.file}: {answers.text_column}, by {answers.by_column}"
        + (f", within {answers.within_column}" if answers.within_column else ""),
        "finding": measured.finding,
        "counted": sentences.counted(measured),
        "more": sentences.more_needed(measured),
        "sections": sections,
        "tables": tables,
        "quotes": [{"words": words, "whose": whose} for words, whose in page.quotes(measured)],
        "known": known,
    }


def _section(heading: str, heads: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"heading": heading, "title": "", "picture": "", "description": "", "heads": heads, "rows": rows}
