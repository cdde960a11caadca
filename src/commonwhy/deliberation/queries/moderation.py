"""Statements as moderators read them, and how many were hidden and why, which anybody may know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from commonwhy.accounts.models import User
from commonwhy.core.wanted import wanted, words_of
from commonwhy.deliberation.models import Discussion, ModerationDeed, Statement, StatementLink
from commonwhy.deliberation.services.holding import in_common
from commonwhy.districts.viewers import Viewer

State, Deed = Statement.State, ModerationDeed.Deed
WAITING, APPEALS, HIDDEN, SHOWN = "waiting", "appeals", "hidden", "shown"
MOST_ALIKE = 5
SOMEWHAT_ALIKE = 0.4
"""From this share of words in common on a statement is offered for linking; meaning is compared by a job."""

_PILES = {
    WAITING: Q(state=State.WAITING),
    APPEALS: Q(state=State.HIDDEN, appeal_answer="") & ~Q(appeal=""),
    HIDDEN: Q(state=State.HIDDEN),
    SHOWN: Q(state=State.SHOWN),
}


def counts(viewer: Viewer, discussion: Discussion) -> dict[str, int]:
    """How many statements are in each pile, as far as the viewer sees them; an appeal is in `hidden` too."""
    rows = Statement.objects.visible_to(viewer).filter(discussion=discussion)
    found: dict[str, int] = rows.aggregate(**{name: Count("pk", filter=pile) for name, pile in _PILES.items()})
    return found


def pile(viewer: Viewer, discussion: Discussion, name: str, q: str = "") -> QuerySet[Statement]:
    """One pile: what somebody may need help for first, then what something was found in; in random order otherwise."""
    rows: QuerySet[Statement] = Statement.objects.visible_to(viewer).filter(_PILES[name], discussion=discussion)
    if q.strip():
        looked_for = wanted(q)
        texts = rows.order_by().values_list("pk", "texts").iterator(chunk_size=2_000)
        rows = rows.filter(pk__in=[pk for pk, by_language in texts if looked_for.found_in(" \n".join(by_language.values()))])
    if name == SHOWN:
        return rows.order_by("number")
    urgency = Case(
        When(held__contains='"safety"', then=Value(0)),
        When(held="[]", then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return rows.annotate(held=Cast("held_for", TextField())).order_by(urgency, "pk")


def next_waiting(viewer: Viewer, discussion: Discussion, after: UUID) -> Statement | None:
    """The next one of the waiting pile."""
    return pile(viewer, discussion, WAITING).exclude(pk=after).first()


def hidden_counts(viewer: Viewer, discussion: Discussion) -> dict[str, int]:
    """How many statements of a discussion are not shown, by reason (`Statement.Reason`); no figure about people.

    Those that went with a response that had to be deleted still count, by the deeds that are left. Whoever may see the
    discussion may know it.
    """
    if not Discussion.objects.visible_to(viewer).filter(pk=discussion.pk).exists():
        return {}
    rows = Statement.objects.within(discussion.district_id).filter(discussion=discussion, state=State.HIDDEN)
    found: Counter[str] = Counter(dict(rows.order_by().values_list("reason").annotate(count=Count("pk"))))
    deeds = ModerationDeed.objects.within(discussion.district_id).filter(discussion=discussion, statement=None)
    left = {
        (deed, reason): count
        for deed, reason, count in deeds.order_by().values_list("deed", "reason").annotate(count=Count("pk"))
    }
    for reason in Statement.Reason.values:
        shown_after_all = left.get((Deed.GIVEN_WAY, reason), 0) + left.get((Deed.SHOWN, reason), 0)
        found[reason] += max(0, left.get((Deed.HIDDEN, reason), 0) - shown_after_all)
    return {reason: found[reason] for reason in Statement.Reason.values if found[reason]}


def hidden_labels(hidden: dict[str, int]) -> list[tuple[Any, int]]:
    """The same with each reason in words."""
    return [(Statement.Reason(reason).label, count) for reason, count in hidden.items()]


@dataclass(frozen=True)
class Alike:
    """A statement that may say the same, and how alike the two are, from 0 to 1."""

    statement: Statement
    score: float

    @property
    def percent(self) -> int:
        return round(100 * self.score)


def alike_in_words(viewer: Viewer, statement: Statement) -> list[Alike]:
    """Shown statements that share many words with this one, in any language: cheap enough for the request."""
    own = {code: frozenset(words_of(text)) for code, text in statement.texts.items()}
    rows = Statement.objects.visible_to(viewer).filter(discussion=statement.discussion_id, state=State.SHOWN)
    rows = rows.exclude(pk=statement.pk).exclude(links__unlinked_on=None, links__isnull=False)
    scores = []
    for pk, texts in rows.order_by().values_list("pk", "texts").iterator(chunk_size=2_000):
        score = max((in_common(own[code], frozenset(words_of(text))) for code, text in texts.items() if code in own), default=0.0)
        if score >= SOMEWHAT_ALIKE:
            scores.append((score, pk))
    best = {pk: score for score, pk in sorted(scores, key=lambda pair: (-pair[0], str(pair[1])))[:MOST_ALIKE]}
    found = Statement.objects.visible_to(viewer).filter(pk__in=best)
    return sorted((Alike(each, best[each.pk]) for each in found), key=lambda one: -one.score)


@dataclass(frozen=True)
class Trace:
    """What was done to a statement: the links it has and had, and every deed with who did it."""

    link: StatementLink | None
    past: Sequence[StatementLink]
    same_here: Sequence[Statement]
    deeds: Sequence[tuple[ModerationDeed, str]]


def trace(viewer: Viewer, statement: Statement) -> Trace:
    """Links and deeds of one statement, for those who moderate."""
    rows = StatementLink.objects.visible_to(viewer).filter(statement=statement).select_related("same_as")
    links = list(rows.order_by("linked_on", "pk"))
    linked_here = StatementLink.objects.visible_to(viewer).filter(same_as=statement, unlinked_on=None).select_related("statement")
    deeds = list(ModerationDeed.objects.visible_to(viewer).filter(statement=statement).order_by("done_on", "pk"))
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={deed.done_by for deed in deeds})}
    return Trace(
        link=next((one for one in links if one.unlinked_on is None), None),
        past=[one for one in links if one.unlinked_on is not None],
        same_here=[one.statement for one in linked_here],
        deeds=[(deed, names.get(deed.done_by, "")) for deed in deeds],
    )


def linked(viewer: Viewer, discussion: Discussion) -> list[StatementLink]:
    """The links that stand, by the number of what is shown for both."""
    rows = StatementLink.objects.visible_to(viewer).filter(statement__discussion=discussion, unlinked_on=None)
    return list(rows.select_related("statement", "same_as").order_by("same_as__number", "statement__number", "pk"))


@dataclass(frozen=True)
class PairAlike:
    """Two statements that may say the same. `first` is shown, so it can stand for both."""

    first: Statement
    second: Statement
    percent: int


def pairs(viewer: Viewer, discussion: Discussion, found: Sequence[Any]) -> list[PairAlike]:
    """The pairs a job found, without those that are linked, hidden or gone by now, or of which neither is shown yet."""
    keys = {key for a, b, _score in found for key in (a, b)}
    rows = Statement.objects.visible_to(viewer).filter(discussion=discussion, pk__in=keys).exclude(state=State.HIDDEN)
    there = {str(each.pk): each for each in rows}
    gone = {str(one.statement_id) for one in linked(viewer, discussion)}
    made = []
    for a, b, score in found:
        if a in gone or b in gone or a not in there or b not in there:
            continue
        pair = sorted((there[a], there[b]), key=lambda one: (one.number is None, one.number or 0))
        if pair[0].state == State.SHOWN:
            made.append(PairAlike(pair[0], pair[1], round(100 * score)))
    return made
