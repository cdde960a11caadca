"""What each column of a file will be used for: guessed first, then decided by a person, on a page or in a file.

A ``Mapping`` is plain data. ``as_dict`` and ``from_dict`` carry it through a form, a task or a JSON file next to the
command line; nothing in it came from an answer except redacted samples and the options of choices.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from commonwhy.formats.messages import Message, gettext_noop

_MAX_VALUES = 5_000


class Use(StrEnum):
    """What a column is used for."""

    IGNORE = "ignore"
    TIMESTAMP = "timestamp"
    IDENTITY = "identity"
    GROUP = "group"
    SCHOOL = "school"
    LANGUAGE = "language"
    GRADE = "grade"
    TEXT = "question_text"
    SINGLE = "single"
    MULTIPLE = "multiple"
    LIKERT = "likert_row"


class Check(StrEnum):
    """What a column of the survey maker's own tells about a row; it is read, never kept."""

    NONE = ""
    FINISHED = "finished"
    PROGRESS = "progress"
    STATUS = "status"
    CHANNEL = "channel"
    RESPONDENT = "respondent"


QUESTIONS = frozenset({Use.TEXT, Use.SINGLE, Use.MULTIPLE, Use.LIKERT})
_ONCE = (Use.TIMESTAMP, Use.GROUP, Use.SCHOOL, Use.LANGUAGE, Use.GRADE)

USE_LABELS: MappingOf[Use, str] = {
    Use.IGNORE: gettext_noop("Leave out"),
    Use.TIMESTAMP: gettext_noop("When it was sent (the week is kept)"),
    Use.IDENTITY: gettext_noop("Who answered (never read in)"),
    Use.GROUP: gettext_noop("Role or group"),
    Use.SCHOOL: gettext_noop("School"),
    Use.LANGUAGE: gettext_noop("Language"),
    Use.GRADE: gettext_noop("Grade"),
    Use.TEXT: gettext_noop("Answer in words"),
    Use.SINGLE: gettext_noop("One choice"),
    Use.MULTIPLE: gettext_noop("Several choices"),
    Use.LIKERT: gettext_noop("Row of a rating grid"),
}


