"""What the holder of a token reads of a discussion: the statements, one drawn after another, and what they said themselves.

The holder of a token is nobody's viewer: the token opens one discussion and its own votes, and nothing else is read. What is
drawn next depends on the token and on how many statements it has answered, so a page that is loaded again shows the same
one; that a statement was drawn, and with what chance, travels in the form, signed for this token.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils.translation import get_language

from commonwhy.deliberation.models import ApprovalBallot, Discussion, PriorityRound, Routing, Statement, StatementLink, Vote
from commonwhy.deliberation.services.statements import author_of
from commonwhy.listening import tokens
from commonwhy.listening.models import Response, Survey, SurveyCell
from commonwhy.listening.queries.respond import response_of
from commonwhy.listening.services import responses
from commonwhy.listening.services.coarsening import coarsened
from commonwhy.listening.tokens import BadTokenError, Token
from commonwhy.methods.opinion.routing_draw import RoutingWeights, draw

SALT = "commonwhy.deliberation.drawn"


@dataclass(frozen=True)
class Entry:
    """What a good token opens: the discussion, its survey, what the token says, and the cell it was made for."""

    discussion: Discussion
    survey: Survey
    token: Token
    cell: SurveyCell | None


@dataclass(frozen=True)
class Drawn:
    """A statement to react to next, and the chance with which it was drawn."""

    statement: Statement
    exposure: float


def discussion_on(survey: Survey) -> Discussion | None:
    """The discussion held on this survey; None for a survey that is answered question by question."""
    found = Discussion.objects.within(survey.district_id).filter(survey=survey).first()
    if found is not None:
        found.survey = survey
    return found


def enter(text: str) -> Entry:
    """Open a discussion with a token as it stands in a link or was typed. Writes nothing.

    Raises `BadTokenError`, also for a token of a survey without a discussion, and `Withdrawn` for a link whose key went
    when a family took its consent back or opted out.
    """
    entrance = responses.enter(text)
    discussion = discussion_on(entrance.survey)
    if discussion is None:
        raise BadTokenError
    return Entry(discussion, entrance.survey, entrance.token, entrance.cell)


class Part:
    """One token's part in a discussion so far. Reads what it is asked for, once."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.district = entry.survey.district_id

    @cached_property
    def response(self) -> Response | None:
        return response_of(self.entry.survey, self.entry.token)

    @cached_property
    def votes(self) -> dict[UUID, Vote]:
        """Every vote of this token, by statement, those on statements that are not shown any more too."""
        if self.response is None:
            return {}
        return {vote.statement_id: vote for vote in Vote.objects.within(self.district).filter(response=self.response)}

    @cached_property
    def shown(self) -> dict[int, UUID]:
        """The statements there are to react to, by number: of those that say the same, the one they are the same as."""
        rows = Statement.objects.within(self.district).filter(discussion=self.entry.discussion, state=Statement.State.SHOWN)
        return {number: pk for number, pk in rows.order_by("number").values_list("number", "pk") if pk not in self._same_as}

    @cached_property
    def answered(self) -> set[int]:
        """Numbers of the shown statements with a vote on them, or on one that says the same."""
        said = {self._stands_for(pk) for pk in self.votes}
        return {number for number, pk in self.shown.items() if pk in said}

    @property
    def left(self) -> int:
        return len(self.shown) - len(self.answered)

    def next(self) -> Drawn | None:
        """The statement to show next; None where every one is answered. The same until a vote is cast or taken back."""
        numbers = [number for number in self.shown if number not in self.answered]
        seed = hashlib.sha256(f"{self.entry.token.key}\0{len(self.votes)}".encode()).digest()
        drawn = draw(RoutingWeights((), self._weights(numbers)), -1, (), random.Random(seed))  # noqa: S311 (no secret)
        if drawn is None:
            return None
        place, chance = drawn
        return Drawn(Statement.objects.within(self.district).get(pk=self.shown[numbers[place]]), chance)

    def statement(self, pk: UUID) -> Statement | None:
        """A statement that is shown in this discussion."""
        shown = Statement.objects.within(self.district).filter(discussion=self.entry.discussion, state=Statement.State.SHOWN)
        return shown.filter(pk=pk).first()

    def own_statements(self) -> list[Statement]:
        """What this token's holder wrote, whatever became of it; in no order of writing."""
        author = author_of(self.entry.survey, self.entry.token)
        rows = Statement.objects.within(self.district).filter(discussion=self.entry.discussion, author=author)
        return sorted(rows, key=lambda each: (each.number is None, each.number or 0, str(each)))

    @cached_property
    def wrote(self) -> bool:
        """Whether this token's holder wrote a statement."""
        author = author_of(self.entry.survey, self.entry.token)
        rows = Statement.objects.within(self.district).filter(discussion=self.entry.discussion, author=author)
        return bool(rows.exists())

    def shown_in_place_of(self, statement: Statement) -> Statement | None:
        """The statement that says the same and is shown instead; None where this one is shown itself."""
        other = self._stands_for(statement.pk)
        return self.statement(other) if other != statement.pk else None

    def open_round(self) -> PriorityRound | None:
        """The priorities there are to choose from just now."""
        rounds = PriorityRound.objects.within(self.district).filter(discussion=self.entry.discussion, closed_at=None)
        return rounds.filter(opened_at__isnull=False).first()

    def ballot(self, now: PriorityRound) -> list[int]:
        """The numbers of the options this token's holder has approved of so far."""
        if self.response is None:
            return []
        ballots = ApprovalBallot.objects.within(self.district).filter(round=now, response=self.response)
        return list(ballots.values_list("approved", flat=True).first() or [])

    def _weights(self, numbers: list[int]) -> tuple[float, ...]:
        """How much each of these statements is worth showing: as the job worked it out last, for this token's group.

        A statement that was shown since counts as much as the most wanted one; before the first run all count the same.
        """
        routing = Routing.objects.within(self.district).filter(discussion=self.entry.discussion).first()
        worked_out = _numbered(routing.weights.get(self._group, routing.weights.get("", {})) if routing else {})
        new = max(worked_out.values(), default=1.0) or 1.0
        return tuple(worked_out.get(number, new) for number in numbers)

    @property
    def _group(self) -> str:
        """The group as it is kept: what is left out of the response is not brought in by what is shown."""
        group = self.response.group_id if self.response else self._group_to_be
        return str(group or "")

    @property
    def _group_to_be(self) -> UUID | None:
        kept = coarsened(self.entry.survey, self.entry.cell).group
        return kept.pk if kept else None

    @cached_property
    def _same_as(self) -> dict[UUID, UUID]:
        """Statements that say the same as another, and which."""
        links = StatementLink.objects.within(self.district).filter(
            statement__discussion=self.entry.discussion, unlinked_on=None, same_as__state=Statement.State.SHOWN
        )
        return dict(links.values_list("statement_id", "same_as_id"))

    def _stands_for(self, pk: UUID) -> UUID:
        """The statement a vote counts for: through a chain of links to its end."""
        seen = {pk}
        while (following := self._same_as.get(pk)) is not None and following not in seen:
            seen.add(following)
            pk = following
        return pk


