"""Themes by group, worded in the reader's language from what was released; and the same as a file and as a picture."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.districts.models import District, Group
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.formats.delimited import write_rows
from commonwhy.listening.models import Question, Survey, Theme, ThemeFigures

NOTHING_FOUND = "nothing found"
MOST_DRAWN = 6
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Share:
    """One cell as it is read: `41 %`, `≤ 5 %`, or that it is not shown. Every hidden cell reads the same."""

    words: str
    percent: int | None


@dataclass(frozen=True)
class Row:
    """A theme, a concern, or "nothing found yet", with each group's share."""

    name: str
    concern: str
    cells: tuple[Share, ...]
    everyone: Share


@dataclass(frozen=True)
class Who:
    """A column: whom it is of, and on how many answers it stands."""

    name: str
    n: str


class Figures:
    """What was released of one question, as a page, a file or a picture tells it."""

    def __init__(self, kept: ThemeFigures) -> None:
        self.record = kept
        self.kept: dict[str, Any] = kept.released

    @cached_property
    def columns(self) -> tuple[Who, ...]:
        return tuple(Who(_called(column["members"]), _number(column)) for column in self.kept["columns"])

    @property
    def n(self) -> str:
        return _number(self.kept)

    @property
    def small(self) -> str:
        """The groups that are not shown, named."""
        return ", ".join(_called([member]) for member in self.kept["small"])

    @property
    def whole(self) -> bool:
        """Whether some share of everyone may be shown."""
        return any(row.everyone.percent is not None for row in (*self.themes, *self.concerns))

    @cached_property
    def themes(self) -> tuple[Row, ...]:
        """Themes, the most spoken of first as far as that is shown."""
        rows = [self._row(row, row["name"]) for row in self.kept["rows"] if row["name"]]
        return tuple(sorted(rows, key=lambda row: (-max((cell.percent or 0 for cell in row.cells), default=0), row.name)))

    @cached_property
    def concerns(self) -> tuple[Row, ...]:
        """The register of concerns (M32): shares that speak of at least one theme of each kind."""
        rows = [row for row in self.kept["rows"] if row["key"].startswith("concern ")]
        return tuple(self._row(row, str(Theme.Concern(row["concern"]).label)) for row in rows)

    @cached_property
    def nothing_found(self) -> Row:
        return self._row(next(row for row in self.kept["rows"] if row["key"] == NOTHING_FOUND), _("No theme found (yet)"))

    def themes_of(self, concern: str) -> list[Row]:
        return [row for row in self.themes if row.concern == concern]

    def _row(self, row: Mapping[str, Any], name: str) -> Row:
        return Row(name, row["concern"], tuple(_share(cell) for cell in row["cells"]), _share(row["everyone"]))

    @property
    def title(self) -> str:
        """The answer the picture gives."""
        first = next((row for row in self.themes if any(cell.percent for cell in row.cells)), None)
        if first is None:
            return _("No theme is spoken of enough to be shown")
        best = max(range(len(first.cells)), key=lambda place: first.cells[place].percent or 0)
        facts = {"theme": first.name, "who": self.columns[best].name, "share": first.cells[best].words}
        return _("%(theme)s is spoken of most: %(who)s, %(share)s") % facts

    def drawn(self, language: str) -> dict[str, str]:
        """The picture in its variants; nothing without a share to draw. Loads the drawing, so only a job calls it."""
        from commonwhy.core.charts import Bar, Panel, panels_of_bars

        panels = [
            Panel(
                row.name,
                "",
                tuple(
                    Bar(who.name, None if cell.percent is None else float(cell.percent), cell.words, note=who.n)
                    for who, cell in zip(self.columns, row.cells, strict=True)
                ),
            )
            for row in self.themes[:MOST_DRAWN]
            if any(cell.percent for cell in row.cells)
        ]
        if not panels:
            return {}
        told = [(panel.title, "; ".join(f"{bar.label} ({bar.note}) {bar.words}" for bar in panel.bars)) for panel in panels]
        described = " ".join(f"{title}: {shares}." for title, shares in told)
        legend = _("Bar: share of the group's answers that speak of the theme. %(n)s") % {"n": self.n}
        return panels_of_bars(panels, title=self.title, description=described, legend=legend, language=language)

    def as_csv(self) -> bytes:
        """The very cells of the page, a row each."""
        rows = [
            [kind, row.name, who.name, who.n.removeprefix("n ").removeprefix("= "), cell.words]
            for kind, lines in ((_("theme"), self.themes), (_("concern"), self.concerns), ("", (self.nothing_found,)))
            for row in lines
            for who, cell in zip(self.columns, row.cells, strict=True)
        ]
        stream = io.BytesIO()
        write_rows(stream, [_("kind"), _("what"), _("who"), "n", _("share")], rows, mark=True)
        return stream.getvalue()


