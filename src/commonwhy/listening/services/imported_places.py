"""With which group and school the responses of a file may be kept (FIELD rule 1).

How many were asked is seldom known of a file. But whoever answered was asked: a group, or a group in one school, with k
answers had at least k people asked. So the number of a cell's rows stands in as the least that can have been asked there,
and a number that somebody states for a group as a whole raises it. `coarsening` decides, as it does for the web.
"""

from __future__ import annotations

from typing import Any

from commonwhy.districts.models import Group, School
from commonwhy.listening.models import AnswerFile, Survey, SurveyCell
from commonwhy.listening.services.coarsening import NOWHERE, Cell, kept_as
from commonwhy.listening.services.looking_through import NEW_SCHOOL, Look, Place


class Labels:
    """With which group and school each response may be kept."""

    def __init__(self, file: AnswerFile, look: Look) -> None:
        self.district = file.district
        self.cells = look.cells
        self.groups = {str(group.pk): group for group in Group.objects.within(file.district_id)}
        self.schools = {str(school.pk): school for school in School.objects.within(file.district_id)}
        # Not written yet, but they can be reasoned about.
        for _group, school in look.cells:
            if school and school.startswith(NEW_SCHOOL):
                self.schools[school] = School(district=file.district, name=school.removeprefix(NEW_SCHOOL))
        self.asked = {key: int(number) for key, number in file.choices.get("asked", {}).items() if key in self.groups}
        least: dict[Place, int] = {place: rows for place, rows in look.cells.items() if place[0] in self.groups}
        for group, number in self.asked.items():
            answered = sum(rows for place, rows in least.items() if place[0] == group)
            least[group, None] = least.get((group, None), 0) + max(0, number - answered)
        survey = Survey(district=file.district, mode=Survey.Mode.ANONYMOUS)
        places = sorted(least, key=str)
        cells = [
            SurveyCell(
                survey=survey,
                number=number,
                group=self.groups[str(group)],
                school=self.schools.get(str(school)),
                asked=least[group, school],
            )
            for number, (group, school) in enumerate(places)
        ]
        kept = kept_as(survey, cells)
        self._kept = {place: kept[number] for number, place in enumerate(places)}

    def of(self, place: Place) -> Cell:
        return self._kept.get(place, NOWHERE)

    @property
    def without_group(self) -> int:
        """Responses that say a group and are kept without it."""
        return sum(rows for place, rows in self.cells.items() if place[0] and self.of(place).group is None)

    @property
    def without_school(self) -> int:
        """Responses that say a school and are kept without it."""
        return sum(rows for place, rows in self.cells.items() if place[1] and self.of(place).school is None)

    def by_group(self) -> list[dict[str, Any]]:
        """Each group as the file says it: its key, rows, and how many were asked where somebody said."""
        rows: dict[str, int] = {}
        for (group, _school), count in self.cells.items():
            if group in self.groups:
                rows[str(group)] = rows.get(str(group), 0) + count
        return [{"key": key, "rows": count} for key, count in sorted(rows.items(), key=lambda pair: -pair[1])]
