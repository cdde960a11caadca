"""Typing in what people answered on paper, one sheet after another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commonwhy.districts.access import in_district
from commonwhy.listening.forms.paper import PileForm, SheetForm
from commonwhy.listening.models import Question, Survey, SurveyCell
from commonwhy.listening.queries.paper import cells_to_answer, typed_so_far
from commonwhy.listening.queries.surveys import places_of
from commonwhy.listening.services import paper as services
from commonwhy.listening.services.responses import ResponseRefused
from commonwhy.listening.views.questionnaires import condition_of, language_of
from commonwhy.listening.views.surveys import survey_of
from commonwhy.listening.wording import Wording


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def paper(request: Any, survey: UUID) -> HttpResponse:
    """From where the sheets come that are typed in next."""
    found = survey_of(request, survey)
    if place := places_of(request.viewer, [found]).get(found.pk):
        return redirect(place[1])
    cells = cells_to_answer(request.viewer, found)
    form = PileForm(found.version, cells, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.note_paper(survey=found, by=request.user)
        except ResponseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _next_sheet(found, form.cleaned_data["cell"], form.cleaned_data["in"])
    context = {"survey": found, "form": form, "cells": cells, "typed": typed_so_far(request.viewer, found)}
    return render(request, "listening/paper/pile.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def type_in(request: Any, survey: UUID, number: int) -> HttpResponse:
    """One sheet, all questions on one page. Sent, an empty one follows."""
    found = survey_of(request, survey)
    if place := places_of(request.viewer, [found]).get(found.pk):
        return redirect(place[1])
    cells = SurveyCell.objects.visible_to(request.viewer).filter(survey=found).select_related("group", "school")
    cell = get_object_or_404(cells, number=number)
    if not found.is_open:
        return redirect("listening:paper", district=request.district.slug, survey=found.pk)
    wording = Wording(found.version, language_of(request, found.version))
    questions = list(Question.objects.visible_to(request.viewer).filter(version=found.version_id))
    sheet = SheetForm(questions, wording, request.POST if request.method == "POST" else None)
    key, problem = services.new_key(), ""
    if request.method == "POST":
        key = str(request.POST.get("key", ""))
        if sheet.is_valid():
            try:
                services.note_paper(survey=found, by=request.user)
                new = services.type_in(survey=found, cell=cell, values=sheet.values(), language=wording.language, key=key)
            except ResponseRefused as refusal:
                problem = str(refusal)
                key = key if len(key) == services.KEY_LETTERS else services.new_key()
            else:
                return _next_sheet(found, number, wording.language, "typed" if new else "again")
        else:
            problem = _("Not kept yet: please look at the questions named here. Everything you typed is still here.")
    context = {
        "survey": found,
        "cell": cell,
        "language": wording.language,
        "sheet": [(form, condition_of(form.question, questions, wording)) for form in sheet.forms],
        "problems": sheet.problems,
        "problem": problem,
        "key": key,
        "typed": typed_so_far(request.viewer, found),
        "just": request.GET.get("just", ""),
    }
    return render(request, "listening/paper/sheet.html", context, status=400 if problem else 200)


def _next_sheet(survey: Survey, number: int, language: str, just: str = "") -> HttpResponse:
    address = reverse("listening:paper_type_in", args=[survey.district.slug, survey.pk, number])
    return HttpResponseRedirect(f"{address}?in={language}" + (f"&just={just}" if just else ""))
