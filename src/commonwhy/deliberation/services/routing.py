"""What is shown to whom next: weights for each statement and group, worked out every few minutes and drawn from on a request.

Votes are counted by the database, by statement, group and reaction, and only for discussions that are open; a discussion in
which as many votes are as the last time is passed over. Done by two workers at once it is done twice, to no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from commonwhy.deliberation.models import Discussion, Routing, Statement, StatementLink, Vote
from commonwhy.deliberation.queries.votes import asked_groups, stand_for
from commonwhy.districts.viewers import JobViewer

REACTION = {Vote.Choice.AGREE: 0, Vote.Choice.PASS: 1, Vote.Choice.DISAGREE: 2}
Counted = Mapping[tuple[UUID, UUID | None, int], int]


def weigh_open() -> int:
    """The chore: weigh the statements of every open discussion anew, where votes came. Returns of how many."""
    opened = Discussion.everything.filter(survey__opened_at__lte=timezone.now(), survey__closed_at=None)
    running = opened.select_related("survey__district")
    return sum(weigh(discussion) for discussion in running if discussion.survey.is_open)


def weigh(discussion: Discussion) -> bool:
    """Work the weights of one discussion out; False where no vote and no statement came since the last time."""
    viewer = JobViewer(discussion.district_id)
    shown = dict(
        Statement.objects.visible_to(viewer)
        .filter(discussion=discussion, state=Statement.State.SHOWN)
        .order_by("number")
        .values_list("pk", "number")
    )
    votes = Vote.objects.visible_to(viewer).filter(statement__discussion=discussion)
    count = votes.count()
    links = StatementLink.objects.visible_to(viewer).filter(statement__discussion=discussion, unlinked_on=None)
    ends = stand_for(shown.keys(), dict(links.values_list("statement_id", "same_as_id")))
    numbers = [shown[pk] for pk in shown if ends[pk] == pk]
    kept = Routing.objects.visible_to(viewer).filter(discussion=discussion).first()
    if kept and kept.votes == count and set(kept.weights.get("", {})) == {str(number) for number in numbers}:
        return False
    rows = votes.values_list("statement_id", "response__group_id", "choice").annotate(count=Count("pk")).order_by()
    counted = {(statement, group, choice): n for statement, group, choice, n in rows}
    Routing.everything.update_or_create(
        discussion=discussion,
        defaults={
            "district_id": discussion.district_id,
            "votes": count,
            "weights": _weights(viewer, discussion, shown, ends, counted),
        },
    )
    return True


def _weights(
    viewer: JobViewer, discussion: Discussion, shown: Mapping[UUID, int], ends: Mapping[UUID, UUID], counted: Counted
) -> dict[str, dict[str, float]]:
    """Weights by group ("" for none) and number. Of votes on both of two that say the same each counts here: it is a guess."""
    import numpy as np

    from commonwhy.methods.opinion import weights

    groups = asked_groups(viewer, discussion)
    column = {pk: place for place, pk in enumerate(pk for pk in shown if ends[pk] == pk)}
    row = {group.pk: place for place, group in enumerate(groups)}
    overall, by_role = np.zeros((len(column), 3)), np.zeros((len(groups), len(column), 3))
    for (statement, group, choice), n in counted.items():
        if statement not in shown:
            continue
        place, reaction = column[ends[statement]], REACTION[Vote.Choice(choice)]
        overall[place, reaction] += n
        if group in row:
            by_role[row[group], place, reaction] += n
    small = max((group.k(discussion.survey.district) for group in groups), default=10)
    found = weights(overall, by_role, small=small)
    numbers = [str(shown[pk]) for pk in column]

    def named(of: Any) -> dict[str, float]:
        return {number: round(weight, 6) for number, weight in zip(numbers, of, strict=True)}

    return {"": named(found.undeclared)} | {str(group.pk): named(of) for group, of in zip(groups, found.by_role, strict=True)}
