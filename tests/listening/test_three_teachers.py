"""Ask three teachers: from an empty start, before roster and set-up, on any browser, lost by nobody, seen by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import School
from commonwhy.districts.services import add_school
from commonwhy.listening import notebook
from commonwhy.listening.models import Conversation, Note
from commonwhy.listening.queries.side_by_side import Voice, lay_side_by_side
from commonwhy.listening.services import conversations as services
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOTEBOOK, BESIDE, STRIKE = "/three-teachers/", "/three-teachers/side-by-side/", "/three-teachers/strike/"
KEEP = "/d/alder-creek/listen/conversations/keep/"
SCREENS = "Students reading and writing on their laptops every day."
MAKING = "Making something they could not make without the tools."
RULES = "Keeping phones away and following the rules."


def note(client: Client, words: str, kind: str = "teachers", school: str = "", language: str = "en", **more: str) -> Any:
    fields = {"words": words, "kind": kind, "school": school, "language": language, **more}
    return client.post(NOTEBOOK, fields)


def three(client: Client) -> None:
    note(client, SCREENS, school="Creekside Middle School")
    note(client, MAKING, kind="building_leaders", school="Hilltop")
    note(client, RULES, kind="families", may_quote="on")


def noted(client: Client) -> list[str]:
    return [one["words"] for one in client.session.get(notebook.KEY, [])]


# The notebook


def test_nothing_is_needed_to_begin() -> None:
    page = Client().get(NOTEBOOK).content.decode()
    assert "What does digital learning mean to you?" in page
    assert "The first one" in page


def test_three_answers_are_laid_side_by_side() -> None:
    client = Client()
    note(client, SCREENS)
    assert "2 more" in client.get(NOTEBOOK).content.decode()
    assert "2 more answers and you can compare." in client.get(BESIDE).content.decode()
    note(client, MAKING)
    note(client, RULES)
    page = client.get(BESIDE).content.decode()
    assert all(words in page for words in (SCREENS, MAKING, RULES))
    assert "Most alike" in page
    assert "Furthest apart" in page
    assert "too few to conclude anything about a group" in page


def test_the_role_and_school_of_the_last_one_are_remembered() -> None:
    client = Client()
    note(client, SCREENS, kind="families", school="Hilltop", language="es")
    page = client.get(NOTEBOOK).content.decode()
    assert '<option value="families" selected>' in page
    assert 'value="Hilltop"' in page
    assert '<option value="es" selected>' in page


def test_the_same_note_sent_twice_is_one() -> None:
    client = Client()
    for _ in range(2):
        note(client, SCREENS)
    assert noted(client) == [SCREENS]


def test_a_note_can_be_struck_and_a_second_press_strikes_no_other() -> None:
    client = Client()
    three(client)
    mark = notebook.read(client.session)[0].mark
    for _ in range(2):
        assert client.post(STRIKE, {"mark": mark}).status_code == 302
    assert noted(client) == [MAKING, RULES]
    for wrong in ({}, {"mark": "nothing"}):
        client.post(STRIKE, wrong)
    assert noted(client) == [MAKING, RULES]


def test_a_full_notebook_says_so_and_keeps_what_is_in_it() -> None:
    client = Client()
    for number in range(notebook.MOST_NOTES):
        note(client, f"Answer {number}")
    answer = note(client, "One too many")
    assert answer.status_code == 400
    assert "This notebook is full" in answer.content.decode()
    assert "One too many" in answer.content.decode()  # what was written is still there
    assert len(noted(client)) == notebook.MOST_NOTES


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"words": ""}, "id_words_error"),
        ({"words": "   "}, "id_words_error"),
        ({"words": "x" * 2_001}, "id_words_error"),
        ({"words": "Fine", "kind": "emperors"}, "id_kind_error"),
        ({"words": "Fine", "language": "xx"}, "id_language_error"),
        ({"words": "Fine", "school": "x" * 161}, "id_school_error"),
        ({"words": "nul \x00 byte"}, "id_words_error"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_noted(fields: dict[str, str], where: str) -> None:
    client = Client()
    answer = note(client, **{"words": "", **fields})
    assert answer.status_code == 400
    assert f'id="{where}"' in answer.content.decode()
    assert noted(client) == []


def test_words_are_text_whatever_they_hold() -> None:
    client = Client()
    words = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7|add:7 }} =HYPERLINK(1)"
    for number in range(3):
        note(client, f"{words} {number}", school="<b>School</b>")
    for address in (NOTEBOOK, BESIDE):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>School" not in page
        assert "{{ 7|add:7 }}" in page


def test_words_in_any_script_are_kept_as_they_are() -> None:
    client = Client()
    words = ["¿Qué es? Aprender con la computadora 👩🏽‍🏫", "التعلم الرقمي", "数字学习"]
    for one in words:
        note(client, one, language="es")
    assert noted(client) == words
    assert client.get(BESIDE).status_code == 200


def test_the_notebook_is_one_browsers_only() -> None:
    mine, other = Client(), Client()
    three(mine)
    for address in (NOTEBOOK, BESIDE):
        assert SCREENS not in other.get(address).content.decode()
    other.post(STRIKE, {"mark": notebook.read(mine.session)[0].mark})
    assert len(noted(mine)) == 3


def test_no_proxy_keeps_the_notebook() -> None:
    client = Client()
    three(client)
    for address in (NOTEBOOK, BESIDE):
        assert "no-store" in client.get(address).headers["Cache-Control"]


def test_a_notebook_lasts_two_weeks_and_then_is_gone() -> None:
    client = Client()
    three(client)
    with time_machine.travel(timezone.now() + timedelta(days=13)):
        assert SCREENS in client.get(NOTEBOOK).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        assert SCREENS not in client.get(NOTEBOOK).content.decode()


def test_signing_out_leaves_nothing_for_the_next_at_the_same_computer(cast: Cast) -> None:
    client = cast.client("coach")
    three(client)
    client.post("/accounts/logout/")
    assert SCREENS not in client.get(NOTEBOOK).content.decode()


def test_somebody_else_signing_in_does_not_find_it(cast: Cast) -> None:
    client = cast.client("coach")
    three(client)
    client.force_login(cast.teacher, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert SCREENS not in client.get(NOTEBOOK).content.decode()


@pytest.mark.parametrize("address", [STRIKE, KEEP])
def test_what_only_writes_cannot_be_opened(cast: Cast, address: str) -> None:
    assert cast.client("coach").get(address).status_code == 405


def test_laying_side_by_side_takes_nothing() -> None:
    assert Client().post(BESIDE).status_code == 405


def test_the_pages_cost_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = cast.client("coach")
    three(client)
    client.get(BESIDE)
    for address, most in ((NOTEBOOK, 4), (BESIDE, 7)):
        with django_assert_max_num_queries(most):
            client.get(address)


# Keeping it


def test_a_coach_keeps_it_in_the_district(cast: Cast) -> None:
    client = cast.client("coach")
    three(client)
    assert "Keep these in Alder Creek" in client.get(BESIDE).content.decode()
    answer = client.post(KEEP)
    kept = Conversation.objects.within(cast.alder).get()
    assert answer.url == f"/d/alder-creek/listen/conversations/{kept.pk}/"  # type: ignore[attr-defined]
    assert noted(client) == []
    rows = [(one.words, one.group.kind, one.school and one.school.name, one.may_quote) for one in kept.notes.all()]
    assert rows == [
        (SCREENS, "teachers", "Creekside Middle School", False),
        (MAKING, "building_leaders", "Hilltop", False),
        (RULES, "families", None, True),
    ]
    assert School.objects.within(cast.alder).filter(name="Hilltop").exists()
    assert SCREENS not in str(list(AuditEntry.objects.values()))


def test_keeping_it_twice_keeps_it_once(cast: Cast) -> None:
    client = cast.client("coach")
    three(client)
    client.post(KEEP)
    answer = client.post(KEEP, follow=True)
    assert "These answers are kept already." in answer.content.decode()
    assert Conversation.objects.within(cast.alder).count() == 1


def test_two_presses_at_once_keep_it_once(cast: Cast) -> None:
    """Both requests read the notebook before either has emptied it."""
    client = cast.client("coach")
    three(client)
    notes, number = notebook.read(client.session), notebook.notebook_id(client.session)
    first, second = (services.keep_notebook(district=cast.alder, notes=notes, by=cast.coach, notebook=number) for _ in range(2))
    assert first == second
    assert Note.objects.within(cast.alder).count() == 3


def test_the_next_notebook_is_another_one(cast: Cast) -> None:
    client = cast.client("coach")
    for _ in range(2):
        three(client)
        client.post(KEEP)
    assert Conversation.objects.within(cast.alder).count() == 2


def test_a_school_is_found_whatever_its_capitals(cast: Cast) -> None:
    client = cast.client("coach")
    note(client, SCREENS, school="creekside middle school")
    client.post(KEEP)
    assert Note.objects.within(cast.alder).get().school == cast.creekside


@pytest.mark.parametrize("who", ["principal", "teacher", "board", "family"])
def test_a_role_that_holds_no_conversations_is_told_and_keeps_its_notes(cast: Cast, who: str) -> None:
    client = cast.client(who)
    three(client)
    page = client.get(BESIDE).content.decode()
    assert "Your role does not hold conversations" in page
    assert "set up your district" not in page
    assert client.post(KEEP).status_code == 403
    assert len(noted(client)) == 3
    assert not Conversation.objects.within(cast.alder).exists()


def test_an_outsider_cannot_keep_it_here_and_nobody_signs_in_first(cast: Cast) -> None:
    outsider, nobody = cast.client("outsider"), Client()
    three(outsider)
    assert outsider.post(KEEP).status_code == 404
    three(nobody)
    assert nobody.post(KEEP).url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    assert len(noted(nobody)) == 3
    assert "Sign in to keep these" in nobody.get(BESIDE).content.decode()


def test_before_there_is_any_account_it_leads_to_the_set_up() -> None:
    client = Client()
    three(client)
    assert 'href="/start/"' in client.get(BESIDE).content.decode()


# A conversation that was kept


@pytest.fixture
def kept(cast: Cast) -> Conversation:
    client = cast.client("coach")
    three(client)
    client.post(KEEP)
    return Conversation.objects.within(cast.alder).get()


def address_of(conversation: Conversation) -> str:
    return f"/d/alder-creek/listen/conversations/{conversation.pk}/"


def test_only_its_facilitator_reads_it(cast: Cast, kept: Conversation) -> None:
    assert SCREENS in cast.client("coach").get(address_of(kept)).content.decode()
    assert cast.client("superintendent").get(address_of(kept)).status_code == 404
    assert cast.client("outsider").get(address_of(kept)).status_code == 404
    for who in ("principal", "teacher", "board", "family"):
        assert cast.client(who).get(address_of(kept)).status_code == 403
    assert "0 conversations" in cast.client("superintendent").get("/d/alder-creek/listen/conversations/").content.decode()


def test_one_more_can_be_asked(cast: Cast, kept: Conversation) -> None:
    client, fields = cast.client("coach"), {"words": "One more", "kind": "students", "school": "", "language": "en"}
    for _ in range(2):
        client.post(address_of(kept), fields)
    assert list(kept.notes.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert client.post(address_of(kept), {**fields, "words": ""}).status_code == 400
    assert cast.client("superintendent").post(address_of(kept), {**fields, "words": "Mine"}).status_code == 404
    assert kept.notes.count() == 4


def test_a_conversation_is_full_at_nineteen(cast: Cast, kept: Conversation) -> None:
    client = cast.client("coach")
    for number in range(20):
        client.post(address_of(kept), {"words": f"More {number}", "kind": "students", "school": "", "language": "en"})
    assert kept.notes.count() == notebook.MOST_NOTES


def test_a_conversation_costs_few_queries(cast: Cast, kept: Conversation, django_assert_max_num_queries: Any) -> None:
    client = cast.client("coach")
    client.get(address_of(kept))
    with django_assert_max_num_queries(10):
        client.get(address_of(kept))
    with django_assert_max_num_queries(10):
        client.get("/d/alder-creek/listen/conversations/")


def test_a_district_that_has_schools_does_not_get_them_twice(cast: Cast) -> None:
    add_school(district=cast.alder, name="Hilltop", by=cast.superintendent)
    client = cast.client("coach")
    three(client)
    client.post(KEEP)
    assert School.objects.within(cast.alder).filter(name="Hilltop").count() == 1


# How alike


def voices(*words: str, languages: str = "") -> list[Voice]:
    return [Voice(one, f"Teacher {number}", languages[number * 2 : number * 2 + 2] or "en") for number, one in enumerate(words)]


def test_the_same_words_are_alike_by_one() -> None:
    table = lay_side_by_side(voices(SCREENS, RULES, SCREENS))
    assert table.pairs[0].similarity == pytest.approx(1, abs=1e-6)
    assert {table.pairs[0].first, table.pairs[0].second} == {0, 2}
    assert table.furthest_apart is not None
    assert RULES in {voice.words for voice in table.furthest_apart}


def test_a_similarity_is_a_cosine() -> None:
    table = lay_side_by_side(voices(SCREENS, MAKING, RULES, "Computers", "Joy"))
    assert len(table.pairs) == 10
    assert all(-1 <= pair.similarity <= 1 + 1e-6 for pair in table.pairs)
    assert [pair.similarity for pair in table.pairs] == sorted((pair.similarity for pair in table.pairs), reverse=True)


def test_answers_that_mean_the_same_are_nearer_than_answers_that_do_not() -> None:
    table = lay_side_by_side(voices("Using laptops in class", "Working on computers at school", "Kindness and respect"))
    assert table.most_alike is not None
    assert {voice.words for voice in table.most_alike} == {"Using laptops in class", "Working on computers at school"}


def test_all_the_same_has_nothing_furthest_apart() -> None:
    table = lay_side_by_side(voices(SCREENS, SCREENS, SCREENS))
    assert table.most_alike is not None
    assert table.furthest_apart is None


def test_two_languages_are_not_compared_and_it_says_how_many() -> None:
    table = lay_side_by_side(voices(SCREENS, MAKING, "Aprender con computadoras", languages="enenes"))
    assert (len(table.pairs), table.not_compared) == (1, 2)
    assert table.most_alike is None  # one pair is neither most nor least


def test_a_second_language_is_compared_within_itself() -> None:
    words = ("Aprender con computadoras", "Aprender con la computadora", "Respeto y amabilidad")
    table = lay_side_by_side(voices(*words, languages="eseses"))
    assert table.most_alike is not None
    assert {voice.words for voice in table.most_alike} == set(words[:2])


@pytest.mark.parametrize("words", ["!!!", "...", "👍👍", "\u200b", "42"])
def test_what_has_no_word_is_shown_and_compared_with_nothing(words: str) -> None:
    table = lay_side_by_side(voices(SCREENS, MAKING, words))
    assert len(table.voices) == 3
    assert all(2 not in (pair.first, pair.second) for pair in table.pairs)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_under_three_nothing_is_compared(number: int) -> None:
    table = lay_side_by_side(voices(*[SCREENS, MAKING][:number]))
    assert (table.pairs, table.most_alike, table.furthest_apart, table.not_compared) == ((), None, None, 0)
