"""From a drawing program's SVG to one that may stand on a page: one image with a name, and nothing that could run.

Only shapes and words are kept, with the attributes that place and colour them. What it shows is said in its title and
description; the pieces inside are silent, so that a screen reader meets one picture and not two hundred paths.
"""

from __future__ import annotations

import re
from hashlib import sha256
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
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


def _strip(element: ElementTree.Element) -> None:
    element.tag = element.tag.rpartition("}")[2]
    for attribute in list(element.attrib):
        if attribute not in _ATTRIBUTES:
            del element.attrib[attribute]
    for child in list(element):
        tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        invisible = child.get("display") == "none" or (tag == "path" and _NO_INK.fullmatch(child.get("d", "")))
        if tag not in _ELEMENTS or invisible:
            element.remove(child)
        else:
            _strip(child)
            if child.tag == "g" and not len(child):
                element.remove(child)
