"""Bringing in answers: send the file, say what its columns are for, see what it would do, then do it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commonwhy.core import uploads
from commonwhy.districts.access import in_district
from commonwhy.districts.models import Group, School
from commonwhy.formats.survey_exports import SKIP_REASONS
from commonwhy.listening.forms.imports import AnswerFileForm, MappingForm
from commonwhy.listening.jobs import imports as jobs
from commonwhy.listening.models import AnswerFile, Excerpt, Survey
from commonwhy.listening.services import imports as services

# Up to so many bytes a file is looked through while the person waits; a larger one in a job.
LOOKED_AT_ONCE = 2_000_000
MAKERS = {
    "google_forms": "Google Forms",
    "microsoft_forms": "Microsoft Forms",
    "qualtrics": "Qualtrics",
    "surveymonkey": "SurveyMonkey",
}


def _files(request: Any) -> Any:
    return AnswerFile.objects.visible_to(request.viewer).filter(district=request.district).select_related("district", "survey")


@uploads.takes_files
@never_cache
@require_http_methods(["GET", "POST"])
@in_district("answers.import")
def send(request: Any) -> HttpResponse:
    """Send a file; and those that wait or were brought in."""
    form = AnswerFileForm(request.POST or None, request.FILES or None)
    here = None
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            file = _take_in(request, sent)
        except services.AlreadyHere as refusal:
            here = refusal.survey
            form.add_error("file", str(refusal))
        except (services.ImportRefused, uploads.TooLarge) as refusal:
            form.add_error("file", str(refusal))
        else:
            return _look(request, file)
    imported = Survey.objects.visible_to(request.viewer).filter(district=request.district).exclude(imported_from="")
    context = {
        "form": form,
        "here": here,
        "waiting": list(_files(request).exclude(upload="")),
        "imported": [(survey, MAKERS.get(survey.imported_from, "")) for survey in imported],
    }
    return render(request, "listening/imports/send.html", context, status=400 if form.errors else 200)


def _take_in(request: Any, sent: Any) -> AnswerFile:
    upload = uploads.keep(sent)
    path = uploads.path_of(upload)
    try:
        if path is None:
            raise services.ImportRefused(_("The file could not be kept. Send it again."))
        name = (sent.name or "answers")[:160]
        return services.take_in(district=request.district, path=path, upload=upload, name=name, by=request.user)
    except services.ImportRefused:
        uploads.forget(upload)
        raise


def _look(request: Any, file: AnswerFile) -> HttpResponse:
    """Work out what the file would do, here or in a job, and show its page."""
    path = uploads.path_of(file.upload)
    if path is not None and path.stat().st_size > LOOKED_AT_ONCE:
        return redirect("core:job", job=jobs.start(jobs.LOOK, file=file, by=request.user).pk)
    try:
        services.look_at(file=file)
    except services.ImportRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("listening:import_file", district=request.district.slug, file=file.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("answers.import")
def file(request: Any, file: UUID) -> HttpResponse:
    """What a file's columns are for and what bringing it in would do; once it is in, what it did."""
    found: AnswerFile = get_object_or_404(_files(request), pk=file)
    if not found.upload:
        return _result(request, found)
    known = Group.objects.visible_to(request.viewer).filter(district=request.district, not_here="")
    groups = {str(group.pk): str(group) for group in known}
    places = School.objects.visible_to(request.viewer).filter(district=request.district)
    schools = {str(school.pk): school.name for school in places}
    form = MappingForm(found, groups=groups, schools=schools, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        mapping, choices = form.decided
        found = services.choose(file=found, mapping=mapping, choices=choices)
        if "bring_in" in request.POST:
            return redirect("core:job", job=jobs.start(jobs.BRING_IN, file=found, by=request.user).pk)
        return _look(request, found)
    preview = found.preview
    context = {
        "file": found,
        "form": form,
        "maker": MAKERS.get(found.layout.get("vendor", ""), ""),
        "preview": preview,
        "skipped": _skipped(preview.get("skipped", {})),
        "identity": form.locked(),
        "unmatched": [seen for seen in (*preview.get("roles", []), *preview.get("places", [])) if seen["key"] is None],
    }
    return render(request, "listening/imports/file.html", context, status=400 if form.errors else 200)


def _skipped(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(_(SKIP_REASONS[reason]), rows) for reason, rows in counts.items() if reason in SKIP_REASONS]


def _result(request: Any, found: AnswerFile) -> HttpResponse:
    """What bringing the file in has done."""
    surveys = Survey.objects.visible_to(request.viewer).filter(district=request.district)
    survey = surveys.filter(pk=found.result.get("survey") or None).first()
    marked = survey is not None and Excerpt.objects.visible_to(request.viewer).filter(answer__response__survey=survey).exists()
    context = {
        "file": found,
        "result": found.result,
        "survey": survey,
        "skipped": _skipped(found.result.get("skipped", {})),
        "marked": marked,
    }
    return render(request, "listening/imports/result.html", context)


@require_POST
@in_district("answers.import")
def discard(request: Any, file: UUID) -> HttpResponse:
    """Throw a waiting file away."""
    found = get_object_or_404(_files(request).exclude(upload=""), pk=file)
    services.discard(file=found)
    messages.success(request, _("The file is thrown away. Nothing was brought in."))
    return redirect("listening:import", district=request.district.slug)


@require_POST
@in_district("answers.import")
def take_back(request: Any, survey: UUID) -> HttpResponse:
    """Remove an imported survey with its answers."""
    surveys = Survey.objects.visible_to(request.viewer).filter(district=request.district).exclude(imported_from="")
    found = get_object_or_404(surveys.select_related("version__questionnaire"), pk=survey)
    try:
        services.take_back(survey=found, by=request.user)
    except services.ImportRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. The answers of that file are gone; send it again if you need them."))
    return redirect("listening:import", district=request.district.slug)
