"""Where we agree, for anyone, once it is published: they read as the public whoever asks, without a session or a cookie."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from commonwhy.core.middleware import CHOICE
from commonwhy.deliberation.models import Discussion
from commonwhy.deliberation.queries import landscape as queries
from commonwhy.deliberation.queries.priorities import any_counted
from commonwhy.deliberation.views.landscape import figures_file, page_context, picture
from commonwhy.districts.models import District
from commonwhy.districts.public import for_everybody, kept_language
from commonwhy.districts.viewers import PUBLIC


@for_everybody
def published(request: HttpRequest, district: District) -> HttpResponse:
    """Every discussion of which anyone may read where we agree, the latest first."""
    found = queries.published(PUBLIC, district)
    pages = queries.pages_of(PUBLIC, found)
    listed = [(discussion, pages.get(discussion.pk)) for discussion in found]
    return render(request, "deliberation/public/list.html", {**_context(request, district), "listed": listed})


@for_everybody
def agree(request: HttpRequest, district: District, number: int) -> HttpResponse:
    """One discussion: shared ground first."""
    discussion = _discussion_or_404(district, number)
    base = reverse("deliberation:public_agree", args=[district.slug, number])
    context = {**_context(request, district), **page_context(PUBLIC, discussion, base)}
    context["chose"] = any_counted(PUBLIC, discussion)
    # A picture is asked for by itself, so its address says in which language.
    context["in_language"] = f"&{CHOICE}={translation.get_language()}"
    return render(request, "deliberation/public/page.html", context)


@for_everybody
def table(request: HttpRequest, district: District, number: int) -> HttpResponse:
    """The very cells of the page as a CSV file."""
    return figures_file(PUBLIC, _discussion_or_404(district, number))


@for_everybody
def chart(request: HttpRequest, district: District, number: int, chart: str) -> HttpResponse:
    """One picture as it was drawn; `v` chooses the variant."""
    return picture(PUBLIC, _discussion_or_404(district, number), chart, request.GET.get("v", "wide"))


def _discussion_or_404(district: District, number: int) -> Discussion:
    found = next((one for one in queries.published(PUBLIC, district) if one.number == number), None)
    if found is None:
        raise Http404
    return found


def _context(request: HttpRequest, district: District) -> dict[str, Any]:
    return {"district": district, "keep": kept_language(request)}
