"""Surveys: prepared, opened once, closed, extended. Counting who is asked, from the roster or as somebody states it.

Everything that decides about a survey locks its row first, so that of two people pressing at once the second is told what
the first has done. Closing an anonymous survey stirs its answers, after the commit and in a transaction of its own; then
the rooms below start what follows a closing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.core.clock import Clock
from commonwhy.core.slots import survey_closed, survey_stops
from commonwhy.districts.models import REQUIRED_KINDS, District, Group, Person, School
from commonwhy.listening.models import Question, QuestionnaireVersion, Survey, SurveyCell
from commonwhy.listening.queries.asked import Asked, plan_of
from commonwhy.listening.queries.lawful import asks_students, standing, tagged_questions, terms_of
from commonwhy.listening.services.questionnaires import copy_shipped
from commonwhy.listening.services.stirring import stir
from commonwhy.listening.shipped import DEFINITION_PULSE

USUAL_WEEKS = 2

logger = logging.getLogger("commonwhy.surveys")


class SurveyRefused(Exception):
    """Nothing was changed; the message says why and what to do."""


@transaction.atomic
def create_survey(
    *,
    district: District,
    version: QuestionnaireVersion,
    title: str,
    mode: str,
    groups: Sequence[Group],
    by: User,
    closes_at: datetime | None = None,
    open_link: bool = False,
) -> Survey:
    """A draft. Raises `SurveyRefused` for what could never open."""
    _refuse_foreign(district, version, groups)
    _refuse_past(closes_at)
    _refuse_nameless_link(mode, open_link)
    survey = Survey.everything.create(
        district=district, version=version, title=title.strip(), mode=mode, closes_at=closes_at, open_link=open_link
    )
    survey.groups.set(groups)
    audit.record(actor=by, verb="prepared", subject=survey, detail={"mode": mode})
    return survey


@transaction.atomic
def prepare_pulse(*, district: District, by: User) -> Survey:
    """A draft of the definition pulse, for two weeks, to the groups that are known; one in preparation is returned."""
    version = copy_shipped(district=district, key=DEFINITION_PULSE, by=by)
    drafts = Survey.objects.within(district).filter(version__questionnaire=version.questionnaire, opened_at=None)
    before = drafts.first()
    if before is not None:
        return before  # type: ignore[no-any-return]
    groups = list(Group.objects.within(district).filter(not_here=""))
    known = set(Person.objects.within(district).filter(ended=False).values_list("group_id", flat=True).distinct())
    # Whom the roster counts; without one, those a vision has to hear. A group nobody can count would cost others their label.
    asked = [group for group in groups if group.pk in known] or [group for group in groups if group.kind in REQUIRED_KINDS]
    # Its first question is also its title, so that each reader has it in their language.
    first = Question.objects.within(district).filter(version=version).earliest("position")
    title = version.words(first.texts, get_language() or district.language)[:160]
    return create_survey(
        district=district,
        version=version,
        title=title,
        mode=Survey.Mode.ANONYMOUS,
        groups=asked,
        by=by,
        closes_at=usual_closing(district),
    )


def usual_closing(district: District) -> datetime:
    """Two weeks from now, at five in the afternoon where the district is."""
    local = timezone.now().astimezone(ZoneInfo(district.time_zone)) + timedelta(weeks=USUAL_WEEKS)
    return local.replace(hour=17, minute=0, second=0, microsecond=0)


@transaction.atomic
def change_survey(
    *,
    survey: Survey,
    version: QuestionnaireVersion,
    title: str,
    mode: str,
    groups: Sequence[Group],
    by: User,
    closes_at: datetime | None,
    open_link: bool,
) -> Survey:
    """Change a draft. Raises `SurveyRefused` once it is open: mode, groups and questions are fixed from then on."""
    locked = _locked(survey)
    if not locked.is_draft:
        raise SurveyRefused(
            _("This survey is open already, so its mode, groups and questions stay as they are. Nothing was changed.")
        )
    _refuse_foreign(locked.district, version, groups)
    _refuse_past(closes_at)
    _refuse_nameless_link(mode, open_link)
    locked.version, locked.title, locked.mode = version, title.strip(), mode
    locked.closes_at, locked.open_link = closes_at, open_link
    locked.save(update_fields=["version", "title", "mode", "closes_at", "open_link"])
    locked.groups.set(groups)
    SurveyCell.objects.within(locked.district_id).filter(survey=locked).exclude(group__in=groups).delete()
    audit.record(actor=by, verb="changed", subject=locked, detail={"mode": mode})
    return locked


@transaction.atomic
def state_asked(*, survey: Survey, numbers: Mapping[tuple[UUID, UUID | None], int | None], by: User) -> Survey:
    """Note how many are asked where the roster does not say, by group and school (None: the group as a whole).

    Numbers for groups that the roster counts are left alone. In an open survey a number can be corrected, which may take
    group and school away from answers that are there, and never gives them back.
    """
    locked = _locked(survey)
    if locked.is_closed:
        raise SurveyRefused(_("This survey is closed. How many were asked stays as it was."))
    stated = {group.group.pk for group in plan_of(locked) if not group.from_roster}
    schools = set(School.objects.within(locked.district_id).values_list("pk", flat=True))
    asked = [
        (group, school, number)
        for (group, school), number in numbers.items()
        if group in stated and (school is None or school in schools)
    ]
    before = _cells(locked)
    for group, school, number in asked:
        cell = before.get((group, school))
        if cell is not None and cell.asked != number:
            cell.asked = number
            cell.save(update_fields=["asked"])
        elif cell is None and number is not None:
            _add_cell(locked, before, group, school, number)
    audit.record(actor=by, verb="stated who is asked", subject=locked)
    return locked


@transaction.atomic
def open_survey(*, survey: Survey, by: User) -> Survey:
    """Open a draft: its version is frozen, and who is asked is counted from the roster.

    Raises `SurveyRefused` when something is missing, or when it is open already.
    """
    locked = _locked(survey)
    if not locked.is_draft:
        raise SurveyRefused(_("This survey is open already. Nothing was changed."))
    versions = QuestionnaireVersion.objects.within(locked.district_id).select_for_update()
    version = versions.get(pk=locked.version_id)
    if not locked.groups.exists():
        raise SurveyRefused(_("Choose at least one group to ask. Nothing was changed."))
    if not Question.objects.within(locked.district_id).filter(version=version).exists():
        raise SurveyRefused(_("The questionnaire has no question yet. Nothing was changed."))
    _refuse_past(locked.closes_at)
    for missing in (*standing(locked).stops, *(text for stops in survey_stops for text in stops(locked))):
        raise SurveyRefused(missing)
    count_asked(locked)
    if not version.frozen:
        version.frozen = True
        version.save(update_fields=["frozen"])
    locked.opened_at = timezone.now()
    locked.save(update_fields=["opened_at"])
    audit.record(actor=by, verb="opened", subject=locked, detail={"mode": locked.mode})
    return locked


def count_asked(survey: Survey) -> None:
    """Bring the survey's cells up to the roster: whoever is in it now is asked. A number never falls, a cell never goes.

    Somebody who has left since was asked all the same; and tokens carry the number of their cell.
    """
    before = _cells(survey)
    for group in plan_of(survey):
        for place in group.places:
            cell = before.get((group.group.pk, place.school.pk if place.school else None))
            if cell is None:
                if place.school is None or place.asked:
                    _add_cell(survey, before, group.group.pk, place.school.pk if place.school else None, place.asked)
            elif group.from_roster and (cell.asked or 0) < (place.asked or 0):
                cell.asked = place.asked
                cell.save(update_fields=["asked"])


@transaction.atomic
def close_survey(*, survey: Survey, by: User | Clock, follow: bool = True) -> Survey:
    """Close now. What was answered is kept. Raises `SurveyRefused` for a draft; closing twice changes nothing.

    One that has run out closes as of the time it ran out. Without `follow` nothing is started that works on its answers.
    """
    locked = _locked(survey)
    if locked.is_draft:
        raise SurveyRefused(_("This survey has not opened yet. Discard it if you do not need it."))
    if locked.closed_at is None:
        now = timezone.now()
        locked.closed_at = max(locked.opened_at or now, min(now, locked.closes_at or now))
        locked.save(update_fields=["closed_at"])
        audit.record(actor=by, verb="closed", subject=locked)
        if locked.mode == Survey.Mode.ANONYMOUS:
            transaction.on_commit(partial(_stir, locked), robust=True)
        for follows in survey_closed if follow else ():
            transaction.on_commit(partial(follows, locked, by), robust=True)
    return locked


@transaction.atomic
def extend_survey(*, survey: Survey, closes_at: datetime | None, by: User) -> Survey:
    """Close at another time (None: when somebody closes it). One that ran out may go on; one closed by hand stays closed."""
    locked = _locked(survey)
    if locked.is_draft:
        raise SurveyRefused(_("This survey has not opened yet."))
    if locked.closed_at is not None:
        raise SurveyRefused(_("This survey was closed. Prepare another one to ask again."))
    _refuse_past(closes_at)
    promised = terms_of(locked).delete_on
    if promised is not None and closes_at is not None and closes_at.date() >= promised:
        raise SurveyRefused(_("Its answers are deleted on %(day)s, as was promised. Close it before that.") % {"day": promised})
    locked.closes_at = closes_at
    locked.save(update_fields=["closes_at"])
    audit.record(actor=by, verb="extended", subject=locked)
    return locked


@transaction.atomic
def offer_open_link(*, survey: Survey, offered: bool, by: User) -> Survey:
    """Let anybody with the link answer, or stop it. Only where answers are anonymous: the link knows nobody's name."""
    locked = _locked(survey)
    if locked.closed_at is not None:
        raise SurveyRefused(_("This survey is closed."))
    _refuse_nameless_link(locked.mode, offered)
    if offered and asks_students(locked) and tagged_questions(locked):
        raise SurveyRefused(
            _("Students are asked about a protected area, and an open link cannot leave out a child whose family said no.")
        )
    if locked.open_link != offered:
        locked.open_link = offered
        locked.save(update_fields=["open_link"])
        audit.record(actor=by, verb="changed open link", subject=locked, detail={"open_link": offered})
    return locked


