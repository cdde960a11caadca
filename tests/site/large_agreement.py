"""What a large district discussed and negotiated: three discussions with their votes, and a board of trade-offs.

Part of `large_district.grow`: made before the versions of the vision, so that adopted sentences can rest on it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from tests.cast import Cast

from commonwhy.deliberation.models import (
    ApprovalBallot,
    Discussion,
    ModerationDeed,
    PriorityOption,
    PriorityRound,
    Statement,
    StatementLink,
    Vote,
)
from commonwhy.deliberation.services import landscape
from commonwhy.deliberation.services.discussions import create_discussion
from commonwhy.listening import tokens
from commonwhy.listening.models import Excerpt, Response, Survey, SurveyCell
from commonwhy.vision.models import (
    Clause,
    ClauseAlignment,
    ClauseStatement,
    ClauseTradeOff,
    ConfidentialNote,
    OptionEffect,
    TradeOff,
    TradeOffConcern,
    TradeOffOption,
    TradeOffStand,
    TradeOffStatement,
)

MONDAY = date(2026, 3, 2)
GROUPS = ("students", "families", "teachers")
SETTLED = ("", "_names", "_statements", "_option_new", "_option", "_effect", "_concern_new", "_concern", "_stand", "_settle")


@dataclass(frozen=True)
class Agreed:
    """What sentences can rest on."""

    statements: list[Statement]
    settled: list[TradeOff]

    def rest_on(self, clause: Clause) -> None:
        """Let a sentence of a draft rest on some statements, a trade-off and a standard."""
        of_clause: Any = {"district_id": clause.district_id, "clause": clause}
        ClauseStatement.everything.bulk_create(
            ClauseStatement(**of_clause, statement=statement) for statement in self.statements[: 4 + clause.position]
        )
        ClauseTradeOff.everything.bulk_create(
            ClauseTradeOff(**of_clause, trade_off=trade_off) for trade_off in self.settled[: 1 + clause.position // 2]
        )
        ClauseAlignment.everything.create(**of_clause, framework="iste-students", code="1.1")


def discuss(
    cast: Cast, *, others: int, responses: int, excerpts: list[Excerpt], chance: random.Random, arguments: Any, instead: Any
) -> Agreed:
    """A closed discussion with its figures published, one that runs, one in preparation; then the trade-offs."""
    closed, running, draft = (_discussion(cast, n, others * 5, excerpts, chance) for n in range(3))
    for discussion in (closed, running):
        _vote(cast, discussion, responses, chance)
    Survey.everything.filter(pk=closed.survey_id).update(closed_at=timezone.now())
    closed = Discussion.everything.select_related("survey__district").get(pk=closed.pk)
    landscape.work_out(closed)
    Discussion.everything.filter(pk=closed.pk).update(published_on=MONDAY)
    chosen = [_choose(discussion, others) for discussion in (closed, running)]
    Survey.everything.filter(pk=draft.survey_id).update(opened_at=None)
    seed = Statement.everything.filter(discussion=draft, origin="seed")[0]
    arguments |= {
        "discussion": running.pk,
        "statement": Statement.everything.filter(discussion=running, state="waiting")[0].pk,
        "excerpt": excerpts[-1].pk,
        "round": chosen[1].pk,
    }
    instead |= {
        "deliberation:landscape": {"discussion": closed.pk},
        "deliberation:landscape_table": {"discussion": closed.pk},
        "deliberation:landscape_chart": {"discussion": closed.pk, "chart": "map"},
        "deliberation:public_agree": {"number": closed.number},
        "deliberation:public_priorities": {"number": closed.number},
        "deliberation:public_agree_table": {"number": closed.number},
        "deliberation:public_agree_chart": {"number": closed.number, "chart": "map"},
        "deliberation:paper_type_in": {"discussion": running.pk, "number": 1},
        "deliberation:discussion_change": {"discussion": draft.pk},
        "deliberation:seeds": {"discussion": draft.pk},
        "deliberation:seed": {"discussion": draft.pk, "statement": seed.pk},
        "deliberation:seed_voices": {"discussion": draft.pk},
        "deliberation:seed_from_voice": {"discussion": draft.pk},
    }
    for page in ("", "_next", "_votes", "_add", "_mine", "_choose", "_thanks"):
        instead[f"deliberation:take_part{page}"] = {"token": _taking_part(running)}
    shown = list(Statement.everything.filter(discussion=closed, state="shown"))
    return Agreed(shown, _negotiate(cast, others, shown, closed, arguments, instead))


def _discussion(cast: Cast, number: int, statements: int, excerpts: list[Excerpt], chance: random.Random) -> Discussion:
    groups = [cast.group(kind) for kind in GROUPS]
    question = {"en": f"What should come first, {number}?", "es": f"¿Qué va primero, {number}?"}
    discussion = create_discussion(
        district=cast.alder, question=question, groups=groups, mode="anonymous", by=cast.coach, open_link=True
    )
    Survey.everything.filter(pk=discussion.survey_id).update(opened_at=timezone.now())
    SurveyCell.everything.filter(survey=discussion.survey).delete()
    SurveyCell.everything.bulk_create(
        SurveyCell(district=cast.alder, survey=discussion.survey, number=n, group=group, asked=500)
        for n, group in enumerate(groups, start=1)
    )
    states = ("shown", "shown", "shown", "waiting", "hidden")
    made = Statement.everything.bulk_create(
        Statement(
            district=cast.alder,
            discussion=discussion,
            number=n + 1 if states[n % 5] != "waiting" else None,
            texts={
                code: f"{code} {n} " + " ".join(chance.choices(["make", "share", "time", "talk", "try", "school"], k=9))
                for code in ("en", "es")
            },
            language="en",
            origin="seed" if n % 2 else "participant",
            author="" if n % 2 else f"{n:064x}",
            state=states[n % 5],
            reason="off_topic" if states[n % 5] == "hidden" else "",
            held_for=["link"] if n % 3 else [],
            appeal="Please look again." if n % 10 == 4 else "",
        )
        for n in range(statements)
    )
    ModerationDeed.everything.bulk_create(
        ModerationDeed(
            district=cast.alder,
            discussion=discussion,
            statement=each,
            deed="hidden" if each.state == "hidden" else "shown",
            reason=each.reason,
            done_by=cast.coach.pk,
            done_on=MONDAY,
        )
        for each in made
        if each.state != "waiting"
    )
    shown = [each for each in made if each.state == "shown"]
    StatementLink.everything.bulk_create(
        StatementLink(district=cast.alder, statement=one, same_as=other, linked_by=cast.coach.pk, linked_on=MONDAY)
        for one, other in zip(shown[1::9], shown[0::9], strict=False)
    )
    for n, excerpt in enumerate(excerpts[: statements // 10]):
        Statement.everything.create(
            district=cast.alder,
            discussion=discussion,
            number=10_000 + n,
            texts={"en": f"From a voice {n}.", "es": f"De una voz {n}."},
            language="en",
            origin="excerpt",
            excerpt=excerpt,
            state="shown",
        )
    return Discussion.everything.select_related("survey__district").get(pk=discussion.pk)


def _vote(cast: Cast, discussion: Discussion, people: int, chance: random.Random) -> None:
    """Two camps and three groups, each person on a dozen statements."""
    groups = [cast.group(kind) for kind in GROUPS]
    shown = list(Statement.everything.filter(discussion=discussion, state="shown"))
    rows = Response.everything.bulk_create(
        Response(
            district=cast.alder,
            survey=discussion.survey,
            key=f"{discussion.number:02d}{n:062x}",
            group=groups[n % 3],
            week=MONDAY,
            submitted=True,
        )
        for n in range(people)
    )
    Vote.everything.bulk_create(
        (
            Vote(
                district=cast.alder,
                response=row,
                statement=statement,
                choice=1 if place % 3 == 0 else chance.choice((1, 1, 0) if (n + place) % 2 else (-1, -1, 0)),
                exposure=0.2,
            )
            for n, row in enumerate(rows)
            for place, statement in chance.sample(list(enumerate(shown)), min(12, len(shown)))
        ),
        batch_size=5_000,
    )


def _choose(discussion: Discussion, others: int) -> PriorityRound:
    """A round that everybody filled a ballot in; closed where its discussion is."""
    own: Any = {"district": discussion.survey.district}
    closed = timezone.now() if discussion.survey.closed_at else None
    made = PriorityRound.everything.create(
        **own,
        discussion=discussion,
        texts={"en": "What first?", "es": "¿Qué primero?"},
        limit=3,
        opened_at=timezone.now(),
        closed_at=closed,
    )
    PriorityOption.everything.bulk_create(
        PriorityOption(**own, round=made, number=n, texts={"en": f"Priority {n}", "es": f"Prioridad {n}"})
        for n in range(1, 5 + others // 4)
    )
    ApprovalBallot.everything.bulk_create(
        ApprovalBallot(**own, round=made, response=each, approved=[1, 2 + n % 3])
        for n, each in enumerate(Response.everything.filter(survey=discussion.survey))
    )
    return made


def _taking_part(discussion: Discussion) -> str:
    """The link of somebody who has voted on all but one statement and has written three."""
    token = tokens.mint(discussion.survey, 1)
    read = tokens.read(discussion.survey, token)
    first = Response.everything.filter(survey=discussion.survey)[0]
    mine = Response.everything.create(
        district=discussion.survey.district,
        survey=discussion.survey,
        key=read.key,
        group=first.group,
        week=MONDAY,
        submitted=True,
    )
    shown = list(Statement.everything.filter(discussion=discussion, state="shown"))
    Vote.everything.bulk_create(
        Vote(district=mine.district, response=mine, statement=each, choice=1, exposure=0.2) for each in shown[1:]
    )
    written = Statement.everything.filter(discussion=discussion, origin="participant").values("pk")[:3]
    Statement.everything.filter(pk__in=list(written.values_list("pk", flat=True))).update(author=read.author)
    return token


def _negotiate(
    cast: Cast, others: int, statements: list[Statement], discussion: Discussion, arguments: Any, instead: Any
) -> list[TradeOff]:
    """Trade-offs in every state, each with its options, effects, concerns, stands and notes."""
    groups = [cast.group(kind) for kind in GROUPS]
    made: list[TradeOff] = []
    for number in range(1, others + 1):
        state = ("open", "settled", "set_aside")[number % 3]
        trade_off = TradeOff.everything.create(
            district=cast.alder,
            number=number,
            title={"en": f"Time {number}"},
            first={"en": "Projects"},
            second={"en": "Practice"},
            discussion=discussion,
            state=state,
            settlement={"en": "One hour a week."} if state == "settled" else {},
            settled_on=MONDAY if state == "settled" else None,
            reason={"en": "Later."} if state == "set_aside" else {},
        )
        made.append(trade_off)
        own: Any = {"district": cast.alder, "trade_off": trade_off}
        for side, some in (("first", statements[number : number + 3]), ("second", statements[number + 3 : number + 6])):
            TradeOffStatement.everything.bulk_create(TradeOffStatement(**own, statement=each, side=side) for each in some)
        options = TradeOffOption.everything.bulk_create(
            TradeOffOption(**own, position=n, texts={"en": f"Way {n}"}, chosen=n == 1 and state == "settled")
            for n in range(1, 3 + min(4, others // 8))
        )
        for option in options:
            effects = [{"side": side} for side in ("first", "second")] + [{"group": group} for group in groups]
            OptionEffect.everything.bulk_create(
                OptionEffect(district=cast.alder, option=option, gains={"en": "Time"}, gives_up={"en": "A bell"}, **effect)
                for effect in effects
            )
        concerns = TradeOffConcern.everything.bulk_create(
            TradeOffConcern(**own, kind="workload", texts={"en": f"Who does it, {n}?"}, group=groups[n % 3])
            for n in range(2 + others // 8)
        )
        TradeOffStand.everything.bulk_create(
            TradeOffStand(**own, group=group, stand="live_with", heard_on=MONDAY, heard_how="meeting", recorded_by=cast.coach.pk)
            for group in groups
        )
        notes = ConfidentialNote.everything.bulk_create(
            ConfidentialNote(**own, written_by=cast.coach, words=f"Said aside, {n}.", written_on=MONDAY)
            for n in range(1 + others // 8)
        )
        if number == 3:  # an open one
            arguments |= {"option": options[0].pk, "concern": concerns[0].pk}
            instead |= {f"vision:trade_off{part}": {"number": number, "group": groups[0].pk} for part in SETTLED}
            instead["vision:trade_off_set_aside"] = {"number": number}
            instead["vision:confidential_notes"] = {"number": number}
            instead["vision:confidential_note"] = {"number": number, "note": notes[0].pk}
    instead["vision:trade_off_take_up"] = {"number": 1}
    instead["vision:public_trade_off"] = {"number": 1}
    return [each for each in made if each.state == "settled"]
