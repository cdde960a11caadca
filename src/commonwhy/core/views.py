"""The job page and the style guide."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from commonwhy.core import jobs
from commonwhy.core.models import Job
from commonwhy.core.slots import job_guards

REFRESH_SECONDS = 2


def _own(request: HttpRequest, pk: UUID) -> Job:
    """A job that whoever asks has started, and might start now."""
    found = get_object_or_404(Job, pk=pk, started_by=request.user.pk)
    needs = jobs.needed_for(found.kind)
    if found.district_id and not all(holds(request, found.district_id, needs) for holds in job_guards):
        raise Http404
    return found


@require_GET
@login_required
def job(request: HttpRequest, job: UUID) -> HttpResponse:
    """How far a job is. htmx swaps the status; without JavaScript the browser reloads the page by itself."""
    jobs.mark_interrupted()
    watched = _own(request, job)
    htmx = bool(getattr(request, "htmx", False))
    template = "core/job.html#status" if htmx else "core/job.html"
    response = render(request, template, {"job": watched, "refresh": REFRESH_SECONDS})
    if not watched.over and not htmx:
        response.headers["Refresh"] = str(REFRESH_SECONDS + 1)
    if watched.over and htmx:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@login_required
def job_again(request: HttpRequest, job: UUID) -> HttpResponse:
    watched = _own(request, job)
    jobs.run_again(watched)
    return redirect("core:job", job=watched.pk)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component of the stylesheet on one page; what browser tests check first."""
    return render(request, "core/styleguide.html", {"refresh": REFRESH_SECONDS})
