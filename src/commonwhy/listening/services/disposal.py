"""Deleting what people said: because a promised day has come, a family takes it back, or two people dispose of old records.

What is deleted: answers, with their codes, translations, marked words that nothing cites, and whose they were. What stays:
figures that were released, marked words that a vision or a reply cites (they hold no name and no longer know their answer),
and one line that says what was deleted, when and why. A legal hold stops all of it but a family's word (FIELD 4, 8).
"""

from __future__ import annotations

import logging
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import PROTECT, ForeignObjectRel, Model
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.core.clock import CLOCK
from commonwhy.core.slots import responses_forgotten, words_withdrawn
from commonwhy.districts.models import District, RetentionClass, ScopedQuerySet
from commonwhy.listening.models import (
    Answer,
    Disposal,
    Excerpt,
    IssuedKey,
    Response,
    Survey,
    SurveyCare,
)
from commonwhy.listening.queries.lawful import terms_of
from commonwhy.listening.services.care import CareRefused
from commonwhy.listening.services.kept_counts import keep_counts
from commonwhy.listening.services.surveys import close_survey

logger = logging.getLogger("commonwhy.disposal")


def remove_responses(survey: Survey, responses: ScopedQuerySet, today: date) -> int:
    """Delete these responses of a survey and all that hangs on them. Inside the caller's transaction. Returns how many."""
    answers = Answer.objects.within(survey.district_id).filter(response__in=responses)
    words = frozenset(value for value in answers.values_list("value", flat=True) if isinstance(value, str))
    marked = Excerpt.objects.within(survey.district_id).filter(answer__in=answers)
    cited = leaned_on(Excerpt, set(marked.values_list("pk", flat=True)))
    marked.filter(pk__in=cited).update(answer=None, source_deleted_on=today)
    Excerpt.objects.within(survey.district_id).filter(answer__in=answers).delete()
    keys = list(responses.values_list("pk", flat=True))
    removed = len(keys)
    for start in range(0, removed, 500):
        Response.objects.within(survey.district_id).filter(pk__in=keys[start : start + 500]).delete()
    if words:
        for withdraw in words_withdrawn:
            withdraw(survey, words)
    return removed


def leaned_on(model: type[Model], own: set[UUID]) -> set[UUID]:
    """Of these rows, those that something leans on, whichever room it is in: a sentence, a comment, a reply."""
    found: set[UUID] = set()
    # Hidden ones too: most of what leans on an excerpt is not to be reached from it.
    for relation in model._meta.get_fields(include_hidden=True) if own else ():
        if not isinstance(relation, ForeignObjectRel) or not (relation.many_to_many or relation.on_delete is PROTECT):
            continue
        field = relation.remote_field
        rows = field.model._base_manager.filter(**{f"{field.name}__in": own})
        found |= own.intersection(rows.values_list(field.name, flat=True))
    return found


@transaction.atomic
def _delete_answers(survey: Survey, *, reason: str, disposal: Disposal | None, done_by: User | None) -> Disposal:
    """Everything that was said in a survey. Its counts are kept as they were last shown."""
    today = survey.district.today()
    locked = Survey.objects.within(survey.district_id).select_related("district").select_for_update(of=("self",))
    survey = locked.get(pk=survey.pk)
    keep_counts(survey)
    count = remove_responses(survey, Response.objects.within(survey.district_id).filter(survey=survey), today)
    for forget in responses_forgotten:
        forget(survey, None)
    IssuedKey.objects.within(survey.district_id).filter(survey=survey).delete()
    terms = terms_of(survey)
    terms.deleted_on = today
    if terms.asks_under_13 and terms.delete_on is None:
        terms.delete_on = today
    terms.save()
    line = disposal or Disposal(district_id=survey.district_id, survey=survey, what=survey.title, proposed_on=today)
    line.reason, line.done_on, line.responses = line.reason or reason, today, count
    line.done_by = done_by.pk if done_by else None
    line.save()
    audit.record(actor=done_by or CLOCK, verb="deleted the answers of", subject=survey)
    return line


# A day that was promised


def delete_due() -> int:
    """The chore: surveys whose day of deletion has come. Closed first where they are open. Returns how many."""
    done = 0
    for terms in SurveyCare.everything.filter(delete_on__isnull=False, deleted_on=None, hold_reason="").select_related(
        "survey__district"
    ):
        survey = terms.survey
        if terms.delete_on is None or terms.delete_on > survey.district.today():
            continue
        if not survey.is_draft and survey.closed_at is None:
            close_survey(survey=survey, by=CLOCK, follow=False)
        _delete_answers(survey, reason=_("The day that was promised has come."), disposal=None, done_by=None)
        done += 1
    return done


