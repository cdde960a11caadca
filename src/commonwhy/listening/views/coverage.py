"""Coverage: who must still be heard, first; then group by school in one survey."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.queries.coverage import Standing, coverage_table, standings
from commonwhy.listening.queries.surveys import surveys_of


@never_cache
@require_GET
@in_district("listening.see")
def coverage(request: Any) -> HttpResponse:
    """All groups, and the table of the survey asked for (`?survey=`), else of the one opened last."""
    surveys = list(surveys_of(request.viewer, request.district).filter(opened_at__isnull=False))
    wish = request.GET.get("survey")
    chosen = next((survey for survey in surveys if str(survey.pk) == wish), None)
    if wish and chosen is None:
        raise Http404
    chosen = chosen or (surveys[0] if surveys else None)
    groups = standings(request.viewer, request.district)
    context = {
        "surveys": surveys,
        "table": coverage_table(request.viewer, chosen) if chosen else None,
        "groups": groups,
        "missing": [each for each in groups if each.required and each.waiting],
        "Standing": {each.name: each for each in Standing},
        "runs": may(request.viewer, "listening.run", request.district),
    }
    return render(request, "listening/coverage/page.html", context)
