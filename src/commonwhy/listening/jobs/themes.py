"""The job that counts the themes of one question by group. Done again it changes nothing but what was coded since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.core import jobs
from commonwhy.core.disclosure import DisclosureRefused
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.listening.models import Question, Survey
from commonwhy.listening.services.theme_figures import KIND, FiguresRefused, count_themes

STEPS = 3


def count(progress: Progress, *, district: str, survey: str, question: str) -> dict[str, Any]:
    """Count and keep; the result is on the survey's page of themes."""
    found = Survey.objects.within(UUID(district)).select_related("district", "version").filter(pk=survey).first()
    asked = Question.objects.within(UUID(district)).filter(pk=question).first()
    if found is None or asked is None:
        raise JobRefused(_("This survey is not there any more."))
    progress.total(STEPS)
    done = iter(range(STEPS))
    try:
        count_themes(survey=found, question=asked, step=lambda note: progress.step(next(done, STEPS), note))
    except (FiguresRefused, DisclosureRefused) as refusal:
        raise JobRefused(str(refusal)) from refusal
    progress.link(f"{reverse('listening:theme_figures', args=[found.district.slug, found.pk])}?question={asked.key}")
    return {}


jobs.register(KIND, count, needs="themes.shape")
