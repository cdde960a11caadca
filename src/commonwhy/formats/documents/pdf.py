"""PDF files: lines as they stand on the page, put together to paragraphs again.

A PDF knows where letters stand and nothing of sentences. So headers and footers that repeat are taken off, words parted at
a line's end are joined, and lines are one paragraph until something says otherwise. A scanned page holds no letters at
all; that is said, with the way out.
"""

from __future__ import annotations

import re
from collections import Counter
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
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop

FEWEST_LETTERS = 20
"""With fewer in the whole file, nothing was written in it as text."""
_EDGE = 2
_PAGE_NUMBER = re.compile(r"^(?:page|página|p\.?)?\s*[-–]?\s*\d{1,4}(?:\s*(?:/|of|de)\s*\d{1,4})?\s*[-–]?$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_NO_LETTER = re.compile(r"\W")
_PARTED = re.compile(r"(\w+)-$")

DAMAGED = gettext_noop("“%(file)s” could not be read as a PDF. Open it, copy the text and paste it, or save it as PDF again.")
PASSWORD = gettext_noop("“%(file)s” is protected by a password. Save a copy without one, or open it, copy the text and paste it.")
NO_TEXT = gettext_noop(
    "“%(file)s” holds pictures of pages, not text, as scanners make them. "
    "Have it recognized first (OCR), or type or paste the words."
)
TOO_LONG = gettext_noop("“%(file)s” has more than %(limit)s pages. Save the pages of the vision as a file of their own.")
TOO_MUCH = gettext_noop("“%(file)s” holds far more on a page than people read. Open it, copy the text and paste it.")


def read_pdf(stream: BinaryIO, *, name: str, limits: DocumentLimits) -> Document:
    """The words of a PDF. Raises ``UnreadableFile``: password, damaged, too long, or pictures of pages without text."""
    try:
        pages = _pages(stream, name, limits)
    except UnreadableFile:
        raise
    except Exception as problem:  # a damaged or hostile file makes the reader raise whatever comes
        raise refuse(name, DAMAGED) from problem
    if sum(sign.isalpha() for page in pages for line in page for sign in line) < FEWEST_LETTERS:
        raise refuse(name, NO_TEXT)
    kept, taken_off = without_repeats(pages)
    if not any(kept):
        kept, taken_off = pages, 0
    lines = joined([line for page in kept for line in page])
    notes = [Message(gettext_noop("A PDF does not say where paragraphs end. Check the text once before you keep it."))]
    if taken_off:
        notes.append(Message(gettext_noop("Page headers, footers and numbers left out: %(count)s lines."), {"count": taken_off}))
    return Document(name, tuple(_paragraphs(lines))[: limits.max_paragraphs], tuple(notes))


def _pages(stream: BinaryIO, name: str, limits: DocumentLimits) -> list[list[str]]:
    """The lines of each page."""
    from pypdf import PdfReader

    reader = PdfReader(stream, strict=False)
    # Many files are encrypted without a password, only to forbid printing.
    if reader.is_encrypted and not reader.decrypt(""):
        raise refuse(name, PASSWORD)
    if len(reader.pages) > limits.max_pages:
        raise refuse(name, TOO_LONG, limit=limits.max_pages)
    pages: list[list[str]] = []
    drawn = chars = 0
    for page in reader.pages:
        contents = page.get_contents()
        drawing = len(contents.get_data()) if contents is not None else 0
        drawn += drawing
        if drawing > limits.max_page_bytes or drawn > limits.max_drawn_bytes:
            raise refuse(name, TOO_MUCH)
        text = page.extract_text() if drawing else ""
        chars += len(text)
        if chars > limits.max_chars:
            raise refuse(name, TOO_MUCH)
        pages.append([line for line in text.splitlines() if line.strip()])
    return pages


def without_repeats(pages: list[list[str]]) -> tuple[list[list[str]], int]:
    """The pages without lines at their top and bottom that most pages share, and without bare page numbers; how many
    lines that took off. A number in a shared line may differ from page to page.
    """

    def shape(line: str) -> str:
        return _DIGITS.sub("#", tidy(line)).casefold()

    tops = Counter(mark for page in pages for mark in {shape(line) for line in page[:_EDGE]})
    ends = Counter(mark for page in pages for mark in {shape(line) for line in page[-_EDGE:]})
    enough = max(2, -(-len(pages) * 3 // 5))
    kept = []
    for page in pages:
        first, last = 0, len(page)
        while first < min(_EDGE, last) and (tops[shape(page[first])] >= enough or _PAGE_NUMBER.match(tidy(page[first]))):
            first += 1
        while last > max(first, len(page) - _EDGE) and (
            ends[shape(page[last - 1])] >= enough or _PAGE_NUMBER.match(tidy(page[last - 1]))
        ):
            last -= 1
        kept.append(page[first:last])
    return kept, sum(map(len, pages)) - sum(map(len, kept))


def joined(lines: list[str]) -> list[str]:
    """The lines with words that were parted at a line's end put together on the first of the two.

    A soft hyphen always goes. A plain one may belong to the word (`well-` `being`): it stays where the word is written so
    elsewhere in the text, and goes otherwise.
    """
    whole = {word.casefold() for line in lines for word in re.findall(r"\w+(?:-\w+)+", line)}
    found: list[str] = []
    for raw in lines:
        line = raw.strip()
        if found and line:
            before = found[-1]
            soft = before.endswith("\u00ad")
            parted = _PARTED.search(before)
            if soft or (parted and line[0].islower()):
                head, _space, rest = line.partition(" ")
                keeps = not soft and parted and f"{parted[1]}-{_NO_LETTER.split(head, maxsplit=1)[0]}".casefold() in whole
                found[-1] = (before if keeps else before[:-1]) + head
                line = rest.strip()
        if line:
            found.append(line)
    return [line.replace("\u00ad", "") for line in found]


def _paragraphs(lines: list[str]) -> list[Paragraph]:
    """Lines put together until one ends short, an item begins or a title stands alone."""
    widest = max(map(len, lines), default=0)
    found: list[Paragraph] = []
    kind, words = TEXT, ""

    def close() -> None:
        nonlocal kind, words
        if tidy(words):
            found.append(Paragraph(kind, tidy(words)))
        kind, words = TEXT, ""

    for place, line in enumerate(lines):
        item = without_bullet(line)
        following = lines[place + 1] if place + 1 < len(lines) else ""
        if item is not None:
            close()
            kind, words = ITEM, item
        elif not _goes_on(words) and _is_title(line, following, widest):
            close()
            found.append(Paragraph(HEADING, tidy(line).removesuffix(":")))
            continue
        else:
            if kind == ITEM and not _goes_on(words) and line[:1].isupper():
                close()
            words = f"{words} {line}" if words else line
        if len(line) < widest * 0.8 and not _goes_on(line) and (kind != ITEM or following[:1].isupper()):
            close()
    close()
    return found


def _goes_on(words: str) -> bool:
    """Whether what stands there is in the middle of a sentence."""
    return bool(words) and words.rstrip()[-1] not in '.!?:;…”"'


def _is_title(line: str, following: str, widest: int) -> bool:
    short = len(line) < widest * 0.6 and may_be_heading(tidy(line))
    return short and line[:1].isupper() and (following[:1].isupper() or without_bullet(following) is not None)
