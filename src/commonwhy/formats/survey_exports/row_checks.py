"""Which rows of an export are no responses: unfinished, a test, there twice, or too broken to tell the columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from commonwhy.formats.delimited import Row
from commonwhy.formats.messages import Message, gettext_noop
from commonwhy.formats.survey_exports.dates import monday_of
from commonwhy.formats.survey_exports.headings import tidy
from commonwhy.formats.survey_exports.layouts import Layout
from commonwhy.formats.survey_exports.mapping import Check, Column, Mapping, Use
from commonwhy.formats.survey_exports.tallies import Tally
from commonwhy.formats.survey_exports.vocabulary import QUALTRICS_PREVIEW, QUALTRICS_SPAM, plain

_NO = frozenset({"0", "false", "falso", "no", "n"})
_YES = frozenset({"1", "true", "verdadero", "yes", "si", "y"})

SKIP_REASONS = {
    "unfinished": gettext_noop("Not finished by the person who began them"),
    "preview": gettext_noop("Tests and previews"),
    "spam": gettext_noop("Marked as spam by the survey maker"),
    "duplicate": gettext_noop("The same row again, with the same response number"),
    "shifted": gettext_noop("Broken rows, whose answers may stand in the wrong columns"),
    "heading": gettext_noop("Headings repeated among the answers"),
    "blank": gettext_noop("Without any answer"),
}


@dataclass(slots=True)
class Verdict:
    """``skip`` is a key of ``SKIP_REASONS`` or nothing; ``remarks`` are column, value and reason."""

    skip: str = ""
    remarks: list[tuple[str, str, Message]] = field(default_factory=list)


class RowChecks:
    """Looks at each row of one file once, in order."""

    def __init__(self, layout: Layout, mapping: Mapping) -> None:
        self._width = len(layout.headings)
        self._pads = layout.container == "xlsx"
        self._headings = [heading.text for heading in layout.headings]
        self._keep_unfinished = mapping.keep_unfinished
        self._columns: dict[Check, Column] = {}
        for column in mapping.columns:
            if column.check is not Check.NONE:
                self._columns.setdefault(column.check, column)
        self._timestamp = mapping.column_for(Use.TIMESTAMP)
        self._day_first = mapping.day_first
        self._respondents = Tally()
        self._rows = Tally()

    def close(self) -> None:
        """Forget the rows that were seen."""
        self._respondents.close()
        self._rows.close()

    def judge(self, row: Row) -> Verdict:
        """Whether a row is a response, and what to say about it."""
        verdict = Verdict()
        verdict.skip = (
            self._shape(row, verdict)
            or ("heading" if self._is_heading(row) else "")
            or self._state(row)
            or self._repeated(row, verdict)
        )
        return verdict

    def _shape(self, row: Row, verdict: Verdict) -> str:
        beyond = [cell for cell in row.cells[self._width :] if cell.strip()]
        if beyond:
            reason = gettext_noop(
                "This row has more cells than there are headings, so its answers may stand in the wrong columns. "
                "It was left out: check the quotation marks and commas in it."
            )
            verdict.remarks.append(("", "", Message(reason)))
            return "shifted"
        if self._pads or len(row.cells) >= self._width:
            return ""
        column = self._timestamp
        if column and monday_of(self._cell(row, column), day_first=self._day_first) is None:
            reason = gettext_noop(
                "This row has fewer cells than there are headings and no date where one belongs. "
                "It was left out: it may be the rest of an answer of several lines."
            )
            verdict.remarks.append(("", "", Message(reason)))
            return "shifted"
        reason = gettext_noop("This row has fewer cells than there are headings. What is missing was read as blank.")
        verdict.remarks.append(("", "", Message(reason)))
        return ""

    def _is_heading(self, row: Row) -> bool:
        filled = [(index, cell) for index, cell in enumerate(row.cells) if cell.strip()]
        return len(filled) >= 2 and all(index < self._width and tidy(cell) == self._headings[index] for index, cell in filled)

    def _state(self, row: Row) -> str:
        if not self._columns:
            return ""
        status = plain(self._check(row, Check.STATUS))
        if status in QUALTRICS_PREVIEW or plain(self._check(row, Check.CHANNEL)) in {"preview", "test"}:
            return "preview"
        if status in QUALTRICS_SPAM:
            return "spam"
        if self._keep_unfinished:
            return ""
        finished = plain(self._check(row, Check.FINISHED))
        if finished in _NO:
            return "unfinished"
        progress = self._check(row, Check.PROGRESS).strip().rstrip("%")
        if finished not in _YES and progress.isdecimal() and int(progress[:4]) < 100:
            return "unfinished"
        return ""

    def _repeated(self, row: Row, verdict: Verdict) -> str:
        again = self._rows.add("\x1f".join(row.cells).rstrip("\x1f")) > 0
        column = self._columns.get(Check.RESPONDENT)
        number = self._cell(row, column).strip() if column else ""
        seen = bool(number) and self._respondents.add(number) > 0
        header = column.header if column else ""
        if again and seen:
            reason = gettext_noop("The same row is in the file again, with the same response number. It counts once.")
            verdict.remarks.append((header, "", Message(reason)))
            return "duplicate"
        if again:
            reason = gettext_noop("Another row says exactly the same. Both were kept: check that it is not there twice.")
            verdict.remarks.append(("", "", Message(reason)))
        elif seen:
            reason = gettext_noop(
                "Another row has the same response number, with other answers. Both were kept: check which one counts."
            )
            verdict.remarks.append((header, "", Message(reason)))
        return ""

    def _check(self, row: Row, check: Check) -> str:
        column = self._columns.get(check)
        return self._cell(row, column) if column else ""

    def _cell(self, row: Row, column: Column) -> str:
        return row.cells[column.index] if column.index < len(row.cells) else ""
