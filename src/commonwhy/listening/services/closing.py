"""Closing surveys whose time has run out, so that what follows a closing follows there too.

Done with the daily chores, so a team that sees on the same evening that too few have answered can still let one go on.
"""

from __future__ import annotations

import logging

from django.utils import timezone

from commonwhy.core.clock import CLOCK
from commonwhy.listening.models import Survey
from commonwhy.listening.services.surveys import SurveyRefused, close_survey

logger = logging.getLogger("commonwhy.surveys")


def close_run_out() -> int:
    """The chore: close every survey that has run out, as of the time it ran out. Returns how many."""
    closed = 0
    for survey in Survey.everything.filter(opened_at__isnull=False, closed_at=None, closes_at__lte=timezone.now()):
        try:
            close_survey(survey=survey, by=CLOCK)
        except SurveyRefused:
            logger.warning("a survey that has run out was not there any more")
        else:
            closed += 1
    return closed
