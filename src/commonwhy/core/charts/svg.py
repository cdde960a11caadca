"""From a drawing program's SVG to one that may stand on a page: one image with a name, and nothing that could run.

Only shapes and words are kept, with the attributes that place and colour them. What it shows is said in its title and
description; the pieces inside are silent, so that a screen reader meets one picture and not two hundred paths.
"""

from __future__ import annotations

import re
from hashlib import sha256
from textwrap import wrap
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
_MARGIN = 20
_ELEMENTS = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan"}
_ATTRIBUTES = {
    "d", "dx", "dy", "fill", "fill-opacity", "font-family", "font-size", "font-style", "font-weight", "height", "opacity",
    "points", "r", "stroke", "stroke-dasharray", "stroke-linecap", "stroke-miterlimit", "stroke-opacity", "stroke-width",
    "text-anchor", "transform", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2", "cx", "cy", "display",
}  # fmt: skip
_NO_INK = re.compile(r"[^\d]*0h0v0h0Z|")


def accessible(drawing: str, *, title: str, description: str, language: str = "en") -> str:
    """`drawing` as one image named `title` and described by `description`, without style, script, link or class.

    Raises ValueError for what is not SVG.
    """
    try:
        root = ElementTree.fromstring(drawing)  # noqa: S314  (drawn here, never somebody's upload)
    except ElementTree.ParseError as problem:
        raise ValueError(f"not SVG: {problem}") from problem
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError(f"not SVG but {root.tag}")
    _strip(root)
    # Several charts may stand on one page, so each has ids of its own.
    mark = sha256(f"{title}\0{description}".encode()).hexdigest()[:10]
    name, about = ElementTree.Element("title", {"id": f"t{mark}"}), ElementTree.Element("desc", {"id": f"d{mark}"})
    name.text, about.text = title, description
    root[:0] = [name, about]
    root.set("role", "img")
    root.set("lang", language)
    root.set("aria-labelledby", f"t{mark}")
    root.set("aria-describedby", f"d{mark}")
    root.set("xmlns", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def with_heading(picture: str, heading: str, note: str, *, ink: str, soft: str, font: str) -> str:
    """An `accessible` picture on white, with its heading and a note drawn above it: for a file that stands alone."""
    root = ElementTree.fromstring(picture)  # noqa: S314  (drawn here)
    _strip(root, ours=True)
    names = root[:2]
    width, height = (float(root.get(side, "0")) for side in ("width", "height"))
    texts = [(line, 17, "bold", ink) for line in wrap(heading, max(20, int(width / 9)))]
    texts += [(line, 12, "normal", soft) for line in wrap(note, max(30, int(width / 6.5)))]
    top = float(_MARGIN)
    lines = []
    for text, size, weight, colour in texts:
        top += size * 1.35
        place = {"x": f"{_MARGIN}", "y": f"{top:g}", "font-family": font, "font-size": f"{size}", "font-weight": weight}
        line = ElementTree.Element("text", {**place, "fill": colour})
        line.text = text
        lines.append(line)
    whole = {"width": f"{width + 2 * _MARGIN:g}", "height": f"{height + top + 2.5 * _MARGIN:g}"}
    body = ElementTree.Element("g", {"transform": f"translate({_MARGIN},{top + _MARGIN:g})"})
    body.extend(root[2:])
    root[:] = [*names, ElementTree.Element("rect", {**whole, "fill": "#ffffff"}), *lines, body]
    # Every word under it was given room by the drawing program; what it set on the picture as a whole goes with them.
    root.attrib.update({**whole, "viewBox": f"0 0 {whole['width']} {whole['height']}", "xmlns": SVG, "role": "img"})
    title, about = names
    root.set("aria-labelledby", title.get("id", ""))
    root.set("aria-describedby", about.get("id", ""))
    return ElementTree.tostring(root, encoding="unicode")


def _strip(element: ElementTree.Element, *, ours: bool = False) -> None:
    """Keep shapes and words only. `ours`: the picture has been through here, and its names are kept."""
    element.tag = element.tag.rpartition("}")[2]
    for attribute in list(element.attrib):
        if attribute not in _ATTRIBUTES and not (ours and attribute in ("id", "lang")):
            del element.attrib[attribute]
    for child in list(element):
        tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        invisible = child.get("display") == "none" or (tag == "path" and _NO_INK.fullmatch(child.get("d", "")))
        if not (tag in _ELEMENTS or (ours and tag in ("title", "desc"))) or invisible:
            element.remove(child)
        else:
            _strip(child, ours=ours)
            if child.tag == "g" and not len(child):
                element.remove(child)
