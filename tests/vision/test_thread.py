"""The thread from a voice to a sentence and back: only in the district, only what may be seen, never to a person."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from commonwhy.core.thread import outcomes_of, sources_of
from commonwhy.districts.services import give_role
from commonwhy.listening.models import Conversation, Excerpt, Note
from commonwhy.vision.models import ClauseVoice
from commonwhy.vision.services import drafting
from tests.cast import NAMES, Cast
from tests.vision.drafts import adopt, adopted_vision, begin, clauses_of, say, write_draft
from tests.vision.test_workshop_pages import many, text_of


def page_of(record: Any, label: str = "") -> str:
    return f"/d/alder-creek/thread/{label or record._meta.label}/{record.pk}/"


def told_in_person(cast: Cast, words: str) -> Excerpt:
    """Words a coach noted, marked with leave."""
    conversation = Conversation.everything.create(
        district=cast.alder, title="Talk with Ms. Alvarez in room 12", term="digital learning", held_on=date(2026, 3, 3)
    )
    conversation.facilitators.add(cast.coach)
    note = Note.everything.create(
        district=cast.alder, conversation=conversation, position=1, group=cast.group("teachers"), words=words, may_quote=True
    )
    return Excerpt.everything.create(
        district=cast.alder, note=note, start=0, end=len(words), words=words, group=note.group, marked_by=cast.coach.pk
    )


def test_a_sentence_came_from_voices_and_a_voice_became_sentences(cast: Cast) -> None:
    adopted = adopted_vision(cast, "Students show their work.")
    clause = clauses_of(adopted)[0]
    voice = clause.voices.get().excerpt
    viewer = cast.viewer("family")
    assert [step.text for step in sources_of(clause, viewer)] == [voice.words]
    assert [step.text for step in outcomes_of(voice, viewer)] == ["Students show their work."]
    client = cast.client("family")
    assert page_of(voice) in client.get(page_of(clause)).content.decode()
    assert page_of(clause) in client.get(page_of(voice)).content.decode()
    assert "Survey: What does it mean?" in text_of(client.get(page_of(voice)))
    assert "What does it mean to you?" in text_of(client.get(page_of(voice)))


def test_a_sentence_is_followed_to_its_next_wording_and_back(cast: Cast) -> None:
    old = clauses_of(adopted_vision(cast, "Old wording."))[0]
    draft = begin(cast)
    new = clauses_of(draft)[0]
    drafting.change_clause(clause=new, revision=0, texts={"en": "New wording."}, by=cast.coach)
    assert "New wording." in text_of(cast.client("family").get(page_of(old)))
    assert "Old wording." in text_of(cast.client("family").get(page_of(new)))
    assert outcomes_of(old, cast.viewer("family"))[0].text == "New wording."


def test_each_end_leads_where_the_reader_may_go(cast: Cast) -> None:
    clause = clauses_of(write_draft(cast))[0]
    voice = clause.voices.get().excerpt
    urls = {who: outcomes_of(voice, cast.viewer(who))[0].url for who in ("coach", "board")}
    assert urls["coach"] == f"/d/alder-creek/vision/sentences/{clause.pk}/"
    assert urls["board"] == "/d/alder-creek/vision/"
    surveys = {who: sources_of(voice, cast.viewer(who))[0].url for who in ("coach", "family")}
    assert surveys["coach"] is not None
    assert surveys["family"] is None
    adopt(cast, clause.version)
    assert outcomes_of(voice, cast.viewer("board"))[0].url == "/v/alder-creek/1/#s1"


def test_a_conversation_is_named_to_its_facilitators_only(cast: Cast) -> None:
    voice = told_in_person(cast, "It's when the internet works.")
    assert "Ms. Alvarez" in text_of(cast.client("coach").get(page_of(voice)))
    for who in ("superintendent", "principal", "teacher", "family"):
        page = text_of(cast.client(who).get(page_of(voice)))
        assert "Told in person" in page
        assert "Alvarez" not in page


def test_no_thread_leads_to_a_person_or_a_response(cast: Cast) -> None:
    voice = clauses_of(adopted_vision(cast))[0].voices.get().excerpt
    page = cast.client("superintendent").get(page_of(voice)).content.decode()
    assert str(voice.answer_id) not in page
    assert str(voice.answer.response_id) not in page
    assert voice.answer.response.key not in page


@pytest.mark.parametrize("who", NAMES)
def test_everybody_in_the_district_follows_it_and_nobody_else(cast: Cast, who: str) -> None:
    clause = clauses_of(adopted_vision(cast))[0]
    assert cast.client(who).get(page_of(clause)).status_code == (404 if who == "outsider" else 200)


def test_nobody_signed_in_is_asked_to_sign_in(cast: Cast) -> None:
    clause = clauses_of(adopted_vision(cast))[0]
    assert "/accounts/login/" in cast.client(None).get(page_of(clause))["Location"]


def test_records_of_another_district_are_not_found_even_by_a_member_of_both(cast: Cast) -> None:
    theirs = drafting.add_clause(
        version=drafting.open_draft(district=cast.birch, by=cast.outsider), texts={"en": "Theirs."}, by=cast.outsider
    )
    assert cast.client("coach").get(page_of(theirs)).status_code == 404
    give_role(district=cast.birch, account=cast.coach, role="coach", by=cast.outsider)
    assert cast.client("coach").get(page_of(theirs)).status_code == 404
    assert cast.client("coach").get(page_of(theirs).replace("alder-creek", "birch-valley")).status_code == 200


@pytest.mark.parametrize(
    "label", ["accounts.User", "districts.Person", "listening.Response", "listening.Answer", "vision.clause", "nonsense", "a.b.c"]
)
def test_only_what_lies_on_the_thread_has_a_page(cast: Cast, label: str) -> None:
    clause = clauses_of(adopted_vision(cast))[0]
    client = cast.client("superintendent")
    for pk in (clause.pk, cast.coach.pk, uuid4()):
        assert client.get(f"/d/alder-creek/thread/{label}/{pk}/").status_code == 404


def test_an_end_without_anything_says_so(cast: Cast) -> None:
    clause = drafting.add_clause(version=begin(cast), texts={"en": "A."}, by=cast.coach)
    page = text_of(cast.client("coach").get(page_of(clause)))
    assert "Not yet traced." in page
    assert "Nothing yet." in page


def test_the_clause_page_leads_to_its_thread(cast: Cast) -> None:
    clause = clauses_of(write_draft(cast))[0]
    assert page_of(clause) in cast.client("coach").get(f"/d/alder-creek/vision/sentences/{clause.pk}/").content.decode()


def test_markup_in_words_stays_words(cast: Cast) -> None:
    hostile = "<script>alert(1)</script>"
    clause = clauses_of(write_draft(cast, hostile))[0]
    drafting.cite(clause=clause, excerpt=say(cast, hostile), by=cast.coach)
    page = cast.client("coach").get(page_of(clause)).content.decode()
    assert "alert(1)" in page
    assert "<script>alert" not in page


def test_a_thread_of_many_ends_asks_a_bounded_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    draft = many(cast)
    adopt(cast, draft)
    clause = clauses_of(draft)[0]
    voice = ClauseVoice.everything.filter(clause=clause)[0].excerpt
    client = cast.client("family")
    for record in (clause, voice):
        with django_assert_max_num_queries(16):
            assert client.get(page_of(record)).status_code == 200
