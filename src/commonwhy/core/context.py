"""What every page frame needs: the navigation, the why on top, the language switch."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from commonwhy.core.slots import navigation, tools, why_lines


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame's context. Without a district (`request.district`) there is no navigation and no why."""
    district = getattr(request, "district", None)
    languages = []
    for code, _name in settings.LANGUAGES:
        query = request.GET.copy()
        query["lang"] = code
        languages.append({"code": code, "address": f"{request.path}?{query.urlencode()}"})
    context: dict[str, Any] = {"district": district, "page_languages": languages}
    if district is None:
        return context
    match = request.resolver_match
    namespace = match.namespace if match else ""
    context["why_line"] = next((line for read in why_lines if (line := read(district))), None)
    context["rail"] = [
        {"label": item.label, "hint": item.hint, "address": item.url(district), "current": namespace in item.sections}
        for item in navigation
    ]
    context["rail_tools"] = [
        {"label": tool.label, "address": tool.url(district)} for tool in tools if tool.shown(request, district)
    ]
    return context
