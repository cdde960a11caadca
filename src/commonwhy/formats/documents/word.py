"""Word files (.docx): a zip of XML, unpacked within limits before mammoth turns it into paragraphs.

Changes that somebody tracked are read as accepted: what was added is there, what was deleted is not. Comments, footnotes
and pictures stay behind. How many of each there were is noted, so that nobody takes half a negotiation for the outcome.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from html.parser import HTMLParser
from typing import Any, BinaryIO
from xml.etree import ElementTree

from commonwhy.formats.archives import ArchiveLimits, open_archive
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
)
from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop

_MAX_PARTS = 2_000
_TITLES = "p[style-name='Title'] => h1:fresh\np[style-name='Título'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
_DECLARES = tuple(mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be"))
DAMAGED = gettext_noop(
    "“%(file)s” could not be opened as a Word document. Open it in Word and save it again, or copy the text and paste it."
)
TOO_MUCH = gettext_noop("“%(file)s” unpacks to far more than a document needs, so it was not read. Copy the text and paste it.")


def read_word(stream: BinaryIO, *, name: str, limits: DocumentLimits) -> Document:
    """The words of a .docx. Raises ``UnreadableFile``: damaged, another kind of zip, too much in it, or no words."""
    import mammoth

    parts = _unpacked(stream, name, limits)
    counts = _counted(parts, name)
    try:
        html = mammoth.convert_to_html(_packed(parts), style_map=_TITLES, convert_image=_no_picture).value
        collector = _Paragraphs()
        collector.feed(html)
        collector.close()
    except Exception as problem:  # a damaged document makes the reader raise whatever comes
        raise refuse(name, DAMAGED) from problem
    found = tuple(one for one in collector.found if one.text)[: limits.max_paragraphs]
    if not found:
        raise refuse(name, gettext_noop("“%(file)s” holds no words. Choose another file, or paste the text."))
    return Document(name, found, tuple(_notes(counts)))


def _unpacked(stream: BinaryIO, name: str, limits: DocumentLimits) -> dict[str, bytes]:
    """The document's XML by name, never more of it than the limit. Pictures and macros are not unpacked."""
    try:
        # Refuses a list of contents that would fill the memory by itself.
        with open_archive(stream, name=name, limits=ArchiveLimits(limits.max_bytes, max_files=_MAX_PARTS)):
            stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            if "[Content_Types].xml" not in archive.namelist():
                raise refuse(name, gettext_noop("“%(file)s” is not a Word document. Choose a .docx, a PDF or a text file."))
            parts: dict[str, bytes] = {}
            left = limits.max_unpacked_bytes
            for entry in archive.infolist():
                if not entry.filename.lower().endswith((".xml", ".rels")) or entry.filename in parts:
                    continue
                with archive.open(entry) as part:
                    data = part.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise refuse(name, TOO_MUCH)
                if any(mark in data for mark in _DECLARES):
                    raise refuse(name, DAMAGED)
                parts[entry.filename] = data
    except UnreadableFile as problem:
        if problem.message.template in {DAMAGED, TOO_MUCH} or "Word document" in problem.message.template:
            raise
        raise refuse(name, DAMAGED) from problem
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, RuntimeError, NotImplementedError) as bad:
        raise refuse(name, DAMAGED) from bad
    return parts


def _packed(parts: dict[str, bytes]) -> BinaryIO:
    """The parts as a zip again: what the reader sees is what was counted."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    packed.seek(0)
    return packed


def _no_picture(_image: Any) -> list[Any]:
    return []


def _local(tag: Any) -> str:
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _counted(parts: dict[str, bytes], name: str) -> dict[str, int]:
    """How many tracked additions and deletions, comments and footnotes the text holds."""
    counts = {"added": 0, "deleted": 0, "comments": 0, "footnotes": 0}
    for path, data in parts.items():
        if not path.lower().endswith("document.xml"):
            continue
        try:
            root = ElementTree.fromstring(data)  # noqa: S314  (no document type, so no entities; and limited in size)
        except ElementTree.ParseError as problem:
            raise refuse(name, DAMAGED) from problem
        for element in root.iter():
            kind = _local(element.tag)
            if kind in {"ins", "moveTo"}:
                counts["added"] += any(_local(each.tag) == "t" for each in element.iter())
            elif kind in {"del", "moveFrom"}:
                counts["deleted"] += any(_local(each.tag) in {"delText", "t"} for each in element.iter())
            elif kind == "commentReference":
                counts["comments"] += 1
            elif kind in {"footnoteReference", "endnoteReference"}:
                counts["footnotes"] += 1
    return counts


def _notes(counts: dict[str, int]) -> list[Message]:
    notes = []
    if counts["added"] or counts["deleted"]:
        template = gettext_noop(
            "The document has tracked changes. They were read as accepted: additions taken: %(added)s, "
            "deletions left out: %(deleted)s. Check that this is what was adopted."
        )
        notes.append(Message(template, {"added": counts["added"], "deleted": counts["deleted"]}))
    if counts["comments"]:
        notes.append(Message(gettext_noop("Comments left out: %(count)s."), {"count": counts["comments"]}))
    if counts["footnotes"]:
        notes.append(Message(gettext_noop("Footnotes left out: %(count)s."), {"count": counts["footnotes"]}))
    return notes


class _Paragraphs(HTMLParser):
    """Paragraphs of mammoth's HTML; a line break inside one starts another, a bold line by itself is a heading."""

    KINDS = {**dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), HEADING), "p": TEXT, "li": ITEM, "td": TEXT, "th": TEXT}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Paragraph] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self._bold = self._words_bold = self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped or tag == "sup" or (tag == "li" and (dict(attrs).get("id") or "").startswith(("footnote", "endnote"))):
            self._skipped += tag not in {"br", "img", "hr"}
        elif tag in self.KINDS:
            self._close()
            self._open.append(tag)
        elif tag == "br":
            self._close()
        elif tag == "strong":
            self._bold += 1

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif tag in self.KINDS:
            self._close()
            if tag in self._open:
                self._open.remove(tag)
        elif tag == "strong":
            self._bold = max(0, self._bold - 1)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._words.append(data)
            self._words_bold += len(data.strip()) if self._bold else 0

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        text = tidy("".join(self._words))
        all_bold = self._words_bold >= sum(len(piece.strip()) for piece in self._words) > 0
        kinds = [self.KINDS[tag] for tag in self._open]
        kind = next((one for one in (HEADING, ITEM) if one in kinds), TEXT)
        if kind == TEXT and all_bold and may_be_heading(text):
            kind = HEADING
        if text:
            self.found.append(Paragraph(kind, text.removesuffix(":") if kind == HEADING else text))
        self._words, self._words_bold = [], 0
