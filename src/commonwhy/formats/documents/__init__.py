"""A document that somebody sends (Word, PDF, text) or pastes, as paragraphs, headings and list items.

Layout is left behind; nothing in a file is run, followed or fetched. Each kind of file has its module. What had to be
guessed, left out or decided (tracked changes, comments, repeated page headers) is noted in the document's ``notes``.
"""

from __future__ import annotations

from typing import BinaryIO

from commonwhy.formats.documents.content import (
    DEFAULT_DOCUMENT_LIMITS,
    HEADING,
    ITEM,
    TEXT,
    Document,
    DocumentLimits,
    Paragraph,
    refuse,
)
from commonwhy.formats.messages import gettext_noop

__all__ = [
    "DEFAULT_DOCUMENT_LIMITS",
    "HEADING",
    "ITEM",
    "TEXT",
    "Document",
    "DocumentLimits",
    "Paragraph",
    "read_document",
    "read_pasted",
]

_ZIP, _OLD_OFFICE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")


def read_document(stream: BinaryIO, *, name: str, limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS) -> Document:
    """The words of one file; its first bytes say what it is, not its name. ``stream`` must be seekable.

    Raises ``UnreadableFile``: too large, protected by a password, damaged, without text, or another kind of file.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > limits.max_bytes:
        raise refuse(
            name,
            gettext_noop("“%(file)s” is larger than %(limit)s MB, so it was not read. Copy the text and paste it instead."),
            limit=limits.max_bytes // 1_000_000,
        )
    start = stream.read(1024)
    stream.seek(0)
    # The readers of Word and PDF files are loaded only where one is read.
    if start.startswith(_ZIP):
        from commonwhy.formats.documents.word import read_word

        return read_word(stream, name=name, limits=limits)
    if _PDF in start:
        from commonwhy.formats.documents.pdf import read_pdf

        return read_pdf(stream, name=name, limits=limits)
    if start.startswith(_OLD_OFFICE):
        raise refuse(
            name,
            gettext_noop(
                "“%(file)s” has a password or is an old Word file (.doc). "
                "Open it in Word and save it as .docx without a password, or copy the text and paste it."
            ),
        )
    if start.startswith(_PICTURES):
        raise refuse(name, gettext_noop("“%(file)s” is a picture. Type or paste its words instead."))
    from commonwhy.formats.documents.plain import read_plain

    return read_plain(stream, name=name, limits=limits)


def read_pasted(text: str, *, limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS) -> Document:
    """The words somebody pasted, read as a text file is."""
    from commonwhy.formats.documents.plain import paragraphs_of

    return Document("", paragraphs_of(text, limits=limits))
