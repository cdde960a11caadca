"""From the columns of somebody's file to our questions, and from its cells to our answers.

Words become long questions, choices single or multiple ones, and the rows of a rating grid one matrix. A column that asks
what our own definition pulse asks gets the pulse's key, so that both can be read together. Nothing anybody wrote is lost:
what stands in a choice column without being one of its choices ("Other: ...") goes into a question of words beside it.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from commonwhy.formats.survey_exports import Column, Use
from commonwhy.formats.survey_exports import Mapping as ColumnMapping
from commonwhy.formats.survey_exports.vocabulary import words as plain_words
from commonwhy.listening.models import Question
from commonwhy.listening.models.question import in_language
from commonwhy.listening.services.questions import fresh_key
from commonwhy.listening.services.responses import tidy_words
from commonwhy.listening.shipped import DEFINITION_PULSE, shipped

Value = str | list[str] | dict[str, str]
Said = Mapping[str, str | tuple[str, ...]]
"""One response's answers by `Column.key`, as `formats.survey_exports` reads them."""

OTHER = "other_words"
MOST_OPTIONS = 60
FEW_OPTIONS = 12
MOST_COUNTED = 400
OPTION_CHARS = 40
OPTION_WORDS = 5
LONGEST_OPTION = 300
ALIKE = 0.8
SCALES = (
    "strongly disagree, disagree, somewhat disagree, neutral, neither agree nor disagree, undecided, somewhat agree, agree, "
    "strongly agree",
    "never, almost never, rarely, sometimes, often, almost always, always",
    "very dissatisfied, dissatisfied, neutral, satisfied, very satisfied",
    "not at all, slightly, somewhat, moderately, very, extremely",
    "very poor, poor, fair, good, very good, excellent",
    "yearly, monthly, weekly, daily",
    "no, not sure, maybe, yes",
    "totalmente en desacuerdo, muy en desacuerdo, en desacuerdo, algo en desacuerdo, neutral, ni de acuerdo ni en desacuerdo, "
    "algo de acuerdo, de acuerdo, muy de acuerdo, totalmente de acuerdo",
    "nunca, casi nunca, rara vez, a veces, a menudo, con frecuencia, casi siempre, siempre",
    "muy insatisfecho, insatisfecho, neutral, satisfecho, muy satisfecho",
    "nada, poco, algo, bastante, mucho",
    "malo, regular, bueno, muy bueno, excelente",
    "no, no se, tal vez, si",
)
"""Scales from their low end to their high one, in plain letters."""


@dataclass
class PlannedQuestion:
    """One question and the columns that answer it.

    `options` maps what the file says to our key, in the order shown; `rows` the key of a row to its words. `columns` maps
    a `Column.key` to the key of its row of the matrix ("" elsewhere). `companion` is the question that takes words that
    are none of the choices.
    """

    key: str
    kind: Question.Kind
    text: str
    options: dict[str, str] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    companion: str = ""


@dataclass
class Plan:
    """The questions of an import, in order."""

    questions: list[PlannedQuestion]

    def answers(self, said: Said) -> tuple[dict[str, Value], int]:
        """One response's answers by our question keys, and how many of its cells fit none of the questions."""
        found: dict[str, Value] = {}
        misfits = 0
        left = dict(said)
        for question in self.questions:
            for column, row in question.columns.items():
                value = left.pop(column, None)
                if value:
                    misfits += self._put(found, question, row, value)
        return found, misfits + len(left)

    def _put(self, found: dict[str, Value], question: PlannedQuestion, row: str, value: str | tuple[str, ...]) -> int:
        if question.kind in (Question.Kind.LONG, Question.Kind.SHORT):
            _add_words(found, question.key, value if isinstance(value, str) else "; ".join(value))
            return 0
        parts = [value] if isinstance(value, str) else list(value)
        keys = [question.options[part] for part in parts if part in question.options]
        strays = [part for part in parts if part not in question.options]
        if strays and question.companion:
            _add_words(found, question.companion, "; ".join(strays))
            keys.append(OTHER)
            strays = []
        if question.kind == Question.Kind.MATRIX:
            if keys:
                grid = found.setdefault(question.key, {})
                if isinstance(grid, dict):
                    grid[row] = keys[0]
        elif keys:
            before = found.get(question.key)
            together = [*(before if isinstance(before, list) else []), *keys]
            found[question.key] = list(dict.fromkeys(together)) if question.kind == Question.Kind.MULTIPLE else together[:1]
        return len(strays)


