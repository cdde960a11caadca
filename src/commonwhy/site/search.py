"""One field for everything: what each room finds among what the reader may read anyway (`core.slots.search_sources`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from commonwhy.core.slots import SearchFound, SearchHit, search_sources
from commonwhy.core.wanted import wanted
from commonwhy.districts.access import in_district

LONGEST = 200


@dataclass(frozen=True)
class Line:
    """A hit as the page shows it: `pieces` are its words around the first match, each with whether it was looked for."""

    hit: SearchHit
    pieces: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Kind:
    """What one room found."""

    found: SearchFound
    lines: Sequence[Line]

    @property
    def others(self) -> int:
        return self.found.count - len(self.lines)


@never_cache
@require_GET
@in_district("district.see")
def search(request: Any) -> HttpResponse:
    """What was looked for, and the first of what was found of every kind, with how many there are."""
    typed = request.GET.get("q", "")[:LONGEST].strip()
    looked_for = wanted(typed)
    kinds: list[Kind] = []
    if looked_for:
        for source in search_sources:
            found = source(request.viewer, request.district, looked_for)
            if found is not None and found.count:
                kinds.append(Kind(found, [Line(hit, list(looked_for.pieces(hit.text))) for hit in found.hits]))
    context = {
        "typed": typed,
        "looked_for": looked_for,
        "kinds": kinds,
        "count": sum(kind.found.count for kind in kinds),
        "asks_something": bool(looked_for),
    }
    return render(request, "site/search.html", context)
