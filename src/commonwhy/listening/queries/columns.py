"""Who stands beside whom in a table of answers: decided before anything is counted, so that nobody is left alone.

Groups too small to be shown alone are put together and named together; what cannot be shown even so is left out of both
views, by group and by school, so that one view subtracted from the other leaves nobody alone. Where the coverage page does
not show how many of a group answered, no other page does either: they lie side by side. They say "at least" instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from commonwhy.listening.queries.participation import Count, Participation

TOGETHER = "together"
NO_SCHOOL = "none"


class FromSomewhere(Protocol):
    """One answer, as far as its place goes."""

    @property
    def group(self) -> UUID: ...

    @property
    def school(self) -> UUID | None: ...


@dataclass(frozen=True)
class Column:
    """A column of the comparison: the groups or schools in it, and whether its n may be told `exact`."""

    key: str
    members: tuple[UUID, ...]
    exact: bool


@dataclass(frozen=True)
class Columns:
    """For each answer whether it is kept, and its column by group and by school (`NO_SCHOOL` where none is known)."""

    kept: tuple[bool, ...]
    by_group: tuple[str, ...]
    by_school: tuple[str, ...]
    groups: tuple[Column, ...]
    schools: tuple[Column, ...]
    small_groups: tuple[UUID, ...]
    small_schools: tuple[UUID, ...]


def lay_out(said: Sequence[FromSomewhere], shown: Participation) -> Columns:
    """Columns by group and by school, each of at least k answers, about the very same people."""
    kept = [True] * len(said)
    while True:
        rows = [each for each, keep in zip(said, kept, strict=True) if keep]
        groups = _columns(Counter(each.group for each in rows), shown.groups, shown.k)
        schools = _columns(Counter(each.school for each in rows if each.school), shown.schools, shown.k)
        nowhere = sum(each.school is None for each in rows)
        group_of = {member: column.key for column in groups for member in column.members}
        school_of: dict[UUID | None, str] = {member: column.key for column in schools for member in column.members}
        if nowhere == 0 or nowhere >= shown.k:
            school_of[None] = NO_SCHOOL
        # Without two schools there is no view by school, and then a school leaves nobody out.
        if len(schools) < 2:
            school_of, schools = dict.fromkeys((each.school for each in rows), NO_SCHOOL), ()
        now = [keep and each.group in group_of and each.school in school_of for each, keep in zip(said, kept, strict=True)]
        if now == kept:
            break
        kept = now
    asked_groups = {group for group in shown.groups if group}
    asked_schools = {school for school in shown.schools if school}
    return Columns(
        kept=tuple(kept),
        by_group=tuple(group_of.get(each.group, "") for each in said),
        by_school=tuple(school_of.get(each.school, "") for each in said),
        groups=groups,
        schools=schools,
        small_groups=tuple(sorted(asked_groups - group_of.keys(), key=str)),
        small_schools=tuple(sorted(asked_schools - {key for key in school_of if key}, key=str)),
    )


def told(n: int, k: int, *, exact: bool) -> dict[str, Any]:
    """A number of people: itself, or "at least" so many where the number would give a smaller group's away.

    Rounded down to steps of 2k, so that whatever is left of a total could be any number up to k and more.
    """
    return {"n": n if exact else max(k, n // (2 * k) * 2 * k), "exact": exact}


def few(count: int, k: int) -> int | str:
    """A number of answers that were left out: 0, the number from k on, and "few" in between."""
    return count if count == 0 or count >= k else "few"


def _columns(heard: Mapping[UUID, int], answered: Mapping[UUID | None, Count], k: int) -> tuple[Column, ...]:
    """Those of at least k people, and the others together where they are at least two and k people."""
    told = {each: each in answered and answered[each].heard is not None for each in heard}
    alone = sorted((each for each, n in heard.items() if n >= k), key=str)
    rest = sorted((each for each, n in heard.items() if n < k), key=str)
    columns = [Column(str(each), (each,), told[each]) for each in alone]
    if len(rest) > 1 and sum(heard[each] for each in rest) >= k:
        columns.append(Column(TOGETHER, tuple(rest), False))
    return tuple(columns)
