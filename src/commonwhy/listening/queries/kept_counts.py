"""Who was heard in a survey whose answers are deleted: the counts as they were last shown, and nothing finer.

They are kept as a `Release` after the gate, so what was hidden then is gone for good.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from commonwhy.core.models import Release
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.participation import Count, Participation

SUBJECT, NAME = "survey", "participation as last shown"


def kept_counts(surveys: Iterable[Survey]) -> dict[UUID, Participation]:
    """The kept counts of those surveys that have any: one query."""
    found = Release.objects.filter(subject_type=SUBJECT, name=NAME, subject_id__in=[survey.pk for survey in surveys])
    return {release.subject_id: from_json(release.table) for release in found}


def as_json(shown: Participation) -> dict[str, Any]:
    """Plain values to store; the inverse is `from_json`."""
    return {
        "k": shown.k,
        "everyone": _count(shown.everyone),
        "groups": [[_key(group), _count(count)] for group, count in shown.groups.items()],
        "schools": [[_key(school), _count(count)] for school, count in shown.schools.items()],
        "cells": [[_key(group), _key(school), _count(count)] for (group, school), count in shown.cells.items()],
    }


def from_json(table: dict[str, Any]) -> Participation:
    return Participation(
        k=table["k"],
        everyone=Count(*table["everyone"]),
        groups={_uuid(group): Count(*count) for group, count in table["groups"]},
        schools={_uuid(school): Count(*count) for school, count in table["schools"]},
        cells={(_uuid(group), _uuid(school)): Count(*count) for group, school, count in table["cells"]},
    )


def _count(count: Count) -> list[Any]:
    return [count.heard, count.asked, count.enough]


def _key(key: UUID | None) -> str | None:
    return str(key) if key else None


def _uuid(key: str | None) -> UUID | None:
    return UUID(key) if key else None
