"""What anyone may read: the why, the vision, and the voices behind each sentence.

These pages know nobody: they read as the public whoever asks, use no session and no cookie, and are the same for
everybody who wants the same language, so that any cache between here and a phone may keep them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from commonwhy.core.middleware import CHOICE
from commonwhy.districts.models import District
from commonwhy.districts.viewers import PUBLIC
from commonwhy.vision.queries import public as queries

View = Callable[..., HttpResponse]


def for_everybody(view: View) -> View:
    """Find the district and speak the reader's language, by the address or else the browser's wish; keep no cookie."""

    @wraps(view)
    def shown(request: HttpRequest, district: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = get_object_or_404(District.objects.visible_to(PUBLIC), slug=district)
        with translation.override(_language(request, found)):
            response = view(request, found, *args, **kwargs)
        response.headers["Content-Language"] = _language(request, found)
        response.without_cookies = True  # type: ignore[attr-defined]
        return response

    return require_safe(cache_control(public=True, max_age=300)(shown))


def _language(request: HttpRequest, district: District) -> str:
    chosen = request.GET.get(CHOICE, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    wish = request.META.get("HTTP_ACCEPT_LANGUAGE")
    if not wish:
        return district.language
    without_cookies = HttpRequest()
    without_cookies.META["HTTP_ACCEPT_LANGUAGE"] = wish
    return translation.get_language_from_request(without_cookies)


def _context(request: HttpRequest, district: District) -> dict[str, Any]:
    """What every public page needs; links keep a language that was chosen."""
    chosen = request.GET.get(CHOICE, "")
    return {"district": district, "keep": f"?{CHOICE}={chosen}" if chosen in dict(settings.LANGUAGES) else ""}


@for_everybody
def vision(request: HttpRequest, district: District, number: int | None = None) -> HttpResponse:
    """The vision in force, or an earlier version by its number."""
    context = _context(request, district)
    shown = queries.public_vision(PUBLIC, district, translation.get_language() or "en", number)
    if shown is None:
        if number is not None:
            raise Http404
        return render(request, "vision/public/none.html", context, status=404)
    return render(request, "vision/public/vision.html", {**context, "vision": shown, "version": shown.version})


@for_everybody
def sentence(request: HttpRequest, district: District, number: int, position: int) -> HttpResponse:
    """One sentence with every voice behind it."""
    page = request.GET.get("page", "")
    wanted = int(page) if page.isdecimal() and len(page) < 6 else 1
    shown = queries.public_clause(PUBLIC, district, translation.get_language() or "en", number, position, wanted)
    if shown is None:
        raise Http404
    return render(request, "vision/public/sentence.html", {**_context(request, district), "shown": shown})
