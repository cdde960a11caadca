"""Typesetting: a template and its content to a PDF that a screen reader can read too (PDF/UA-1), or to a picture.

People's words go in as data, never as markup. A character that no font here can show becomes a box, because the standard
forbids a character that cannot be read. Needs no Django.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_BOX = "□"
_UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_MOST_TRIES = 8
PIXELS_A_POINT = 72


def pdf(template: bytes, content: Mapping[str, Any], pictures: Mapping[str, str] | None = None) -> bytes:
    """A PDF/UA-1 from a template that reads `content.json` and pictures by their file names. Raises OSError without one."""
    import typst

    unshown: set[str] = set()
    with tempfile.TemporaryDirectory() as room:
        here = Path(room)
        (here / "paper.typ").write_bytes(template)
        for tried in range(_MOST_TRIES):
            rare = tried >= _MOST_TRIES // 2
            (here / "content.json").write_text(json.dumps(_replaced(content, unshown, every_rare=rare)), encoding="utf-8")
            for name, picture in (pictures or {}).items():
                (here / name).write_text(shown(picture, unshown, every_rare=rare), encoding="utf-8")
            try:
                made: bytes = typst.compile(here / "paper.typ", root=here, format="pdf", pdf_standards=["ua-1"])
            except typst.TypstError as problem:
                found = _UNSHOWN.findall(str(problem))
                if not found:
                    raise OSError(f"the PDF could not be made: {str(problem)[:300]}") from problem
                unshown |= {char for text in found for char in text}
            else:
                return made
    raise OSError("the PDF could not be made: too many characters no font here can show")


def picture(template: bytes, content: Mapping[str, Any]) -> bytes:
    """The first page as a PNG, one pixel for each point of the page. Raises OSError without one."""
    import typst

    with tempfile.TemporaryDirectory() as room:
        here = Path(room)
        (here / "card.typ").write_bytes(template)
        (here / "content.json").write_text(json.dumps(_replaced(content, set(), every_rare=False)), encoding="utf-8")
        try:
            made = typst.compile(here / "card.typ", root=here, format="png", ppi=PIXELS_A_POINT)
        except typst.TypstError as problem:
            raise OSError(f"the picture could not be made: {str(problem)[:300]}") from problem
    # A document of several pages comes as a list of pictures.
    pages: Any = made
    first: bytes = pages[0] if isinstance(pages, list) else pages
    return first


def _replaced(value: Any, unshown: set[str], *, every_rare: bool) -> Any:
    """Every string of `value` without the characters that cannot be shown."""
    if isinstance(value, str):
        return shown(value, unshown, every_rare=every_rare)
    if isinstance(value, Mapping):
        return {key: _replaced(each, unshown, every_rare=every_rare) for key, each in value.items()}
    return [_replaced(each, unshown, every_rare=every_rare) for each in value] if isinstance(value, list | tuple) else value


def shown(text: str, unshown: set[str], *, every_rare: bool) -> str:
    """A text without control characters, and with a box for what cannot be shown."""
    return "".join(_one(char, unshown, every_rare) for char in text)


def _one(char: str, unshown: set[str], every_rare: bool) -> str:
    if char in "\n\t ":
        return char
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return ""
    rare = every_rare and ord(char) > 0x24F and not 0x2000 <= ord(char) <= 0x22FF and char != _BOX
    return _BOX if char in unshown or rare else char
