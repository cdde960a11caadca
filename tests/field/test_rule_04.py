"""FIELD rule 4, the Children's Online Privacy Protection Act as amended (in force since April 2026).

For children under 13: no trackers, no third-party calls, fewest fields, and a day on which answers are deleted, which
keeps itself. A legal hold stops it and says so.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonwhy.core import housekeeping
from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import Person
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening import tokens
from commonwhy.listening.models import (
    Answer,
    AnswerTranslation,
    Disposal,
    Excerpt,
    IssuedKey,
    Question,
    Reply,
    ReplyPoint,
    Response,
    SafetyFlag,
    Survey,
    SurveyCare,
)
from commonwhy.listening.queries.coverage import heard_in_all, participation, standings
from commonwhy.listening.queries.lawful import asks_young_children, terms_of
from commonwhy.listening.services import care, excerpts, surveys
from commonwhy.listening.services.coarsening import Cell
from commonwhy.listening.services.disposal import delete_due
from commonwhy.listening.services.responses import save_answer, submit, week_of
from commonwhy.listening.services.surveys import SurveyRefused
from commonwhy.vision.models import Clause, ClauseVoice, GapAnalysis, VisionVersion
from tests.cast import Cast
from tests.field.terms import promise_deletion, say_terms, tell_families
from tests.listening.opened import open_survey, questions_of
from tests.listening.surveying import draft, enrol, hear

pytestmark = pytest.mark.any_database


def url(name: str, cast: Cast, *more: Any) -> str:
    return reverse(f"listening:{name}", args=[cast.alder.slug, *more])


def run_out(survey: Survey, days: int = 0) -> None:
    """Let the promised day have come."""
    SurveyCare.everything.update_or_create(
        survey=survey,
        defaults={
            "district": survey.district,
            "asks_under_13": True,
            "delete_on": survey.district.today() - timedelta(days=days),
        },
    )


def say(survey: Survey, words: str, kind: str = "students") -> Answer:
    response = Response.everything.create(
        district=survey.district,
        survey=survey,
        key=tokens.hashlib.sha256(words.encode()).hexdigest(),
        group=survey.groups.get(kind=kind),
        week=week_of(survey),
        submitted=True,
        language="en",
    )
    made: Answer = Answer.everything.create(
        district=survey.district, response=response, question=questions_of(survey)["meaning"], value=words
    )
    return made


# The promise


@pytest.mark.parametrize(("band", "young"), [("K-2", True), ("3-5", True), ("6-8", True), ("9-12", False), ("", False)])
def test_young_children_are_known_by_their_grades(cast: Cast, band: str, young: bool) -> None:
    enrol(cast, "students", 20, cast.creekside, grade_band=band)
    survey = draft(cast, "students")
    assert asks_young_children(survey) is young
    assert terms_of(survey).asks_under_13 is young
    assert not asks_young_children(draft(cast, "teachers"))


def test_a_survey_of_young_children_does_not_open_without_a_day_of_deletion(cast: Cast) -> None:
    enrol(cast, "students", 20, cast.creekside, grade_band="6-8")
    survey = draft(cast, "students")
    with pytest.raises(SurveyRefused, match="on which day their answers are deleted"):
        surveys.open_survey(survey=survey, by=cast.coach)
    with pytest.raises(care.CareRefused):
        say_terms(survey, by=cast.coach, asks_under_13=False, delete_on=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyCare.everything.create(district=cast.alder, survey=survey, asks_under_13=True)
    promise_deletion(survey, by=cast.coach)
    assert surveys.open_survey(survey=survey, by=cast.coach).is_open


def test_the_form_says_what_is_missing(cast: Cast) -> None:
    enrol(cast, "students", 20, cast.creekside, grade_band="3-5")
    survey = draft(cast, "students", closes_at=timezone.now() + timedelta(days=9))
    address = url("survey_care", cast, survey.pk)
    client = cast.client("coach")
    today = cast.alder.today()
    for delete_on in ("", str(today), str(today - timedelta(days=1)), str(today + timedelta(days=3)), "never"):
        assert client.post(address, {"delete_on": delete_on}).status_code == 400, delete_on
    assert not SurveyCare.everything.exists()
    assert client.post(address, {"delete_on": str(today + timedelta(days=30))}).status_code == 302
    terms = SurveyCare.everything.get()
    assert terms.asks_under_13, "the roster knows it, whatever is ticked"


def test_a_promised_day_comes_earlier_but_never_later(cast: Cast) -> None:
    survey = draft(cast, "teachers")
    promise_deletion(survey, by=cast.coach)
    survey = surveys.open_survey(survey=survey, by=cast.coach)
    promised = terms_of(survey).delete_on
    assert promised is not None
    for later in (promised + timedelta(days=1), None):
        with pytest.raises(care.CareRefused):
            say_terms(survey, by=cast.coach, delete_on=later)
    with pytest.raises(care.CareRefused):
        say_terms(survey, by=cast.coach, asks_under_13=False)
    with pytest.raises(SurveyRefused, match="deleted on"):
        surveys.extend_survey(survey=survey, closes_at=timezone.now() + timedelta(days=400), by=cast.coach)
    say_terms(survey, by=cast.coach, delete_on=promised - timedelta(days=9))
    assert terms_of(survey).delete_on == promised - timedelta(days=9)


def test_families_read_the_day_before_a_child_answers(cast: Cast) -> None:
    survey = draft(cast, "students")
    tell_families(survey, by=cast.coach)
    say_terms(survey, by=cast.coach, asks_under_13=True, delete_on=date(2031, 6, 30))
    assert "June 30, 2031" in Client().get(f"/p/{survey.code}/", {"lang": "en"}).content.decode()


# It keeps itself


def test_on_the_day_everything_said_is_deleted_by_itself(cast: Cast) -> None:
    survey = open_survey(cast, mode="identified")
    answer = say(survey, "I like robots.")
    [person] = enrol(cast, "students", 1, cast.creekside)
    IssuedKey.everything.create(district=cast.alder, survey=survey, mode="identified", key=answer.response.key, person=person)
    AnswerTranslation.everything.create(
        district=cast.alder, answer=answer, language="es", words="Me gustan los robots.", checked_by=cast.coach.pk
    )
    other = say(open_survey(cast, code="AAAAAAA2"), "Somebody else's survey.")
    run_out(survey)
    done = housekeeping.do_due()
    assert "delete answers on the promised day" in done
    assert not Response.everything.filter(survey=survey).exists()
    assert not Answer.everything.filter(response__survey=survey).exists()
    assert not IssuedKey.everything.filter(survey=survey).exists()
    assert not AnswerTranslation.everything.exists()
    assert Answer.everything.get() == other
    survey.refresh_from_db()
    assert survey.closed_at is not None, "an open one is closed first"
    assert terms_of(survey).deleted_on == cast.alder.today()
    line = Disposal.everything.get()
    assert (line.responses, line.proposed_by, line.done_by, line.done_on) == (1, None, None, cast.alder.today())
    entry = AuditEntry.objects.get(verb="deleted the answers of")
    assert (entry.actor, entry.detail) == ("CommonWhy", {})
    assert delete_due() == 0, "once"


def test_before_the_day_nothing_is_deleted(cast: Cast) -> None:
    survey = open_survey(cast)
    say(survey, "I like robots.")
    run_out(survey, days=-1)
    assert delete_due() == 0
    assert Response.everything.filter(survey=survey).exists()


def test_a_draft_whose_day_has_come_does_not_open(cast: Cast) -> None:
    survey = draft(cast, "teachers")
    run_out(survey)
    with pytest.raises(SurveyRefused, match="has passed"):
        surveys.open_survey(survey=survey, by=cast.coach)


def test_what_others_cite_stays_without_a_name_and_the_rest_goes(cast: Cast) -> None:
    survey = open_survey(cast, closed_at=timezone.now())
    marked = {}
    for name in ("cited", "replied", "left"):
        answer = say(survey, f"The {name} one was said by Rosa.")
        marked[name] = excerpts.mark_answer(answer=answer, start=0, end=len(answer.value), names=["Rosa"], by=cast.coach)
    version = VisionVersion.everything.create(district=cast.alder, number=1, why={"en": "Because."})
    clause = Clause.everything.create(district=cast.alder, version=version, position=1, texts={"en": "A sentence."})
    ClauseVoice.everything.create(district=cast.alder, clause=clause, excerpt=marked["cited"])
    reply = Reply.everything.create(district=cast.alder, number=1)
    point = ReplyPoint.everything.create(district=cast.alder, reply=reply, kind=ReplyPoint.Kind.values[0], position=1)
    point.excerpts.add(marked["replied"])
    run_out(survey)
    assert delete_due() == 1
    kept = {each.pk: each for each in Excerpt.everything.all()}
    assert set(kept) == {marked["cited"].pk, marked["replied"].pk}
    for excerpt in kept.values():
        assert excerpt.answer_id is None
        assert excerpt.source_deleted_on == cast.alder.today()
        assert "Rosa" not in excerpt.words
        assert "[name]" in excerpt.words


def test_figures_that_were_shown_stay_and_quotes_go(cast: Cast) -> None:
    survey = open_survey(cast, closed_at=timezone.now(), asked={("students", cast.creekside.name): 40, ("teachers", None): 30})
    hear(survey, Cell(cast.group("students"), cast.creekside), 20)
    hear(survey, Cell(cast.group("teachers"), None), 14)
    say(survey, "I like robots.")
    quotes = [{"words": "I like robots.", "language": "en", "speaker": []}]
    GapAnalysis.everything.create(
        district=cast.alder,
        survey=survey,
        question=questions_of(survey)["meaning"],
        by="group",
        seed=1,
        answers=35,
        released={"n": 35, "quotes": quotes, "meanings": [{"id": 1, "quotes": quotes, "words": ["robots"]}]},
    )
    viewer = JobViewer(cast.alder.pk)
    before = participation(viewer, [survey])[survey.pk]
    heard = heard_in_all(viewer, [survey])[survey.pk]
    stood = {each.group.kind: each.standing for each in standings(viewer, cast.alder)}
    assert before.everyone.heard == 35
    run_out(survey)
    assert delete_due() == 1
    assert participation(viewer, [survey])[survey.pk] == before
    assert heard_in_all(viewer, [survey])[survey.pk] == heard
    assert {each.group.kind: each.standing for each in standings(viewer, cast.alder)} == stood
    kept = GapAnalysis.everything.get().released
    assert kept == {"n": 35, "quotes": [], "meanings": [{"id": 1, "quotes": [], "words": ["robots"]}]}
    assert cast.client("coach").get(url("survey", cast, survey.pk)).status_code == 200


def test_an_entry_of_the_safety_queue_outlives_its_words(cast: Cast) -> None:
    survey = open_survey(cast, closed_at=timezone.now())
    flag = SafetyFlag.everything.create(
        district=cast.alder, answer=say(survey, "He hurts me."), reason="words", week=week_of(survey), done="Spoke to all."
    )
    run_out(survey)
    delete_due()
    flag.refresh_from_db()
    assert (flag.answer, flag.done) == (None, "Spoke to all.")


def test_a_legal_hold_stops_it_and_says_so(cast: Cast) -> None:
    survey = open_survey(cast)
    say(survey, "I like robots.")
    run_out(survey, days=3)
    care.hold(survey=survey, reason="Case 12 of the county court", by=cast.superintendent)
    assert delete_due() == 0
    assert Response.everything.filter(survey=survey).exists()
    for who, name, more in (("coach", "survey_care", [survey.pk]), ("superintendent", "records", [])):
        assert "Case 12 of the county court" in cast.client(who).get(url(name, cast, *more)).content.decode()
    assert cast.client("coach").post(url("survey_hold", cast, survey.pk), {"reason": ""}).status_code == 403
    cast.client("superintendent").post(url("survey_hold", cast, survey.pk), {"reason": ""})
    assert delete_due() == 1


def test_deleting_that_fails_deletes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = open_survey(cast, closed_at=timezone.now())
    say(survey, "I like robots.")
    run_out(survey)

    def broken(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("commonwhy.listening.services.disposal.audit.record", broken)
    with pytest.raises(RuntimeError):
        delete_due()
    assert Response.everything.filter(survey=survey).exists()
    assert terms_of(survey).deleted_on is None


# No trackers, nothing from elsewhere, fewest fields


@pytest.mark.parametrize("path", ["/a/", "/a/{token}/", "/a/{token}/1/", "/a/{token}/5/", "/p/{code}/"])
def test_pages_for_children_and_families_call_nobody_else_and_set_no_mark(cast: Cast, path: str) -> None:
    survey = open_survey(cast)
    SurveyCare.everything.create(district=cast.alder, survey=survey, preview_from=cast.alder.today())
    client = Client()
    answer = client.get(path.format(token=tokens.mint(survey, 3), code=survey.code))
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    for directive in ("default-src", "script-src", "connect-src", "img-src", "style-src", "font-src", "frame-src"):
        sources = re.search(rf"{directive} ([^;]*)", policy)
        assert not sources or not re.search(r"https?:|\*|unsafe", sources[1]), directive
    page = answer.content.decode()
    fetched = re.findall(r'(?:src|action|<link[^>]*href)="([^"]+)"', page)
    assert fetched
    assert not [address for address in fetched if urlsplit(address).netloc]
    assert set(client.cookies) <= {"csrftoken", "django_language"}
    assert "sessionid" not in client.cookies


def test_the_fewest_fields_are_kept_with_a_childs_answer() -> None:
    """What a row may hold is listed in tests/listening/anonymity/test_schema.py; none of it is about a device or a place."""
    kept = {field.name for model in (Response, Answer) for field in model._meta.get_fields() if field.concrete}
    assert not {name for name in kept if re.search("ip|agent|device|address|cookie|browser|referr|birth|email|name", name)}
    assert not {field.name for field in Person._meta.get_fields() if re.search("birth|phone|password|gender|race", field.name)}


# Closing by time, on which the day of deletion leans


def test_a_survey_that_ran_out_is_closed_and_what_follows_follows(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    from commonwhy.core.models import Job
    from commonwhy.listening.services.closing import close_run_out

    ended = timezone.now() - timedelta(hours=3)
    survey = open_survey(cast, closes_at=ended)
    running = open_survey(cast, code="AAAAAAA3", closes_at=timezone.now() + timedelta(hours=1))
    say(survey, "I like robots.")
    with django_capture_on_commit_callbacks(execute=True):
        assert close_run_out() == 1
    survey.refresh_from_db()
    running.refresh_from_db()
    assert survey.closed_at == ended
    assert running.closed_at is None
    job = Job.objects.get(kind="gap")
    assert job.arguments["survey"] == str(survey.pk)
    assert close_run_out() == 0
    assert "close surveys that ran out" in housekeeping.do_due()


def test_an_answer_saved_on_the_last_minute_is_deleted_too(cast: Cast) -> None:
    survey = open_survey(cast)
    token = tokens.read(survey, tokens.mint(survey, 3))
    save_answer(survey=survey, token=token, question=questions_of(survey)["meaning"], value="Only saved.", language="en")
    run_out(survey)
    delete_due()
    assert not Answer.everything.exists()
    with pytest.raises(Exception, match="closed"):
        submit(survey=Survey.everything.get(pk=survey.pk), token=token)
    assert Question.everything.exists()


def test_a_child_reads_the_day_on_the_first_screen(cast: Cast) -> None:
    survey = open_survey(cast)
    address = f"/a/{tokens.mint(survey, 3)}/"
    assert "are deleted on" not in Client().get(address, headers={"accept-language": "en"}).content.decode()
    SurveyCare.everything.create(district=cast.alder, survey=survey, asks_under_13=True, delete_on=date(2031, 6, 30))
    page = Client().get(address, headers={"accept-language": "en"}).content.decode()
    assert "All answers are deleted on June 30, 2031." in page
