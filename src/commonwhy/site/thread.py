"""The thread as a page: one record, what it came from, and what came of it; each end leads on.

Which records lie on it, and what is said of them, the rooms have registered in `core.thread`. Every read here starts from
`visible_to`, so the thread of a district ends at its border and at what the reader may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from commonwhy.core import thread as threads
from commonwhy.districts.access import in_district
from commonwhy.districts.models import DistrictOwned


@dataclass(frozen=True)
class End:
    """A step with the address of its own thread, where it has one."""

    step: threads.ThreadStep
    onward: str


def address_of(record: Any) -> str:
    """The address of a record's thread page."""
    return reverse("site:thread", args=[record.district.slug, record._meta.label, record.pk])


@never_cache
@require_GET
@in_district("district.see")
def thread(request: Any, label: str, pk: UUID) -> HttpResponse:
    """One record of the district, and both ends of its thread."""
    record = _record(request, label, pk)
    context = {
        "here": threads.step_of(record, request.viewer),
        "sources": _ends(request, threads.sources_of(record, request.viewer)),
        "outcomes": _ends(request, threads.outcomes_of(record, request.viewer)),
    }
    return render(request, "site/thread.html", context)


def _record(request: Any, label: str, pk: UUID) -> Any:
    """The record, as far as whoever asks may read it."""
    model, find = _model(label), threads.finder_of(label)
    if find is None:
        return get_object_or_404(model.objects.visible_to(request.viewer).filter(district=request.district), pk=pk)
    found = find(request.viewer, request.district, pk)
    if found is None:
        raise Http404
    return found


def _model(label: str) -> Any:
    if not threads.has_thread(label):
        raise Http404
    try:
        model: type[Model] = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if not issubclass(model, DistrictOwned):
        raise Http404
    return model


def _ends(request: Any, steps: list[threads.ThreadStep]) -> list[End]:
    return [End(step, _onward(request, step)) for step in steps]


def _onward(request: Any, step: threads.ThreadStep) -> str:
    if not step.pk or not threads.has_thread(step.model):
        return ""
    return reverse("site:thread", args=[request.district.slug, step.model, step.pk])
