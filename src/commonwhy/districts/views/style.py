from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from commonwhy.districts.colours import stylesheet
from commonwhy.districts.models import District
from commonwhy.districts.viewers import PUBLIC


@require_GET
@cache_control(public=True, max_age=31_536_000, immutable=True)
def style(request: HttpRequest, district: str) -> HttpResponse:
    """The district's accent as a cacheable stylesheet; its address changes with the colour."""
    found = get_object_or_404(District.objects.visible_to(PUBLIC), slug=district)
    return HttpResponse(stylesheet(found.accent), content_type="text/css; charset=utf-8")
