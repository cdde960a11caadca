"""What the page for typing in paper answers shows: the cells somebody may have answered in, and how many sheets are in."""

from __future__ import annotations

from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Response, Survey, SurveyCell


def cells_to_answer(viewer: Viewer, survey: Survey) -> list[SurveyCell]:
    """The survey's cells but those where nobody is."""
    cells = SurveyCell.objects.visible_to(viewer).filter(survey=survey).select_related("group", "school")
    return [cell for cell in cells if cell.asked != 0]


def typed_so_far(viewer: Viewer, survey: Survey) -> int:
    """How many sheets of this survey were typed in, by anybody."""
    typed = Response.objects.visible_to(viewer).filter(survey=survey, source=Response.Source.HAND)
    return int(typed.count())
