"""The reader's language: `?lang=es` chooses and is remembered, else the cookie, else the browser's wish."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

CHOICE = "lang"


class LanguageMiddleware:
    """Sets the language from a link, so that changing it needs no script, no form and no account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get(CHOICE, "")
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if getattr(response, "without_cookies", False):
            # A page for everybody, cached by anybody: its address says the language, and nothing is kept of the reader.
            patch_vary_headers(response, ("Accept-Language",))
            return response
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if chosen in known:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=31_536_000,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
