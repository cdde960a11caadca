"""The parts of a trade-off: statements of its sides, options, what is in them for a group, concerns, stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commonwhy.districts.access import in_district
from commonwhy.districts.models import Group
from commonwhy.vision.forms.trade_offs import ConcernForm, EffectForm, OptionForm, TradeOffStandForm
from commonwhy.vision.models import Side, TradeOff
from commonwhy.vision.queries import trade_offs as queries
from commonwhy.vision.queries import way
from commonwhy.vision.services import trade_offs
from commonwhy.vision.views.trade_offs.editing import Sheet, back_to, edited, found_or_404, removed


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.negotiate")
def statements(request: Any, number: int) -> HttpResponse:
    """Which statements speak for which side: choose a discussion (`?discussion=number`), then a side for each."""
    found = found_or_404(request, number)
    offered = queries.discussions(request.viewer, request.district)
    wanted = request.GET.get("discussion", "")
    chosen = next((one for one in offered if str(one.number) == wanted), None)
    chosen = chosen or next((one for one in offered if one.pk == found.discussion_id), offered[0] if offered else None)
    listed = queries.statements(request.viewer, chosen) if chosen else []
    if request.method == "POST":
        return _placed(request, found, {str(one.pk): one for one in listed})
    laid = queries.laid_out(request.viewer, found)
    sides = {one.pk: side for side, those in ((Side.FIRST, laid.first), (Side.SECOND, laid.second)) for one in those}
    context = {
        "trade_off": found,
        "offered": offered,
        "chosen": chosen,
        "statements": [(one, sides.get(one.pk, "")) for one in listed],
        "back": back_to(found),
        "is_open": found.state == TradeOff.State.OPEN,
    }
    return render(request, "vision/trade_offs/statements.html", context)


def _placed(request: Any, found: TradeOff, listed: dict[str, Any]) -> HttpResponse:
    """Only what was set otherwise than the page showed is changed, so that two people at the list lose nothing."""
    try:
        for pk, statement in listed.items():
            side, was = request.POST.get(f"side-{pk}"), request.POST.get(f"was-{pk}", "")
            if side is None or side == was:
                continue
            if side in Side.values:
                trade_offs.add_statement(trade_off=found, statement=statement, side=side, by=request.user)
            elif side == "":
                trade_offs.remove_statement(trade_off=found, statement=statement, by=request.user)
    except trade_offs.TradeOffRefused as refusal:
        messages.warning(request, str(refusal))
    except trade_offs.NotOpenError:
        messages.warning(request, _("It was settled or set aside meanwhile. Nothing was changed."))
    else:
        messages.success(request, _("Saved."))
    return redirect(back_to(found))


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.negotiate")
def option_new(request: Any, number: int) -> HttpResponse:
    """Something more that could be done."""
    found = found_or_404(request, number)

    def save(form: OptionForm) -> None:
        trade_offs.add_option(trade_off=found, texts=form.words("text"), sides=form.sides(), by=request.user)

    lead = _("What could be done, and what would each side gain and give up? Where nobody gives anything up, look again.")
    form = OptionForm(request.POST or None, trade_off=found)
    sheet = Sheet(_("Another option"), lead, _("Add it"))
    return edited(request, found=found, form=form, sheet=sheet, save=save, seen=lambda _now: "", part="options")


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.negotiate")
def option(request: Any, number: int, option: UUID) -> HttpResponse:
    """Change an option and what it does for each side, or take it out."""
    found = found_or_404(request, number)
    current = queries.option_of(request.viewer, found, option)
    if current is None:
        raise Http404
    if "remove" in request.POST:
        remove = lambda: trade_offs.remove_option(option=current, by=request.user)  # noqa: E731
        return removed(request, found=found, remove=remove, part="options")
    form = OptionForm(request.POST or None, trade_off=found, option=current)

    def save(form: OptionForm) -> None:
        seen = form.cleaned_data["seen"]
        words = form.words("text")
        trade_offs.change_option(option=current, texts=words, sides=form.sides(), by=request.user, seen=seen)

    sheet = Sheet(_("Option %(letter)s") % {"letter": queries.letter(current)}, remove=_("Take this option out"))
    return edited(request, found=found, form=form, sheet=sheet, save=save, seen=trade_offs.option_digest, part="options")


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.negotiate")
def effect(request: Any, number: int, option: UUID, group: UUID) -> HttpResponse:
    """What is in an option for one group (M27)."""
    found = found_or_404(request, number)
    current = queries.option_of(request.viewer, found, option)
    whom = next((one for one in queries.groups_here(request.viewer, request.district) if one.pk == group), None)
    if current is None or whom is None:
        raise Http404
    form = EffectForm(request.POST or None, effect=queries.effect_for_group(request.viewer, current, whom))

    def save(form: EffectForm) -> None:
        gains, gives_up, seen = form.words("gains"), form.words("gives_up"), form.cleaned_data["seen"]
        trade_offs.set_effect(option=current, group=whom, gains=gains, gives_up=gives_up, by=request.user, seen=seen)

    words = {"letter": queries.letter(current), "group": whom}
    sheet = Sheet(_("What is in option %(letter)s for %(group)s") % words, str(current))
    return edited(request, found=found, form=form, sheet=sheet, save=save, seen=EffectForm.digest_of, part="options")


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.negotiate")
def concern_new(request: Any, number: int) -> HttpResponse:
    """Write down a concern that somebody raised (M32)."""
    found = found_or_404(request, number)
    groups = queries.groups_here(request.viewer, request.district)
    form = ConcernForm(request.POST or None, groups=groups)

    def save(form: ConcernForm) -> None:
        trade_offs.raise_concern(trade_off=found, by=request.user, **form.raised())

    lead = _("People come along when what worries them was heard: well-being, growth, purpose, workload, what is in the way.")
    sheet = Sheet(_("A concern"), lead, _("Add it"))
    return edited(request, found=found, form=form, sheet=sheet, save=save, seen=lambda _now: "", part="concerns")


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.negotiate")
def concern(request: Any, number: int, concern: UUID) -> HttpResponse:
    """Answer a concern, say it closer to what was meant, or take it out."""
    found = found_or_404(request, number)
    current = queries.concern_of(request.viewer, found, concern)
    if current is None:
        raise Http404
    if "remove" in request.POST:
        remove = lambda: trade_offs.remove_concern(concern=current, by=request.user)  # noqa: E731
        return removed(request, found=found, remove=remove, part="concerns")
    groups = queries.groups_here(request.viewer, request.district)
    if current.group is not None and current.group not in groups:
        groups.append(current.group)
    form = ConcernForm(request.POST or None, groups=groups, concern=current)

    def save(form: ConcernForm) -> None:
        trade_offs.change_concern(concern=current, by=request.user, seen=form.cleaned_data["seen"], **form.raised())

    sheet = Sheet(_("A concern and its answer"), remove=_("Take this concern out"))
    return edited(request, found=found, form=form, sheet=sheet, save=save, seen=trade_offs.concern_digest, part="concerns")


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.settle")
def stand(request: Any, number: int, group: UUID) -> HttpResponse:
    """Record where a group stands: it can live with it, or it dissents and says why (M36)."""
    found = found_or_404(request, number)
    whom: Group | None = way.group_or_none(request.viewer, request.district, group)
    if whom is None:
        raise Http404
    recorded = queries.stand_of(request.viewer, found, whom)
    if "remove" in request.POST:
        seen = request.POST.get("seen", "")
        take_back = lambda: trade_offs.take_back_stand(  # noqa: E731
            trade_off=found, group=whom, by=request.user, seen=seen
        )
        return removed(request, found=found, remove=take_back, part="stands")
    form = TradeOffStandForm(request.POST or None, recorded=recorded, today=request.district.today())

    def save(form: TradeOffStandForm) -> None:
        trade_offs.record_stand(trade_off=found, group=whom, by=request.user, seen=form.cleaned_data["seen"], **form.said())

    lead = _("Nobody has to want it most. A group that dissents stops nothing; its reason is kept, for everyone to read.")
    sheet = Sheet(whom, lead, remove=_("Take back what is recorded") if recorded else "")
    return edited(request, found=found, form=form, sheet=sheet, save=save, seen=trade_offs.stand_digest, part="stands")
