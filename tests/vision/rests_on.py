"""What a sentence can rest on beside voices, for tests: a discussion with statements and released figures, and trade-offs."""

from __future__ import annotations

from typing import Any

from commonwhy.deliberation.models import Discussion, Landscape, Statement
from commonwhy.districts.models import District
from commonwhy.listening.models import Survey
from commonwhy.vision.models import TradeOff, TradeOffStand
from tests.cast import Cast
from tests.vision.drafts import MONDAY, hold_survey


def hold_discussion(cast: Cast, *, published: bool = True, district: District | None = None, number: int = 1) -> Discussion:
    """A discussion that was held, on a survey of its own, and that anyone may read where `published`."""
    if not Survey.everything.filter(district=cast.alder).exists():
        hold_survey(cast)
    survey: Survey = hold_survey(cast, {}, title=f"Discussion {number}")
    if district is not None:
        Survey.everything.filter(pk=survey.pk).update(district=district)
        survey.refresh_from_db()
    return Discussion.everything.create(
        district=survey.district, survey=survey, number=number, published_on=MONDAY if published else None
    )


def state(discussion: Discussion, number: int, words: str, *, es: str = "", **more: Any) -> Statement:
    """A shown statement of a discussion, written by the facilitators unless said otherwise."""
    texts = {"en": words} | ({"es": es} if es else {})
    given = {"origin": "seed", "state": "shown", **more}
    return Statement.everything.create(
        district=discussion.district, discussion=discussion, number=number, texts=texts, language="en", **given
    )


def figures(of: Statement, *, agree: int | None = 78, n: int | None = 312, roles: Any = ()) -> dict[str, Any]:
    """The released figures of one statement, in the shape of `deliberation.services.landscape`.

    `roles`: kind of group, how many voted, percent that agree or None where it is not shown.
    """
    return {
        "statement": str(of.pk),
        "number": of.number,
        "outcome": "shared",
        "agree": share(agree),
        "n": n,
        "exact": True,
        "by_group": [],
        "by_role": [
            {"group": kind, "members": [{"kind": kind, "name": ""}], "n": voted, "exact": True, "agree": share(percent)}
            for kind, voted, percent in roles
        ],
        "not_heard": [],
    }


def share(percent: int | None) -> dict[str, Any] | None:
    return None if percent is None else {"percent": percent, "bound": "exact"}


def work_out(discussion: Discussion, *statements: dict[str, Any]) -> Landscape:
    """Where we agree, as a job released it."""
    return Landscape.everything.create(
        district=discussion.district, discussion=discussion, people=400, votes=9000, released={"statements": list(statements)}
    )


def trade_off(cast: Cast, *, settled: bool = True, number: int = 1, dissent: str = "") -> TradeOff:
    """Two priorities in tension; settled, with the dissent of the teachers where there is one."""
    made: TradeOff = TradeOff.everything.create(
        district=cast.alder,
        number=number,
        title={"en": "Time to teach or time to plan", "es": "Tiempo para enseñar o para planear"},
        first={"en": "More time with students"},
        second={"en": "More time to plan"},
        state="settled" if settled else "open",
        settlement={"en": "One hour a week together.", "es": "Una hora a la semana juntos."} if settled else {},
        settled_on=MONDAY if settled else None,
    )
    if dissent:
        TradeOffStand.everything.create(
            district=cast.alder,
            trade_off=made,
            group=cast.group("teachers"),
            stand="dissents",
            because={"en": dissent},
            heard_on=MONDAY,
            heard_how="meeting",
            recorded_by=cast.coach.pk,
        )
    return made
