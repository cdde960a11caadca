"""Reminding a district's leaders, once for each survey, that those who were asked have heard nothing back (M46).

That somebody was reminded is in the audit, which keeps the mail from going out twice.
"""

from __future__ import annotations

import logging
import smtplib
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from commonwhy.core import audit
from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import District, Membership, Role
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.replies import Owed, owed

logger = logging.getLogger("commonwhy.replies")

VERB = "reminded of a reply"
LEADERS = (Role.LEADER, Role.ADMINISTRATOR)


def remind_of_replies() -> int:
    """Remind every district's leaders of what is overdue since the last time; for the daily chores. Returns how many surveys."""
    reminded = 0
    for district in District.everything.all():
        before = _reminded(district)
        for late in owed(JobViewer(district.pk), district):
            if late.survey.pk not in before and _remind(district, late):
                reminded += 1
    return reminded


def _reminded(district: District) -> set[UUID]:
    rows = AuditEntry.objects.filter(district_id=district.pk, verb=VERB, object_type=Survey._meta.label)
    return {UUID(pk) for pk in rows.values_list("object_id", flat=True)}


def _remind(district: District, late: Owed) -> bool:
    leaders = Membership.objects.within(district).filter(role__in=LEADERS, school=None, account__is_active=True)
    addresses = sorted(set(leaders.values_list("account__email", flat=True)))
    if not addresses:
        return False
    address = f"{settings.BASE_URL}{reverse('listening:reply_new', args=[district.slug])}?survey={late.survey.pk}"
    with translation.override(district.language):
        subject = _("A reply is due: %(title)s") % {"title": late.survey.title}
        context = {"survey": late.survey, "ended_on": late.ended_on, "address": address}
        body = render_to_string("listening/replies/reminder.txt", context).strip() + "\n"
    # Noted first: rather no mail than the same one every day, should the server stop in the middle.
    audit.record(actor="housekeeping", verb=VERB, subject=late.survey, detail={"leaders": len(addresses)})
    for each in addresses:
        try:
            EmailMessage(" ".join(subject.split()), body, to=[each]).send()
        except (OSError, smtplib.SMTPException):
            # What the server says may hold an address, so it is not passed on. The home page says it every day.
            logger.warning("a reminder of a reply could not be sent")
    return True
