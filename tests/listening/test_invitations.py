"""Invitations: by mail in people's own language, by open link, on cards, in a list; links that are kept nowhere."""

from __future__ import annotations

import csv
import io
import logging
import re
import smtplib
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from commonwhy.core.jobs import run_again, run_job
from commonwhy.core.models import AuditEntry, Job
from commonwhy.districts.models import Person
from commonwhy.listening import tokens
from commonwhy.listening.models import IssuedKey, Mailing, Response, Survey, SurveyCell
from commonwhy.listening.services import invitations
from commonwhy.listening.services.invitations import InvitationRefused
from commonwhy.listening.services.sealing import seal, unseal
from commonwhy.listening.services.surveys import close_survey
from tests.cast import Cast
from tests.listening.anonymity.attacker import everything, traces
from tests.listening.surveying import draft, enrol, opened

LINK = re.compile(r"/a/([0-9A-Z]{50})/")
FILES = "django.core.mail.backends.filebased.EmailBackend"


def address(survey: Survey, rest: str = "") -> str:
    return f"/d/alder-creek/listen/surveys/{survey.pk}/invite/{rest}"


def send(survey: Survey, cast: Cast) -> Job:
    job = invitations.start_mailing(survey=survey, by=cast.coach)
    run_job.func(str(job.pk))
    job.refresh_from_db()
    return job


def mailed() -> list[str]:
    return [letter.to[0] for letter in mail.outbox]


def nowhere(found: list[str]) -> bool:
    rows = everything()
    return not any(traces(rows, token) for token in found)


class Server(EmailBackend):
    """A mail server that does what a test says: refuses an address, or goes away before the nth mail."""

    refused: frozenset[str] = frozenset()
    gone_at: int | None = None
    unreachable = False

    def open(self) -> None:
        if self.unreachable:
            raise ConnectionRefusedError("no mail server at mail.example.org")

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to[0] in self.refused:
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"no such box " + message.to[0].encode())})
            if self.gone_at is not None and len(mail.outbox) >= self.gone_at:
                raise smtplib.SMTPServerDisconnected(f"went away while {message.to[0]} was waiting")
        return int(super().send_messages(messages))


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    monkeypatch.setattr(Server, "refused", frozenset())
    monkeypatch.setattr(Server, "gone_at", None)
    monkeypatch.setattr(Server, "unreachable", False)
    settings.EMAIL_BACKEND = f"{Server.__module__}.Server"
    monkeypatch.setattr("commonwhy.listening.jobs.mail_rounds.get_connection", Server)
    return Server


