"""Searching answers: the index finds what reading every answer finds, holds nothing that may not be read, and forgets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonwhy.core import housekeeping
from commonwhy.core.jobs import run_job
from commonwhy.core.models import Chore, Job
from commonwhy.core.wanted import wanted
from commonwhy.listening.models import Answer, Conversation, Note, Response, SafetyFlag, SearchText, Survey
from commonwhy.listening.queries.voices import Filters, Voices
from commonwhy.listening.services import search_index, surveys
from commonwhy.vision.models import Clause, VisionVersion
from tests.cast import Cast
from tests.listening.opened import open_survey
from tests.listening.test_voices import MONDAY, many, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_survey(cast, closed_at=timezone.now())


def found(cast: Cast, typed: str, who: str = "coach", **filters: str) -> set[str]:
    room = Voices(cast.viewer(who), cast.alder)
    listed = room.listed(Filters(words=typed, **filters))
    shown = {answer.value for answer in listed[0:1000]}
    assert len(listed) == len(shown) == room.answers(Filters(words=typed, **filters)).count()
    return shown


def indexed() -> set[str]:
    return set(SearchText.everything.values_list("words", flat=True))


def test_words_are_found_whatever_their_case_and_accents(cast: Cast, survey: Survey) -> None:
    say(survey, "¿Qué HACÉIS en Matemáticas?")
    say(survey, "My niece’s class — we don't!")
    assert search_index.index_district(cast.alder) == 1
    assert found(cast, "matematicas") == found(cast, "MATEM") == found(cast, "que haceis") == {"¿Qué HACÉIS en Matemáticas?"}
    assert found(cast, "don't") == found(cast, '"we don t"') == {"My niece’s class — we don't!"}
    assert found(cast, '"class don"') == found(cast, "nothing") == found(cast, "?!") == set()


TYPED = st.text(alphabet="aábñ12 \"'*():&|!-中", max_size=14) | st.text(max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED, texts=st.lists(st.text(alphabet="aAáÁbñÑ12 .,\"'*-中喜½²Ⅷ", min_size=1, max_size=30), max_size=6))
def test_the_index_finds_what_reading_finds(cast: Cast, typed: str, texts: list[str]) -> None:
    """Whatever is typed, on whichever database: no error, and the very same answers."""
    Response.everything.all().delete()
    closed = open_survey(cast, closed_at=timezone.now())
    for text in texts:
        say(closed, text)
    search_index.index_district(cast.alder)
    assert SearchText.everything.count() == len(texts)
    by_index = Voices(cast.viewer("coach"), cast.alder).listed(Filters(words=typed or "-"))
    assert sorted(answer.value for answer in by_index[0:100]) == sorted(text for text in texts if wanted(typed).found_in(text))


def test_a_search_narrows_the_other_filters_and_the_page_counts_it(cast: Cast, survey: Survey) -> None:
    many(survey, 12, "teachers", cast.creekside)
    many(survey, 12, "students", cast.creekside)
    search_index.index_district(cast.alder)
    group = str(cast.group("students").pk)
    assert len(found(cast, "number")) == 24
    assert found(cast, '"thought number"', group=group) == {
        f"students at {cast.creekside} thought number {n}." for n in range(12)
    }
    page = cast.client("coach").get(reverse("listening:voices", args=[cast.alder.slug]), {"words": '"number 1"', "group": group})
    assert "1 voice" in page.content.decode()


def test_nothing_is_indexed_before_it_may_be_read(cast: Cast) -> None:
    running = open_survey(cast, opened_at=timezone.now() - timedelta(days=30))
    for number in range(12):
        say(running, f"Early words {number}")
    week = Response.everything.filter(survey=running)
    this_monday = timezone.now().date() - timedelta(days=timezone.now().weekday())
    week.update(week=this_monday - timedelta(weeks=2))
    for number in range(4):
        answer = say(running, f"Late words {number}")
        Response.everything.filter(pk=answer.response_id).update(week=this_monday)
    say(running, "Not handed in", submitted=False)
    search_index.index_district(cast.alder)
    assert len(indexed()) == 12
    assert {words.split()[0] for words in indexed()} == {"early"}
    assert found(cast, "late") == found(cast, "handed") == set()
    surveys.close_survey(survey=running, by=cast.coach)
    search_index.index_district(cast.alder)
    assert len(indexed()) == 16
    assert len(found(cast, "late")) == 4


def test_what_is_no_longer_readable_is_not_found_and_leaves_the_index(cast: Cast, survey: Survey) -> None:
    answer = say(survey, "Words that wait")
    search_index.index_district(cast.alder)
    flag = SafetyFlag.everything.create(district=cast.alder, answer=answer, reason="marked", week=MONDAY)
    assert found(cast, "wait") == set(), "held back for the safety queue"
    SafetyFlag.everything.filter(pk=flag.pk).update(state="no_concern")
    assert found(cast, "wait") == {"Words that wait"}
    Response.everything.filter(pk=answer.response_id).update(submitted=False)
    assert found(cast, "wait") == set()
    search_index.index_district(cast.alder)
    assert indexed() == set()


def test_what_is_not_indexed_yet_is_found_by_reading(cast: Cast, survey: Survey) -> None:
    named = open_survey(cast, mode="identified")
    say(named, "Said with a name today")
    say(survey, "Brought in a minute ago")
    assert found(cast, "today") == {"Said with a name today"}
    assert found(cast, "minute") == {"Brought in a minute ago"}
    search_index.index_district(cast.alder)
    say(named, "Said with another name today")
    assert len(found(cast, "name today")) == 2


def test_done_again_it_changes_nothing(cast: Cast, survey: Survey) -> None:
    many(survey, 3)
    assert search_index.index_all() == 1
    before = set(SearchText.everything.values_list("pk", flat=True))
    assert search_index.index_all() == 0
    assert set(SearchText.everything.values_list("pk", flat=True)) == before
    answer = Answer.everything.all()[0]
    Answer.everything.filter(pk=answer.pk).update(value="Changed my mind")
    assert search_index.index_all() == 1
    assert found(cast, "mind") == {"Changed my mind"}


def test_the_daily_chores_and_closing_do_it(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    running = open_survey(cast)
    say(running, "First words")
    with django_capture_on_commit_callbacks(execute=True):
        surveys.close_survey(survey=running, by=cast.coach)
    run_job.func(str(Job.objects.get(kind="listening.results").pk))
    assert indexed() == {"first words"}
    say(running, "Second words")
    Chore.objects.all().delete()
    assert "index the words of answers" in housekeeping.do_due()
    assert indexed() == {"first words", "second words"}


def test_deleting_an_answer_takes_its_words_out_of_every_piece_of_the_index(
    cast: Cast, survey: Survey, django_capture_on_commit_callbacks: Any
) -> None:
    for number in range(30):
        say(survey, f"zebra{number} giraffe{number} elephant{number}")
    search_index.index_district(cast.alder)
    gone = Answer.everything.get(search_text__words__startswith="zebra7 ")
    with django_capture_on_commit_callbacks(execute=True):
        Response.everything.filter(pk=gone.response_id).delete()
    assert found(cast, "zebra7") == set()
    assert len(indexed()) == 29
    if connection.vendor == "sqlite":
        held = _vocabulary()
        assert "zebra8" in held
        assert not {"zebra7", "giraffe7", "elephant7"} & held


def _vocabulary() -> set[str]:
    """Every word the index holds, deleted or not."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, 'listening_searchwords', 'row')")
        cursor.execute("SELECT term FROM temp.held")
        found = {row[0] for row in cursor.fetchall()}
        cursor.execute("DROP TABLE temp.held")
    return found


