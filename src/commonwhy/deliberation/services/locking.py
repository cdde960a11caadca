"""A discussion locked for a change, and how a change is refused."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import Discussion
from commonwhy.listening.services.surveys import SurveyRefused

LANGUAGES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
"""The languages a statement has to stand in before anybody reacts to it."""


class DiscussionRefused(SurveyRefused):
    """Nothing was changed; the message says why and what to do."""


def locked_discussion(discussion: Discussion) -> Discussion:
    """The discussion as it is now, locked: of two who press at once, the second is told what the first has done."""
    rows = Discussion.objects.within(discussion.district_id).select_related("survey__version__questionnaire", "survey__district")
    found = rows.select_related("district").select_for_update(of=("self",)).filter(pk=discussion.pk).first()
    if found is None:
        raise DiscussionRefused(_("Somebody discarded this discussion in the meantime."))
    # Both are asked for what the district says of days and languages; one object, read once.
    found.survey.district = found.district
    return found  # type: ignore[no-any-return]
