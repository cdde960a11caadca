"""The workshop's pages: who may see and write, what a page says next, and that two people at one text lose nothing."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from commonwhy.vision.models import ClauseVoice, VisionVersion
from commonwhy.vision.services import adoption, drafting
from tests.cast import Cast
from tests.vision.drafts import (
    MINUTES,
    adopt,
    adopted_vision,
    begin,
    clauses_of,
    hold_survey,
    say,
    say_where_all_stand,
    sentences_of,
    write_draft,
)

pytestmark = pytest.mark.any_database

AUTHORS = ("superintendent", "coach", "principal")
READERS = ("teacher", "board", "family")


def at(name: str, *arguments: Any) -> str:
    return reverse(f"vision:{name}", args=["alder-creek", *arguments])


def text_of(response: Any) -> str:
    """The page as words, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def statement(revision: int = 0, **texts: str) -> dict[str, str]:
    return {"revision": str(revision), **texts}


# Who may see and who may write


@pytest.mark.parametrize("who", [*AUTHORS, *READERS])
@pytest.mark.parametrize("page", ["workshop", "versions"])
def test_everybody_in_the_district_reads_along(cast: Cast, who: str, page: str) -> None:
    write_draft(cast, "Read me.")
    assert cast.client(who).get(at(page)).status_code == 200


@pytest.mark.parametrize("page", ["workshop", "versions", "statement", "new_clause", "adopt"])
def test_an_outsider_finds_nothing_and_nobody_signs_in_first(cast: Cast, page: str) -> None:
    write_draft(cast)
    assert cast.client("outsider").get(at(page)).status_code == 404
    assert "/accounts/login/" in cast.client(None).get(at(page))["Location"]


@pytest.mark.parametrize("who", READERS)
def test_readers_are_offered_no_button_and_refused_every_write(cast: Cast, who: str) -> None:
    draft = write_draft(cast)
    clause, voice = clauses_of(draft)[0], say(cast, "A voice")
    client = cast.client(who)
    page = client.get(at("workshop")).content.decode()
    assert "Edit" not in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>")[0]
    for address in (at("statement"), at("new_clause"), at("clause", clause.pk), at("adopt")):
        assert client.get(address).status_code == 403
        assert client.post(address, {"why_en": "x", "text_en": "x"}).status_code == 403
    for address in (at("begin"), at("arrange", clause.pk), at("cite", clause.pk, voice.pk)):
        assert client.post(address, {"remove": "1"}).status_code == 403
    assert sentences_of(draft) == ["Students show their work.", "Adults learn in the open."]
    assert not ClauseVoice.everything.filter(excerpt=voice).exists()


@pytest.mark.parametrize("who", ["coach", "principal"])
def test_authors_who_are_no_leaders_do_not_adopt(cast: Cast, who: str) -> None:
    draft = write_draft(cast)
    client = cast.client(who)
    assert client.get(at("adopt")).status_code == 403
    decision = {"on": "2026-01-02", "minutes_en": "x", "seen": adoption.fingerprint(draft)}
    assert client.post(at("adopt"), decision).status_code == 403
    assert "Record the board" not in client.get(at("workshop")).content.decode()
    assert VisionVersion.everything.get().is_draft


@pytest.mark.parametrize("page", ["begin", "arrange", "cite"])
def test_what_changes_something_is_never_a_link(cast: Cast, page: str) -> None:
    clause = clauses_of(write_draft(cast))[0]
    arguments = {"begin": [], "arrange": [clause.pk], "cite": [clause.pk, uuid4()]}[page]
    assert cast.client("coach").get(at(page, *arguments)).status_code == 405


