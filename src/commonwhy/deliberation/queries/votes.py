"""The votes of a discussion as arrays, for the mathematics; read by jobs only, since no account reads a vote.

A statement that is linked to one that says the same is counted with it: of somebody who voted on both, the vote on the one
that is shown for both counts. Statements that are not shown take no part. While a discussion runs, people come in as
answers do (`listening.queries.readable`): by completed weeks, in crowds of k; once it has closed, all of them.

100,000 people and their four million votes are read in a few seconds, so the rows are taken from the database as they are,
by the very statement that `visible_to` made, and nothing is made of a row but its place in the arrays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from commonwhy.deliberation.models import Discussion, Statement, StatementLink, Vote
from commonwhy.districts.models import Group
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Response
from commonwhy.listening.queries.readable import Readable, readable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from commonwhy.methods.opinion import Votes

ROWS_AT_ONCE = 50_000
_NOBODY = -1


@dataclass(frozen=True)
class Gathered:
    """The votes that may be counted by now, with what their indices mean.

    `statements[s]` are the shown statements that are no other's double, by number; `groups` the declared roles, and
    `roles`, shape (people,), an index into them for each person, -1 where it is not kept. `important`, shape
    (statements,), how many said so. `until`: the Monday up to which people are in; None once everybody is, or while
    nobody is yet (then there are no people).
    """

    votes: Votes
    statements: tuple[Statement, ...]
    groups: tuple[Group, ...]
    roles: NDArray[np.int64]
    important: NDArray[np.int64]
    until: date | None


def votes_for(viewer: Viewer, discussion: Discussion) -> Gathered:
    """What may be counted of a discussion by now. An account finds no votes here, whoever it is."""
    import numpy as np

    from commonwhy.methods.opinion import gather

    survey = discussion.survey
    allowed = readable(viewer, survey.district)
    groups = tuple(asked_groups(viewer, discussion))
    people, roles = _people(viewer, discussion, allowed, groups)
    statements, column_of, rank_of = _statements(viewer, discussion)
    pieces = list(_pieces(viewer, discussion, people, column_of, rank_of))
    person, statement, choice, rank, ticked, exposure = (
        np.concatenate([piece[part] for piece in pieces]) if pieces else np.zeros(0, dtype=np.int64) for part in range(6)
    )
    # Numbered anew, so that nobody is there who has not voted on anything that counts.
    voted, person = np.unique(person, return_inverse=True)
    # The vote that counts comes last: the one on the statement that stands for both.
    order = np.argsort(-rank, kind="stable")
    exposures = _filled(exposure.astype(np.float64), statement, len(statements))[order] if exposure.any() else None
    counted = gather(len(voted), len(statements), person[order], statement[order], choice[order], exposures)
    cells = np.unique(statement[ticked > 0] * max(len(voted), 1) + person[ticked > 0]) // max(len(voted), 1)
    return Gathered(
        votes=counted,
        statements=tuple(statements),
        groups=groups,
        roles=roles[voted] if len(voted) else np.zeros(0, dtype=np.int64),
        important=np.bincount(cells, minlength=len(statements)).astype(np.int64),
        until=allowed.until.get(survey.pk),
    )


def asked_groups(viewer: Viewer, discussion: Discussion) -> list[Group]:
    """The groups that were asked to take part, in the order of kinds; they are the declared roles."""
    order = {kind: place for place, kind in enumerate(Group.Kind.values)}
    found = Group.objects.visible_to(viewer).filter(surveys=discussion.survey_id)
    return sorted(found, key=lambda group: (order[group.kind], group.name))


def newest_week(viewer: Viewer, discussion: Discussion) -> date | None:
    """Up to which week people may be counted by now while the discussion runs: one query, so that asking often is cheap."""
    return readable(viewer, discussion.survey.district).until.get(discussion.survey_id)


def _people(
    viewer: Viewer, discussion: Discussion, allowed: Readable, groups: Sequence[Group]
) -> tuple[dict[Any, int], NDArray[np.int64]]:
    """Who takes part, as the database keys them, numbered in no order that tells anything; and the role of each."""
    import numpy as np

    place = {group.pk: number for number, group in enumerate(groups)}
    rows = Response.objects.visible_to(viewer).filter(allowed.on(), survey=discussion.survey_id, submitted=True).order_by("pk")
    people: dict[Any, int] = {}
    roles: list[int] = []
    known: dict[Any, int] = {}
    for some in _as_they_are(rows.values_list("pk", "group_id")):
        for pk, group in some:
            people[pk] = len(people)
            if group not in known:
                known[group] = place.get(_uuid(group), _NOBODY) if group else _NOBODY
            roles.append(known[group])
    return people, np.array(roles, dtype=np.int64)


def _statements(viewer: Viewer, discussion: Discussion) -> tuple[list[Statement], dict[Any, int], dict[Any, int]]:
    """The statements that are counted, the column of each by its key, and which of a person's votes goes before another's."""
    shown = list(
        Statement.objects.visible_to(viewer).filter(discussion=discussion, state=Statement.State.SHOWN).order_by("number")
    )
    of = {statement.pk: statement for statement in shown}
    links = StatementLink.objects.visible_to(viewer).filter(statement__discussion=discussion, unlinked_on=None)
    stands_for = stand_for(of.keys(), {link.statement_id: link.same_as_id for link in links})
    counted = [statement for statement in shown if stands_for[statement.pk] == statement.pk]
    column = {statement.pk: number for number, statement in enumerate(counted)}
    raw = _keys_as_they_are([statement.pk for statement in shown])
    ranks = {statement.pk: 0 if stands_for[statement.pk] == statement.pk else statement.number or 1 for statement in shown}
    return (
        counted,
        {raw[statement.pk]: column[stands_for[statement.pk]] for statement in shown},
        {raw[statement.pk]: ranks[statement.pk] for statement in shown},
    )


def stand_for(shown: Collection[UUID], same_as: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    """The statement that each shown one is counted with: the end of its links, as far as those are shown."""
    among = {one: other for one, other in same_as.items() if one in shown and other in shown}
    return {one: _end(one, among) for one in shown}


def _end(statement: UUID, same_as: Mapping[UUID, UUID]) -> UUID:
    """The statement at the end of its links; where links run in a circle, the first of them all alike."""
    seen = [statement]
    while (onward := same_as.get(seen[-1])) is not None:
        if onward in seen:
            return min(seen[seen.index(onward) :])
        seen.append(onward)
    return seen[-1]


def _pieces(
    viewer: Viewer, discussion: Discussion, people: dict[Any, int], column_of: dict[Any, int], rank_of: dict[Any, int]
) -> Iterator[tuple[NDArray[Any], ...]]:
    """Person, statement, choice, rank, importance and exposure (0: none) of the votes that count, some at a time."""
    import numpy as np

    votes = Vote.objects.visible_to(viewer).filter(statement__discussion=discussion).order_by()
    for some in _as_they_are(votes.values_list("response_id", "statement_id", "choice", "important", "exposure")):
        responses, statements, choices, important, exposures = zip(*some, strict=True)
        person = np.fromiter(map(people.get, responses, repeat(_NOBODY)), dtype=np.int64, count=len(some))
        column = np.fromiter(map(column_of.get, statements, repeat(_NOBODY)), dtype=np.int64, count=len(some))
        rank = np.fromiter(map(rank_of.get, statements, repeat(0)), dtype=np.int64, count=len(some))
        kept = (person >= 0) & (column >= 0)
        shown = np.array([exposure or 0.0 for exposure in exposures])
        columns = (person, column, np.array(choices, dtype=np.int8), rank, np.array(important, dtype=np.int8), shown)
        yield tuple(each[kept] for each in columns)


def _as_they_are(rows: QuerySet[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of a narrowed queryset without Django's conversions, which take longer than reading them."""
    rows._require_scope()  # type: ignore[attr-defined]
    connection = connections[rows.db]
    try:
        statement, parameters = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while some := cursor.fetchmany(ROWS_AT_ONCE):
            yield some


def _keys_as_they_are(keys: Sequence[UUID]) -> dict[UUID, Any]:
    """Each key as this database gives it back: SQLite keeps the letters of it."""
    native = connections["default"].features.has_native_uuid_field
    return {key: key if native else key.hex for key in keys}


def _uuid(raw: Any) -> UUID:
    return raw if isinstance(raw, UUID) else UUID(raw)


def _filled(exposures: NDArray[np.float64], statement_of: NDArray[np.int64], statements: int) -> NDArray[np.float64]:
    """Exposures, with those of votes that nobody was led to (paper, a list) set so that they weigh as much as the others."""
    import numpy as np

    known = exposures > 0
    weight = np.bincount(statement_of[known], weights=1 / exposures[known], minlength=statements)
    count = np.bincount(statement_of[known], minlength=statements)
    usual = np.where(weight > 0, count / np.where(weight > 0, weight, 1.0), 1.0)
    return np.where(known, exposures, usual[statement_of])