@dataclass(frozen=True)
class OwnVote:
    """One vote as its holder sees it. Words that are not shown any more are not shown here either."""

    statement: Statement
    vote: Vote

    @property
    def shown(self) -> bool:
        return self.statement.state == Statement.State.SHOWN

    @property
    def foreign(self) -> str:
        return foreign(self.statement) if self.shown else ""


def foreign(statement: Statement) -> str:
    """The language of a statement's words where the reader's has none; else empty."""
    return "" if statement.texts.get(get_language() or "") else statement.language


def own_votes(part: Part) -> list[OwnVote]:
    """What somebody said so far, by the statements' numbers."""
    found = Statement.objects.within(part.district).filter(pk__in=list(part.votes)) if part.votes else []
    rows = {statement.pk: statement for statement in found}
    mine = [OwnVote(rows[pk], vote) for pk, vote in part.votes.items() if pk in rows]
    return sorted(mine, key=lambda one: one.statement.number or 0)


def place_of(survey: Survey, text: str) -> str | None:
    """Where a survey is taken part in that a discussion is held on: what pages that answer surveys ask."""
    if discussion_on(survey) is None:
        return None
    return reverse("deliberation:take_part", args=[tokens.tidy(text) or "-"])


def sign(token: Token, drawn: Drawn) -> str:
    """A drawn statement and its chance as they stand in the form: for this token only."""
    return _signer(token).sign_object([str(drawn.statement.pk), drawn.exposure])


def drawn_chance(token: Token, text: str, statement: UUID) -> float | None:
    """The chance that was signed for this token and statement; None where it was not."""
    try:
        pk, exposure = _signer(token).unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    fits = pk == str(statement) and isinstance(exposure, float) and 0 < exposure <= 1
    return exposure if fits else None


def _signer(token: Token) -> signing.Signer:
    return signing.Signer(salt=f"{SALT}\0{token.key}")


def _numbered(weights: Mapping[str, Any]) -> dict[int, float]:
    """Weights by statement number, as JSON keeps them."""
    return {int(number): float(weight) for number, weight in weights.items() if weight >= 0}
