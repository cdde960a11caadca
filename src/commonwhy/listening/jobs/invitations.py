"""Sending a survey's invitations by e-mail: one person after another, each with a token made in memory for that one mail.

The order is random to everybody without this installation's secret key: people are walked by a keyed hash of the mailing
and their id. Before each mail the mailing's mark moves to that hash, so a run that was cut off goes on behind it; at
worst the one mail at which the server stopped is not sent, and none is sent twice. Why a mark, and not a row for each
person: `models/mailing.py`.

Nothing here is written in one transaction with anything else, no address or token reaches a log (what a mail server
says may hold an address, so it is never passed on), and the connection to the mail server is kept open for all of them.
"""

from __future__ import annotations

import hashlib
import hmac
import smtplib
from collections.abc import Iterator
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.districts.models import Person
from commonwhy.listening import tokens
from commonwhy.listening.models import IssuedKey, Mailing, Response, Survey
from commonwhy.listening.services.invitations import MAIL_JOB, Cells, address_of, key_for, people_to_ask
from commonwhy.listening.services.sealing import unseal

PEOPLE_AT_ONCE = 200
# One address may be refused for its own sake; so many in a row mean that the server takes none.
FAILURES_IN_A_ROW = 20
# What a mail server says of one address. Anything else that goes wrong is the server's own trouble.
ABOUT_THIS_ADDRESS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused, ValueError)


class MailServerTrouble(Exception):
    """The mail server cannot be reached or takes nothing; holds no words of the server's."""


def send_invitations(progress: Progress, *, mailing: str, district: str) -> dict[str, Any]:
    """Do one mailing, or go on with it. Registered with `core.jobs`."""
    mailings = Mailing.objects.within(UUID(district)).select_related("survey__district", "survey__version__questionnaire")
    here: Mailing | None = mailings.filter(pk=mailing).first()
    if here is None:
        raise JobRefused(_("This survey is gone, and with it its invitations."))
    survey = here.survey
    progress.link(reverse("listening:invitations", args=[survey.district.slug, survey.pk]))
    if here.finished:
        return _result(here)
    waiting = _in_secret_order(here)
    progress.total(here.sent + here.failed + len(waiting))
    round_ = _Round(here, Cells(survey))
    try:
        round_.open()
        for person, mark in _people(survey, waiting):
            if not _still_open(survey):
                raise JobRefused(
                    _("The survey closed meanwhile. %(count)s mails were sent before; no more go out.") % {"count": here.sent}
                )
            round_.send(person, mark)
            progress.step(here.sent + here.failed)
    except MailServerTrouble:
        raise JobRefused(
            _(
                "The mail server does not take our mails just now. %(count)s were sent and will not be sent again."
                " Check the mail settings, then run it again to go on with the others."
            )
            % {"count": here.sent}
        ) from None
    finally:
        round_.close()
    Mailing.objects.within(here.district_id).filter(pk=here.pk).update(finished=True)
    return _result(here)


def _result(mailing: Mailing) -> dict[str, Any]:
    return {"sent": mailing.sent, "failed": mailing.failed}


class _Round:
    """The mails of one run, on one connection."""

    def __init__(self, mailing: Mailing, cells: Cells) -> None:
        self.mailing = mailing
        self.survey = mailing.survey
        self.cells = cells
        self.connection: BaseEmailBackend = get_connection()
        self.failed_in_a_row = 0

    def send(self, person: Person, mark: str) -> None:
        """Move the mark, then send. Raises `MailServerTrouble` when the server takes nothing any more."""
        if not self._move_to(mark):
            raise JobRefused(_("Another worker is sending these mails. Nothing was sent twice."))
        cell = self.cells.of(person)
        token = tokens.mint(self.survey, cell.number)
        if self.survey.mode != Survey.Mode.ANONYMOUS:
            key_for(self.survey, person.pk, token).save(force_insert=True)
        try:
            letter(self.survey, person, token, self.mailing.number > 1, self.connection).send()
        except ABOUT_THIS_ADDRESS:
            self._was_not_sent()
            self.failed_in_a_row += 1
            if self.failed_in_a_row >= FAILURES_IN_A_ROW:
                raise MailServerTrouble from None
        except (OSError, smtplib.SMTPException):
            # It may have gone out before the server went away, so it is not tried again.
            self._was_not_sent()
            raise MailServerTrouble from None
        else:
            self.failed_in_a_row = 0

    def open(self) -> None:
        """Reach the mail server before anybody's turn comes. Raises `MailServerTrouble`."""
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

    def _move_to(self, mark: str) -> bool:
        """Take the next turn, counted as sent; False where somebody else has moved the mark."""
        rows = Mailing.objects.within(self.mailing.district_id).filter(pk=self.mailing.pk, mark=self.mailing.mark)
        moved = rows.update(mark=mark, sent=self.mailing.sent + 1)
        self.mailing.mark = mark
        self.mailing.sent += 1
        return bool(moved)

    def _was_not_sent(self) -> None:
        self.mailing.sent -= 1
        self.mailing.failed += 1
        rows = Mailing.objects.within(self.mailing.district_id).filter(pk=self.mailing.pk, mark=self.mailing.mark)
        rows.update(sent=self.mailing.sent, failed=self.mailing.failed)


def letter(survey: Survey, person: Person, token: str, reminder: bool, connection: BaseEmailBackend) -> EmailMessage:
    """The mail to one person, in their language, else the district's."""
    language = language_of(person.language, survey.district.language)
    with translation.override(language):
        version = survey.version
        closes = survey.closes_at
        context = {
            "survey": survey,
            "district": survey.district,
            "mode": survey.mode,
            "intro": version.words(version.intro, language),
            "reminder": reminder,
            "address": address_of(token),
            "closes_at": closes.astimezone(ZoneInfo(survey.district.time_zone)) if closes else None,
        }
        subject = render_to_string("listening/invitations/mail_subject.txt", context)
        body = render_to_string("listening/invitations/mail.txt", context)
    return EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[person.email], connection=connection)


def language_of(wish: str, otherwise: str) -> str:
    """The language of ours that is nearest to what the roster says (`es-MX`), else the other one."""
    for code in (wish, otherwise):
        try:
            return translation.get_supported_language_variant(code.strip().lower())
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _in_secret_order(mailing: Mailing) -> list[tuple[str, UUID]]:
    """Who is still to be written to, with their marks, in the mailing's order."""
    people = people_to_ask(mailing.survey).exclude(email="")
    left_out = _answered(mailing.survey) if mailing.number > 1 else set()
    key = hashlib.sha256(b"commonwhy.listening.mailing\0" + settings.SECRET_KEY.encode()).digest()
    marked = (
        (hmac.new(key, mailing.pk.bytes + person.bytes, hashlib.sha256).hexdigest(), person)
        for person in people.values_list("pk", flat=True).iterator()
        if person not in left_out
    )
    return sorted(pair for pair in marked if pair[0] > mailing.mark)


def _answered(survey: Survey) -> set[UUID]:
    """Who has handed in an answer, for reminders. Of an anonymous survey nobody can know, so everybody gets one."""
    if survey.mode == Survey.Mode.ANONYMOUS:
        return set()
    submitted = Response.objects.within(survey.district_id).filter(survey=survey, submitted=True).values("key")
    keys = IssuedKey.objects.within(survey.district_id).filter(survey=survey, key__in=submitted)
    return {person or unseal(sealed) for person, sealed in keys.values_list("person_id", "sealed")}


def _people(survey: Survey, waiting: list[tuple[str, UUID]]) -> Iterator[tuple[Person, str]]:
    """The people in that order, read some at a time. Somebody who has left meanwhile is passed over."""
    for start in range(0, len(waiting), PEOPLE_AT_ONCE):
        some = waiting[start : start + PEOPLE_AT_ONCE]
        found = {
            person.pk: person for person in people_to_ask(survey).exclude(email="").filter(pk__in=[pk for _mark, pk in some])
        }
        for mark, pk in some:
            if pk in found:
                yield found[pk], mark


def _still_open(survey: Survey) -> bool:
    """Whether it still takes answers; asked before each mail, because somebody may close it meanwhile."""
    if survey.closes_at is not None and survey.closes_at <= timezone.now():
        return False
    return Survey.objects.within(survey.district_id).filter(pk=survey.pk, closed_at=None).exists()


jobs.register(MAIL_JOB, send_invitations, needs="listening.run")
