"""Looking through what people wrote for the words of a district's list, every few minutes, and telling those who look after it.

Nothing is kept of which answers were looked at: everything recent is looked through again, from a random place on. So an
answer changed later is found too, and no row tells when one came in. Answers that were saved but not sent are looked
through as well: somebody who stopped in the middle of such a sentence may need help most. What is found is written in one
go, in random order, with no time but the week (docs/adr/0008-safety-queue.md). The mail says that something waits; never
the words, the survey or how many.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commonwhy.core.models import Chore
from commonwhy.districts.models import District
from commonwhy.listening.models import Answer, Note, Question, SafetyFlag, SafetyLook, SafetyWord
from commonwhy.listening.queries.safety import holders
from commonwhy.listening.services.safety import monday, take_off_pages
from commonwhy.listening.services.word_list import WordList

logger = logging.getLogger("commonwhy.safety")

RECENT = timedelta(weeks=8)
"""Surveys that closed, and conversations that were held, longer ago are not looked through again."""
MOST_LOOKED_THROUGH = 200_000
LONGEST_LIST = 200
REMINDED_AT = 8
"""The hour at which those who have seen something are told that it still waits."""


def keep_watch() -> int:
    """The chore: every district that has words, then the mails. Returns how many were put in a queue."""
    found = 0
    with_words = SafetyWord.everything.values("district")
    for district in District.everything.filter(pk__in=with_words):
        found += look_through(district)
    waiting = SafetyFlag.everything.filter(state=SafetyFlag.State.WAITING).values("district")
    for district in District.everything.filter(pk__in=waiting):
        tell(district)
    return found


def look_through(district: District) -> int:
    """Put in the queue what uses words of the list and is not there. Returns how many.

    One that was settled comes back where it uses words of the list now that it did not use before.
    """
    words = WordList(SafetyWord.objects.within(district).values_list("words", flat=True))
    fresh: list[SafetyFlag] = []
    again: list[tuple[UUID, str]] = []
    for owner, pk, text, flag, matched in chain(_answers(district), _notes(district)):
        found = words.found_in(text)
        if not found:
            continue
        if flag is None:
            fresh.append(
                SafetyFlag(
                    district=district,
                    reason=SafetyFlag.Reason.WORDS,
                    matched=", ".join(found)[:LONGEST_LIST],
                    week=monday(district),
                    **{owner: pk},
                )
            )
        elif not set(found) <= set(matched.split(", ")):
            again.append((flag, ", ".join(found)[:LONGEST_LIST]))
    return _write(district, fresh, again)


Text = tuple[str, UUID, str, UUID | None, str]
"""`answer_id` or `note_id`, its key, the words, and the flag it has with what that one found."""


def _answers(district: District) -> Iterator[Text]:
    since = timezone.now() - RECENT
    rows = (
        Answer.objects.within(district)
        .filter(
            Q(response__survey__closed_at=None) | Q(response__survey__closed_at__gte=since),
            question__kind__in=[Question.Kind.LONG, Question.Kind.SHORT],
        )
        .order_by("pk")
        .values_list("pk", "value", "safety_flag__pk", "safety_flag__matched")
    )
    for pk, value, flag, matched in _from_a_random_place(rows):
        if isinstance(value, str):
            yield "answer_id", pk, value, flag, matched or ""


def _notes(district: District) -> Iterator[Text]:
    since = district.today() - RECENT
    rows = (
        Note.objects.within(district)
        .filter(conversation__held_on__gte=since)
        .order_by("pk")
        .values_list("pk", "words", "safety_flag__pk", "safety_flag__matched")
    )
    for pk, words, flag, matched in _from_a_random_place(rows):
        yield "note_id", pk, words, flag, matched or ""


def _from_a_random_place(rows: Any) -> Iterator[Any]:
    """All rows once, from a random key on; where there are too many for one round, another part of them each time."""
    place = uuid4()
    around = chain(rows.filter(pk__gte=place).iterator(2_000), rows.filter(pk__lt=place).iterator(2_000))
    return islice(around, MOST_LOOKED_THROUGH)


def _write(district: District, fresh: list[SafetyFlag], again: list[tuple[UUID, str]]) -> int:
    random.SystemRandom().shuffle(fresh)
    try:
        with transaction.atomic():
            # Another worker may have come first.
            SafetyFlag.everything.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
            for flag, matched in again:
                rows = SafetyFlag.objects.within(district).filter(pk=flag)
                rows.update(state=SafetyFlag.State.WAITING, matched=matched)
            take_off_pages([flag.answer_id for flag in fresh if flag.answer_id], district)
    except IntegrityError:
        # Somebody deleted an answer meanwhile. The next round finds the others.
        logger.warning("the safety queue was not written; it is tried again in a few minutes")
        return 0
    return len(fresh) + len(again)


def tell(district: District, now: datetime | None = None) -> int:
    """Mail those who fill a named position that something waits: at most once an hour, until one of them has looked.

    What was seen and still waits is said once a day. Returns how many mails went out.
    """
    here = (now or timezone.now()).astimezone(ZoneInfo(district.time_zone))
    waiting = SafetyFlag.objects.within(district).filter(state=SafetyFlag.State.WAITING)
    seen = SafetyLook.objects.within(district).filter(flag=OuterRef("pk"), deed=SafetyLook.Deed.SAW)
    due = waiting if here.hour == REMINDED_AT else waiting.filter(~Exists(seen))
    to = sorted({each.appointment.account.email for each in holders(district) if each.appointment and each.appointment.account})
    if not due.exists() or not to or not _first_this_hour(district, here):
        return 0
    address = f"{settings.BASE_URL}{reverse('listening:safety', args=[district.slug])}"
    with translation.override(district.language):
        subject = _("Something waits in the safety queue of %(district)s") % {"district": district.name}
        body = render_to_string("listening/safety/mail.txt", {"district": district, "address": address})
    sent = 0
    for email in to:
        try:
            sent += send_mail(subject, body.strip() + "\n", None, [email])
        except OSError:
            logger.warning("the mail server did not take the mail that something waits in the safety queue")
    return sent


def _first_this_hour(district: District, here: datetime) -> bool:
    """Take this hour's mail, so that of several workers one sends it. Only the hour of the day is kept, and the day."""
    name = f"safety mail {here:%H} {district.pk.hex}"
    Chore.objects.get_or_create(name=name)
    rows = Chore.objects.filter(Q(done_on=None) | Q(done_on__lt=here.date()), name=name)
    return bool(rows.update(done_on=here.date()))


def stir_flags() -> None:
    """Once a day, put the flags back in random order: their place in the table must not tell the order they came in."""
    table = SafetyFlag._meta.db_table
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL lock_timeout = '3s'")
            cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"CREATE TEMPORARY TABLE stirred_flags AS SELECT * FROM {table}")  # noqa: S608
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute(f"INSERT INTO {table} SELECT * FROM stirred_flags ORDER BY random()")  # noqa: S608
        cursor.execute("DROP TABLE stirred_flags")
