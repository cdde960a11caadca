"""Expert reviews on record (T03): who that knows the field read a version, what they said, and what came of it.

A review changes nothing of what is asked, so one can be added to a version that people have been asked with.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.listening.models import ExpertReview, QuestionnaireVersion
from commonwhy.listening.services.questionnaires import QuestionnaireRefused


@transaction.atomic
def add_review(
    *, version: QuestionnaireVersion, reviewer: str, knows: str, reviewed_on: date, said: str, outcome: str, by: User
) -> ExpertReview:
    """Put a review on record. Raises `QuestionnaireRefused` for a date to come."""
    if reviewed_on > version.district.today():
        raise QuestionnaireRefused(_("That day is still to come. Say when it was read."))
    review = ExpertReview.everything.create(
        district_id=version.district_id,
        version=version,
        reviewer=reviewer.strip(),
        knows=knows.strip(),
        reviewed_on=reviewed_on,
        said=said.strip(),
        outcome=outcome.strip(),
    )
    audit.record(actor=by, verb="recorded review", subject=version)
    return review


@transaction.atomic
def remove_review(*, review: ExpertReview, by: User) -> None:
    """Take a review off the record. One that is gone already stays gone."""
    removed, _by_model = ExpertReview.objects.within(review.district_id).filter(pk=review.pk).delete()
    if removed:
        audit.record(actor=by, verb="removed review", subject=review.version)
