"""FIELD rule 10, safety: somebody may disclose abuse, self-harm or a threat in an answer.

Every page for students shows where to get help now. What a reader marks, or what uses the district's own words, goes to a
queue that named positions read and nobody else, with a log of who saw it and when. Anonymous mode says plainly that nobody
can be traced or helped through it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commonwhy.core import housekeeping
from commonwhy.core.models import AuditEntry, Chore
from commonwhy.districts.models import Appointment, Role
from commonwhy.districts.permissions import may
from commonwhy.districts.services import appoint, give_role
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening import tokens
from commonwhy.listening.models import (
    Answer,
    Excerpt,
    IssuedKey,
    Note,
    Response,
    SafetyFlag,
    SafetyLook,
    SafetyPosition,
    SafetyWord,
    Survey,
)
from commonwhy.listening.queries.safety import held_back
from commonwhy.listening.queries.voices import Voices
from commonwhy.listening.services import excerpts, safety
from commonwhy.listening.services.responses import save_answer, submit, week_of
from commonwhy.listening.services.safety_words import keep_watch, look_through, stir_flags, tell
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.services.gap import measuring, untranslated
from tests.cast import Cast
from tests.listening.opened import open_survey, questions_of
from tests.listening.surveying import enrol
from tests.vision.gap_survey import make_survey, plain_pictures

__all__ = ["plain_pictures"]

WORDS = "At home he hurts me and nobody knows."
SECRET = "hurts me"


def url(name: str, cast: Cast, *more: Any) -> str:
    return reverse(f"listening:{name}", args=[cast.alder.slug, *more])


@pytest.fixture
def counselor(cast: Cast) -> SafetyPosition:
    """The family member with a seat and no role that reads anything is the school counselor."""
    return safety.name_position(district=cast.alder, by=cast.superintendent, account=cast.family, title="School counselor")


@pytest.fixture
def survey(cast: Cast) -> Survey:
    """Closed, so that everything in it may be read."""
    return open_survey(cast, closed_at=timezone.now())


def say(survey: Survey, words: str = WORDS, key: str = "meaning", *, sent: bool = True, kind: str = "students") -> Answer:
    response = Response.everything.create(
        district=survey.district,
        survey=survey,
        key=tokens.hashlib.sha256(words.encode()).hexdigest(),
        week=week_of(survey),
        group=survey.groups.get(kind=kind),
        submitted=sent,
        language="en",
    )
    made: Answer = Answer.everything.create(
        district=survey.district, response=response, question=questions_of(survey)[key], value=words
    )
    return made


def list_word(cast: Cast, words: str = SECRET) -> None:
    SafetyWord.everything.create(district=cast.alder, words=words)


@pytest.fixture
def flag(cast: Cast, survey: Survey) -> SafetyFlag:
    list_word(cast)
    say(survey)
    assert look_through(cast.alder) == 1
    found: SafetyFlag = SafetyFlag.everything.get()
    return found


# Only the named positions


def test_only_who_fills_a_named_position_opens_the_queue(cast: Cast, counselor: SafetyPosition, flag: SafetyFlag) -> None:
    for who in ("superintendent", "coach", "principal", "teacher", "board"):
        for address in (url("safety", cast), url("safety_flag", cast, flag.pk)):
            assert cast.client(who).get(address).status_code == 403, who
            assert cast.client(who).post(address).status_code in (403, 405), who
        assert not SafetyFlag.objects.visible_to(cast.viewer(who)).exists(), who
    assert cast.client("family").get(url("safety", cast)).status_code == 200
    assert SafetyFlag.objects.visible_to(cast.viewer("family")).get() == flag


def test_a_role_alone_never_opens_it(cast: Cast, flag: SafetyFlag) -> None:
    """Nobody is named: then nobody reads it, whatever they are."""
    for role in Role.values:
        give_role(district=cast.alder, account=cast.teacher, role=role, school=cast.creekside)
        if role != Role.SCHOOL_LEADER:
            give_role(district=cast.alder, account=cast.coach, role=role)
    for who in ("teacher", "coach", "superintendent"):
        assert not may(cast.viewer(who), "safety.see", cast.alder)


def test_an_appointment_that_has_ended_or_not_begun_opens_nothing(cast: Cast, counselor: SafetyPosition) -> None:
    today = timezone.localdate()
    held = Appointment.everything.get(account=cast.family)
    rows = Appointment.everything.filter(pk=held.pk)
    for begins, ends, opens in (
        (today, None, True),
        (today - timedelta(days=9), today + timedelta(days=1), True),
        (today - timedelta(days=9), today, False),
        (today + timedelta(days=1), None, False),
    ):
        rows.update(begins=begins, ends=ends)
        assert may(cast.viewer("family"), "safety.see", cast.alder) is opens, (begins, ends)
    rows.update(begins=today, ends=None)
    appoint(position=held.position, name="Somebody else", begins=today, by=cast.superintendent)
    assert not may(cast.viewer("family"), "safety.see", cast.alder)


def test_a_named_position_elsewhere_opens_nothing_here(cast: Cast, flag: SafetyFlag) -> None:
    safety.name_position(district=cast.birch, by=cast.outsider, account=cast.outsider, title="School counselor")
    client = cast.client("outsider")
    assert client.get(url("safety", cast)).status_code == 404
    address = reverse("listening:safety_flag", args=[cast.birch.slug, flag.pk])
    assert client.post(address).status_code == 404


def test_who_fills_a_named_position_finds_the_queue_from_home(cast: Cast, counselor: SafetyPosition, flag: SafetyFlag) -> None:
    home = reverse("site:district", args=[cast.alder.slug])
    assert url("safety", cast) in cast.client("family").get(home).content.decode()
    for who in ("superintendent", "teacher"):
        assert url("safety", cast) + '"' not in cast.client(who).get(home).content.decode()
    assert url("surveys", cast) + '"' not in cast.client("family").get(url("safety", cast)).content.decode().split("<main", 1)[1]


def test_an_administrator_sees_that_there_is_a_queue_and_never_the_words(
    cast: Cast, counselor: SafetyPosition, flag: SafetyFlag
) -> None:
    page = cast.client("superintendent").get(url("safety_set_up", cast)).content.decode()
    assert "1 waits." in page
    assert "School counselor" in page
    assert "nobody knows" not in page


def test_an_administrator_names_a_position_and_who_fills_it(cast: Cast) -> None:
    client = cast.client("superintendent")
    assert client.post(url("safety_name", cast), {"title": "Nurse", "account": cast.teacher.pk}).status_code == 302
    assert may(cast.viewer("teacher"), "safety.see", cast.alder)
    assert client.post(url("safety_name", cast), {"title": "", "account": cast.teacher.pk}).status_code == 400
    named = SafetyPosition.everything.get()
    client.post(url("safety_fill", cast, named.pk), {f"{named.pk}-account": cast.principal.pk})
    assert may(cast.viewer("principal"), "safety.see", cast.alder)
    assert not may(cast.viewer("teacher"), "safety.see", cast.alder)
    client.post(url("safety_unname", cast, named.pk))
    assert not may(cast.viewer("principal"), "safety.see", cast.alder)
    outside = client.post(url("safety_name", cast), {"title": "Nurse", "account": cast.outsider.pk})
    assert outside.status_code == 400, "only members of the district"


# The log


def test_the_words_are_shown_only_once_the_look_is_written(cast: Cast, counselor: SafetyPosition, flag: SafetyFlag) -> None:
    client = cast.client("family")
    address = url("safety_flag", cast, flag.pk)
    assert "nobody knows" not in client.get(address).content.decode()
    assert "nobody knows" not in client.get(url("safety", cast)).content.decode()
    assert not SafetyLook.everything.exists()
    assert "nobody knows" in client.post(address).content.decode()
    seen = SafetyLook.everything.get()
    assert (seen.account, seen.deed, seen.who) == (cast.family.pk, "saw", "Family, School counselor")
    client.post(address)
    assert SafetyLook.everything.count() == 2, "every look counts"
    assert "Family, School counselor" in client.get(address).content.decode()


def test_a_look_that_cannot_be_written_shows_nothing(
    cast: Cast, counselor: SafetyPosition, flag: SafetyFlag, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_fields: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("commonwhy.listening.services.safety._look", broken)
    client = cast.client("family")
    client.raise_request_exception = False
    answer = client.post(url("safety_flag", cast, flag.pk))
    assert answer.status_code == 500
    assert b"nobody knows" not in answer.content


def test_what_was_done_is_kept_with_who_did_it(cast: Cast, counselor: SafetyPosition, flag: SafetyFlag) -> None:
    client = cast.client("family")
    settle = url("safety_settle", cast, flag.pk)
    assert client.post(settle, {"deed": "no_concern"}).status_code == 400, "nobody settles what they have not seen"
    client.post(url("safety_flag", cast, flag.pk))
    assert client.post(settle, {"deed": "acted", "done": " "}).status_code == 400
    assert client.post(settle, {"deed": "nonsense", "done": "x"}).status_code == 400
    flag.refresh_from_db()
    assert flag.state == "waiting"
    assert client.post(settle, {"deed": "acted", "done": "Spoke to the class."}).status_code == 302
    flag.refresh_from_db()
    assert (flag.state, flag.done) == ("acted", "Spoke to the class.")
    assert list(SafetyLook.everything.values_list("deed", flat=True)) == ["saw", "acted"]
    client.post(settle, {"deed": "reopened", "done": ""})
    flag.refresh_from_db()
    assert flag.state == "waiting"


# What puts words there


def test_a_reader_puts_an_answer_there_with_one_button(cast: Cast, counselor: SafetyPosition, survey: Survey) -> None:
    answer = say(survey)
    client = cast.client("coach")
    assert url("safety_mark_answer", cast, answer.pk) in client.get(url("voices", cast)).content.decode()
    answered = client.post(url("safety_mark_answer", cast, answer.pk), follow=True)
    assert "nobody can be traced or helped" in answered.content.decode()
    flag = SafetyFlag.everything.get()
    assert (flag.answer, flag.reason, flag.week.weekday()) == (answer, "marked", 0)
    assert SafetyLook.everything.get().deed == "marked"
    assert cast.client("coach").post(url("safety_mark_answer", cast, answer.pk)).status_code == 404, "it is out of their hands"
    for who, status in (("teacher", 403), ("board", 403), ("outsider", 404)):
        assert cast.client(who).post(url("safety_mark_answer", cast, answer.pk)).status_code == status


@pytest.mark.parametrize("sent", [True, False], ids=["handed in", "only saved"])
def test_words_of_the_list_put_an_answer_there_sent_or_not(cast: Cast, survey: Survey, sent: bool) -> None:
    Survey.everything.filter(pk=survey.pk).update(closed_at=None)
    list_word(cast, "hurts me")
    say(survey, "HURTS   me, tónight", sent=sent)
    say(survey, "The printer hurts metal", sent=sent)
    assert keep_watch() == 1
    flag = SafetyFlag.everything.get()
    assert (flag.reason, flag.matched, flag.week) == ("words", "hurts me", week_of(survey))
    assert keep_watch() == 0, "looking again finds nothing twice"


def test_the_watch_runs_by_itself_every_few_minutes(cast: Cast, flag: SafetyFlag) -> None:
    from commonwhy.cli.worker import CHORES_EVERY_SECONDS

    assert CHORES_EVERY_SECONDS <= 300
    SafetyFlag.everything.all().delete()
    assert "watch over what people write" in housekeeping.do_often()
    assert SafetyFlag.everything.count() == 1


def test_an_answer_that_was_settled_comes_back_when_it_says_something_else(cast: Cast, flag: SafetyFlag) -> None:
    list_word(cast, "kill myself")
    SafetyFlag.everything.update(state="no_concern")
    assert look_through(cast.alder) == 0
    Answer.everything.filter(pk=flag.answer_id).update(value="He hurts me, I will kill myself.")
    assert look_through(cast.alder) == 1
    flag.refresh_from_db()
    assert (flag.state, flag.matched) == ("waiting", "hurts me, kill myself")


def test_a_note_of_a_conversation_is_looked_through_too(cast: Cast, counselor: SafetyPosition) -> None:
    from commonwhy.listening.models import Conversation

    hall = Conversation.everything.create(district=cast.alder, title="Hall", held_on=timezone.localdate())
    hall.facilitators.add(cast.coach)
    note = Note.everything.create(
        district=cast.alder, conversation=hall, position=1, group=cast.group("students"), words=WORDS, may_quote=True
    )
    other = Note.everything.create(
        district=cast.alder, conversation=hall, position=2, group=cast.group("students"), words="Fine.", may_quote=True
    )
    list_word(cast)
    assert look_through(cast.alder) == 1
    with pytest.raises(excerpts.ExcerptRefused, match="safety queue"):
        excerpts.mark_note(note=note, start=0, end=7, names=(), by=cast.coach)
    assert cast.client("coach").post(url("safety_mark_note", cast, other.pk)).status_code == 302
    assert cast.client("superintendent").post(url("safety_mark_note", cast, other.pk)).status_code == 404
    assert SafetyFlag.everything.count() == 2


# Held back from everybody else


def test_what_waits_is_neither_read_nor_quoted_by_others(cast: Cast, counselor: SafetyPosition, survey: Survey) -> None:
    answer = say(survey)
    start, end = excerpts.whole(answer.value)
    excerpt = excerpts.mark_answer(answer=answer, start=start, end=end, names=(), by=cast.coach)
    safety.mark_answer(answer=answer, by=cast.coach)
    for state, readable in (("waiting", False), ("acted", False), ("no_concern", True)):
        SafetyFlag.everything.update(state=state)
        for who in ("superintendent", "coach"):
            assert Voices(cast.viewer(who), cast.alder).answers().filter(pk=answer.pk).exists() is readable
            assert Answer.objects.visible_to(cast.viewer(who)).filter(pk=answer.pk).exists() is readable
            assert Excerpt.objects.visible_to(cast.viewer(who)).filter(pk=excerpt.pk).exists() is readable
        page = cast.client("coach").get(url("voices", cast), {"words": "nobody"}).content.decode()
        assert ("nobody knows" in page) is readable
        assert (answer.pk in held_back(JobViewer(cast.alder.pk), survey)) is not readable
        if not readable:
            with pytest.raises(excerpts.ExcerptRefused, match="safety queue"):
                excerpts.mark_answer(answer=answer, start=0, end=7, names=(), by=cast.coach)


def test_a_gap_page_that_quoted_it_does_so_no_more(cast: Cast, survey: Survey) -> None:
    answer = say(survey)
    quotes = [{"words": WORDS, "language": "en", "speaker": []}, {"words": "Other.", "language": "en", "speaker": []}]
    GapAnalysis.everything.create(
        district=cast.alder,
        survey=survey,
        question=answer.question,
        by="group",
        seed=1,
        answers=2,
        released={"quotes": quotes, "meanings": [{"id": 1, "quotes": list(quotes)}]},
    )
    list_word(cast)
    look_through(cast.alder)
    kept = GapAnalysis.everything.get().released
    assert [quote["words"] for quote in kept["quotes"]] == ["Other."]
    assert [quote["words"] for quote in kept["meanings"][0]["quotes"]] == ["Other."]


def test_a_measurement_quotes_nothing_that_is_held_back(cast: Cast, plain_pictures: None) -> None:
    survey = make_survey(cast)
    for analysis in measuring.measure(district=cast.alder, survey=survey):
        quoted = words_quoted(analysis.released)
        if quoted:
            break
    for answer in Answer.everything.filter(response__survey=survey, value__in=quoted):
        SafetyFlag.everything.create(district=cast.alder, answer=answer, reason="words", week=week_of(survey))
    again = measuring.measure(district=cast.alder, survey=survey)
    assert quoted
    assert any(words_quoted(analysis.released) for analysis in again), "others are quoted instead"
    assert not set(quoted) & {words for analysis in again for words in words_quoted(analysis.released)}


def test_what_is_held_back_is_in_no_file_for_a_translator(cast: Cast, survey: Survey) -> None:
    answer = say(survey, "En casa me pega y nadie sabe.")
    Response.everything.filter(pk=answer.response_id).update(language="es")
    for number in range(3):
        say(survey, f"We make films {number}")
    assert b"nadie sabe" in untranslated(survey=survey, by=cast.coach)[0]
    safety.mark_answer(answer=answer, by=cast.coach)
    assert untranslated(survey=survey, by=cast.coach)[1] == 0


def words_quoted(released: Any) -> list[str]:
    """Every quote of a measurement."""
    quotes = [*released["quotes"], *(quote for meaning in released["meanings"] for quote in meaning["quotes"])]
    return [quote["words"] for quote in quotes]


# Anonymity stays


@pytest.mark.django_db(transaction=True)
def test_the_queue_knows_no_time_and_no_person_of_an_anonymous_answer(cast: Cast) -> None:
    """A flag holds the week and nothing finer; what puts it there writes no row of a person."""
    survey = open_survey(cast)
    list_word(cast)
    token = tokens.read(survey, tokens.mint(survey, 3))
    save_answer(survey=survey, token=token, question=questions_of(survey)["meaning"], value=WORDS, language="en")
    submit(survey=survey, token=token)
    with CaptureQueriesContext(connection) as queries:
        look_through(cast.alder)
    written = [query["sql"] for query in queries if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written
    assert all("listening_safetyflag" in sql.split("(")[0] for sql in written), written
    assert not SafetyLook.everything.exists()
    assert not AuditEntry.objects.filter(object_type__icontains="safetyflag").exists()
    kinds = {field.get_internal_type() for field in SafetyFlag._meta.get_fields() if hasattr(field, "get_internal_type")}
    assert "DateTimeField" not in kinds
    stir_flags()
    assert SafetyFlag.everything.get().answer is not None


def test_anonymous_mode_says_that_nobody_can_be_traced_or_helped(cast: Cast, counselor: SafetyPosition, flag: SafetyFlag) -> None:
    for page in (
        cast.client("family").get(url("safety_flag", cast, flag.pk)),
        cast.client("family").post(url("safety_flag", cast, flag.pk)),
    ):
        assert "Nobody can be traced through it, and nobody can be helped through it" in page.content.decode()


@pytest.mark.parametrize(("mode", "told"), [("identified", True), ("confidential", False), ("anonymous", False)])
def test_only_a_survey_with_names_tells_who_it_was(cast: Cast, counselor: SafetyPosition, mode: str, told: bool) -> None:
    from commonwhy.listening.services.sealing import seal

    [person] = enrol(cast, "students", 1, cast.creekside)
    survey = open_survey(cast, mode=mode)
    answer = say(survey)
    if mode != "anonymous":
        IssuedKey.everything.create(
            district=cast.alder,
            survey=survey,
            mode=mode,
            key=answer.response.key,
            person=person if mode == "identified" else None,
            sealed=None if mode == "identified" else seal(person.pk),
        )
    flag = safety.mark_answer(answer=answer, by=cast.coach)
    page = cast.client("family").post(url("safety_flag", cast, flag.pk)).content.decode()
    assert ("students 0" in page) is told
    assert ("sealed" in page) is (mode == "confidential")


@pytest.mark.parametrize("page", ["", "1/", "5/"])
def test_every_page_for_students_shows_where_to_get_help(cast: Cast, page: str) -> None:
    survey = open_survey(cast)
    cast.alder.help_text = "Room 12, or 555 0100."
    cast.alder.save()
    address = f"/a/{tokens.mint(survey, 3)}/{page}"
    shown = Client().get(address, headers={"accept-language": "en"}).content.decode()
    assert "Room 12, or 555 0100." in shown
    assert "nobody can be helped through it" in shown


# Being told


def test_those_named_are_mailed_at_most_once_an_hour_and_read_no_words_there(
    cast: Cast, counselor: SafetyPosition, flag: SafetyFlag
) -> None:
    now = timezone.now().replace(minute=0)
    assert tell(cast.alder, now) == 1
    assert tell(cast.alder, now + timedelta(minutes=59)) == 0
    assert tell(cast.alder, now + timedelta(minutes=61)) == 1
    [letter, _again] = mail.outbox
    assert letter.to == [cast.family.email]
    for words in (WORDS, SECRET, flag.answer.response.survey.title, "student"):
        assert words not in str(letter.body) + str(letter.subject)
    cast.client("family").post(url("safety_flag", cast, flag.pk))
    Chore.objects.all().delete()
    quiet = now.astimezone(timezone.get_current_timezone()).replace(hour=18)
    assert tell(cast.alder, quiet) == 0, "somebody has looked"


# The list of words


def test_a_word_that_matches_everything_is_refused_with_its_figures(
    cast: Cast, counselor: SafetyPosition, survey: Survey
) -> None:
    for number in range(60):
        say(survey, f"At school {number} we make things" if number < 50 else f"Number {number} is rare")
    client = cast.client("superintendent")
    answered = client.post(url("safety_words", cast), {"words": "school\nab\nrare thing\n\nRÁRE  thing\nNumber 55"})
    page = answered.content.decode()
    assert answered.status_code == 400
    assert "“school” is in 50 of 60 answers" in page
    assert "“ab” is too short" in page
    assert sorted(SafetyWord.everything.values_list("words", flat=True)) == ["Number 55", "rare thing"]
    assert "in fewer than 10 of 60 answers" in page, "a small number would tell who said it"
    again = client.post(url("safety_words", cast), {"words": "NUMBER 55"})
    assert "is on the list already" in again.content.decode()
    word = SafetyWord.everything.get(words="rare thing")
    client.post(url("safety_word_remove", cast, word.pk))
    assert SafetyWord.everything.count() == 1


def test_pages_of_the_queue_ask_few_questions(
    cast: Cast, counselor: SafetyPosition, survey: Survey, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        safety.mark_answer(answer=say(survey, f"{WORDS} {number}"), by=cast.coach)
    client = cast.client("family")
    client.get(url("safety", cast))
    with django_assert_max_num_queries(20):
        client.get(url("safety", cast))
    with django_assert_max_num_queries(25):
        client.get(url("safety_set_up", cast))