@transaction.atomic
def discard_draft(*, survey: Survey, by: User) -> None:
    """Throw a draft away. Raises `SurveyRefused` for a survey that has opened: what people said stays."""
    locked = _locked(survey)
    if not locked.is_draft:
        raise SurveyRefused(_("This survey has opened, so it cannot be discarded. Close it instead."))
    audit.record(actor=by, verb="discarded", subject=locked)
    locked.delete()


def _locked(survey: Survey) -> Survey:
    related = Survey.objects.within(survey.district_id).select_related("district")
    found = related.select_for_update(of=("self",)).filter(pk=survey.pk).first()
    if found is None:
        raise SurveyRefused(_("Somebody discarded this survey in the meantime."))
    return found  # type: ignore[no-any-return]


def _cells(survey: Survey) -> dict[tuple[UUID, UUID | None], SurveyCell]:
    cells = SurveyCell.objects.within(survey.district_id).filter(survey=survey)
    return {(cell.group_id, cell.school_id): cell for cell in cells}


def _add_cell(survey: Survey, before: Asked, group: UUID, school: UUID | None, asked: int | None) -> None:
    number = max((cell.number for cell in before.values()), default=0) + 1
    before[group, school] = SurveyCell.everything.create(
        district_id=survey.district_id, survey=survey, number=number, group_id=group, school_id=school, asked=asked
    )


def _refuse_foreign(district: District, version: QuestionnaireVersion, groups: Sequence[Group]) -> None:
    if version.district_id != district.pk or any(group.district_id != district.pk for group in groups):
        raise SurveyRefused(_("Something of another district was chosen. Nothing was changed."))
    if any(group.not_here for group in groups):
        raise SurveyRefused(_("One of the groups is marked as not here. Nothing was changed."))


def _refuse_past(closes_at: datetime | None) -> None:
    if closes_at is not None and closes_at <= timezone.now():
        raise SurveyRefused(_("It would close before it opens: choose a later time. Nothing was changed."))


def _refuse_nameless_link(mode: str, open_link: bool) -> None:
    if open_link and mode != Survey.Mode.ANONYMOUS:
        raise SurveyRefused(_("An open link knows nobody's name, so it can only be used in an anonymous survey."))


def _stir(survey: Survey) -> None:
    """After the commit, in a transaction of its own. Too busy now, it is done with the daily chores."""
    try:
        stir(survey)
    except OperationalError:
        logger.warning("a closed survey was too busy to be stirred; the daily chores will do it")
