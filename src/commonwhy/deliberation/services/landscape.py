"""Where we agree: measured, released through the disclosure gate, drawn and kept. A job does it, never a request.

While a discussion runs it is worked out anew only when another crowd of k people is complete (`queries.votes`), so that no
single vote that comes late changes a figure; where nothing new may be counted, asking again costs one query. Closed, it is
worked out once more with everybody's votes, and that stays (`final`). The same votes give the same landscape.

`Landscape.released`, once there is something to show (before that there is no landscape at all):

    version, k (the small-cell k), weeks (people up to this Monday; "" once everybody is in)
    people, people_exact, votes     how many took part, how many reactions (rounded down)
    camps                           how many opinion groups there are; 1: no separate ones; 0: nobody could be placed
    groups      [{number, n, exact, representative: [{statement, agrees}]}]
    roles       [{group, kind, name, n: people or None, asked: people or None, enough}]
    sure        {stability, candidates: [{k, score, stability}], prediction: {n, brier, brier_of_means, accuracy, ...} or None}
    flags       [{kind, n: people, for straight liners}]
    map         {across, cells: [{x, y, size}], groups: [{number, x, y, long, short, turn}]}, or empty
    statements  [{statement: its id, number, outcome: shared | divided | open | not enough votes,
                  agree, pass, disagree: {percent, bound} or None, n, exact,
                  by_role: [{group: id, "together" or "unknown", name, members, n, exact, agree, pass, disagree}],
                  by_group: [{number, n, exact, agree, pass, disagree}]; bound "about": told in tens,
                  shared_ground: percent (= low), low, high,
                  lowest: {camp: number, or role: id and name; agree, n, exact} or None,
                  not_heard: [ids of roles with fewer than k votes], important: percent cell or None, since}]
    hidden      {statements: how many have too few votes to be shown}

`exact` false: the number of people is "at least" so many. A cell that is not shown is None, whatever the cause.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.core import audit, jobs
from commonwhy.core.clock import CLOCK
from commonwhy.core.models import Job
from commonwhy.deliberation.models import Discussion, Landscape
from commonwhy.deliberation.queries.votes import Gathered, newest_week, votes_for
from commonwhy.deliberation.services import landscape_map, landscape_release
from commonwhy.deliberation.services.landscape_release import Setting
from commonwhy.districts.models import Group
from commonwhy.districts.models.district import DEFAULT_K
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Response, Survey
from commonwhy.listening.queries.columns import told
from commonwhy.listening.queries.coverage import participation
from commonwhy.listening.queries.participation import Participation

if TYPE_CHECKING:
    from commonwhy.methods.opinion import Landscape as Measured

KIND = "where we agree"
VERSION = 1
AT_ONCE = 20
"""Statements that go through the gate in one transaction."""
Step = Callable[[str], None]


class LandscapeRefused(Exception):
    """There is nothing to show yet; the message says why and the way out."""


@transaction.atomic
def start(*, discussion: Discussion, by: Any) -> Job:
    """Work out where we agree, as a job. One that waits or runs is returned instead of a second.

    Raises `LandscapeRefused` for a discussion that has not opened.
    """
    Discussion.objects.within(discussion.district_id).select_for_update().filter(pk=discussion.pk).first()
    if discussion.survey.opens_later:
        raise LandscapeRefused(_("This discussion has not opened yet, so nobody has reacted to anything."))
    arguments = {"district": str(discussion.district_id), "discussion": str(discussion.pk)}
    waiting = [Job.State.WAITING, Job.State.RUNNING]
    same = Job.objects.filter(kind=KIND, started_by=by.pk, state__in=waiting, arguments=arguments)
    return same.first() or jobs.start(
        kind=KIND,
        title=_("Where we agree: %(question)s") % {"question": discussion.survey.title},
        started_by=by.pk,
        district_id=discussion.district_id,
        arguments=arguments,
    )


def start_when_closed(survey: Survey, by: Any) -> None:
    """What closing a survey starts (`core.slots.survey_closed`), where a discussion was held on it."""
    found = Discussion.objects.within(survey.district_id).select_related("survey").filter(survey=survey).first()
    if found is not None:
        start(discussion=found, by=by)


def start_where_new() -> int:
    """The chore: start it for every running discussion of which more people may be counted by now. Returns how many."""
    started = 0
    running = Discussion.everything.filter(survey__opened_at__isnull=False, landscape__isnull=True)
    running |= Discussion.everything.filter(survey__opened_at__isnull=False, landscape__final=False)
    for discussion in running.select_related("survey__district", "district"):
        if not discussion.survey.opens_later and has_new(discussion):
            start(discussion=discussion, by=CLOCK)
            started += 1
    return started


def has_new(discussion: Discussion) -> bool:
    """Whether working it out now would count anybody who is not in it yet."""
    viewer = JobViewer(discussion.district_id)
    kept = _kept(viewer, discussion)
    if kept is not None and kept.final:
        return False
    survey = discussion.survey
    if survey.closed_at is not None or survey.mode == Survey.Mode.IDENTIFIED:
        # With names nobody waits for a week to be over, but a crowd of k is waited for all the same.
        more = int(Response.objects.visible_to(viewer).filter(survey=survey, submitted=True).count())
        return more > 0 and (kept is None or survey.closed_at is not None or more >= kept.people + DEFAULT_K)
    week = newest_week(viewer, discussion)
    return week is not None and (kept is None or kept.weeks is None or week > kept.weeks)


def work_out(discussion: Discussion, *, step: Step = lambda note: None) -> Landscape:
    """Measure, release, draw and keep. Done again with the same votes it keeps what is there.

    Raises `LandscapeRefused` where nobody may be counted yet.
    """
    from commonwhy.methods.opinion import measure_landscape  # 270 MB of mathematics, which only a worker loads

    survey = discussion.survey
    viewer = JobViewer(discussion.district_id)
    kept = _kept(viewer, discussion)
    if kept is not None and not has_new(discussion):
        return kept
    step(_("Reading the votes"))
    gathered = votes_for(viewer, discussion)
    if not gathered.votes.count:
        if kept is not None:
            return kept
        raise LandscapeRefused(_nobody_yet(survey))
    shown = participation(viewer, [survey])[survey.pk]
    step(_("Looking who votes alike, and what everyone could live with"))
    measured = measure_landscape(
        gathered.votes,
        roles=gathered.roles,
        role_names=[str(group.pk) for group in gathered.groups],
        small=shown.k,
        seed=kept.seed if kept else 1,
    )
    step(_("Making sure that nobody is singled out"))
    return _keep(viewer, discussion, gathered, measured, shown, kept, step)


def _keep(
    viewer: JobViewer,
    discussion: Discussion,
    gathered: Gathered,
    measured: Measured,
    shown: Participation,
    kept: Landscape | None,
    step: Step,
) -> Landscape:
    from commonwhy.deliberation.services.landscape_drawing import charts_of

    survey = discussion.survey
    final = survey.closed_at is not None
    weeks = None if final else gathered.until
    since = weeks.isoformat() if weeks else ""
    setting = Setting(
        district=discussion.district_id,
        discussion=discussion.pk,
        k=shown.k,
        roles=gathered.groups,
        told=frozenset(group for group, count in shown.groups.items() if count.heard is not None),
        generation=_generation(measured, since),
    )
    cube = landscape_release.count(
        gathered.votes, gathered.roles, measured.people.group, len(gathered.groups), max(measured.k, 0)
    )
    before = {each["statement"]: each for each in kept.released.get("statements", ())} if kept else {}
    statements: list[dict[str, Any]] = []
    for first in range(0, len(gathered.statements), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        # A few at a time, so that whoever votes meanwhile waits for none of it. What leaves is noted statement by statement
        # and is the same when it is asked for again, so a run that is cut off loses nothing.
        with transaction.atomic():
            Survey.objects.within(discussion.district_id).select_for_update().filter(pk=survey.pk).first()
            statements += landscape_release.release_statements(
                setting, gathered.statements[some], measured.statements[some], cube[some], measured.k, before, since=since
            )
    landscape_release.add_bounds(statements)
    _add_importance(statements, gathered, shown.k)
    released = _released(gathered, measured, shown, statements, weeks)
    step(_("Drawing"))
    charts = charts_of(released, _texts(gathered))
    with transaction.atomic():
        landscape, _fresh = Landscape.everything.update_or_create(
            discussion=discussion,
            defaults={
                "district_id": discussion.district_id,
                "seed": measured.seed,
                "weeks": weeks,
                "people": released["people"],
                "votes": released["votes"],
                "final": final,
                "released": released,
                "charts": charts,
            },
        )
        audit.record(actor="where we agree", verb="worked out", subject=discussion)
    return landscape


def _released(
    gathered: Gathered,
    measured: Measured,
    shown: Participation,
    statements: list[dict[str, Any]],
    weeks: date | None,
) -> dict[str, Any]:
    exact = shown.everyone.heard is not None and all(count.heard is not None for count in shown.groups.values())
    people = told(gathered.votes.people, shown.k, exact=exact)
    crowd = gathered.votes.people >= shown.k
    apart = measured.n_people - measured.n_grouped
    grouped = exact and (apart == 0 or apart >= shown.k)
    ids = [str(statement.pk) for statement in gathered.statements]
    return {
        "version": VERSION,
        "k": shown.k,
        "weeks": weeks.isoformat() if weeks else "",
        "people": people["n"] if crowd else 0,
        "people_exact": people["exact"],
        "votes": told(measured.n_votes, shown.k, exact=False)["n"] if measured.n_votes >= shown.k else 0,
        "camps": measured.k if crowd else 0,
        "groups": [
            {
                "number": group.number + 1,
                **told(group.n, shown.k, exact=grouped),
                "representative": [{"statement": ids[each.statement], "agrees": each.agrees} for each in group.representative],
            }
            for group in measured.groups
        ]
        if measured.k > 1 and crowd
        else [],
        "roles": [_took_part(group, shown) for group in gathered.groups],
        "sure": _how_sure(measured) if crowd else {},
        "flags": _flags(measured, shown.k) if crowd else [],
        "map": landscape_map.cells_of(measured, shown.k),
        "statements": statements,
        "hidden": {"statements": sum(each["n"] is None for each in statements)},
        "seed": measured.seed,
    }


def _took_part(group: Group, shown: Participation) -> dict[str, Any]:
    """How many of a group took part, as the coverage page tells it."""
    count = shown.groups.get(group.pk)
    told_of = (
        {"n": count.heard, "asked": count.asked, "enough": count.enough} if count else {"n": None, "asked": None, "enough": False}
    )
    return {"group": str(group.pk), "kind": group.kind, "name": group.name, **told_of}


def _how_sure(measured: Measured) -> dict[str, Any]:
    def rounded(value: float | None) -> float | None:
        return None if value is None or value != value else round(value, 3)  # a score that is no number is told as none

    prediction = measured.prediction
    return {
        "stability": rounded(measured.stability),
        "candidates": [
            {"k": each.k, "score": rounded(each.score), "stability": rounded(each.stability)} for each in measured.candidates
        ],
        "prediction": {
            "n": prediction.n,
            "brier": rounded(prediction.brier),
            "brier_of_means": rounded(prediction.brier_of_means),
            "accuracy": rounded(prediction.accuracy),
            "accuracy_of_means": rounded(prediction.accuracy_of_means),
        }
        if prediction
        else None,
    }


def _flags(measured: Measured, k: int) -> list[dict[str, Any]]:
    """What to look at; of flags about people how many, and only from k on."""
    found = []
    for flag in measured.flags:
        if not flag.people:
            found.append({"kind": flag.kind.value, "n": None})
        elif len(flag.people) >= k:
            found.append({"kind": flag.kind.value, **told(len(flag.people), k, exact=False)})
    return found


def _add_importance(statements: list[dict[str, Any]], gathered: Gathered, k: int) -> None:
    """How many of those who saw a statement called it important: a share like any other, where its n is told in full.

    What stayed from before keeps what was told then.
    """
    import numpy as np

    from commonwhy.core.disclosure import share

    seen = np.bincount(gathered.votes.statement, minlength=gathered.votes.statements)
    for place, each in enumerate(statements):
        if "important" in each:
            continue
        everybody = each["exact"] and each["n"] == int(seen[place])
        cell = share(int(gathered.important[place]), int(seen[place]), k) if everybody else None
        each["important"] = {"percent": cell.percent, "bound": cell.bound} if cell else None


def _texts(gathered: Gathered) -> dict[str, dict[str, str]]:
    return {str(statement.pk): statement.texts for statement in gathered.statements}


def _generation(measured: Measured, since: str) -> str:
    """A name for this grouping of people: another grouping has another one."""
    return f"{since}/{hashlib.sha256(measured.people.group.tobytes()).hexdigest()}"


def _nobody_yet(survey: Survey) -> str:
    if survey.is_closed:
        return _("Nobody took part in this discussion, so there is nothing to show.")
    return _(
        "Not enough people have taken part to be shown. While a discussion runs, they come in by the week, ten or more "
        "together; once it has closed, all of them do."
    )


def _kept(viewer: JobViewer, discussion: Discussion) -> Landscape | None:
    found: Landscape | None = Landscape.objects.visible_to(viewer).filter(discussion=discussion).first()
    return found


def discussion_for_job(district: str, discussion: str) -> Discussion | None:
    """The discussion a job was started for; None once it is not there any more."""
    rows = Discussion.objects.visible_to(JobViewer(UUID(district))).select_related(
        "survey__district", "survey__version", "district"
    )
    found: Discussion | None = rows.filter(pk=UUID(discussion)).first()
    return found
