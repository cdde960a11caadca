"""Notes in confidence, on a page of their own: the trade-off's page is shown on a wall.

For whoever does not mediate there is no such page, whatever else they may do in the district (M43).
"""

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
from commonwhy.districts.permissions import may
from commonwhy.vision.forms.trade_offs import ConfidentialNoteForm
from commonwhy.vision.models import ConfidentialNote, TradeOff
from commonwhy.vision.queries import trade_offs as queries
from commonwhy.vision.services import confidential_notes as services
from commonwhy.vision.views.trade_offs.editing import found_or_404


def _mediated(request: Any, number: int) -> TradeOff:
    if not may(request.viewer, "confidential_notes", request.district):
        raise Http404
    return found_or_404(request, number)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.see")
def notes(request: Any, number: int) -> HttpResponse:
    """One's own notes, those that were shared, and room for another."""
    found = _mediated(request, number)
    form = ConfidentialNoteForm(request.POST or None)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("words", "shared")}
        services.write_note(trade_off=found, by=request.user, **given)
        messages.success(request, _("Kept. Nobody above you can read it."))
        return redirect("vision:confidential_notes", district=request.district.slug, number=found.number)
    kept = queries.notes(request.viewer, found)
    context = {"trade_off": found, "form": form, "notes": kept}
    return render(request, "vision/trade_offs/notes.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("trade_offs.see")
def note(request: Any, number: int, note: UUID) -> HttpResponse:
    """Change or remove a note of one's own."""
    found = _mediated(request, number)
    current = queries.own_note(request.viewer, found, note)
    if current is None:
        raise Http404
    back = redirect("vision:confidential_notes", district=request.district.slug, number=found.number)
    theirs: ConfidentialNote | None = None
    form = ConfidentialNoteForm(request.POST or None, note=current)
    try:
        if "remove" in request.POST:
            services.remove_note(note=current, by=request.user)
            messages.success(request, _("Removed for good."))
            return back
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("words", "shared")}
            services.change_note(note=current, by=request.user, seen=form.cleaned_data["was"], **given)
            messages.success(request, _("Saved."))
            return back
    except services.NoteGoneError:
        raise Http404 from None
    except services.NoteChangedError as changed:
        theirs = changed.current
    was = theirs.words if theirs else form["was"].value()
    context = {"trade_off": found, "form": form, "note": current, "theirs": theirs, "was": was}
    return render(request, "vision/trade_offs/note.html", context, status=409 if theirs else 400 if form.errors else 200)
