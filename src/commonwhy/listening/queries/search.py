"""Finding words in what people said. Every search narrows what its viewer may read anyway, and opens nothing.

Answers are found through the index of `services.search_index`. What may be read at once and is not in it yet (given with a
name, typed in from paper, brought in from a file a minute ago) is looked through word by word until it is. Excerpts, and
the notes of one's own conversations, are some thousands at most and are always looked through, so that what was marked or
noted a moment ago is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from commonwhy.core.wanted import Wanted
from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Response, SearchText, Survey
from commonwhy.listening.models.search import Holds

CHUNK = 2_000
WAITS_FOR_ITS_WEEK = Q(response__source=Response.Source.WEB) & ~Q(response__survey__mode=Survey.Mode.IDENTIFIED)


def answers_holding(viewer: Viewer, district: District, answers: Any, wanted: Wanted) -> Any:
    """Those of `answers` (a queryset) that hold what is wanted. `answers` is narrowed to what the viewer may read already."""
    if not wanted:
        return answers.none()
    texts = SearchText.objects.visible_to(viewer).filter(district=district)
    found = Q(pk__in=texts.filter(Holds(wanted)).values("answer"))
    if late := _not_indexed_yet(viewer, district, answers, wanted):
        found |= Q(pk__in=late)
    return answers.filter(found)


def _not_indexed_yet(viewer: Viewer, district: District, answers: Any, wanted: Wanted) -> list[UUID]:
    """Answers that hold what is wanted and that may be read before the index has them.

    A closed survey is in the index with all it has, and what waits for its week comes into it with the daily chores.
    """
    texts = SearchText.objects.visible_to(viewer)
    surveys = Survey.objects.visible_to(viewer).filter(district=district, opened_at__isnull=False)
    has_some = Exists(texts.filter(answer__response__survey=OuterRef("pk")))
    fresh = dict(surveys.exclude(Q(closed_at__isnull=False) & has_some).values_list("pk", "closed_at"))
    if not fresh:
        return []
    closed = [survey for survey, when in fresh.items() if when is not None]
    at_once = ~WAITS_FOR_ITS_WEEK | Q(response__survey__in=closed)
    waiting = answers.filter(at_once, ~Exists(texts.filter(answer=OuterRef("pk"))), response__survey__in=list(fresh))
    return keys_holding(waiting.order_by().values_list("pk", "value"), wanted)


def keys_holding(rows: Any, wanted: Wanted) -> list[UUID]:
    """The keys of those rows (key, words) that hold what is wanted, in their order."""
    return [pk for pk, words in _read(rows) if isinstance(words, str) and wanted.found_in(words)]


def _read(rows: Any) -> Iterable[tuple[UUID, Any]]:
    return rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else rows
