"""Themes: who makes and finds them, what a save changes, putting two together, and that nobody counts what they may not read."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import District
from commonwhy.listening.models import Answer, Coding, Conversation, Note, Survey, Theme
from commonwhy.listening.queries.themes import Words
from commonwhy.listening.services.theme_merging import put_together
from commonwhy.listening.services.themes import MOST_THEMES, ThemeRefused, describe_theme, lay_aside, make_theme
from tests.cast import Cast
from tests.listening.opened import open_survey
from tests.listening.test_voices import many, say


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_survey(cast, closed_at=timezone.now())


def theme(cast: Cast, name: str = "Workload", means: str = "", concern: str = "") -> Theme:
    return make_theme(district=cast.alder, name=name, means=means, concern=concern, by=cast.coach)


def note(cast: Cast, words: str, holder: str = "coach") -> Note:
    conversation = Conversation.everything.create(district=cast.alder, title="Hall", held_on=timezone.localdate())
    conversation.facilitators.add(cast.people[holder])
    return Note.everything.create(
        district=cast.alder, conversation=conversation, position=1, words=words, group=cast.group("teachers")
    )


def code(answer: Answer, found: Theme, by: Any) -> Coding:
    return Coding.everything.create(district=answer.district, answer=answer, theme=found, coder=by.pk)


def page(cast: Cast, who: str | None, name: str, /, *args: object, district: District | None = None, **query: str) -> Any:
    address = reverse(f"listening:{name}", args=[(district or cast.alder).slug, *args])
    return cast.client(who).get(address, query)


def post(cast: Cast, who: str, name: str, /, *args: object, **data: Any) -> Any:
    return cast.client(who).post(reverse(f"listening:{name}", args=[cast.alder.slug, *args]), data)


def codes() -> set[tuple[Any, Any]]:
    return set(Coding.everything.filter(sample=None).values_list("answer_id", "theme_id"))


def test_a_coach_makes_a_theme_and_everybody_with_a_desk_sees_its_name(cast: Cast, survey: Survey) -> None:
    words = {"name": "  Too many   tools ", "means": "New programs every month.", "concern": "workload"}
    assert post(cast, "coach", "theme_new", **words).status_code == 302
    made = Theme.everything.get()
    assert (made.name, made.concern, made.retired) == ("Too many tools", "workload", False)
    assert "Too many tools" in page(cast, "board", "themes").content.decode()
    assert AuditEntry.objects.filter(verb="made", object_id=str(made.pk)).exists()


@pytest.mark.parametrize("name", ["Workload", "workload", " Workload "])
def test_a_name_is_taken_once_and_what_was_typed_stays(cast: Cast, name: str) -> None:
    theme(cast)
    answer = post(cast, "coach", "theme_new", name=name, means="Kept text", concern="")
    assert answer.status_code == 400
    assert "Kept text" in answer.content.decode()
    assert Theme.everything.count() == 1


def test_the_database_keeps_a_name_once(cast: Cast) -> None:
    theme(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Theme.everything.create(district=cast.alder, name="Workload")


def test_there_are_no_more_themes_than_one_keeps_in_mind(cast: Cast) -> None:
    Theme.everything.bulk_create(Theme(district=cast.alder, name=f"Theme {n}") for n in range(MOST_THEMES))
    with pytest.raises(ThemeRefused, match="keeps more in mind"):
        theme(cast)


def test_describing_a_theme_keeps_its_codes(cast: Cast, survey: Survey) -> None:
    found = theme(cast)
    code(say(survey, "Too much."), found, cast.coach)
    describe_theme(theme=found, name="Load", means="Hours", concern="workload", by=cast.coach)
    assert Coding.everything.filter(theme__name="Load").count() == 1


def test_whoever_reads_voices_counts_what_they_read_and_nobody_else_sees_a_number(cast: Cast, survey: Survey) -> None:
    found = theme(cast)
    for answer in many(survey, 3):
        code(answer, found, cast.coach)
    assert "3 answers" in page(cast, "coach", "themes").content.decode()
    for who in ("board", "principal"):
        shown = page(cast, who, "themes").content.decode()
        assert "Workload" in shown
        assert "3 answers" not in shown
        assert "of 3" not in shown


def test_what_waits_while_a_survey_runs_is_neither_coded_nor_counted(cast: Cast) -> None:
    running = open_survey(cast)
    found = theme(cast)
    waiting = say(running, "Came in today.")
    code(waiting, found, cast.coach)
    assert "Came in today" not in page(cast, "coach", "code").content.decode()
    assert "0 answers" in page(cast, "coach", "themes").content.decode()
    assert page(cast, "coach", "code_answer", waiting.pk).status_code == 404
    Coding.everything.all().delete()
    post(cast, "coach", "code", code=f"{waiting.pk}:{found.pk}")
    assert codes() == set()


@pytest.mark.parametrize("who", ["principal", "teacher", "board", "family"])
def test_only_those_who_read_voices_code(cast: Cast, survey: Survey, who: str) -> None:
    answer, found = say(survey, "Too much."), theme(cast)
    for name, args in (
        ("code", ()),
        ("code_next", ()),
        ("code_answer", (answer.pk,)),
        ("code_notes", ()),
        ("theme", (found.pk,)),
    ):
        assert page(cast, who, name, *args).status_code == 403
    assert post(cast, who, "code", code=f"{answer.pk}:{found.pk}").status_code == 403
    assert codes() == set()


def test_an_outsider_finds_nothing_here_and_changes_nothing_through_their_own_door(cast: Cast, survey: Survey) -> None:
    answer, found = say(survey, "Too much."), theme(cast)
    assert page(cast, "outsider", "themes").status_code == 404
    assert page(cast, "outsider", "theme", found.pk, district=cast.birch).status_code == 404
    assert page(cast, "outsider", "code_answer", answer.pk, district=cast.birch).status_code == 404
    through = reverse("listening:code", args=[cast.birch.slug])
    cast.client("outsider").post(through, {"code": f"{answer.pk}:{found.pk}"})
    assert codes() == set()


def test_a_sheet_saves_what_was_changed_and_leaves_what_others_found_meanwhile(cast: Cast, survey: Survey) -> None:
    first, second = say(survey, "Too much."), say(survey, "Too little.")
    load, tools = theme(cast), theme(cast, "Tools")
    code(first, load, cast.coach)
    shown = page(cast, "coach", "code").content.decode()
    assert f'name="had" value="{first.pk}:{load.pk}"' in shown
    code(first, tools, cast.superintendent)  # while the sheet lay open
    saved = post(cast, "coach", "code", had=[f"{first.pk}:{load.pk}"], code=[f"{second.pk}:{load.pk}"])
    assert saved.status_code == 302
    assert codes() == {(first.pk, tools.pk), (second.pk, load.pk)}


ID = str(uuid.UUID(int=1))


@pytest.mark.parametrize("value", ["", "x", ":", "x:y", f"{ID}:{ID}", ID, "\x00:\x00"])
def test_what_is_no_code_changes_nothing(cast: Cast, survey: Survey, value: str) -> None:
    say(survey, "Too much.")
    theme(cast)
    assert post(cast, "coach", "code", code=[value], had=[value]).status_code == 302
    assert codes() == set()


def test_a_theme_laid_aside_or_of_another_district_is_not_found_in_answers(cast: Cast, survey: Survey) -> None:
    answer, aside = say(survey, "Too much."), theme(cast)
    lay_aside(theme=aside, aside=True, by=cast.coach)
    theirs = Theme.everything.create(district=cast.birch, name="Theirs")
    post(cast, "coach", "code", code=[f"{answer.pk}:{aside.pk}", f"{answer.pk}:{theirs.pk}"])
    assert codes() == set()
    assert "Take it up again" in page(cast, "coach", "themes").content.decode()


def test_one_after_another_leads_through_those_that_fit_and_back_to_the_list(cast: Cast, survey: Survey) -> None:
    answers = sorted(many(survey, 3), key=lambda answer: str(answer.pk))
    found = theme(cast)
    client = cast.client("coach")
    reply = client.get(reverse("listening:code_next", args=[cast.alder.slug]), {"coded": "no"})
    seen = []
    while "/code/" in reply["Location"] and "back=" in reply["Location"]:
        address = reply["Location"]
        pk = next(answer.pk for answer in answers if str(answer.pk) in address)
        seen.append(pk)
        reply = client.post(address, {"code": f"{pk}:{found.pk}", "back": "coded=no"})
    assert seen == [answer.pk for answer in answers]
    assert codes() == {(answer.pk, found.pk) for answer in answers}
    assert "coded=no" in reply["Location"]
    assert "No answer fits" in client.get(reply["Location"]).content.decode()


def test_answers_are_found_by_what_was_found_in_them(cast: Cast, survey: Survey) -> None:
    coded, plain = say(survey, "Coded words."), say(survey, "Plain words.")
    found = theme(cast)
    code(coded, found, cast.coach)
    for wanted, there, gone in (("no", plain, coded), ("yes", coded, plain), (str(found.pk), coded, plain)):
        shown = page(cast, "coach", "code", coded=wanted).content.decode()
        assert str(there.value) in shown
        assert str(gone.value) not in shown
    assert page(cast, "coach", "code", coded="nonsense").status_code == 200


def test_notes_are_coded_by_those_who_held_the_conversation_and_seen_by_them_only(cast: Cast, survey: Survey) -> None:
    mine, theirs, found = note(cast, "She is tired."), note(cast, "Secret.", "superintendent"), theme(cast)
    shown = page(cast, "coach", "code_notes").content.decode()
    assert "She is tired" in shown
    assert "Secret" not in shown
    post(cast, "coach", "code_notes", code=[f"{mine.pk}:{found.pk}", f"{theirs.pk}:{found.pk}"])
    assert list(Coding.everything.values_list("note_id", flat=True)) == [mine.pk]
    assert Coding.objects.visible_to(cast.viewer("coach")).count() == 1
    assert Coding.objects.visible_to(cast.viewer("superintendent")).count() == 0


def test_putting_two_together_moves_every_code_and_loses_none(cast: Cast, survey: Survey) -> None:
    load, hours = theme(cast, means="Too much at once."), theme(cast, "Hours", means="Evenings.")
    both, only = say(survey, "Both."), say(survey, "Only hours.")
    told = note(cast, "She is tired.")
    for answer, found in ((both, load), (both, hours), (only, hours)):
        code(answer, found, cast.coach)
    Coding.everything.create(district=cast.alder, note=told, theme=hours, coder=cast.coach.pk)
    assert put_together(theme=hours, into=load, by=cast.coach) == 3
    assert codes() == {(both.pk, load.pk), (only.pk, load.pk), (None, load.pk)}
    hours.refresh_from_db()
    load.refresh_from_db()
    assert hours.retired
    assert "Too much at once." in load.means
    assert "Hours: Evenings." in load.means


@pytest.mark.parametrize("wanted", ["itself", "elsewhere", "nothing", "aside"])
def test_a_theme_is_not_put_together_with_what_is_not_there(cast: Cast, survey: Survey, wanted: str) -> None:
    load, gone = theme(cast), theme(cast, "Gone")
    lay_aside(theme=gone, aside=True, by=cast.coach)
    theirs = Theme.everything.create(district=cast.birch, name="Theirs")
    code(say(survey, "Too much."), load, cast.coach)
    into = {"itself": str(load.pk), "elsewhere": str(theirs.pk), "nothing": "", "aside": str(gone.pk)}[wanted]
    answer = post(cast, "coach", "theme_merge", load.pk, into=into)
    assert answer["Location"].endswith(f"/{load.pk}/")
    assert Coding.everything.get().theme == load
    load.refresh_from_db()
    assert not load.retired


def test_words_point_to_a_theme_and_code_nothing(cast: Cast, survey: Survey) -> None:
    load = theme(cast, "Too many tools", means="New platforms, passwords.\nNot: too much homework.")
    wifi = theme(cast, "Internet at home", means="Wifi, connection.")
    words = Words([load, wifi])
    assert words.pointing_to("Every month another PLATFORM with another password!") == {load.pk}
    assert words.pointing_to("The conexión / connection at home fails.") == {wifi.pk}
    assert words.pointing_to("Too much homework.") == set()
    say(survey, "Every month another platform.")
    assert "maybe" in page(cast, "coach", "code").content.decode()
    assert codes() == set()


def test_pages_ask_the_database_little_however_much_there_is(
    cast: Cast, survey: Survey, django_assert_max_num_queries: Any
) -> None:
    every = [theme(cast, f"Theme {n}") for n in range(12)]
    for number, answer in enumerate(many(survey, 40)):
        code(answer, every[number % 12], cast.coach)
    first = Answer.everything.order_by("pk")[0]
    client = cast.client("coach")
    for name, args in (("themes", ()), ("code", ()), ("code_answer", (first.pk,)), ("code_notes", ()), ("concerns", ())):
        address = reverse(f"listening:{name}", args=[cast.alder.slug, *args])
        with django_assert_max_num_queries(25):
            assert client.get(address).status_code == 200