class TestMail:
    def test_everybody_with_an_address_gets_one_link_that_works(self, cast: Cast) -> None:
        enrol(cast, "teachers", 12, cast.creekside)
        enrol(cast, "teachers", 3, cast.maple, ended=True)
        Person.everything.filter(name="teachers 0").update(email="")
        survey = opened(cast, "teachers")
        job = send(survey, cast)
        assert job.state == Job.State.DONE
        assert job.result == {"sent": 11, "failed": 0}
        assert (job.done, job.total) == (11, 11)
        assert len(set(mailed())) == len(mailed()) == 11
        found = [LINK.findall(str(letter.body))[0] for letter in mail.outbox]
        assert len({tokens.read(survey, token).key for token in found}) == 11
        assert cast.client(None).get(f"/a/{found[0]}/").status_code == 200

    def test_people_are_written_to_in_their_own_language(self, cast: Cast) -> None:
        enrol(cast, "families", 1, cast.maple, language="es-MX")
        enrol(cast, "teachers", 1, cast.maple, language="fr")
        send(opened(cast), cast)
        letters = {letter.to[0].split(".")[0]: str(letter.body) for letter in mail.outbox}
        # The questionnaire's own Spanish is there whatever is translated of the frame around it.
        assert "quizá no entendemos lo mismo" in letters["families"]
        assert "we may not mean the same thing" in letters["teachers"]

    def test_nothing_of_a_token_is_left_anywhere_when_it_is_anonymous(self, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        people = enrol(cast, "teachers", 12, cast.creekside)
        send(opened(cast, "teachers"), cast)
        found = [LINK.findall(str(letter.body))[0] for letter in mail.outbox]
        assert nowhere(found)
        assert not any(token in caplog.text for token in found)
        assert not any(person.email in caplog.text for person in people)
        assert not IssuedKey.everything.exists()

    def test_no_row_says_who_was_written_to(self, cast: Cast) -> None:
        """The mark means nothing without the secret key: it is no hash of anything in the database."""
        people = enrol(cast, "teachers", 12, cast.creekside)
        before = {(row.table, str(row.values)) for row in everything()}
        send(opened(cast, "teachers"), cast)
        written = [row for row in everything() if (row.table, str(row.values)) not in before]
        for person in people:
            told = {row.table for row in written if person.pk.hex in str(row.values) or str(person.pk) in str(row.values)}
            assert told == set()

    def test_the_order_is_neither_the_roster_s_nor_the_same_twice(self, cast: Cast) -> None:
        people = enrol(cast, "teachers", 40, cast.creekside)
        survey = opened(cast, "teachers")
        send(survey, cast)
        first = mailed()
        mail.outbox.clear()
        send(survey, cast)
        assert sorted(first) == sorted(mailed()) == sorted(person.email for person in people)
        assert first != mailed()
        assert first != [person.email for person in people]

    def test_cut_off_it_goes_on_and_nobody_gets_two(self, cast: Cast, server: type[Server]) -> None:
        people = enrol(cast, "teachers", 30, cast.creekside)
        survey = opened(cast, "teachers")
        server.gone_at = 11
        job = send(survey, cast)
        assert job.state == Job.State.REFUSED
        assert "11 were sent" in job.note
        server.gone_at = None
        run_again(job)
        run_job.func(str(job.pk))
        job.refresh_from_db()
        assert job.state == Job.State.DONE
        # The one it stopped at may have gone out, so it is not tried again.
        assert len(mailed()) == len(set(mailed())) == len(people) - 1
        assert job.result == {"sent": 29, "failed": 1}

    def test_after_a_restart_in_the_middle_the_button_goes_on_too(self, cast: Cast, server: type[Server]) -> None:
        enrol(cast, "teachers", 30, cast.creekside)
        survey = opened(cast, "teachers")
        server.gone_at = 11
        send(survey, cast)
        server.gone_at = None
        assert "Go on sending" in cast.client("coach").get(address(survey)).content.decode()
        send(survey, cast)
        assert len(mailed()) == len(set(mailed())) == 29
        assert Mailing.everything.get().finished

    def test_an_address_the_server_refuses_is_counted_and_said_to_nobody(
        self, cast: Cast, server: type[Server], caplog: pytest.LogCaptureFixture
    ) -> None:
        people = enrol(cast, "teachers", 12, cast.creekside)
        server.refused = frozenset({people[3].email})
        job = send(opened(cast, "teachers"), cast)
        assert job.result == {"sent": 11, "failed": 1}
        assert people[3].email not in f"{job.note}{job.result}{caplog.text}"

    def test_a_server_that_cannot_be_reached_costs_nobody_their_mail(
        self, cast: Cast, server: type[Server], caplog: pytest.LogCaptureFixture
    ) -> None:
        people = enrol(cast, "teachers", 12, cast.creekside)
        survey = opened(cast, "teachers")
        server.unreachable = True
        job = send(survey, cast)
        assert job.state == Job.State.REFUSED
        server.unreachable = False
        run_again(job)
        run_job.func(str(job.pk))
        assert len(mailed()) == len(people)

    def test_two_at_once_is_one(self, cast: Cast) -> None:
        enrol(cast, "teachers", 12, cast.creekside)
        survey = opened(cast, "teachers")
        invitations.start_mailing(survey=survey, by=cast.coach)
        with pytest.raises(InvitationRefused, match="being sent already"):
            invitations.start_mailing(survey=survey, by=cast.superintendent)
        assert Mailing.everything.count() == 1

    def test_closed_in_the_middle_it_stops(self, cast: Cast) -> None:
        enrol(cast, "teachers", 12, cast.creekside)
        survey = opened(cast, "teachers")
        job = invitations.start_mailing(survey=survey, by=cast.coach)
        close_survey(survey=survey, by=cast.coach)
        run_job.func(str(job.pk))
        job.refresh_from_db()
        assert job.state == Job.State.REFUSED
        assert not mail.outbox

    def test_a_reminder_goes_to_everybody_when_it_is_anonymous_and_says_why(self, cast: Cast) -> None:
        enrol(cast, "teachers", 12, cast.creekside)
        survey = opened(cast, "teachers")
        send(survey, cast)
        mail.outbox.clear()
        send(survey, cast)
        assert len(mailed()) == 12
        assert mail.outbox[0].subject.startswith("Reminder")
        assert "everybody gets this reminder" in str(mail.outbox[0].body)

    @pytest.mark.parametrize("mode", ["identified", "confidential"])
    def test_otherwise_it_goes_to_those_who_have_not_answered(self, cast: Cast, mode: str) -> None:
        enrol(cast, "teachers", 12, cast.creekside)
        survey = opened(cast, "teachers", mode=mode)
        send(survey, cast)
        answered = mail.outbox[0]
        key = tokens.read(survey, LINK.findall(str(answered.body))[0]).key
        Response.everything.create(
            district=cast.alder, survey=survey, key=key, week=timezone.datetime(2026, 3, 2).date(), submitted=True
        )
        mail.outbox.clear()
        send(survey, cast)
        assert len(mailed()) == 11
        assert answered.to[0] not in mailed()

    def test_a_confidential_key_is_sealed_and_an_identified_one_names_the_person(self, cast: Cast) -> None:
        people = {person.pk for person in enrol(cast, "teachers", 12, cast.creekside)}
        send(opened(cast, "teachers", mode="confidential"), cast)
        keys = list(IssuedKey.everything.all())
        assert {key.person_id for key in keys} == {None}
        assert {unseal(key.sealed) for key in keys} == people
        IssuedKey.everything.all().delete()
        send(opened(cast, "teachers", mode="identified"), cast)
        assert {key.person_id for key in IssuedKey.everything.all()} == people

    def test_a_seal_opens_with_the_secret_key_only(self, cast: Cast, settings: Any) -> None:
        sealed = seal(cast.coach.pk)
        assert seal(cast.coach.pk) != sealed
        settings.SECRET_KEY = "another"
        with pytest.raises(InvalidToken):
            unseal(sealed)

    def test_where_nobody_has_an_address_nothing_starts(self, cast: Cast) -> None:
        survey = opened(cast, "teachers")
        page = cast.client("coach").post(address(survey, "mail/"), follow=True).content.decode()
        assert "Nobody in these groups has an address" in page
        assert not Job.objects.exists()

    def test_mail_that_only_goes_to_files_is_said_and_needs_a_tick(self, cast: Cast, settings: Any) -> None:
        enrol(cast, "teachers", 12, cast.creekside)
        survey = opened(cast, "teachers")
        settings.EMAIL_BACKEND = FILES
        client = cast.client("coach")
        assert "only written to files" in client.get(address(survey)).content.decode()
        assert "Nothing was sent" in client.post(address(survey, "mail/"), follow=True).content.decode()
        assert not Job.objects.exists()
        assert client.post(address(survey, "mail/"), {"try": "1"}).headers["Location"].startswith("/jobs/")


class TestCardsAndLists:
    @pytest.fixture
    def survey(self, cast: Cast) -> Survey:
        enrol(cast, "teachers", 12, cast.creekside)
        enrol(cast, "families", 30, cast.maple)
        return opened(cast)

    def number(self, survey: Survey, kind: str) -> int:
        return SurveyCell.everything.get(survey=survey, group__kind=kind, school__isnull=False).number

    def test_cards_carry_a_code_each_that_works_and_is_kept_nowhere(
        self, cast: Cast, survey: Survey, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        answer = cast.client("coach").post(address(survey, "cards/"), {f"n-{self.number(survey, 'teachers')}": "7"})
        assert "no-store" in answer.headers["Cache-Control"]
        page = answer.content.decode()
        found = [code.replace("-", "") for code in re.findall(r'class="code">([0-9A-Z-]+)<', page)]
        assert len(set(found)) == 7
        cells = {tokens.read(survey, token).cell for token in found}
        assert cells == {self.number(survey, "teachers")}
        assert page.count("data:image/svg+xml") == 7
        assert "style=" not in page
        assert nowhere(found)
        assert not any(token in caplog.text for token in found)
        entry = AuditEntry.objects.get(verb="made cards")
        assert entry.detail == {"cards": 7}

    def test_a_list_of_links_has_no_person_in_it(self, cast: Cast, survey: Survey) -> None:
        sent = {f"n-{self.number(survey, 'teachers')}": "3", f"n-{self.number(survey, 'families')}": "2"}
        answer = cast.client("coach").post(address(survey, "links/"), sent)
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "no-store" in answer.headers["Cache-Control"]
        rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))  # type: ignore[attr-defined]
        assert rows[0] == ["group", "school", "link"]
        assert sorted((group, school) for group, school, _link in rows[1:]) == [
            ("Families", "Maple Street School"),
            ("Families", "Maple Street School"),
            ("Teachers", "Creekside Middle School"),
            ("Teachers", "Creekside Middle School"),
            ("Teachers", "Creekside Middle School"),
        ]
        found = [LINK.findall(link)[0] for _group, _school, link in rows[1:]]
        assert len(set(found)) == 5
        assert nowhere(found)
        assert AuditEntry.objects.get(verb="made links").detail == {"links": 5}

    def test_with_names_the_list_says_whose_each_is_and_runs_no_formula(self, cast: Cast) -> None:
        enrol(cast, "teachers", 3, cast.creekside)
        Person.everything.filter(name="teachers 1").update(name='=HYPERLINK("http://evil")')
        survey = opened(cast, "teachers", mode="identified")
        answer = cast.client("coach").post(address(survey, "links/"))
        rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))  # type: ignore[attr-defined]
        assert len(rows) == 4
        assert '\'=HYPERLINK("http://evil")' in {row[0] for row in rows}
        for name, email, *_rest, link in rows[1:]:
            key = IssuedKey.everything.get(key=tokens.read(survey, LINK.findall(link)[0]).key)
            assert key.person is not None
            assert key.person.email == email, name

    def test_a_confidential_survey_gives_no_list_to_anybody(self, cast: Cast) -> None:
        enrol(cast, "teachers", 3, cast.creekside)
        survey = opened(cast, "teachers", mode="confidential")
        for way in ("cards/", "links/"):
            answer = cast.client("coach").post(address(survey, way), {"n-1": "3"})
            assert answer.status_code in (302, 400)
            assert "text/csv" not in answer.headers["Content-Type"]
        assert not IssuedKey.everything.exists()

    @pytest.mark.parametrize(
        ("counts", "said"),
        [
            ({}, "at least one group"),
            ({"n-1": "-3"}, "greater than or equal to 0"),
            ({"n-1": "many"}, "whole number"),
            ({"n-1": "1001"}, "the most is 1000"),
            ({"n-99": "5"}, "at least one group"),
        ],
    )
    def test_a_count_that_cannot_be_makes_no_card(self, cast: Cast, survey: Survey, counts: dict[str, str], said: str) -> None:
        answer = cast.client("coach").post(address(survey, "cards/"), counts)
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert not AuditEntry.objects.filter(verb="made cards").exists()

    @pytest.mark.parametrize("way", ["mail/", "cards/", "links/", "open-link/"])
    def test_only_a_button_makes_links_and_only_for_those_who_may(self, cast: Cast, survey: Survey, way: str) -> None:
        assert cast.client("coach").get(address(survey, way)).status_code == 405
        for name in ("principal", "board", "teacher"):
            assert cast.client(name).post(address(survey, way), {"n-1": "1"}).status_code == 403
        assert cast.client("outsider").post(address(survey, way), {"n-1": "1"}).status_code == 404
        assert not AuditEntry.objects.filter(verb__startswith="made").exists()

    def test_before_it_opens_and_after_it_closes_none_are_made(self, cast: Cast, survey: Survey) -> None:
        early = draft(cast)
        with pytest.raises(InvitationRefused, match="Open the survey first"):
            invitations.make_links(survey=early, counts={1: 1}, what="cards", most=10, by=cast.coach)
        close_survey(survey=survey, by=cast.coach)
        assert cast.client("coach").post(address(survey, "cards/"), {"n-1": "1"}).status_code == 400


