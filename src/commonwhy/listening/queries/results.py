"""What people answered to closed questions, worded in the reader's language from what was released.

Whoever belongs to one school reads that school and everyone together; the view by group is the whole district's anyway.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.districts.models import Group
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.formats.delimited import write_rows
from commonwhy.listening.models import Question, QuestionFigures, Survey
from commonwhy.methods.proportions import proportion

NO_BREAK = "\u00a0"
GROUP, SCHOOL = "group", "school"


@dataclass(frozen=True)
class Share:
    """One share as it is read, and where the true one may lie. Every hidden one reads the same."""

    words: str
    percent: int | None
    between: str = ""


@dataclass(frozen=True)
class Who:
    """A column: whom it is of, and on how many answers it stands. `whole`: everyone together."""

    name: str
    n: str
    whole: bool = False


@dataclass(frozen=True)
class Row:
    """An answer with its share in each column."""

    name: str
    cells: tuple[Share, ...]


class Part:
    """One table: a question, or one line of a matrix. `own`: the schools a reader is limited to, empty for none."""

    def __init__(
        self, question: Question, number: int, kept: Mapping[str, Any], k: int, own: frozenset[str] = frozenset()
    ) -> None:
        self.question = question
        self.number = number
        self.kept = kept
        self.k = k
        self.own = own

    @property
    def name(self) -> str:
        """The line of a matrix it is about; empty for a question of one part."""
        lines = {line["key"]: line for line in self.question.rows}
        return self._words(lines[self.kept["key"]]["texts"]) if self.kept["key"] in lines else ""

    @property
    def two_sided(self) -> bool:
        return bool(self.kept["two_sided"])

    @property
    def n(self) -> str:
        return _number(self.kept) if self.kept["n"] else ""

    @property
    def shown(self) -> bool:
        return bool(self.kept["views"])

    def has(self, by: str) -> bool:
        return bool(self._columns(by))

    def columns(self, by: str = GROUP) -> tuple[Who, ...]:
        """Everyone first, where their shares may be shown, then the groups or schools."""
        whole = (Who(_("Everyone"), self.n, whole=True),) if self.whole else ()
        return (*whole, *(Who(_called(column["members"]), _number(column)) for column in self._columns(by)))

    def rows(self, by: str = GROUP) -> tuple[Row, ...]:
        """Each answer with its shares; where ticks were made, the most ticked come first."""
        found = []
        for place, row in enumerate(self.kept["rows"]):
            whole = (_share(self.kept["everyone"][place], self.kept),) if self.whole else ()
            found.append(
                Row(self.answer(row), (*whole, *(_share(column["cells"][place], column) for column in self._columns(by))))
            )
        return tuple(found)

    @cached_property
    def whole(self) -> bool:
        """Whether everyone's shares may be shown."""
        return any(self.kept["everyone"])

    def answer(self, row: Mapping[str, Any]) -> str:
        """A row's words: an option, or a band of numbers."""
        if self.question.kind != Question.Kind.NUMBER:
            return self._words(row["texts"])
        unit = self._words(self.question.limits.get("unit", {}))
        least, most = (_edge(row[end]) for end in ("least", "most"))
        if not least and not most:
            words = _("any number")
        elif not least:
            words = _("under %(most)s") % {"most": most}
        elif not most:
            words = _("%(least)s and more") % {"least": least}
        else:
            words = _("%(least)s to under %(most)s") % {"least": least, "most": most}
        return f"{words} {unit}".strip()

    @property
    def finding(self) -> str:
        """The answer given most, by whom: what the picture shows, in a sentence."""
        columns, rows = self.columns(), self.rows()
        if not columns:
            return _("Not shown, small numbers")
        best = max(rows, key=lambda row: row.cells[0].percent if row.cells[0].percent is not None else -1)
        if best.cells[0].percent is None:
            return _("Not shown, small numbers")
        facts = {"who": columns[0].name, "answer": best.name, "share": best.cells[0].words}
        if self.question.kind == Question.Kind.RANKING:
            return _("%(who)s put “%(answer)s” first most often: %(share)s") % facts
        return _("%(who)s: most often “%(answer)s”, %(share)s") % facts

    @property
    def title(self) -> str:
        """The finding, after the line of a matrix that it is about."""
        return f"{self.name.rstrip('.:')}: {self.finding}" if self.name else self.finding

    @property
    def beside(self) -> list[str]:
        """How many answered beside the scale, each answer alone."""
        words = {option["key"]: self._words(option["texts"]) for option in self.question.options}
        return [f"{words.get(key, key)}: {_few(count)}" for key, count in self.kept["aside"].items() if count]

    @property
    def nowhere(self) -> str:
        return _few(self.kept["nowhere"]) if self.kept["nowhere"] else ""

    def small(self, by: str = GROUP) -> str:
        """Who is not shown, named; nothing of other schools for whoever belongs to some."""
        if by == SCHOOL and self.own:
            return ""
        return ", ".join(_called([member]) for member in self.kept["small"][by])

    def _words(self, texts: Mapping[str, str]) -> str:
        return self.question.version.words(dict(texts), get_language() or "en")

    def _columns(self, by: str) -> list[Mapping[str, Any]]:
        columns: list[Mapping[str, Any]] = self.kept["views"].get(by, [])
        if by == SCHOOL and self.own:
            return [column for column in columns if {member["school"] for member in column["members"]} <= self.own]
        return columns


