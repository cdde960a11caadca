"""What people answered to the closed questions of a survey: a page, a file, and pictures as they were drawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from commonwhy.core.charts import VARIANTS
from commonwhy.core.slots import survey_links
from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.models import Survey
from commonwhy.listening.queries import results as queries
from commonwhy.listening.services import results as services
from commonwhy.listening.services.results import ResultsRefused
from commonwhy.listening.views.surveys import survey_of


def _opened(request: Any, survey: UUID) -> Survey:
    found = survey_of(request, survey)
    if found.opens_later:
        raise Http404
    return found


@never_cache
@require_GET
@in_district("listening.see")
def results(request: Any, survey: UUID) -> HttpResponse:
    """Every closed question by group or, asked for so, by school; nothing while the survey is open."""
    found = _opened(request, survey)
    answered = queries.answered(request.viewer, found) if found.is_closed else []
    has_schools = any(part.has(queries.SCHOOL) for each in answered for part in each.parts)
    by = queries.SCHOOL if request.GET.get("by") == queries.SCHOOL and has_schools else queries.GROUP
    links = [link for offered in survey_links if (link := offered(request.viewer, found))]
    own_link = queries.link_from_survey(request.viewer, found)
    context = {
        "survey": found,
        "answered": answered,
        "shown": [(each, [(part, part.columns(by), part.rows(by), part.small(by)) for part in each.parts]) for each in answered],
        "by": by,
        "has_schools": has_schools,
        "worked_out": any(each.record for each in answered),
        "in_words": queries.in_words(request.viewer, found),
        "links": [link for link in links if link != own_link],
        "may_read": may(request.viewer, "voices.read", request.district),
        "runs": may(request.viewer, "listening.run", request.district),
    }
    return render(request, "listening/results/page.html", context)


@require_POST
@in_district("listening.run")
def work_out(request: Any, survey: UUID) -> HttpResponse:
    """Count again, or for the first time: a survey brought in from a file never closed here."""
    found = _opened(request, survey)
    try:
        job = services.start(survey=found, by=request.user)
    except ResultsRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("listening:results", district=request.district.slug, survey=found.pk)
    return redirect("core:job", job=job.pk)


@never_cache
@require_GET
@in_district("listening.see")
def results_table(request: Any, survey: UUID) -> HttpResponse:
    """The cells of the page as a CSV file."""
    found = _opened(request, survey)
    answered = queries.answered(request.viewer, found) if found.is_closed else []
    if not any(each.record for each in answered):
        raise Http404
    return _file(queries.as_csv(answered), "text/csv; charset=utf-8", "what-people-answered.csv")


@never_cache
@require_GET
@in_district("listening.see")
def results_chart(request: Any, survey: UUID, key: str, number: int) -> HttpResponse:
    """One picture by group; `v` chooses the variant."""
    figures = queries.figures_with_charts(request.viewer, _opened(request, survey), key)
    languages: dict[str, dict[str, str]] = figures.charts.get(str(number), {}) if figures else {}
    drawn = languages.get(get_language() or "") or next(iter(languages.values()), {})
    variant = request.GET.get("v", "wide")
    if variant not in VARIANTS or variant not in drawn:
        raise Http404
    return _file(drawn[variant].encode(), "image/svg+xml", f"{key}-{number}.svg", saved=variant == "file")


def _file(content: bytes, kind: str, name: str, *, saved: bool = True) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"attachment" if saved else "inline"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
