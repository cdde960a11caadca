"""Documents made by the tests themselves: a Word file is a zip of XML, a PDF is set from text."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

import typst
from pypdf import PdfReader, PdfWriter

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


def run(text: str, *, bold: bool = False) -> str:
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{weight}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def added(text: str) -> str:
    return f'<w:ins w:id="1" w:author="A" w:date="2024-01-01T00:00:00Z">{run(text)}</w:ins>'


def deleted(text: str) -> str:
    words = f'<w:r><w:delText xml:space="preserve">{escape(text)}</w:delText></w:r>'
    return f'<w:del w:id="2" w:author="A" w:date="2024-01-01T00:00:00Z">{words}</w:del>'


COMMENT = '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'


def paragraph(*runs: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}{''.join(one if one.startswith('<') else run(one) for one in runs)}</w:p>"


def docx(*paragraphs: str, prolog: str = "", **parts: bytes) -> bytes:
    """A Word file with these paragraphs (XML), and other parts by name."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document {W}><w:body>{"".join(paragraphs)}</w:body></w:document>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", body)
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def pdf(text: str, *, password: str | None = None, pages_only: bool = False) -> bytes:
    """A PDF set by Typst; with a password, or with pages that hold no text."""
    made: bytes = typst.compile(text.encode())
    if password is None and not pages_only:
        return made
    writer = PdfWriter()
    if pages_only:
        writer.add_blank_page(width=300, height=300)
    else:
        writer.append(PdfReader(io.BytesIO(made)))
        writer.encrypt(user_password=password or "", owner_password="owner", algorithm="RC4-128")
    packed = io.BytesIO()
    writer.write(packed)
    return packed.getvalue()
