"""The pictures of the pulses: how a share moved over the years, a panel for each group or school, drawn when a pulse closes."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from commonwhy.core.charts import Bar, Panel, panels_of_bars
from commonwhy.vision.models import Reaffirmation
from commonwhy.vision.queries.reaffirming import EVERYONE, DriftTable, Line, asked_on, tables

Charts = dict[str, dict[str, dict[str, str]]]
MOST_PANELS = 24
"""More would be a picture nobody reads; the table has them all."""


def charts_of(measured: Sequence[Reaffirmation]) -> Charts:
    """SVG by chart (`recognition-group` and so on), language and variant, for pulses with something to show."""
    charts: Charts = {}
    in_order = sorted(measured, key=asked_on)
    for language, _name in settings.LANGUAGES:
        with override(language):
            for table in tables(in_order):
                panels = [_panel(table, line) for line in table.lines if _is_drawn(line)][:MOST_PANELS]
                if panels:
                    charts.setdefault(table.chart, {})[language] = _drawn(table, panels, language)
    return charts


def _is_drawn(line: Line) -> bool:
    shares = [one for one in line.shares if one is not None]
    return any(one.percent is not None for one in shares) if line.key == EVERYONE else bool(shares)


def _panel(table: DriftTable, line: Line) -> Panel:
    bars = tuple(
        Bar(label=day, percent=float(one.percent) if one.percent is not None else None, words=one.words, note=one.n)
        for day, one in zip(table.when, line.shares, strict=True)
        if one is not None
    )
    return Panel(line.name, "", bars)


def _drawn(table: DriftTable, panels: list[Panel], language: str) -> dict[str, str]:
    described = " ".join(
        f"{panel.title}: " + "; ".join(f"{bar.label} {bar.words}" for bar in panel.bars) + "." for panel in panels
    )
    legend = _("Bar: share of those who answered, pulse by pulse.")
    return panels_of_bars(panels, title=table.title, description=described, legend=legend, language=language)
