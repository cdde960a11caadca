"""What the sentences lean on of the published standards: read by whoever reads the vision, said by its authors."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.vision.forms.sources import AlignmentForm
from commonwhy.vision.models import Clause
from commonwhy.vision.queries import alignment as queries
from commonwhy.vision.queries import vision as versions
from commonwhy.vision.services import aligning
from commonwhy.vision.services.drafting import ClauseGoneError, NotADraftError


@never_cache
@require_GET
@in_district("vision.see")
def alignment(request: Any) -> HttpResponse:
    """The draft's sentences with what they lean on, or those of the version in force; and the same from the other side."""
    draft, adopted = versions.draft_and_adopted(request.viewer, request.district)
    version = draft or adopted
    clauses = queries.leaning_clauses(request.viewer, version, get_language() or "en") if version else []
    context = {
        "version": version,
        "clauses": clauses,
        "backbone": queries.backbone(clauses),
        "may_write": draft is not None and may(request.viewer, "vision.write", request.district),
    }
    return render(request, "vision/sources/alignment.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def align(request: Any, clause: UUID) -> HttpResponse:
    """One sentence of the draft: name a standard it leans on, or take one back."""
    rows = Clause.objects.visible_to(request.viewer).filter(district=request.district)
    edited = get_object_or_404(rows.select_related("version__district"), pk=clause)
    if not edited.version.is_draft and request.method == "GET":
        raise Http404
    taken_back = request.POST.get("take_back", "").partition(" ")
    posted = request.POST if request.method == "POST" and not taken_back[0] else None
    form = AlignmentForm(posted)
    try:
        if taken_back[0]:
            aligning.unalign(clause=edited, framework=taken_back[0], code=taken_back[2], by=request.user)
            return redirect("vision:align", district=request.district.slug, clause=edited.pk)
        if form.is_valid():
            framework, code = form.chosen()
            aligning.align(clause=edited, framework=framework, code=code, note=form.note(), by=request.user)
            messages.success(request, _("Noted."))
            return redirect("vision:align", district=request.district.slug, clause=edited.pk)
    except NotADraftError:
        messages.warning(request, _("This version was adopted meanwhile and is frozen. Nothing was changed."))
        return redirect("vision:alignment", district=request.district.slug)
    except ClauseGoneError:
        messages.warning(request, _("Somebody took this sentence out meanwhile. Nothing was changed."))
        return redirect("vision:alignment", district=request.district.slug)
    if not edited.version.is_draft:
        messages.warning(request, _("This version was adopted meanwhile and is frozen. Nothing was changed."))
        return redirect("vision:alignment", district=request.district.slug)
    leanings = queries.leanings_by_clause(request.viewer, edited.version, get_language() or "en", clause=edited)
    context = {"clause": edited, "form": form, "leanings": leanings.get(edited.pk, [])}
    return render(request, "vision/sources/align.html", context, status=400 if form.errors else 200)