class MappingProblem(ValueError):
    """A mapping that cannot be used. ``str()`` says why; ``text`` says it translated."""

    def __init__(self, template: str, **words: object) -> None:
        self.message = Message(template, words)
        super().__init__(str(self.message))


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``locked`` marks one that says who answered, which nobody can choose to read in.

    ``key`` names the answer in ``ImportedResponse.answers``; columns that share a key are the options of one question
    with several choices. ``separator`` joins several choices in one cell. ``reason`` says why ``kind`` was guessed.
    """

    index: int
    header: str
    question: str
    kind: Use
    reason: Message
    key: str = ""
    row_of_grid: str = ""
    separator: str = ""
    options: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    check: Check = Check.NONE
    locked: bool = False

    @property
    def is_question(self) -> bool:
        """Whether the column holds answers."""
        return self.kind in QUESTIONS

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "index": self.index,
            "header": self.header,
            "question": self.question,
            "row_of_grid": self.row_of_grid,
            "kind": str(self.kind),
            "key": self.key,
            "separator": self.separator,
            "options": list(self.options),
            "samples": list(self.samples),
            "reason": {"template": self.reason.template, "words": dict(self.reason.words)},
            "check": str(self.check),
            "locked": self.locked,
        }


@dataclass(frozen=True, slots=True)
class Mapping:
    """What every column of one file is for.

    ``group`` and ``school`` hold for the whole file where no column says them. ``group_values`` and ``school_values``
    are what a person decided that a value means: a key of the caller's list, or "" to leave it empty.
    """

    fingerprint: str
    columns: tuple[Column, ...]
    day_first: bool = False
    keep_unfinished: bool = False
    group: str = ""
    school: str = ""
    group_values: MappingOf[str, str] = field(default_factory=dict)
    school_values: MappingOf[str, str] = field(default_factory=dict)

    def column_for(self, kind: Use) -> Column | None:
        """The column used for something that is there once."""
        return next((column for column in self.columns if column.kind is kind), None)

    @property
    def dropped(self) -> tuple[str, ...]:
        """The headings of the columns that say who answered, which are not read in."""
        return tuple(column.header for column in self.columns if column.kind is Use.IDENTITY)

    @property
    def questions(self) -> dict[str, str]:
        """Key to question, in the order of the file; a grid's row is added in brackets."""
        found: dict[str, str] = {}
        for column in self.columns:
            if column.is_question:
                row = f" [{column.row_of_grid}]" if column.row_of_grid and column.kind is not Use.MULTIPLE else ""
                found.setdefault(column.key, column.question + row)
        return found

    def changed(self, kinds: MappingOf[int, Use | str], **others: Any) -> Mapping:
        """A copy in which the columns at these places are used otherwise, as a person chose on the mapping page.

        ``others`` are this class's own fields, except ``columns``. Raises ``MappingProblem`` for a use there is not, a
        column that says who answered, or two columns for something that is there once.
        """
        columns = []
        for column in self.columns:
            kind = _use(kinds.get(column.index, column.kind))
            columns.append(_with_use(column, kind))
        return _checked(replace(self, columns=tuple(columns), **others))

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON, for a form, a task or a file."""
        return {
            "fingerprint": self.fingerprint,
            "columns": [column.as_dict() for column in self.columns],
            "day_first": self.day_first,
            "keep_unfinished": self.keep_unfinished,
            "group": self.group,
            "school": self.school,
            "group_values": dict(self.group_values),
            "school_values": dict(self.school_values),
        }

    @classmethod
    def from_dict(cls, data: object) -> Mapping:
        """The mapping that ``as_dict`` wrote; unknown keys are left out. Raises ``MappingProblem`` for anything else."""
        if not isinstance(data, dict) or not isinstance(data.get("columns"), list):
            raise MappingProblem(gettext_noop("This is not a mapping of columns. Make one again from the file."))
        known = {item.name for item in fields(cls)} - {"columns"}
        values = {name: _plain(name, data[name]) for name in known if name in data}
        if "fingerprint" not in values:
            raise MappingProblem(gettext_noop("This is not a mapping of columns. Make one again from the file."))
        columns = tuple(_column(item) for item in data["columns"])
        if [column.index for column in columns] != list(range(len(columns))):
            raise MappingProblem(gettext_noop("The columns of this mapping are not in order. Make it again."))
        return _checked(cls(columns=columns, **values))


def new_key(index: int) -> str:
    """The name of the answer in the column at this place, unless someone gives it another."""
    return f"c{index + 1}"


def _with_use(column: Column, kind: Use) -> Column:
    if kind is column.kind:
        return column
    if column.locked:
        raise MappingProblem(
            gettext_noop("“%(column)s” says who answered, so it cannot be read in. Leave it out."), column=column.header
        )
    reason = Message(gettext_noop("You chose this."))
    return replace(column, kind=kind, reason=reason, key=column.key or new_key(column.index))


def _checked(mapping: Mapping) -> Mapping:
    for kind in _ONCE:
        headers = [column.header for column in mapping.columns if column.kind is kind]
        if len(headers) > 1:
            raise MappingProblem(
                gettext_noop("Two columns are used as “%(use)s”: “%(first)s” and “%(second)s”. Choose one."),
                use=USE_LABELS[kind],
                first=headers[0],
                second=headers[1],
            )
    for column in mapping.columns:
        if column.locked and column.kind not in {Use.IDENTITY, Use.IGNORE}:
            raise MappingProblem(
                gettext_noop("“%(column)s” says who answered, so it cannot be read in. Leave it out."),
                column=column.header,
            )
    return mapping


def _use(value: object) -> Use:
    try:
        return Use(str(value))
    except ValueError:
        raise MappingProblem(gettext_noop("“%(use)s” is not a use of a column."), use=str(value)[:80]) from None


def _column(data: object) -> Column:
    if not isinstance(data, dict):
        raise MappingProblem(gettext_noop("This is not a mapping of columns. Make one again from the file."))
    index = data.get("index")
    check = str(data.get("check", ""))
    if not isinstance(index, int) or isinstance(index, bool):
        raise MappingProblem(gettext_noop("This is not a mapping of columns. Make one again from the file."))
    return Column(
        index=index,
        header=_text(data.get("header")),
        question=_text(data.get("question")),
        kind=_use(data.get("kind")),
        reason=_message(data.get("reason")),
        key=_text(data.get("key")) or new_key(index),
        row_of_grid=_text(data.get("row_of_grid")),
        separator=_text(data.get("separator"))[:2],
        options=_texts(data.get("options")),
        samples=_texts(data.get("samples")),
        check=Check(check) if check in set(Check) else Check.NONE,
        locked=bool(data.get("locked", False)),
    )


def _message(data: object) -> Message:
    """A sentence that can be shown; one that someone has broken is left out."""
    parts = data if isinstance(data, dict) else {}
    words = parts.get("words")
    message = Message(_text(parts.get("template")), words if isinstance(words, dict) else {})
    try:
        message.text()
    except (KeyError, TypeError, ValueError):
        return Message("")
    return message


def _plain(name: str, value: object) -> Any:
    if name in {"day_first", "keep_unfinished"}:
        return bool(value)
    if name in {"group_values", "school_values"}:
        pairs = value.items() if isinstance(value, dict) else ()
        return {_text(key): _text(item) for key, item in list(pairs)[:_MAX_VALUES]}
    return _text(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(item) for item in value[:_MAX_VALUES]) if isinstance(value, Sequence) else ()
