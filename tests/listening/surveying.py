"""What the staff side of surveys plays with: a roster, the definition pulse as a draft or open, and many answers at once."""

from __future__ import annotations

import secrets
from typing import Any

from commonwhy.districts.models import Person, School
from commonwhy.listening.models import Response, Survey
from commonwhy.listening.services.coarsening import Cell
from commonwhy.listening.services.questionnaires import copy_shipped
from commonwhy.listening.services.responses import week_of
from commonwhy.listening.services.surveys import create_survey, open_survey
from commonwhy.listening.shipped import DEFINITION_PULSE
from tests.cast import Cast


def enrol(cast: Cast, kind: str, count: int, school: School | None = None, **fields: Any) -> list[Person]:
    """People in the roster, with addresses."""
    group = cast.group(kind)
    where = school.name.split()[0].lower() if school else "nowhere"
    return Person.everything.bulk_create(
        Person(
            district=cast.alder,
            name=f"{kind} {number}",
            email=f"{kind}.{where}.{number}@example.org",
            group=group,
            school=school,
            **fields,
        )
        for number in range(count)
    )


def draft(cast: Cast, *kinds: str, **fields: Any) -> Survey:
    """The definition pulse, prepared for these groups."""
    version = copy_shipped(district=cast.alder, key=DEFINITION_PULSE, by=cast.coach)
    arguments = {"title": "What does it mean to you?", "mode": "anonymous"} | fields
    groups = [cast.group(kind) for kind in kinds or ("teachers", "families")]
    return create_survey(district=cast.alder, version=version, groups=groups, by=cast.coach, **arguments)


def opened(cast: Cast, *kinds: str, **fields: Any) -> Survey:
    """The same, open. Enrol people first."""
    return open_survey(survey=draft(cast, *kinds, **fields), by=cast.coach)


def hear(survey: Survey, cell: Cell, count: int) -> None:
    """So many answers kept with this group and school, handed in."""
    Response.everything.bulk_create(
        Response(
            district=survey.district,
            survey=survey,
            key=secrets.token_hex(32),
            group=cell.group,
            school=cell.school,
            week=week_of(survey),
            submitted=True,
        )
        for _each in range(count)
    )
