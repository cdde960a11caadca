"""Which answers may be read by now: never one that has just come in, so that nobody watching knows whose it is.

While a survey can still be answered, its words become readable week by week, and only when a crowd of k of them has come
together since the last time. Closed for good, all of them are. The week is all that is known of when an answer came
(docs/adr/0004-anonymity.md).

Answers given with names do not wait, and neither do answers from a file: somebody holds it anyway, and it comes all at once.
Answers typed in from paper wait like those given here. Whoever typed a sheet has read it, but others who may read have not,
and a sheet comes alone: who saw one handed in, and then one voice more, would know whose it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q

from commonwhy.districts.models import District
from commonwhy.districts.models.district import DEFAULT_K
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Response, Survey

WAITS = Q(survey__closed_at=None) & ~Q(source=Response.Source.FILE) & ~Q(survey__mode=Survey.Mode.IDENTIFIED)


@dataclass(frozen=True)
class Readable:
    """Until which week the answers of each waiting survey may be read; None: none of them yet. Others may all be read."""

    until: Mapping[UUID, date | None]

    def on(self, prefix: str = "") -> Q:
        """The condition on a response; `prefix` leads to it, as `response__`."""
        found = ~Q(**{f"{prefix}survey__in": list(self.until)}) | Q(**{f"{prefix}source": Response.Source.FILE})
        for survey, week in self.until.items():
            if week is not None:
                found |= Q(**{f"{prefix}survey": survey, f"{prefix}week__lte": week})
        return found


def readable(viewer: Viewer, district: District) -> Readable:
    """What may be read by now: one query."""
    handed_in = Response.objects.visible_to(viewer).filter(WAITS, district=district, submitted=True)
    weeks: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    for survey, week, count in handed_in.values_list("survey_id", "week").annotate(Count("pk")).order_by("week"):
        weeks[survey].append((week, count))
    today = district.today()
    this_week = today - timedelta(days=today.weekday())
    k = max(DEFAULT_K, district.staff_k)
    return Readable(
        {survey: last_crowd(((week, count) for week, count in counts if week < this_week), k) for survey, counts in weeks.items()}
    )


def some_wait(viewer: Viewer, district: District) -> bool:
    """Whether answers may be waiting: a survey that still runs, whether or not anybody has answered it yet."""
    surveys = Survey.objects.visible_to(viewer).filter(district=district, closed_at=None, opened_at__isnull=False)
    return bool(surveys.exclude(mode=Survey.Mode.IDENTIFIED).exists())


def last_crowd(counts: Iterable[tuple[date, int]], k: int) -> date | None:
    """The last of these weeks with which at least k answers have come together since the time before; None before one.

    >>> last_crowd([(date(2026, 3, 2), 7), (date(2026, 3, 9), 3), (date(2026, 3, 16), 4)], 10)
    datetime.date(2026, 3, 9)
    """
    until, waiting = None, 0
    for week, count in counts:
        waiting += count
        if waiting >= k:
            until, waiting = week, 0
    return until
