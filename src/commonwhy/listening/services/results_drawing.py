"""The pictures of closed questions, drawn once from what was released, in every language of the pages.

A scale with two sides is drawn as bars around its middle, one for each group; everything else as shares, a panel for each
answer. The line of everyone is drawn where their shares may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from commonwhy.core.charts import Answer, Bar, DivergingBar, Panel, Share, diverging_bars, panels_of_bars
from commonwhy.listening import scales
from commonwhy.listening.models import Question
from commonwhy.listening.queries import results
from commonwhy.listening.queries.results import Part

Charts = dict[str, dict[str, dict[str, str]]]


def charts_of(question: Question, released: Mapping[str, Any]) -> Charts:
    """SVG by number of the part, language and variant; a part of which nothing may be shown has none."""
    charts: Charts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for part in results.parts_of(question, released):
                if any(cell.percent is not None for row in part.rows() for cell in row.cells):
                    drawn = _two_sided(part, language) if part.two_sided else _shares(part, language)
                    charts.setdefault(str(part.number), {})[language] = drawn
    return charts


def _two_sided(part: Part, language: str) -> dict[str, str]:
    rows = part.rows()
    places = [scales.place_of(row) for row in part.kept["rows"]]
    answers = [
        Answer(row.name, -1 if place in scales.BELOW else 1 if place in scales.ABOVE else 0)
        for row, place in zip(rows, places, strict=True)
    ]
    backwards = answers[0].side > 0
    bars = []
    for column, who in enumerate(part.columns()):
        cells = [row.cells[column] for row in rows]
        shares = _drawable(cells)
        bars.append(
            DivergingBar(who.name, who.n, tuple(reversed(shares) if backwards else shares), instead=_("not shown, small numbers"))
        )
    return diverging_bars(
        bars,
        answers[::-1] if backwards else answers,
        title=part.title,
        description=_described(part),
        legend=_("To the left of the line: against; to the right: for. %(n)s") % {"n": part.n},
        language=language,
    )


def _drawable(cells: list[results.Share]) -> list[Share]:
    """Widths for shares of which some are only known as an end: those share what the others leave, as far as they may."""
    if any(cell.percent is None for cell in cells):
        return []
    exact = sum(cell.percent or 0 for cell in cells if cell.between)
    ends = [cell for cell in cells if not cell.between]
    left = max(0.0, 100.0 - exact) / len(ends) if ends else 0.0
    return [Share(float(cell.percent or 0) if cell.between else left, cell.words) for cell in cells]


def _shares(part: Part, language: str) -> dict[str, str]:
    columns = part.columns()
    panels = []
    for row in part.rows():
        whole = row.cells[0].percent if part.whole else None
        bars = tuple(
            Bar(
                who.name,
                None if cell.percent is None else float(cell.percent),
                cell.words,
                against=float(whole) if whole is not None and cell.percent is not None else None,
                note=who.n,
            )
            for who, cell in zip(columns, row.cells, strict=True)
            if not who.whole or len(columns) == 1
        )
        panels.append(Panel(row.name, "", bars))
    legend = _("Bar: share of the group. Line: share of everyone. %(n)s") if part.whole else _("Bar: share of the group. %(n)s")
    return panels_of_bars(
        panels, title=part.title, description=_described(part), legend=legend % {"n": part.n}, language=language
    )


def _described(part: Part) -> str:
    """Every figure of the picture in words, for whoever does not see it."""
    columns, rows = part.columns(), part.rows()
    return " ".join(
        f"{who.name} ({who.n}): " + "; ".join(f"{row.name} {row.cells[place].words}" for row in rows) + "."
        for place, who in enumerate(columns)
    )
