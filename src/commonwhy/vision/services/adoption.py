"""Adopting a vision: the gates, in plain words, and the act itself.

What cannot be excused: a why and at least one sentence. What can, with a reason that stands in public: that more than
one person wrote it, that every required group was heard (M06), that every sentence rests on something that people said
(M08): a voice, a statement others reacted to, or a settled trade-off; and that it is on record where every required group
stands (M04). What they said there is no gate: a "cannot" is kept, and stops nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import REQUIRED_KINDS, DistrictOwned, Group
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Excerpt
from commonwhy.listening.models.question import Texts
from commonwhy.listening.queries.coverage import GroupStanding, not_heard
from commonwhy.vision.models import (
    Clause,
    ClauseAlignment,
    ClauseStatement,
    ClauseTradeOff,
    ClauseVoice,
    Contribution,
    Endorsement,
    LookFor,
    Stage,
    VisionVersion,
)
from commonwhy.vision.services import citing
from commonwhy.vision.services.endorsement import without_a_stand
from commonwhy.vision.services.who_was_heard import WAY, released_lines, way_of

FEWEST_AUTHORS = 2
CITATIONS: tuple[tuple[type[DistrictOwned], str], ...] = (
    (ClauseVoice, "excerpt_id"),
    (ClauseStatement, "statement_id"),
    (ClauseTradeOff, "trade_off_id"),
)
"""What a sentence rests on, and where each names it."""


class AdoptionRefused(Exception):
    """The version cannot be adopted as asked; the message says why."""


class ChangedMeanwhile(AdoptionRefused):
    """The draft is no longer the text that was on the page."""


@dataclass(frozen=True)
class Gate:
    """One condition of adoption: whether it holds, in words, and whether a public reason may stand in for it."""

    key: str
    holds: bool
    words: str
    excusable: bool = True


def gates(version: VisionVersion, waiting: Sequence[GroupStanding] | None = None) -> list[Gate]:
    """Every gate of adoption for this version, the ones that cannot be excused first.

    `waiting`: the required groups that were not heard, where whoever calls has just asked.
    """
    clauses = citing.footings(version)
    authors = Contribution.objects.within(version.district_id).filter(version=version).count()
    unheard = unheard_groups(version, waiting)
    untraced = [str(clause.position) for clause in clauses if not clause.traced]
    return [
        Gate(
            "why",
            any(version.why.values()),
            _("Our why stands in one sentence.") if any(version.why.values()) else _("Our why is not written yet."),
            excusable=False,
        ),
        Gate(
            "clauses",
            bool(clauses),
            _("There is at least one sentence.") if clauses else _("No sentence is written yet."),
            excusable=False,
        ),
        Gate("authors", authors >= FEWEST_AUTHORS, _authors_in_words(authors)),
        Gate(
            "heard",
            not unheard,
            _("Not heard yet: %(groups)s.") % {"groups": ", ".join(str(group) for group in unheard)}
            if unheard
            else _("Every required group was heard."),
        ),
        Gate("voices", bool(clauses) and not untraced, _traced_in_words(bool(clauses), untraced)),
        *_citations_gate(clauses),
        endorsed_gate(version),
    ]


def _citations_gate(clauses: list[citing.Footing]) -> list[Gate]:
    """A gate only where one is shut: what is cited and does not hold any more is frozen by nobody."""
    failing = [(clause.position, what) for clause in clauses for what in clause.broken]
    if not failing:
        return []
    listed = "; ".join(_("sentence %(position)s: %(what)s") % {"position": position, "what": what} for position, what in failing)
    words = _("Something that is cited does not hold any more. Take the citation back, or mend it: %(listed)s.")
    return [Gate("citations", False, words % {"listed": listed}, excusable=False)]


def endorsed_gate(version: VisionVersion) -> Gate:
    """Whether it is on record where every required group stands, whatever it said (M04, M36)."""
    silent = without_a_stand(version)
    if silent:
        words = _("Not recorded yet where they stand: %(groups)s.") % {"groups": ", ".join(str(group) for group in silent)}
    else:
        words = _("It is on record where every required group stands.")
    return Gate("endorsed", not silent, words)


def _authors_in_words(authors: int) -> str:
    if authors >= FEWEST_AUTHORS:
        words = ngettext(
            "It is not one author's: %(count)s person wrote on it.",
            "It is not one author's: %(count)s people wrote on it.",
            authors,
        )
        return words % {"count": authors}
    if authors:
        return _("Only one person wrote on it so far. Ask somebody else to change a sentence or to cite voices.")
    return _("Nobody wrote on it yet.")


def _traced_in_words(any_clause: bool, untraced: list[str]) -> str:
    if not any_clause:
        return _("No sentence rests on what people said yet.")
    if not untraced:
        return _("Every sentence rests on what people said.")
    words = ngettext(
        "Resting on nothing yet: sentence %(numbers)s.", "Resting on nothing yet: sentences %(numbers)s.", len(untraced)
    )
    return words % {"numbers": ", ".join(untraced)}


def unheard_groups(version: VisionVersion, waiting: Sequence[GroupStanding] | None = None) -> list[Group]:
    """Required groups that exist here and were not heard (M17).

    Heard means what it means on the coverage page: enough of them answered one survey. A group too small for that is
    heard in conversation, and shows it by a voice that names the group.
    """
    job = JobViewer(version.district_id)
    speaking = Excerpt.objects.visible_to(job).filter(group__kind__in=REQUIRED_KINDS)
    quoted = set(speaking.values_list("group_id", flat=True).distinct().order_by())
    found = not_heard(job, version.district) if waiting is None else waiting
    return [each.group for each in found if each.group.pk not in quoted]


def fingerprint(version: VisionVersion) -> str:
    """A digest of everything that adoption would freeze, so that nobody freezes what they did not see."""
    clauses = Clause.objects.within(version.district_id).filter(version=version).order_by("position")
    look_fors = LookFor.objects.within(version.district_id).filter(clause__version=version).order_by("clause_id", "position")
    stands = Endorsement.objects.within(version.district_id).filter(version=version).order_by("pk")
    held = [
        str(version.pk),
        version.revision,
        version.exception_reason,
        [[str(clause.pk), clause.revision] for clause in clauses],
        *(_cited(version, model, name) for model, name in CITATIONS),
        [[str(one.clause_id), one.framework, one.code, one.note] for one in _aligned(version)],
        [[str(look_for.pk), look_for.texts] for look_for in look_fors],
        [[str(stand.pk), stand.revision] for stand in stands],
    ]
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:32]


def _cited(version: VisionVersion, model: type[DistrictOwned], name: str) -> list[list[str]]:
    rows = model.objects.within(version.district_id).filter(clause__version=version).order_by("clause_id", name)
    return [[str(clause), str(cited)] for clause, cited in rows.values_list("clause_id", name)]


def _aligned(version: VisionVersion) -> Any:
    rows = ClauseAlignment.objects.within(version.district_id).filter(clause__version=version)
    return rows.order_by("clause_id", "framework", "code")


@transaction.atomic
def adopt(
    *,
    version: VisionVersion,
    on: date,
    minutes: Texts,
    by: User,
    exception_reason: Texts | None = None,
    seen: str | None = None,
) -> VisionVersion:
    """Adopt a draft on the date of the board's decision. What was adopted before is superseded.

    `seen` is the `fingerprint` of the draft that was read; without it nothing is compared. Raises `AdoptionRefused` when
    a gate is open and no reason excuses it or the date does not fit, `ChangedMeanwhile` when the draft is another by now.
    """
    rows: Any = VisionVersion.objects.within(version.district_id)
    locked: VisionVersion | None = rows.select_for_update().filter(pk=version.pk, state=VisionVersion.State.DRAFT).first()
    if locked is None:
        raise AdoptionRefused(_("This version is adopted already. Nothing was changed."))
    if seen is not None and seen != fingerprint(locked):
        raise ChangedMeanwhile(
            _("The draft was changed while this page was open. Read it once more below; what you wrote is kept.")
        )
    before = rows.filter(state=VisionVersion.State.ADOPTED).first()
    _require_fitting_date(on, before, locked.district.today())
    if not any(minutes.values()):
        raise AdoptionRefused(_("Write what the minutes say about the decision; people will read it."))
    citing.hold_still(locked)
    failing = [gate for gate in gates(locked) if not gate.holds]
    if any(gate.key == "citations" for gate in failing):
        raise AdoptionRefused(next(gate.words for gate in failing if gate.key == "citations"))
    if any(not gate.excusable for gate in failing):
        raise AdoptionRefused(_("Something is missing that no reason can stand in for: the why, or a sentence."))
    reason = (exception_reason or {}) if failing else {}
    if failing and not any(reason.values()):
        raise AdoptionRefused(_("Not everything holds yet. Either mend it, or give a reason that everyone may read."))
    job = JobViewer(locked.district_id)
    heard = released_lines(job, locked.district) | {WAY: way_of(job, locked, since=before.adopted_on if before else None)}
    citing.freeze_figures(locked)
    rows.filter(state=VisionVersion.State.ADOPTED).update(state=VisionVersion.State.SUPERSEDED)
    locked.state = VisionVersion.State.ADOPTED
    locked.adopted_on = on
    locked.minutes = minutes
    # What was said of the stages on the way stays before it.
    locked.exception_reason = joined(locked.exception_reason, reason)
    locked.heard = heard
    locked.save(update_fields=["state", "adopted_on", "minutes", "exception_reason", "heard"])
    Stage.everything.update_or_create(
        version=locked,
        name=Stage.Name.APPROVED,
        defaults={"district_id": locked.district_id, "began_on": on, "ended_on": on},
    )
    citing.tell_authors_of(locked)
    excused = [gate.key for gate in failing]
    audit.record(actor=by, verb="adopted", subject=locked, detail={"on": on.isoformat(), "excused": excused})
    return locked


def joined(before: Texts, added: Texts) -> Texts:
    """Two public reasons as one, each in its languages."""
    codes = dict.fromkeys([*before, *added])
    return {code: "\n".join(filter(None, (before.get(code), added.get(code)))) for code in codes}


def _require_fitting_date(on: date, before: VisionVersion | None, today: date) -> None:
    if on > today:
        raise AdoptionRefused(_("The board's decision lies in the future. Adopt it when it was made."))
    if before and before.adopted_on and on < before.adopted_on:
        since = date_format(before.adopted_on, "DATE_FORMAT")
        raise AdoptionRefused(
            _("The version in force was adopted on %(day)s. One that follows it cannot be older.") % {"day": since}
        )
