"""What one would see if a sentence were true: asked of teachers, and taken from what they share ground on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.services.surveys import SurveyRefused
from commonwhy.vision.models import Clause
from commonwhy.vision.queries import look_for_rounds as queries
from commonwhy.vision.queries.sources import statement_to_cite
from commonwhy.vision.services import look_for_rounds as services
from commonwhy.vision.services.drafting import ClauseGoneError, NotADraftError


@never_cache
@require_GET
@in_district("vision.write")
def look_for_rounds(request: Any, clause: UUID) -> HttpResponse:
    """The look-fors of a sentence, the discussions about them, and what came out that can be taken."""
    edited = _clause(request, clause)
    rounds = queries.rounds_about(request.viewer, edited)
    context = {
        "clause": edited,
        "look_fors": queries.look_fors_with_sources(request.viewer, edited),
        "rounds": rounds,
        "running": any(not one.discussion.survey.is_closed for one in rounds),
        "proposals": queries.shared_proposals(request.viewer, edited, rounds, get_language() or "en"),
        "may_ask": may(request.viewer, "discussions.run", request.district),
    }
    return render(request, "vision/sources/look_for_rounds.html", context)


@require_POST
@in_district("discussions.run")
def ask_teachers(request: Any, clause: UUID) -> HttpResponse:
    """Prepare a discussion among teachers about this sentence, and go on to it."""
    edited = _clause(request, clause)
    try:
        made = services.ask_teachers(clause=edited, by=request.user)
    except (services.LookForRefused, SurveyRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("vision:look_for_rounds", request.district.slug, edited.pk)
    return redirect("deliberation:discussion", request.district.slug, made.discussion_id)


@require_POST
@in_district("vision.write")
def take_look_for(request: Any, clause: UUID, statement: UUID) -> HttpResponse:
    """Take a shared proposal into the draft."""
    edited = _clause(request, clause)
    proposed = statement_to_cite(request.viewer, request.district, statement)
    if proposed is None:
        raise Http404
    try:
        services.take_look_for(clause=edited, statement=proposed, by=request.user)
    except services.LookForRefused as refusal:
        messages.warning(request, str(refusal))
    except (NotADraftError, ClauseGoneError):
        messages.warning(request, _("This sentence is not in the draft any more. Nothing was changed."))
        return redirect("vision:workshop", request.district.slug)
    else:
        messages.success(request, _("Taken. It is one of the look-fors of this sentence now."))
    return redirect("vision:look_for_rounds", request.district.slug, edited.pk)


def _clause(request: Any, clause: UUID) -> Clause:
    rows = Clause.objects.visible_to(request.viewer).filter(district=request.district)
    found: Clause = get_object_or_404(rows.select_related("version", "district"), pk=clause)
    return found
