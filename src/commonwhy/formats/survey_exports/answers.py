"""What the first answers in a column look like, and which kind of question they answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from commonwhy.formats.delimited import Row
from commonwhy.formats.messages import Message, gettext_noop
from commonwhy.formats.survey_exports.choices import BARE_COMMA, COMMA, SEMICOLON, options_of, separator_of
from commonwhy.formats.survey_exports.headings import Heading
from commonwhy.formats.survey_exports.layouts import Vendor
from commonwhy.formats.survey_exports.mapping import Use
from commonwhy.formats.survey_exports.vocabulary import (
    CHOOSE_MANY,
    CONTACT_FORM,
    IDENTITY_HEADER,
    SCALE_WORDS,
    plain,
)

_MOST_OPTIONS = 15
_OPTION_CHARS = 120
_OTHER = frozenset({"other", "otro", "otra", "otros", "otras"})
_TICKS = frozenset({"1", "x", "true", "verdadero", "yes", "si", "checked", "selected"})


@dataclass(frozen=True)
class Answers:
    """The cells of one column in the first rows, blanks left out."""

    filled: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[Row], index: int) -> Answers:
        """The answers at ``index``; a place outside the table has none."""
        if index < 0:
            return cls(())
        cells = (row.cells[index].strip() for row in rows if index < len(row.cells))
        return cls(tuple(cell for cell in cells if cell))

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each text occurs."""
        return Counter(self.filled)

    @property
    def distinct(self) -> list[str]:
        """Each text once, the most frequent first."""
        return [text for text, _ in self.counts.most_common()]

    @cached_property
    def mean_words(self) -> float:
        """Words per answer."""
        return sum(len(text.split()) for text in self.filled) / len(self.filled) if self.filled else 0.0

    @cached_property
    def longest(self) -> int:
        """Characters of the longest."""
        return max(map(len, self.filled), default=0)

    @cached_property
    def is_choice_like(self) -> bool:
        """Few short texts that come back, as choices do and sentences do not."""
        if not self.filled or self.longest > _OPTION_CHARS:
            return False
        distinct = len(self.counts)
        if len(self.filled) < 6:
            return self.mean_words <= 6
        return distinct <= max(3, len(self.filled) // 2) and distinct <= 4 * _MOST_OPTIONS

    @cached_property
    def is_number(self) -> bool:
        """Ratings such as 1 to 5 or 0 to 10."""
        return bool(self.filled) and all(len(text) < 4 and text.isdecimal() for text in self.counts)

    @cached_property
    def is_scale(self) -> bool:
        """Mostly the words of a rating scale."""
        fits = sum(count for text, count in self.counts.items() if SCALE_WORDS.match(plain(text)))
        return len(self.counts) <= 11 and fits * 10 >= len(self.filled) * 8 and bool(self.filled)


@dataclass(frozen=True)
class QuestionGuess:
    """A kind of question, and why. ``alone`` marks a column that is a question of its own within a spread question."""

    kind: Use
    reason: Message
    separator: str = ""
    options: tuple[str, ...] = ()
    alone: bool = False


def guess_question(heading: Heading, answers: Answers, *, neighbours: Sequence[Answers], vendor: Vendor) -> QuestionGuess:
    """The kind of question one column answers, from its heading, its answers and the columns beside it."""
    if not answers.filled:
        reason = gettext_noop("No answers in the rows looked at; taken for answers in words.")
        return QuestionGuess(Use.TEXT, Message(reason))
    options = options_of(answers.filled, "")
    if answers.is_scale and any(other.is_scale and _alike(answers, other) for other in neighbours):
        reason = gettext_noop("The same scale as the column beside it: rows of one grid.")
        return QuestionGuess(Use.LIKERT, Message(reason), options=options)
    separator = _separator(heading, answers, vendor)
    if separator:
        reason = gettext_noop("Several choices in one cell, joined by “%(mark)s”.")
        return QuestionGuess(
            Use.MULTIPLE,
            Message(reason, {"mark": separator.strip()}),
            separator,
            options_of(answers.filled, separator),
        )
    if answers.is_number:
        return QuestionGuess(Use.SINGLE, Message(gettext_noop("The answers are small numbers.")), options=options)
    few = len(answers.counts) <= max(2, min(_MOST_OPTIONS, len(answers.filled) // 3))
    if answers.is_scale or (few and len(answers.filled) >= 4 and answers.longest <= _OPTION_CHARS):
        reason = gettext_noop("A few answers come back again and again.")
        return QuestionGuess(Use.SINGLE, Message(reason), options=options)
    return QuestionGuess(Use.TEXT, Message(gettext_noop("The answers are in people's own words.")))


class SpreadQuestion:
    """A question spread over several columns: options that were ticked, rows of a grid, or boxes to write in."""

    def __init__(self, members: Sequence[tuple[Heading, Answers]]) -> None:
        others = [_is_other(heading, answers) for heading, answers in members]
        parts = [member for member, other in zip(members, others, strict=True) if not other]
        filled = [answers for _, answers in parts if answers.filled]
        self._is_ticked = bool(filled) and all(_is_tick(answers, heading.row) for heading, answers in parts)
        counts = sum((answers.counts for answers in filled), Counter[str]())
        mean = sum(answers.mean_words for answers in filled) / len(filled) if filled else 0.0
        longest = max((answers.longest for answers in filled), default=0)
        self._is_written = longest > _OPTION_CHARS or mean > 6 or len(counts) > max(11, counts.total() // 2)
        self._options = tuple(text for text, _ in counts.most_common(2 * _MOST_OPTIONS))
        self.is_contact_form = bool(CONTACT_FORM.search(plain(members[0][0].question)))

    def guess(self, heading: Heading, answers: Answers) -> QuestionGuess:
        """The kind of one of its columns."""
        if _is_other(heading, answers):
            return QuestionGuess(Use.TEXT, Message(gettext_noop("What people wrote beside “other”.")), alone=True)
        if self._is_ticked:
            reason = gettext_noop("One option of a question with several choices.")
            return QuestionGuess(Use.MULTIPLE, Message(reason), options=(heading.row,))
        if self._is_written:
            reason = gettext_noop("The answers are in people's own words.")
            return QuestionGuess(Use.TEXT, Message(reason), alone=True)
        return QuestionGuess(Use.LIKERT, Message(gettext_noop("A row of a grid.")), options=self._options)

    def asks_who(self, heading: Heading) -> bool:
        """Whether this column is a box for a name or an address."""
        if self._is_ticked:
            return False
        row = plain(heading.row)
        return self.is_contact_form or (len(row.split()) <= 3 and bool(IDENTITY_HEADER.search(row)))


def is_tick(cell: str, option: str) -> bool:
    """Whether a cell says that the option above it was chosen."""
    return cell == option or plain(cell) in _TICKS or plain(cell) == plain(option)


def _separator(heading: Heading, answers: Answers, vendor: Vendor) -> str:
    """The mark that joins several choices in a cell, or nothing."""
    if answers.is_scale or answers.is_number:
        return ""
    asked = bool(CHOOSE_MANY.search(plain(heading.text)))
    separator = separator_of(answers.filled, bare_commas=vendor is Vendor.QUALTRICS)
    if not separator and asked:
        marks = (SEMICOLON, BARE_COMMA if vendor is Vendor.QUALTRICS else COMMA)
        separator = next((mark for mark in marks if any(mark.strip() in text for text in answers.filled)), "")
    return separator if asked or separator == SEMICOLON or len(answers.counts) > 2 else ""


def _is_other(heading: Heading, answers: Answers) -> bool:
    """An "other" that people wrote in: not the name of the option, and not always the same."""
    row = plain(heading.row).split()
    return bool(row) and row[0] in _OTHER and bool(answers.filled) and not _is_tick(answers, heading.row)


def _is_tick(answers: Answers, row: str) -> bool:
    """Whether the only thing in a column says that its option was chosen."""
    return len(answers.counts) <= 1 and all(is_tick(text, row) for text in answers.counts)


def _alike(one: Answers, other: Answers) -> bool:
    """Whether two columns draw on the same few answers."""
    shared = len(one.counts.keys() & other.counts.keys())
    return shared * 2 >= min(len(one.counts), len(other.counts)) and shared >= 1
