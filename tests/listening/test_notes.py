"""Notes while people talk: sent again, from two tabs, after being offline, signed out meanwhile; nothing is lost."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import Group
from commonwhy.listening.models import Excerpt, Note
from commonwhy.listening.services import meetings
from commonwhy.listening.services import notes as services
from commonwhy.listening.services.excerpts import mark_note
from tests.cast import Cast
from tests.listening.talking import LIST, address, entry, focus_group, send


def words_in(cast: Cast) -> list[str]:
    return list(Note.objects.within(cast.alder).order_by("position").values_list("words", flat=True))


# Sent by a phone


def test_notes_are_kept_in_the_order_they_were_written(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    answer = send(
        client, held, entry(cast, "One"), entry(cast, "Two", kind="", may_quote=True), entry(cast, "Three", may_quote=True)
    )
    assert [kept["outcome"] for kept in answer.json()["notes"]] == ["new", "new", "new"]
    assert words_in(cast) == ["One", "Two", "Three"]
    # What the facilitator saw is nobody's words, so nobody gave leave to quote it.
    assert list(Note.objects.within(cast.alder).order_by("position").values_list("may_quote", flat=True)) == [False, False, True]


def test_a_note_sent_again_is_one(cast: Cast) -> None:
    """The answer got lost, the phone tries again."""
    client, held = cast.client("coach"), focus_group(cast)
    note = entry(cast, "One")
    outcomes = [send(client, held, note).json()["notes"][0]["outcome"] for _ in range(3)]
    assert outcomes == ["new", "same", "same"]
    assert words_in(cast) == ["One"]
    assert AuditEntry.objects.filter(verb="noted an answer in").count() == 1


def test_a_note_grows_while_it_is_written(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    key = uuid4()
    first = send(client, held, entry(cast, "They", key=key, writing=True)).json()["notes"][0]
    later = entry(cast, "They want to see homework", key=key, revision=first["revision"], writing=True)
    assert send(client, held, later).json()["notes"][0]["outcome"] == "changed"
    # The answer to the next one is lost; what the phone tried to send is what it goes on from.
    send(client, held, entry(cast, "They want to see", key=key, revision=first["revision"] + 1, writing=True))
    last = entry(cast, "They want grades", key=key, revision=first["revision"] + 1, before="They want to see")
    assert send(client, held, last).json()["notes"][0]["outcome"] == "changed"
    assert words_in(cast) == ["They want grades"]


def test_two_tabs_keep_both_texts_and_say_so(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    key = uuid4()
    send(client, held, entry(cast, "As it was", key=key))
    send(client, held, entry(cast, "From the first tab", key=key, revision=0))
    second = entry(cast, "From the second tab", key=key, revision=0)
    answer = send(client, held, second).json()["notes"][0]
    assert (answer["outcome"], "Both texts are kept" in answer["says"]) == ("both", True)
    assert words_in(cast) == ["From the first tab", "From the second tab"]
    send(client, held, second)  # and again, which adds nothing
    assert words_in(cast) == ["From the first tab", "From the second tab"]


def test_what_cannot_be_kept_comes_back_with_the_reason_and_the_rest_is_kept(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    bad = [
        entry(cast, "   "),
        entry(cast, "x" * 4_001),
        entry(cast, "No such group", group=str(uuid4())),
        entry(cast, "No such language", language="tlh"),
        entry(cast, "No key", key="not a key"),
        {"words": ["a list"], "key": {"a": 1}},
    ]
    answer = send(client, held, *bad, entry(cast, "Good")).json()
    assert len(answer["refused"]) == len(bad)
    assert all(refused["why"] for refused in answer["refused"])
    assert words_in(cast) == ["Good"]


@pytest.mark.parametrize("body", ["", "[]", "{}", "not json", '{"notes": 7}', '{"notes": [7]}', '{"notes": "x"}', "[" * 20_000])
def test_what_is_no_note_is_refused(cast: Cast, body: str) -> None:
    held = focus_group(cast)
    answer = cast.client("coach").post(address(held, "notes.json"), body, content_type="application/json")
    assert answer.status_code == 400
    assert "still on your phone" in answer.json()["error"]


def test_too_many_at_once_are_refused(cast: Cast) -> None:
    held = focus_group(cast)
    assert send(cast.client("coach"), held, *(entry(cast, "x") for _ in range(51))).status_code == 400
    assert words_in(cast) == []


def test_a_conversation_holds_so_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_NOTES", 2)
    answer = send(cast.client("coach"), focus_group(cast), *(entry(cast, f"{number}") for number in range(3))).json()
    assert (len(answer["notes"]), len(answer["refused"])) == (2, 1)


def test_nothing_is_noted_in_what_was_called_off(cast: Cast) -> None:
    held = focus_group(cast)
    meetings.call_off(conversation=held, because="Snow", by=cast.coach)
    answer = send(cast.client("coach"), held, entry(cast, "Late")).json()
    assert "called off" in answer["refused"][0]["why"]


def test_only_those_who_hold_it_write_in_it(cast: Cast) -> None:
    held = focus_group(cast)
    assert send(cast.client("superintendent"), held, entry(cast, "Mine")).status_code == 404
    assert send(cast.client("principal"), held, entry(cast, "Mine")).status_code == 403
    assert send(cast.client("outsider"), held, entry(cast, "Mine")).status_code == 404
    signed_out = send(Client(), held, entry(cast, "Mine"))
    assert signed_out.status_code == 302  # the page says so and keeps the note
    assert words_in(cast) == []


def test_a_co_facilitator_reads_and_writes(cast: Cast) -> None:
    held = focus_group(cast, facilitators=[cast.superintendent])
    assert send(cast.client("superintendent"), held, entry(cast, "Hers")).status_code == 200
    assert "Hers" in cast.client("coach").get(address(held)).content.decode()


def test_groups_and_schools_of_another_district_are_not_taken(cast: Cast) -> None:
    held = focus_group(cast)
    theirs = str(Group.objects.within(cast.birch).get(kind="families").pk)
    answer = send(cast.client("coach"), held, entry(cast, "Theirs", group=theirs)).json()
    assert len(answer["refused"]) == 1


def test_no_words_reach_the_audit(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    send(client, held, entry(cast, "Abracadabra"))
    assert "Abracadabra" not in str(list(AuditEntry.objects.values()))


def test_what_comes_back_is_text_whatever_it_holds(cast: Cast) -> None:
    answer = send(cast.client("coach"), focus_group(cast), entry(cast, "<img src=x onerror=alert(1)>")).json()
    assert "<img" not in answer["notes"][0]["html"]


# Without a script


def form_of(cast: Cast, words: str, **more: str) -> dict[str, str]:
    return {"words": words, "group": str(cast.group("families").pk), "school": "", "language": "en", "key": str(uuid4()), **more}


def test_a_plain_form_keeps_a_note_once_and_remembers_who_spoke(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    fields = form_of(cast, "One", school=str(cast.maple.pk))
    for _ in range(2):  # a double press
        assert client.post(address(held), fields).status_code == 302
    assert words_in(cast) == ["One"]
    page = client.get(address(held)).content.decode()
    assert f'value="{cast.group("families").pk}" id="id_group_1" checked' in page
    assert f'<option value="{cast.maple.pk}" selected>' in page


def test_an_empty_note_is_said_at_its_field(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast)
    page = client.post(address(held), form_of(cast, "  "))
    assert page.status_code == 400
    assert "Write what they said first." in page.content.decode()


# Changing, leave to quote, striking


@pytest.fixture
def note(cast: Cast) -> Note:
    send(cast.client("coach"), focus_group(cast), entry(cast, "Ms. Lopez never asks us.", may_quote=True))
    return Note.objects.within(cast.alder).get()


def test_a_note_is_changed(cast: Cast, note: Note) -> None:
    client = cast.client("coach")
    client.post(f"{LIST}notes/{note.pk}/", form_of(cast, "They never ask us.", revision="0"))
    note.refresh_from_db()
    assert (note.words, note.revision, note.may_quote) == ("They never ask us.", 1, False)


def test_two_tabs_that_change_one_note_keep_both(cast: Cast, note: Note) -> None:
    client = cast.client("coach")
    client.post(f"{LIST}notes/{note.pk}/", form_of(cast, "First tab", revision="0"))
    page = client.post(f"{LIST}notes/{note.pk}/", form_of(cast, "Second tab", revision="0"), follow=True)
    assert "Both texts are kept" in page.content.decode()
    assert words_in(cast) == ["First tab", "Second tab"]


def test_words_that_were_marked_do_not_change_under_the_mark(cast: Cast, note: Note) -> None:
    mark_note(note=note, start=10, end=24, names=(), by=cast.coach)
    client = cast.client("coach")
    page = client.post(f"{LIST}notes/{note.pk}/", form_of(cast, "Other words", revision="0", may_quote="on"))
    assert page.status_code == 400
    assert "Take the mark back first" in page.content.decode()
    shown = client.get(address(note.conversation)).content.decode()
    assert "<mark>never asks us.</mark>" in shown


def test_leave_to_quote_is_one_tap_and_taken_back_takes_the_mark_with_it(cast: Cast, note: Note) -> None:
    client = cast.client("coach")
    mark_note(note=note, start=10, end=24, names=(), by=cast.coach)
    client.post(f"{LIST}notes/{note.pk}/leave/", {"may_quote": "no"})
    note.refresh_from_db()
    assert not note.may_quote
    assert not Excerpt.objects.within(cast.alder).exists()
    client.post(f"{LIST}notes/{note.pk}/leave/", {"may_quote": "yes"})
    note.refresh_from_db()
    assert note.may_quote


def test_what_a_facilitator_saw_has_no_leave(cast: Cast) -> None:
    client, held = cast.client("coach"), focus_group(cast, kind="site_visit")
    send(client, held, entry(cast, "Six screens face the wall.", kind=""))
    seen = Note.objects.within(cast.alder).get()
    page = client.post(f"{LIST}notes/{seen.pk}/leave/", {"may_quote": "yes"}, follow=True)
    assert "This is what you saw." in page.content.decode()
    seen.refresh_from_db()
    assert not seen.may_quote
    assert client.get(f"/d/alder-creek/listen/voices/notes/{seen.pk}/").status_code == 302  # nothing to choose words from


def test_a_note_is_struck_but_not_under_a_mark(cast: Cast, note: Note) -> None:
    client = cast.client("coach")
    mark_note(note=note, start=10, end=24, names=(), by=cast.coach)
    client.post(f"{LIST}notes/{note.pk}/remove/")
    assert words_in(cast) == [note.words]
    Excerpt.objects.within(cast.alder).delete()
    client.post(f"{LIST}notes/{note.pk}/remove/")
    assert words_in(cast) == []


def test_nobody_else_touches_it(cast: Cast, note: Note) -> None:
    for who, status in (("superintendent", 404), ("principal", 403), ("outsider", 404)):
        client = cast.client(who)
        for page in ("", "leave/", "remove/"):
            assert client.post(f"{LIST}notes/{note.pk}/{page}", form_of(cast, "x", revision="0")).status_code == status
    note.refresh_from_db()
    assert (note.words, note.revision) == ("Ms. Lopez never asks us.", 0)


def test_the_pages_cost_few_queries(cast: Cast, note: Note, django_assert_max_num_queries: Any) -> None:
    client, held = cast.client("coach"), note.conversation
    send(client, held, *(entry(cast, f"{number}") for number in range(30)))
    for page, most in ((address(held), 18), (f"{LIST}notes/{note.pk}/", 12), (address(held, "people/"), 16), (LIST, 10)):
        client.get(page)
        with django_assert_max_num_queries(most):
            client.get(page)