@dataclass(frozen=True)
class Answered:
    """A closed question on the page, and its parts; `record` is None where nothing was worked out yet."""

    question: Question
    asked: str
    record: QuestionFigures | None
    parts: tuple[Part, ...]


def answered(viewer: Viewer, survey: Survey) -> list[Answered]:
    """The closed questions of a survey with what may be shown of them: two queries."""
    kinds = [kind for kind in Question.Kind.values if kind not in (Question.Kind.LONG, Question.Kind.SHORT)]
    questions = Question.objects.visible_to(viewer).filter(version=survey.version_id, kind__in=kinds)
    kept = {
        figures.question_id: figures
        for figures in QuestionFigures.objects.visible_to(viewer).filter(survey=survey).defer("charts")
    }
    own = viewer.school_ids_in(survey.district_id) if isinstance(viewer, AccountViewer) else frozenset()
    return [
        Answered(
            question,
            question.version.words(question.texts, get_language() or "en"),
            kept.get(question.pk),
            parts_of(question, kept[question.pk].released, frozenset(map(str, own))) if question.pk in kept else (),
        )
        for question in questions.select_related("version").order_by("position")
    ]


def parts_of(question: Question, released: Mapping[str, Any], own: frozenset[str] = frozenset()) -> tuple[Part, ...]:
    return tuple(Part(question, number, kept, released["k"], own) for number, kept in enumerate(released["parts"]))


def in_words(viewer: Viewer, survey: Survey) -> list[tuple[Question, str]]:
    """The questions that were answered in words, which are read and not counted."""
    found = Question.objects.visible_to(viewer).filter(
        version=survey.version_id, kind__in=[Question.Kind.LONG, Question.Kind.SHORT]
    )
    language = get_language() or "en"
    return [(each, each.version.words(each.texts, language)) for each in found.select_related("version").order_by("position")]


def figures_with_charts(viewer: Viewer, survey: Survey, key: str) -> QuestionFigures | None:
    return QuestionFigures.objects.visible_to(viewer).filter(survey=survey, question__key=key).first()


def as_csv(found: Iterable[Answered]) -> bytes:
    """The very cells of the page, a row each, with where the true share may lie."""
    rows = [
        [each.asked, part.name, row.name, kind, who.name, _plain(who.n), cell.words, cell.between]
        for each in found
        for part in each.parts
        for by, kind in ((GROUP, _("group")), (SCHOOL, _("school")))
        if part.has(by)
        for row in part.rows(by)
        for who, cell in zip(part.columns(by), row.cells, strict=True)
        if by == GROUP or not who.whole
    ]
    header = [_("question"), _("line"), _("answer"), _("by"), _("who"), "n", _("share"), _("95% interval")]
    stream = io.BytesIO()
    write_rows(stream, header, rows, mark=True)
    return stream.getvalue()


def link_from_survey(viewer: Viewer, survey: Survey) -> tuple[str, str] | None:
    """What a survey's page links to (`core.slots.survey_links`), once it has opened and if it asks anything to choose."""
    if survey.opened_at is None or not may(viewer, "listening.see", survey.district):
        return None
    closed = Question.objects.visible_to(viewer).filter(version=survey.version_id)
    if not closed.exclude(kind__in=[Question.Kind.LONG, Question.Kind.SHORT]).exists():
        return None
    return _("What people answered"), reverse("listening:results", args=[survey.district.slug, survey.pk])


def _edge(edge: float | None) -> str:
    """The edge of a band; whole numbers without decimals."""
    return "" if edge is None else number_format(int(edge) if edge == int(edge) else edge)


def _number(told: Mapping[str, Any]) -> str:
    return f"n {'=' if told['exact'] else '≥'} {told['n']}"


def _plain(n: str) -> str:
    return n.removeprefix("n ").removeprefix("= ")


def _few(count: int | str) -> str:
    return _("a few") if isinstance(count, str) else str(count)


def _share(cell: Mapping[str, Any] | None, column: Mapping[str, Any]) -> Share:
    """A share in words. Its interval comes from what is shown, never from what was counted, so it tells nothing more."""
    if cell is None:
        return Share(_("not shown, small numbers"), None)
    sign = {"at_most": f"≤{NO_BREAK}", "at_least": f"≥{NO_BREAK}"}.get(cell["bound"], "")
    between = ""
    if not sign and column["n"]:
        n = int(column["n"])
        likely = proportion(min(n, round(cell["percent"] * n / 100)), n)
        between = f"{round(likely.low * 100)}–{round(likely.high * 100)}{NO_BREAK}%"
    return Share(f"{sign}{cell['percent']}{NO_BREAK}%", cell["percent"], between)


def _called(members: Sequence[Mapping[str, str]]) -> str:
    return ", ".join(member["name"] or str(Group.Kind(member["kind"]).label) for member in members)
