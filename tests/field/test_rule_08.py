"""FIELD rule 8, records: a retention class per survey, legal hold, disposal by two people, a log. No years hard-coded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commonwhy.districts.models import RetentionClass
from commonwhy.districts.services import give_role
from commonwhy.listening.models import Disposal, Response, Survey, SurveyCare
from commonwhy.listening.queries.lawful import terms_of
from commonwhy.listening.services import care, disposal
from commonwhy.listening.services.care import CareRefused
from commonwhy.listening.services.coarsening import Cell
from tests.cast import Cast
from tests.field.terms import say_terms
from tests.listening.opened import open_survey
from tests.listening.surveying import hear

pytestmark = pytest.mark.any_database


def url(name: str, cast: Cast, *more: Any) -> str:
    return reverse(f"listening:{name}", args=[cast.alder.slug, *more])


@pytest.fixture
def kept(cast: Cast) -> RetentionClass:
    give_role(district=cast.alder, account=cast.coach, role="leader")
    return disposal.add_class(district=cast.alder, name="Surveys", months=12, source="Schedule 4", by=cast.superintendent)


@pytest.fixture
def old(cast: Cast, kept: RetentionClass) -> Survey:
    """Closed two years ago, with its class said, and twenty answers."""
    survey = open_survey(cast, opened_at=timezone.now() - timedelta(days=800), closed_at=timezone.now() - timedelta(days=730))
    hear(survey, Cell(cast.group("teachers"), cast.creekside), 20)
    SurveyCare.everything.create(district=cast.alder, survey=survey, retention=kept)
    return survey


def test_one_proposes_another_does_and_a_line_stays(cast: Cast, old: Survey) -> None:
    first, second = cast.client("superintendent"), cast.client("coach")
    assert old.title in first.get(url("records", cast)).content.decode()
    assert first.post(url("records_propose", cast, old.pk), {"reason": "Schedule 4"}).status_code == 302
    line = Disposal.everything.get()
    assert Response.everything.filter(survey=old).count() == 20, "proposing deletes nothing"
    first.post(url("records_dispose", cast, line.pk))
    assert Response.everything.filter(survey=old).count() == 20, "nobody does what they proposed"
    second.post(url("records_dispose", cast, line.pk))
    assert not Response.everything.filter(survey=old).exists()
    line.refresh_from_db()
    assert (line.proposed_by, line.done_by, line.responses) == (cast.superintendent.pk, cast.coach.pk, 20)
    assert terms_of(old).deleted_on == cast.alder.today()
    page = second.get(url("records", cast)).content.decode()
    assert "Schedule 4" in page
    assert '<td class="num">20</td>' in page
    second.post(url("records_dispose", cast, line.pk))
    assert Disposal.everything.count() == 1


def test_the_database_refuses_one_person_for_both(cast: Cast, old: Survey) -> None:
    line = disposal.propose(survey=old, reason="Schedule 4", by=cast.superintendent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.everything.filter(pk=line.pk).update(done_by=cast.superintendent.pk)


def test_a_small_number_of_answers_is_not_told(cast: Cast, kept: RetentionClass) -> None:
    survey = open_survey(cast, opened_at=timezone.now() - timedelta(days=800), closed_at=timezone.now() - timedelta(days=730))
    hear(survey, Cell(cast.group("teachers"), cast.creekside), 3)
    SurveyCare.everything.create(district=cast.alder, survey=survey, retention=kept)
    disposal.dispose(disposal=disposal.propose(survey=survey, reason="x", by=cast.superintendent), by=cast.coach)
    page = cast.client("coach").get(url("records", cast)).content.decode()
    assert '<td class="num">not shown</td>' in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"months": None}, "never"),
        ({"months": 240}, "until"),
        ({"retention": None}, "which class"),
        ({"hold": "Case 9"}, "Case 9"),
        ({"open": True}, "Close the survey"),
        ({"reason": " "}, "Say why"),
        ({"deleted": True}, "already"),
    ],
)
def test_what_may_not_be_disposed_of_is_not(
    cast: Cast, old: Survey, kept: RetentionClass, change: dict[str, Any], words: str
) -> None:
    if "months" in change:
        disposal.change_class(retention=kept, months=change["months"], source="", by=cast.superintendent)
    if "retention" in change:
        say_terms(old, by=cast.coach, retention=None)
    if "hold" in change:
        care.hold(survey=old, reason=change["hold"], by=cast.superintendent)
    if "open" in change:
        Survey.everything.filter(pk=old.pk).update(closed_at=None)
    if "deleted" in change:
        SurveyCare.everything.update(deleted_on=cast.alder.today())
    with pytest.raises(CareRefused, match=words):
        disposal.propose(
            survey=Survey.everything.get(pk=old.pk), reason=change.get("reason", "Schedule 4"), by=cast.superintendent
        )
    assert not Disposal.everything.exists()


def test_a_hold_set_after_the_proposal_stops_it(cast: Cast, old: Survey) -> None:
    line = disposal.propose(survey=old, reason="Schedule 4", by=cast.superintendent)
    care.hold(survey=old, reason="Case 9", by=cast.superintendent)
    with pytest.raises(CareRefused, match="Case 9"):
        disposal.dispose(disposal=line, by=cast.coach)
    assert Response.everything.filter(survey=old).count() == 20
    cast.client("coach").post(url("records_take_back", cast, line.pk))
    assert not Disposal.everything.exists()


def test_no_time_is_known_before_the_district_says_it(cast: Cast) -> None:
    assert not RetentionClass.everything.exists()
    page = cast.client("superintendent").get(url("records", cast)).content.decode()
    assert "No class yet" in page
    address = url("records_class", cast)
    assert cast.client("superintendent").post(address, {"name": "Surveys", "months": "-1"}).status_code == 400
    cast.client("superintendent").post(address, {"name": "Surveys", "months": "36", "source": "State schedule"})
    cast.client("superintendent").post(address, {"name": "Surveys", "months": "", "source": "Another"})
    one = RetentionClass.everything.get()
    assert (one.months, one.source) == (None, "Another")
    assert cast.client("coach").post(address, {"name": "Mine"}).status_code == 403


def test_months_are_counted_by_the_calendar(cast: Cast, kept: RetentionClass) -> None:
    from datetime import UTC, datetime

    survey = Survey(closed_at=datetime(2028, 1, 31, 12, tzinfo=UTC))
    kept.months = 1
    assert str(disposal.due_on(survey, kept)) == "2028-02-29"
    kept.months = 13
    assert str(disposal.due_on(survey, kept)) == "2029-02-28"


def test_the_page_asks_few_questions(cast: Cast, kept: RetentionClass, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        survey = open_survey(
            cast,
            code=f"AAAAAA{number:02}",
            opened_at=timezone.now() - timedelta(days=800),
            closed_at=timezone.now() - timedelta(days=730),
        )
        SurveyCare.everything.create(district=cast.alder, survey=survey, retention=kept)
    client = cast.client("superintendent")
    client.get(url("records", cast))
    with django_assert_max_num_queries(22):
        client.get(url("records", cast))
