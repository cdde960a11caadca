"""The gap: surveys that can be measured, one measurement in a sentence, a figure and quotes, and its files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from commonwhy.core.charts import VARIANTS
from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import AccountViewer
from commonwhy.listening.models import Survey
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.queries import gap as queries
from commonwhy.vision.queries import gap_evidence, gap_files, gap_page
from commonwhy.vision.queries.gap_page import View
from commonwhy.vision.services import gap as services


@never_cache
@require_GET
@in_district("gap.see")
def gaps(request: Any) -> HttpResponse:
    """Surveys whose gap was or can be measured."""
    context = {
        "listed": [
            {"survey": each.survey, "view": _view(request, each.analysis) if each.analysis else None}
            for each in queries.listed(request.viewer, request.district)
        ],
        "may_measure": may(request.viewer, "gap.measure", request.district),
        "may_listen": may(request.viewer, "listening.run", request.district),
    }
    return render(request, "vision/gap/list.html", context)


@never_cache
@require_GET
@in_district("gap.see")
def gap(request: Any, survey: UUID) -> HttpResponse:
    """How far apart a survey's answers are, by group and by school."""
    found = _survey_or_404(request, survey)
    analyses = queries.analyses(request.viewer, found)
    context: dict[str, Any] = {
        "survey": found,
        "may_measure": may(request.viewer, "gap.measure", request.district),
        "may_write": may(request.viewer, "vision.write", request.district),
        # The answers to translate are of every school, so who reads one school's voices only does not get them.
        "may_read": may(request.viewer, "gap.measure", request.district),
        "may_listen": may(request.viewer, "listening.see", request.district),
    }
    if GapAnalysis.By.GROUP not in analyses:
        return render(request, "vision/gap/not_measured.html", context)
    views = {by: _view(request, analysis) for by, analysis in analyses.items()}
    groups, schools = views[GapAnalysis.By.GROUP], views.get(GapAnalysis.By.SCHOOL)
    shown = schools if request.GET.get("by") == GapAnalysis.By.SCHOOL and schools is not None else groups
    context |= {
        "view": shown,
        "has_schools": schools is not None and schools.measured,
        "lead": gap_page.lead(shown, schools),
        "cards": gap_page.cards(shown, groups, schools),
        "known": gap_evidence.how_we_know(shown),
        "charts": gap_page.charts(shown),
    }
    return render(request, "vision/gap/page.html", context)


@require_POST
@in_district("gap.measure")
def measure(request: Any, survey: UUID) -> HttpResponse:
    """Start measuring and go to the job's page."""
    found = _survey_or_404(request, survey)
    try:
        job = services.start(survey=found, by=request.user)
    except services.GapRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("vision:gap", district=request.district.slug, survey=found.pk)
    return redirect("core:job", job=job.pk)


@never_cache
@require_GET
@in_district("gap.see")
def table(request: Any, survey: UUID, by: str) -> HttpResponse:
    """The figures of one view as a CSV file: the very cells the page shows."""
    analysis = queries.analyses(request.viewer, _survey_or_404(request, survey)).get(by)
    if analysis is None:
        raise Http404
    return _file(gap_files.figures(_view(request, analysis)), "text/csv; charset=utf-8", f"gap-by-{by}.csv")


@never_cache
@require_GET
@in_district("gap.see")
def chart(request: Any, survey: UUID, by: str, chart: str) -> HttpResponse:
    """One picture as it was drawn; `v` chooses the variant. Pictures show every school, so they are for those who may."""
    analysis = queries.analysis_with_charts(request.viewer, _survey_or_404(request, survey), by)
    if analysis is None or _view(request, analysis).limited:
        raise Http404
    languages = analysis.charts.get(chart, {})
    variant = request.GET.get("v", "wide")
    drawn: dict[str, str] = languages.get(get_language() or "") or next(iter(languages.values()), {})
    if variant not in VARIANTS or variant not in drawn:
        raise Http404
    return _file(drawn[variant].encode(), "image/svg+xml", f"gap-{by}-{chart}.svg", saved=variant == "file")


@never_cache
@require_POST
@in_district("gap.measure")
def untranslated(request: Any, survey: UUID) -> HttpResponse:
    """The answers that were left out for want of a translation, for somebody to translate. Noted in the audit."""
    found = _survey_or_404(request, survey)
    content, count = services.untranslated(survey=found, by=request.user)
    if not count:
        messages.info(request, _("Every answer can be compared. There is nothing to translate."))
        return redirect("vision:gap", district=request.district.slug, survey=found.pk)
    return _file(content, "text/csv; charset=utf-8", "to-translate.csv")


def _survey_or_404(request: Any, survey: UUID) -> Survey:
    found = queries.survey_or_none(request.viewer, request.district, survey)
    if found is None:
        raise Http404
    return found


def _view(request: Any, analysis: GapAnalysis) -> View:
    viewer = request.viewer
    own = viewer.school_ids_in(request.district.pk) if isinstance(viewer, AccountViewer) else frozenset()
    return View(analysis, frozenset(map(str, own)))


def _file(content: bytes, kind: str, name: str, *, saved: bool = True) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"attachment" if saved else "inline"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
