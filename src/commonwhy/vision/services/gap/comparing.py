"""Who is compared with whom, and in which language: decided before anything is measured.

Groups too small to be shown alone are put together and named together; what cannot be shown even so is left out of both
views, by group and by school, so that one view subtracted from the other leaves nobody alone. Where the coverage page does
not show how many of a group answered, this page does not either: the two lie side by side. It says "at least" instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from commonwhy.listening.queries.participation import Count, Participation
from commonwhy.vision.queries.gap import Said

TOGETHER = "together"
NO_SCHOOL = "none"


@dataclass(frozen=True)
class InOneLanguage:
    """The answers that can be compared, each with the text that is compared, and those left out for want of a translation."""

    language: str
    said: tuple[Said, ...]
    texts: tuple[str, ...]
    untranslated: tuple[Said, ...]


def in_one_language(said: Sequence[Said], assumed: str) -> InOneLanguage:
    """Answers in the language most of them are in, and others by their checked translation into it (METHODS 4.8)."""
    languages = [language_of(each, assumed) for each in said]
    counted = Counter(languages)
    language = min(counted, key=lambda code: (-counted[code], code)) if counted else assumed
    compared: list[tuple[Said, str]] = []
    left: list[Said] = []
    for each, spoken in zip(said, languages, strict=True):
        text = each.words if spoken == language else each.translations.get(language, "")
        if text.strip():
            compared.append((each, text))
        else:
            left.append(each)
    return InOneLanguage(language, tuple(each for each, _ in compared), tuple(text for _, text in compared), tuple(left))


def language_of(said: Said, assumed: str) -> str:
    """The language of an answer: what its words show, else what it was given in. People answer in the language they think in."""
    from commonwhy.methods.embedding import guess_language, normalise_language

    return guess_language(said.words) or normalise_language(said.language) or assumed


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


def lay_out(said: Sequence[Said], shown: Participation) -> Columns:
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


def _columns(heard: Mapping[UUID, int], answered: Mapping[UUID | None, Count], k: int) -> tuple[Column, ...]:
    """Those of at least k people, and the others together where they are at least two and k people."""
    told = {each: each in answered and answered[each].heard is not None for each in heard}
    alone = sorted((each for each, n in heard.items() if n >= k), key=str)
    rest = sorted((each for each, n in heard.items() if n < k), key=str)
    columns = [Column(str(each), (each,), told[each]) for each in alone]
    if len(rest) > 1 and sum(heard[each] for each in rest) >= k:
        columns.append(Column(TOGETHER, tuple(rest), False))
    return tuple(columns)


def shared(by: Sequence[str], within: Sequence[str]) -> bool:
    """Whether every column is beside another one in some place, so that comparing within places leaves none out."""
    places: dict[str, set[str]] = {}
    for column, place in zip(by, within, strict=True):
        places.setdefault(place, set()).add(column)
    beside = {column for columns in places.values() if len(columns) > 1 for column in columns}
    return beside == set(by)
