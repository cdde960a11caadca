"""What every form of a trade-off's parts does alike: names are looked for, two people lose nothing, and what comes too late
stays on the page to be copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.vision.forms.trade_offs import WithoutNamesForm
from commonwhy.vision.models import TradeOff
from commonwhy.vision.queries import trade_offs as queries
from commonwhy.vision.services import trade_offs


@dataclass(frozen=True)
class Sheet:
    """What stands around a form: its heading, a few words, and what its buttons say."""

    title: Any
    lead: Any = ""
    save: Any = ""
    remove: Any = ""
    """What the button that takes the part out says; empty where there is nothing to take out."""
    template: str = "vision/trade_offs/form.html"


def found_or_404(request: Any, number: int) -> TradeOff:
    """The trade-off of an address."""
    found = queries.trade_off(request.viewer, request.district, number)
    if found is None:
        raise Http404
    return found


def back_to(found: TradeOff, part: str = "") -> str:
    """The page of a trade-off, at one of its parts."""
    address = reverse("vision:trade_off", args=[found.district.slug, found.number])
    return f"{address}#{part}" if part else address


def edited(
    request: Any,
    *,
    found: TradeOff,
    form: WithoutNamesForm,
    sheet: Sheet,
    save: Callable[[Any], Any],
    seen: Callable[[Any], str],
    part: str = "",
    needs: str = TradeOff.State.OPEN,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a form, or what came of it. `save` is given the valid form; `seen` tells the digest of what stands now
    from the record a conflict carries. `needs`: the state in which the page can be opened at all.
    """
    if not form.is_bound and found.state != needs:
        messages.warning(request, _("It is no longer open, so nothing of it is changed. Take it up again first."))
        return redirect(back_to(found))
    page: dict[str, Any] = {"trade_off": found, "form": form, "sheet": sheet, "back": back_to(found, part), **(context or {})}
    kept = form["seen"].value()
    if form.is_bound:
        form.offer_names(request.district)
    if not form.is_valid():
        return _page(request, page, kept, 400 if form.errors else 200)
    if form.has_to_be_looked_at:
        # A person looks at what may be names before anything is kept.
        return _page(request, {**page, "look": form.digest()}, kept, 200)
    try:
        save(form)
    except trade_offs.TradeOffRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, page, kept, 400)
    except trade_offs.TradeOffConflictError as conflict:
        current = conflict.current
        differing = getattr(form, "theirs", None)
        theirs = differing(current) if differing is not None and current is not None else []
        found.refresh_from_db()
        return _page(request, {**page, "conflict": True, "theirs": theirs, "current": current}, seen(current), 409)
    except (trade_offs.NotOpenError, trade_offs.TradeOffGoneError):
        found.refresh_from_db()
        return _page(request, {**page, "too_late": True}, kept, 409)
    messages.success(request, _("Saved."))
    return redirect(back_to(found, part))


def removed(request: Any, *, found: TradeOff, remove: Callable[[], None], part: str = "") -> HttpResponse:
    """Take a part out, and go back."""
    try:
        remove()
    except trade_offs.NotOpenError:
        messages.warning(request, _("It was settled or set aside meanwhile. Nothing was changed."))
    except trade_offs.TradeOffConflictError:
        messages.warning(request, _("Somebody changed this meanwhile, so it was left as it is. Look again."))
    else:
        messages.success(request, _("Taken out."))
    return redirect(back_to(found, part))


def _page(request: Any, page: dict[str, Any], seen: Any, status: int) -> HttpResponse:
    return render(request, page["sheet"].template, {**page, "seen": seen or ""}, status=status)
