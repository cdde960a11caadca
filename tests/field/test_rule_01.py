"""FIELD rule 1, survey modes: chosen before opening, shown on the first screen, fixed once opened.

Anonymous: nothing about a token is stored when it is issued, nothing joins an answer to a person, times are kept by week,
group and school only where at least k were asked. Confidential: the key apart, encrypted, seen by nobody in the district.

`tests/listening/anonymity` plays a week for real and attacks it with the whole database in hand; `tests/listening/
test_tokens.py`, `test_invitations.py` and `tests/security/test_watching_answers_come_in.py` hold the rest. Here stands what
a later table, chore or page could break without any of them noticing.
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core import mail
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonwhy.core import housekeeping
from commonwhy.core.jobs import run_job
from commonwhy.core.models import AuditEntry, Job
from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, IssuedKey, ParentChoice, Response, SafetyWord, Survey
from commonwhy.listening.services import choices, invitations
from commonwhy.listening.services.responses import save_answer, submit
from commonwhy.listening.services.safety_words import keep_watch
from commonwhy.listening.services.stirring import stir
from tests.cast import Cast
from tests.listening.anonymity.attacker import everything, forms_of, traces
from tests.listening.opened import cell, open_survey, questions_of
from tests.listening.surveying import enrol

PERSONAL = {"districts.Person", "accounts.User", "districts.Membership", "account.EmailAddress"}
MAY_POINT_AT_AN_ANSWER = {
    "deliberation.ApprovalBallot": "its response",
    "deliberation.Vote": "its response",
    "listening.Answer": "its response",
    "listening.AnswerTranslation": "staff's, checked later",
    "listening.Coding": "staff's, of what may be read",
    "listening.Excerpt": "staff's, of what may be read",
    "listening.SafetyFlag": "knows the week only (docs/adr/0008-safety-queue.md)",
    "listening.SampledAnswer": "staff's, of what may be read",
    "listening.SearchText": "written by a chore, of what may be read",
}


def test_every_table_that_knows_an_answer_was_thought_about() -> None:
    """A new one fails here until somebody has said why it tells nobody who answered, or when."""
    found = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model in (Response, Answer)
    }
    assert found == set(MAY_POINT_AT_AN_ANSWER)


def test_no_table_knows_both_an_answer_and_a_person() -> None:
    """By one step: a row that points at an answer points at nobody of the roster, no account and no moment it was given."""
    for label in {*MAY_POINT_AT_AN_ANSWER, "listening.Response"}:
        model = apps.get_model(label)
        targets = {
            field.related_model._meta.label
            for field in model._meta.get_fields()
            if field.concrete and field.is_relation and field.related_model is not None and not isinstance(field, str)
        }
        assert not targets & PERSONAL, label
    for label in (
        "listening.Response",
        "listening.Answer",
        "listening.SafetyFlag",
        "listening.SearchText",
        "deliberation.Vote",
        "deliberation.ApprovalBallot",
    ):
        kinds = {field.get_internal_type() for field in apps.get_model(label)._meta.concrete_fields}
        assert not kinds & {"DateTimeField", "TimeField", "AutoField", "BigAutoField"}, label


def test_a_familys_word_knows_a_child_and_no_answer() -> None:
    targets = {field.related_model for field in ParentChoice._meta.concrete_fields if isinstance(field, models.ForeignKey)}
    assert not targets & {Response, Answer, IssuedKey}


@pytest.mark.parametrize(
    ("mode", "promise"),
    [
        ("anonymous", "Anonymous. Nobody can find out what you said"),
        ("confidential", "Confidential. Your name is kept apart"),
        ("identified", "With your name."),
    ],
)
def test_the_mode_is_on_the_first_screen_and_fixed(cast: Cast, mode: str, promise: str) -> None:
    survey = open_survey(cast, mode=mode)
    page = Client().get(f"/a/{tokens.mint(survey, 3)}/", headers={"accept-language": "en"}).content.decode()
    assert promise in page
    for other in set(Survey.Mode.values) - {mode}:
        with pytest.raises(DatabaseError), transaction.atomic():
            Survey.everything.filter(pk=survey.pk).update(mode=other)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_token_is_stored_when_it_is_issued(cast: Cast) -> None:
    """By mail, on cards, as links: not in a job, an audit line, a session or anywhere."""
    enrol(cast, "students", 12, cast.creekside)
    survey = open_survey(cast, asked={("students", cast.creekside.name): 12})
    job = invitations.start_mailing(survey=survey, by=cast.coach)
    run_job.func(str(job.pk))
    mailed = [word.rsplit("/a/", 1)[1].strip("/") for letter in mail.outbox for word in str(letter.body).split() if "/a/" in word]
    made = [link.token for link in invitations.make_links(survey=survey, counts={1: 3}, what="cards", most=9, by=cast.coach)]
    assert len(mailed) == 12
    rows = everything()
    for token in (*mailed, *made):
        assert traces(rows, token) == set()
    assert AuditEntry.objects.filter(verb="made cards").exists()
    assert Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_chores_of_a_day_join_nothing(cast: Cast) -> None:
    """Matching, closing, deleting, stirring, indexing: after all of them an answer leads to nobody, and to no moment."""
    people = enrol(cast, "students", 30, cast.creekside)
    survey = open_survey(cast, asked={("students", cast.creekside.name): 30})
    SafetyWord.everything.create(district=cast.alder, words="hurts me")
    minted = []
    for person in people[:12]:
        text = tokens.mint(survey, 1)
        token = tokens.read(survey, text)
        words = f"It hurts me {person.pk.hex[:4]}"
        save_answer(survey=survey, token=token, question=questions_of(survey)["meaning"], value=words, language="en")
        submit(survey=survey, token=token)
        minted.append(text)
    choices.record_choice(survey=survey, person=people[0], kind="opt_out", by=cast.superintendent)
    keep_watch()
    housekeeping.do_due()
    stir(survey)
    rows = everything()
    for text in minted:
        assert traces(rows, text) == {("listening_response", "key", "key")}, forms_of(text).keys()
    names = {str(person.pk).replace("-", "") for person in people} | {person.email for person in people}
    for row in rows:
        if row.table in ("listening_safetyflag", "listening_searchtext", "listening_response", "listening_answer"):
            held = " ".join(str(value).replace("-", "") for value in row.values.values())
            assert not [name for name in names if name in held], row.table


@pytest.mark.django_db(transaction=True)
def test_a_no_in_an_anonymous_survey_does_not_even_look_for_an_answer(cast: Cast) -> None:
    [child] = enrol(cast, "students", 1, cast.creekside)
    survey = open_survey(cast)
    with CaptureQueriesContext(connection) as queries:
        choices.record_choice(survey=survey, person=child, kind="opt_out", by=cast.superintendent)
    asked = " ".join(query["sql"] for query in queries)
    assert "listening_response" not in asked
    assert "listening_answer" not in asked
    assert "listening_issuedkey" not in asked


def test_group_and_school_are_kept_only_where_k_were_asked(cast: Cast) -> None:
    survey = open_survey(cast, asked={("students", cast.creekside.name): 40, ("students", cast.maple.name): 4})
    for number, school in ((1, cast.creekside), (2, cast.maple)):
        token = tokens.read(survey, tokens.mint(survey, number))
        save_answer(survey=survey, token=token, question=questions_of(survey)["meaning"], value="words", language="en")
        assert cell(survey, "students", school).number == number
    assert set(Response.everything.values_list("school", flat=True)) == {None}, "four could be told apart by being left out"


def test_nobody_in_the_district_has_a_page_that_opens_a_seal(cast: Cast) -> None:
    """Only a reminder, and a family's no, open one in memory; no view, query or template reaches for it."""
    from pathlib import Path

    import commonwhy

    package = Path(commonwhy.__file__).parent
    users = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "unseal(" in path.read_text(encoding="utf-8") and path.name != "sealing.py"
    }
    assert users == {"listening/jobs/invitations.py", "listening/services/choices.py"}
