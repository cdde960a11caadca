"""What sentences lean on of the published standards: said in drafts, shown everywhere, never counted as a score."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from commonwhy.core.models import AuditEntry
from commonwhy.vision.models import ClauseAlignment, VisionVersion
from commonwhy.vision.services import aligning, drafting
from tests.cast import Cast
from tests.vision.drafts import adopt, clauses_of, write_draft

NOTE = {"en": "They design for the town.", "es": "Diseñan para el pueblo."}


@pytest.fixture
def draft(cast: Cast) -> VisionVersion:
    return write_draft(cast)


def at(name: str, *more: object) -> str:
    return reverse(f"vision:{name}", args=["alder-creek", *more])


def test_a_sentence_leans_on_a_standard_once_and_the_note_can_change(cast: Cast, draft: VisionVersion) -> None:
    clause = clauses_of(draft)[0]
    for note in ({}, NOTE, NOTE):
        aligning.align(clause=clause, framework="iste-students", code="1.4", note=note, by=cast.coach)
    assert ClauseAlignment.everything.get().note == NOTE
    for _twice in range(2):
        aligning.unalign(clause=clause, framework="iste-students", code="1.4", by=cast.coach)
    assert not ClauseAlignment.everything.exists()
    verbs = AuditEntry.objects.filter(detail__code="1.4").values_list("verb", flat=True)
    assert sorted(verbs) == ["aligned", "aligned", "aligned no more"]


@pytest.mark.parametrize(("framework", "code"), [("iste-students", "9.9"), ("nonsense", "1.4"), ("iste-students", "")])
def test_what_nobody_published_is_refused(cast: Cast, draft: VisionVersion, framework: str, code: str) -> None:
    with pytest.raises(aligning.NoSuchStandard):
        aligning.align(clause=clauses_of(draft)[0], framework=framework, code=code, by=cast.coach)
    assert not ClauseAlignment.everything.exists()


def test_an_adopted_version_is_aligned_by_nobody(cast: Cast, draft: VisionVersion) -> None:
    clause = clauses_of(draft)[0]
    aligning.align(clause=clause, framework="iste-students", code="1.4", by=cast.coach)
    adopt(cast, draft)
    adopted = clauses_of(draft)[0]
    with pytest.raises(drafting.NotADraftError):
        aligning.align(clause=adopted, framework="iste-coaches", code="4.1", by=cast.coach)
    with pytest.raises(drafting.NotADraftError):
        aligning.unalign(clause=adopted, framework="iste-students", code="1.4", by=cast.coach)
    assert ClauseAlignment.everything.filter(clause=adopted).count() == 1


def test_the_page_tells_it_from_both_sides_and_gives_no_score(
    cast: Cast, draft: VisionVersion, django_assert_max_num_queries: Any
) -> None:
    first, second = clauses_of(draft)
    for clause, framework, code in (
        (first, "iste-students", "1.4"),
        (second, "iste-students", "1.4"),
        (second, "iste-coaches", "4.1"),
    ):
        aligning.align(clause=clause, framework=framework, code=code, note=NOTE, by=cast.coach)
    with django_assert_max_num_queries(24):
        page = " ".join(cast.client("coach").get(at("alignment")).content.decode().split())
    assert "sentences 1, 2" in page
    assert "For students" in page
    assert "For coaches" in page
    assert "For leaders" not in page
    assert "https://iste.org/standards" in page
    shown = re.sub(r"<[^>]+>", " ", page.split("<h1>")[1])
    assert not re.search(r"\d\s*(%|percent)|\d+ of \d+", shown)
    assert "They design for the town." in page


def test_a_standard_from_the_page_and_back(cast: Cast, draft: VisionVersion) -> None:
    address, coach = at("align", clauses_of(draft)[0].pk), cast.client("coach")
    assert coach.post(address, {"standard": ""}).status_code == 400
    assert coach.post(address, {"standard": "iste-students 9.9"}).status_code == 400
    assert coach.post(address, {"standard": "iste-students 1.4", "note_en": NOTE["en"]}).status_code == 302
    assert "Innovative Designer" in coach.get(address).content.decode()
    coach.post(address, {"take_back": "iste-students 1.4"})
    assert not ClauseAlignment.everything.exists()


def test_what_was_adopted_shows_it_to_anyone(cast: Cast, draft: VisionVersion) -> None:
    aligning.align(clause=clauses_of(draft)[0], framework="iste-students", code="1.4", note=NOTE, by=cast.coach)
    assert cast.client(None).get("/v/alder-creek/").status_code == 404
    adopt(cast, draft)
    page = cast.client(None).get("/v/alder-creek/?lang=es").content.decode()
    assert "Innovative Designer" in page
    assert NOTE["es"] in page


def test_the_stage_of_aligning_leads_there(cast: Cast, draft: VisionVersion) -> None:
    assert at("alignment") in cast.client("coach").get(at("stages")).content.decode()


def test_without_a_vision_the_page_says_where_it_begins(cast: Cast) -> None:
    assert "begins with our why" in cast.client("coach").get(at("alignment")).content.decode()
