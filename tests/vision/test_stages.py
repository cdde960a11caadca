"""Stages: planned, begun and ended without any pace being forced; what each needs first; reasons in public."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from commonwhy.listening.models import Survey
from commonwhy.vision.models import Endorsement, Stage, VisionVersion
from commonwhy.vision.pace import length, pace
from commonwhy.vision.queries import stages as queries
from commonwhy.vision.services import drafting, stages
from tests.cast import Cast
from tests.vision.drafts import adopt, begin, hold_survey, write_draft
from tests.vision.test_workshop_pages import text_of

TODAY = date(2026, 6, 1)


def at(name: str, *arguments: Any) -> str:
    return reverse(f"vision:{name}", args=["alder-creek", *arguments])


def today() -> date:
    """Today in Alder Creek."""
    return timezone.localdate(timezone=ZoneInfo("America/Chicago"))


def start(cast: Cast, draft: VisionVersion, name: str, **given: Any) -> Stage:
    return stages.begin(version=draft, name=name, on=given.pop("on", today()), by=cast.coach, **given)


# The pace


def test_lengths_read_as_people_say_them() -> None:
    with override("en"):
        assert [length(days) for days in (0, 1, 13, 14, 42, 70, 80, 365)] == [
            *("0 days", "1 day", "13 days", "2 weeks", "6 weeks", "10 weeks", "3 months", "12 months"),
        ]


@pytest.mark.parametrize(
    ("planned", "began", "ended", "words"),
    [
        ((None, None), None, None, ""),
        ((date(2026, 3, 1), date(2026, 4, 12)), None, None, "6 weeks planned."),
        ((None, None), date(2026, 5, 4), None, "4 weeks so far."),
        ((None, None), TODAY, None, "Began today."),
        ((None, None), date(2026, 5, 4), date(2026, 5, 18), "Took 2 weeks."),
        ((date(2026, 3, 1), date(2026, 3, 15)), date(2026, 4, 6), None, "6 weeks longer than planned; take the time it needs."),
        ((date(2026, 5, 1), date(2026, 6, 12)), date(2026, 5, 18), None, "2 weeks so far, of 6 weeks planned."),
        ((date(2026, 3, 1), date(2026, 3, 15)), date(2026, 3, 1), date(2026, 3, 15), "As long as planned."),
        (
            (date(2026, 3, 1), date(2026, 3, 15)),
            *(date(2026, 3, 1), date(2026, 4, 12), "4 weeks longer than planned; it took the time it needed."),
        ),
        ((date(2026, 3, 1), date(2026, 4, 12)), date(2026, 3, 1), date(2026, 3, 29), "2 weeks shorter than planned."),
    ],
)
def test_the_pace_is_told_beside_the_plan_and_never_as_a_fault(planned: Any, began: Any, ended: Any, words: str) -> None:
    with override("en"):
        assert pace(planned, began, ended, TODAY) == words


def test_no_stage_is_ever_shown_in_the_colors_of_a_warning(cast: Cast) -> None:
    draft = begin(cast)
    hold_survey(cast)
    stages.plan(version=draft, dates={"drafting": (today() - timedelta(300), today() - timedelta(290))}, by=cast.coach)
    start(cast, draft, "drafting", on=today() - timedelta(days=200))
    page = cast.client("coach").get(at("stages"))
    assert "longer than planned; take the time it needs" in text_of(page)
    inside = page.content.decode().split('<ol class="stages">')[1].split("</ol>")[0]
    done = inside.split('class="now"')[1].split("</li>")[0]
    assert not {"serious", "warn", "warning", "late", "overdue"} & set(done.replace('"', " ").split())


# What a stage needs


def test_nobody_drafts_before_somebody_was_heard(cast: Cast) -> None:
    draft = begin(cast)
    with pytest.raises(stages.StageRefused, match="Nobody was heard yet"):
        start(cast, draft, "drafting")
    hold_survey(cast)
    assert start(cast, draft, "drafting").began_on == today()


def test_nobody_negotiates_before_a_why_and_no_reason_helps(cast: Cast) -> None:
    """No way to get there is chosen before there is a why (M05)."""
    draft = begin(cast)
    reason = {"en": "The vendor's offer ends on Friday."}
    with pytest.raises(stages.StageRefused, match="why is not written yet"):
        start(cast, draft, "negotiating", exception_reason=reason)
    drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": "Because."})
    with pytest.raises(stages.StageRefused, match="no sentence"):
        start(cast, draft, "negotiating", exception_reason=reason)
    drafting.add_clause(version=draft, texts={"en": "A."}, by=cast.coach)
    start(cast, draft, "negotiating")
    assert VisionVersion.everything.get().exception_reason == {}


def test_endorsed_needs_every_groups_stand_or_a_public_reason(cast: Cast) -> None:
    draft = write_draft(cast)
    Endorsement.everything.filter(group__kind="families").delete()
    with pytest.raises(stages.StageRefused, match="Families"):
        start(cast, draft, "endorsed")
    assert not Stage.everything.exists()
    start(cast, draft, "endorsed", exception_reason={"en": "They meet next week.", "es": "Se reúnen la semana próxima."})
    kept = VisionVersion.everything.get().exception_reason
    assert kept == {"en": "Endorsed: They meet next week.", "es": kept["es"]}
    assert kept["es"].endswith(": Se reúnen la semana próxima.")
    adopt(cast, draft, exception_reason={"en": "They met and were of two minds."})
    page = text_of(Client().get("/v/alder-creek/"))
    assert "They meet next week." in page
    assert "They met and were of two minds." in page


def test_approval_is_the_boards_and_recorded_with_its_day(cast: Cast) -> None:
    draft = write_draft(cast)
    with pytest.raises(stages.StageRefused, match="in its meeting"):
        start(cast, draft, "approved")
    adopted = adopt(cast, draft)
    stage = Stage.everything.get(name="approved")
    assert (stage.began_on, stage.ended_on) == (adopted.adopted_on, adopted.adopted_on)


def test_days_run_forward_and_not_ahead(cast: Cast) -> None:
    draft = write_draft(cast)
    with pytest.raises(stages.StageRefused, match="lies ahead"):
        start(cast, draft, "drafting", on=today() + timedelta(days=2))
    with pytest.raises(stages.StageRefused, match="when it began"):
        stages.end(version=draft, name="drafting", on=today(), by=cast.coach)
    start(cast, draft, "drafting", on=today() - timedelta(days=5))
    with pytest.raises(stages.StageRefused, match="before it began"):
        stages.end(version=draft, name="drafting", on=today() - timedelta(days=9), by=cast.coach)
    stages.end(version=draft, name="drafting", on=today() - timedelta(days=1), by=cast.coach)
    with pytest.raises(stages.StageRefused, match="after it ended"):
        start(cast, draft, "drafting")
    with pytest.raises(stages.StageRefused, match="before it begins"):
        stages.plan(version=draft, dates={"drafting": (TODAY, TODAY - timedelta(days=1))}, by=cast.coach)


def test_an_adopted_version_is_planned_no_more(cast: Cast) -> None:
    adopted = adopt(cast, write_draft(cast))
    for act in (
        lambda: start(cast, adopted, "aligned"),
        lambda: stages.end(version=adopted, name="drafting", on=today(), by=cast.coach),
        lambda: stages.plan(version=adopted, dates={}, by=cast.coach),
    ):
        with pytest.raises(drafting.NotADraftError):
            act()


# What is known of itself


def test_nobody_notes_what_can_be_seen(cast: Cast) -> None:
    draft = write_draft(cast)
    found = {line.name: line for line in queries.lines(cast.viewer("coach"), draft, today())}
    survey = Survey.everything.get()
    assert survey.opened_at is not None
    assert found["listening"].began == timezone.localdate(survey.opened_at, ZoneInfo("America/Chicago"))
    assert found["listening"].known
    assert found["endorsed"].began == Endorsement.everything.earliest("heard_on").heard_on
    assert (found["negotiating"].began, found["negotiating"].state) == (None, "waiting")


def test_a_suggestion_gives_most_of_the_time_to_hearing_people() -> None:
    plan = stages.suggested(date(2026, 9, 1), 4)
    days = {name: (last - first).days for name, (first, last) in plan.items() if first and last}
    assert max(days, key=lambda name: days[name]) == "listening"
    assert plan["listening"][0] == date(2026, 9, 1)
    assert plan["approved"][1] == date(2027, 1, 1)
    ends = [day for pair in plan.values() for day in pair if day]
    assert ends == sorted(ends)


# The pages


def test_a_coach_plans_from_a_suggestion_which_nobody_saves_but_a_person(cast: Cast) -> None:
    begin(cast)
    coach = cast.client("coach")
    page = coach.get(at("stage_plan"), {"begins": "2026-09-01", "months": "4"})
    assert "not saved yet" in text_of(page)
    assert 'value="2026-09-01"' in page.content.decode()
    assert not Stage.everything.exists()
    answer = coach.post(at("stage_plan"), {"listening_from": "2026-09-01", "listening_to": "2026-10-20"})
    assert answer["Location"] == at("stages")
    assert Stage.everything.get(name="listening").planned_to == date(2026, 10, 20)
    wrong = coach.post(at("stage_plan"), {"listening_from": "2026-09-01", "listening_to": "2026-08-20"})
    assert wrong.status_code == 400
    assert Stage.everything.get(name="listening").planned_to == date(2026, 10, 20)


def test_the_page_says_what_is_missing_and_takes_the_reason(cast: Cast) -> None:
    draft = begin(cast)
    coach = cast.client("coach")
    page = text_of(coach.get(at("stages")))
    assert "Our why is not written yet. It comes before any way to get there is chosen." in page
    refused = coach.post(at("stage"), {"stage": "endorsed", "on": today().isoformat(), "begin": ""})
    assert refused.status_code == 400
    assert "Not saved yet" in text_of(refused)
    drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": "Because."})
    drafting.add_clause(version=draft, texts={"en": "A."}, by=cast.coach)
    given = {"stage": "endorsed", "on": today().isoformat(), "begin": "", "exception_reason_en": "The flood."}
    assert coach.post(at("stage"), given)["Location"] == at("stages")
    assert VisionVersion.everything.get().exception_reason == {"en": "Endorsed: The flood."}


@pytest.mark.parametrize("who", ["board", "family", "teacher", "principal"])
def test_others_read_along(cast: Cast, who: str) -> None:
    begin(cast)
    client = cast.client(who)
    page = client.get(at("stages"))
    assert page.status_code == 200
    assert "<form" not in page.content.decode().split("<main", 1)[1].split("</main>")[0]
    assert client.get(at("stage_plan")).status_code == 403
    assert client.post(at("stage"), {"stage": "drafting", "on": "2026-01-01"}).status_code == 403


def test_the_page_asks_a_bounded_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    write_draft(cast)
    client = cast.client("coach")
    with django_assert_max_num_queries(25):
        assert client.get(at("stages")).status_code == 200
