"""Choosing under a limit: from the first option to what was chosen, counted both ways, with small groups hidden."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonwhy.core.jobs import run_job
from commonwhy.core.models import Job
from commonwhy.deliberation.models import ApprovalBallot, Discussion, PriorityOption, PriorityRound, Statement
from commonwhy.deliberation.services import discussions
from commonwhy.deliberation.services import priorities as services
from commonwhy.deliberation.services.locking import DiscussionRefused
from commonwhy.deliberation.services.priorities_counting import CountingRefused, count
from commonwhy.listening.models import Response, SurveyCell
from tests.cast import Cast
from tests.deliberation.made import MONDAY, opened

WHAT = {"en": "What comes first?", "es": "¿Qué va primero?"}


@pytest.fixture
def discussion(cast: Cast) -> Discussion:
    return opened(cast, groups=[cast.group("families"), cast.group("teachers")])


@pytest.fixture
def round_(cast: Cast, discussion: Discussion) -> PriorityRound:
    """A round in preparation, with room for three of five."""
    made = services.prepare_round(discussion=discussion, texts=WHAT, limit=3, by=cast.coach)
    for statement in Statement.everything.filter(discussion=discussion).order_by("number"):
        services.add_option(round=made, statement=statement, by=cast.coach)
    return made


def tick(cast: Cast, round_: PriorityRound, kind: str, people: int, *numbers: int) -> None:
    """So many of a group tick these options."""
    survey = round_.discussion.survey
    SurveyCell.everything.get_or_create(
        survey=survey,
        group=cast.group(kind),
        school=None,
        defaults={"district": cast.alder, "number": 90 + len(kind), "asked": 60},
    )
    for _one in range(people):
        response = Response.everything.create(
            district=cast.alder,
            survey=survey,
            key=f"{Response.everything.count():064d}",
            week=MONDAY,
            group=cast.group(kind),
            language="en",
            submitted=True,
        )
        ApprovalBallot.everything.create(district=cast.alder, round=round_, response=response, approved=list(numbers))


def counted(cast: Cast, round_: PriorityRound) -> dict[str, Any]:
    services.open_round(round=round_, by=cast.coach)
    services.close_round(round=round_, by=cast.coach)
    run_job.func(str(Job.objects.get(kind=services.KIND).pk))
    round_.refresh_from_db()
    return dict(round_.released)


def chosen(released: dict[str, Any], way: str) -> set[int]:
    return {each["number"] for each in released["options"] if each[way]}


def test_equal_shares_gives_the_smaller_group_its_part_and_plain_counting_does_not(cast: Cast, round_: PriorityRound) -> None:
    tick(cast, round_, "families", 60, 1, 2, 3)
    tick(cast, round_, "teachers", 30, 4, 5)
    released = counted(cast, round_)
    assert chosen(released, "plain") == {1, 2, 3}
    assert len(chosen(released, "shares") & {4, 5}) == 1
    teachers = next(one for one in released["groups"] if one["group"] == str(cast.group("teachers").pk))
    assert teachers["plain"] == {"percent": 10, "bound": "at_most"}
    assert teachers["shares"] == {"percent": 90, "bound": "at_least"}
    # Who answered of each group is not told exactly on the coverage page either, so it is "at least" here.
    assert (teachers["n"], teachers["exact"]) == (20, False)


def test_a_small_group_is_hidden_and_cannot_be_worked_out(cast: Cast, round_: PriorityRound) -> None:
    tick(cast, round_, "families", 40, 1, 2)
    tick(cast, round_, "families", 20, 3)
    tick(cast, round_, "teachers", 4, 5)
    released = counted(cast, round_)
    few = next(one for one in released["groups"] if one["group"] == str(cast.group("teachers").pk))
    assert (few["n"], few["plain"], few["shares"]) == (None, None, None)
    assert not released["exact"]
    assert released["people"] in range(10, 61)
    assert all(one["approved"] is None for one in released["options"])
    assert all(len(one["by_group"]) == 1 for one in released["options"])


def test_too_few_people_show_nothing(cast: Cast, round_: PriorityRound) -> None:
    tick(cast, round_, "families", 4, 1)
    released = counted(cast, round_)
    assert (released["people"], released["options"], released["groups"]) == (0, [], [])
    page = cast.client("coach").get(at(round_)).content.decode()
    assert "nothing of it is shown" in page


def test_nobody_choosing_is_counted_too(cast: Cast, round_: PriorityRound) -> None:
    assert counted(cast, round_)["people"] == 0


def test_counting_again_is_the_same(cast: Cast, round_: PriorityRound) -> None:
    tick(cast, round_, "families", 30, 1, 2)
    released = counted(cast, round_)
    count(fresh(round_))
    round_.refresh_from_db()
    assert round_.released == released


def fresh(round_: PriorityRound) -> PriorityRound:
    found = services.round_for_job(str(round_.district_id), str(round_.pk))
    assert found is not None
    return found


def test_an_open_round_is_not_counted(cast: Cast, round_: PriorityRound) -> None:
    services.open_round(round=round_, by=cast.coach)
    with pytest.raises(CountingRefused):
        count(fresh(round_))


def test_what_can_be_chosen_stands_still_once_it_is_open(cast: Cast, round_: PriorityRound) -> None:
    services.open_round(round=round_, by=cast.coach)
    for act in (
        lambda: services.add_option(round=round_, texts={"en": "More", "es": "Más"}, by=cast.coach),
        lambda: services.remove_option(round=round_, number=1, by=cast.coach),
        lambda: services.discard_round(round=round_, by=cast.coach),
        lambda: services.open_round(round=round_, by=cast.coach),
    ):
        with pytest.raises(DiscussionRefused):
            act()
    assert PriorityOption.everything.filter(round=round_).count() == 5


def test_an_option_twice_is_one_and_a_hidden_statement_is_none(cast: Cast, round_: PriorityRound) -> None:
    statement = Statement.everything.filter(discussion=round_.discussion).order_by("number")[0]
    services.add_option(round=round_, statement=statement, by=cast.coach)
    assert PriorityOption.everything.filter(round=round_).count() == 5
    services.remove_option(round=round_, number=1, by=cast.coach)
    Statement.everything.filter(pk=statement.pk).update(state="hidden", reason="names")
    with pytest.raises(DiscussionRefused, match="not shown"):
        services.add_option(round=round_, statement=statement, by=cast.coach)


@pytest.mark.parametrize("lacks", ["options", "language", "closed"])
def test_a_round_opens_only_when_people_can_choose(cast: Cast, round_: PriorityRound, lacks: str) -> None:
    if lacks == "options":
        PriorityOption.everything.filter(round=round_, number__gt=3).delete()
    elif lacks == "language":
        services.add_option(round=round_, texts={"en": "Only English"}, by=cast.coach)
    else:
        discussions.close_discussion(discussion=round_.discussion, by=cast.coach)
    with pytest.raises(DiscussionRefused):
        services.open_round(round=round_, by=cast.coach)
    round_.refresh_from_db()
    assert round_.opened_at is None


def test_only_one_is_open_in_a_discussion(cast: Cast, discussion: Discussion, round_: PriorityRound) -> None:
    services.open_round(round=round_, by=cast.coach)
    other = services.prepare_round(discussion=discussion, texts=WHAT, limit=1, by=cast.coach)
    for number in (1, 2):
        services.add_option(round=other, texts={"en": f"One {number}", "es": f"Uno {number}"}, by=cast.coach)
    with pytest.raises(DiscussionRefused, match="Another choice"):
        services.open_round(round=other, by=cast.coach)


def test_closing_the_discussion_closes_the_round(
    cast: Cast, round_: PriorityRound, django_capture_on_commit_callbacks: Any
) -> None:
    services.open_round(round=round_, by=cast.coach)
    with django_capture_on_commit_callbacks(execute=True):
        discussions.close_discussion(discussion=round_.discussion, by=cast.coach)
    round_.refresh_from_db()
    assert round_.closed_at is not None


def at(round_: PriorityRound, name: str = "priority_round") -> str:
    return reverse(f"deliberation:{name}", args=["alder-creek", round_.discussion_id, round_.pk])


def test_a_round_from_the_pages(cast: Cast, discussion: Discussion) -> None:
    coach = cast.client("coach")
    listed = reverse("deliberation:priorities", args=["alder-creek", discussion.pk])
    assert coach.post(listed, {"text_en": "What first?", "text_es": "¿Qué primero?", "limit": 1}).status_code == 302
    made = PriorityRound.everything.get()
    assert coach.post(at(made), {"text_en": "Music", "text_es": "Música"}).status_code == 302
    statement = Statement.everything.filter(discussion=discussion)[0]
    assert coach.post(at(made, "priority_option"), {"statement": str(statement.pk)}).status_code == 302
    assert "Music" in coach.get(at(made)).content.decode()
    coach.post(at(made, "priority_option"), {"take_out": "1"})
    assert "Let people choose" not in coach.get(at(made)).content.decode().split("<h1>")[1]
    coach.post(at(made), {"text_en": "Music", "text_es": "Música"})
    coach.post(at(made, "priority_state"), {"open": ""})
    made.refresh_from_db()
    assert made.opened_at
    coach.post(at(made, "priority_state"), {"close": ""})
    made.refresh_from_db()
    assert made.closed_at
    assert coach.post(at(made, "priority_option"), {"statement": "nonsense"}).status_code == 404
    assert coach.post(listed, {"text_en": "", "limit": 0}).status_code == 400


def test_who_sees_a_round_and_who_runs_it(cast: Cast, round_: PriorityRound) -> None:
    for who, code in (("teacher", 404), ("family", 404), ("coach", 200), ("outsider", 404)):
        assert cast.client(who).get(at(round_)).status_code == code
    services.open_round(round=round_, by=cast.coach)
    assert cast.client("teacher").get(at(round_)).status_code == 200
    assert cast.client("teacher").post(at(round_), {"text_en": "Mine"}).status_code == 403
    assert cast.client("teacher").post(at(round_, "priority_state"), {"close": ""}).status_code == 403
    round_.refresh_from_db()
    assert round_.closed_at is None


def test_anyone_reads_what_was_chosen_once_the_discussion_is_published(
    cast: Cast, round_: PriorityRound, django_assert_max_num_queries: Any
) -> None:
    tick(cast, round_, "families", 60, 1, 2, 3)
    tick(cast, round_, "teachers", 30, 4, 5)
    counted(cast, round_)
    address = reverse("deliberation:public_priorities", args=["alder-creek", round_.discussion.number])
    assert cast.client(None).get(address).status_code == 404
    Discussion.everything.filter(pk=round_.discussion_id).update(published_on=MONDAY)
    with django_assert_max_num_queries(10):
        page = " ".join(cast.client(None).get(address).content.decode().split())
    assert "At least 80 people chose; there is room for 3." in page
    assert "The two ways of counting choose differently." in page
    assert "90 percent or more" in page
    assert "only this way" in page
    with django_assert_max_num_queries(26):
        assert cast.client("coach").get(at(round_)).status_code == 200