def test_ids_of_another_district_are_not_found(cast: Cast) -> None:
    clause = clauses_of(write_draft(cast))[0]
    theirs = drafting.add_clause(
        version=drafting.open_draft(district=cast.birch, by=cast.outsider), texts={"en": "Theirs."}, by=cast.outsider
    )
    voice = say(cast, "A voice")
    voice_of_birch = say(cast, "Birch says")
    type(voice_of_birch).everything.filter(pk=voice_of_birch.pk).update(district=cast.birch)
    client = cast.client("coach")
    for address in (at("clause", theirs.pk), at("clause", uuid4())):
        assert client.get(address).status_code == 404
        assert client.post(address, {"revision": "0", "text_en": "Mine."}).status_code == 404
    assert client.post(at("arrange", theirs.pk), {"remove": "1"}).status_code == 404
    assert client.post(at("cite", theirs.pk, voice.pk)).status_code == 404
    assert client.post(at("cite", clause.pk, voice_of_birch.pk)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.texts == {"en": "Theirs."}
    assert "Birch says" not in client.get(at("clause", clause.pk)).content.decode()


# From nothing to adopted


def test_an_empty_start_says_what_to_do_first(cast: Cast) -> None:
    page = text_of(cast.client("coach").get(at("workshop")))
    assert "Begin with why" in page
    assert "Start the vision" in page
    assert "Your leaders or coaches can start one" in text_of(cast.client("family").get(at("workshop")))


def test_the_way_from_nothing_to_an_adopted_vision(cast: Cast) -> None:
    """Why, definition, a sentence, its voice, a second author, the board: each page leads to the next."""
    hold_survey(cast)
    voice = say(cast, "We made a map of our street.")
    coach, leader = cast.client("coach"), cast.client("superintendent")
    assert coach.post(at("begin"))["Location"] == at("statement")
    assert "Write our why" in text_of(coach.get(at("workshop")))
    assert coach.post(at("statement"), statement(why_en="So that it matters."))["Location"] == at("workshop")
    assert "Say what it is" in text_of(coach.get(at("workshop")))
    leader.post(at("statement"), statement(1, why_en="So that it matters.", is_lines_en="Making\r\nSharing"))
    assert "Write the first sentence" in text_of(coach.get(at("workshop")))
    clause = coach.post(at("new_clause"), {"revision": "0", "text_en": "Students make maps."})["Location"]
    assert "Find voices for sentence 1" in text_of(coach.get(at("workshop")))
    assert "We made a map of our street." in text_of(coach.get(clause))
    assert coach.post(f"{clause}voices/{voice.pk}/?q=map")["Location"] == f"{clause}?q=map#voices"
    assert "Not recorded yet where they stand" in text_of(leader.get(at("workshop")))
    say_where_all_stand(cast, VisionVersion.everything.get())
    page = leader.get(at("workshop"))
    assert "Record the board's decision" in text_of(page)
    assert "not yet" not in text_of(page)
    seen = leader.get(at("adopt")).context["seen"]
    done = leader.post(at("adopt"), {"on": "2026-01-02", "minutes_en": "Carried.", "seen": seen}, follow=True)
    assert "Adopted. Everyone can read it now." in text_of(done)
    assert cast.client(None).get(reverse("vision:public", args=["alder-creek"])).status_code == 200


def test_with_a_vision_in_force_the_next_draft_is_one_button_away(cast: Cast) -> None:
    adopted_vision(cast)
    assert "Draft the next version" in text_of(cast.client("coach").get(at("workshop")))


@pytest.mark.parametrize("page", ["statement", "new_clause", "adopt"])
def test_without_a_draft_the_writing_pages_lead_to_the_workshop(cast: Cast, page: str) -> None:
    assert cast.client("superintendent").get(at(page))["Location"] == at("workshop")


def test_sentences_are_moved_and_taken_out_by_buttons(cast: Cast) -> None:
    draft = write_draft(cast, "A", "B")
    client = cast.client("coach")
    client.post(at("arrange", clauses_of(draft)[1].pk), {"up": ""})
    assert sentences_of(draft) == ["B", "A"]
    client.post(at("arrange", clauses_of(draft)[1].pk), {})
    assert sentences_of(draft) == ["B", "A"]
    assert "Taken out" in text_of(client.post(at("arrange", clauses_of(draft)[0].pk), {"remove": ""}, follow=True))
    assert sentences_of(draft) == ["A"]


def test_a_voice_is_taken_back_by_a_button(cast: Cast) -> None:
    clause = clauses_of(write_draft(cast))[0]
    voice = clause.voices.get().excerpt
    cast.client("coach").post(at("cite", clause.pk, voice.pk), {"take_back": ""})
    assert clause.voices.count() == 0


# Mistakes and conflicts: nothing is lost


def test_a_mistake_keeps_what_was_written(cast: Cast) -> None:
    begin(cast)
    answer = cast.client("coach").post(at("statement"), statement(why_en="Keep me.", begins_year="1"))
    assert answer.status_code == 400
    assert "Keep me." in text_of(answer)
    assert VisionVersion.everything.get().why == {}


def test_an_empty_post_is_a_mistake_not_a_crash(cast: Cast) -> None:
    clause = clauses_of(write_draft(cast))[0]
    client = cast.client("superintendent")
    for address in (at("statement"), at("new_clause"), at("clause", clause.pk), at("adopt")):
        assert client.post(address, {}).status_code == 400


def test_who_saves_second_gets_both_texts_and_can_replace(cast: Cast) -> None:
    begin(cast)
    cast.client("coach").post(at("statement"), statement(0, why_en="Theirs.", is_lines_en="Their line"))
    client = cast.client("superintendent")
    answer = client.post(at("statement"), statement(0, why_en="Mine.", note_en="My note."))
    assert answer.status_code == 409
    page = answer.content.decode()
    for words in ("Theirs.", "Their line", "Mine.", "My note.", "Save mine instead"):
        assert words in page
    assert VisionVersion.everything.get().why == {"en": "Theirs."}
    again = client.post(at("statement"), statement(answer.context["revision"], why_en="Mine.", note_en="My note."))
    assert again.status_code == 302
    assert VisionVersion.everything.get().why == {"en": "Mine."}


def test_a_sentence_saved_second_gets_both_texts_with_its_reason(cast: Cast) -> None:
    clause = drafting.add_clause(version=begin(cast), texts={"en": "Old."}, by=cast.coach)
    cast.client("coach").post(at("clause", clause.pk), {"revision": "0", "text_es": "De ellos.", "note_en": "Their reason."})
    client = cast.client("principal")
    answer = client.post(at("clause", clause.pk), {"revision": "0", "text_en": "Mine."})
    assert answer.status_code == 409
    assert all(words in answer.content.decode() for words in ("De ellos.", "Their reason.", "Mine."))
    assert 'lang="es"' in answer.content.decode()
    client.post(at("clause", clause.pk), {"revision": str(answer.context["revision"]), "text_en": "Mine."})
    clause.refresh_from_db()
    assert clause.texts == {"en": "Mine."}


def test_a_mistake_in_between_does_not_hide_a_conflict(cast: Cast) -> None:
    """The form goes on from the revision it was opened at, not from the one that stands there by now."""
    begin(cast)
    client = cast.client("superintendent")
    cast.client("coach").post(at("statement"), statement(0, why_en="Theirs."))
    mistake = client.post(at("statement"), statement(0, why_en="Mine.", ends_year="2020"))
    assert mistake.status_code == 400
    assert 'name="revision" value="0"' in mistake.content.decode()
    assert client.post(at("statement"), statement(0, why_en="Mine.")).status_code == 409
    clause = drafting.add_clause(version=VisionVersion.everything.get(), texts={"en": "A"}, by=cast.coach)
    drafting.change_clause(clause=clause, revision=0, texts={"en": "Theirs."}, by=cast.coach)
    mistake = client.post(at("clause", clause.pk), {"revision": "0", "text_en": "x" * 401})
    assert 'name="revision" value="0"' in mistake.content.decode()


@pytest.mark.parametrize("revision", ["", "-1", "9999999999999999999999", "one"])
def test_a_broken_revision_is_refused(cast: Cast, revision: str) -> None:
    clause = drafting.add_clause(version=begin(cast), texts={"en": "Old."}, by=cast.coach)
    answer = cast.client("coach").post(at("clause", clause.pk), {"revision": revision, "text_en": "New."})
    assert answer.status_code in (400, 409)
    clause.refresh_from_db()
    assert clause.texts == {"en": "Old."}


def test_words_for_a_version_adopted_meanwhile_are_handed_back(cast: Cast) -> None:
    draft = write_draft(cast)
    clause = clauses_of(draft)[0]
    adopt(cast, draft)
    client = cast.client("coach")
    posts = [
        (at("statement"), statement(1, why_en="Kept words.")),
        (at("new_clause"), {"revision": "0", "text_en": "Kept words."}),
        (at("clause", clause.pk), {"revision": "0", "text_en": "Kept words."}),
    ]
    for address, written in posts:
        answer = client.post(address, written)
        assert answer.status_code == 409
        assert "adopted while you wrote" in text_of(answer)
        assert "Kept words." in text_of(answer)
    for address in (at("arrange", clause.pk), at("cite", clause.pk, clause.voices.get().excerpt_id)):
        assert "frozen" in text_of(client.post(address, {"remove": "", "take_back": ""}, follow=True))
    assert client.get(at("clause", clause.pk)).status_code == 404
    assert sentences_of(draft) == ["Students show their work.", "Adults learn in the open."]


def test_words_for_a_sentence_taken_out_meanwhile_can_be_added_again(cast: Cast) -> None:
    draft = write_draft(cast)
    clause = clauses_of(draft)[0]
    drafting.remove_clause(clause=clauses_of(draft)[0], by=cast.superintendent)
    client = cast.client("coach")
    answer = client.post(at("clause", clause.pk), {"revision": "0", "text_en": "Kept words."})
    assert answer.status_code == 409
    assert f'action="{at("new_clause")}"' in answer.content.decode()
    assert "Kept words." in text_of(answer)
    client.post(at("new_clause"), {"revision": "0", "text_en": "Kept words."})
    assert sentences_of(draft)[-1] == "Kept words."


# The board's decision


def test_a_refused_decision_says_why_and_keeps_the_minutes(cast: Cast) -> None:
    draft = write_draft(cast, "A.", voices=False)
    decision = {"on": "2026-01-02", "minutes_en": "Carried, after long debate.", "seen": adoption.fingerprint(draft)}
    answer = cast.client("superintendent").post(at("adopt"), decision)
    assert answer.status_code == 400
    assert "Not everything holds yet" in text_of(answer)
    assert "after long debate" in text_of(answer)
    assert VisionVersion.everything.get().is_draft


def test_the_page_shows_what_would_be_frozen_and_a_change_asks_to_read_again(cast: Cast) -> None:
    draft = write_draft(cast, "Read before you freeze.")
    client = cast.client("superintendent")
    page = client.get(at("adopt"))
    assert "Read before you freeze." in text_of(page)
    clause = clauses_of(draft)[0]
    drafting.change_clause(clause=clause, revision=0, texts={"en": "Changed behind your back."}, by=cast.coach)
    decision = {"on": "2026-01-02", "minutes_en": "Carried.", "seen": page.context["seen"]}
    answer = client.post(at("adopt"), decision)
    assert answer.status_code == 400
    assert "Read it once more" in text_of(answer)
    assert "Changed behind your back." in text_of(answer)
    assert client.post(at("adopt"), {**decision, "seen": answer.context["seen"]}).status_code == 302


def test_a_decision_pressed_twice_is_recorded_once(cast: Cast) -> None:
    draft = write_draft(cast)
    decision = {"on": "2026-01-02", "minutes_en": MINUTES["en"], "seen": adoption.fingerprint(draft)}
    client = cast.client("superintendent")
    assert client.post(at("adopt"), decision)["Location"] == at("workshop")
    assert client.post(at("adopt"), decision)["Location"] == at("workshop")
    other = client.post(at("adopt"), {**decision, "minutes_en": "Somebody else's minutes."})
    assert other.status_code == 409
    assert "Somebody else's minutes." in text_of(other)


def test_an_unfinished_draft_cannot_be_decided_on(cast: Cast) -> None:
    begin(cast)
    page = cast.client("superintendent").get(at("adopt"))
    assert "needs its why and at least one sentence" in text_of(page)
    assert 'name="minutes_en"' not in page.content.decode()


# Words are words


def test_markup_in_words_stays_words(cast: Cast) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    draft = write_draft(cast, hostile, why={"en": hostile})
    clause = clauses_of(draft)[0]
    drafting.cite(clause=clause, excerpt=say(cast, hostile, language="es"), by=cast.coach)
    drafting.change_statement(
        version=draft, revision=draft.revision, by=cast.coach, is_lines=[{"en": hostile}], note={"en": hostile}
    )
    leader = cast.client("superintendent")
    for address in (at("workshop"), at("statement"), at("clause", clause.pk), at("adopt"), at("versions"), "/d/alder-creek/"):
        page = leader.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    adopt(cast, draft, minutes={"en": hostile})
    for address in ("/v/alder-creek/", "/v/alder-creek/1/1/", at("workshop")):
        page = cast.client("superintendent").get(address).content.decode()
        assert "alert(1)" in page or address == at("workshop")
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_text_in_another_language_than_the_page_says_which(cast: Cast) -> None:
    drafting.add_clause(version=begin(cast), texts={"es": "Solo en español."}, by=cast.coach)
    assert '<p class="vision" lang="es">Solo en español.</p>' in cast.client("coach").get(at("workshop")).content.decode()


# How much a page may cost


def many(cast: Cast, sentences: int = 20, voices: int = 40) -> VisionVersion:
    draft = write_draft(cast, *[f"Sentence {number}." for number in range(sentences)], voices=False)
    said = [say(cast, f"Voice {number} says a sentence of usual length, somewhat like this one.") for number in range(voices)]
    rows = [ClauseVoice(district=cast.alder, clause=clause, excerpt=voice) for clause in clauses_of(draft) for voice in said]
    ClauseVoice.everything.bulk_create(rows)
    return draft


def test_pages_ask_the_database_a_bounded_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    draft = many(cast)
    clause = clauses_of(draft)[0]
    client = cast.client("superintendent")
    bounds = {
        at("workshop"): 26,
        at("statement"): 12,
        at("clause", clause.pk): 24,
        at("adopt"): 30,
        at("versions"): 12,
    }
    for address, most in bounds.items():
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
