"""Planning a conversation, who took part, closing it or calling it off; and meetings that come back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.models import Group, School
from commonwhy.listening.forms.meetings import CallOffForm, ConversationForm, HoldForm, PeopleForm, SeriesForm
from commonwhy.listening.models import Conversation, MeetingSeries
from commonwhy.listening.queries import conversations as queries
from commonwhy.listening.services import meetings as services
from commonwhy.listening.services.consulting import StanceRefused, note_stance
from commonwhy.listening.services.meetings import MeetingRefused
from commonwhy.listening.views.notes import guide_address, own_conversation, places

LONGEST_ELAPSED = 6 * 60
"""Minutes; a conversation closed later than this was closed the next day, so the time says nothing of its length."""


def _to(request: Any, conversation: Conversation) -> HttpResponse:
    return redirect("listening:conversation", district=request.district.slug, conversation=conversation.pk)


def _form(request: Any, known: Conversation | None = None) -> ConversationForm:
    viewer, district = request.viewer, request.district
    others = [account for account in queries.possible_facilitators(viewer, district) if account.pk != request.user.pk]
    _groups, schools = places(request)
    series = [
        each for each in queries.series_of(viewer, district) if each.ended_on is None or (known and known.series_id == each.pk)
    ]
    initial: dict[str, Any] = {}
    if known is not None:
        initial = {name: getattr(known, name) for name in ("kind", "title", "starts_at", "minutes", "place", "purpose")}
        initial |= {"school": str(known.school_id or ""), "series": str(known.series_id or "")}
        initial["facilitators"] = [str(account.pk) for account in known.facilitators.all()]
    elif request.GET.get("series"):
        initial = {"kind": Conversation.Kind.MEETING, "series": request.GET["series"][:40]}
    elif request.GET.get("kind") in Conversation.Kind.values:
        initial = {"kind": request.GET["kind"]}
    return ConversationForm(
        district, others, schools, series, request.POST if request.method == "POST" else None, initial=initial
    )


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("conversations.hold")
def new(request: Any) -> HttpResponse:
    """Plan a conversation, or start one now."""
    form = _form(request)
    if form.is_bound and form.is_valid():
        conversation = services.plan_conversation(district=request.district, by=request.user, **form.arguments())
        if "now" not in request.POST:
            messages.success(request, _("Planned. You are reminded by mail the day before."))
        return _to(request, conversation)
    return render(request, "listening/conversations/plan.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("conversations.hold")
def change(request: Any, conversation: UUID) -> HttpResponse:
    """Change when, where and with whom."""
    known = own_conversation(request, conversation)
    if known.kind == Conversation.Kind.THREE_TEACHERS:
        return _to(request, known)
    form = _form(request, known)
    if form.is_bound and form.is_valid():
        services.change_conversation(conversation=known, by=request.user, **form.arguments())
        messages.success(request, _("Saved."))
        return _to(request, known)
    context = {"form": form, "conversation": known}
    return render(request, "listening/conversations/plan.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("conversations.hold")
def people(request: Any, conversation: UUID) -> HttpResponse:
    """Who took part, by group and school. Every step down or up saves the numbers, with no script."""
    held = own_conversation(request, conversation)
    groups, schools = places(request)
    form = PeopleForm(_rows(request, held, groups), groups, schools, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        step = request.POST.get("step", "")
        services.count_people(conversation=held, counts=form.counts(step), by=request.user)
        name = step.rpartition(":")[0]
        return redirect(f"{request.path}#{name}" if name in form.fields else request.path)
    tally = services.tally(held)
    context = {"conversation": held, "form": form, "tally": tally, "guide": guide_address(held)}
    return render(request, "listening/conversations/people.html", context, status=400 if form.errors else 200)


def _rows(request: Any, held: Conversation, groups: list[Group]) -> list[tuple[Group, School | None, int]]:
    """A row for each group where the conversation is, and for whatever else was counted."""
    counted = {(row.group, row.school): row.people for row in queries.took_part(request.viewer, held)}
    here = {(group, held.school): counted.pop((group, held.school), 0) for group in groups}
    return [(group, school, number) for (group, school), number in {**here, **counted}.items()]


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("conversations.hold")
def close(request: Any, conversation: UUID) -> HttpResponse:
    """Say that it was held: what it came to, how long it took, and where those who were there stand."""
    held = own_conversation(request, conversation)
    met = list({row.group.pk: row.group for row in queries.took_part(request.viewer, held)}.values())
    form = HoldForm(met, request.POST if request.method == "POST" else None, initial={"minutes": _elapsed(held)})
    if form.is_bound and form.is_valid():
        try:
            services.hold(conversation=held, minutes=form.cleaned_data["minutes"], by=request.user)
        except MeetingRefused as refusal:
            messages.error(request, str(refusal))
            return _to(request, held)
        for group, level, because in form.noted():
            try:
                note_stance(group=group, level=level, because=because, noted_on=held.held_on, by=request.user, conversation=held)
            except StanceRefused as refusal:
                messages.warning(request, f"{group}: {refusal}")
        messages.success(request, _said(services.tally(held)))
        return _to(request, held)
    context = {"conversation": held, "form": form, "tally": services.tally(held), "guide": guide_address(held)}
    return render(request, "listening/conversations/close.html", context, status=400 if form.errors else 200)


def _elapsed(held: Conversation) -> int | None:
    """The minutes to begin with: what was kept, else what the clock says of one that is being closed now."""
    if held.state == Conversation.State.HELD or held.starts_at is None:
        return held.minutes
    passed = int((timezone.now() - held.starts_at).total_seconds() // 60)
    return passed if 0 < passed <= LONGEST_ELAPSED else held.minutes


def _said(tally: services.Tally) -> str:
    notes = ngettext("%(count)s note", "%(count)s notes", tally.notes) % {"count": tally.notes}
    people = ngettext("%(count)s person", "%(count)s people", tally.people) % {"count": tally.people}
    if tally.hours is None:
        return _("Held: %(notes)s, %(people)s.") % {"notes": notes, "people": people}
    return _("Held: %(notes)s, %(people)s, %(hours).1f hours of their time.") % {
        "notes": notes,
        "people": people,
        "hours": tally.hours,
    }


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("conversations.hold")
def call_off(request: Any, conversation: UUID) -> HttpResponse:
    """Call it off, with the reason; or plan it again."""
    held = own_conversation(request, conversation)
    form = CallOffForm(request.POST if request.method == "POST" and "again" not in request.POST else None)
    try:
        if "again" in request.POST:
            services.plan_again(conversation=held, by=request.user)
            return _to(request, held)
        if form.is_bound and form.is_valid():
            services.call_off(conversation=held, because=form.cleaned_data["because"], by=request.user)
            messages.success(request, _("Called off. Calendars that follow you say so; tell the people you had asked."))
            return _to(request, held)
    except MeetingRefused as refusal:
        messages.error(request, str(refusal))
        return _to(request, held)
    context = {"conversation": held, "form": form}
    return render(request, "listening/conversations/call_off.html", context, status=400 if form.errors else 200)


# Meetings that come back


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("conversations.hold")
def all_series(request: Any) -> HttpResponse:
    """Every series of the district, and a form for another."""
    form = SeriesForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            begun = services.begin_series(district=request.district, by=request.user, **form.cleaned_data)
        except MeetingRefused as refusal:
            form.add_error("title", str(refusal))
        else:
            return redirect("listening:series", district=request.district.slug, series=begun.pk)
    context = {"form": form, "series": queries.series_of(request.viewer, request.district)}
    return render(request, "listening/conversations/all_series.html", context, status=400 if form.errors else 200)


def _series(request: Any, pk: UUID) -> MeetingSeries:
    rows = MeetingSeries.objects.visible_to(request.viewer).filter(district=request.district)
    found: MeetingSeries = get_object_or_404(rows.select_related("district"), pk=pk)
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("conversations.hold")
def series(request: Any, series: UUID) -> HttpResponse:
    """A series: how many came over time, the next meeting, and its settings."""
    found = _series(request, series)
    initial = {"title": found.title, "cadence": found.cadence, "purpose": found.purpose}
    form = SeriesForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            services.change_series(series=found, by=request.user, **form.cleaned_data)
        except MeetingRefused as refusal:
            form.add_error("title", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(request.path)
    meetings = queries.meetings(request.viewer, found)
    counted = [meeting for meeting in meetings if meeting.people]
    context = {
        "series": found,
        "form": form,
        "meetings": meetings,
        "bars": _bars([meeting.people for meeting in counted]),
        "counted": counted,
        "latest": counted[-1] if counted else None,
        "last": queries.last_own_meeting(request.viewer, found),
        "today": request.district.today(),
    }
    return render(request, "listening/conversations/series.html", context, status=400 if form.errors else 200)


WIDE, TALL = 320, 96


def _bars(people: list[int]) -> list[dict[str, int]]:
    """Places of a bar for each meeting on a picture of 320 × 96: x, y, width, height."""
    if not people:
        return []
    room = WIDE // len(people)
    width = max(1, min(40, room * 3 // 4))
    return [
        {"x": place * room + (room - width) // 2, "y": TALL - height, "width": width, "height": height}
        for place, number in enumerate(people)
        for height in [max(2, number * (TALL - 8) // max(people))]
    ]


@require_POST
@in_district("conversations.hold")
def next_meeting(request: Any, series: UUID) -> HttpResponse:
    """Make the next meeting from the last one the viewer holds: the one the button named, so that two presses make one."""
    found = _series(request, series)
    last = queries.last_own_meeting(request.viewer, found, request.POST.get("last", ""))
    if last is None:
        messages.info(request, _("You have held no meeting of this series yet. Plan the first one by hand."))
        return redirect("listening:series", district=request.district.slug, series=found.pk)
    try:
        planned = services.plan_next(last=last, by=request.user)
    except MeetingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("listening:series", district=request.district.slug, series=found.pk)
    messages.success(request, _("Planned from the last one. Look whether the day fits."))
    return _to(request, planned)


@require_POST
@in_district("conversations.hold")
def end_series(request: Any, series: UUID) -> HttpResponse:
    """End a series, or take it up again."""
    found = _series(request, series)
    services.end_series(series=found, by=request.user, ended=request.POST.get("again") is None)
    return redirect("listening:series", district=request.district.slug, series=found.pk)
