"""What a document is here, whatever file it came in: paragraphs, headings and list items in order, and what was left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from commonwhy.formats.messages import Message, UnreadableFile

HEADING, TEXT, ITEM = "heading", "text", "item"

LONGEST_HEADING = 10
"""In words. What is longer says something and is no title."""
_BULLET = re.compile(r"^\s*(?:[•●○▪■◦‣∙·\-–—*+]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=\S)")
_SPACES = re.compile(r"[\s\u00a0\u200b]+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph without its line breaks; ``kind`` is ``HEADING``, ``TEXT`` or ``ITEM`` (of a list, without its mark)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How much of a document is worth reading: a vision is a few pages. Sizes are bytes as stored, or once unpacked.

    ``max_page_bytes`` and ``max_drawn_bytes`` hold what a PDF draws, on one page and on all; reading 2.5 MB of it takes
    about four seconds.
    """

    max_bytes: int = 20_000_000
    max_pages: int = 80
    max_page_bytes: int = 600_000
    max_drawn_bytes: int = 2_500_000
    max_unpacked_bytes: int = 8_000_000
    max_chars: int = 300_000
    max_paragraphs: int = 5_000


DEFAULT_DOCUMENT_LIMITS = DocumentLimits()


@dataclass(frozen=True, slots=True)
class Document:
    """A document's words. ``notes`` say what was taken, left out or guessed, for whoever sent it."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[Message, ...] = ()


def refuse(name: str, template: str, **words: object) -> UnreadableFile:
    """The error that turns a document away; ``%(file)s`` in the sentence is its name."""
    return UnreadableFile(Message(template, {"file": name, **words}), file=name)


def tidy(text: str) -> str:
    """On one line, with single spaces and without characters that nobody sees.

    >>> tidy(" a\\u00a0 b\\n")
    'a b'
    """
    seen = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    return _SPACES.sub(" ", seen).strip()


def without_bullet(line: str) -> str | None:
    """A list item's words without its mark; None where the line is no item.

    >>> without_bullet("• We believe"), without_bullet("2) Maps"), without_bullet("We believe")
    ('We believe', 'Maps', None)
    """
    mark = _BULLET.match(line)
    return line[mark.end() :].strip() if mark else None


def may_be_heading(line: str) -> bool:
    """Whether a line that stands alone reads like a title: short, and not ended like a sentence."""
    words = line.split()
    if not 0 < len(words) <= LONGEST_HEADING or not any(sign.isalpha() for sign in line):
        return False
    return line.endswith(":") or line[-1] not in ".!?…,;"
