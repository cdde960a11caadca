"""Replies as anyone may read them: in their language, on any screen and on paper, without a session or a cookie."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from commonwhy.districts.models import District
from commonwhy.districts.public import for_everybody, kept_language
from commonwhy.districts.viewers import PUBLIC
from commonwhy.listening.queries import replies as queries


def _context(request: HttpRequest, district: District) -> dict[str, Any]:
    return {"district": district, "keep": kept_language(request)}


@for_everybody
def replies(request: HttpRequest, district: District) -> HttpResponse:
    """Every published reply, the latest first."""
    language = translation.get_language() or "en"
    listed = [(reply, queries.said(reply.title, language), address) for reply, address in queries.published(PUBLIC, district)]
    return render(request, "listening/replies/public_list.html", {**_context(request, district), "replies": listed})


@for_everybody
def reply(request: HttpRequest, district: District, number: int) -> HttpResponse:
    """One published reply."""
    found = queries.published_reply(PUBLIC, district, number)
    if found is None:
        raise Http404
    context = {**_context(request, district), "reply": found}
    context["shown"] = queries.shown(PUBLIC, found, translation.get_language() or "en")
    return render(request, "listening/replies/public.html", context)
