"""The pictures of a measurement, drawn once when it is made, in every language of the pages, from what was released."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from commonwhy.core.charts import Bar, Panel, panels_of_bars
from commonwhy.vision import gap_wording
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.queries import gap_page
from commonwhy.vision.queries.gap_page import View

Charts = dict[str, dict[str, dict[str, str]]]


def charts_of(kept: dict[str, Any], by: str = GapAnalysis.By.GROUP) -> Charts:
    """SVG by chart, language and variant. Nothing to compare gives no chart."""
    charts: Charts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            view = View(GapAnalysis(released=kept, by=by))
            if view.several_meanings and kept["table"]:
                charts.setdefault("meanings", {})[language] = _meanings(view, language)
            if kept["words"] and any(each["words"] for each in kept["words"]):
                charts.setdefault("words", {})[language] = _words(view, language)
    return charts


def _meanings(view: View, language: str) -> dict[str, str]:
    """A panel for each meaning, a bar for each group: which groups hold it."""
    kept = view.kept
    place = {column["name"]: column for column in kept["table"]["columns"]}
    panels = []
    for index, meaning in enumerate(kept["meanings"]):
        everyone = kept["table"]["everyone"]["cells"][index]
        bars = []
        for column in kept["columns"]:
            cell = place[column["key"]]["cells"][index]
            name = gap_page.label(column["members"], inside=False)
            bars.append(_bar(name, cell, everyone, note=gap_page.count(column)))
        panels.append(Panel(gap_page.meaning_name(meaning), "", tuple(bars)))
    return panels_of_bars(
        panels,
        title=gap_wording.chart_of_meanings(view.facts, _),
        description=_described(panels),
        legend=_("Bar: share of the group that holds the meaning. Line: share of everyone. %(n)s") % {"n": view.stands_on},
        language=language,
    )


def _words(view: View, language: str) -> dict[str, str]:
    """A panel for each group that has words of its own: how many of its answers use them, and how many of the others'."""
    columns = {column["key"]: column for column in view.kept["columns"]}
    panels = [
        Panel(
            gap_page.label(columns[each["column"]]["members"], inside=False),
            gap_page.count(columns[each["column"]]),
            tuple(_bar(use["word"], use["share"], use["others"]) for use in each["words"]),
        )
        for each in view.kept["words"]
        if each["words"] and each["column"] in columns
    ]
    return panels_of_bars(
        panels,
        title=gap_wording.chart_of_words(view.facts, _),
        description=_described(panels),
        legend=_("Bar: share of the group's answers that use the word. Line: share of everyone else's."),
        language=language,
    )


def _bar(name: str, cell: dict[str, Any] | None, against: dict[str, Any] | None, note: str = "") -> Bar:
    return Bar(
        label=name,
        percent=float(cell["percent"]) if cell else None,
        words=gap_page.share(cell),
        against=float(against["percent"]) if cell and against else None,
        note=note,
    )


def _described(panels: list[Panel]) -> str:
    """Every figure of the picture in words, for whoever does not see it."""
    return " ".join(
        f"{panel.title}{f' ({panel.note})' if panel.note else ''}: "
        + "; ".join(f"{bar.label} {bar.words}" for bar in panel.bars)
        + "."
        for panel in panels
    )
