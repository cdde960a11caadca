"""Whom to consult: the page about all groups, and the page where one is placed, counted and its stance noted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.models import Group, School
from commonwhy.districts.permissions import may
from commonwhy.listening.forms.consulting import GroupForm, StanceForm
from commonwhy.listening.models import CoverageTarget, Stance
from commonwhy.listening.queries import consulting as queries
from commonwhy.listening.queries.surveys import surveys_of
from commonwhy.listening.services import consulting as services


@never_cache
@require_GET
@in_district("listening.see")
def consulting(request: Any) -> HttpResponse:
    """All groups; answers are those of the survey asked for (`?survey=`), else of the one opened last."""
    surveys = list(surveys_of(request.viewer, request.district).filter(opened_at__isnull=False))
    wish = request.GET.get("survey")
    chosen = next((survey for survey in surveys if str(survey.pk) == wish), None)
    if wish and chosen is None:
        raise Http404
    chosen = chosen or (surveys[0] if surveys else None)
    context = {
        "view": queries.overview(request.viewer, request.district, chosen),
        "survey": chosen,
        "surveys": surveys,
        "runs": may(request.viewer, "listening.run", request.district),
        "manages": may(request.viewer, "district.manage", request.district),
    }
    return render(request, "listening/consulting/page.html", context)


def _group(request: Any, pk: UUID) -> Group:
    found = queries.group_of(request.viewer, request.district, pk)
    if found is None:
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def group(request: Any, group: UUID) -> HttpResponse:
    """Where one group is placed, how many of it are to be heard, and where it stood over time."""
    found = _group(request, group)
    schools = list(School.objects.visible_to(request.viewer).filter(district=request.district, ended=False))
    rows = CoverageTarget.objects.visible_to(request.viewer).filter(group=found)
    targets = {row.school_id: row.people for row in rows}
    form = GroupForm(getattr(found, "standing", None), schools, targets, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        placing = form.placing()
        if placing is not None:
            services.place_group(
                group=found, influence=placing[0], interest=placing[1], note=form.cleaned_data["note"], by=request.user
            )
        services.set_targets(group=found, targets=form.targets(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("listening:consulting", district=request.district.slug)
    return _shown(request, found, form, None)


def _shown(request: Any, found: Group, form: GroupForm, stance: StanceForm | None) -> HttpResponse:
    fresh = StanceForm(queries.schools_for_stances(request.viewer, found), request.district.today())
    course = queries.courses(request.viewer, request.district, {found.pk: found})
    context = {
        "group": found,
        "form": form,
        "stance": stance or fresh,
        "course": course[0] if course else None,
        "texts": True,
    }
    wrong = bool(form.errors or (stance is not None and stance.errors))
    return render(request, "listening/consulting/group.html", context, status=400 if wrong else 200)


@require_POST
@in_district("listening.run")
def stance(request: Any, group: UUID) -> HttpResponse:
    """Note where a group stands, by hand."""
    found = _group(request, group)
    form = StanceForm(queries.schools_for_stances(request.viewer, found), request.district.today(), request.POST)
    if form.is_valid():
        try:
            services.note_stance(group=found, by=request.user, **form.arguments())
        except services.StanceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted."))
            return redirect("listening:consult_group", district=request.district.slug, group=found.pk)
    schools = list(School.objects.visible_to(request.viewer).filter(district=request.district, ended=False))
    rows = CoverageTarget.objects.visible_to(request.viewer).filter(group=found)
    targets = {row.school_id: row.people for row in rows}
    return _shown(request, found, GroupForm(getattr(found, "standing", None), schools, targets), form)


@require_POST
@in_district("listening.run")
def remove_stance(request: Any, stance: UUID) -> HttpResponse:
    """Take a note about a group back."""
    rows = Stance.objects.visible_to(request.viewer).filter(district=request.district).select_related("group")
    found = get_object_or_404(rows, pk=stance)
    services.remove_stance(stance=found, by=request.user)
    messages.success(request, _("Taken back."))
    return redirect("listening:consult_group", district=request.district.slug, group=found.group_id)
