"""Whether most of the students asked in a place are of the grades a questionnaire's plain words are for.

A school has no grade in the database; its students have. They are counted once an hour, as numbers by school
and grade band, and nobody's own grade plays a part: a respondent's page does not know who reads it.
"""

from __future__ import annotations

from collections import Counter

from django.core.cache import cache
from django.db.models import Count

from commonwhy.districts.models import Group, Person
from commonwhy.listening.models import QuestionnaireVersion, SurveyCell

KEPT_FOR = 3600  # seconds
Bands = dict[str, dict[str, int]]


def plain_by_default(version: QuestionnaireVersion, cell: SurveyCell | None) -> bool:
    """Whether somebody of this cell should be met in plain words: more than half of those whose grade is known.

    Without a school in the cell, all the district's students count. Where the roster knows no grade, the full words stand.
    """
    bands = version.plain_bands
    if not bands or cell is None or cell.group.kind != Group.Kind.STUDENTS:
        return False
    here: Counter[str] = Counter()
    for school, counts in _counts(cell.group).items():
        if cell.school_id is None or school == str(cell.school_id):
            here.update(counts)
    return 2 * sum(here[band] for band in bands) > here.total()


def _counts(group: Group) -> Bands:
    """Its people by school and grade band: one query an hour."""
    key = f"listening.grade_bands.{group.pk}"
    found: Bands | None = cache.get(key)
    if found is None:
        found = {}
        students = Person.objects.within(group.district_id).filter(group=group, ended=False).exclude(grade_band="")
        for school, band, count in students.values_list("school_id", "grade_band").annotate(Count("pk")).order_by():
            found.setdefault(str(school), {})[band] = count
        cache.set(key, found, KEPT_FOR)
    return found
