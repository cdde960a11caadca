"""Writing a draft: who begins it, what a save changes, who becomes an author, and what two people at once do to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from commonwhy.core.models import AuditEntry
from commonwhy.vision.models import Clause, ClauseVoice, Contribution, VisionVersion
from commonwhy.vision.services import drafting
from tests.cast import Cast, make_cast
from tests.vision.drafts import adopted_vision, begin, clauses_of, hold_survey, say, sentences_of, write_draft


def authors_of(version: VisionVersion) -> set[str]:
    return set(Contribution.everything.filter(version=version).values_list("account__email", flat=True))


def test_the_first_draft_starts_with_the_districts_term_and_no_author(cast: Cast) -> None:
    draft = begin(cast)
    assert (draft.number, draft.state, draft.term) == (1, "draft", {"en": "digital learning"})
    assert authors_of(draft) == set()


def test_beginning_twice_gives_the_same_draft(cast: Cast) -> None:
    assert begin(cast).pk == begin(cast, by=cast.superintendent).pk
    assert VisionVersion.everything.count() == 1


def test_the_next_draft_starts_from_the_adopted_version_and_needs_its_own_authors(cast: Cast) -> None:
    adopted = adopted_vision(cast, "First.", "Second.")
    draft = begin(cast)
    assert draft.number == 2
    assert draft.why == adopted.why
    assert draft.note == {}
    assert sentences_of(draft) == ["First.", "Second."]
    assert [one.lineage for one in clauses_of(draft)] == [one.lineage for one in clauses_of(adopted)]
    assert ClauseVoice.everything.filter(clause__version=draft).count() == 2
    assert authors_of(draft) == set()


def test_each_save_raises_the_revision_and_notes_the_author(cast: Cast) -> None:
    draft = begin(cast)
    drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": "One."})
    drafting.change_statement(version=draft, revision=1, by=cast.principal, why={"en": "Two."})
    assert (draft.revision, draft.why) == (2, {"en": "Two."})
    assert authors_of(draft) == {"coach@example.org", "principal@example.org"}


def test_saving_what_stands_there_makes_nobody_an_author(cast: Cast) -> None:
    draft = write_draft(cast)
    before, clause = draft.revision, clauses_of(draft)[0]
    saved = len(AuditEntry.objects.all())
    drafting.change_statement(version=draft, revision=before, by=cast.principal, why=draft.why)
    drafting.change_clause(clause=clause, revision=clause.revision, texts=clause.texts, by=cast.principal)
    drafting.cite(clause=clause, excerpt=clause.voices.get().excerpt, by=cast.principal)
    assert draft.revision == before
    assert "principal@example.org" not in authors_of(draft)
    assert len(AuditEntry.objects.all()) == saved


def test_a_save_from_an_old_revision_is_refused_and_changes_nothing(cast: Cast) -> None:
    draft = begin(cast)
    drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": "Theirs."})
    with pytest.raises(drafting.EditConflictError) as refusal:
        drafting.change_statement(version=draft, revision=0, by=cast.principal, why={"en": "Mine."})
    assert refusal.value.current.why == {"en": "Theirs."}
    assert VisionVersion.everything.get().why == {"en": "Theirs."}
    assert "principal@example.org" not in authors_of(draft)


def test_the_same_save_pressed_twice_is_no_conflict(cast: Cast) -> None:
    draft = begin(cast)
    for _ in range(2):
        drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": "Mine."})
    assert draft.revision == 1
    clause = drafting.add_clause(version=draft, texts={"en": "A."}, by=cast.coach)
    for _ in range(2):
        drafting.change_clause(clause=clause, revision=0, texts={"en": "B."}, by=cast.coach)
    assert clause.revision == 1


def test_a_sentence_added_twice_in_a_row_is_one(cast: Cast) -> None:
    draft = begin(cast)
    first, second = (drafting.add_clause(version=draft, texts={"en": "A."}, by=cast.coach) for _ in range(2))
    assert first.pk == second.pk
    assert sentences_of(draft) == ["A."]


def test_a_sentence_saved_second_is_refused_with_what_stands_there(cast: Cast) -> None:
    clause = drafting.add_clause(version=begin(cast), texts={"en": "Old."}, by=cast.coach)
    drafting.change_clause(clause=clause, revision=0, texts={"en": "Theirs."}, by=cast.coach)
    with pytest.raises(drafting.EditConflictError) as refusal:
        drafting.change_clause(clause=clause, revision=0, texts={"en": "Mine."}, by=cast.principal)
    assert refusal.value.current.texts == {"en": "Theirs."}


def test_only_known_fields_are_part_of_the_statement(cast: Cast) -> None:
    with pytest.raises(ValueError, match="state"):
        drafting.change_statement(version=begin(cast), revision=0, by=cast.coach, state="adopted")


def test_sentences_move_and_the_ends_stay(cast: Cast) -> None:
    draft = write_draft(cast, "A", "B", "C")
    first, second, third = clauses_of(draft)
    drafting.move_clause(clause=third, up=True, by=cast.coach)
    assert sentences_of(draft) == ["A", "C", "B"]
    drafting.move_clause(clause=first, up=True, by=cast.coach)
    drafting.move_clause(clause=second, up=False, by=cast.coach)
    assert sentences_of(draft) == ["A", "C", "B"]
    assert [one.position for one in clauses_of(draft)] == [1, 2, 3]


def test_taking_a_sentence_out_closes_the_gap_and_keeps_its_voices(cast: Cast) -> None:
    draft = write_draft(cast, "A", "B", "C")
    voice = clauses_of(draft)[1].voices.get().excerpt
    drafting.remove_clause(clause=clauses_of(draft)[1], by=cast.coach)
    assert [(one.position, one.texts["en"]) for one in clauses_of(draft)] == [(1, "A"), (2, "C")]
    voice.refresh_from_db()
    assert not ClauseVoice.everything.filter(excerpt=voice).exists()


def test_the_last_sentence_can_go_and_another_come(cast: Cast) -> None:
    draft = write_draft(cast, "Only.")
    clause = clauses_of(draft)[0]
    drafting.remove_clause(clause=clause, by=cast.coach)
    drafting.remove_clause(clause=clause, by=cast.coach)
    assert clauses_of(draft) == []
    assert drafting.add_clause(version=draft, texts={"es": "Otra."}, by=cast.coach).position == 1


def test_writing_on_a_sentence_that_was_taken_out_says_so(cast: Cast) -> None:
    draft = write_draft(cast)
    clause, voice = clauses_of(draft)[0], say(cast, "A late voice")
    drafting.remove_clause(clause=clauses_of(draft)[0], by=cast.superintendent)
    with pytest.raises(drafting.ClauseGoneError):
        drafting.change_clause(clause=clause, revision=0, texts={"en": "x"}, by=cast.coach)
    with pytest.raises(drafting.ClauseGoneError):
        drafting.cite(clause=clause, excerpt=voice, by=cast.coach)


def test_nobody_writes_more_sentences_than_anybody_reads(cast: Cast) -> None:
    draft = begin(cast)
    for number in range(drafting.MOST_CLAUSES):
        drafting.add_clause(version=draft, texts={"en": f"Sentence {number}."}, by=cast.coach)
    with pytest.raises(drafting.TooManyClausesError):
        drafting.add_clause(version=draft, texts={"en": "One too many."}, by=cast.coach)
    assert Clause.everything.count() == drafting.MOST_CLAUSES


def test_citing_twice_is_once_and_can_be_taken_back(cast: Cast) -> None:
    clause, voice = drafting.add_clause(version=begin(cast), texts={"en": "A"}, by=cast.coach), say(cast, "Words")
    drafting.cite(clause=clause, excerpt=voice, by=cast.coach)
    drafting.cite(clause=clause, excerpt=voice, by=cast.coach)
    assert clause.voices.count() == 1
    drafting.uncite(clause=clause, excerpt=voice, by=cast.coach)
    drafting.uncite(clause=clause, excerpt=voice, by=cast.coach)
    assert clause.voices.count() == 0


def test_a_voice_of_another_district_cannot_be_cited(cast: Cast) -> None:
    clause, voice = drafting.add_clause(version=begin(cast), texts={"en": "A"}, by=cast.coach), say(cast, "Words")
    voice.district = cast.birch
    with pytest.raises(ValueError, match="another district"):
        drafting.cite(clause=clause, excerpt=voice, by=cast.coach)
    assert clause.voices.count() == 0


def test_the_audit_keeps_what_was_done_and_no_words(cast: Cast) -> None:
    draft = write_draft(cast, "A secret sentence.")
    clause = clauses_of(draft)[0]
    drafting.change_clause(clause=clause, revision=0, texts={"en": "A changed secret."}, by=cast.coach)
    drafting.remove_clause(clause=clause, by=cast.coach)
    entries = AuditEntry.objects.filter(object_type__in=["vision.VisionVersion", "vision.Clause"])
    assert {"began", "changed", "added", "cited", "removed"} <= set(entries.values_list("verb", flat=True))
    assert {entry.object_label for entry in entries} == {"Vision 1", "sentence 1 of vision 1"}
    assert not any("secret" in f"{entry.object_label}{entry.detail}" for entry in entries)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised when all of them were begun at the same moment, each on its own connection."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int) -> None:
        start.wait()
        try:
            results[place] = acts[place]()
        except Exception as raised:
            results[place] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_get_one_draft() -> None:
    cast = make_cast()
    found = at_once(*[lambda by=by: begin(cast, by=by) for by in (cast.coach, cast.superintendent, cast.principal)])
    assert len({draft.pk for draft in found}) == 1, found
    assert VisionVersion.everything.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_learns_of_the_other() -> None:
    cast = make_cast()
    draft = begin(cast)

    def save(words: str, by: Any) -> Any:
        version = VisionVersion.everything.get(pk=draft.pk)
        return drafting.change_statement(version=version, revision=0, by=by, why={"en": words})

    outcomes = at_once(lambda: save("Mine.", cast.coach), lambda: save("Theirs.", cast.principal))
    conflicts = [each for each in outcomes if isinstance(each, drafting.EditConflictError)]
    saved = [each for each in outcomes if isinstance(each, VisionVersion)]
    assert (len(saved), len(conflicts)) == (1, 1), outcomes
    assert VisionVersion.everything.get().why == saved[0].why


@pytest.mark.django_db(transaction=True)
def test_sentences_added_at_once_all_get_a_place() -> None:
    cast = make_cast()
    hold_survey(cast)
    draft = begin(cast)
    outcomes = at_once(
        *[lambda n=n: drafting.add_clause(version=draft, texts={"en": f"Sentence {n}."}, by=cast.coach) for n in range(4)]
    )
    assert all(isinstance(each, Clause) for each in outcomes), outcomes
    assert [one.position for one in clauses_of(draft)] == [1, 2, 3, 4]
    assert connection.vendor
