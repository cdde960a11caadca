"""Looking for voices to cite: by words whatever their case and accents, by who said them, page by page."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonwhy.core.languages import language_name
from commonwhy.vision.models import Clause
from commonwhy.vision.queries import citing
from commonwhy.vision.services import drafting
from tests.cast import Cast
from tests.vision.drafts import begin, hold_survey, say


@pytest.fixture
def clause(cast: Cast) -> Clause:
    hold_survey(cast)
    return drafting.add_clause(version=begin(cast), texts={"en": "A sentence."}, by=cast.coach)


def found(cast: Cast, clause: Clause, **wanted: Any) -> set[str]:
    return {voice.words for voice in citing.voices_to_cite(cast.viewer("coach"), clause, **wanted).voices}


@pytest.mark.parametrize(
    ("q", "finds"),
    [
        ("cancion", True),
        ("CANCIÓN", True),
        ("arbol cancion", True),
        ("  Canción   niños ", True),
        ("canción perro", False),
        ("100%", False),
        ("_", False),
        ("", True),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(cast: Cast, clause: Clause, q: str, finds: bool) -> None:
    say(cast, "Los NIÑOS hicieron una canción sobre el Árbol.", language="es")
    assert bool(found(cast, clause, q=q)) is finds


def test_only_the_first_words_count_so_that_a_page_of_text_is_no_trap(cast: Cast, clause: Clause) -> None:
    say(cast, "one two three four five six seven eight")
    assert found(cast, clause, q="one two three four five six seven eight nine ten " * 50)


def test_who_said_it_narrows(cast: Cast, clause: Clause) -> None:
    say(cast, "A teacher", kind="teachers", school=cast.creekside)
    say(cast, "Una familia", kind="families", school=cast.maple, language="es")
    say(cast, "Nobody known", kind=None)
    assert found(cast, clause, group=str(cast.group("families").pk)) == {"Una familia"}
    assert found(cast, clause, school=str(cast.creekside.pk)) == {"A teacher"}
    assert found(cast, clause, language="es") == {"Una familia"}
    assert found(cast, clause, q="a", group=str(cast.group("teachers").pk)) == {"A teacher"}
    assert len(found(cast, clause)) == 3


def test_what_the_sentence_rests_on_is_not_offered_again(cast: Cast, clause: Clause) -> None:
    voice = say(cast, "Cited here")
    drafting.cite(clause=clause, excerpt=voice, by=cast.coach)
    assert found(cast, clause) == set()
    other = drafting.add_clause(version=clause.version, texts={"en": "Another."}, by=cast.coach)
    assert found(cast, other) == {"Cited here"}
    assert found(cast, other, uncited=True) == set()


def test_voices_come_page_by_page_and_none_twice(cast: Cast, clause: Clause) -> None:
    for number in range(2 * citing.PAGE + 5):
        say(cast, f"Voice number {number}")
    for wanted in ({}, {"q": "voice"}):
        pages = [citing.voices_to_cite(cast.viewer("coach"), clause, page=page, **wanted) for page in (1, 2, 3)]
        words = [voice.words for page in pages for voice in page.voices]
        assert len(words) == len(set(words)) == 45
        assert [(page.previous, page.following) for page in pages] == [(None, 2), (1, 3), (2, None)]
        assert citing.voices_to_cite(cast.viewer("coach"), clause, page=99, **wanted).page == 3


def test_the_choices_are_what_there_is(cast: Cast, clause: Clause) -> None:
    say(cast, "One", kind="teachers", school=cast.creekside)
    say(cast, "Two", kind="families", language="es")
    offered = citing.choices(cast.viewer("coach"), cast.alder)
    assert [label for _key, label in offered["group"]] == ["Families", "Teachers"]
    assert [label for _key, label in offered["school"]] == ["Creekside Middle School"]
    assert [label for _key, label in offered["language"]] == ["English", "Spanish"]


def test_a_language_django_does_not_know_is_named_by_its_code() -> None:
    assert language_name("hmn") == "hmn"


@pytest.mark.parametrize(
    "query", ["?group=nonsense", "?page=999999999999", "?page=-1", "?q=%00", f"?q={'x' * 5000}", "?language=zz"]
)
def test_a_search_from_anywhere_is_answered(cast: Cast, clause: Clause, query: str) -> None:
    say(cast, "One", kind="teachers")
    say(cast, "Two", kind="families", language="es")
    address = reverse("vision:clause", args=["alder-creek", clause.pk])
    assert cast.client("coach").get(address + query).status_code == 200


def test_htmx_gets_the_voices_and_nothing_else(cast: Cast, clause: Clause) -> None:
    say(cast, "A voice")
    address = reverse("vision:clause", args=["alder-creek", clause.pk])
    page = cast.client("coach").get(address, {"q": "voice"}, HTTP_HX_REQUEST="true").content.decode()
    assert page.strip().startswith('<section id="voices"')
    assert "A voice" in page
    assert "<html" not in page


def test_without_any_voice_the_page_leads_to_the_answers(cast: Cast, clause: Clause) -> None:
    page = cast.client("coach").get(reverse("vision:clause", args=["alder-creek", clause.pk])).content.decode()
    assert "No voice was marked yet" in page
    assert reverse("listening:voices", args=["alder-creek"]) in page


def test_a_search_without_a_hit_says_how_to_go_on(cast: Cast, clause: Clause) -> None:
    say(cast, "A voice")
    address = reverse("vision:clause", args=["alder-creek", clause.pk])
    assert "Try fewer words" in cast.client("coach").get(address, {"q": "zebra"}).content.decode()
