"""Notes in confidence: whoever mediates writes them, and nobody above them reads them (M43)."""

from __future__ import annotations

import pytest

from commonwhy.accounts.models import User
from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import Role
from commonwhy.districts.services import give_role
from commonwhy.districts.viewers import PUBLIC, JobViewer
from commonwhy.vision.models import ConfidentialNote
from commonwhy.vision.services import confidential_notes as notes
from tests.cast import Cast
from tests.vision.negotiating import adopted_with, in_full, negotiate, settle

WORDS = "The union fears for the evenings."


@pytest.fixture
def other(cast: Cast) -> User:
    """Another facilitator of Alder Creek."""
    cast.people["other"] = User.objects.create_user("other@example.org", name="Other")
    give_role(district=cast.alder, account=cast.other, role=Role.FACILITATOR)
    return cast.other


def read_by(cast: Cast, who: str) -> list[str]:
    return list(ConfidentialNote.objects.visible_to(cast.viewer(who)).values_list("words", flat=True))


def test_it_is_read_by_its_writer_alone_until_it_is_shared(cast: Cast, other: User) -> None:
    note = notes.write_note(trade_off=negotiate(cast), words=WORDS, by=cast.coach)
    everybody = ("superintendent", "principal", "teacher", "board", "family", "outsider")
    assert read_by(cast, "coach") == [WORDS]
    assert not any(read_by(cast, who) for who in ("other", *everybody))
    notes.change_note(note=note, words=WORDS, shared=True, by=cast.coach)
    assert read_by(cast, "other") == [WORDS]
    assert not any(read_by(cast, who) for who in everybody)
    for viewer in (PUBLIC, JobViewer(cast.alder.pk)):
        assert not ConfidentialNote.objects.visible_to(viewer).exists()


@pytest.mark.parametrize("who", ["superintendent", "principal", "teacher", "board", "family", "outsider"])
def test_nobody_else_writes_one(cast: Cast, who: str) -> None:
    with pytest.raises(notes.NotAMediatorError):
        notes.write_note(trade_off=negotiate(cast), words=WORDS, by=cast.people[who])
    assert not ConfidentialNote.everything.exists()


def test_a_shared_note_is_changed_by_its_writer_only(cast: Cast, other: User) -> None:
    note = notes.write_note(trade_off=negotiate(cast), words=WORDS, shared=True, by=cast.coach)
    with pytest.raises(notes.NoteGoneError):
        notes.change_note(note=note, words="Mine.", shared=True, by=other)
    with pytest.raises(notes.NoteGoneError):
        notes.remove_note(note=note, by=other)
    with pytest.raises(notes.NotAMediatorError):
        notes.remove_note(note=note, by=cast.superintendent)
    assert ConfidentialNote.everything.get().words == WORDS
    notes.remove_note(note=note, by=cast.coach)
    assert not ConfidentialNote.everything.exists()


def test_two_pages_of_one_writer_lose_nothing(cast: Cast) -> None:
    made = negotiate(cast)
    note = notes.write_note(trade_off=made, words=WORDS, by=cast.coach)
    assert notes.write_note(trade_off=made, words=WORDS, by=cast.coach) == note
    notes.change_note(note=note, words="Later.", shared=False, by=cast.coach, seen=WORDS)
    with pytest.raises(notes.NoteChangedError) as changed:
        notes.change_note(note=note, words="Elsewhere.", shared=False, by=cast.coach, seen=WORDS)
    assert changed.value.current.words == "Later."


def test_a_note_has_words(cast: Cast) -> None:
    with pytest.raises(ValueError, match="has words"):
        notes.write_note(trade_off=negotiate(cast), words="  ", by=cast.coach)


def test_it_tells_nobody_that_there_is_one(cast: Cast) -> None:
    """Not by the trade-off's revision, and not by words in the audit."""
    made = in_full(cast)
    notes.write_note(trade_off=made, words=WORDS, by=cast.coach)
    before = made.revision
    made.refresh_from_db()
    assert made.revision == before
    entry = AuditEntry.objects.get(object_type="vision.ConfidentialNote")
    assert (entry.object_label, entry.detail) == ("confidential note", {})


@pytest.mark.any_database
def test_it_can_be_written_once_all_is_adopted(cast: Cast) -> None:
    made = settle(cast, in_full(cast))
    adopted_with(cast, made)
    notes.write_note(trade_off=made, words=WORDS, by=cast.coach)
    assert read_by(cast, "coach") == [WORDS]


def test_who_mediates_no_more_reads_no_more(cast: Cast) -> None:
    notes.write_note(trade_off=negotiate(cast), words=WORDS, by=cast.coach)
    viewer = cast.viewer("coach")
    assert ConfidentialNote.objects.visible_to(viewer).exists()
    without_role = type(viewer)(viewer.account_id, {cast.alder.pk: cast.viewer("superintendent").seats[cast.alder.pk]})
    assert not ConfidentialNote.objects.visible_to(without_role).exists()
