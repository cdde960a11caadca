"""Sending a reply to everyone who was asked, one after another, each in their own language.

As with invitations (`jobs/invitations.py`), people are walked in an order that only this installation's secret key can
repeat, and one mark says how far: no row for a person, no token, nothing that tells who answered. The mail is the same for
everybody of a language. Before each mail the mark moves, so a run that was cut off goes on behind it, and nobody gets two.
Several people at one address, as the parents of two children, get one.
"""

from __future__ import annotations

import hashlib
import hmac
import smtplib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.districts.models import Person
from commonwhy.listening.jobs.invitations import (
    ABOUT_THIS_ADDRESS,
    FAILURES_IN_A_ROW,
    PEOPLE_AT_ONCE,
    MailServerTrouble,
    language_of,
)
from commonwhy.listening.models import Reply, ReplyMailing, ReplyPoint
from commonwhy.listening.models.question import in_language
from commonwhy.listening.services.replies import MAIL_JOB, people_to_write_to


def send_reply(progress: Progress, *, reply: str, district: str) -> dict[str, Any]:
    """Send one reply, or go on with it. Registered with `core.jobs`."""
    mailings = ReplyMailing.objects.within(UUID(district)).select_related("reply__district")
    mailing: ReplyMailing | None = mailings.filter(reply=reply).first()
    if mailing is None or mailing.reply.published_at is None:
        raise JobRefused(_("This reply is gone, or not published any more. No mail went out."))
    progress.link(reverse("listening:reply", args=[mailing.reply.district.slug, mailing.reply.pk]))
    if not mailing.finished:
        _send_all(progress, mailing)
    return {"sent": mailing.sent, "failed": mailing.failed}


def _send_all(progress: Progress, mailing: ReplyMailing) -> None:
    waiting = _in_secret_order(mailing)
    progress.total(mailing.sent + mailing.failed + len(waiting))
    round_ = _Round(mailing)
    try:
        round_.open()
        for person, mark in _people(mailing.reply, waiting):
            round_.send(person, mark)
            progress.step(mailing.sent + mailing.failed)
    except MailServerTrouble:
        raise JobRefused(
            _(
                "The mail server does not take our mails just now. %(count)s were sent and will not be sent again."
                " Check the mail settings, then run it again to go on with the others."
            )
            % {"count": mailing.sent}
        ) from None
    finally:
        round_.close()
    ReplyMailing.objects.within(mailing.district_id).filter(pk=mailing.pk).update(finished=True)


class _Round:
    """The mails of one run, on one connection."""

    def __init__(self, mailing: ReplyMailing) -> None:
        self.mailing = mailing
        self.letters = Letters(mailing.reply)
        self.connection: BaseEmailBackend = get_connection()
        self.failed_in_a_row = 0

    def open(self) -> None:
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException):
            raise MailServerTrouble from None

    def close(self) -> None:
        """Let the mail server go; what it says when leaving no longer matters."""
        try:
            self.connection.close()
        except (OSError, smtplib.SMTPException):
            return

    def send(self, person: Person, mark: str) -> None:
        """Move the mark, then send. Raises `MailServerTrouble` when the server takes nothing any more."""
        if not self._counted(mark, self.mailing.sent + 1, self.mailing.failed):
            raise JobRefused(_("Another worker is sending these mails. Nothing was sent twice."))
        try:
            self.letters.to(person, self.connection).send()
        except ABOUT_THIS_ADDRESS:
            self._counted(mark, self.mailing.sent - 1, self.mailing.failed + 1)
            self.failed_in_a_row += 1
            if self.failed_in_a_row >= FAILURES_IN_A_ROW:
                raise MailServerTrouble from None
        except (OSError, smtplib.SMTPException):
            # It may have gone out before the server went away, so it is not tried again.
            self._counted(mark, self.mailing.sent - 1, self.mailing.failed + 1)
            raise MailServerTrouble from None
        else:
            self.failed_in_a_row = 0

    def _counted(self, mark: str, sent: int, failed: int) -> bool:
        """Write how far it is; False where somebody else has moved the mark."""
        rows = ReplyMailing.objects.within(self.mailing.district_id).filter(pk=self.mailing.pk, mark=self.mailing.mark)
        moved = rows.update(mark=mark, sent=sent, failed=failed)
        self.mailing.mark, self.mailing.sent, self.mailing.failed = mark, sent, failed
        return bool(moved)


class Letters:
    """The mail of a reply, written once for each language."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.points = list(ReplyPoint.objects.within(reply.district_id).filter(reply=reply).order_by("position"))
        self._written: dict[str, tuple[str, str]] = {}

    def to(self, person: Person, connection: BaseEmailBackend | None = None) -> EmailMessage:
        """The mail to one person, in their language, else the district's."""
        subject, body = self.in_language(language_of(person.language, self.reply.district.language))
        return EmailMessage(subject, body, to=[person.email], connection=connection)

    def in_language(self, language: str) -> tuple[str, str]:
        if language not in self._written:
            self._written[language] = self._write(language)
        return self._written[language]

    def _write(self, language: str) -> tuple[str, str]:
        reply = self.reply
        address = reverse("listening:public_reply", args=[reply.district.slug, reply.number])
        with translation.override(language):
            context = {
                "district": reply.district,
                "title": in_language(reply.title, language),
                "intro": in_language(reply.intro, language),
                "kinds": [
                    (
                        kind.label,
                        [
                            (in_language(point.texts, language), in_language(point.why, language))
                            for point in self.points
                            if point.kind == kind and any(point.texts.values())
                        ],
                    )
                    for kind in ReplyPoint.Kind
                ],
                "address": f"{settings.BASE_URL}{address}?lang={language}",
            }
            body = render_to_string("listening/replies/mail.txt", context)
        return " ".join(str(context["title"]).split()), body.strip() + "\n"


def _in_secret_order(mailing: ReplyMailing) -> list[tuple[str, UUID]]:
    """Who is still to be written to, with their marks, in the mailing's order; an address once."""
    key = hashlib.sha256(b"commonwhy.listening.reply\0" + settings.SECRET_KEY.encode()).digest()
    first: dict[str, tuple[str, UUID]] = {}
    for person, email in people_to_write_to(mailing.reply).values_list("pk", "email").iterator(chunk_size=2_000):
        marked = (hmac.new(key, mailing.pk.bytes + person.bytes, hashlib.sha256).hexdigest(), person)
        # Always the same of those who share an address, so that going on writes to no other of them.
        address = email.strip().lower()
        first[address] = min(marked, first.get(address, marked))
    return sorted(pair for pair in first.values() if pair[0] > mailing.mark)


def _people(reply: Reply, waiting: list[tuple[str, UUID]]) -> Iterator[tuple[Person, str]]:
    """The people in that order, read some at a time. Somebody who has left meanwhile is passed over."""
    for start in range(0, len(waiting), PEOPLE_AT_ONCE):
        some = waiting[start : start + PEOPLE_AT_ONCE]
        people = people_to_write_to(reply).filter(pk__in=[pk for _mark, pk in some])
        found = {person.pk: person for person in people}
        for mark, pk in some:
            if pk in found:
                yield found[pk], mark


jobs.register(MAIL_JOB, send_reply, needs="replies.publish")
