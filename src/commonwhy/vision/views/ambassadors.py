"""Ambassadors: who carries the why, and where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.vision.forms.together import AmbassadorForm
from commonwhy.vision.models import Ambassador
from commonwhy.vision.queries import together as queries
from commonwhy.vision.services import ambassadors as services


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("ambassadors.see")
def ambassadors(request: Any) -> HttpResponse:
    """Everybody who carries the why, and room to name one more."""
    may_name = may(request.viewer, "vision.write", request.district)
    posted = request.POST if request.method == "POST" and may_name else None
    form = AmbassadorForm(posted, viewer=request.viewer, district=request.district, initial={"since": request.district.today()})
    if form.is_valid():
        services.add(district=request.district, by=request.user, **form.facts())
        messages.success(request, _("Named."))
        return redirect("vision:ambassadors", district=request.district.slug)
    context = {"form": form, "ambassadors": list(queries.ambassadors(request.viewer, request.district)), "may_name": may_name}
    status = 403 if request.method == "POST" and not may_name else 400 if form.errors else 200
    return render(request, "vision/together/ambassadors.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def ambassador(request: Any, ambassador: UUID) -> HttpResponse:
    """One ambassador: what changed, or that they no longer want to be named."""
    rows = Ambassador.objects.visible_to(request.viewer).filter(district=request.district)
    found = get_object_or_404(rows.select_related("group", "school"), pk=ambassador)
    if "take_off" in request.POST:
        services.take_off(ambassador=found, by=request.user)
        messages.success(request, _("Taken off. The name is not kept."))
        return redirect("vision:ambassadors", district=request.district.slug)
    posted = request.POST if request.method == "POST" else None
    form = AmbassadorForm(posted, viewer=request.viewer, district=request.district, ambassador=found)
    theirs: Ambassador | None = None
    if form.is_valid():
        try:
            services.change(ambassador=found, seen=form.cleaned_data["seen"], by=request.user, **form.facts())
        except services.ChangedByAnother as other:
            theirs = other.current
        else:
            messages.success(request, _("Saved."))
            return redirect("vision:ambassadors", district=request.district.slug)
    fresh = theirs is not None or posted is None
    context = {
        "form": form,
        "ambassador": found,
        "theirs": theirs,
        "seen": services.digest_of(theirs or found) if fresh else form["seen"].value(),
    }
    status = 409 if theirs else 400 if form.errors else 200
    return render(request, "vision/together/ambassador.html", context, status=status)
