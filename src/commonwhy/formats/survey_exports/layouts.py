"""Which survey maker a file came from, where its answers begin, and how sure that is.

Only the beginning of the file is read. What is found is enough to guess a mapping and to show it; the rest of the file
waits until someone has looked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from commonwhy.formats.delimited import Row
from commonwhy.formats.encoded_text import Limits, Note
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop
from commonwhy.formats.survey_exports.headings import (
    Heading,
    qualtrics_headings,
    single_headings,
    surveymonkey_headings,
    tidy,
)
from commonwhy.formats.survey_exports.tables import SURVEY_LIMITS, opened_table
from commonwhy.formats.survey_exports.vocabulary import (
    GOOGLE_TIMESTAMP,
    MICROSOFT_END,
    MICROSOFT_ID,
    MICROSOFT_START,
    QUALTRICS_IDS,
    SURVEYMONKEY_IDS,
    plain,
)

_HEAD_ROWS = 500
_HEAD_CELLS = 300_000
_HEAD_CHARS = 4_000_000
_TITLE_ROWS = 5


class Vendor(StrEnum):
    """Who made the file."""

    GOOGLE_FORMS = "google_forms"
    MICROSOFT_FORMS = "microsoft_forms"
    QUALTRICS = "qualtrics"
    SURVEYMONKEY = "surveymonkey"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are in one file. ``confidence`` runs from 0 to 1 and ``why`` says it in a sentence.

    ``head`` holds the first rows of answers, never more than a few megabytes. ``fingerprint`` changes when the
    headings do, so that a mapping made for one file is not used on another by mistake.
    """

    file: str
    vendor: Vendor
    container: str
    delimiter: str
    sheet: str
    headings: tuple[Heading, ...]
    last_header_line: int
    head: tuple[Row, ...]
    confidence: float
    why: Message
    notes: tuple[Note, ...] = ()
    fingerprint: str = ""

    def as_dict(self, translate: Callable[[str], str] = gettext_noop) -> dict[str, str | int | float]:
        """Plain JSON about the file, without anything that anyone answered."""
        return {
            "file": self.file,
            "vendor": str(self.vendor),
            "container": self.container,
            "confidence": self.confidence,
            "why": self.why.text(translate),
            "columns": len(self.headings),
            "fingerprint": self.fingerprint,
        }


def recognise(source: Path | BinaryIO, name: str | None = None, *, limits: Limits = SURVEY_LIMITS) -> Layout:
    """What ``source`` (a path, or a seekable stream that is left at its start) is, from its first rows.

    Raises ``UnreadableFile`` for what is no table at all. A table that nobody is known to make is ``Vendor.PLAIN``.
    """
    name = name or (source.name if isinstance(source, Path) else "file")
    with opened_table(source, name=name, limits=limits) as table:
        first = list(islice(table, _TITLE_ROWS + 4))
        start = _header_start(first)
        rows = first[start:]
        if not rows or not any(tidy(cell) for cell in rows[0].cells):
            raise UnreadableFile(
                Message(
                    gettext_noop(
                        "“%(file)s” has no headings. The first row must say what each column is; add them and try again."
                    ),
                    {"file": name},
                ),
                file=name,
            )
        vendor, header_rows, confidence, why = _vendor(rows)
        headings = _headings(vendor, [row.cells for row in rows[:header_rows]])
        head = tuple(_bounded(rows[header_rows:], table, len(headings)))
        notes = table.notes
        return Layout(
            file=name,
            vendor=vendor,
            container=table.container,
            delimiter=table.delimiter,
            sheet=table.sheet,
            headings=headings,
            last_header_line=rows[min(header_rows, len(rows)) - 1].line,
            head=head,
            confidence=confidence,
            why=why,
            notes=notes,
            fingerprint=_fingerprint(vendor, headings),
        )


def _header_start(rows: Sequence[Row]) -> int:
    """Past a title that someone typed above the table: rows of one cell before a row of several."""
    widths = [sum(1 for cell in row.cells if cell.strip()) for row in rows]
    start = next((index for index, width in enumerate(widths[: _TITLE_ROWS + 1]) if width > 2), 0)
    return start if all(width == 1 for width in widths[:start]) else 0


