"""Trade-offs for tests: one that is open, one with everything, and a version that cites what was settled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.listening.models import Question, Questionnaire, QuestionnaireVersion, Survey
from commonwhy.vision.models import Clause, ClauseTradeOff, TradeOff, VisionVersion
from commonwhy.vision.services import trade_offs
from tests.cast import Cast
from tests.vision.drafts import adopt, clauses_of, hold_survey, write_draft

TITLE = {"en": "Time for projects", "es": "Tiempo para proyectos"}
FIRST = {"en": "Long blocks of time for projects", "es": "Bloques largos para proyectos"}
SECOND = {"en": "Every class keeps its hours", "es": "Cada clase conserva sus horas"}
AGREED = {"en": "One long block every Friday.", "es": "Un bloque largo cada viernes."}
BECAUSE = {"en": "Fridays are our shortest days.", "es": "Los viernes son nuestros días más cortos."}


def yesterday(cast: Cast) -> date:
    return cast.alder.today() - timedelta(days=1)


def negotiate(cast: Cast, **given: Any) -> TradeOff:
    """An open trade-off without anything."""
    arguments = {"title": TITLE, "first": FIRST, "second": SECOND, "by": cast.coach, "district": cast.alder, **given}
    return trade_offs.open_trade_off(**arguments)


def say_where(cast: Cast, trade_off: TradeOff, kind: str = "teachers", stand: str = "live_with", **given: Any) -> Any:
    arguments = {"heard_on": yesterday(cast), "heard_how": "meeting", "by": cast.coach, "group": cast.group(kind), **given}
    return trade_offs.record_stand(trade_off=trade_off, stand=stand, **arguments)


def in_full(cast: Cast, **given: Any) -> TradeOff:
    """An open trade-off with two options, what they do, a concern that is answered, and two stands, of which one dissents."""
    made = negotiate(cast, **given)
    friday = trade_offs.add_option(trade_off=made, texts=AGREED, by=cast.coach)
    daily = trade_offs.add_option(
        trade_off=made, texts={"en": "A short one each day.", "es": "Uno corto cada día."}, by=cast.coach
    )
    for option in (friday, daily):
        for side in ("first", "second"):
            trade_offs.set_effect(
                option=option,
                side=side,
                gains={"en": f"Gain of the {side} with {option.position}"},
                gives_up={"en": f"Loss of the {side} with {option.position}"},
                by=cast.coach,
            )
    trade_offs.set_effect(option=friday, group=cast.group("families"), gains={"en": "See the work on Fridays"}, by=cast.coach)
    concern = trade_offs.raise_concern(
        trade_off=made, kind="workload", texts={"en": "Who plans the Fridays?"}, group=cast.group("teachers"), by=cast.coach
    )
    trade_offs.answer_concern(concern=concern, answer={"en": "Two hours a month are set free for it."}, by=cast.coach)
    say_where(cast, made, "families")
    say_where(cast, made, "teachers", "dissents", because=BECAUSE)
    made.refresh_from_db()
    return made


def settle(cast: Cast, trade_off: TradeOff, **given: Any) -> TradeOff:
    arguments = {"settlement": AGREED, "on": yesterday(cast), "by": cast.coach, **given}
    return trade_offs.settle(trade_off=trade_off, **arguments)


def carry_out(clause: Clause, trade_off: TradeOff) -> ClauseTradeOff:
    """Have a sentence of a draft carry out a settlement."""
    return ClauseTradeOff.everything.create(district_id=clause.district_id, clause=clause, trade_off=trade_off)


def adopted_with(cast: Cast, trade_off: TradeOff) -> VisionVersion:
    """An adopted version whose first sentence carries out a settlement."""
    draft = write_draft(cast, "Students have a long block every Friday.")
    carry_out(clauses_of(draft)[0], trade_off)
    return adopt(cast, draft)


def discuss(cast: Cast, *texts: str, published: bool = False) -> tuple[Discussion, list[Statement]]:
    """A discussion with shown statements, after a survey in which everybody was heard."""
    if not Survey.everything.filter(district=cast.alder).exists():
        hold_survey(cast)
    questionnaire = Questionnaire.everything.create(district=cast.alder, title="Time")
    version = QuestionnaireVersion.everything.create(
        district=cast.alder, questionnaire=questionnaire, languages=["en", "es"], frozen=True
    )
    Question.everything.create(
        district=cast.alder, version=version, key="asked", position=1, kind="long", texts={"en": "How do we spend our time?"}
    )
    survey = Survey.everything.create(district=cast.alder, version=version, title="How do we spend our time?")
    number = Discussion.everything.filter(district=cast.alder).count() + 1
    discussion = Discussion.everything.create(
        district=cast.alder, survey=survey, number=number, published_on=cast.alder.today() if published else None
    )
    statements = [
        Statement.everything.create(
            district=cast.alder,
            discussion=discussion,
            number=place,
            texts={"en": text, "es": f"(es) {text}"},
            language="en",
            origin="seed",
            state="shown",
        )
        for place, text in enumerate(texts, start=1)
    ]
    return discussion, statements
