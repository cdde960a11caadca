"""Documents as people send them: Word with tracked changes, PDFs of all sorts, text in old encodings, and hostile files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.documents.made import COMMENT, added, deleted, docx, paragraph, pdf, run

from commonwhy.formats.documents import HEADING, ITEM, TEXT, Document, DocumentLimits, read_document, read_pasted
from commonwhy.formats.documents.pdf import joined, without_repeats
from commonwhy.formats.messages import UnreadableFile

SMALL = DocumentLimits(max_bytes=400_000, max_unpacked_bytes=300_000, max_page_bytes=100_000, max_pages=3)


def read(data: bytes, name: str = "vision.docx", limits: DocumentLimits | None = None) -> Document:
    return read_document(io.BytesIO(data), name=name, limits=limits or DocumentLimits())


def told(document: Document) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in document.paragraphs]


def refusal(data: bytes, name: str = "x.docx", limits: DocumentLimits | None = None) -> str:
    with pytest.raises(UnreadableFile) as problem:
        read(data, name, limits)
    return str(problem.value)


# Word


def test_a_word_file_is_read_in_order() -> None:
    data = docx(
        paragraph("Our vision", style="Heading1"),
        paragraph("Every child makes things."),
        paragraph(run("What we believe", bold=True)),
        paragraph("Adults learn too."),
    )
    assert told(read(data)) == [
        (HEADING, "Our vision"),
        (TEXT, "Every child makes things."),
        (HEADING, "What we believe"),
        (TEXT, "Adults learn too."),
    ]


def test_tracked_changes_are_read_as_accepted_and_counted() -> None:
    data = docx(
        paragraph("Every child ", deleted("uses devices"), added("makes things"), " that matter.", COMMENT),
        paragraph(added("Adults learn too.")),
    )
    document = read(data)
    assert told(document) == [(TEXT, "Every child makes things that matter."), (TEXT, "Adults learn too.")]
    notes = [str(note) for note in document.notes]
    assert "additions taken: 2, deletions left out: 1" in notes[0]
    assert notes[1] == "Comments left out: 1."


def test_a_document_without_changes_needs_no_note() -> None:
    assert read(docx(paragraph("Plain words."))).notes == ()


def test_a_line_break_inside_a_paragraph_parts_it() -> None:
    assert told(read(docx(paragraph("One.", "<w:r><w:br/></w:r>", "Two.")))) == [(TEXT, "One."), (TEXT, "Two.")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a document that can be read"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "has a password or is an old Word file"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "is a picture"),
        (docx(), "holds no words"),
        (docx(paragraph("x"), prolog='<!DOCTYPE w [<!ENTITY a "b">]>'), "could not be opened as a Word document"),
        (docx("<w:p><w:r><w:t>never closed"), "could not be opened as a Word document"),
        (b"PK\x03\x04" + b"\0" * 200, "could not be opened as a Word document"),
    ],
    ids=["empty", "password", "picture", "no words", "entities", "broken xml", "broken zip"],
)
def test_what_cannot_be_read_says_why_and_the_way_out(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_a_zip_of_something_else_is_no_document() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    assert "not a Word document" in refusal(packed.getvalue())


def test_a_small_file_that_unfolds_into_a_huge_one_stops_early() -> None:
    bomb = docx(paragraph("a" * 2_000_000))
    assert len(bomb) < 20_000
    assert "unpacks to far more" in refusal(bomb, limits=SMALL)


def test_pictures_in_it_are_not_unpacked() -> None:
    data = docx(paragraph("Words."), **{"word/media/image1.png": b"\0" * 2_000_000})
    assert told(read(data, limits=SMALL)) == [(TEXT, "Words.")]


def test_deep_nesting_is_refused_not_crashed() -> None:
    deep = "<w:sdt><w:sdtContent>" * 3_000 + paragraph("x") + "</w:sdtContent></w:sdt>" * 3_000
    assert "could not be opened" in refusal(docx(deep))


def test_a_file_over_the_limit_is_not_read() -> None:
    assert "larger than" in refusal(b"x" * 500_000, limits=SMALL)


# PDF

PAGES = """#set page(header: [Alder Creek Schools], footer: context [Page #counter(page).display()], width: 10cm, height: 9cm)
#set text(hyphenate: true, lang: "en")
#set par(justify: true)
= Our purpose
So that every child makes something that matters, communication and responsibilities notwithstanding.

= Our vision
{filler}

