"""A survey's terms ("Families and the law"), and what its questions ask students about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.forms.care import AreasForm, HoldForm, TermsForm
from commonwhy.listening.models import Question, Survey
from commonwhy.listening.queries.families import choice_counts
from commonwhy.listening.queries.lawful import asks_young_children, standing, terms_of
from commonwhy.listening.services import care as services
from commonwhy.listening.services.care import CareRefused
from commonwhy.listening.views.questionnaires import version_of
from commonwhy.listening.views.surveys import survey_of


def families_address(survey: Survey) -> str:
    """The page that families read without an account."""
    return f"{settings.BASE_URL}{reverse('listening:families_page', args=[survey.code])}"


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def survey_care(request: Any, survey: UUID) -> HttpResponse:
    """Who pays, what families were told, until when they may say no, when answers are deleted."""
    found = survey_of(request, survey)
    terms = terms_of(found)
    form = TermsForm(found, terms, request.POST if request.method == "POST" else None, young=asks_young_children(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_terms(survey=found, by=request.user, **form.arguments())
        except CareRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("listening:survey_care", district=request.district.slug, survey=found.pk)
    may_see_people = may(request.viewer, "people.see", request.district)
    lawful = standing(found)
    context = {
        "survey": found,
        "terms": terms,
        "form": form,
        "standing": lawful,
        "areas": _areas(lawful.tagged),
        "address": families_address(found),
        "counts": choice_counts(request.viewer, found) if lawful.students else None,
        "may_see_people": may_see_people,
        "may_hold": may(request.viewer, "records.dispose", request.district),
        "hold": HoldForm(initial={"reason": terms.hold_reason}),
    }
    return render(request, "listening/care/survey.html", context, status=400 if form.errors else 200)


def _areas(questions: Any) -> list[str]:
    """The protected areas that are asked about, each once, in the law's order."""
    asked = {area for question in questions for area in question.protected_areas}
    return [str(label) for value, label in Question.ProtectedArea.choices if value in asked]


@require_POST
@in_district("records.dispose")
def survey_hold(request: Any, survey: UUID) -> HttpResponse:
    """Keep a survey's records for a legal matter, or let them go."""
    found = survey_of(request, survey)
    form = HoldForm(request.POST)
    if form.is_valid():
        held = services.hold(survey=found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(
            request, _("Held. Nothing of this survey is deleted until you let it go.") if held.hold_reason else _("Let go.")
        )
    else:
        messages.error(request, _("That reason is too long. Nothing was changed."))
    return redirect("listening:survey_care", district=request.district.slug, survey=found.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def areas(request: Any, version: UUID) -> HttpResponse:
    """Which of the eight protected areas each question asks a student about."""
    shown = version_of(request, version)
    questions = list(Question.objects.visible_to(request.viewer).filter(version=shown).order_by("position"))
    form = AreasForm(shown, questions, get_language() or "en", request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.tag_questions(version=shown, areas=form.areas(), by=request.user)
        except CareRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("listening:questionnaire", district=request.district.slug, version=shown.pk)
    context = {"version": shown, "form": form}
    return render(request, "listening/care/areas.html", context, status=400 if form.errors else 200)
