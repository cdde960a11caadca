"""What sentences lean on of the published standards. A backbone, not a checklist (I04): what is there is told, and whom it is
for; what is not there is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from commonwhy import frameworks
from commonwhy.districts.viewers import Viewer
from commonwhy.vision.models import Clause, ClauseAlignment, VisionVersion
from commonwhy.vision.queries.said import Said, said

AUDIENCES = {
    "students": _("For students"),
    "educators": _("For teachers"),
    "leaders": _("For leaders"),
    "coaches": _("For coaches"),
}


@dataclass(frozen=True)
class Leaning:
    """A standard that a sentence leans on, and how. `name` is empty for a code that no set at hand has."""

    framework: str
    code: str
    name: str
    title: str
    """Of its set."""
    audience: str
    source: str
    """Where the standard itself is read; empty where that is not known."""
    note: Said


@dataclass(frozen=True)
class LeaningClause:
    """A sentence with the standards it leans on."""

    clause: Clause
    leanings: tuple[Leaning, ...]


@dataclass(frozen=True)
class Backbone:
    """One set of standards: those that sentences lean on, each with the places of these sentences."""

    title: str
    audience: Any
    source: str
    items: tuple[tuple[Leaning, tuple[int, ...]], ...]


def leanings_by_clause(
    viewer: Viewer, version: VisionVersion, language: str, *, clause: Clause | None = None
) -> dict[UUID, list[Leaning]]:
    """What each sentence of a version leans on, by the sentence's id, in the order of the sets. One query."""
    rows = ClauseAlignment.objects.visible_to(viewer).filter(clause__version=version)
    if clause is not None:
        rows = rows.filter(clause=clause)
    order = {one.key: place for place, one in enumerate(frameworks.all_sets())}
    found: dict[UUID, list[Leaning]] = {}
    for row in sorted(rows, key=lambda one: (order.get(one.framework, len(order)), one.framework, _natural(one.code))):
        found.setdefault(row.clause_id, []).append(_leaning(row, language))
    return found


def _natural(code: str) -> list[tuple[int, int, str]]:
    """`1.10` after `1.9`."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in code.split(".")]


def _leaning(row: ClauseAlignment, language: str) -> Leaning:
    of_set, item = frameworks.standards_set(row.framework), frameworks.item(row.framework, row.code)
    return Leaning(
        framework=row.framework,
        code=row.code,
        name=item.name if item else "",
        title=of_set.title if of_set else row.framework,
        audience=of_set.audience if of_set else "",
        source=of_set.source if of_set else "",
        note=said(row.note, language),
    )


def leaning_clauses(viewer: Viewer, version: VisionVersion, language: str) -> list[LeaningClause]:
    """Every sentence of a version in its order with what it leans on. Two queries."""
    leanings = leanings_by_clause(viewer, version, language)
    clauses = Clause.objects.visible_to(viewer).filter(version=version).order_by("position")
    return [LeaningClause(clause, tuple(leanings.get(clause.pk, ()))) for clause in clauses]


def backbone(clauses: Iterable[LeaningClause]) -> list[Backbone]:
    """The same, told from the standards' side, set by set; a set that nothing leans on is left out."""
    places: dict[tuple[str, str], list[int]] = {}
    named: dict[tuple[str, str], Leaning] = {}
    for one in clauses:
        for leaning in one.leanings:
            key = (leaning.framework, leaning.code)
            named.setdefault(key, leaning)
            places.setdefault(key, []).append(one.clause.position)
    by_set: dict[str, list[tuple[str, str]]] = {}
    order = {one.key: place for place, one in enumerate(frameworks.all_sets())}
    for key in sorted(named, key=lambda pair: (order.get(pair[0], len(order)), pair[0], _natural(pair[1]))):
        by_set.setdefault(key[0], []).append(key)
    return [
        Backbone(
            title=named[keys[0]].title,
            audience=AUDIENCES.get(named[keys[0]].audience, ""),
            source=named[keys[0]].source,
            items=tuple((named[key], tuple(places[key])) for key in keys),
        )
        for keys in by_set.values()
    ]
