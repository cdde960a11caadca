"""The vision on paper and as the card others show: tagged, in its language, complete, made once, in order for anybody."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pypdf import PdfReader

from commonwhy.core import typesetting
from commonwhy.vision.models import LookFor, VisionVersion
from commonwhy.vision.services import drafting, endorsement
from tests.cast import Cast
from tests.vision.drafts import MINUTES, WHY, adopt, adopted_vision, begin, clauses_of, say, write_draft

PDF = "/v/alder-creek/1/vision.pdf"
CARD = "/v/alder-creek/1/card.png"


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    settings.VAR = tmp_path
    return tmp_path / "papers"


def whole(cast: Cast) -> VisionVersion:
    draft = write_draft(cast, "Students show their work.")
    clause = clauses_of(draft)[0]
    LookFor.everything.create(
        district=cast.alder, clause=clause, position=1, texts={"en": "Two works a year.", "es": "Dos obras."}
    )
    drafting.cite(clause=clause, excerpt=say(cast, "بالعربية", language="ar"), by=cast.coach)
    VisionVersion.everything.filter(pk=draft.pk).update(
        beliefs=[{"en": "Every child is curious."}],
        glossary=[{"term": {"en": "Look-for"}, "means": {"en": "What one would see."}}],
        mission={"en": "Ready for life."},
    )
    teachers = cast.group("teachers")
    endorsement.record(
        version=draft,
        group=teachers,
        stand="cannot",
        because={"en": "It slows publishing down."},
        heard_on=draft.endorsements.get(group=teachers).heard_on,
        heard_how="meeting",
        by=cast.coach,
        revision=1,
    )
    return adopt(cast, draft)


def read(address: str) -> PdfReader:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(answer.content))


def words_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_a_screen_reader_can_read_it(cast: Cast) -> None:
    """PDF/UA-1: tagged, with a title that is shown, in a language that is named."""
    whole(cast)
    pdf = read(f"{PDF}?lang=en")
    catalog: Any = pdf.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "en"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Our shared vision · Alder Creek"
    assert b"pdfuaid" in catalog["/Metadata"].get_object().get_data()


def test_it_holds_everything_the_page_holds(cast: Cast) -> None:
    whole(cast)
    words = words_of(read(f"{PDF}?lang=en"))
    for one in (
        WHY["en"],
        "Students show their work.",
        "Two works a year.",
        "Every child is curious.",
        "Look-for",
        "Ready for life.",
        "It slows publishing down.",
        MINUTES["en"],
        "We asked: What does it mean?",
        "The board adopted it.",
        "/v/alder-creek/1/",
    ):
        assert one in words, one


def test_it_speaks_the_readers_language(cast: Cast) -> None:
    whole(cast)
    pdf = read(f"{PDF}?lang=es")
    assert pdf.trailer["/Root"]["/Lang"] == "es"
    words = words_of(pdf)
    assert WHY["es"] in words
    assert "Dos obras." in words


def test_the_card_is_a_picture_of_1200_by_630(cast: Cast) -> None:
    adopted_vision(cast)
    answer = Client().get(CARD)
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert struct.unpack(">II", answer.content[16:24]) == (1200, 630)
    assert Client().get(f"{CARD}?lang=es").content != Client().get(f"{CARD}?lang=en").content


def test_it_is_made_once_and_again_when_the_district_changed_its_color(cast: Cast, shelf: Path, monkeypatch: Any) -> None:
    adopted_vision(cast)
    first = Client().get(f"{CARD}?lang=en").content
    made = list(shelf.iterdir())
    assert len(made) == 1
    monkeypatch.setattr(typesetting, "picture", lambda *_: pytest.fail("it lies there already"))
    assert Client().get(f"{CARD}?lang=en").content == first
    monkeypatch.undo()
    monkeypatch.setattr(settings, "VAR", shelf.parent)
    cast.alder.accent = "#7a1f5c"
    cast.alder.save()
    assert Client().get(f"{CARD}?lang=en").content != first


def test_markup_in_words_stays_words(cast: Cast) -> None:
    hostile = '#eval("1") *bold* = Heading $x$ @ref <label> "quoted"'
    adopt(cast, write_draft(cast, hostile, why={"en": hostile}))
    assert hostile.replace('"', "") in words_of(read(f"{PDF}?lang=en")).replace("“", "").replace("”", "").replace('"', "")
    assert Client().get(CARD).status_code == 200


def test_no_draft_is_on_paper(cast: Cast) -> None:
    write_draft(cast)
    for address in (PDF, CARD):
        assert cast.client("superintendent").get(address).status_code == 404
    adopted_vision(cast)
    begin(cast)
    for address in (PDF, CARD):
        assert Client().get(address.replace("/1/", "/2/")).status_code == 404


def test_anybody_may_keep_it_and_nobody_is_remembered(cast: Cast) -> None:
    adopted_vision(cast)
    for address in (PDF, CARD):
        answer = Client().get(address)
        assert answer["Cache-Control"] == "public, max-age=300"
        assert not answer.cookies
        assert answer["X-Content-Type-Options"] == "nosniff"