def _vendor(rows: Sequence[Row]) -> tuple[Vendor, int, float, Message]:
    names = [plain(cell) for cell in rows[0].cells]
    second = rows[1].cells if len(rows) > 1 else []
    third = rows[2].cells if len(rows) > 2 else []
    codes = [name.replace(" ", "") if name not in QUALTRICS_IDS else name for name in names]
    known = sum(code in QUALTRICS_IDS for code in codes)
    if any('"ImportId"' in cell for cell in third):
        why = gettext_noop("The third row carries Qualtrics' own column names.")
        return Vendor.QUALTRICS, 3, 0.99, Message(why)
    if any('"ImportId"' in cell for cell in second):
        why = gettext_noop("A row of Qualtrics' own column names was found; the row of question texts is missing.")
        return Vendor.QUALTRICS, 2, 0.9, Message(why)
    if known >= 4 and {"finished", "progress", "responseid", "status"} & set(codes):
        header_rows = 2 if _is_spelled_out(codes, second) else 1
        why = gettext_noop("The first columns are those of Qualtrics.")
        return Vendor.QUALTRICS, header_rows, 0.85, Message(why)
    ids = [SURVEYMONKEY_IDS.get(name, "") for name in names]
    if "respondent" in ids and sum(map(bool, ids)) >= 3:
        blank_below = all(not second[index].strip() for index, kind in enumerate(ids[: len(second)]) if kind)
        if second and blank_below:
            why = gettext_noop("The first columns are those of SurveyMonkey, and its second row of headings is there.")
            return Vendor.SURVEYMONKEY, 2, 0.97, Message(why)
        why = gettext_noop("The first columns are those of SurveyMonkey, with one row of headings.")
        return Vendor.SURVEYMONKEY, 1, 0.8, Message(why)
    if len(names) > 2 and names[0] in MICROSOFT_ID and names[1] in MICROSOFT_START and names[2] in MICROSOFT_END:
        why = gettext_noop("It begins with the columns of Microsoft Forms: ID, start time, completion time.")
        return Vendor.MICROSOFT_FORMS, 1, 0.98, Message(why)
    if names[0] in GOOGLE_TIMESTAMP:
        why = gettext_noop("It begins with Google Forms' column “%(column)s”.")
        return Vendor.GOOGLE_FORMS, 1, 0.95, Message(why, {"column": tidy(rows[0].cells[0])})
    filled = [name for name in names if name]
    if len(filled) < len(names) / 2 or len(set(filled)) < len(filled) or _looks_like_answers(filled):
        why = gettext_noop(
            "The first row was taken for headings, but it may not be: some are blank, repeated, or look like answers."
        )
        return Vendor.PLAIN, 1, 0.3, Message(why)
    return Vendor.PLAIN, 1, 0.6, Message(gettext_noop("A plain table: the first row was taken for headings."))


def _headings(vendor: Vendor, rows: Sequence[Sequence[str]]) -> tuple[Heading, ...]:
    if vendor is Vendor.QUALTRICS:
        imports = next((row for row in rows if any('"ImportId"' in cell for cell in row)), [])
        texts = rows[1] if len(rows) > 1 and rows[1] is not imports else []
        return qualtrics_headings(rows[0], texts, imports)
    if vendor is Vendor.SURVEYMONKEY and len(rows) == 2:
        return surveymonkey_headings(rows[0], rows[1])
    return single_headings(rows[0])


def _is_spelled_out(codes: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second row says the first again in words, as ``Response ID`` under ``ResponseId``."""
    pairs = [(code, plain(text).replace(" ", "")) for code, text in zip(codes, second, strict=False) if code]
    return sum(code == text for code, text in pairs if code in QUALTRICS_IDS) >= 2


def _looks_like_answers(names: Sequence[str]) -> bool:
    return sum(name.replace(".", "").replace("/", "").replace(":", "").isdigit() for name in names) > len(names) / 3


def _bounded(first: Sequence[Row], rest: Iterator[Row], columns: int) -> Iterator[Row]:
    """The first rows of answers, as many as fit in a bounded space."""
    most = min(_HEAD_ROWS, max(20, _HEAD_CELLS // max(1, columns)))
    chars = 0
    for count, row in enumerate((*first, *islice(rest, max(0, most - len(first)))), start=1):
        chars += sum(map(len, row.cells))
        if count > most or (chars > _HEAD_CHARS and count > 1):
            return
        yield row


def _fingerprint(vendor: Vendor, headings: Sequence[Heading]) -> str:
    text = "\x1f".join((vendor, *(heading.text for heading in headings)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