def plan_new(mapping: ColumnMapping, counts: Mapping[str, Counter[str]], asks: Mapping[str, str]) -> Plan:
    """The questions of a fresh import. `counts` says how often each choice was made, by `Column.key`; `asks` which of the
    pulse's questions a column of words answers, by `Column.key`."""
    labels = mapping.questions
    taken = {key for key in asks.values() if key}
    questions: list[PlannedQuestion] = []
    grids: dict[str, PlannedQuestion] = {}
    seen: set[str] = set()
    for column in mapping.columns:
        if not column.is_question:
            continue
        if column.kind is Use.LIKERT and column.row_of_grid:
            name = " ".join(plain_words(column.question))
            grid = grids.get(name)
            if grid is None:
                grid = PlannedQuestion(_key(column.question, taken), Question.Kind.MATRIX, column.question)
                grids[name] = grid
                questions.append(grid)
            row_key = fresh_key(column.row_of_grid, set(grid.rows), "row")
            grid.rows[row_key] = column.row_of_grid
            grid.columns[column.key] = row_key
        elif column.key not in seen:
            seen.add(column.key)
            questions.extend(_single_column(column, labels[column.key], counts.get(column.key, Counter()), asks, taken))
    for grid in grids.values():
        together = sum((counts.get(key, Counter()) for key in grid.columns), Counter[str]())
        grid.options = _with_keys(_in_order(list(together)[:MOST_OPTIONS]))
    return Plan(questions)


def plan_known(mapping: ColumnMapping, questions: Sequence[Question], language: str) -> Plan:
    """The questions of an import that is there already, for a later export of the same form: matched by their words."""
    labels = mapping.questions
    waiting = [column for column in mapping.columns if column.is_question]
    planned = []
    for question in questions:
        text = question.texts.get(language, "")
        one = PlannedQuestion(question.key, Question.Kind(question.kind), text)
        one.options = {option["texts"].get(language, ""): option["key"] for option in question.options if option["key"] != OTHER}
        if any(option["key"] == OTHER for option in question.options):
            one.companion = f"{question.key}_words"
        if question.kind == Question.Kind.MATRIX:
            rows = {row["texts"].get(language, ""): row["key"] for row in question.rows}
            for column in list(waiting):
                if column.question == text and column.row_of_grid in rows:
                    one.columns[column.key] = rows.pop(column.row_of_grid)
                    waiting.remove(column)
        else:
            same = [column for column in waiting if labels[column.key] == text]
            if same:
                one.columns[same[0].key] = ""
                waiting = [column for column in waiting if column.key != same[0].key]
        planned.append(one)
    return Plan(planned)


def models_of(plan: Plan, language: str, **common: Any) -> list[Question]:
    """The plan as rows, in the language its questions are written in; `common` goes to each."""
    made = []
    for position, question in enumerate(plan.questions, start=1):
        options = [{"key": key, "texts": {language: text}} for text, key in question.options.items()]
        if question.companion:
            options.append({"key": OTHER, "texts": {"en": "Something else", "es": "Otra cosa"}})
        made.append(
            Question(
                key=question.key,
                position=position,
                kind=question.kind,
                texts={language: question.text},
                options=options,
                rows=[{"key": key, "texts": {language: text}} for key, text in question.rows.items()],
                **common,
            )
        )
    return made


