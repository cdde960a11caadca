"""Recording the board's decision, and the history of what was decided."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.vision.forms.vision import AdoptionForm
from commonwhy.vision.queries import versions as history
from commonwhy.vision.queries import vision as queries
from commonwhy.vision.queries.sources import not_public_yet
from commonwhy.vision.services import adoption
from commonwhy.vision.views.write import too_late

NAMES = (("before", gettext_lazy("Compare")), ("after", gettext_lazy("with")))


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.adopt")
def adopt(request: Any) -> HttpResponse:
    """The text that would be frozen, what does not hold yet, and the board's decision on it."""
    posted = request.POST if request.method == "POST" else None
    draft = queries.draft(request.viewer, request.district)
    if draft is None:
        form = AdoptionForm(posted, exception_needed=True)
        adopted = queries.adopted(request.viewer, request.district)
        # Pressed twice, or gone back to: the same decision is recorded already.
        if posted is None or (form.is_valid() and adopted and adopted.minutes == form.decision()["minutes"]):
            return redirect("vision:workshop", district=request.district.slug)
        return too_late(request, form, "adopted")
    gates = adoption.gates(draft)
    seen = adoption.fingerprint(draft)
    open_gates = [gate for gate in gates if not gate.holds]
    form = AdoptionForm(
        posted,
        exception_needed=any(gate.excusable for gate in open_gates),
        initial={"on": request.district.today(), "seen": seen},
    )
    if form.is_valid():
        try:
            adoption.adopt(version=draft, by=request.user, **form.decision())
        except adoption.AdoptionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Adopted. Everyone can read it now."))
            return redirect("vision:workshop", district=request.district.slug)
    context = {
        "draft": draft,
        "form": form,
        "gates": gates,
        "fatal": any(not gate.excusable for gate in open_gates),
        "broken": any(gate.key == "citations" for gate in open_gates),
        "not_public": not_public_yet(request.viewer, draft),
        # What is on the page now is what the next press is about.
        "seen": seen,
    }
    return render(request, "vision/write/adopt.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
@in_district("vision.see")
def versions(request: Any) -> HttpResponse:
    """Every version, and what one changed in another: any two, or the latest and the one before it."""
    lines = history.version_lines(request.viewer, request.district)
    chosen = history.two_to_compare(lines, request.GET.get("before", ""), request.GET.get("after", ""))
    context = {
        "lines": lines,
        "compared": history.comparison(request.viewer, *chosen) if chosen else None,
        "choices": [(*name, one.number) for name, one in zip(NAMES, chosen, strict=True)] if chosen else [],
        "may_adopt": may(request.viewer, "vision.adopt", request.district),
    }
    return render(request, "vision/write/versions.html", context)
