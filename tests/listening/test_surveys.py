"""Surveys: prepared, opened once, closed and extended, by those who may, whatever is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import Group
from commonwhy.listening.models import Answer, Response, Survey, SurveyCell
from commonwhy.listening.services import surveys as services
from commonwhy.listening.services.coarsening import Cell
from commonwhy.listening.services.questionnaires import create_questionnaire
from commonwhy.listening.services.surveys import SurveyRefused
from tests.cast import Cast
from tests.listening.surveying import draft, enrol, hear, opened

LISTEN = "/d/alder-creek/listen/"
RUNNERS = ("superintendent", "coach")
ONLOOKERS = ("principal", "board")
INSIDERS_WITHOUT = ("teacher", "family")


def address(survey: Survey, rest: str = "") -> str:
    return f"{LISTEN}surveys/{survey.pk}/{rest}"


def form_of(cast: Cast, survey: Survey, **changes: Any) -> dict[str, Any]:
    return {
        "questionnaire": str(survey.version_id),
        "title": survey.title,
        "groups": [str(group.pk) for group in survey.groups.all()],
        "mode": survey.mode,
        "closes_at": "",
    } | changes


class TestWhoMay:
    @pytest.mark.parametrize("name", [*RUNNERS, *ONLOOKERS])
    @pytest.mark.parametrize("path", ["", "coverage/", "questionnaires/"])
    def test_the_room_is_open_to_those_with_a_part_in_it(self, cast: Cast, name: str, path: str) -> None:
        assert cast.client(name).get(LISTEN + path).status_code == 200

    @pytest.mark.parametrize("name", INSIDERS_WITHOUT)
    def test_a_member_without_a_part_is_told_so(self, cast: Cast, name: str) -> None:
        assert cast.client(name).get(LISTEN).status_code == 403

    def test_an_outsider_finds_nothing(self, cast: Cast) -> None:
        survey = draft(cast)
        assert cast.client("outsider").get(address(survey)).status_code == 404
        assert cast.client("outsider").post(address(survey, "open/")).status_code == 404

    def test_whoever_is_not_signed_in_is_asked_to(self, cast: Cast) -> None:
        assert cast.client(None).get(LISTEN).status_code == 302

    @pytest.mark.parametrize("name", [*ONLOOKERS, *INSIDERS_WITHOUT])
    @pytest.mark.parametrize("act", ["open/", "close/", "extend/", "discard/", "change/", "asked/"])
    def test_who_may_not_run_surveys_changes_nothing(self, cast: Cast, name: str, act: str) -> None:
        survey = draft(cast)
        assert cast.client(name).post(address(survey, act), {}).status_code == 403
        survey.refresh_from_db()
        assert survey.is_draft

    def test_a_survey_of_another_district_is_not_found_under_mine(self, cast: Cast) -> None:
        survey = draft(cast)
        assert cast.client("outsider").get(f"/d/birch-valley/listen/surveys/{survey.pk}/").status_code == 404
        assert cast.client("outsider").post(f"/d/birch-valley/listen/surveys/{survey.pk}/open/").status_code == 404
        assert cast.client("coach").get(f"{LISTEN}surveys/{uuid4()}/").status_code == 404

    @pytest.mark.parametrize("act", ["open/", "close/", "extend/", "discard/"])
    def test_looking_changes_nothing(self, cast: Cast, act: str) -> None:
        assert cast.client("coach").get(address(draft(cast), act)).status_code == 405


class TestTheFrontPage:
    def test_an_empty_one_offers_the_two_ways_to_begin(self, cast: Cast) -> None:
        page = cast.client("coach").get(LISTEN).content.decode()
        assert "Ask three teachers" in page
        assert "Open the definition pulse" in page

    def test_those_who_look_on_are_not_offered_what_they_may_not_do(self, cast: Cast) -> None:
        assert "Open the definition pulse" not in cast.client("board").get(LISTEN).content.decode()

    def test_it_lists_every_survey_and_names_its_state(self, cast: Cast) -> None:
        enrol(cast, "teachers", 20, cast.creekside)
        opened(cast, "teachers", title="The open one")
        draft(cast, title="The draft")
        page = cast.client("board").get(LISTEN).content.decode()
        assert "2 surveys" in page
        assert page.index("The open one") < page.index("The draft")
        assert "Fewer than 10 answers so far" in page

    def test_reading_it_takes_a_bounded_number_of_queries(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        enrol(cast, "teachers", 20, cast.creekside)
        for number in range(6):
            opened(cast, "teachers", title=f"Survey {number}")
        client = cast.client("coach")
        with django_assert_max_num_queries(17):
            client.get(LISTEN)

    def test_one_button_prepares_the_pulse_and_pressing_twice_makes_one(self, cast: Cast) -> None:
        client = cast.client("coach")
        first = client.post(f"{LISTEN}surveys/pulse/")
        second = client.post(f"{LISTEN}surveys/pulse/")
        assert first.headers["Location"] == second.headers["Location"]
        survey = Survey.everything.get()
        assert survey.mode == Survey.Mode.ANONYMOUS
        assert survey.version.questions.order_by("position")[0].key == "meaning"
        assert client.get(first.headers["Location"]).status_code == 200

    def test_home_says_what_is_open_and_who_was_not_heard(self, cast: Cast) -> None:
        enrol(cast, "teachers", 20, cast.creekside)
        opened(cast, "teachers", title="The open one")
        page = cast.client("principal").get("/d/alder-creek/").content.decode()
        assert "The open one" in page
        assert "5 groups not heard yet" in page
        assert "The open one" not in cast.client("teacher").get("/d/alder-creek/").content.decode()


class TestPreparing:
    def test_a_survey_is_prepared_with_its_closing_time_where_the_district_is(self, cast: Cast) -> None:
        survey = draft(cast)
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
            sent = form_of(cast, survey, title="Another", closes_at="2026-03-20T17:00", open_link="on")
            answer = cast.client("coach").post(f"{LISTEN}surveys/new/", sent)
        made = Survey.everything.get(title="Another")
        assert answer.headers["Location"] == address(made)
        assert made.closes_at == datetime.fromisoformat("2026-03-20T17:00-05:00")
        assert made.open_link
        assert made.is_draft

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"closes_at": "2020-01-01T10:00"}, "in the past"),
            ({"closes_at": "next Tuesday"}, "Write a date and a time"),
            ({"groups": []}, "Choose at least one group"),
            ({"groups": [str(uuid4())]}, "Select a valid choice"),
            ({"questionnaire": str(uuid4())}, "Select a valid choice"),
            ({"mode": "secret"}, "Select a valid choice"),
            ({"mode": "identified", "open_link": "on"}, "knows nobody"),
            ({"title": ""}, "required"),
            ({"title": "x" * 200}, "at most 160"),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_is_made(self, cast: Cast, changes: dict[str, Any], said: str) -> None:
        survey = draft(cast)
        answer = cast.client("coach").post(f"{LISTEN}surveys/new/", form_of(cast, survey, **changes))
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert Survey.everything.count() == 1

    def test_groups_and_questions_of_another_district_are_not_offered(self, cast: Cast) -> None:
        survey = draft(cast)
        theirs = Group.everything.filter(district=cast.birch, kind="teachers").get()
        version = create_questionnaire(district=cast.birch, title="Theirs", languages=["en"], by=cast.outsider)
        for changes in ({"groups": [str(theirs.pk)]}, {"questionnaire": str(version.pk)}):
            answer = cast.client("coach").post(f"{LISTEN}surveys/new/", form_of(cast, survey, **changes))
            assert answer.status_code == 400
        with pytest.raises(SurveyRefused):
            services.create_survey(
                district=cast.alder, version=version, title="x", mode="anonymous", groups=[theirs], by=cast.coach
            )
        assert Survey.everything.count() == 1

    def test_a_draft_says_what_it_lacks(self, cast: Cast) -> None:
        page = cast.client("coach").get(address(draft(cast))).content.decode()
        assert "It has no closing time" in page
        assert "Nobody said how many are asked among: Families, Teachers" in page

    def test_a_draft_says_whose_group_would_be_lost_beside_a_small_one(self, cast: Cast) -> None:
        enrol(cast, "teachers", 30, cast.creekside)
        enrol(cast, "families", 60, cast.creekside)
        enrol(cast, "building_leaders", 3, cast.creekside)
        page = cast.client("coach").get(address(draft(cast, "teachers", "families", "building_leaders"))).content.decode()
        assert "Answers would be kept without their group: Teachers, Building leaders" in page

    def test_how_many_are_asked_is_stated_where_the_roster_does_not_know(self, cast: Cast) -> None:
        enrol(cast, "teachers", 12, cast.creekside)
        survey = draft(cast)
        families, teachers = cast.group("families"), cast.group("teachers")
        sent = {f"asked-{families.pk}": "", f"asked-{families.pk}-{cast.maple.pk}": "80", f"asked-{teachers.pk}": "999"}
        assert cast.client("coach").post(address(survey, "asked/"), sent).status_code == 302
        services.open_survey(survey=survey, by=cast.coach)
        cells = {(cell.group.kind, cell.school): cell.asked for cell in SurveyCell.everything.filter(survey=survey)}
        assert cells == {
            ("families", cast.maple): 80,
            ("families", None): 0,
            ("teachers", cast.creekside): 12,
            ("teachers", None): 0,
        }

    @pytest.mark.parametrize("number", ["-1", "many", "99999999"])
    def test_a_number_that_is_none_is_refused(self, cast: Cast, number: str) -> None:
        survey = draft(cast)
        sent = {f"asked-{cast.group('families').pk}": number}
        assert cast.client("coach").post(address(survey, "asked/"), sent).status_code == 400
        assert not SurveyCell.everything.exists()

    def test_a_draft_is_discarded_and_an_opened_survey_is_not(self, cast: Cast) -> None:
        first, second = draft(cast), opened(cast)
        client = cast.client("coach")
        client.post(address(first, "discard/"))
        client.post(address(second, "discard/"))
        assert list(Survey.everything.all()) == [second]


class TestOpening:
    def test_it_opens_is_counted_from_the_roster_and_freezes_its_questions(self, cast: Cast) -> None:
        enrol(cast, "teachers", 12, cast.creekside)
        enrol(cast, "teachers", 3)
        enrol(cast, "teachers", 5, cast.maple, ended=True)
        survey = draft(cast, "teachers")
        answer = cast.client("coach").post(address(survey, "open/"))
        assert answer.headers["Location"] == address(survey, "invite/")
        survey.refresh_from_db()
        assert survey.is_open
        assert survey.version.frozen
        cells = SurveyCell.everything.filter(survey=survey).order_by("number")
        assert [(cell.school, cell.asked) for cell in cells] == [(cast.creekside, 12), (None, 3)]
        assert AuditEntry.objects.filter(verb="opened", object_id=str(survey.pk)).exists()

    def test_of_two_people_who_open_it_the_second_is_told(self, cast: Cast) -> None:
        survey = draft(cast)
        cast.client("coach").post(address(survey, "open/"))
        survey.refresh_from_db()
        before = survey.opened_at
        page = cast.client("superintendent").post(address(survey, "open/"), follow=True).content.decode()
        assert "open already" in page
        survey.refresh_from_db()
        assert survey.opened_at == before
        assert AuditEntry.objects.filter(verb="opened").count() == 1

    def test_without_groups_or_questions_it_does_not_open(self, cast: Cast) -> None:
        survey = draft(cast)
        survey.groups.clear()
        page = cast.client("coach").post(address(survey, "open/"), follow=True).content.decode()
        assert "Choose at least one group" in page
        empty = create_questionnaire(district=cast.alder, title="Empty", languages=["en"], by=cast.coach)
        survey = draft(cast)
        survey.version = empty
        survey.save()
        with pytest.raises(SurveyRefused, match="no question"):
            services.open_survey(survey=survey, by=cast.coach)
        assert not Survey.everything.exclude(opened_at=None).exists()

    def test_a_draft_whose_closing_time_has_passed_does_not_open(self, cast: Cast) -> None:
        survey = draft(cast, closes_at=timezone.now() + timedelta(days=1))
        later = timezone.now() + timedelta(days=2)
        with time_machine.travel(later), pytest.raises(SurveyRefused, match="before it opens"):
            services.open_survey(survey=survey, by=cast.coach)
        survey.refresh_from_db()
        assert survey.is_draft

    def test_after_opening_neither_page_nor_service_nor_database_changes_the_mode(self, cast: Cast) -> None:
        survey = opened(cast)
        sent = form_of(cast, survey, mode="identified")
        page = cast.client("coach").post(address(survey, "change/"), sent, follow=True).content.decode()
        assert "stay as they are" in page
        with pytest.raises(SurveyRefused):
            services.change_survey(
                survey=survey,
                version=survey.version,
                title="x",
                mode="identified",
                groups=[],
                by=cast.coach,
                closes_at=None,
                open_link=False,
            )
        with pytest.raises(DatabaseError), transaction.atomic():
            Survey.everything.filter(pk=survey.pk).update(mode="identified")
        survey.refresh_from_db()
        assert survey.mode == Survey.Mode.ANONYMOUS
        assert survey.groups.count() == 2

    def test_a_later_roster_adds_and_never_takes_away(self, cast: Cast) -> None:
        people = enrol(cast, "teachers", 12, cast.creekside)
        survey = opened(cast, "teachers")
        enrol(cast, "teachers", 4, cast.maple)
        for person in people[:5]:
            person.ended = True
            person.save()
        services.count_asked(survey)
        cells = SurveyCell.everything.filter(survey=survey).order_by("number")
        assert [(cell.number, cell.school, cell.asked) for cell in cells] == [
            (1, cast.creekside, 12),
            (2, None, 0),
            (3, cast.maple, 4),
        ]


class TestClosing:
    def test_it_closes_keeps_what_was_said_and_is_stirred(self, cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
        enrol(cast, "teachers", 30, cast.creekside)
        survey = opened(cast, "teachers")
        hear(survey, Cell(cast.group("teachers"), cast.creekside), 3)
        Response.everything.update(saves=4)
        with django_capture_on_commit_callbacks(execute=True):
            cast.client("coach").post(address(survey, "close/"))
        survey.refresh_from_db()
        assert survey.is_closed
        assert list(Response.everything.values_list("saves", flat=True)) == [0, 0, 0]
        assert not Answer.everything.exists()

    def test_closing_twice_changes_nothing(self, cast: Cast) -> None:
        survey = opened(cast)
        services.close_survey(survey=survey, by=cast.coach)
        survey.refresh_from_db()
        before = survey.closed_at
        services.close_survey(survey=survey, by=cast.superintendent)
        survey.refresh_from_db()
        assert survey.closed_at == before

    def test_a_draft_cannot_close(self, cast: Cast) -> None:
        page = cast.client("coach").post(address(draft(cast), "close/"), follow=True).content.decode()
        assert "has not opened yet" in page

    def test_closing_is_put_off_and_one_that_ran_out_goes_on(self, cast: Cast) -> None:
        survey = opened(cast, closes_at=timezone.now() + timedelta(days=1))
        later = timezone.now() + timedelta(days=3)
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            assert Survey.everything.get(pk=survey.pk).is_closed
            sent = {"closes_at": later.astimezone().strftime("%Y-%m-%dT%H:%M")}
            assert cast.client("coach").post(address(survey, "extend/"), sent).status_code == 302
            assert Survey.everything.get(pk=survey.pk).is_open

    def test_it_cannot_be_put_off_into_the_past_nor_once_closed_by_hand(self, cast: Cast) -> None:
        survey = opened(cast)
        answer = cast.client("coach").post(address(survey, "extend/"), {"closes_at": "2020-01-01T10:00"})
        assert answer.status_code == 400
        assert "in the past" in answer.content.decode()
        services.close_survey(survey=survey, by=cast.coach)
        with pytest.raises(SurveyRefused, match="was closed"):
            services.extend_survey(survey=survey, closes_at=None, by=cast.coach)

    def test_the_pages_of_a_survey_take_a_bounded_number_of_queries(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        enrol(cast, "teachers", 30, cast.creekside)
        enrol(cast, "families", 30, cast.maple)
        before, after = draft(cast), opened(cast)
        hear(after, Cell(cast.group("teachers"), cast.creekside), 12)
        client = cast.client("coach")
        with django_assert_max_num_queries(18):
            client.get(address(before))
        with django_assert_max_num_queries(16):
            client.get(address(after))
