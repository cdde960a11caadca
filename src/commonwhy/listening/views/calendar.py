"""When conversations are: a page, a secret address for calendar programs, and one event as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.listening.models import CalendarFeed, Conversation
from commonwhy.listening.services import calendar as services
from commonwhy.listening.views.notes import own_conversation

LOOKS_BACK = timedelta(days=31)


@never_cache
@require_GET
@in_district("conversations.hold")
def calendar(request: Any) -> HttpResponse:
    """The viewer's conversations by day, from a month ago on, and their calendar address."""
    timed = Conversation.objects.visible_to(request.viewer).filter(
        district=request.district, starts_at__gte=timezone.now() - LOOKS_BACK
    )
    feed = CalendarFeed.objects.visible_to(request.viewer).filter(district=request.district).first()
    address = settings.BASE_URL + reverse("listening:calendar_feed", args=[services.secret_of(feed)]) if feed else ""
    now = timezone.now()
    found = list(timed.select_related("school", "series", "district").order_by("starts_at"))
    context = {
        "coming": [one for one in found if one.starts_at and one.starts_at >= now],
        "gone": [one for one in found if one.starts_at and one.starts_at < now][::-1],
        "address": address,
        "zone": request.district.time_zone,
    }
    return render(request, "listening/conversations/calendar.html", context)


@require_POST
@in_district("conversations.hold")
def address(request: Any) -> HttpResponse:
    """Make a calendar address, or a new one in place of the old, or end it."""
    if "stop" in request.POST:
        services.stop_address(district=request.district, by=request.user)
        messages.success(request, _("Ended. Calendars that follow the old address get nothing more."))
    else:
        services.make_address(district=request.district, by=request.user)
        messages.success(request, _("Here is your address. Whoever has it sees when and where your conversations are."))
    return redirect(reverse("listening:calendar", args=[request.district.slug]) + "#address")


@require_http_methods(["GET", "HEAD"])
def feed(request: HttpRequest, feed: str) -> HttpResponse:
    """What a calendar program reads. It signs in nowhere; its address is the secret."""
    found = services.feed_of(feed)
    conversations = services.of_feed(found) if found is not None else None
    if found is None or conversations is None:
        raise Http404
    return _file(services.as_calendar(found.district, conversations), "commonwhy.ics", saved=False)


@never_cache
@require_GET
@in_district("conversations.hold")
def event(request: Any, conversation: UUID) -> HttpResponse:
    """One conversation as a file for any calendar."""
    held = own_conversation(request, conversation)
    if held.starts_at is None:
        raise Http404
    return _file(services.as_calendar(request.district, [held]), "conversation.ics")


def _file(content: bytes, name: str, *, saved: bool = True) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'{"attachment" if saved else "inline"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