def pulse_question(heading: str) -> str:
    """The key of the pulse's question of words that a heading asks for in its own term, or nothing.

    >>> pulse_question("What does personalized learning mean to you?")
    'meaning'
    """
    said = plain_words(heading)
    best, key = 0.0, ""
    for question in shipped()[DEFINITION_PULSE].questions:
        if question.kind not in ("short", "long"):
            continue
        for text in question.texts.values():
            asked = plain_words(re.sub(r"\{term\}", " ", text))
            if not asked or len(said) > len(asked) + 8:
                continue
            blocks = difflib.SequenceMatcher(None, asked, said, autojunk=False).get_matching_blocks()
            alike = sum(block.size for block in blocks) / len(asked)
            if alike >= ALIKE and alike > best:
                best, key = alike, question.key
    return key


def pulse_choices() -> list[tuple[str, str]]:
    """The pulse's questions of words: key and text in the reader's language, with a blank for the term."""
    questions, language = shipped()[DEFINITION_PULSE].questions, get_language() or "en"
    return [
        (each.key, in_language(each.texts, language).replace("{term}", "…"))
        for each in questions
        if each.kind in ("short", "long")
    ]


def _single_column(
    column: Column, label: str, counts: Counter[str], asks: Mapping[str, str], taken: set[str]
) -> Iterable[PlannedQuestion]:
    """The question of a column that is no row of a grid, and its companion where one is needed."""
    if column.kind is Use.TEXT:
        key = asks.get(column.key) or _key(label, taken)
        return [PlannedQuestion(key, Question.Kind.LONG, label, columns={column.key: ""})]
    choices = [value for value, count in counts.most_common() if _is_option(value, count)]
    hardly_repeated = len(counts) > max(FEW_OPTIONS, counts.total() // 2)
    if len(counts) > MOST_COUNTED or len(choices) > MOST_OPTIONS or not choices or hardly_repeated:
        # So many different ones are no choices: they are kept as words.
        return [PlannedQuestion(_key(label, taken), Question.Kind.LONG, label, columns={column.key: ""})]
    kind = Question.Kind.MULTIPLE if column.kind is Use.MULTIPLE else Question.Kind.SINGLE
    question = PlannedQuestion(_key(label, taken), kind, label, columns={column.key: ""})
    question.options = _with_keys(_in_order(choices))
    if len(choices) == len(counts):
        return [question]
    question.companion = f"{question.key}_words"
    taken.add(question.companion)
    return [question, PlannedQuestion(question.companion, Question.Kind.LONG, label)]


def _is_option(value: str, count: int) -> bool:
    """Whether a value is a choice somebody offered. Once and in many words, it is what one person wrote."""
    if len(value) > LONGEST_OPTION:
        return False
    return count > 1 or (len(value) <= OPTION_CHARS and len(value.split()) <= OPTION_WORDS)


def _key(label: str, taken: set[str]) -> str:
    key = fresh_key(label[:200], taken, "question")[:34]
    taken.add(key)
    return key


def _with_keys(values: Sequence[str]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for value in values:
        keys[value] = fresh_key(value[:200], {*keys.values(), OTHER}, "choice")
    return keys


def _in_order(values: Sequence[str]) -> list[str]:
    """Numbers by size, a known scale from its low end, anything else by how often it was chosen."""
    if values and all(re.fullmatch(r"\s*-?\d{1,6}([.,]\d+)?.{0,40}", value) for value in values):
        numbers = [re.match(r"\s*(-?\d+)", value) for value in values]
        sizes = {value: int(number[1]) if number else 0 for value, number in zip(values, numbers, strict=True)}
        return sorted(values, key=lambda value: sizes[value])
    said = {value: " ".join(plain_words(value)) for value in values}
    for scale in SCALES:
        steps = [step.strip() for step in scale.split(",")]
        if len(values) > 1 and all(text in steps for text in said.values()):
            return sorted(values, key=lambda value: steps.index(said[value]))
    return list(values)


def _add_words(found: dict[str, Value], key: str, words: str) -> None:
    words = tidy_words(words).encode("utf-8", "replace").decode("utf-8")
    before = found.get(key)
    if words:
        found[key] = f"{before}\n{words}" if isinstance(before, str) else words
