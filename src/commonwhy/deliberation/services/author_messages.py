"""A word to whoever wrote a statement and left an address, once it is cited: what it became part of, and where to read it.

The address is all that is known: it hangs on the statement's words and on nothing else, stands sealed in the database, and is
opened in a worker's memory only. It is deleted before the mail goes out, so nobody is written to twice; at worst the one mail at
which a server stopped is not sent. No address comes near a log, an audit entry or a job.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.clock import CLOCK
from commonwhy.core.models import Job
from commonwhy.deliberation.models import Statement, StatementContact
from commonwhy.deliberation.services.contacts import unseal_address
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.jobs.mail_rounds import ABOUT_THIS_ADDRESS, FAILURES_IN_A_ROW, MailServerTrouble, language_of
from commonwhy.listening.models.question import in_language

KIND = "tell authors"
Words = Mapping[str, str] | str


def tell_authors(statements: Iterable[Statement], what: Words, address: str) -> list[Job]:
    """Write to those who left an address beside one of these statements, as a job, after the commit.

    `what` says what the statement was cited in, by language or in one, as a sentence ("a sentence of our shared vision: …");
    `address` is where anybody may read it, a path of this site or a whole address. Nobody to write to starts no job.
    """
    by_district: dict[UUID, list[str]] = {}
    for statement in statements:
        by_district.setdefault(statement.district_id, []).append(str(statement.pk))
    started = []
    with transaction.atomic():
        for district, keys in by_district.items():
            if not StatementContact.objects.visible_to(JobViewer(district)).filter(statement__in=keys).exists():
                continue
            arguments = {
                "district": str(district),
                "statements": sorted(keys),
                "what": dict(what) if isinstance(what, Mapping) else {settings.LANGUAGE_CODE: what},
                "address": f"{settings.BASE_URL}{address}" if address.startswith("/") else address,
            }
            title = _("Telling authors that their statement was cited")
            started.append(jobs.start(kind=KIND, title=title, started_by=CLOCK.pk, district_id=district, arguments=arguments))
    return started


def write_to_authors(
    *, district: UUID, statements: Iterable[str], what: Mapping[str, str], address: str, step: Callable[[int], None]
) -> tuple[int, int]:
    """Write the mails; how many went out and how many could not. Raises `MailServerTrouble`, with the rest kept for later."""
    viewer = JobViewer(district)
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException):
        raise MailServerTrouble from None
    sent = failed = in_a_row = 0
    try:
        # By key, which is random: in no order that tells who wrote when.
        waiting = StatementContact.objects.visible_to(viewer).filter(statement__in=list(statements)).order_by("pk")
        for contact in waiting.select_related("statement__district"):
            mine, _each = StatementContact.objects.within(district).filter(pk=contact.pk).delete()
            if not mine:
                continue
            try:
                _mail(contact, what, address, connection).send()
            except (*ABOUT_THIS_ADDRESS, InvalidToken):
                failed, in_a_row = failed + 1, in_a_row + 1
                if in_a_row >= FAILURES_IN_A_ROW:
                    raise MailServerTrouble from None
            except (OSError, smtplib.SMTPException):
                raise MailServerTrouble from None
            else:
                sent, in_a_row = sent + 1, 0
            step(sent + failed)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()
    return sent, failed


def _mail(contact: StatementContact, what: Mapping[str, str], address: str, connection: BaseEmailBackend) -> EmailMessage:
    statement = contact.statement
    with translation.override(language_of(contact.language, statement.district.language)):
        language = translation.get_language() or settings.LANGUAGE_CODE
        context = {
            "words": in_language(statement.texts, language),
            "what": in_language(dict(what), language),
            "address": address,
            "district": statement.district.name,
        }
        subject = _("What you wrote was taken up: %(district)s") % {"district": statement.district.name}
        body = render_to_string("deliberation/mail/cited.txt", context).strip() + "\n"
    return EmailMessage(" ".join(subject.split()), body, to=[unseal_address(bytes(contact.sealed))], connection=connection)