# Records by their class


@transaction.atomic
def add_class(*, district: District, name: str, months: int | None, source: str, by: User) -> RetentionClass:
    """A class of the district's records schedule. Raises `CareRefused` where there is one of that name."""
    if RetentionClass.objects.within(district).filter(name=name.strip()).exists():
        raise CareRefused(_("There is a class of this name already. Nothing was changed."))
    made = RetentionClass.everything.create(district=district, name=name.strip(), months=months, source=source.strip())
    audit.record(actor=by, verb="added", subject=made, detail={"months": months})
    return made


@transaction.atomic
def change_class(*, retention: RetentionClass, months: int | None, source: str, by: User) -> RetentionClass:
    """Another time, or where it is written."""
    retention.months, retention.source = months, source.strip()
    retention.save(update_fields=["months", "source"])
    audit.record(actor=by, verb="changed", subject=retention, detail={"months": months})
    return retention


@transaction.atomic
def propose(*, survey: Survey, reason: str, by: User) -> Disposal:
    """Propose to dispose of a closed survey's answers; somebody else does it. Raises `CareRefused` where it may not be."""
    Survey.objects.within(survey.district_id).select_for_update().get(pk=survey.pk)
    _refuse_unless_disposable(survey)
    before = Disposal.objects.within(survey.district_id).filter(survey=survey, done_on=None).first()
    if before is not None:
        return before  # type: ignore[no-any-return]
    if not reason.strip():
        raise CareRefused(_("Say why: the schedule or the law that allows it. Nothing was changed."))
    line = Disposal.everything.create(
        district_id=survey.district_id,
        survey=survey,
        what=survey.title,
        reason=reason.strip(),
        proposed_by=by.pk,
        proposed_on=survey.district.today(),
    )
    audit.record(actor=by, verb="proposed to dispose of", subject=survey, detail={"reason": line.reason})
    return line


@transaction.atomic
def dispose(*, disposal: Disposal, by: User) -> Disposal:
    """Do what somebody else has proposed. Raises `CareRefused` for one's own proposal, a hold, or one that was done."""
    line: Disposal = Disposal.objects.within(disposal.district_id).select_for_update().get(pk=disposal.pk)
    if line.done_on is not None or line.survey is None:
        raise CareRefused(_("This was done already."))
    if line.proposed_by == by.pk:
        raise CareRefused(_("You proposed it, so somebody else has to do it. Nothing was deleted."))
    _refuse_unless_disposable(line.survey)
    return _delete_answers(line.survey, reason=line.reason, disposal=line, done_by=by)


@transaction.atomic
def withdraw_proposal(*, disposal: Disposal, by: User) -> None:
    """Take back a proposal that was not done. Anybody who may propose may."""
    waiting = Disposal.objects.within(disposal.district_id).filter(pk=disposal.pk, done_on=None)
    if waiting.exists():
        audit.record(actor=by, verb="took back the disposal of", subject=disposal)
        waiting.delete()


def _refuse_unless_disposable(survey: Survey) -> None:
    terms = terms_of(survey)
    if terms.hold_reason:
        raise CareRefused(
            _("It is kept for a legal hold: %(reason)s. Nothing is deleted while it holds.") % {"reason": terms.hold_reason}
        )
    if survey.closed_at is None:
        raise CareRefused(_("Close the survey first. Nothing was deleted."))
    if terms.deleted_on is not None:
        raise CareRefused(_("Its answers were deleted already."))
    if terms.retention is None:
        raise CareRefused(_("Say first which class of records it belongs to. Nothing was deleted."))
    due = due_on(survey, terms.retention)
    if due is None:
        raise CareRefused(_("Records of this class are never disposed of."))
    if due > survey.district.today():
        raise CareRefused(_("Its records are to be kept until %(day)s.") % {"day": due})


def due_on(survey: Survey, retention: RetentionClass) -> date | None:
    """The day from which a closed survey's answers may be disposed of; None for never, or while it is not closed."""
    if retention.months is None or survey.closed_at is None:
        return None
    closed = survey.closed_at.date()
    month = closed.month - 1 + retention.months
    year, month = closed.year + month // 12, month % 12 + 1
    for day in (closed.day, 30, 29, 28):
        try:
            return date(year, month, min(closed.day, day))
        except ValueError:
            continue
    return None
