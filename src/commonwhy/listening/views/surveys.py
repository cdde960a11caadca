"""Surveys: the room's front page, a draft until it opens, and what is heard while it is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.core.slots import survey_links
from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.forms.surveys import AskedForm, ClosingForm, SurveyForm
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.asked import plan_of
from commonwhy.listening.queries.coverage import coverage_table, not_heard
from commonwhy.listening.queries.replies import Owed, owed
from commonwhy.listening.queries.surveys import (
    kept_labels,
    missing_before_opening,
    places_of,
    questionnaire_lines,
    survey_lines,
    surveys_of,
)
from commonwhy.listening.rooms import offered
from commonwhy.listening.services import surveys as services
from commonwhy.listening.services.surveys import SurveyRefused


def survey_of(request: Any, survey: UUID) -> Survey:
    """The district's survey, or "not found"."""
    found: Survey = get_object_or_404(surveys_of(request.viewer, request.district), pk=survey)
    return found


def to(survey: Survey, name: str = "listening:survey") -> HttpResponse:
    """Back to a page of the survey."""
    return redirect(name, district=survey.district.slug, survey=survey.pk)


@never_cache
@require_GET
@in_district("listening.see")
def surveys(request: Any) -> HttpResponse:
    """The front page of listening."""
    context = {
        "lines": survey_lines(request.viewer, request.district),
        "not_heard": not_heard(request.viewer, request.district),
        "runs": may(request.viewer, "listening.run", request.district),
        "rooms": offered(request.viewer, request.district),
    }
    return render(request, "listening/surveys/list.html", context)


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def new(request: Any) -> HttpResponse:
    """Prepare a survey. Groups may be chosen by the link that leads here (`?group=`)."""
    if not questionnaire_lines(request.viewer, request.district):
        return redirect("listening:questionnaire_new", district=request.district.slug)
    initial = {
        "closes_at": services.usual_closing(request.district),
        "groups": request.GET.getlist("group"),
        "questionnaire": request.GET.get("questionnaire", ""),
    }
    form = SurveyForm(request.district, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            prepared = services.create_survey(district=request.district, by=request.user, **form.arguments())
        except SurveyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return to(prepared)
    return render(request, "listening/surveys/form.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@in_district("listening.run")
def pulse(request: Any) -> HttpResponse:
    """A draft of the definition pulse, ready but for the button that opens it."""
    return to(services.prepare_pulse(district=request.district, by=request.user))


@never_cache
@require_GET
@in_district("listening.see")
def survey(request: Any, survey: UUID) -> HttpResponse:
    """A draft with what it lacks, or an opened survey with who was heard."""
    return _page(request, survey_of(request, survey))


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def change(request: Any, survey: UUID) -> HttpResponse:
    """Change a draft."""
    draft = survey_of(request, survey)
    if place := places_of(request.viewer, [draft]).get(draft.pk):
        return redirect(place[1])
    if not draft.is_draft:
        messages.info(request, _("This survey has opened, so its mode, groups and questions stay as they are."))
        return to(draft)
    initial = {
        "questionnaire": str(draft.version_id),
        "title": draft.title,
        "groups": [str(group.pk) for group in draft.groups.all()],
        "mode": draft.mode,
        "closes_at": draft.closes_at,
        "open_link": draft.open_link,
    }
    data = request.POST if request.method == "POST" else None
    form = SurveyForm(request.district, data, initial=initial, survey=draft)
    if request.method == "POST" and form.is_valid():
        try:
            return to(services.change_survey(survey=draft, by=request.user, **form.arguments()))
        except SurveyRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "survey": draft}
    return render(request, "listening/surveys/form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def asked(request: Any, survey: UUID) -> HttpResponse:
    """Say how many are asked where the roster does not."""
    found = survey_of(request, survey)
    form = AskedForm(plan_of(found), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if _done(request, lambda: services.state_asked(survey=found, numbers=form.numbers(), by=request.user)):
            messages.success(request, _("Noted."))
        return to(found)
    context = {"form": form, "survey": found}
    return render(request, "listening/surveys/asked.html", context, status=400 if form.errors else 200)


@require_POST
@in_district("listening.run")
def open_it(request: Any, survey: UUID) -> HttpResponse:
    draft = survey_of(request, survey)
    if _done(request, lambda: services.open_survey(survey=draft, by=request.user)):
        messages.success(request, _("It is open. Now invite people."))
        return to(draft, "listening:invitations")
    return to(draft)


@require_POST
@in_district("listening.run")
def close(request: Any, survey: UUID) -> HttpResponse:
    found = survey_of(request, survey)
    if _done(request, lambda: services.close_survey(survey=found, by=request.user)):
        messages.success(request, _("It is closed. Every answer that was sent is kept."))
    return to(found)


@require_POST
@in_district("listening.run")
def extend(request: Any, survey: UUID) -> HttpResponse:
    """Close at another time."""
    found = survey_of(request, survey)
    form = ClosingForm(request.district, request.POST)
    if not form.is_valid():
        return _page(request, found, closing=form, status=400)
    if _done(request, lambda: services.extend_survey(survey=found, closes_at=form.cleaned_data["closes_at"], by=request.user)):
        messages.success(request, _("The closing time is changed."))
    return to(found)


@require_POST
@in_district("listening.run")
def discard(request: Any, survey: UUID) -> HttpResponse:
    draft = survey_of(request, survey)
    if place := places_of(request.viewer, [draft]).get(draft.pk):
        return redirect(place[1])
    if not _done(request, lambda: services.discard_draft(survey=draft, by=request.user)):
        return to(draft)
    messages.success(request, _("The draft is discarded. Its questionnaire is kept."))
    return redirect("listening:surveys", district=request.district.slug)


def _page(request: Any, found: Survey, *, closing: ClosingForm | None = None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "survey": found,
        "place": places_of(request.viewer, [found]).get(found.pk),
        "runs": may(request.viewer, "listening.run", request.district),
        "zone": ZoneInfo(request.district.time_zone),
    }
    if found.is_draft:
        plan = plan_of(found)
        missing = missing_before_opening(found, plan)
        context |= {
            "plan": plan,
            "kept": kept_labels(found, plan),
            "missing": missing,
            "stopped": any(each.stops for each in missing),
        }
        return render(request, "listening/surveys/draft.html", context, status=status)
    context |= {
        "table": coverage_table(request.viewer, found),
        "made_of_it": [] if context["place"] else [link for one in survey_links if (link := one(request.viewer, found))],
        "owed": _owed(request, found) if context["runs"] else None,
        "closing": closing or ClosingForm(request.district, initial={"closes_at": found.closes_at}),
    }
    return render(request, "listening/surveys/survey.html", context, status=status)


def _owed(request: Any, survey: Survey) -> Owed | None:
    """Whether those who were asked have been waiting for a reply for too long."""
    return next((late for late in owed(request.viewer, request.district) if late.survey.pk == survey.pk), None)


def _done(request: Any, act: Callable[[], object]) -> bool:
    """Do it, or tell people why not."""
    try:
        act()
    except SurveyRefused as refusal:
        messages.error(request, str(refusal))
        return False
    return True
