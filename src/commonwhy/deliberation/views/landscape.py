"""Where we agree, for those with a seat: the page, its figures as a file, its pictures, and the button that works it out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from commonwhy.core.charts import VARIANTS
from commonwhy.core.slots import divided_links
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.deliberation.queries import landscape as queries
from commonwhy.deliberation.queries import landscape_files
from commonwhy.deliberation.queries.discussions import discussion_of
from commonwhy.deliberation.queries.moderation import hidden_counts
from commonwhy.deliberation.services import landscape as services
from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer


@never_cache
@require_GET
@in_district("discussions.see")
def landscape(request: Any, discussion: UUID) -> HttpResponse:
    """Shared ground first, then what divides and whom, then what too few have seen."""
    found = _discussion_or_404(request, discussion)
    base = reverse("deliberation:landscape", args=[request.district.slug, found.pk])
    context = page_context(request.viewer, found, base)
    context["may_run"] = may(request.viewer, "discussions.run", request.district)
    context["take_up"] = [link for lead in divided_links if (link := lead(request.viewer, found))]
    return render(request, "deliberation/landscape/page.html", context)


@require_POST
@in_district("discussions.run")
def work_out(request: Any, discussion: UUID) -> HttpResponse:
    """Start working it out and go to the job's page."""
    found = _discussion_or_404(request, discussion)
    try:
        job = services.start(discussion=found, by=request.user)
    except services.LandscapeRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("deliberation:landscape", district=request.district.slug, discussion=found.pk)
    return redirect("core:job", job=job.pk)


@never_cache
@require_GET
@in_district("discussions.see")
def table(request: Any, discussion: UUID) -> HttpResponse:
    """The very cells of the page as a CSV file."""
    return figures_file(request.viewer, _discussion_or_404(request, discussion))


@never_cache
@require_GET
@in_district("discussions.see")
def chart(request: Any, discussion: UUID, chart: str) -> HttpResponse:
    """One picture as it was drawn; `v` chooses the variant."""
    return picture(request.viewer, _discussion_or_404(request, discussion), chart, request.GET.get("v", "wide"))


def page_context(viewer: Viewer, discussion: Discussion, base: str) -> dict[str, Any]:
    """What the page shows, for staff and for anyone alike. `base`: its address, under which its pictures and file are."""
    hidden = hidden_counts(viewer, discussion)
    return {
        "discussion": discussion,
        "survey": discussion.survey,
        "page": queries.page_of(viewer, discussion),
        "charts": queries.drawn_charts(viewer, discussion),
        "base": base,
        "hidden": [(Statement.Reason(reason).label, count) for reason, count in hidden.items()],
        "hidden_in_all": sum(hidden.values()),
    }


def figures_file(viewer: Viewer, discussion: Discussion) -> HttpResponse:
    """The figures of a discussion as CSV. Raises Http404 while there are none."""
    page = queries.page_of(viewer, discussion)
    if page is None:
        raise Http404
    return _file(landscape_files.as_csv(page), "text/csv; charset=utf-8", f"where-we-agree-{discussion.number}.csv")


def picture(viewer: Viewer, discussion: Discussion, chart: str, variant: str) -> HttpResponse:
    """A picture of a discussion. Raises Http404 for one that was not drawn."""
    drawn = queries.chart_of(viewer, discussion, chart, variant) if variant in VARIANTS else None
    if drawn is None:
        raise Http404
    return _file(drawn.encode(), "image/svg+xml", f"where-we-agree-{discussion.number}.svg", saved=variant == "file")


def _discussion_or_404(request: Any, pk: UUID) -> Discussion:
    found = discussion_of(request.viewer, request.district, pk)
    if found is None:
        raise Http404
    return found


def _file(content: bytes, kind: str, name: str, *, saved: bool = True) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"attachment" if saved else "inline"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
