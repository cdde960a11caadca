"""Bringing a roster in: send the file, see what it would do, then do it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.core import uploads
from commonwhy.core.models import Job
from commonwhy.districts import roster_jobs
from commonwhy.districts.access import in_district
from commonwhy.districts.forms.roster import RosterForm

SHOWN_FINDINGS = 200


@uploads.takes_files
@never_cache
@require_http_methods(["GET", "POST"])
@in_district("roster.import")
def roster(request: Any) -> HttpResponse:
    form = RosterForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            upload = uploads.keep(sent)
        except uploads.TooLarge as problem:
            form.add_error("file", str(problem))
        else:
            job = roster_jobs.start_check(
                district=request.district, upload=upload, file_name=(sent.name or "roster")[:120], by=request.user
            )
            return redirect("core:job", job=job.pk)
    return render(request, "districts/roster.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_GET
@in_district("roster.import")
def template(request: Any) -> HttpResponse:
    """The empty CSV template."""
    from io import BytesIO

    from commonwhy.formats.roster_template import write_template

    target = BytesIO()
    write_template(target)
    response = HttpResponse(target.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response


def _done_job(request: Any, job: UUID) -> Job:
    """A roster job of this district that the viewer started, and that is done."""
    found = get_object_or_404(Job, pk=job, started_by=request.user.pk, district_id=request.district.pk)
    if found.kind not in (roster_jobs.CHECK, roster_jobs.IMPORT) or found.state != Job.State.DONE:
        raise Http404
    return found


@never_cache
@require_GET
@in_district("roster.import")
def result(request: Any, job: UUID) -> HttpResponse:
    """What a dry run found, with the button to do it; or what an import did."""
    found = _done_job(request, job)
    findings = found.result["findings"]
    serious = [one for one in findings if one["severity"] == "error"]
    others = [one for one in findings if one["severity"] != "error"]
    counts = found.result["counts"]
    context = {
        "job": found,
        "dry_run": found.kind == roster_jobs.CHECK,
        "counts": counts,
        "schools": {name: counts.get(f"schools_{name}", 0) for name in ("added", "changed", "ended")},
        "serious": serious[:SHOWN_FINDINGS],
        "others": others[:SHOWN_FINDINGS],
        "left_out": found.result["findings_in_all"] - min(len(serious), SHOWN_FINDINGS) - min(len(others), SHOWN_FINDINGS),
        "still_here": uploads.path_of(found.result["upload"]) is not None,
    }
    return render(request, "districts/roster_result.html", context)


@require_POST
@in_district("roster.import")
def bring_in(request: Any, job: UUID) -> HttpResponse:
    """Do what the dry run said."""
    found = _done_job(request, job)
    upload = found.result["upload"]
    if uploads.path_of(upload) is None:
        messages.error(request, _("The file is no longer here; it is kept for a day. Send it again."))
        return redirect("districts:roster", district=request.district.slug)
    started = roster_jobs.start_import(
        district=request.district,
        upload=upload,
        file_name=found.result["file_name"],
        all_or_nothing="all_or_nothing" in request.POST,
        by=request.user,
    )
    return redirect("core:job", job=started.pk)
