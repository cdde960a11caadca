"""What a voice's speaker may be called: group and school, as far as enough voices carry the same words (METHODS 7).

For each survey the voices are dealt into labels, and every label, the empty one too, is carried by at least k of them.
A group with too few voices goes without its name; where those without a name would be too few to hide among, the next
smallest group joins them. The same holds for the schools of a group. So neither a label nor its absence points at fewer
than k people who spoke.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count

from commonwhy.districts.models import District, Group, School
from commonwhy.districts.models.district import DEFAULT_K

Row = tuple[UUID, UUID | None, UUID | None, int]
"""A survey, a group, a school, and how many voices are kept with them."""


@dataclass(frozen=True)
class Speaker:
    """Group and school as they may be named; None where they may not."""

    group: Group | None
    school: School | None

    def __str__(self) -> str:
        return ", ".join(str(part) for part in (self.group, self.school) if part)


NOBODY = Speaker(None, None)


@dataclass(frozen=True)
class Speakers:
    """The labels of some surveys. `named` maps (survey, group) to the schools that may be named beside the group."""

    named: Mapping[tuple[UUID, UUID], frozenset[UUID]]
    groups: Mapping[UUID, Group]
    schools: Mapping[UUID, School]

    def of(self, survey: UUID, group: UUID | None, school: UUID | None) -> Speaker:
        """What the speaker of a response of this group and school may be called."""
        if group is None or (survey, group) not in self.named:
            return NOBODY
        may_name = school is not None and school in self.named[survey, group]
        return Speaker(self.groups[group], self.schools[school] if may_name and school else None)


def speakers(rows: Iterable[Row], district: District, groups: Mapping[UUID, Group], schools: Mapping[UUID, School]) -> Speakers:
    """The labels of every survey in `rows`."""
    surveys: dict[UUID, dict[UUID | None, Counter[UUID | None]]] = defaultdict(lambda: defaultdict(Counter))
    for survey, group, school, voices in rows:
        surveys[survey][group][school] += voices
    usual = max(DEFAULT_K, district.staff_k)
    k = {pk: group.k(district) for pk, group in groups.items()}
    named: dict[tuple[UUID, UUID], frozenset[UUID]] = {}
    for survey, by_group in surveys.items():
        sizes = {group: sum(counts.values()) for group, counts in by_group.items()}
        for group in _enough(sizes, lambda group: k.get(group, usual) if group else usual):
            named[survey, group] = _enough(by_group[group], lambda _school, least=k[group]: least)  # type: ignore[misc]
    return Speakers(named, groups, schools)


def speakers_of(responses: Any, district: District) -> Speakers:
    """The labels of the surveys in a queryset of responses that was narrowed already: three queries."""
    rows = (
        responses.filter(submitted=True).values_list("survey_id", "group_id", "school_id").annotate(voices=Count("pk")).order_by()
    )
    return speakers(rows, district, *places_of(district))


def places_of(district: District) -> tuple[dict[UUID, Group], dict[UUID, School]]:
    """The district's groups and schools by key."""
    groups = {group.pk: group for group in Group.objects.within(district)}
    return groups, {school.pk: school for school in School.objects.within(district)}


def _enough(sizes: Mapping[UUID | None, int], k: Callable[[UUID | None], int]) -> frozenset[UUID]:
    """Those that may be named: each has its k, and so have those that may not, together, if there are any."""
    hidden = [name for name, size in sizes.items() if name is None or size < k(name)]
    shown = sorted((name for name in sizes if name not in hidden), key=lambda name: (sizes[name], str(name)))
    while hidden and shown and sum(sizes[name] for name in hidden) < max(map(k, hidden)):
        hidden.append(shown.pop(0))
    return frozenset(name for name in shown if name is not None)
