"""What a family says about one child and one survey, and what follows from it at once (FIELD rule 2).

A child whose family says no is asked no more. What was answered already is deleted where it can be found: by its key in a
survey with names or a confidential one, where nobody sees it on the way. In an anonymous survey it cannot be found, and
the pages say so. It is one transaction: nothing is half done.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.core.slots import responses_forgotten
from commonwhy.districts.models import Group, Person, School
from commonwhy.listening.models import IssuedKey, ParentChoice, Response, Survey
from commonwhy.listening.queries.lawful import needs_consent
from commonwhy.listening.services.disposal import remove_responses
from commonwhy.listening.services.sealing import unseal

MOST_A_DAY = 500
"""What families may send for one survey in a day by the public page; per survey, since a school shares one address."""

CONSENT, OPT_OUT = ParentChoice.Kind.CONSENT, ParentChoice.Kind.OPT_OUT


class ChoiceRefused(Exception):
    """Nothing was changed; the message says why and what to do."""


@transaction.atomic
def record_choice(
    *,
    survey: Survey,
    person: Person,
    kind: str,
    by: User,
    given_on: date | None = None,
    in_writing: bool = False,
    family: str = "",
) -> ParentChoice:
    """Write down what a family has said; the same said twice stays once. The other kind, where it stood, is taken back.

    Raises `ChoiceRefused` for somebody the survey does not ask as a student, or a day to come.
    """
    locked = _locked(survey)
    today = locked.district.today()
    if (given_on or today) > today:
        raise ChoiceRefused(_("This day has not come yet. Nothing was changed."))
    asked = Group.objects.within(locked.district_id).filter(pk=person.group_id, surveys=locked, kind=Group.Kind.STUDENTS)
    if person.district_id != locked.district_id or not asked.exists():
        raise ChoiceRefused(_("This survey does not ask this child. Nothing was changed."))
    if kind == CONSENT and not in_writing and needs_consent(locked):
        raise ChoiceRefused(_("The law asks for consent in writing here. Nothing was changed."))
    standing = ParentChoice.objects.within(locked.district_id).filter(survey=locked, person=person, withdrawn_on=None)
    before = standing.filter(kind=kind).first()
    if before is not None:
        if in_writing and not before.in_writing:
            before.in_writing = True
            before.save(update_fields=["in_writing"])
        return before  # type: ignore[no-any-return]
    standing.exclude(kind=kind).update(withdrawn_on=today)
    choice = ParentChoice.everything.create(
        district_id=locked.district_id,
        survey=locked,
        person=person,
        kind=kind,
        family=family.strip(),
        given_on=given_on or today,
        in_writing=in_writing,
        recorded_by=by.pk,
    )
    audit.record(actor=by, verb="wrote down", subject=choice, detail={"kind": kind})
    if kind == OPT_OUT:
        _forget(locked, person)
    return choice


@transaction.atomic
def take_back(*, choice: ParentChoice, by: User) -> ParentChoice:
    """A family takes its word back; it stays on record. Without a consent that was needed, what was answered is deleted."""
    locked = _locked(choice.survey)
    row: ParentChoice = ParentChoice.objects.within(locked.district_id).select_for_update().get(pk=choice.pk)
    if row.withdrawn_on is not None:
        return row
    row.withdrawn_on = locked.district.today()
    row.save(update_fields=["withdrawn_on"])
    audit.record(actor=by, verb="took back", subject=row, detail={"kind": row.kind})
    if row.kind == CONSENT and row.person is not None and needs_consent(locked):
        _forget(locked, row.person)
    return row


@transaction.atomic
def say_publicly(*, survey: Survey, child: str, school: School | None, family: str) -> bool:
    """A family says, without an account, that a child takes no part. Returns False where too many have come today.

    Nothing tells whether the child exists: it is the same for every name, and somebody matches it later.
    """
    today = survey.district.today()
    rows = ParentChoice.objects.within(survey.district_id).filter(survey=survey, recorded_by=None)
    same = rows.filter(child__iexact=child.strip(), family__iexact=family.strip(), school=school, withdrawn_on=None)
    if same.exists():
        return True
    if rows.filter(given_on=today).count() >= MOST_A_DAY:
        return False
    ParentChoice.everything.create(
        district_id=survey.district_id,
        survey=survey,
        kind=OPT_OUT,
        child=child.strip(),
        school=school,
        family=family.strip(),
        given_on=today,
        in_writing=True,
    )
    return True


@transaction.atomic
def match(*, choice: ParentChoice, person: Person, by: User) -> ParentChoice:
    """Say which child a family wrote about; its word counts from then on. Raises `ChoiceRefused` like `record_choice`."""
    locked = _locked(choice.survey)
    row: ParentChoice = ParentChoice.objects.within(locked.district_id).select_for_update().get(pk=choice.pk)
    if row.person_id is not None or row.withdrawn_on is not None:
        raise ChoiceRefused(_("Somebody has dealt with this meanwhile."))
    record_choice(survey=locked, person=person, kind=row.kind, by=by, given_on=row.given_on, in_writing=True, family=row.family)
    # The family's own line stays on record; the one that counts is the child's.
    row.withdrawn_on = locked.district.today()
    row.save(update_fields=["withdrawn_on"])
    audit.record(actor=by, verb="matched", subject=row)
    return row


@transaction.atomic
def found_nobody(*, choice: ParentChoice, by: User) -> None:
    """Nobody of that name is asked. What the family wrote stays on record."""
    rows = ParentChoice.objects.within(choice.district_id).filter(pk=choice.pk, person=None, withdrawn_on=None)
    if rows.update(withdrawn_on=choice.survey.district.today()):
        audit.record(actor=by, verb="found nobody for", subject=choice)


def _locked(survey: Survey) -> Survey:
    rows = Survey.objects.within(survey.district_id).select_related("district").select_for_update(of=("self",))
    return rows.get(pk=survey.pk)  # type: ignore[no-any-return]


def _forget(survey: Survey, person: Person) -> None:
    """Delete what somebody answered and the keys of their links, so that those links open nothing any more.

    Whether there was an answer is told to nobody. In an anonymous survey there is no way to find one.
    """
    if survey.mode == Survey.Mode.ANONYMOUS:
        return
    keys = IssuedKey.objects.within(survey.district_id).filter(survey=survey)
    if survey.mode == Survey.Mode.IDENTIFIED:
        own = list(keys.filter(person=person).values_list("pk", "key"))
    else:
        own = [(pk, key) for pk, key, sealed in keys.values_list("pk", "key", "sealed") if unseal(sealed) == person.pk]
    # The keys first: whoever saves an answer at this moment holds its key's row, and is waited for.
    keys.filter(pk__in=[pk for pk, _key in own]).delete()
    said = Response.objects.within(survey.district_id).filter(survey=survey, key__in=[key for _pk, key in own])
    remove_responses(survey, said, survey.district.today())
    for forget in responses_forgotten:
        forget(survey, frozenset(key for _pk, key in own))
