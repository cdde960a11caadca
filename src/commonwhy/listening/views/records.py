"""Records: how long each class is kept, what is due, disposal by two people, and the log (FIELD rule 8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.forms.care import ClassForm, ReasonForm
from commonwhy.listening.models import Disposal
from commonwhy.listening.queries import records as queries
from commonwhy.listening.services import disposal as services
from commonwhy.listening.services.care import CareRefused
from commonwhy.listening.views.surveys import survey_of


@never_cache
@require_GET
@in_district("records.dispose")
def records(request: Any) -> HttpResponse:
    """Classes, what is due, what was proposed, and the log."""
    return _page(request)


def _page(request: Any, form: ClassForm | None = None, status: int = 200) -> HttpResponse:
    lines = queries.disposals(request.viewer, request.district)
    waiting = [line for line in lines if line.done_on is None]
    proposed = {line.survey_id for line in waiting}
    context = {
        "classes": queries.classes(request.viewer, request.district),
        "form": form or ClassForm(),
        "keeps": may(request.viewer, "records.keep", request.district),
        "held": queries.held(request.viewer, request.district),
        "due": [each for each in queries.due(request.viewer, request.district) if each.survey.pk not in proposed],
        "promised": queries.promised(request.viewer, request.district),
        "waiting": waiting,
        "log": queries.told([line for line in lines if line.done_on is not None]),
        "names": queries.names_of(lines),
        "own": request.user.pk,
        "reason": ReasonForm(),
    }
    return render(request, "listening/care/records.html", context, status=status)


def _done(request: Any, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except CareRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("listening:records", district=request.district.slug)


@require_POST
@in_district("records.keep")
def add_class(request: Any) -> HttpResponse:
    """A class of the records schedule, or another time for one."""
    form = ClassForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    known = queries.class_called(request.viewer, request.district, form.cleaned_data["name"])
    values = form.cleaned_data
    if known is not None:
        return _done(
            request,
            lambda: services.change_class(retention=known, months=values["months"], source=values["source"], by=request.user),
            _("Changed."),
        )
    return _done(request, lambda: services.add_class(district=request.district, by=request.user, **values), _("Added."))


@require_POST
@in_district("records.dispose")
def propose(request: Any, survey: UUID) -> HttpResponse:
    """Propose to dispose of a survey's answers."""
    found = survey_of(request, survey)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _done(
        request,
        lambda: services.propose(survey=found, reason=reason, by=request.user),
        _("Proposed. Somebody else has to do it; nothing is deleted until then."),
    )


def _proposal(request: Any, disposal: UUID) -> Disposal:
    rows = Disposal.objects.visible_to(request.viewer).filter(district=request.district)
    found: Disposal = get_object_or_404(rows.select_related("survey__district"), pk=disposal)
    return found


@require_POST
@in_district("records.dispose")
def dispose(request: Any, disposal: UUID) -> HttpResponse:
    """Do what somebody else proposed."""
    found = _proposal(request, disposal)
    return _done(
        request,
        lambda: services.dispose(disposal=found, by=request.user),
        _("Deleted. The line in the log stays, and so do figures that were shown."),
    )


@require_POST
@in_district("records.dispose")
def take_back(request: Any, disposal: UUID) -> HttpResponse:
    found = _proposal(request, disposal)
    return _done(
        request, lambda: services.withdraw_proposal(disposal=found, by=request.user), _("Taken back. Nothing was deleted.")
    )