class TestTheOpenLink:
    def test_it_is_offered_shown_printed_and_stopped(self, cast: Cast) -> None:
        survey = opened(cast)
        client = cast.client("coach")
        assert cast.client(None).get(f"/o/{survey.code}/").status_code == 404
        client.post(address(survey, "open-link/"), {"offer": "1"})
        assert f"/o/{survey.code}/" in client.get(address(survey)).content.decode()
        assert f"/o/{survey.code}/" in client.get(address(survey, "poster/")).content.decode()
        assert cast.client(None).get(f"/o/{survey.code}/").status_code == 200
        client.post(address(survey, "open-link/"), {"stop": "1"})
        assert cast.client(None).get(f"/o/{survey.code}/").status_code == 404
        assert client.get(address(survey, "poster/")).status_code == 302

    def test_it_is_for_anonymous_surveys_only(self, cast: Cast) -> None:
        survey = opened(cast, mode="identified")
        page = cast.client("coach").post(address(survey, "open-link/"), {"offer": "1"}, follow=True).content.decode()
        assert "knows nobody" in page
        survey.refresh_from_db()
        assert not survey.open_link

    def test_the_page_takes_a_bounded_number_of_queries(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        enrol(cast, "teachers", 12, cast.creekside)
        survey = opened(cast)
        client = cast.client("coach")
        with django_assert_max_num_queries(18):
            client.get(address(survey))
