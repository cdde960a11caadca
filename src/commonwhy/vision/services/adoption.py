"""Adopting a vision: the gates, in plain words, and the act itself.

What cannot be excused: a why and at least one sentence. What can, with a reason that stands in public: that more than
one person wrote it, that every required group was heard (M06), and that every sentence rests on a voice (M08).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import REQUIRED_KINDS, Group
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models.question import Texts
from commonwhy.vision.models import Clause, Contribution, VisionVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

FEWEST_AUTHORS = 2


class AdoptionRefused(Exception):
    """The version cannot be adopted as asked; the message says why."""


@dataclass(frozen=True)
class Gate:
    """One condition of adoption: whether it holds, in words, and whether a public reason may stand in for it."""

    key: str
    holds: bool
    words: str
    excusable: bool = True


def gates(version: VisionVersion) -> list[Gate]:
    """Every gate of adoption for this version, the ones that cannot be excused first."""
    clauses = list(
        Clause.objects.within(version.district_id).filter(version=version).prefetch_related("voices").order_by("position")
    )
    authors = Contribution.objects.within(version.district_id).filter(version=version).count()
    unheard = unheard_groups(version)
    unvoiced = [str(clause.position) for clause in clauses if not clause.voices.all()]
    return [
        Gate("why", any(version.why.values()), _("Our why stands in one sentence."), excusable=False),
        Gate("clauses", bool(clauses), _("There is at least one sentence."), excusable=False),
        Gate(
            "authors",
            authors >= FEWEST_AUTHORS,
            ngettext(
                "It is not one author's: %(count)s person wrote on it.",
                "It is not one author's: %(count)s people wrote on it.",
                authors,
            )
            % {"count": authors},
        ),
        Gate(
            "heard",
            not unheard,
            _("Not heard yet: %(groups)s.") % {"groups": ", ".join(str(group) for group in unheard)}
            if unheard
            else _("Every required group was heard."),
        ),
        Gate(
            "voices",
            not unvoiced,
            _("Resting on no voice: sentence %(numbers)s.") % {"numbers": ", ".join(unvoiced)}
            if unvoiced
            else _("Every sentence rests on voices."),
        ),
    ]


def unheard_groups(version: VisionVersion) -> list[Group]:
    """Required groups that exist here and that nobody has heard from (M17)."""
    heard = _heard(version)
    groups = Group.objects.within(version.district_id).filter(kind__in=REQUIRED_KINDS, not_here="")
    order = {kind: place for place, kind in enumerate(REQUIRED_KINDS)}
    return sorted((group for group in groups if not heard.get(group.kind)), key=lambda group: order[group.kind])


def _heard(version: VisionVersion) -> Mapping[str, int]:
    from commonwhy.listening.queries.coverage import heard_by_group

    return heard_by_group(JobViewer(version.district_id), version.district)


@transaction.atomic
def adopt(*, version: VisionVersion, on: date, minutes: Texts, by: User, exception_reason: Texts | None = None) -> VisionVersion:
    """Adopt a draft on the date of the board's decision. What was adopted before is superseded.

    Raises `AdoptionRefused` when a gate is open and no reason excuses it, or when the date lies ahead.
    """
    rows: Any = VisionVersion.objects.within(version.district_id)
    locked = rows.select_for_update().filter(pk=version.pk, state=VisionVersion.State.DRAFT).first()
    if locked is None:
        raise AdoptionRefused(_("This version is adopted already. Nothing was changed."))
    if on > timezone.localdate():
        raise AdoptionRefused(_("The board's decision lies in the future. Adopt it when it was made."))
    if not any(minutes.values()):
        raise AdoptionRefused(_("Write what the minutes say about the decision; people will read it."))
    failing = [gate for gate in gates(locked) if not gate.holds]
    fatal = [gate for gate in failing if not gate.excusable]
    if fatal:
        raise AdoptionRefused(_("Something is missing that no reason can stand in for: the why, or a sentence."))
    reason = (exception_reason or {}) if failing else {}
    if failing and not any(reason.values()):
        raise AdoptionRefused(_("Not everything holds yet. Either mend it, or give a reason that everyone may read."))
    rows.filter(state=VisionVersion.State.ADOPTED).update(state=VisionVersion.State.SUPERSEDED)
    locked.state = VisionVersion.State.ADOPTED
    locked.adopted_on = on
    locked.minutes = minutes
    locked.exception_reason = reason
    locked.heard = dict(_heard(locked))
    locked.save(update_fields=["state", "adopted_on", "minutes", "exception_reason", "heard"])
    audit.record(
        actor=by, verb="adopted", subject=locked, detail={"on": on.isoformat(), "excused": [gate.key for gate in failing]}
    )
    return locked  # type: ignore[no-any-return]
