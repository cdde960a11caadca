"""Pages for anyone: they know nobody, keep no cookie, and are the same for everybody who wants the same language."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from commonwhy.core.middleware import CHOICE
from commonwhy.districts.models import District
from commonwhy.districts.viewers import PUBLIC

View = Callable[..., HttpResponse]
KEPT_SECONDS = 300


def for_everybody(view: View) -> View:
    """Find the district and speak the reader's language, by the address or else the browser's wish; keep no cookie."""

    @wraps(view)
    def shown(request: HttpRequest, district: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = get_object_or_404(District.objects.visible_to(PUBLIC), slug=district)
        language = wished(request, found)
        with translation.override(language):
            response = view(request, found, *args, **kwargs)
        response.headers["Content-Language"] = language
        response.without_cookies = True  # type: ignore[attr-defined]
        return response

    return require_safe(cache_control(public=True, max_age=KEPT_SECONDS)(shown))


def wished(request: HttpRequest, district: District) -> str:
    """The language the address names, else the one the browser asks for, else the district's. No cookie is read."""
    chosen = request.GET.get(CHOICE, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    wish = request.META.get("HTTP_ACCEPT_LANGUAGE")
    if not wish:
        return district.language
    without_cookies = HttpRequest()
    without_cookies.META["HTTP_ACCEPT_LANGUAGE"] = wish
    return translation.get_language_from_request(without_cookies)


def kept_language(request: HttpRequest) -> str:
    """What links append, so that a language that was chosen stays: `?lang=es`, or nothing."""
    chosen = request.GET.get(CHOICE, "")
    return f"?{CHOICE}={chosen}" if chosen in dict(settings.LANGUAGES) else ""
