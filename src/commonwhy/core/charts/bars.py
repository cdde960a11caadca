"""Small bar charts beside each other, on one scale: shares of groups, a panel for each thing compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from commonwhy.core.charts.palette import DARK, FONT, LIGHT, Palette
from commonwhy.core.charts.svg import accessible, with_heading

_LABELS, _BARS, _VALUES = 176, 112, 70  # pixels of a panel: names, bars, and room for the words behind the longest bar
_ROW, _TALL_ROW = 26, 38
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
    import json

    import vl_convert

    return str(vl_convert.vegalite_to_svg(json.dumps(specification)))


def _specified(panels: Sequence[Panel], palette: Palette) -> dict[str, Any]:
    # Drawing loads for a second and 100 MB, so only the job that draws pays for it.
    import altair
    from altair.utils.schemapi import debug_mode

    shares = [share for panel in panels for bar in panel.bars for share in (bar.percent, bar.against) if share is not None]
    top = max([10.0, *shares])
    # Checking every piece against the whole schema takes ten times as long as drawing; a test draws, which checks more.
    with debug_mode(False):
        chart: Any = altair.concat(*(_panel(altair, panel, palette, top) for panel in panels), spacing=28)
        chart = chart.configure(font=FONT, background="transparent", padding=2)
        chart = chart.configure_view(stroke=None).configure_concat(spacing=28)
        found: dict[str, Any] = chart.to_dict(validate=False)
    return found


def _panel(altair: Any, panel: Panel, palette: Palette, top: float) -> Any:
    rows = [
        {
            "place": place,
            "label": bar.label,
            "share": bar.percent or 0,
            "top": top,
            "words": bar.words,
            "told": bar.percent is not None,
            "against": bar.against,
        }
        for place, bar in enumerate(panel.bars)
    ]
    names = altair.Axis(
        labels=True, ticks=False, domain=False, labelAlign="left", labelPadding=_LABELS, minExtent=_LABELS, maxExtent=_LABELS,
        labelLimit=_LABELS - 10, labelFontSize=13, labelLineHeight=14, labelBaseline="middle", labelColor=palette.ink, title=None,
        labelExpr=_label_expression(panel),
    )  # fmt: skip
    scale = altair.Scale(domain=[0, top * (_BARS + _VALUES) / _BARS], nice=False)
    y = altair.Y("place:O", sort=None, axis=names)
    base = altair.Chart().encode(y=y)
    track = base.mark_bar(color=palette.line, opacity=0.6, height=14).encode(
        x=altair.X("top:Q", scale=scale, axis=None), x2=altair.datum(0)
    )
    bars = base.mark_bar(color=palette.bar, height=14).encode(x=altair.X("share:Q", scale=scale, axis=None))
    words = base.mark_text(align="left", dx=8, fontSize=13).encode(
        x=altair.X("end:Q", scale=scale, axis=None),
        text="words:N",
        color=altair.condition("datum.told", altair.value(palette.ink), altair.value(palette.soft)),
    )
    for row in rows:
        row["end"] = top if row["told"] else 0
    layers = [track.transform_filter("datum.told"), bars.transform_filter("datum.told"), words]
    if any(bar.against is not None for bar in panel.bars):
        marks = base.mark_tick(color=palette.mark, thickness=3, size=20, opacity=1).encode(
            x=altair.X("against:Q", scale=scale, axis=None)
        )
        layers.append(marks.transform_filter("isValid(datum.against)"))
    heading = altair.TitleParams(
        panel.title, subtitle=panel.note, anchor="start", frame="bounds", align="left", fontSize=14, fontWeight="bold",
        color=palette.ink, subtitleColor=palette.soft, subtitleFontSize=12, offset=8, limit=_LABELS + _BARS + _VALUES,
    )  # fmt: skip
    height = _TALL_ROW if any(bar.note for bar in panel.bars) else _ROW
    return altair.layer(*layers, data=altair.Data(values=rows)).properties(
        width=_BARS + _VALUES, height=height * len(rows), title=heading
    )


def _label_expression(panel: Panel) -> str:
    """Names by place: two bars may have the same name, and names are people's words, so they are quoted as data."""
    import json

    return f"{json.dumps([[bar.label, bar.note] if bar.note else bar.label for bar in panel.bars])}[datum.value]"
