"""Resting a sentence on statements and settled trade-offs, by a button each; goes on where the search stood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonwhy.districts.access import in_district
from commonwhy.vision.forms.sources import StatementSearchForm
from commonwhy.vision.models import Clause
from commonwhy.vision.queries import sources as queries
from commonwhy.vision.services import citing
from commonwhy.vision.services.drafting import ClauseGoneError, NotADraftError


def what_it_rests_on(request: Any, clause: Clause) -> dict[str, Any]:
    """The statements and trade-offs behind a sentence, and those that could be, for its page."""
    viewer, language = request.viewer, get_language() or "en"
    discussions = queries.discussions_with_statements(viewer, request.district)
    search = StatementSearchForm(request.GET, discussions=discussions)
    page = request.GET.get("of_them", "")
    wanted = int(page) if page.isdecimal() and len(page) < 6 else 1
    without_page = request.GET.copy()
    without_page.pop("of_them", None)
    return {
        "statements": queries.statements_by_clause(viewer, clause.version, language, clause=clause).get(clause.pk, []),
        "trade_offs": queries.trade_offs_by_clause(viewer, clause.version, language, clause=clause).get(clause.pk, []),
        "discussed": bool(discussions),
        "statement_search": search,
        "found_statements": queries.statements_to_cite(viewer, clause, language, **search.wanted(), page=wanted),
        "statement_query": without_page.urlencode(),
        "found_trade_offs": queries.trade_offs_to_cite(viewer, clause, language),
    }


@require_POST
@in_district("vision.write")
def cite_statement(request: Any, clause: UUID, statement: UUID) -> HttpResponse:
    """Rest a sentence on a statement, or take it back."""
    edited = _clause(request, clause)
    cited = queries.statement_to_cite(request.viewer, request.district, statement)
    if cited is None:
        raise Http404
    act = citing.uncite_statement if "take_back" in request.POST else citing.cite_statement
    return _done(request, edited, lambda: act(clause=edited, statement=cited, by=request.user), "statements")


@require_POST
@in_district("vision.write")
def cite_trade_off(request: Any, clause: UUID, trade_off: UUID) -> HttpResponse:
    """Have a sentence carry out a settled trade-off, or take it back."""
    edited = _clause(request, clause)
    cited = queries.trade_off_to_cite(request.viewer, request.district, trade_off)
    if cited is None:
        raise Http404
    act = citing.uncite_trade_off if "take_back" in request.POST else citing.cite_trade_off
    return _done(request, edited, lambda: act(clause=edited, trade_off=cited, by=request.user), "trade-offs")


def _clause(request: Any, clause: UUID) -> Clause:
    rows = Clause.objects.visible_to(request.viewer).filter(district=request.district)
    found: Clause = get_object_or_404(rows.select_related("version"), pk=clause)
    return found


def _done(request: Any, clause: Clause, act: Callable[[], object], place: str) -> HttpResponse:
    try:
        act()
    except NotADraftError:
        messages.warning(request, _("This version was adopted meanwhile and is frozen. Nothing was changed."))
        return redirect("vision:workshop", district=request.district.slug)
    except ClauseGoneError:
        messages.warning(request, _("Somebody took this sentence out meanwhile. Nothing was changed."))
        return redirect("vision:workshop", district=request.district.slug)
    except citing.CitingRefused as refusal:
        messages.warning(request, str(refusal))
    query = request.GET.urlencode()
    response = redirect("vision:clause", district=request.district.slug, clause=clause.pk)
    response["Location"] += f"?{query}#{place}" if query else f"#{place}"
    return response
