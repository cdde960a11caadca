"""When conversations are, for calendar programs and in reminders: title, kind, time and place; never notes or people.

A calendar program signs in nowhere, so its address is a secret: a feed's id and a signature over it and the feed's salt.
Another salt makes the old address worth nothing. A feed shows what its account may see at that moment, and nothing once
the account has lost its role.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District, Membership
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import AccountViewer, Seat
from commonwhy.listening.models import CalendarFeed, Conversation

logger = logging.getLogger("commonwhy.calendar")

KEPT = timedelta(days=120)
"""How far back a feed reaches."""
USUAL_MINUTES = 60
"""How long a conversation is drawn whose length nobody gave."""
MAC_BYTES = 16


@transaction.atomic
def make_address(*, district: District, by: User) -> CalendarFeed:
    """A new secret address; the one before it no longer works."""
    feed, _fresh = CalendarFeed.everything.update_or_create(
        district=district, account=by, defaults={"salt": secrets.token_urlsafe(16)}
    )
    audit.record(actor=by, verb="made", subject=feed)
    return feed


@transaction.atomic
def stop_address(*, district: District, by: User) -> None:
    """End the address."""
    for feed in CalendarFeed.objects.within(district).filter(account=by):
        audit.record(actor=by, verb="ended", subject=feed)
        feed.delete()


def secret_of(feed: CalendarFeed) -> str:
    """What stands in the address."""
    return _text(feed.pk.bytes) + _text(_mac(feed))


def feed_of(secret: str) -> CalendarFeed | None:
    """The feed of an address; None where it ended, was renewed, or was not made here."""
    try:
        raw = base64.urlsafe_b64decode(secret[:22] + "==")
        feed = CalendarFeed.everything.select_related("account", "district").filter(pk=UUID(bytes=raw)).first()
    except ValueError:
        return None
    if feed is None or not hmac.compare_digest(secret.encode(), secret_of(feed).encode()):
        return None
    return feed


def of_feed(feed: CalendarFeed) -> list[Conversation] | None:
    """The conversations of a feed's account; None when it may no longer hold any in the district."""
    if not feed.account.is_active:
        return None
    rows = Membership.objects.within(feed.district).filter(account=feed.account).values_list("role", "school_id")
    seats = tuple(Seat(role, school) for role, school in rows)
    viewer = AccountViewer(feed.account_id, {feed.district_id: seats} if seats else {})
    if not may(viewer, "conversations.hold", feed.district):
        return None
    timed = Conversation.objects.visible_to(viewer).filter(district=feed.district, starts_at__gte=timezone.now() - KEPT)
    return list(timed.select_related("school").order_by("starts_at"))


def as_calendar(district: District, conversations: Iterable[Conversation]) -> bytes:
    """An iCalendar file (RFC 5545). Times are in UTC, so no program can get a daylight saving rule wrong."""
    calendar = Calendar()
    calendar.add("prodid", "-//CommonWhy//listening//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("%(district)s: conversations") % {"district": district.name})
    calendar.add("x-wr-timezone", district.time_zone)
    now = timezone.now()
    for conversation in conversations:
        if conversation.starts_at is None:
            continue
        starts = conversation.starts_at.astimezone(ZoneInfo("UTC"))
        called_off = conversation.state == Conversation.State.CALLED_OFF
        event = Event()
        event.add("uid", f"{conversation.pk}@commonwhy")
        event.add("dtstamp", now)
        event.add("dtstart", starts)
        event.add("dtend", starts + timedelta(minutes=conversation.minutes or USUAL_MINUTES))
        event.add("summary", f"{conversation.get_kind_display()}: {conversation.title}")
        where = ", ".join(part for part in (conversation.place, str(conversation.school or "")) if part)
        if where:
            event.add("location", where)
        event.add("status", "CANCELLED" if called_off else "CONFIRMED")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def remind_all() -> int:
    """Write to facilitators the day before, and ask the day after whether it was held. A chore; returns how many mails went."""
    sent = 0
    for district in District.everything.all():
        today = district.today()
        planned = Conversation.objects.within(district).filter(state=Conversation.State.PLANNED).select_related("school")
        soon = planned.filter(
            reminded=False, starts_at__gt=timezone.now(), held_on__lte=today + timedelta(days=1)
        ).prefetch_related("facilitators")
        for conversation in soon:
            mailed = _write(district, conversation, "listening/conversations/mail/tomorrow.txt", _soon_subject)
            if mailed:
                Conversation.objects.within(district).filter(pk=conversation.pk).update(reminded=True)
            sent += mailed
        past = planned.filter(held_on=today - timedelta(days=1), starts_at__isnull=False).prefetch_related("facilitators")
        for conversation in past:
            sent += _write(district, conversation, "listening/conversations/mail/was_it_held.txt", _past_subject)
    return sent


def _soon_subject(conversation: Conversation) -> str:
    return _("Coming up: %(title)s") % {"title": conversation.title}


def _past_subject(conversation: Conversation) -> str:
    return _("Was it held? %(title)s") % {"title": conversation.title}


def _write(district: District, conversation: Conversation, template: str, subject_of: Callable[[Conversation], str]) -> int:
    """One mail to each facilitator; how many the server took. What a server says may hold an address, so it is not logged."""
    zone = ZoneInfo(district.time_zone)
    address = settings.BASE_URL + reverse("listening:conversation", args=[district.slug, conversation.pk])
    sent = 0
    with translation.override(district.language), timezone.override(zone):
        subject = subject_of(conversation)
        body = render_to_string(template, {"conversation": conversation, "district": district, "address": address})
        for account in conversation.facilitators.all():
            if not account.is_active:
                continue
            try:
                sent += send_mail(subject.replace("\n", " "), body, None, [account.email])
            except OSError:
                logger.warning("a reminder could not be mailed; it is tried again with the next chores")
    return sent


def _mac(feed: CalendarFeed) -> bytes:
    key = hashlib.sha256(b"commonwhy.listening.calendar\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, feed.pk.bytes + feed.salt.encode(), hashlib.sha256).digest()[:MAC_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
