"""The parts of a draft beside its why and its sentences: beliefs, words explained; and two pages that help its authors
look again, the checklist and the plain-language reading."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from commonwhy.districts.access import in_district
from commonwhy.vision import checklist as questions
from commonwhy.vision import plain_language
from commonwhy.vision.forms.checklist import ChecklistForm
from commonwhy.vision.forms.glossary import GlossaryForm
from commonwhy.vision.forms.texts import Difference
from commonwhy.vision.forms.vision import BeliefsForm
from commonwhy.vision.models import VisionVersion
from commonwhy.vision.queries import vision as queries
from commonwhy.vision.services import checklist as notes
from commonwhy.vision.services import drafting
from commonwhy.vision.views.write import since, too_late

TEXTS, GLOSSARY, CHECKLIST = (f"vision/write/{name}.html" for name in ("texts", "glossary_boxes", "checklist_boxes"))


def _part(request: Any, form_class: Any, template: str, boxes: str, **options: Any) -> HttpResponse:
    """A page that changes some texts of the draft; who saves second sees both texts."""
    draft = queries.draft(request.viewer, request.district)
    posted = request.POST if request.method == "POST" else None
    if draft is None:
        if posted is None:
            return redirect("vision:workshop", district=request.district.slug)
        return too_late(request, form_class(posted, version=VisionVersion()), "adopted", boxes)
    form = form_class(posted, version=draft, **options)
    theirs: list[Difference] = []
    if form.is_valid():
        try:
            drafting.change_statement(version=draft, by=request.user, seen=form.cleaned_data["seen"], **form.statement())
        except drafting.EditConflictError:
            theirs = form.theirs(draft)
        except drafting.NotADraftError:
            return too_late(request, form, "adopted", boxes)
        else:
            messages.success(request, _("Saved."))
            return redirect("vision:workshop", district=request.district.slug)
    status = 409 if theirs else 400 if form.errors else 200
    context = {"form": form, "draft": draft, "theirs": theirs, **since(form, draft, fresh=bool(theirs) or posted is None)}
    return render(request, template, context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def beliefs(request: Any) -> HttpResponse:
    """What we believe, and the district's mission."""
    return _part(request, BeliefsForm, "vision/write/beliefs.html", TEXTS)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def glossary(request: Any) -> HttpResponse:
    """Words explained; `?word=` puts one into the first free row."""
    return _part(request, GlossaryForm, "vision/write/glossary.html", GLOSSARY, propose=request.GET.get("word", "")[:80])


@never_cache
@require_GET
@in_district("vision.write")
def reading(request: Any) -> HttpResponse:
    """What might make the draft hard to read, sentence by sentence."""
    draft = queries.draft(request.viewer, request.district)
    if draft is None:
        return redirect("vision:workshop", district=request.district.slug)
    context = {"draft": draft, "advised": plain_language.advised_texts(draft, request.district.slug)}
    return render(request, "vision/write/reading.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def checklist(request: Any) -> HttpResponse:
    """Questions to ask of the draft, each with room for a note."""
    draft = queries.draft(request.viewer, request.district)
    posted = request.POST if request.method == "POST" else None
    if draft is None:
        if posted is None:
            return redirect("vision:workshop", district=request.district.slug)
        return too_late(request, ChecklistForm(posted, stored={}), "adopted", CHECKLIST)
    form = ChecklistForm(posted, stored=queries.checklist_notes(request.viewer, draft))
    if form.is_valid():
        try:
            form.theirs = notes.note(version=draft, notes=form.notes(), was=form.was(), by=request.user)
        except drafting.NotADraftError:
            return too_late(request, form, "adopted", CHECKLIST)
        if not form.theirs:
            messages.success(request, _("Saved."))
            return redirect("vision:checklist", district=request.district.slug)
    context = {
        "form": form,
        "draft": draft,
        "horizon": questions.horizon_advice(draft.begins_year, draft.ends_year),
        "access_title": questions.ACCESS_TITLE,
        "access_hint": questions.ACCESS_HINT,
    }
    status = 409 if form.theirs else 400 if form.errors else 200
    return render(request, "vision/write/checklist.html", context, status=status)
