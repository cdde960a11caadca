"""A vision that a board adopted before CommonWhy was here, kept as what it is: adopted, brought in, not yet traced.

The gates do not apply, since the decision was made. Which version is in force follows from the dates of adoption, never
from the order of arrival; the numbers go on counting, because published ones never change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District
from commonwhy.vision.models import Clause, VisionVersion
from commonwhy.vision.services.drafting import MOST_CLAUSES

Texts = dict[str, str]


class BringingInRefused(Exception):
    """It cannot be kept as given; the message says why."""


@dataclass(frozen=True)
class Earlier:
    """A vision as it was adopted, and what is known of its adoption."""

    why: Texts
    sentences: Sequence[Texts]
    adopted_on: date
    why_more: Texts = field(default_factory=dict)
    mission: Texts = field(default_factory=dict)
    beliefs: Sequence[Texts] = ()
    minutes: Texts = field(default_factory=dict)
    begins_year: int | None = None
    ends_year: int | None = None
    origin_name: str = ""


@transaction.atomic
def bring_in(*, district: District, earlier: Earlier, by: User) -> VisionVersion:
    """Keep it as an adopted version: in force where no later one is, else superseded. Kept twice it is one.

    A draft that is being written goes on under the next number. Raises `BringingInRefused` without a why or a sentence,
    with more sentences than a vision may have, or with a date ahead.
    """
    # The district's row is locked, so that numbers and what is in force stay still.
    District.objects.within(district).select_for_update().get()
    _require_whole(earlier, district)
    rows: Any = VisionVersion.objects.within(district)
    known = _kept_already(rows, earlier)
    if known is not None:
        return known
    in_force = rows.filter(state=VisionVersion.State.ADOPTED).first()
    is_latest = in_force is None or in_force.adopted_on < earlier.adopted_on
    number = _next_number(rows)
    key = uuid4()
    # An adopted version takes no sentences any more (triggers hold that), so they are written first; the database looks
    # at what they point to when the transaction ends.
    Clause.everything.bulk_create(
        Clause(district=district, version_id=key, position=place, texts=texts)
        for place, texts in enumerate(earlier.sentences, start=1)
    )
    if is_latest and in_force is not None:
        rows.filter(pk=in_force.pk).update(state=VisionVersion.State.SUPERSEDED)
    version = VisionVersion.everything.create(
        pk=key,
        district=district,
        number=number,
        state=VisionVersion.State.ADOPTED if is_latest else VisionVersion.State.SUPERSEDED,
        origin=VisionVersion.Origin.BROUGHT_IN,
        origin_name=earlier.origin_name,
        term={district.language: district.term},
        why=earlier.why,
        why_more=earlier.why_more,
        mission=earlier.mission,
        beliefs=list(earlier.beliefs),
        minutes=earlier.minutes,
        adopted_on=earlier.adopted_on,
        begins_year=earlier.begins_year,
        ends_year=earlier.ends_year,
    )
    detail = {"on": earlier.adopted_on.isoformat(), "sentences": len(earlier.sentences), "in force": is_latest}
    audit.record(actor=by, verb="brought in", subject=version, detail=detail)
    return version


def _require_whole(earlier: Earlier, district: District) -> None:
    if not any(earlier.why.values()):
        raise BringingInRefused(_("Say why in one sentence: the one of the document that says it best."))
    if not earlier.sentences:
        raise BringingInRefused(_("There is no sentence yet. Put each sentence of the vision on a line of its own."))
    if len(earlier.sentences) > MOST_CLAUSES:
        too_many = _("That makes %(count)s sentences; a vision has at most %(most)s. Join some, or leave out what is none.")
        raise BringingInRefused(too_many % {"count": len(earlier.sentences), "most": MOST_CLAUSES})
    if earlier.adopted_on > district.today():
        raise BringingInRefused(_("The date lies in the future. A vision that is not adopted yet is written as a draft."))


def _kept_already(rows: Any, earlier: Earlier) -> VisionVersion | None:
    """The same vision, brought in before: a button pressed twice."""
    same = rows.filter(origin=VisionVersion.Origin.BROUGHT_IN, adopted_on=earlier.adopted_on).prefetch_related("clauses")
    for version in same:
        if version.why == earlier.why and [one.texts for one in version.clauses.all()] == list(earlier.sentences):
            return version  # type: ignore[no-any-return]
    return None


def _next_number(rows: Any) -> int:
    """The number after all published ones. A draft has not been published, so it moves on."""
    number = int(rows.exclude(state=VisionVersion.State.DRAFT).aggregate(last=Max("number"))["last"] or 0) + 1
    draft = rows.filter(state=VisionVersion.State.DRAFT).first()
    if draft is not None and draft.number <= number:
        rows.filter(pk=draft.pk).update(number=number + 1)
    return number
