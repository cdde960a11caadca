"""Settling a trade-off, setting it aside, taking it up again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commonwhy.districts.access import in_district
from commonwhy.vision.forms.trade_offs import SettlementForm, TradeOffReasonForm
from commonwhy.vision.models import TradeOff
from commonwhy.vision.queries import trade_offs as queries
from commonwhy.vision.services import trade_offs
from commonwhy.vision.views.trade_offs.editing import Sheet, edited, found_or_404


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.settle")
def settle(request: Any, number: int) -> HttpResponse:
    """Record what was agreed."""
    found = found_or_404(request, number)
    laid = queries.laid_out(request.viewer, found)
    options = [(each.letter, each.option) for each in laid.options]
    form = SettlementForm(request.POST or None, trade_off=found, options=options)

    def save(form: SettlementForm) -> None:
        trade_offs.settle(trade_off=found, by=request.user, **form.agreed())

    lead = _("From now on anyone can read it, with who can live with it and who dissents, and why.")
    sheet = Sheet(_("Record the settlement"), lead, _("Settle it"), template="vision/trade_offs/settle.html")
    context = {"laid": laid, "checks": trade_offs.checks(found)}
    return edited(
        request,
        found=found,
        form=form,
        sheet=sheet,
        save=save,
        seen=lambda now: str(now.revision),
        part="settlement",
        context=context,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.settle")
def set_aside(request: Any, number: int) -> HttpResponse:
    """Leave it without a settlement, and say why."""
    found = found_or_404(request, number)

    def save(form: TradeOffReasonForm) -> None:
        trade_offs.set_aside(trade_off=found, reason=form.words("reason"), by=request.user)

    lead = _("It stays on the board with the reason, and can be taken up again. Anyone can read which priorities, and why.")
    sheet = Sheet(_("Set it aside"), lead, _("Set it aside"))
    form = TradeOffReasonForm(request.POST or None)
    return edited(request, found=found, form=form, sheet=sheet, save=save, seen=lambda _now: "")


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.settle")
def take_up(request: Any, number: int) -> HttpResponse:
    """Open it again, and say why."""
    found = found_or_404(request, number)

    def save(form: TradeOffReasonForm) -> None:
        trade_offs.take_up_again(trade_off=found, reason=form.words("reason"), by=request.user)

    lead = _("It is no longer public while it is open. Once it is settled again, anyone can read this reason beside it.")
    if queries.laid_out(request.viewer, found).sentences:
        lead = f"{lead} {_('A sentence carries it out: its draft is not adopted until this is settled again.')}"
    sheet = Sheet(_("Take it up again"), lead, _("Take it up again"))
    form = TradeOffReasonForm(request.POST or None)
    needs = found.state if found.state != TradeOff.State.OPEN else TradeOff.State.SETTLED
    return edited(request, found=found, form=form, sheet=sheet, save=save, seen=lambda _now: "", needs=needs)
