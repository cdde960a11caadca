"""Whether the vision still holds: asking once a year, and what came of it over the years."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from commonwhy.core.charts import VARIANTS
from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.vision.queries import reaffirming as queries
from commonwhy.vision.queries import vision as versions
from commonwhy.vision.services import reaffirming as services


@never_cache
@require_GET
@in_district("vision.drift")
def reaffirming(request: Any) -> HttpResponse:
    """The shares of the last pulse, and how they moved."""
    pulses = queries.pulses(request.viewer, request.district)
    measured = [pulse for pulse in pulses if pulse.made_at]
    adopted = versions.adopted(request.viewer, request.district)
    own = queries.own_schools(request.viewer, request.district)
    today = request.district.today()
    ours = [pulse for pulse in pulses if adopted is not None and pulse.version_id == adopted.pk]
    tables = queries.tables(measured, own)
    context = {
        "adopted": adopted,
        "pulses": pulses,
        "under_way": [pulse for pulse in pulses if not pulse.survey.is_closed],
        "waiting": [pulse for pulse in pulses if pulse.survey.is_closed and not pulse.made_at],
        "measured": measured,
        "last": measured[-1] if measured else None,
        "when": queries.when(measured[-1]) if measured else "",
        "tables": tables,
        "by_group": [table for table in tables if table.by == "group"],
        "has_schools": any(table.by == "school" for table in tables),
        "limited": bool(own),
        "due": services.due(adopted, ours, today),
        "may_ask": may(request.viewer, "vision.reaffirm", request.district),
        "may_listen": may(request.viewer, "listening.see", request.district),
    }
    return render(request, "vision/way/reaffirming.html", context)


@require_POST
@in_district("vision.reaffirm")
def ask(request: Any) -> HttpResponse:
    """Prepare this year's survey and go to it; it opens when somebody opens it."""
    try:
        pulse = services.prepare(district=request.district, by=request.user)
    except services.ReaffirmingRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("vision:reaffirming", district=request.district.slug)
    return redirect("listening:survey", district=request.district.slug, survey=pulse.survey_id)


@never_cache
@require_GET
@in_district("vision.drift")
def table(request: Any, by: str) -> HttpResponse:
    """The very figures of the page, by group or by school, as CSV."""
    measured = [pulse for pulse in queries.pulses(request.viewer, request.district) if pulse.made_at]
    shown = queries.tables(measured, queries.own_schools(request.viewer, request.district))
    if not any(each.by == by for each in shown):
        raise Http404
    return _file(queries.figures_file(shown, by), "text/csv; charset=utf-8", f"still-holds-by-{by}.csv", saved=True)


@never_cache
@require_GET
@in_district("vision.drift")
def chart(request: Any, chart: str) -> HttpResponse:
    """One picture as it was drawn; pictures show every school, so they are for those who may see them."""
    pulse = queries.pulse_with_charts(request.viewer, request.district)
    if pulse is None or queries.own_schools(request.viewer, request.district):
        raise Http404
    languages = pulse.charts.get(chart, {})
    drawn: dict[str, str] = languages.get(get_language() or "") or next(iter(languages.values()), {})
    variant = request.GET.get("v", "wide")
    if variant not in VARIANTS or variant not in drawn:
        raise Http404
    return _file(drawn[variant].encode(), "image/svg+xml", f"still-holds-{chart}.svg", saved=variant == "file")


def _file(content: bytes, kind: str, name: str, *, saved: bool) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"attachment" if saved else "inline"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
