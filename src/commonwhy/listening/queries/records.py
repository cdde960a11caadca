"""The district's records of what people said: classes, what is due, what was promised, held or disposed of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from commonwhy.accounts.models import User
from commonwhy.districts.models import District, RetentionClass
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Disposal, Survey, SurveyCare
from commonwhy.listening.queries.kept_counts import kept_counts
from commonwhy.listening.services.disposal import due_on

MOST_LINES = 200


def classes(viewer: Viewer, district: District) -> list[RetentionClass]:
    return list(RetentionClass.objects.visible_to(viewer).filter(district=district))


def class_called(viewer: Viewer, district: District, name: str) -> RetentionClass | None:
    found: RetentionClass | None = RetentionClass.objects.visible_to(viewer).filter(district=district, name=name.strip()).first()
    return found


def disposals(viewer: Viewer, district: District) -> list[Disposal]:
    """Every line of the log, proposed or done, the latest first."""
    found = Disposal.objects.visible_to(viewer).filter(district=district).select_related("survey")
    return list(found[:MOST_LINES])


def names_of(lines: Sequence[Disposal]) -> dict[UUID, str]:
    """Who proposed and who did it, by the account's id."""
    wanted = {pk for line in lines for pk in (line.proposed_by, line.done_by) if pk}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)}


def told(lines: Sequence[Disposal]) -> list[tuple[Disposal, int | None]]:
    """The lines of the log with how many answers were deleted, where that number was shown while they were there."""
    kept = kept_counts([line.survey for line in lines if line.survey is not None])
    return [(line, kept[line.survey_id].everyone.heard if line.survey_id in kept else None) for line in lines]


@dataclass(frozen=True)
class Due:
    """A closed survey whose class of records has run out."""

    survey: Survey
    retention: RetentionClass
    since: date


def _terms(viewer: Viewer, district: District) -> list[SurveyCare]:
    found = SurveyCare.objects.visible_to(viewer).filter(district=district, deleted_on=None)
    return list(found.select_related("survey", "retention"))


def due(viewer: Viewer, district: District) -> list[Due]:
    """What may be disposed of today."""
    today = district.today()
    found = []
    for terms in _terms(viewer, district):
        since = due_on(terms.survey, terms.retention) if terms.retention else None
        if since is not None and since <= today and not terms.hold_reason and terms.retention is not None:
            found.append(Due(terms.survey, terms.retention, since))
    return sorted(found, key=lambda each: each.since)


def promised(viewer: Viewer, district: District) -> list[SurveyCare]:
    """Surveys whose answers are deleted by themselves, the next first."""
    return sorted(
        (terms for terms in _terms(viewer, district) if terms.delete_on),
        key=lambda terms: (terms.delete_on or date.max, terms.pk),
    )


def held(viewer: Viewer, district: District) -> list[SurveyCare]:
    """Surveys kept for a legal matter."""
    found = SurveyCare.objects.visible_to(viewer).filter(district=district).exclude(hold_reason="")
    return list(found.select_related("survey"))
