"""The board of trade-offs, opening one, and one of them laid out so that a team can talk with it on the wall."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from commonwhy.deliberation.models import Statement
from commonwhy.deliberation.queries.landscape import divided
from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.vision.forms.trade_offs import TradeOffForm
from commonwhy.vision.models import Side, TradeOff
from commonwhy.vision.queries import trade_offs as queries
from commonwhy.vision.services import trade_offs
from commonwhy.vision.views.trade_offs.editing import Sheet, back_to, edited, found_or_404


@never_cache
@require_GET
@in_district("trade_offs.see")
def board(request: Any) -> HttpResponse:
    """Every trade-off: open, settled, set aside."""
    lines = queries.board(request.viewer, request.district)
    context = {
        "states": lines,
        "count": sum(len(each) for _state, each in lines),
        "may_negotiate": may(request.viewer, "trade_offs.negotiate", request.district),
    }
    return render(request, "vision/trade_offs/board.html", context)


@never_cache
@require_GET
@in_district("trade_offs.see")
def trade_off(request: Any, number: int) -> HttpResponse:
    """One trade-off: its two sides, the options, concerns, who stands where, and the settlement."""
    found = found_or_404(request, number)
    is_open = found.state == TradeOff.State.OPEN
    laid = queries.laid_out(request.viewer, found, everybody=is_open)
    may_settle = may(request.viewer, "trade_offs.settle", request.district)
    context = {
        "trade_off": found,
        "laid": laid,
        "is_open": is_open,
        "may_negotiate": is_open and may(request.viewer, "trade_offs.negotiate", request.district),
        "may_settle": may_settle,
        "may_mediate": may(request.viewer, "confidential_notes", request.district),
        "checks": trade_offs.checks(found) if is_open and may_settle else [],
        "discussions": queries.discussions(request.viewer, request.district) if is_open else [],
    }
    return render(request, "vision/trade_offs/trade_off.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.negotiate")
def new(request: Any) -> HttpResponse:
    """Begin one: typed, or from statements that divide (`?first_statement=...&second_statement=...`, ids, each as often as
    wanted). `?discussion=...` offers what divides people there, to choose from.
    """
    posted = request.POST if request.method == "POST" else None
    asked = request.POST if posted is not None else request.GET
    placed = [(one, side) for side in Side.values for one in _statements(request, asked.getlist(f"{side}_statement"))]
    form = TradeOffForm(posted, initial=_from_statements(placed))
    context = {"form": form, "placed": placed, "sheet": Sheet(_("A new trade-off"), save=_("Open it"))}
    if not form.is_bound and not placed:
        context |= _to_start_from(request, asked.get("discussion", ""))
    if form.is_bound:
        form.offer_names(request.district)
    if not form.is_valid():
        return render(request, "vision/trade_offs/new.html", context, status=400 if form.errors else 200)
    if form.has_to_be_looked_at:
        return render(request, "vision/trade_offs/new.html", {**context, "look": form.digest()})
    discussion = placed[0][0].discussion if placed else None
    try:
        opened = trade_offs.open_trade_off(
            district=request.district, by=request.user, discussion=discussion, statements=placed, **form.names()
        )
    except trade_offs.TradeOffRefused as refusal:
        form.add_error(None, str(refusal))
        return render(request, "vision/trade_offs/new.html", context, status=400)
    messages.success(request, _("Opened. Write down what could be done."))
    return redirect(back_to(opened))


def _to_start_from(request: Any, wanted: str) -> dict[str, Any]:
    """What divides people in the discussion that was asked for, or else which discussions there are."""
    discussion = queries.discussion_by_id(request.viewer, request.district, wanted) if wanted else None
    if discussion is None:
        return {"offered": queries.discussions(request.viewer, request.district)}
    return {"discussion": discussion, "divided": divided(request.viewer, discussion)}


def _statements(request: Any, wanted: list[str]) -> list[Statement]:
    ids = []
    for one in wanted[: trade_offs.MOST_STATEMENTS]:
        try:
            ids.append(UUID(one))
        except ValueError:
            continue
    return queries.statements_by_id(request.viewer, request.district, ids) if ids else []


def _from_statements(placed: list[tuple[Statement, str]]) -> dict[str, str]:
    """The first statement of each side as what the priority may be called."""
    first: dict[str, Statement] = {}
    for statement, side in placed:
        first.setdefault(side, statement)
    return {f"{side}_{code}": text for side, statement in first.items() for code, text in statement.texts.items()}


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.negotiate")
def names(request: Any, number: int) -> HttpResponse:
    """Name it and its two priorities again."""
    found = found_or_404(request, number)
    form = TradeOffForm(request.POST or None, trade_off=found, initial={"seen": trade_offs.names_digest(found)})

    def save(form: TradeOffForm) -> None:
        trade_offs.change_trade_off(trade_off=found, by=request.user, seen=form.cleaned_data["seen"], **form.names())

    sheet = Sheet(_("Say it closer to what is meant"))
    return edited(request, found=found, form=form, sheet=sheet, save=save, seen=trade_offs.names_digest)
