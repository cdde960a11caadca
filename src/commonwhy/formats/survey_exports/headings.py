"""From the heading rows of an export to one question, and one row of a grid or one option, per column.

Each maker spreads a grid over columns in its own way: Google writes ``Question [row]``, Qualtrics ``Question - row``
under codes like ``Q3_1``, SurveyMonkey puts the row in a second heading row and leaves the first blank after the first
column of the question, Microsoft prints the row alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from commonwhy.formats.survey_exports.vocabulary import SURVEYMONKEY_IDS, SURVEYMONKEY_SINGLE, plain

_BRACKETED = re.compile(r"^(?P<question>.*\S)\s*\[(?P<row>[^\[\]]+)\]\s*$", re.DOTALL)
_QUALTRICS_PART = re.compile(r"^(?P<base>.+?)(?:#\d+)?_(?P<row>x?\d+)(?P<text>_TEXT)?$")
_SELECTED = re.compile(r"\s+-\s+(Selected Choice|Opción seleccionada|Elección seleccionada)(?=\s+-\s+|$)")
_DASH = " - "
_MAX_HEADER = 4_000


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading. ``shared`` tells columns of one question from those that only look alike."""

    index: int
    text: str
    question: str
    row: str = ""
    code: str = ""
    shared: str = ""


def tidy(text: str) -> str:
    """A heading on one line, without the marks and hard spaces that exports put in."""
    return " ".join(text[:_MAX_HEADER].replace("\u200b", "").split())


def single_headings(cells: Sequence[str]) -> tuple[Heading, ...]:
    """One heading row; ``Question [row]`` is a grid where two columns or more share the question."""
    found = []
    for index, cell in enumerate(cells):
        text = tidy(cell)
        match = _BRACKETED.match(text)
        if match:
            question = match["question"]
            found.append(Heading(index, text, question, match["row"].strip(), shared=plain(question)))
        else:
            found.append(Heading(index, text, text))
    return _only_real_grids(found)


def qualtrics_headings(codes: Sequence[str], texts: Sequence[str], imports: Sequence[str]) -> tuple[Heading, ...]:
    """Codes (``Q3_1``), question texts (``Question - row``) and, in a third row, ``{"ImportId":"QID3_1"}``."""
    found = []
    for index, cell in enumerate(codes):
        code = tidy(cell)
        text = tidy(texts[index]) if index < len(texts) else ""
        text = _SELECTED.sub("", text) or code
        part = _QUALTRICS_PART.match(code) or _QUALTRICS_PART.match(import_id(imports[index : index + 1]))
        is_part = part is not None and not part["text"] and _DASH in text
        found.append(Heading(index, text, text, code=code, shared=plain(part["base"]) if part and is_part else ""))
    groups: dict[str, list[Heading]] = {}
    for heading in found:
        if heading.shared:
            groups.setdefault(heading.shared, []).append(heading)
    for members in groups.values():
        if len(members) < 2:
            continue
        stem = _common_stem([heading.text for heading in members])
        for heading in members:
            row = heading.text[len(stem) + len(_DASH) :] if stem else ""
            if row:
                found[heading.index] = replace(heading, question=stem, row=row)
    return _only_real_grids(found)


def import_id(cells: Sequence[str]) -> str:
    """Qualtrics' own name of a column, out of its third heading row."""
    try:
        value = json.loads(cells[0]) if cells else {}
    except (ValueError, RecursionError):
        return ""
    return str(value.get("ImportId", ""))[:200] if isinstance(value, dict) else ""


def surveymonkey_headings(above: Sequence[str], below: Sequence[str]) -> tuple[Heading, ...]:
    """Questions above, rows or options below; a blank above repeats the question to its left."""
    found = []
    question = ""
    count = 0
    for index in range(max(len(above), len(below))):
        top = tidy(above[index]) if index < len(above) else ""
        part = tidy(below[index]) if index < len(below) else ""
        if top:
            question, count = top, count + 1
            if plain(top) in SURVEYMONKEY_IDS and not part:
                found.append(Heading(index, top, top))
                question = ""
                continue
        if not top and not part:
            # Nothing above and nothing below: an empty column, which belongs to no question.
            found.append(Heading(index, "", ""))
            continue
        if not part or plain(part) in SURVEYMONKEY_SINGLE:
            found.append(Heading(index, question or part, question or part))
        else:
            text = f"{question} [{part}]" if question else part
            found.append(Heading(index, text, question or part, part if question else "", shared=f"{count} {question}"))
    return tuple(found)


def _only_real_grids(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """A lone ``Question [row]`` is a question that ends in brackets."""
    sizes: dict[str, int] = {}
    for heading in headings:
        if heading.row:
            sizes[heading.shared] = sizes.get(heading.shared, 0) + 1
    return tuple(
        heading if heading.row and sizes[heading.shared] > 1 else replace(heading, question=heading.text, row="", shared="")
        for heading in headings
    )


def _common_stem(texts: Sequence[str]) -> str:
    """What all texts say before a dash: ``How sure are you? - I can plan`` and its like give ``How sure are you?``."""
    stems = [text.split(_DASH) for text in texts]
    shared: list[str] = []
    for pieces in zip(*stems, strict=False):
        if len(set(pieces)) > 1:
            break
        shared.append(pieces[0])
    longest = min(len(pieces) for pieces in stems) - 1
    return _DASH.join(shared[:longest])
