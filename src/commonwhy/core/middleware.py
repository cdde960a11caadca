"""What holds for every page: its size on the way in, its language, and that nobody keeps it who was not told to.

The reader's language: `?lang=es` chooses and is remembered, else the cookie, else the browser's wish.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from commonwhy.core.uploads import files_are_taken_by

CHOICE = "lang"
# What stands around a file in a form.
ENVELOPE_BYTES = 1024 * 1024


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


class NotKeptMiddleware:
    """A page that does not say how long it may be kept is kept by nobody: not by a browser others use, nor on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response


class SizeMiddleware:
    """Refuses what is too large before anything reads it; the CSRF check would write it to the disk first.

    Stands behind the session and before that check. A file is read from somebody signed in, by a view that takes files.
    Respondents' pages, which are free of that check, say for themselves how much they take, and give the words back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        size = _size(request)
        if size <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE or getattr(view, "csrf_exempt", False):
            return None
        takes_files = files_are_taken_by(view)
        if takes_files and "_auth_user_id" not in request.session:
            return redirect_to_login(request.get_full_path())
        most = settings.MAX_UPLOAD_BYTES + ENVELOPE_BYTES if takes_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if size <= most:
            return None
        return render(request, "core/too_large.html", {"most": most // 1_048_576}, status=413)


def _size(request: HttpRequest) -> int:
    """How many bytes come after the headers. A server hands on no more than it said; said wrongly, there are none."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
