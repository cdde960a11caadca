"""The frame around every page for respondents: no session, no account, nothing kept by the browser or on the way.

The CSRF check is Django's own, but made here: a failed one must give people their words back instead of an error page.
A request that is too large is refused before anything reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from commonwhy.core.slots import respondent_places
from commonwhy.listening.models import Survey

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]

# Some eighty thousand characters however they are encoded: eight times the longest answer, so that one that is too long
# comes back to be shortened.
MOST_BYTES = 1_000_000

HEADERS = {
    "Cache-Control": "no-store",
    # The address holds the token. A browser that sent no referrer at all would send `Origin: null` with the form, which
    # the CSRF check has to refuse; this one sends the site's name and never the address.
    "Referrer-Policy": "strict-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


def respondent_page(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Page[P]:
    """Wrap a view that anybody with a token may open."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def framed(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if _too_large(request):
            response = stop(
                request,
                status=413,
                title=_("That is more than we can take at once"),
                text=_("Nothing of it was saved. What you answered before is kept. Go back and send a shorter text."),
            )
        elif not _readable(request):
            response = stop(
                request,
                status=400,
                title=_("We could not read what was sent"),
                text=_("Nothing of it was saved. What you answered before is kept. Go back and try again."),
            )
        else:
            response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return cast("Page[P]", framed)


class _OurPage(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def from_our_page(request: HttpRequest) -> bool:
    """Whether a POST comes from a form of ours in the same browser."""
    refusal = _OurPage(lambda _request: HttpResponse()).process_view(request, HttpResponse, (), {})
    return refusal is None


def cannot_tell() -> str:
    """What people read when `from_our_page` says no."""
    return _(
        "We could not be sure that this came from your own page, so it is not saved yet. Please press the button again."
        " If that does not help, let your browser keep cookies from this page."
    )


def place_of(survey: Survey, token: str) -> str:
    """Where this survey is taken part in, if that is not by its questions one after another; else empty."""
    return next((address for place in respondent_places if (address := place(survey, token))), "")


def stop(request: HttpRequest, *, status: int, title: str, text: str, **context: Any) -> HttpResponse:
    """A page that says why it does not go on here, what was kept, and the way out."""
    return render(request, "listening/respond/stop.html", {"title": title, "text": text, **context}, status=status)


def _too_large(request: HttpRequest) -> bool:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES
    except ValueError:
        return True


def _readable(request: HttpRequest) -> bool:
    try:
        return request.method != "POST" or request.POST is not None
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return False
