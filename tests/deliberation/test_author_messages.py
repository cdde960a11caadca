"""Whoever wrote a statement and left an address is told once that it was cited, in their language, and then forgotten."""

from __future__ import annotations

import json
import logging
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from commonwhy.core import jobs
from commonwhy.core.models import AuditEntry, Job
from commonwhy.deliberation.models import Statement, StatementContact
from commonwhy.deliberation.services.author_messages import KIND, tell_authors
from commonwhy.deliberation.services.contacts import seal_address
from tests.cast import Cast
from tests.deliberation.landscapes import hold, statements_of

WHAT = {"en": "a sentence of our shared vision: Students make things.", "es": "una frase de nuestra visión compartida."}
ADDRESS = "/v/alder-creek/1/1/"


def written(cast: Cast, *addresses: str, language: str = "en") -> list[Statement]:
    """Statements whose authors left these addresses."""
    statements = statements_of(hold(cast, {"families": 80}))[: len(addresses)]
    for statement, address in zip(statements, addresses, strict=True):
        StatementContact.everything.create(
            district=cast.alder, statement=statement, sealed=seal_address(address), language=language
        )
    return statements


def run(statements: list[Statement]) -> Job:
    (job,) = tell_authors(statements, WHAT, ADDRESS)
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


def test_an_author_is_told_what_their_statement_became_part_of_and_where(cast: Cast) -> None:
    run(written(cast, "ana@example.org"))
    (sent,) = mail.outbox
    assert sent.to == ["ana@example.org"]
    assert sent.subject == "What you wrote was taken up: Alder Creek"
    for words in ("Statement number 1.", WHAT["en"], "/v/alder-creek/1/1/"):
        assert words in sent.body
    assert sent.body.count("http") == 1, "one link, to the public sentence"


def test_in_the_language_they_wrote_in(cast: Cast) -> None:
    run(written(cast, "ana@example.org", language="es"))
    assert "Frase número 1." in mail.outbox[0].body
    assert WHAT["es"] in mail.outbox[0].body


def test_nobody_is_told_twice_and_no_address_is_kept(cast: Cast) -> None:
    statements = written(cast, "ana@example.org", "ben@example.org")
    run(statements)
    assert sorted(sent.to[0] for sent in mail.outbox) == ["ana@example.org", "ben@example.org"]
    assert not StatementContact.everything.exists()
    assert tell_authors(statements, WHAT, ADDRESS) == []
    assert len(mail.outbox) == 2


def test_a_statement_without_an_address_starts_nothing(cast: Cast) -> None:
    assert tell_authors(statements_of(hold(cast, {"families": 80})), WHAT, ADDRESS) == []
    assert not Job.objects.filter(kind=KIND).exists()


def test_only_the_authors_of_what_was_cited_are_told(cast: Cast) -> None:
    statements = written(cast, "ana@example.org", "ben@example.org")
    run(statements[1:])
    assert [sent.to for sent in mail.outbox] == [["ben@example.org"]]
    assert StatementContact.everything.get().statement_id == statements[0].pk


def test_an_address_stands_in_no_job_audit_or_log(cast: Cast, caplog: pytest.LogCaptureFixture, monkeypatch: Any) -> None:
    def refuse(self: EmailBackend, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"ana@example.org": (550, b"ana@example.org is nobody here")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with caplog.at_level(logging.DEBUG):
        job = run(written(cast, "ana@example.org"))
    assert job.result == {"sent": 0, "failed": 1}
    kept = json.dumps([job.arguments, job.result, job.note, job.title]) + str(list(AuditEntry.objects.values()))
    assert "ana@" not in kept + caplog.text


def test_a_mail_server_that_is_down_loses_no_address(cast: Cast, monkeypatch: Any) -> None:
    statements = written(cast, "ana@example.org", "ben@example.org")

    def away(self: EmailBackend) -> None:
        raise OSError("nobody there")

    monkeypatch.setattr(EmailBackend, "open", away)
    job = run(statements)
    assert job.state == Job.State.REFUSED
    assert StatementContact.everything.count() == 2
    monkeypatch.undo()
    jobs.run_again(job)
    jobs.run_job.call(str(job.pk))
    assert len(mail.outbox) == 2


def test_a_server_that_goes_away_in_the_middle_is_not_asked_for_the_same_mail_again(cast: Cast, monkeypatch: Any) -> None:
    statements = written(cast, "ana@example.org", "ben@example.org")

    def gone(self: EmailBackend, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailBackend, "send_messages", gone)
    job = run(statements)
    assert job.state == Job.State.REFUSED
    assert StatementContact.everything.count() == 1, "what may have gone out is not sent again"
    monkeypatch.undo()
    jobs.run_again(job)
    jobs.run_job.call(str(job.pk))
    assert len(mail.outbox) == 1
