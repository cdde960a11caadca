"""Expert reviews of a version: put on record and taken off again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.listening.forms.questionnaires import ReviewForm
from commonwhy.listening.models import ExpertReview
from commonwhy.listening.services import reviews as services
from commonwhy.listening.services.questionnaires import QuestionnaireRefused
from commonwhy.listening.views.questionnaires import to, version_of


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def add(request: Any, version: UUID) -> HttpResponse:
    """Write down what somebody who knows the field said of this version."""
    shown = version_of(request, version)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_review(version=shown, by=request.user, **form.cleaned_data)
        except QuestionnaireRefused as refusal:
            form.add_error("reviewed_on", str(refusal))
        else:
            messages.success(request, _("The review is on record."))
            return to(shown)
    context = {"form": form, "version": shown}
    return render(request, "listening/questionnaires/review.html", context, status=400 if form.errors else 200)


@require_POST
@in_district("listening.run")
def remove(request: Any, version: UUID, review: UUID) -> HttpResponse:
    shown = version_of(request, version)
    reviews = ExpertReview.objects.visible_to(request.viewer).filter(district=request.district, version=shown)
    services.remove_review(review=get_object_or_404(reviews.select_related("version"), pk=review), by=request.user)
    messages.success(request, _("The review is off the record."))
    return to(shown)
