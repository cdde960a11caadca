"""The public record: what was in tension, what was agreed, who can live with it, who dissents and why.

As with the vision itself, these pages read as the public whoever asks. They say nothing of what is open, of what was noted
in confidence, or of who recorded anything.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from commonwhy.districts.models import District
from commonwhy.districts.public import for_everybody, kept_language
from commonwhy.districts.viewers import PUBLIC
from commonwhy.vision.models import TradeOff
from commonwhy.vision.queries import trade_offs as queries


@for_everybody
def trade_offs(request: HttpRequest, district: District) -> HttpResponse:
    """Every settlement, and what was set aside."""
    states = queries.board(PUBLIC, district)
    context = {"district": district, "keep": kept_language(request), "states": states}
    return render(request, "vision/trade_offs/public/list.html", context)


@for_everybody
def trade_off(request: HttpRequest, district: District, number: int) -> HttpResponse:
    """One settlement with how it came about."""
    found = queries.trade_off(PUBLIC, district, number)
    if found is None:
        raise Http404
    laid = queries.laid_out(PUBLIC, found)
    context = {
        "district": district,
        "keep": kept_language(request),
        "trade_off": found,
        "laid": laid,
        "settled": found.state == TradeOff.State.SETTLED,
    }
    return render(request, "vision/trade_offs/public/trade_off.html", context)
