"""The stages of a version on their way to the board (I18, T21, M34), and what each needs before it begins.

Stages may overlap, take as long as they take, and be planned again at any time. What a stage needs is said in plain words;
where it is missing somebody may go on with a reason that stands in public beside the vision. A why and sentences nothing can
stand in for: nobody negotiates, and nobody chooses an approach, before there is a why (M05).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Conversation, Excerpt
from commonwhy.listening.models.question import Texts
from commonwhy.listening.queries.coverage import Standing, standings
from commonwhy.vision.models import Clause, Stage, VisionVersion
from commonwhy.vision.services.adoption import Gate, endorsed_gate, joined
from commonwhy.vision.services.drafting import NotADraftError

Days = tuple[date | None, date | None]
PARTS = {
    Stage.Name.LISTENING: 40,
    Stage.Name.DRAFTING: 25,
    Stage.Name.NEGOTIATING: 15,
    Stage.Name.ENDORSED: 10,
    Stage.Name.ALIGNED: 5,
    Stage.Name.APPROVED: 5,
}
"""How a suggested plan shares out the time, in percent: most of it goes to hearing people."""
DAYS_IN_A_MONTH = 30.44


class StageRefused(Exception):
    """Nothing was changed; the message says why and the way out."""


def suggested(begins: date, months: int) -> dict[str, Days]:
    """A plan of about so many months from a day on, the stages one after the other. A suggestion and no more (I18)."""
    whole = months * DAYS_IN_A_MONTH
    plan: dict[str, Days] = {}
    start, share = begins, 0
    for name, part in PARTS.items():
        share += part
        end = begins + timedelta(days=round(whole * share / 100))
        plan[str(name)] = (start, end)
        start = end + timedelta(days=1)
    return plan


def gates(version: VisionVersion, name: str) -> list[Gate]:
    """What this stage needs before it begins."""
    if name == Stage.Name.DRAFTING:
        return [_heard_gate(version)]
    if name == Stage.Name.NEGOTIATING:
        return _text_gates(version)
    if name == Stage.Name.ENDORSED:
        return [*_text_gates(version), endorsed_gate(version)]
    return []


def _heard_gate(version: VisionVersion) -> Gate:
    job, district = JobViewer(version.district_id), version.district
    heard = (
        Excerpt.objects.visible_to(job).filter(district=district).exists()
        or Conversation.objects.visible_to(job).filter(district=district, state=Conversation.State.HELD).exists()
        or any(each.standing is Standing.HEARD for each in standings(job, district))
    )
    return Gate("somebody_heard", heard, _("Somebody was heard.") if heard else _("Nobody was heard yet. Ask first, then write."))


def _text_gates(version: VisionVersion) -> list[Gate]:
    why = any(version.why.values())
    written = Clause.objects.within(version.district_id).filter(version=version).exists()
    return [
        Gate(
            "why",
            why,
            _("Our why stands, before any way to get there is chosen.")
            if why
            else _("Our why is not written yet. It comes before any way to get there is chosen."),
            excusable=False,
        ),
        Gate(
            "clauses",
            written,
            _("There are sentences to talk about.") if written else _("There is no sentence to talk about yet."),
            excusable=False,
        ),
    ]


@transaction.atomic
def plan(*, version: VisionVersion, dates: Mapping[str, Days], by: User) -> None:
    """Plan the stages, or plan them again; a stage without days is not planned. Raises `NotADraftError` once adopted."""
    _locked_draft(version)
    kept = {stage.name: stage for stage in Stage.objects.within(version.district_id).filter(version=version)}
    changed = False
    for name in Stage.Name.values:
        first, last = dates.get(name, (None, None))
        if last is not None and (first is None or last < first):
            raise StageRefused(_("A stage ends before it begins. Nothing was changed."))
        stage = kept.get(name) or Stage(district_id=version.district_id, version=version, name=name)
        if (stage.planned_from, stage.planned_to) != (first, last):
            stage.planned_from, stage.planned_to = first, last
            stage.save()
            changed = True
    if changed:
        audit.record(actor=by, verb="planned", subject=version)


@transaction.atomic
def begin(*, version: VisionVersion, name: str, on: date, by: User, exception_reason: Texts | None = None) -> Stage:
    """Note that a stage began. A public reason stands in for what it lacks; it is kept with the version.

    Raises `StageRefused` with what is missing, `NotADraftError` once the version is adopted.
    """
    locked = _locked_draft(version)
    _refuse_future(version, on)
    if name == Stage.Name.APPROVED:
        raise StageRefused(_("Approval is the board's, in its meeting. Record its decision when it was made."))
    stage = Stage.objects.within(version.district_id).filter(version=version, name=name).first()
    if stage is not None and stage.ended_on is not None and stage.ended_on < on:
        raise StageRefused(_("It would begin after it ended. Nothing was changed."))
    if stage is not None and stage.began_on is not None:
        # Noted before: a correction of the day passes no gate a second time.
        lacking: list[Gate] = []
    else:
        lacking = [gate for gate in gates(locked, name) if not gate.holds]
    reason = {code: text for code, text in (exception_reason or {}).items() if text.strip()}
    if any(not gate.excusable for gate in lacking) or (lacking and not reason):
        raise StageRefused(" ".join(gate.words for gate in lacking))
    if lacking:
        locked.exception_reason = joined(locked.exception_reason, _named(name, reason))
        locked.save(update_fields=["exception_reason"])
    stage = stage or Stage(district_id=version.district_id, version=version, name=name)
    if stage.began_on != on:
        stage.began_on = on
        stage.save()
        audit.record(actor=by, verb="began", subject=stage, detail={"excused": [gate.key for gate in lacking]})
    return stage


@transaction.atomic
def end(*, version: VisionVersion, name: str, on: date, by: User) -> Stage:
    """Note that a stage ended, or on which other day it did. Raises `StageRefused` before it began."""
    _locked_draft(version)
    _refuse_future(version, on)
    stage = Stage.objects.within(version.district_id).filter(version=version, name=name).first()
    if stage is None or stage.began_on is None:
        raise StageRefused(_("Say first when it began."))
    if on < stage.began_on:
        raise StageRefused(_("It would end before it began. Nothing was changed."))
    if stage.ended_on != on:
        stage.ended_on = on
        stage.save(update_fields=["ended_on"])
        audit.record(actor=by, verb="ended", subject=stage)
    return stage  # type: ignore[no-any-return]


def _named(name: str, reason: Texts) -> Texts:
    """A reason that says which stage it is about, in its own languages."""
    found = {}
    for code, text in reason.items():
        with override(code):
            found[code] = f"{Stage.Name(name).label}: {text}"
    return found


def _refuse_future(version: VisionVersion, on: date) -> None:
    if on > version.district.today():
        raise StageRefused(_("That day lies ahead. Note it when it has come; until then it can be planned."))


def _locked_draft(version: VisionVersion) -> VisionVersion:
    rows: Any = VisionVersion.objects.within(version.district_id)
    locked: VisionVersion | None = rows.select_for_update().filter(pk=version.pk, state=VisionVersion.State.DRAFT).first()
    if locked is None:
        raise NotADraftError
    return locked