- We believe in maps
- We believe in books and responsibilities accordingly
"""


def test_a_pdf_becomes_paragraphs_again() -> None:
    filler = " ".join(f"Sentence number {word} is about understanding our neighbourhood." for word in ("one", "two", "three") * 6)
    document = read(pdf(PAGES.format(filler=filler)), "vision.pdf")
    found = told(document)
    assert found[0] == (HEADING, "Our purpose")
    assert found[1] == (
        TEXT,
        "So that every child makes something that matters, communication and responsibilities notwithstanding.",
    )
    assert (HEADING, "Our vision") in found
    assert [text for kind, text in found if kind == ITEM] == [
        "We believe in maps",
        "We believe in books and responsibilities accordingly",
    ]
    words = " ".join(text for _kind, text in found)
    assert "Alder Creek Schools" not in words
    assert "Page" not in words
    assert "\u00ad" not in words
    assert words.count("is about understanding our neighbourhood.") == 18
    assert any("headers, footers and numbers left out" in str(note) for note in document.notes)


def test_a_pdf_of_pictures_says_so_and_the_way_out() -> None:
    words = refusal(pdf("x", pages_only=True), "scan.pdf")
    assert "OCR" in words
    assert "paste" in words


def test_a_password_is_asked_away_but_a_lock_against_printing_is_none() -> None:
    text = "Every child makes things that matter to others."
    assert "protected by a password" in refusal(pdf(text, password="secret"), "x.pdf")
    assert told(read(pdf(text, password=""), "x.pdf")) == [(TEXT, text)]


def test_a_long_pdf_and_a_full_page_are_refused() -> None:
    assert "more than 3 pages" in refusal(pdf("#pagebreak()\n" * 4 + "x"), "x.pdf", SMALL)
    full = pdf("#set page(width: 500cm, height: 500cm)\n" + "words and more " * 15_000)
    assert "far more on a page" in refusal(full, "x.pdf", SMALL)


@pytest.mark.parametrize("cut", [20, 200, 1000])
def test_a_cut_off_pdf_is_refused_in_words(cut: int) -> None:
    words = refusal(pdf("Every child makes things.")[:cut], "x.pdf")
    assert "x.pdf" in words


def test_words_parted_at_a_line_end_are_joined() -> None:
    assert joined(["The commu-", "nity cares."]) == ["The community", "cares."]
    assert joined(["well-being first", "and well-", "being last"]) == ["well-being first", "and well-being", "last"]
    assert joined(["adipisc\u00ad", "ing elit"]) == ["adipiscing", "elit"]
    assert joined(["grades K-", "12 and up"]) == ["grades K-", "12 and up"]


def test_lines_on_most_pages_are_taken_off_and_others_stay() -> None:
    pages = [["District", f"Text {word}", "More", f"- {number} -"] for number, word in enumerate(("a", "b", "c"), start=1)]
    kept, count = without_repeats(pages)
    assert kept == [["Text a", "More"], ["Text b", "More"], ["Text c", "More"]] or kept == [["Text a"], ["Text b"], ["Text c"]]
    assert count >= 6
    assert without_repeats([["Only page", "of words"]]) == ([["Only page", "of words"]], 0)


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_any_usual_encoding(encoding: str) -> None:
    text = "Nuestra visión\n\nCada niño hace algo que importa a los demás y lo cuenta.\n"
    document = read(text.encode(encoding), "vision.txt")
    assert told(document) == [(HEADING, "Nuestra visión"), (TEXT, "Cada niño hace algo que importa a los demás y lo cuenta.")]
    assert bool(document.notes) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Our vision\nWe **make** [maps](x).", [(HEADING, "Our vision"), (TEXT, "We make maps.")]),
        ("Vision\n======\nWe make maps.", [(HEADING, "Vision"), (TEXT, "We make maps.")]),
        ("We believe:\n- in maps\n- in\n  books", [(HEADING, "We believe"), (ITEM, "in maps"), (ITEM, "in books")]),
        ("1. One thing.\n2) Another.", [(ITEM, "One thing."), (ITEM, "Another.")]),
        ("Every child can\nAdults learn too", [(TEXT, "Every child can"), (TEXT, "Adults learn too")]),
        (
            "This is a line that an e-mail program broke at a fixed width so that\nit goes on here.",
            [(TEXT, "This is a line that an e-mail program broke at a fixed width so that it goes on here.")],
        ),
        (
            "MISSION\nTo serve every child in this valley, every day.",
            [(HEADING, "MISSION"), (TEXT, "To serve every child in this valley, every day.")],
        ),
        ("> quoted\n> words", [(TEXT, "quoted words")]),
        (" \n\n", []),
    ],
)
def test_pasted_text(text: str, found: list[tuple[str, str]]) -> None:
    assert told(read_pasted(text)) == found


# Anything at all


def words_of(document: Document) -> str:
    return "".join("".join(one.text for one in document.paragraphs).split())


@given(
    st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), max_size=60),
    st.sampled_from([" ", "\n", "\n\n"]),
)
def test_pasted_words_are_all_there(words: list[str], between: str) -> None:
    """Letters and figures survive whatever the lines look like, but for the number of a numbered list."""
    text = between.join(words)
    found = words_of(read_pasted(text))
    assert found == "".join(text.split()) or any(word.isdigit() for word in words)


@given(st.text(max_size=500))
def test_any_text_can_be_pasted(text: str) -> None:
    for one in read_pasted(text).paragraphs:
        assert one.text == one.text.strip() != ""
        assert "\n" not in one.text


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([run, added, deleted]),
            st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20),
        ),
        max_size=8,
    )
)
def test_a_word_file_holds_what_was_kept_and_nothing_deleted(pieces: list[tuple[Callable[[str], str], str]]) -> None:
    kept = "".join(text for make, text in pieces if make is not deleted)
    try:
        found = words_of(read(docx(paragraph(*[make(text) for make, text in pieces]))))
    except UnreadableFile:
        found = ""
    assert found in {"".join(kept.split()), "".join(kept.split()).removesuffix(":")}


@settings(max_examples=80)
@given(st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\xff\xfe", b"# "]), st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(start: bytes, rest: bytes) -> None:
    try:
        document = read(start + rest, "any")
    except UnreadableFile as problem:
        assert "any" in str(problem)  # noqa: PT017
    else:
        assert document.paragraphs
