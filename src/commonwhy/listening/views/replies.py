"""Replies: the list, writing one point after another, publishing, and sending to everyone who was asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.forms.replies import FORMS, NewReplyForm, QuotesForm, ReplyWordsForm, Theirs
from commonwhy.listening.models import Reply, ReplyPoint
from commonwhy.listening.queries import replies as queries
from commonwhy.listening.services import replies as services
from commonwhy.listening.services.replies import ReplyConflict, ReplyRefused
from commonwhy.listening.services.reply_drafting import draft

FILES = "django.core.mail.backends.filebased.EmailBackend"


def _reply(request: Any, reply: UUID) -> Reply:
    found: Reply = get_object_or_404(queries.replies(request.viewer, request.district), pk=reply)
    return found


def _to(reply: Reply, fragment: str = "") -> HttpResponse:
    response = redirect("listening:reply", district=reply.district.slug, reply=reply.pk)
    response["Location"] += fragment
    return response


@never_cache
@require_GET
@in_district("replies.see")
def replies(request: Any) -> HttpResponse:
    """Every reply, and to whom one is still owed."""
    owed = queries.owed(request.viewer, request.district)
    context = {
        "replies": list(queries.replies(request.viewer, request.district)),
        "owed": owed,
        "people_owed": queries.people_owed(request.viewer, owed) if owed else 0,
        "may_write": may(request.viewer, "replies.write", request.district),
    }
    return render(request, "listening/replies/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("replies.write")
def new(request: Any) -> HttpResponse:
    """Choose whom to answer, and have a draft made of what is there."""
    surveys = queries.answerable(request.viewer, request.district)
    conversations = queries.held_conversations(request.viewer, request.district)
    chosen = request.GET.getlist("survey")[:20]
    form = NewReplyForm(request.POST if request.method == "POST" else None, surveys, conversations, chosen)
    if form.is_valid():
        try:
            reply = draft(
                district=request.district,
                surveys=form.chosen("surveys"),
                conversations=form.chosen("conversations"),
                viewer=request.viewer,
                by=request.user,
            )
        except ReplyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Here is a draft. Say it in your own words, and take out what does not hold."))
            return _to(reply)
    context = {"form": form, "anything": bool(surveys or conversations)}
    return render(request, "listening/replies/new.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
@in_district("replies.see")
def reply(request: Any, reply: UUID) -> HttpResponse:
    """The reply as people will read it, with what it still needs and the ways to change it."""
    found = _reply(request, reply)
    languages = [code for code, _name in settings.LANGUAGES]
    context = {
        "reply": found,
        "shown": queries.shown(request.viewer, found, get_language() or "en"),
        "missing": services.missing(found),
        "untranslated": services.untranslated(found, languages),
        "sending": queries.sending(request.viewer, found) if found.published_at else None,
        "may_write": may(request.viewer, "replies.write", request.district),
        "may_publish": may(request.viewer, "replies.publish", request.district),
    }
    return render(request, "listening/replies/reply.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("replies.write")
def words(request: Any, reply: UUID) -> HttpResponse:
    """Title and opening."""
    found = _reply(request, reply)
    form = ReplyWordsForm(found, request.POST if request.method == "POST" else None)
    theirs: list[Theirs] = []
    if form.is_valid():
        title, intro = form.texts_of("title"), form.texts_of("intro")
        try:
            services.change_words(reply=found, seen=form.cleaned_data["seen"], title=title, intro=intro, by=request.user)
        except ReplyConflict as conflict:
            theirs = form.theirs(conflict.current)
            form.based_on(conflict.current)
        else:
            messages.success(request, _("Saved."))
            return _to(found)
    context = {"form": form, "reply": found, "theirs": theirs}
    return render(request, "listening/replies/words.html", context, status=409 if theirs else 400 if form.errors else 200)


@require_POST
@in_district("replies.write")
def add_point(request: Any, reply: UUID) -> HttpResponse:
    """An empty point of one kind, and straight to writing it."""
    found = _reply(request, reply)
    kind = request.POST.get("kind", "")
    if kind not in ReplyPoint.Kind.values:
        raise Http404
    if found.published_at is not None:
        messages.error(request, _("It is published: correct what stands there. What is new belongs into the next reply."))
        return _to(found)
    try:
        point = services.add_point(reply=found, kind=kind, texts={}, by=request.user)
    except ReplyRefused as refusal:
        messages.error(request, str(refusal))
        return _to(found)
    return redirect("listening:reply_point", district=request.district.slug, point=point.pk)


def _point(request: Any, point: UUID) -> ReplyPoint:
    rows = ReplyPoint.objects.visible_to(request.viewer).filter(district=request.district)
    found: ReplyPoint = get_object_or_404(rows.select_related("reply__district", "theme"), pk=point)
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("replies.write")
def point(request: Any, point: UUID) -> HttpResponse:
    """One point: its words, why, and the voices below it."""
    found = _point(request, point)
    posted = request.POST if request.method == "POST" else None
    form = FORMS[found.kind](found, posted)
    voices = queries.voices_to_quote(request.viewer, found) if found.kind != ReplyPoint.Kind.NOT_CHANGED else []
    chosen = [voice.pk for voice in found.excerpts.all()]
    quotes = QuotesForm(posted, voices, chosen)
    theirs: list[Theirs] = []
    if form.is_valid() and quotes.is_valid():
        why = form.texts_of("why") if found.kind == ReplyPoint.Kind.NOT_CHANGED else {}
        wanted = [UUID(pk) for pk in quotes.cleaned_data["excerpt"]] if voices else None
        seen = form.cleaned_data["seen"]
        try:
            services.change_point(point=found, seen=seen, texts=form.texts_of("texts"), why=why, by=request.user, excerpts=wanted)
        except ReplyConflict as conflict:
            theirs = form.theirs(conflict.current)
            form.based_on(conflict.current)
        except ReplyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return _to(found.reply, f"#p-{found.pk}")
    context = {"form": form, "point": found, "reply": found.reply, "quotes": quotes, "theirs": theirs}
    status = 409 if theirs else 400 if form.errors or quotes.errors else 200
    return render(request, "listening/replies/point.html", context, status=status)


@require_POST
@in_district("replies.write")
def arrange(request: Any, point: UUID) -> HttpResponse:
    """Move a point up or down, or take it out."""
    found = _point(request, point)
    try:
        if "remove" in request.POST:
            services.remove_point(point=found, by=request.user)
            messages.success(request, _("Taken out. The voices it quoted are still there."))
        elif "up" in request.POST or "down" in request.POST:
            services.move_point(point=found, up="up" in request.POST, by=request.user)
    except ReplyRefused as refusal:
        messages.error(request, str(refusal))
    return _to(found.reply)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("replies.publish")
def publish(request: Any, reply: UUID) -> HttpResponse:
    """A last look, and then anyone may read it."""
    found = _reply(request, reply)
    if request.method == "POST":
        try:
            services.publish(reply=found, by=request.user)
        except ReplyRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Published. Now tell those who were asked."))
        return _to(found)
    languages = [code for code, _name in settings.LANGUAGES]
    context = {
        "reply": found,
        "shown": queries.shown(request.viewer, found, get_language() or "en"),
        "missing": services.missing(found),
        "untranslated": services.untranslated(found, languages),
    }
    return render(request, "listening/replies/publish.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("replies.publish")
def send(request: Any, reply: UUID) -> HttpResponse:
    """How many people get it, and then one button."""
    found = _reply(request, reply)
    if request.method == "POST":
        try:
            job = services.start_sending(reply=found, by=request.user)
        except ReplyRefused as refusal:
            messages.error(request, str(refusal))
            return _to(found)
        return redirect("core:job", job=job.pk)
    context = {
        "reply": found,
        "sending": queries.sending(request.viewer, found),
        "writes_files": settings.EMAIL_BACKEND == FILES,
        "surveys": [survey.title for survey in found.surveys.all()],
    }
    return render(request, "listening/replies/send.html", context)


@require_POST
@in_district("replies.write")
def discard(request: Any, reply: UUID) -> HttpResponse:
    """Remove a draft."""
    found = _reply(request, reply)
    try:
        services.discard(reply=found, by=request.user)
    except ReplyRefused as refusal:
        messages.error(request, str(refusal))
        return _to(found)
    messages.success(request, _("Discarded. Themes, codes and voices are kept."))
    return redirect("listening:replies", district=request.district.slug)
