"""Sending a reply to everyone who was asked, one after another, each in their own language.

The mail is the same for everybody of a language: no token, nothing that tells who answered. Several people at one address,
as the parents of two children, get one. How a round goes on after it was cut off: `jobs/mail_rounds.py`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.districts.models import Person
from commonwhy.listening.jobs.mail_rounds import MailRound, Waiting, behind, language_of, secret_mark
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
        write = Letters(mailing.reply).to
        MailRound(mailing, write).run(progress, _in_secret_order(mailing), people_to_write_to(mailing.reply), lambda: None)
    return {"sent": mailing.sent, "failed": mailing.failed}


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


def _in_secret_order(mailing: ReplyMailing) -> Waiting:
    """Who is still to be written to, with their marks, in the mailing's order; an address once."""
    first: dict[str, tuple[str, UUID]] = {}
    for person, email in people_to_write_to(mailing.reply).values_list("pk", "email").iterator(chunk_size=2_000):
        marked = (secret_mark(b"reply", mailing.pk, person), person)
        # Always the same of those who share an address, so that going on writes to no other of them.
        address = email.strip().lower()
        first[address] = min(marked, first.get(address, marked))
    return behind(mailing, first.values())


jobs.register(MAIL_JOB, send_reply, needs="replies.publish")
