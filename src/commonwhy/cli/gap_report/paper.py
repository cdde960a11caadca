"""The report on paper: a PDF that a screen reader can read too (PDF/UA-1), from a template and the report's figures.

People's words go in as data, never as markup. A character that no font here can show becomes a box, because the standard
forbids a character that cannot be read; the page and the JSON keep it.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from importlib.resources import files
from pathlib import Path
from typing import Any

from commonwhy.cli.gap_report import page, sentences
from commonwhy.cli.gap_report.measured import Measured

_BOX = "□"
_UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_MOST_TRIES = 8
_MOST_COLUMNS = 9
_MOST_PAIRS = 66  # of 12 groups; all of them are in gap.json


def pdf(measured: Measured, drawn: page.Charts) -> bytes:
    """The PDF. Raises OSError when it cannot be made."""
    import typst

    content = _content(measured, drawn)
    unshown: set[str] = set()
    with tempfile.TemporaryDirectory() as room:
        here = Path(room)
        (here / "paper.typ").write_bytes((files(__package__) / "paper.typ").read_bytes())
        for tried in range(_MOST_TRIES):
            plain = _replaced(content, unshown, every_rare=tried >= _MOST_TRIES // 2)
            (here / "report.json").write_text(json.dumps(plain), encoding="utf-8")
            for name, picture in drawn.items():
                shown = _shown(picture["wide"], unshown, every_rare=tried >= _MOST_TRIES // 2)
                (here / f"{name}.svg").write_text(shown, encoding="utf-8")
            try:
                made: bytes = typst.compile(here / "paper.typ", root=here, format="pdf", pdf_standards=["ua-1"])
            except typst.TypstError as problem:
                found = _UNSHOWN.findall(str(problem))
                if not found:
                    raise OSError(f"the PDF could not be made: {str(problem)[:300]}") from problem
                unshown |= {char for text in found for char in text}
            else:
                return made
    raise OSError("the PDF could not be made: too many characters no font here can show")


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


def _replaced(value: Any, unshown: set[str], *, every_rare: bool) -> Any:
    """Every string of `value` without the characters that cannot be shown."""
    if isinstance(value, str):
        return _shown(value, unshown, every_rare=every_rare)
    if isinstance(value, dict):
        return {key: _replaced(each, unshown, every_rare=every_rare) for key, each in value.items()}
    return [_replaced(each, unshown, every_rare=every_rare) for each in value] if isinstance(value, list) else value


def _shown(text: str, unshown: set[str], *, every_rare: bool) -> str:
    return "".join(_one(char, unshown, every_rare) for char in text)


def _one(char: str, unshown: set[str], every_rare: bool) -> str:
    if char in "\n\t ":
        return char
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return ""
    rare = every_rare and ord(char) > 0x24F and not 0x2000 <= ord(char) <= 0x22FF and char != _BOX
    return _BOX if char in unshown or rare else char
