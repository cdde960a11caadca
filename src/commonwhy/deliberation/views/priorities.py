"""Choosing under a limit: preparing a round, opening and closing it, and what was chosen, for staff and for anyone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commonwhy.deliberation.forms.priorities import OptionForm, RoundForm
from commonwhy.deliberation.models import PriorityRound, Statement
from commonwhy.deliberation.onward import onward_from
from commonwhy.deliberation.queries import landscape
from commonwhy.deliberation.queries import priorities as queries
from commonwhy.deliberation.services import priorities as services
from commonwhy.deliberation.views.discussions import found_discussion
from commonwhy.districts.access import in_district
from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.public import for_everybody, kept_language
from commonwhy.districts.viewers import PUBLIC
from commonwhy.listening.services.surveys import SurveyRefused


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("discussions.see")
def priorities(request: Any, discussion: UUID) -> HttpResponse:
    """The rounds of a discussion, and a new one for those who run it."""
    found = found_discussion(request, discussion)
    runs = may(request.viewer, "discussions.run", request.district)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and not runs:
        return HttpResponse(status=403)
    form = RoundForm(posted)
    if form.is_valid():
        try:
            made = services.prepare_round(discussion=found, texts=form.texts(), limit=form.cleaned_data["limit"], by=request.user)
        except SurveyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("deliberation:priority_round", request.district.slug, found.pk, made.pk)
    rounds = [one for one in queries.rounds_of(request.viewer, found) if runs or one.opened_at]
    context = {"discussion": found, "survey": found.survey, "rounds": rounds, "form": form, "runs": runs}
    return render(request, "deliberation/priorities/list.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("discussions.see")
def priority_round(request: Any, discussion: UUID, round: UUID) -> HttpResponse:  # noqa: A002
    """One round: what can be chosen, while it is prepared and open; both ways of counting once it is closed."""
    found = _round_or_404(request, discussion, round)
    runs = may(request.viewer, "discussions.run", request.district)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and not runs:
        return HttpResponse(status=403)
    form = OptionForm(posted)
    if form.is_valid() and _done(request, lambda: services.add_option(round=found, texts=form.texts(), by=request.user)):
        return _to(found)
    context: dict[str, Any] = {
        "round": found,
        "discussion": found.discussion,
        "survey": found.discussion.survey,
        "runs": runs,
        "form": form,
        "options": queries.options_of(request.viewer, found),
    }
    if found.opened_at is None:
        context["missing"] = services.missing(found)
        context["statements"] = queries.statements_to_offer(request.viewer, found) if runs else []
    elif found.closed_at is not None:
        told = queries.counted(request.viewer, found, context["options"])
        context["counted"] = told
        context["onward"] = [(line, onward_from(request.viewer, line.option)) for line in told.shares] if told else []
    return render(request, "deliberation/priorities/round.html", context, status=400 if form.errors else 200)


@require_POST
@in_district("discussions.run")
def priority_option(request: Any, discussion: UUID, round: UUID) -> HttpResponse:  # noqa: A002
    """Offer a statement as a priority (`statement`), or take an option out (`take_out`: its number)."""
    found = _round_or_404(request, discussion, round)
    number = request.POST.get("take_out", "")
    if number.isdecimal() and len(number) < 6:
        _done(request, lambda: services.remove_option(round=found, number=int(number), by=request.user))
        return _to(found)
    if "statement" not in request.POST:
        return _to(found)
    statement = _statement(request, found)
    if statement is None:
        raise Http404
    _done(request, lambda: services.add_option(round=found, statement=statement, by=request.user))
    return _to(found)


@require_POST
@in_district("discussions.run")
def priority_state(request: Any, discussion: UUID, round: UUID) -> HttpResponse:  # noqa: A002
    """Open, close, discard or count again, by the button that was pressed."""
    found = _round_or_404(request, discussion, round)
    if "open" in request.POST:
        if _done(request, lambda: services.open_round(round=found, by=request.user)):
            messages.success(request, _("Open. People choose with the links they take part with."))
    elif "close" in request.POST:
        if _done(request, lambda: services.close_round(round=found, by=request.user)):
            messages.success(request, _("Closed. It is being counted; the result stands here in a moment."))
    elif "count" in request.POST and found.closed_at:
        services.count_again(round=found, by=request.user)
    elif "discard" in request.POST and _done(request, lambda: services.discard_round(round=found, by=request.user)):
        return redirect("deliberation:priorities", request.district.slug, found.discussion_id)
    return _to(found)


@for_everybody
def public_priorities(request: HttpRequest, district: District, number: int) -> HttpResponse:
    """What was chosen in a published discussion, for anyone: every round that was counted."""
    discussion = next((one for one in landscape.published(PUBLIC, district) if one.number == number), None)
    if discussion is None:
        raise Http404
    rounds = [(one, queries.counted(PUBLIC, one)) for one in queries.rounds_of(PUBLIC, discussion)]
    context = {
        "district": district,
        "keep": kept_language(request),
        "discussion": discussion,
        "survey": discussion.survey,
        "rounds": [(one, told) for one, told in rounds if told is not None],
    }
    return render(request, "deliberation/priorities/public.html", context)


def _round_or_404(request: Any, discussion: UUID, round_: UUID) -> PriorityRound:
    found = queries.round_of(request.viewer, found_discussion(request, discussion), round_)
    runs = may(request.viewer, "discussions.run", request.district)
    if found is None or (found.opened_at is None and not runs):
        raise Http404
    return found


def _statement(request: Any, round_: PriorityRound) -> Statement | None:
    try:
        pk = UUID(request.POST.get("statement", ""))
    except ValueError:
        return None
    rows = Statement.objects.visible_to(request.viewer).filter(discussion=round_.discussion_id)
    found: Statement | None = rows.filter(pk=pk).first()
    return found


def _done(request: Any, act: Callable[[], object]) -> bool:
    try:
        act()
    except SurveyRefused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _to(round_: PriorityRound) -> HttpResponse:
    return redirect("deliberation:priority_round", round_.discussion.district.slug, round_.discussion_id, round_.pk)
