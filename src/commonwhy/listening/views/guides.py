"""Guides for those who hold conversations: the list of them, and each as a page to be printed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from commonwhy.districts.access import in_district
from commonwhy.districts.models import District
from commonwhy.listening.models import Conversation
from commonwhy.listening.shipped import DEFINITION_PULSE, shipped
from commonwhy.listening.shipped import guides as shipped_guides


@require_GET
@in_district("listening.see")
def guides(request: Any) -> HttpResponse:
    """Every guide, with what it is for and how long it takes."""
    every = shipped_guides.guides().values()
    return render(request, "listening/guides/list.html", {"guides": list(every)})


@require_GET
@in_district("listening.see")
def guide(request: Any, kind: str) -> HttpResponse:
    """The guide for one kind of conversation, in the page's language."""
    shown = shipped_guides.guides().get(kind)
    if shown is None:
        raise Http404
    wish = get_language() or ""
    language = wish if wish in shown.languages else shown.languages[0]
    term = term_in(request.district, language)
    context = {
        "guide": shown,
        "kind": Conversation.Kind(kind).label,
        "language": language,
        "questions": [(question, *question.asked(language, term)) for question in shown.questions],
    }
    return render(request, "listening/guides/guide.html", context)


def term_in(district: District, language: str) -> str:
    """The term the district asks about: in this language where it is the one the shipped questionnaires know, else as it is."""
    known = shipped()[DEFINITION_PULSE].term
    return known.get(language, district.term) if district.term in known.values() else district.term
