"""Statements that facilitators bring in: written by hand, reworded while a draft, or taken from voices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.deliberation.forms.discussions import LANGUAGES, StatementForm
from commonwhy.deliberation.models import Statement
from commonwhy.deliberation.queries import discussions as queries
from commonwhy.deliberation.services import seeding as services
from commonwhy.deliberation.services.holding import FOUND, LONGEST_STATEMENT
from commonwhy.deliberation.services.locking import DiscussionRefused
from commonwhy.deliberation.views.discussions import done, found_discussion, to
from commonwhy.districts.access import in_district

PAGE = 20


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("discussions.run")
def add(request: Any, discussion: UUID) -> HttpResponse:
    """Write statements, one after another."""
    found = found_discussion(request, discussion)
    form = StatementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_seed(discussion=found, texts=form.texts(), by=request.user, language=get_language())
        except DiscussionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            _say_so(request, made)
            return to(found, "deliberation:seeds")
    context = {"discussion": found, "form": form, "seeds": queries.seeds_of(request.viewer, found)}
    return render(request, "deliberation/discussions/seeds.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("discussions.run")
def reword(request: Any, discussion: UUID, statement: UUID) -> HttpResponse:
    """Change a statement of a draft, or take it out."""
    found = found_discussion(request, discussion)
    seed = queries.statement_of(request.viewer, found, statement)
    if seed is None or seed.origin == Statement.Origin.PARTICIPANT:
        raise Http404
    if request.method == "POST" and "take_out" in request.POST:
        if done(request, lambda: services.take_out(statement=seed, by=request.user)):
            messages.success(request, _("Taken out."))
        return to(found, "deliberation:seeds")
    form = StatementForm(request.POST if request.method == "POST" else None, texts=seed.texts)
    if request.method == "POST" and form.is_valid():
        try:
            _say_so(request, services.reword(statement=seed, texts=form.texts(), by=request.user))
        except DiscussionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return to(found, "deliberation:seeds")
    context = {"discussion": found, "statement": seed, "voice": queries.voice_behind(request.viewer, seed), "form": form}
    return render(request, "deliberation/discussions/seed.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
@in_district("discussions.run")
def voices(request: Any, discussion: UUID) -> HttpResponse:
    """Voices that can become statements; of the question the discussion was opened from, first."""
    found = found_discussion(request, discussion)
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    every = request.GET.get("of") == "every" or not found.opened_from_id
    offered = queries.voices_to_use(request.viewer, found, q=words, every=every)
    context = {
        "discussion": found,
        "page": Paginator(offered, PAGE).get_page(request.GET.get("page")),
        "words": words,
        "every": every,
        "most": LONGEST_STATEMENT,
    }
    return render(request, "deliberation/discussions/voices.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("discussions.run")
def from_voice(request: Any, discussion: UUID, excerpt: UUID) -> HttpResponse:
    """Word a voice as a statement, in each language."""
    found = found_discussion(request, discussion)
    voice = queries.voice_to_use(request.viewer, request.district, excerpt)
    if voice is None:
        raise Http404
    said_in = voice.language if voice.language in LANGUAGES else found.district.language
    proposed = {said_in: voice.words} if len(voice.words) <= LONGEST_STATEMENT else {}
    form = StatementForm(request.POST if request.method == "POST" else None, texts=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_from_excerpt(discussion=found, excerpt=voice, texts=form.texts(), by=request.user)
        except DiscussionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            _say_so(request, made)
            return redirect(reverse("deliberation:seed_voices", args=[request.district.slug, found.pk]))
    context = {"discussion": found, "voice": voice, "form": form}
    return render(request, "deliberation/discussions/seed.html", context, status=400 if form.errors else 200)


@require_POST
@in_district("discussions.run")
def take_out(request: Any, discussion: UUID, statement: UUID) -> HttpResponse:
    """Take a statement out of a draft, from the list."""
    found = found_discussion(request, discussion)
    seed = queries.statement_of(request.viewer, found, statement)
    if seed is None:
        raise Http404
    if done(request, lambda: services.take_out(statement=seed, by=request.user)):
        messages.success(request, _("Taken out."))
    return to(found, "deliberation:seeds")


def _say_so(request: Any, made: Statement) -> None:
    if made.state == Statement.State.SHOWN:
        messages.success(request, _("People will be able to react to it."))
    else:
        messages.info(request, _("Kept. It is shown once it stands in every language."))
    if made.held_for:
        found = ", ".join(str(FOUND[key]) for key in made.held_for)
        messages.warning(request, _("Look at it once more. It seems to hold: %(found)s.") % {"found": found})
