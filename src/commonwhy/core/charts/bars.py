"""Small bar charts beside each other, on one scale: shares of groups, a panel for each thing compared."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from commonwhy.core.charts.palette import DARK, FONT, LIGHT, Palette
from commonwhy.core.charts.svg import accessible, with_heading

_LABELS, _BARS, _VALUES = 176, 112, 70  # pixels of a panel: names, bars, and room for the words behind the longest bar
_ROW, _TALL_ROW = 26, 38
_BETWEEN = 28
_MOST_IN_A_ROW = 2


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, its share in percent (None where it is not shown), and the words at its end.

    `against` is a second share, drawn as a short line across the bar's track; `note` stands under the label.
    """

    label: str
    percent: float | None
    words: str
    against: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Panel:
    """One group of bars with its title and a note under it, such as `n = 95`."""

    title: str
    note: str
    bars: tuple[Bar, ...]


def panels_of_bars(
    panels: Sequence[Panel], *, title: str, description: str, legend: str = "", language: str = "en"
) -> dict[str, str]:
    """The chart in every variant of `VARIANTS`, as SVG. `title` is the answer, `legend` says what a bar and a line are.

    All panels share one scale from 0 to the largest share. Raises ValueError without a panel or with an empty one.
    """
    if not panels or not all(panel.bars for panel in panels):
        raise ValueError("a chart needs a panel, and each panel a bar")
    # Words and places are worked out once; a narrow picture has the same panels below each other.
    specification = _specified(panels, LIGHT)
    drawn = {
        variant: _drawn({**specification, "columns": columns}) for variant, columns in (("wide", _MOST_IN_A_ROW), ("narrow", 1))
    }
    drawn |= {f"{variant}-dark": _repainted(drawn[variant]) for variant in ("wide", "narrow")}
    named = {
        variant: accessible(drawing, title=title, description=description, language=language)
        for variant, drawing in drawn.items()
    }
    return {**named, "file": with_heading(named["wide"], title, legend, ink=LIGHT.ink, soft=LIGHT.soft, font=FONT)}


def _repainted(drawing: str) -> str:
    """The same picture for dark paper: drawing takes long, and only the colours differ."""
    paints = {getattr(LIGHT, part.name): getattr(DARK, part.name) for part in fields(LIGHT)}
    return re.sub(r'(?<=(?:fill|roke)=")#[0-9a-f]{6}(?=")', lambda paint: paints.get(paint[0], paint[0]), drawing)


def _drawn(specification: dict[str, Any]) -> str:
    # Drawing takes 70 MB, so only the job that draws pays for it.
    import vl_convert

    return str(vl_convert.vegalite_to_svg(json.dumps(specification)))


def _specified(panels: Sequence[Panel], palette: Palette) -> dict[str, Any]:
    """The chart in the words of Vega-Lite."""
    shares = [share for panel in panels for bar in panel.bars for share in (bar.percent, bar.against) if share is not None]
    top = max([10.0, *shares])
    return {
        "config": {
            "font": FONT,
            "background": "transparent",
            "padding": 2,
            "view": {"stroke": None},
            "concat": {"spacing": _BETWEEN},
        },
        "concat": [_panel(panel, palette, top) for panel in panels],
        "spacing": _BETWEEN,
    }


def _panel(panel: Panel, palette: Palette, top: float) -> dict[str, Any]:
    def along(field: str) -> dict[str, Any]:
        scale = {"domain": [0, top * (_BARS + _VALUES) / _BARS], "nice": False}
        return {"field": field, "type": "quantitative", "axis": None, "scale": scale}

    rows = [
        {
            "place": place,
            "share": bar.percent or 0,
            "top": top,
            "end": top if bar.percent is not None else 0,
            "words": bar.words,
            "told": bar.percent is not None,
            "against": bar.against,
        }
        for place, bar in enumerate(panel.bars)
    ]
    names = {
        "labelExpr": _label_expression(panel), "labelAlign": "left", "labelBaseline": "middle", "labelColor": palette.ink,
        "labelFontSize": 13, "labelLineHeight": 14, "labelLimit": _LABELS - 10, "labelPadding": _LABELS,
        "minExtent": _LABELS, "maxExtent": _LABELS, "domain": False, "ticks": False, "title": None,
    }  # fmt: skip
    heading = {
        "text": panel.title, "subtitle": panel.note, "anchor": "start", "frame": "bounds", "align": "left", "offset": 8,
        "color": palette.ink, "fontSize": 14, "fontWeight": "bold", "subtitleColor": palette.soft, "subtitleFontSize": 12,
        "limit": _LABELS + _BARS + _VALUES,
    }  # fmt: skip
    ink = {"condition": {"test": "datum.told", "value": palette.ink}, "value": palette.soft}
    layers: list[dict[str, Any]] = [
        {
            "transform": [{"filter": "datum.told"}],
            "mark": {"type": "bar", "color": palette.line, "opacity": 0.6, "height": 14},
            "encoding": {"x": along("top"), "x2": {"datum": 0}},
        },
        {
            "transform": [{"filter": "datum.told"}],
            "mark": {"type": "bar", "color": palette.bar, "height": 14},
            "encoding": {"x": along("share")},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 13},
            "encoding": {"x": along("end"), "text": {"field": "words", "type": "nominal"}, "color": ink},
        },
    ]
    if any(bar.against is not None for bar in panel.bars):
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.against)"}],
                "mark": {"type": "tick", "color": palette.mark, "thickness": 3, "size": 20, "opacity": 1},
                "encoding": {"x": along("against")},
            }
        )
    height = _TALL_ROW if any(bar.note for bar in panel.bars) else _ROW
    return {
        "title": heading,
        "width": _BARS + _VALUES,
        "height": height * len(rows),
        "data": {"values": rows},
        "encoding": {"y": {"field": "place", "type": "ordinal", "sort": None, "axis": names}},
        "layer": layers,
    }


def _label_expression(panel: Panel) -> str:
    """Names by place: two bars may have the same name, and names are people's words, so they are quoted as data."""
    return f"{json.dumps([[bar.label, bar.note] if bar.note else bar.label for bar in panel.bars])}[datum.value]"