def test_an_answer_cannot_be_deleted_beside_its_words(cast: Cast, survey: Survey) -> None:
    """Not even by hand: the key says no, so words never outlive their answer."""
    answer = say(survey, "Mine")
    search_index.index_district(cast.alder)

    def delete_by_hand() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            key = Answer._meta.pk.get_db_prep_value(answer.pk, connection)
            cursor.execute("DELETE FROM listening_answer WHERE id = %s", [key])
            connection.check_constraints()

    with pytest.raises(DatabaseError):
        delete_by_hand()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's index is kept by triggers")
def test_indexed_words_are_replaced_and_never_changed(cast: Cast, survey: Survey) -> None:
    say(survey, "Mine")
    search_index.index_district(cast.alder)
    with pytest.raises(DatabaseError), transaction.atomic():
        SearchText.everything.update(words="something else")


# The page


def search(cast: Cast, who: str | None, typed: str) -> Any:
    return cast.client(who).get(reverse("site:search", args=[cast.alder.slug]), {"q": typed})


def test_everybody_finds_what_they_may_read(cast: Cast, survey: Survey) -> None:
    say(survey, "A bridge that holds three bricks")
    conversation = Conversation.everything.create(district=cast.alder, title="Hall talk", held_on=MONDAY)
    conversation.facilitators.add(cast.coach)
    Note.everything.create(district=cast.alder, conversation=conversation, position=1, words="The bridge again")
    version = VisionVersion.everything.create(district=cast.alder, number=1)
    Clause.everything.create(district=cast.alder, version=version, position=1, texts={"en": "Every bridge counts."})
    coach = search(cast, "coach", "bridg").content.decode()
    for words in ("that holds three", "Hall talk", "counts."):
        assert words in coach
    assert coach.count("<mark>bridge</mark>") == 3
    leader = search(cast, "superintendent", "bridg").content.decode()
    assert "that holds three" in leader
    assert "Hall talk" not in leader, "another's notes"
    teacher = search(cast, "teacher", "bridg").content.decode()
    assert "counts." in teacher
    assert "that holds three" not in teacher
    assert search(cast, "outsider", "bridg").status_code == 404
    assert search(cast, None, "bridg").status_code == 302


@pytest.mark.parametrize(
    "typed", ["", "   ", "?!", '"', "<script>alert(1)</script>", "a" * 5_000, "\x00", "NEAR( a", "' OR 1=1 --"]
)
def test_the_page_takes_anything(cast: Cast, survey: Survey, typed: str) -> None:
    say(survey, "<script>alert(1)</script> near a")
    search_index.index_district(cast.alder)
    page = search(cast, "coach", typed)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_the_page_has_a_bound(cast: Cast, survey: Survey, django_assert_max_num_queries: Any) -> None:
    many(survey, 40)
    search_index.index_district(cast.alder)
    client = cast.client("coach")
    address = reverse("site:search", args=[cast.alder.slug])
    with django_assert_max_num_queries(25):
        page = client.get(address, {"q": "thought"})
    assert "40" in page.content.decode()


def test_a_word_that_stands_in_too_many_voices_is_not_counted_to_the_end(
    cast: Cast, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody reads two thousand hits; what is said is that there are more, and how to find fewer."""
    monkeypatch.setattr("commonwhy.listening.queries.voices.MOST_FOUND", 30)
    many(survey, 40)
    search_index.index_district(cast.alder)
    assert "30+" in search(cast, "coach", "thought").content.decode()
    listed = cast.client("coach").get(reverse("listening:voices", args=[cast.alder.slug]), {"words": "thought"}).content.decode()
    assert "Add a word to find fewer" in listed
    fewer = cast.client("coach").get(reverse("listening:voices", args=[cast.alder.slug]), {"words": "thought 7"})
    assert "Add a word to find fewer" not in fewer.content.decode()
