"""The map of opinion as a picture: people near each other voted alike.

Each group has a colour and a shape of its own, so nothing is told by colour alone. Thousands of people are drawn as one mark for
each small square of the map, the larger the more people stand there, so the picture stays small.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from commonwhy.cli.landscape_report.lists import group_name
from commonwhy.cli.landscape_report.measured import Measured
from commonwhy.core.charts.palette import DARK, FONT, LIGHT, Palette
from commonwhy.core.charts.svg import accessible

Floats = NDArray[np.float64]
TITLE = "Where people stand"
_MOST_MARKS = 1_200
_SQUARES = 48
_MARGIN = 22.0
_LINE = 24
_TALL, _WIDE, _NARROW = 420.0, 860.0, 380.0
# Okabe and Ito's colours that can be told apart by everybody, for light paper and for dark; shapes repeat after six.
_FILLS = {
    False: ("#0b5567", "#b45f06", "#7a4b94", "#3f7d20", "#a3234b", "#5c5c5c"),
    True: ("#7cc4d4", "#f0a63a", "#c9a4e0", "#9bd07a", "#f08aa8", "#c0c0c0"),
}
_SHAPES = ("circle", "square", "triangle", "diamond", "cross", "bar")


def variants(measured: Measured) -> dict[str, str]:
    """The map as SVG for wide and narrow pages, light and dark; nothing where nobody could be placed."""
    if not (measured.landscape.people.group >= 0).any():
        return {}
    described = description(measured)
    return {
        f"{name}{'-dark' if dark else ''}": accessible(
            _drawn(measured, width, DARK if dark else LIGHT, dark=dark), title=TITLE, description=described
        )
        for name, width in (("wide", _WIDE), ("narrow", _NARROW))
        for dark in (False, True)
    }


def description(measured: Measured) -> str:
    """What the picture shows, in words."""
    found = measured.landscape
    sizes = ", ".join(f"{group_name(group.number)} {group.n:,}" for group in found.groups)
    return f"Each mark is a person, or several who stand close by; people near each other voted alike. People: {sizes}."


def _drawn(measured: Measured, width: float, palette: Palette, *, dark: bool) -> str:
    people = measured.landscape.people
    placed = np.flatnonzero(people.group >= 0)
    x, y, group = people.x[placed], people.y[placed], people.group[placed]
    # A few people far out would press everybody else into a dot, so the picture ends where one in two hundred is left.
    marks = _marks(_scaled(x, _MARGIN, width - _MARGIN), _scaled(-y, _MARGIN, _TALL - _MARGIN), group, width)
    fills = _FILLS[dark]
    parts = [
        f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{_TALL - 1:g}" fill="none" stroke="{palette.line}"/>',
        *(_shape(int(of), left, top, size, fills[int(of) % len(fills)]) for left, top, of, size in marks),
    ]
    top = _TALL + 26.0
    left = 8.0
    for each in measured.landscape.groups:
        label = f"{group_name(each.number)}, n = {each.n:,}"
        room = 34 + 7.6 * len(label)
        if left + room > width and left > 8:
            left, top = 8.0, top + _LINE
        parts.append(_shape(each.number, left + 8, top - 5, 6.0, fills[each.number % len(fills)]))
        parts.append(
            f'<text x="{left + 20:g}" y="{top:g}" font-family="{escape(FONT)}" font-size="14" fill="{palette.ink}">'
            f"{escape(label)}</text>"
        )
        left += room
    tall = top + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{tall:g}" viewBox="0 0 {width:g} {tall:g}">'
        + "".join(parts)
        + "</svg>"
    )


def _scaled(values: Floats, low: float, high: float) -> Floats:
    least, most = np.quantile(values, [0.005, 0.995])
    if most <= least:
        return np.full(len(values), (low + high) / 2)
    scaled: Floats = low + (high - low) * (np.clip(values, least, most) - least) / (most - least)
    return scaled


def _marks(left: Floats, top: Floats, group: NDArray[np.int64], width: float) -> list[tuple[float, float, int, float]]:
    """Place, group and size of each mark: people one by one, or gathered by small squares where there are too many."""
    if len(left) <= _MOST_MARKS:
        return [(float(a), float(b), int(of), 5.0) for a, b, of in zip(left, top, group, strict=True)]
    side = width / _SQUARES
    squares = np.stack([left // side, top // side, group], axis=1).astype(np.int64)
    distinct, times = np.unique(squares, axis=0, return_counts=True)
    sizes = 1.5 + (side / 2 - 1.5) * np.sqrt(times / times.max())
    return [
        (float((column + 0.5) * side), float((row + 0.5) * side), int(of), float(size))
        for (column, row, of), size in zip(distinct, sizes, strict=True)
    ]


def _shape(group: int, x: float, y: float, r: float, fill: str) -> str:
    paint = f'fill="{fill}" fill-opacity="0.75"'
    match _SHAPES[group % len(_SHAPES)]:
        case "circle":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {paint}/>'
        case "square":
            return f'<rect x="{x - 0.9 * r:.1f}" y="{y - 0.9 * r:.1f}" width="{1.8 * r:.1f}" height="{1.8 * r:.1f}" {paint}/>'
        case "triangle":
            points = [(x, y - 1.2 * r), (x + 1.1 * r, y + 0.8 * r), (x - 1.1 * r, y + 0.8 * r)]
        case "diamond":
            points = [(x, y - 1.3 * r), (x + 1.1 * r, y), (x, y + 1.3 * r), (x - 1.1 * r, y)]
        case "cross":
            third, whole = r / 2.5, 1.1 * r
            turns = [(third, whole), (third, third), (whole, third)]
            corners = [*turns, *((a, -b) for a, b in reversed(turns)), *((-a, -b) for a, b in turns)]
            corners += [(-a, b) for a, b in reversed(turns)]
            points = [(x + a, y + b) for a, b in corners]
        case _:
            points = [(x - 1.3 * r, y - r / 2), (x + 1.3 * r, y - r / 2), (x + 1.3 * r, y + r / 2), (x - 1.3 * r, y + r / 2)]
    path = "M" + "L".join(f"{a:.1f},{b:.1f}" for a, b in points) + "Z"
    return f'<path d="{path}" {paint}/>'
