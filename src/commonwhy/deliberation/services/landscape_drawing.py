"""The pictures of where we agree, drawn when it is worked out: the map, and a picture of bars for what divides people most.

They are drawn from what was released and from nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import cos, pi, sin
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from commonwhy.core.charts import Answer, DivergingBar, Share, accessible, diverging_bars
from commonwhy.core.charts.palette import DARK, FONT, LIGHT, Palette
from commonwhy.core.charts.svg import with_heading
from commonwhy.listening.models.question import in_language

MAP = "map"
MOST_DRAWN = 12
"""Divided statements with a picture of their own; the others have their figures in words and as a table."""
Charts = dict[str, dict[str, dict[str, str]]]


def charts_of(released: Mapping[str, Any], texts: Mapping[str, Mapping[str, str]]) -> Charts:
    """SVG by chart (`map`, or a statement's id), language and variant. `texts`: of the statements, by id and language."""
    from commonwhy.deliberation.queries.landscape_words import Told, divided_first

    charts: Charts = {}
    drawn = [each for each in divided_first(released["statements"]) if each["n"] is not None][:MOST_DRAWN]
    for language, _name in settings.LANGUAGES:
        with override(language):
            if released["map"]:
                charts.setdefault(MAP, {})[language] = _map_in_variants(released["map"], language)
            for each in drawn:
                words = in_language(dict(texts[each["statement"]]), language)
                charts.setdefault(each["statement"], {})[language] = _bars(Told(each, words), language)
    return charts


def _bars(told: Any, language: str) -> dict[str, str]:
    answers = [Answer(_("disagree"), -1), Answer(_("pass"), 0), Answer(_("agree"), 1)]
    bars = [
        DivergingBar(
            label=column.name,
            note=column.n,
            shares=tuple(Share(float(share.percent), share.words) for share in column.in_order) if column.shown else (),
            instead=column.agree.words,
        )
        for column in told.columns
    ]
    return diverging_bars(
        bars,
        answers,
        title=told.words,
        description=" ".join(f"{column.name}: {column.in_words}." for column in told.columns),
        legend=_("To the left: who disagrees. To the right: who agrees."),
        language=language,
    )


def _map_in_variants(honeycomb: Mapping[str, Any], language: str) -> dict[str, str]:
    title = _("Who votes alike stands close together")
    described = _("A honeycomb: the darker a cell, the more people stand there. Its figures are in the table below it.")
    legend = _("A cell is drawn where enough people stand. Neither side is better; only being close or far says something.")
    drawn = {
        f"{name}{shade}": accessible(_drawn(honeycomb, width, palette), title=title, description=described, language=language)
        for name, width in (("wide", 640), ("narrow", 340))
        for shade, palette in (("", LIGHT), ("-dark", DARK))
    }
    return {**drawn, "file": with_heading(drawn["wide"], title, legend, ink=LIGHT.ink, soft=LIGHT.soft, font=FONT)}


def _drawn(honeycomb: Mapping[str, Any], width: int, palette: Palette) -> str:
    places = [(cell["x"], cell["y"]) for cell in honeycomb["cells"]] + [
        (group["x"] + side * group["long"], group["y"] + side * group["long"])
        for group in honeycomb["groups"]
        for side in (-1, 1)
    ]
    room = 1 / honeycomb["across"]
    left, right = min(x for x, _y in places) - room, max(x for x, _y in places) + room
    bottom, top = min(y for _x, y in places) - room, max(y for _x, y in places) + room
    scale = width / (right - left)
    height = (top - bottom) * scale

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - left) * scale, (top - y) * scale

    parts = []
    sizes = sorted({cell["size"] for cell in honeycomb["cells"]})
    for cell in honeycomb["cells"]:
        x, y = at(cell["x"], cell["y"])
        strength = 0.25 + 0.75 * (sizes.index(cell["size"]) + 1) / len(sizes)
        parts.append(_hexagon(x, y, scale * room / 3**0.5 * 0.94, palette.bar, strength))
    if len(honeycomb["groups"]) > 1:
        for group in honeycomb["groups"]:
            x, y = at(group["x"], group["y"])
            parts.append(_ellipse(x, y, group["long"] * scale, group["short"] * scale, -group["turn"], palette.mark))
        for group in honeycomb["groups"]:
            x, y = at(group["x"], group["y"])
            parts.append(_label(str(group["number"]), x, y, palette))
    size = f'width="{width}" height="{height:.0f}" viewBox="0 0 {width} {height:.0f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _hexagon(x: float, y: float, reach: float, fill: str, strength: float) -> str:
    corners = [(x + reach * sin(pi / 3 * turn), y - reach * cos(pi / 3 * turn)) for turn in range(6)]
    path = "M" + "L".join(f"{cx:.1f},{cy:.1f}" for cx, cy in corners) + "Z"
    return f'<path d="{path}" fill="{fill}" fill-opacity="{strength:.2f}"/>'


def _ellipse(x: float, y: float, long: float, short: float, turn: float, stroke: str) -> str:
    around = (
        f"M{x - long:.1f},{y:.1f}a{long:.1f},{short:.1f} 0 1 0 {2 * long:.1f},0a{long:.1f},{short:.1f} 0 1 0 {-2 * long:.1f},0Z"
    )
    return f'<path d="{around}" transform="rotate({turn} {x:.1f} {y:.1f})" fill="none" stroke="{stroke}" stroke-width="3"/>'


def _label(words: str, x: float, y: float, palette: Palette) -> str:
    paper = "#ffffff" if palette is LIGHT else "#14181b"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="14" fill="{paper}" stroke="{palette.mark}" stroke-width="2"/>'
        f'<text x="{x:.1f}" y="{y + 5:.1f}" font-family="{escape(FONT)}" font-size="15" font-weight="bold" '
        f'fill="{palette.ink}" text-anchor="middle">{escape(words)}</text>'
    )
