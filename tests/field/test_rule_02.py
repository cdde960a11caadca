"""FIELD rule 2, the Protection of Pupil Rights Amendment.

Each question asked of students is tagged against eight protected areas. Required and federally funded with any tag:
blocked without prior written consent of a parent, and then only children with consent are asked. Any other tag: notice
with dates and a no that is honored. Families can preview the questionnaire before it opens. Anonymity is no exemption.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from commonwhy.core.jobs import run_job
from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import Person
from commonwhy.listening import tokens
from commonwhy.listening.models import Answer, Excerpt, IssuedKey, ParentChoice, Question, Response, Survey, SurveyCare
from commonwhy.listening.queries.families import hand_out, most_by_cell
from commonwhy.listening.services import care, choices, excerpts, invitations, surveys
from commonwhy.listening.services.responses import Withdrawn, enter, save_answer, submit
from commonwhy.listening.services.surveys import SurveyRefused
from tests.cast import Cast
from tests.field.terms import say_terms, tell_families
from tests.listening.opened import make_version, questions_of
from tests.listening.surveying import enrol

pytestmark = pytest.mark.any_database

MODES = Survey.Mode.values
HEALTH = Question.ProtectedArea.MENTAL_HEALTH


def url(name: str, cast: Cast, *more: Any) -> str:
    return reverse(f"listening:{name}", args=[cast.alder.slug, *more])


def draft(cast: Cast, mode: str = "anonymous", *, tagged: bool = True, kinds: tuple[str, ...] = ("students",)) -> Survey:
    """A draft that asks students (40 of them), with one question about mental health unless told otherwise."""
    if not Person.everything.exists():
        enrol(cast, "students", 40, cast.creekside, grade_band="9-12")
        enrol(cast, "teachers", 30, cast.creekside)
    version = make_version(cast)
    survey = surveys.create_survey(
        district=cast.alder,
        version=version,
        title="How are you?",
        mode=mode,
        groups=[cast.group(kind) for kind in kinds],
        by=cast.coach,
    )
    if tagged:
        care.tag_questions(version=version, areas={questions_of(survey)["meaning"].pk: [HEALTH]}, by=cast.coach)
    return survey


def opened(cast: Cast, mode: str = "anonymous") -> Survey:
    """The same, open, after families were told."""
    survey = draft(cast, mode)
    tell_families(survey, by=cast.coach)
    return surveys.open_survey(survey=survey, by=cast.coach)


def refused(survey: Survey, cast: Cast) -> str:
    """Why it does not open; nothing changes."""
    with pytest.raises(SurveyRefused) as refusal:
        surveys.open_survey(survey=survey, by=cast.coach)
    survey.refresh_from_db()
    assert survey.is_draft
    assert not survey.version.frozen
    return str(refusal.value)


@pytest.fixture
def child(cast: Cast) -> Person:
    draft(cast)
    found: Person = Person.everything.filter(group__kind="students")[7]
    return found


def opt_out(survey: Survey, child: Person, cast: Cast) -> ParentChoice:
    return choices.record_choice(survey=survey, person=child, kind="opt_out", by=cast.superintendent, in_writing=True)


def consent(survey: Survey, child: Person, cast: Cast, **fields: Any) -> ParentChoice:
    fields = {"in_writing": True} | fields
    return choices.record_choice(survey=survey, person=child, kind="consent", by=cast.superintendent, **fields)


# The tags


def test_there_are_the_eight_areas_of_the_law() -> None:
    assert len(Question.ProtectedArea.values) == 8


def test_each_question_is_tagged_on_a_page(cast: Cast) -> None:
    survey = draft(cast, tagged=False)
    question = questions_of(survey)["meaning"]
    address = url("questionnaire_areas", cast, survey.version_id)
    assert cast.client("coach").post(address, {str(question.pk): ["religion", "income"]}).status_code == 302
    question.refresh_from_db()
    assert question.protected_areas == ["religion", "income"]
    assert cast.client("coach").post(address, {str(question.pk): ["hobbies"]}).status_code == 400
    assert cast.client("teacher").post(address, {}).status_code == 403


def test_a_tag_is_not_taken_from_questions_that_children_have_answered(cast: Cast) -> None:
    survey = opened(cast)
    version = survey.version
    version.refresh_from_db()
    with pytest.raises(care.CareRefused):
        care.tag_questions(version=version, areas={questions_of(survey)["meaning"].pk: []}, by=cast.coach)
    changed = care.tag_questions(version=version, areas={questions_of(survey)["word"].pk: ["sex"]}, by=cast.coach)
    assert changed == 1, "one that was overlooked can be added"


# Before it opens


@pytest.mark.parametrize("mode", MODES)
def test_required_and_federally_funded_is_blocked_without_consent_whatever_the_mode(cast: Cast, mode: str) -> None:
    survey = draft(cast, mode)
    tell_families(survey, by=cast.coach, required=True, federally_funded=True)
    assert "consented in writing" in refused(survey, cast)
    child = Person.everything.filter(group__kind="students")[0]
    with pytest.raises(choices.ChoiceRefused, match="in writing"):
        consent(survey, child, cast, in_writing=False)
    consent(survey, child, cast)
    assert surveys.open_survey(survey=survey, by=cast.coach).is_open


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("required", "funded"), [(False, False), (True, False), (False, True)])
def test_any_other_tag_needs_notice_preview_and_time_to_say_no(cast: Cast, mode: str, required: bool, funded: bool) -> None:
    survey = draft(cast, mode)
    today = cast.alder.today()
    assert "tell families first" in refused(survey, cast)
    for missing, words in (
        ({"notice_on": None}, "tell families first"),
        ({"notice": {}}, "tell families first"),
        ({"notice": {"en": "  "}}, "tell families first"),
        ({"notice_on": today, "opt_out_until": today + timedelta(days=1)}, "told before it opens"),
        ({"preview_from": None}, "read the questions first"),
        ({"preview_from": today + timedelta(days=1)}, "cannot read the questions yet"),
        ({"opt_out_until": None}, "able to say no"),
        ({"opt_out_until": today}, "can still say no"),
        ({"opt_out_until": today - timedelta(days=14)}, "no day to say no"),
    ):
        tell_families(survey, by=cast.coach, required=required, federally_funded=funded, **missing)
        assert words in refused(survey, cast), missing
        page = cast.client("coach").get(url("survey", cast, survey.pk)).content.decode()
        assert words in page, "the draft says so too"
        assert "disabled" in page
    tell_families(survey, by=cast.coach, required=required, federally_funded=funded)
    assert surveys.open_survey(survey=survey, by=cast.coach).is_open


def test_without_a_tag_or_without_students_nothing_of_this_is_asked(cast: Cast) -> None:
    assert surveys.open_survey(survey=draft(cast, tagged=False), by=cast.coach).is_open
    assert surveys.open_survey(survey=draft(cast, kinds=("teachers",)), by=cast.coach).is_open


def test_an_open_link_cannot_leave_a_child_out_so_there_is_none(cast: Cast) -> None:
    survey = draft(cast)
    tell_families(survey, by=cast.coach)
    Survey.everything.filter(pk=survey.pk).update(open_link=True)
    assert "open link" in refused(survey, cast)
    Survey.everything.filter(pk=survey.pk).update(open_link=False)
    surveys.open_survey(survey=survey, by=cast.coach)
    with pytest.raises(SurveyRefused, match="open link"):
        surveys.offer_open_link(survey=survey, offered=True, by=cast.coach)


def test_families_who_wrote_are_found_before_it_opens(cast: Cast) -> None:
    survey = draft(cast)
    tell_families(survey, by=cast.coach)
    choices.say_publicly(survey=survey, child="Somebody", school=None, family="Their father")
    assert "nobody has found" in refused(survey, cast)
    choices.found_nobody(choice=ParentChoice.everything.get(), by=cast.superintendent)
    assert surveys.open_survey(survey=survey, by=cast.coach).is_open


def test_what_families_were_told_is_a_fact_once_it_is_open(cast: Cast) -> None:
    survey = opened(cast)
    before = SurveyCare.everything.get(survey=survey)
    say_terms(survey, by=cast.coach, notice={"en": "Something else"}, notice_on=None, opt_out_until=None)
    after = SurveyCare.everything.get(survey=survey)
    assert (after.notice, after.notice_on, after.opt_out_until) == (before.notice, before.notice_on, before.opt_out_until)
    with pytest.raises(care.CareRefused):
        say_terms(survey, by=cast.coach, required=True)


# A no is honored


def test_a_child_whose_family_said_no_gets_no_mail(cast: Cast, child: Person) -> None:
    survey = opened(cast)
    opt_out(survey, child, cast)
    job = invitations.start_mailing(survey=survey, by=cast.coach)
    run_job.func(str(job.pk))
    written_to = {letter.to[0] for letter in mail.outbox}
    assert len(written_to) == 39
    assert child.email not in written_to


def test_a_no_between_two_mailings_stops_the_reminder(cast: Cast, child: Person) -> None:
    survey = opened(cast)
    run_job.func(str(invitations.start_mailing(survey=survey, by=cast.coach).pk))
    mail.outbox.clear()
    opt_out(survey, child, cast)
    run_job.func(str(invitations.start_mailing(survey=survey, by=cast.coach).pk))
    assert child.email not in {letter.to[0] for letter in mail.outbox}


def test_a_child_whose_family_said_no_is_on_no_list_of_links(cast: Cast, child: Person) -> None:
    survey = opened(cast, "identified")
    opt_out(survey, child, cast)
    listed = {each.person.pk for each in invitations.make_named_links(survey=survey, by=cast.coach)}
    assert len(listed) == 39
    assert child.pk not in listed


def test_cards_and_links_without_names_are_no_more_than_children_who_may_be_asked(cast: Cast, child: Person) -> None:
    survey = opened(cast)
    opt_out(survey, child, cast)
    [(number, most)] = most_by_cell(survey).items()
    assert most == 39
    for what in ("cards", "links"):
        with pytest.raises(invitations.InvitationRefused, match="39"):
            invitations.make_links(survey=survey, counts={number: 40}, what=what, most=1000, by=cast.coach)
        made = list(invitations.make_links(survey=survey, counts={number: 39}, what=what, most=1000, by=cast.coach))
        assert len(made) == 39
    assert hand_out(cast.viewer("superintendent"), survey).by_school == {str(cast.creekside): [child.name]}
    shown = cast.client("superintendent").get(url("invitations", cast, survey.pk)).content.decode()
    assert f"(1): {child.name}" in shown
    hidden = cast.client("coach").get(url("invitations", cast, survey.pk)).content.decode()
    assert child.name not in hidden, "the coach may not see people"
    for who, listed in (("superintendent", True), ("coach", False)):
        kiosk = cast.client(who).get(url("kiosk_addresses", cast, survey.pk)).content.decode()
        assert (child.name in kiosk) is listed, "a shared tablet knows no names, so whoever stands beside it has to"
    assert "Some children must not be asked" in hidden


def test_how_many_are_asked_counts_none_whose_family_said_no(cast: Cast, child: Person) -> None:
    survey = draft(cast)
    tell_families(survey, by=cast.coach)
    opt_out(survey, child, cast)
    surveys.open_survey(survey=survey, by=cast.coach)
    assert survey.cells.get(school=cast.creekside).asked == 39


def test_where_consent_is_needed_only_children_with_it_are_asked(cast: Cast, child: Person) -> None:
    survey = draft(cast, kinds=("students", "teachers"))
    tell_families(survey, by=cast.coach, required=True, federally_funded=True)
    consent(survey, child, cast)
    surveys.open_survey(survey=survey, by=cast.coach)
    asked = set(invitations.people_to_ask(survey).values_list("group__kind", "pk"))
    assert {pk for kind, pk in asked if kind == "students"} == {child.pk}
    assert sum(kind == "teachers" for kind, _pk in asked) == 30, "grown-ups are asked as ever"
    number = survey.cells.get(group__kind="students", school=cast.creekside).number
    with pytest.raises(invitations.InvitationRefused):
        invitations.make_links(survey=survey, counts={number: 2}, what="cards", most=1000, by=cast.coach)
    listed = hand_out(cast.viewer("superintendent"), survey)
    assert listed.only
    assert listed.by_school == {str(cast.creekside): [child.name]}


# Families without an account


def test_families_read_the_whole_questionnaire_before_it_opens(cast: Cast) -> None:
    survey = draft(cast)
    address = f"/p/{survey.code}/"
    assert Client().get(address).status_code == 404
    tell_families(survey, by=cast.coach, preview_from=cast.alder.today() + timedelta(days=1))
    assert Client().get(address).status_code == 404, "not before the day they were told"
    tell_families(survey, by=cast.coach)
    for language, words in (("en", "What does digital learning mean"), ("es", "¿Qué significa para usted")):
        shown = Client().get(address, {"lang": language})
        page = shown.content.decode()
        assert shown.status_code == 200
        assert words in page
        for question in questions_of(survey).values():
            assert question.texts[language].format(term=survey.version.term[language]) in page
            for option in question.options:
                assert option["texts"][language] in page
    assert "How often in each place?" in Client().get(address, {"lang": "en"}).content.decode()


def test_a_family_says_no_without_an_account_and_learns_nothing_of_who_goes_to_school_here(cast: Cast, child: Person) -> None:
    survey = draft(cast)
    tell_families(survey, by=cast.coach)
    address = f"/p/{survey.code}/"
    answers = []
    for name in (child.name, "Nobody Known"):
        sent = {"child": name, "school": str(cast.creekside.pk), "family": "Their mother"}
        answer = Client().post(address, sent)
        assert answer.status_code == 200
        answers.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()))
    assert answers[0] == answers[1]
    assert ParentChoice.everything.filter(person=None, recorded_by=None, kind="opt_out").count() == 2
    Client().post(address, {"child": child.name, "school": str(cast.creekside.pk), "family": "Their mother"})
    assert ParentChoice.everything.count() == 2, "pressed twice it is sent once"
    assert Client().post(address, {"child": "", "school": "", "family": ""}).status_code == 422
    assert Client(enforce_csrf_checks=True).post(address, {"child": "A", "family": "B"}).status_code == 403
    assert not AuditEntry.objects.filter(object_type="listening.ParentChoice").exists()


def test_the_limit_is_a_surveys_and_not_an_addresss(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    survey, other = draft(cast), draft(cast)
    for each in (survey, other):
        tell_families(each, by=cast.coach)
    monkeypatch.setattr(choices, "MOST_A_DAY", 2)
    sent = {"school": str(cast.creekside.pk), "family": "Parent"}
    statuses = [Client().post(f"/p/{survey.code}/", sent | {"child": f"Child {n}"}).status_code for n in range(4)]
    assert statuses == [200, 200, 429, 429]
    assert Client().post(f"/p/{other.code}/", sent | {"child": "Child 9"}).status_code == 200


def test_staff_match_what_a_family_wrote_to_a_child_and_it_counts_from_then_on(cast: Cast, child: Person) -> None:
    Person.everything.filter(pk=child.pk).update(name="José Luis Ramírez")
    survey = opened(cast)
    choices.say_publicly(survey=survey, child="jose ramirez", school=cast.creekside, family="His mother")
    row = ParentChoice.everything.get()
    page = cast.client("superintendent").get(url("survey_families", cast, survey.pk)).content.decode()
    assert "José Luis Ramírez" in page
    assert cast.client("coach").get(url("survey_families", cast, survey.pk)).status_code == 403
    assert invitations.people_to_ask(survey).filter(pk=child.pk).exists()
    address = url("families_match", cast, survey.pk, row.pk)
    assert cast.client("superintendent").post(address, {"child": str(child.pk)}).status_code == 302
    assert not invitations.people_to_ask(survey).filter(pk=child.pk).exists()
    row.refresh_from_db()
    assert row.withdrawn_on is not None
    standing = ParentChoice.everything.get(person=child)
    assert (standing.kind, standing.family, standing.withdrawn_on) == ("opt_out", "His mother", None)


def test_a_choice_is_written_down_for_several_children_at_once(cast: Cast, child: Person) -> None:
    survey = draft(cast)
    two = list(Person.everything.filter(group__kind="students")[:2])
    outside = Person.everything.filter(group__kind="teachers")[0]
    sent = {"kind": "consent", "given_on": str(cast.alder.today()), "in_writing": "on"}
    address = url("families_record", cast, survey.pk)
    cast.client("superintendent").post(address, sent | {"child": [str(one.pk) for one in (*two, outside)]})
    assert set(ParentChoice.everything.values_list("person", flat=True)) == {one.pk for one in two}
    assert cast.client("superintendent").post(address, sent | {"child": []}).status_code == 302
    assert ParentChoice.everything.count() == 2


# In the middle, and afterwards


def answered(survey: Survey, person: Person, words: str = "I am sad.") -> str:
    """Somebody answers by a link of their own, and sends it. Returns the token."""
    number = survey.cells.get(group=person.group_id, school=person.school_id).number
    text = tokens.mint(survey, number)
    if survey.mode != "anonymous":
        invitations.key_for(survey, person.pk, text).save(force_insert=True)
    token = tokens.read(survey, text)
    save_answer(survey=survey, token=token, question=questions_of(survey)["meaning"], value=words, language="en")
    submit(survey=survey, token=token)
    return text


@pytest.mark.parametrize("mode", ["identified", "confidential"])
def test_a_no_after_answering_deletes_the_answer_and_ends_the_link(cast: Cast, child: Person, mode: str) -> None:
    survey = opened(cast, mode)
    other = Person.everything.filter(group__kind="students").exclude(pk=child.pk)[0]
    text, others = answered(survey, child), answered(survey, other, "I am fine.")
    opt_out(survey, child, cast)
    assert [answer.value for answer in Answer.everything.filter(response__survey=survey)] == ["I am fine."]
    assert IssuedKey.everything.filter(survey=survey).count() == 1
    with pytest.raises(Withdrawn):
        enter(text)
    page = Client().get(f"/a/{text}/", headers={"accept-language": "en"})
    assert page.status_code == 410
    assert "is deleted" in page.content.decode()
    assert "sheet of paper" in page.content.decode()
    late = Client().post(f"/a/{text}/1/", {"go": "next", "answer": "Still here"})
    assert late.status_code == 410
    assert Client().post("/a/", {"code": text}).status_code == 410
    assert not Answer.everything.filter(value="Still here").exists()
    assert Client().get(f"/a/{others}/").status_code == 200, "everybody else goes on"


def test_an_answer_on_its_way_when_the_family_says_no_is_not_kept(cast: Cast, child: Person) -> None:
    survey = opened(cast, "identified")
    text = answered(survey, child)
    token = enter(text).token
    opt_out(survey, child, cast)
    with pytest.raises(Withdrawn):
        save_answer(survey=survey, token=token, question=questions_of(survey)["meaning"], value="Late", language="en")
    with pytest.raises(Withdrawn):
        submit(survey=survey, token=token)
    assert not Response.everything.filter(survey=survey).exists()


def test_consent_taken_back_in_the_middle_deletes_what_was_said(cast: Cast, child: Person) -> None:
    survey = draft(cast, "identified")
    tell_families(survey, by=cast.coach, required=True, federally_funded=True)
    given = consent(survey, child, cast)
    survey = surveys.open_survey(survey=survey, by=cast.coach)
    text = answered(survey, child)
    choices.take_back(choice=given, by=cast.superintendent)
    assert not Response.everything.filter(survey=survey).exists()
    assert Client().get(f"/a/{text}/").status_code == 410
    assert not invitations.people_to_ask(survey).filter(pk=child.pk).exists()
    given.refresh_from_db()
    assert given.withdrawn_on is not None, "it stays on record"


def test_words_that_nothing_cites_go_with_the_answer(cast: Cast, child: Person) -> None:
    survey = opened(cast, "identified")
    answered(survey, child)
    answer = Answer.everything.get(response__survey=survey)
    excerpts.mark_answer(answer=answer, start=0, end=9, names=(), by=cast.coach)
    opt_out(survey, child, cast)
    assert not Excerpt.everything.exists()


def test_nobody_learns_whether_a_confidential_answer_was_there(cast: Cast, child: Person) -> None:
    survey = opened(cast, "confidential")
    other = Person.everything.filter(group__kind="students").exclude(pk=child.pk)[0]
    answered(survey, child)
    said = []
    for person in (child, other):
        sent = {"kind": "opt_out", "given_on": str(cast.alder.today()), "in_writing": "on", "child": [str(person.pk)]}
        page = cast.client("superintendent").post(url("families_record", cast, survey.pk), sent, follow=True)
        said.append([str(message) for message in page.context["messages"]])
    assert said[0] == said[1]
    assert "If there was an answer, it is deleted." in said[0][0]


def test_in_an_anonymous_survey_the_page_says_that_an_answer_cannot_be_found(cast: Cast, child: Person) -> None:
    survey = opened(cast)
    text = answered(survey, child)
    opt_out(survey, child, cast)
    assert Response.everything.filter(survey=survey).count() == 1
    assert Client().get(f"/a/{text}/").status_code == 200, "nobody knows whose link it is"
    assert "cannot be found" in Client().get(f"/p/{survey.code}/", {"lang": "en"}).content.decode()
    assert not invitations.people_to_ask(survey).filter(pk=child.pk).exists()


def test_nothing_is_half_done_when_deleting_fails(cast: Cast, child: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = opened(cast, "identified")
    text = answered(survey, child)

    def broken(*_given: Any) -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(choices, "remove_responses", broken)
    with pytest.raises(RuntimeError):
        opt_out(survey, child, cast)
    assert not ParentChoice.everything.filter(withdrawn_on=None, person=child).exists()
    assert enter(text).survey == survey
    assert Answer.everything.filter(response__survey=survey).exists()


def test_pages_for_families_ask_few_questions(cast: Cast, child: Person, django_assert_max_num_queries: Any) -> None:
    survey = opened(cast)
    for number in range(20):
        choices.say_publicly(survey=survey, child=f"students {number}", school=cast.creekside, family="P")
    client = cast.client("superintendent")
    client.get(url("survey_families", cast, survey.pk))
    with django_assert_max_num_queries(24):
        client.get(url("survey_families", cast, survey.pk))
    with django_assert_max_num_queries(25):
        client.get(url("survey_care", cast, survey.pk))
    with django_assert_max_num_queries(12):
        Client().get(f"/p/{survey.code}/")
