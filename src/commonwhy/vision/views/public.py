"""What anyone may read: the why, the vision, and the voices behind each sentence."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from commonwhy.districts.models import District
from commonwhy.districts.viewers import PUBLIC
from commonwhy.vision.queries.public import public_vision


@require_GET
@cache_control(public=True, max_age=300)
def vision(request: HttpRequest, district: str, number: int | None = None) -> HttpResponse:
    """The vision in force, or an earlier version by its number. Reads as the public, whoever asks."""
    found = get_object_or_404(District.objects.visible_to(PUBLIC), slug=district)
    shown = public_vision(PUBLIC, found, get_language() or "en", number)
    if shown is None:
        if number is not None:
            raise Http404
        return render(request, "vision/public/none.html", {"district": found}, status=404)
    return render(request, "vision/public/vision.html", {"district": found, "vision": shown, "version": shown.version})