def _share(cell: Mapping[str, Any] | None) -> Share:
    if cell is None:
        return Share(_("not shown, small numbers"), None)
    sign = {"at_most": f"≤{NO_BREAK}", "at_least": f"≥{NO_BREAK}"}.get(cell["bound"], "")
    return Share(f"{sign}{cell['percent']}{NO_BREAK}%", cell["percent"])


def _number(told: Mapping[str, Any]) -> str:
    return f"n {'=' if told['exact'] else '≥'} {told['n']}"


def _called(members: Iterable[Mapping[str, str]]) -> str:
    return ", ".join(member["name"] or str(Group.Kind(member["kind"]).label) for member in members)


def questions_in_words(viewer: Viewer, surveys: Iterable[Survey]) -> dict[UUID, list[Question]]:
    """The questions of some surveys that are answered in words, by version: one query."""
    versions = {survey.version_id for survey in surveys}
    found = Question.objects.visible_to(viewer).filter(version__in=versions, kind__in=[Question.Kind.LONG, Question.Kind.SHORT])
    by_version: dict[UUID, list[Question]] = defaultdict(list)
    for question in found.select_related("version").order_by("position"):
        by_version[question.version_id].append(question)
    return by_version


def text_questions(viewer: Viewer, survey: Survey) -> list[Question]:
    """The questions of one survey that are answered in words."""
    return questions_in_words(viewer, [survey])[survey.version_id]


def asked(question: Question) -> str:
    """The question in the reader's language."""
    return question.version.words(question.texts, get_language() or "en")


def opened_surveys(viewer: Viewer, district: District) -> QuerySet[Survey]:
    """Surveys that have opened and ask for words, the latest first."""
    words = {"version__questions__kind__in": [Question.Kind.LONG, Question.Kind.SHORT]}
    found: QuerySet[Survey] = Survey.objects.visible_to(viewer).filter(district=district, opened_at__isnull=False, **words)
    return found.select_related("district", "version").distinct()


def figures_of(viewer: Viewer, survey: Survey, question: Question, *, charts: bool = False) -> ThemeFigures | None:
    """What was counted of one question, if anything; the pictures are large and have an address of their own."""
    found = ThemeFigures.objects.visible_to(viewer).filter(survey=survey, question=question)
    return (found if charts else found.defer("charts")).first()


def all_figures(viewer: Viewer, district: District) -> list[ThemeFigures]:
    """Everything that was counted in a district, the latest survey first."""
    found = ThemeFigures.objects.visible_to(viewer).filter(district=district).defer("charts")
    return list(found.select_related("survey", "question__version").order_by("-survey__opened_at", "question__position"))


def counted(viewer: Viewer, district: District) -> set[tuple[UUID, UUID]]:
    """Which questions of which surveys were counted."""
    return set(ThemeFigures.objects.visible_to(viewer).filter(district=district).values_list("survey_id", "question_id"))


def link_from_survey(viewer: Viewer, survey: Survey) -> tuple[str, str] | None:
    """What a survey's page links to (`core.slots.survey_links`): the themes of its answers, once it has opened."""
    if survey.opened_at is None or not may(viewer, "themes.see", survey.district) or not text_questions(viewer, survey):
        return None
    return _("Themes"), reverse("listening:theme_figures", args=[survey.district.slug, survey.pk])
