"""Text and Markdown files, and what people paste: blank lines part paragraphs, marks make lists and headings.

Lines broken by an e-mail program or an editor at a fixed width belong together; lines each ended like a sentence do not.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from commonwhy.formats.documents.content import (
    HEADING,
    ITEM,
    TEXT,
    Document,
    DocumentLimits,
    Paragraph,
    may_be_heading,
    refuse,
    tidy,
    without_bullet,
)
from commonwhy.formats.encoded_text import Limits, TextReader
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop

_ATX = re.compile(r"^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(?:={3,}|-{3,})\s*$")
_QUOTE = re.compile(r"^ {0,3}>\s?")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)([^*_\n]+?)(?<=\S)\1(?!\w)")


def read_plain(stream: BinaryIO, *, name: str, limits: DocumentLimits) -> Document:
    """A text file in UTF-8, UTF-16 or Windows-1252. Raises ``UnreadableFile`` for what is no text, or holds none."""
    reader = TextReader(name, Limits(max_bytes=limits.max_bytes, max_line_bytes=limits.max_chars * 4))
    try:
        text = "".join(reader.pieces(stream))
    except UnreadableFile as problem:
        raise refuse(
            name,
            gettext_noop(
                "“%(file)s” is not a document that can be read here. "
                "Send a Word file (.docx), a PDF or a text file, or copy the text and paste it."
            ),
        ) from problem
    notes = []
    if reader.encoding == "cp1252":
        notes.append(Message(gettext_noop("The file is in an old encoding. Check that letters with accents look right.")))
    found = paragraphs_of(text, limits=limits)
    if not found:
        raise refuse(name, gettext_noop("“%(file)s” holds no words. Choose another file, or paste the text."))
    return Document(name, found, tuple(notes))


def paragraphs_of(text: str, *, limits: DocumentLimits) -> tuple[Paragraph, ...]:
    """Paragraphs of a text, at most as many as ``limits`` allows; the rest of a longer one is not read."""
    found: list[Paragraph] = []
    for block in _blocks(text[: limits.max_chars]):
        found += _paragraphs_in(block)
    return tuple(one for one in found if one.text)[: limits.max_paragraphs]


def _blocks(text: str) -> list[list[str]]:
    """Lines that follow each other without a blank line."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        plain = _QUOTE.sub("", line)
        if plain.strip():
            blocks[-1].append(plain)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _paragraphs_in(block: list[str]) -> list[Paragraph]:
    """Headings, items and text of one block of lines."""
    if len(block) == 1 and without_bullet(block[0]) is None and not _ATX.match(block[0]) and may_be_heading(tidy(block[0])):
        return [Paragraph(HEADING, _plain(block[0]))]
    found: list[Paragraph] = []
    open_text: list[str] = []
    found_item = False

    def close() -> None:
        if open_text:
            kind = ITEM if found_item else TEXT
            found.append(Paragraph(kind, _plain(" ".join(open_text))))
            open_text.clear()

    for place, line in enumerate(block):
        title, item = _ATX.match(line), without_bullet(line)
        if _UNDERLINE.match(line):
            if len(open_text) == 1 and not found_item:
                found.append(Paragraph(HEADING, _plain(open_text.pop())))
            close()
        elif title:
            close()
            found.append(Paragraph(HEADING, _plain(title.group(1))))
            found_item = False
        elif item is not None:
            close()
            open_text.append(item)
            found_item = True
        else:
            if open_text and not found_item and _stands_alone(open_text[-1], line):
                close()
            if place == 0 and len(block) > 1 and _is_title(tidy(line), tidy(block[1])):
                found.append(Paragraph(HEADING, _plain(line)))
                continue
            open_text.append(line.strip())
    close()
    return found


def _is_title(line: str, following: str) -> bool:
    """Whether the first line of a block is the title of the rest: marked as one, or short before a whole sentence."""
    if not may_be_heading(line):
        return False
    is_sentence = following[:1].isupper() and (following[-1:] in ".!?…" or len(following) >= 50)
    return line.endswith(":") or line.isupper() or (len(line.split()) <= 6 and is_sentence)


def _stands_alone(line: str, following: str) -> bool:
    """Whether a line was ended on purpose, not by the width: it is short, and ends like a sentence or another begins."""
    ends = line.rstrip()[-1:] in ".!?…" and len(line) < 60
    return ends or (len(line) < 50 and following.strip()[:1].isupper() and line.rstrip()[-1:] not in ",;")


def _plain(text: str) -> str:
    """Without Markdown's marks of emphasis and links, on one line."""
    text = _LINK.sub(r"\1", text)
    for _ in range(3):
        text = _EMPHASIS.sub(r"\2", text)
    return tidy(text).removesuffix(":") if may_be_heading(tidy(text)) else tidy(text)
