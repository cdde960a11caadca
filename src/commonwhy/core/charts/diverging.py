"""Bars that run to both sides of a middle: how many stand against, between and for, one bar for each group.

What is below the middle runs to the left and what is above to the right; the middle itself lies across the line, half to
either side. All bars share one scale, so sides can be compared from bar to bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from commonwhy.core.charts.palette import DARK, DIVERGING, FONT, LIGHT, Palette
from commonwhy.core.charts.svg import accessible, with_heading

_WIDE, _NARROW = 680, 340
_BAR, _GAP, _LINE, _KEY = 24, 14, 17, 18
_LETTER = 7.0
"""About the width of a letter, in pixels: words are placed so that they fit even where they run wider."""
_SHOWN_IN_BAR = 6.6


@dataclass(frozen=True)
class Answer:
    """An answer of the scale: its words, and its side: -1 below, 0 the middle, 1 above. From the lowest to the highest."""

    words: str
    side: int


@dataclass(frozen=True)
class Share:
    """A share as it is drawn, in percent, and as it is read (`≤ 20 %`)."""

    percent: float
    words: str


@dataclass(frozen=True)
class DivergingBar:
    """One group: its name, a note such as `n = 95`, and a share for each answer; none where they are not shown."""

    label: str
    note: str
    shares: tuple[Share, ...]
    instead: str = ""
    """What stands there where nothing is shown."""


def diverging_bars(
    bars: Sequence[DivergingBar],
    answers: Sequence[Answer],
    *,
    title: str,
    description: str,
    legend: str = "",
    language: str = "en",
) -> dict[str, str]:
    """The chart in every variant of `VARIANTS`, as SVG. `title` is the answer, `legend` stands in the file to keep.

    Raises ValueError without a bar, without two sides, or with a bar that has not one share for each answer.
    """
    if not bars or {-1, 1} - {answer.side for answer in answers}:
        raise ValueError("a chart with two sides needs a bar, and answers on both sides")
    if any(bar.shares and len(bar.shares) != len(answers) for bar in bars):
        raise ValueError("each bar needs a share for each answer")
    drawn = {
        f"{name}{shade}": accessible(
            _drawn(bars, answers, width, palette), title=title, description=description, language=language
        )
        for name, width in (("wide", _WIDE), ("narrow", _NARROW))
        for shade, palette in (("", LIGHT), ("-dark", DARK))
    }
    return {**drawn, "file": with_heading(drawn["wide"], title, legend, ink=LIGHT.ink, soft=LIGHT.soft, font=FONT)}


def _colours(answers: Sequence[Answer]) -> list[tuple[str, str]]:
    """Fill and ink of each answer: the further from the middle, the stronger."""
    below = [place for place, answer in enumerate(answers) if answer.side < 0]
    above = [place for place, answer in enumerate(answers) if answer.side > 0]
    found = [DIVERGING[2]] * len(answers)
    for distance, place in enumerate(reversed(below)):
        found[place] = DIVERGING[0 if distance or len(below) == 1 else 1]
    for distance, place in enumerate(above):
        found[place] = DIVERGING[4 if distance or len(above) == 1 else 3]
    return found


def _reach(bar: DivergingBar, answers: Sequence[Answer]) -> tuple[float, float]:
    """How far a bar runs to the left and to the right of the middle."""
    halves = sum(share.percent for share, answer in zip(bar.shares, answers, strict=False) if answer.side == 0) / 2
    left = sum(share.percent for share, answer in zip(bar.shares, answers, strict=False) if answer.side < 0)
    right = sum(share.percent for share, answer in zip(bar.shares, answers, strict=False) if answer.side > 0)
    return left + halves, right + halves


def _drawn(bars: Sequence[DivergingBar], answers: Sequence[Answer], width: int, palette: Palette) -> str:
    colours = _colours(answers)
    reaches = [_reach(bar, answers) for bar in bars if bar.shares] or [(50.0, 50.0)]
    left, right = max(10.0, *(each[0] for each in reaches)), max(10.0, *(each[1] for each in reaches))
    scale = width / (left + right)
    middle = left * scale
    parts, y = _key(answers, colours, width, palette)
    behind, top = len(parts), y
    for bar in bars:
        lines = wrap(bar.label, max(12, int((width - len(bar.note) * _LETTER - 12) / _LETTER))) or [""]
        for number, line in enumerate(lines):
            y += _LINE
            parts.append(_text(line, 0, y - 4, palette.ink, size=13))
            if number == len(lines) - 1 and bar.note:
                parts.append(_text(bar.note, width, y - 4, palette.soft, size=12, anchor="end"))
        if bar.shares:
            parts += _segments(bar, answers, colours, middle - _reach(bar, answers)[0] * scale, y, scale)
        else:
            parts.append(_text(bar.instead, 0, y + 17, palette.soft, size=13))
        y += _BAR + _GAP
    # Behind the bars: it is seen between them, and crosses no figure.
    parts.insert(
        behind, f'<path d="M{middle:.1f},{top:g}V{y - _GAP + 4:g}" stroke="{palette.ink}" stroke-width="1" fill="none"/>'
    )
    size = f'width="{width}" height="{y:g}" viewBox="0 0 {width} {y:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _key(answers: Sequence[Answer], colours: Sequence[tuple[str, str]], width: int, palette: Palette) -> tuple[list[str], float]:
    """What each colour stands for, in lines above the bars; and how high that is."""
    parts, x, y = [], 0.0, 0.0
    for answer, (fill, _ink) in zip(answers, colours, strict=True):
        wide = 18 + len(answer.words) * _LETTER + 14
        if x and x + wide > width:
            x, y = 0.0, y + _KEY
        parts.append(f'<rect x="{x:.1f}" y="{y + 2:g}" width="12" height="12" fill="{fill}" stroke="{palette.soft}"/>')
        parts.append(_text(answer.words, x + 18, y + 12, palette.soft, size=12))
        x += wide
    return parts, y + _KEY + 10


def _segments(
    bar: DivergingBar, answers: Sequence[Answer], colours: Sequence[tuple[str, str]], x: float, y: float, scale: float
) -> list[str]:
    parts = []
    for share, (fill, ink), _answer in zip(bar.shares, colours, answers, strict=True):
        wide = share.percent * scale
        if wide <= 0:
            continue
        parts.append(f'<rect x="{x:.1f}" y="{y:g}" width="{wide:.1f}" height="{_BAR}" fill="{fill}"/>')
        if wide >= len(share.words) * _SHOWN_IN_BAR + 6:
            parts.append(_text(share.words, x + wide / 2, y + 16, ink, size=12, anchor="middle"))
        x += wide
    return parts


def _text(words: str, x: float, y: float, ink: str, *, size: int, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:g}" font-family="{escape(FONT)}" font-size="{size}" fill="{ink}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )
