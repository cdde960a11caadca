"""Sending a survey's invitations by e-mail: one person after another, each with a token made in memory for that one mail.

How a round goes on after it was cut off, and why it keeps no list: `jobs/mail_rounds.py`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.districts.models import Person
from commonwhy.listening import tokens
from commonwhy.listening.jobs.mail_rounds import MailRound, Waiting, behind, language_of, secret_mark
from commonwhy.listening.models import IssuedKey, Mailing, Response, Survey
from commonwhy.listening.services.invitations import MAIL_JOB, Cells, address_of, key_for, people_to_ask
from commonwhy.listening.services.sealing import unseal


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
    cells = Cells(survey)

    def write(person: Person, connection: BaseEmailBackend) -> EmailMessage:
        token = tokens.mint(survey, cells.of(person).number)
        if survey.mode != Survey.Mode.ANONYMOUS:
            key_for(survey, person.pk, token).save(force_insert=True)
        return letter(survey, person, token, here.number > 1, connection)

    def stop_if_closed() -> None:
        if not _still_open(survey):
            raise JobRefused(
                _("The survey closed meanwhile. %(count)s mails were sent before; no more go out.") % {"count": here.sent}
            )

    MailRound(here, write).run(progress, _in_secret_order(here), people_to_ask(survey).exclude(email=""), stop_if_closed)
    return _result(here)


def _result(mailing: Mailing) -> dict[str, Any]:
    return {"sent": mailing.sent, "failed": mailing.failed}


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


def _in_secret_order(mailing: Mailing) -> Waiting:
    """Who is still to be written to, with their marks, in the mailing's order."""
    people = people_to_ask(mailing.survey).exclude(email="")
    left_out = _answered(mailing.survey) if mailing.number > 1 else set()
    marked = (
        (secret_mark(b"mailing", mailing.pk, person), person)
        for person in people.values_list("pk", flat=True).iterator()
        if person not in left_out
    )
    return behind(mailing, marked)


def _answered(survey: Survey) -> set[UUID]:
    """Who has handed in an answer, for reminders. Of an anonymous survey nobody can know, so everybody gets one."""
    if survey.mode == Survey.Mode.ANONYMOUS:
        return set()
    submitted = Response.objects.within(survey.district_id).filter(survey=survey, submitted=True).values("key")
    keys = IssuedKey.objects.within(survey.district_id).filter(survey=survey, key__in=submitted)
    return {person or unseal(sealed) for person, sealed in keys.values_list("person_id", "sealed")}


def _still_open(survey: Survey) -> bool:
    """Whether it still takes answers; asked before each mail, because somebody may close it meanwhile."""
    if survey.closes_at is not None and survey.closes_at <= timezone.now():
        return False
    return Survey.objects.within(survey.district_id).filter(pk=survey.pk, closed_at=None).exists()


jobs.register(MAIL_JOB, send_invitations, needs="listening.run")
