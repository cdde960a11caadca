"""Numbers and rankings: taken as people give them, refused with a friendly word and nothing lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.listening import tokens
from commonwhy.listening.forms.respond import AnswerForm
from commonwhy.listening.models import Answer, Question, QuestionnaireVersion, Survey
from commonwhy.listening.services import responses
from commonwhy.listening.services.responses import DoesNotFit
from commonwhy.listening.wording import Wording
from tests.cast import Cast
from tests.listening.opened import cell, questions_of
from tests.listening.season import EVERYTHING, MINUTES_PAGE, ORDER_PAGE, open_season

VERSION = QuestionnaireVersion(languages=["en", "es"], term={"en": "it"})


def question(key: str, **changes: Any) -> Question:
    return Question(version=VERSION, **(next(each for each in EVERYTHING if each["key"] == key) | changes))


def form(asked: Question, data: dict[str, str]) -> AnswerForm:
    made = AnswerForm(asked, Wording(VERSION, "en"), data=data)
    made.is_valid()
    return made


class TestNumbers:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("12", 12),
            (" 12 ", 12),
            ("0", 0),
            ("3.5", 3.5),
            ("3,5", 3.5),
            ("+7", 7),
            ("1 0", 10),
            ("600.0", 600),
            ("٣", 3),
            ("", ""),
        ],
    )
    def test_a_number_is_read_as_people_type_it(self, typed: str, kept: object) -> None:
        made = form(question("minutes"), {"answer": typed})
        assert made.is_valid()
        assert made.value == kept
        assert type(made.value) is type(kept)

    @pytest.mark.parametrize("typed", ["twelve", "1,200", "12-15", "1.2.3", "--1", "1e3", "9" * 40, "nan", "inf", "1,234.5"])
    def test_what_is_no_number_or_may_be_two_is_asked_for_again(self, typed: str) -> None:
        made = form(question("minutes"), {"answer": typed})
        assert "digits only" in made.unfinished
        assert made["answer"].value() == typed
        assert not made.tampered

    @pytest.mark.parametrize(
        ("limits", "typed", "said"),
        [
            ({"least": 0, "most": 600}, "601", "From 0 to 600."),
            ({"least": 0, "most": 600}, "-1", "From 0 to 600."),
            ({"least": 5}, "4", "5 or more."),
            ({"most": 5}, "5.5", "5 or less."),
        ],
    )
    def test_out_of_range_says_the_range(self, limits: dict[str, int], typed: str, said: str) -> None:
        assert said in form(question("minutes", limits=limits), {"answer": typed}).unfinished

    def test_the_keypad_fits_what_is_asked(self) -> None:
        assert 'inputmode="numeric"' in form(question("minutes"), {}).answer_box
        assert 'inputmode="decimal"' in form(question("minutes", limits={"most": 0.5}), {}).answer_box
        assert 'inputmode="text"' in form(question("minutes", limits={"least": -5}), {}).answer_box

    @given(st.text(max_size=30))
    def test_whatever_is_typed_is_kept_asked_again_or_empty(self, typed: str) -> None:
        made = form(question("minutes"), {"answer": typed})
        if made.is_valid():
            assert question("minutes").allows(made.value)
            json.dumps(made.value)
        else:
            assert made.unfinished


class TestRankings:
    def test_best_first(self) -> None:
        made = form(question("order"), {"place-making": "3", "place-talking": "1", "place-pace": "2"})
        assert made.value == ["talking", "pace", "making"]

    def test_none_placed_is_no_answer(self) -> None:
        made = form(question("order"), {})
        assert made.is_valid()
        assert made.value == made.empty == []

    def test_half_a_ranking_says_what_is_missing_and_keeps_what_was_chosen(self) -> None:
        made = form(question("order"), {"place-talking": "1"})
        assert "1 of 3" in made.unfinished
        assert 'value="1" selected' in str(made["place-talking"])

    def test_one_place_for_two_names_both(self) -> None:
        made = form(question("order"), {"place-making": "1", "place-talking": "1", "place-pace": "2"})
        assert "Making things; Talking with my teacher" in made.unfinished

    @pytest.mark.parametrize("place", ["4", "0", "x", "-1"])
    def test_a_place_that_is_not_offered_is_tampering(self, place: str) -> None:
        assert form(question("order"), {"place-making": place}).tampered

    def test_what_is_saved_stands_there_again(self) -> None:
        made = AnswerForm(question("order"), Wording(VERSION, "en"), ["pace", "making", "talking"])
        assert 'value="1" selected' in str(made["place-pace"])
        assert 'value="3" selected' in str(made["place-talking"])

    @given(
        st.dictionaries(st.sampled_from(["place-making", "place-talking", "place-pace"]), st.sampled_from(["", "1", "2", "3"]))
    )
    def test_only_a_whole_order_is_an_answer(self, places: dict[str, str]) -> None:
        made = form(question("order"), places)
        if made.is_valid():
            assert question("order").allows(made.value)
            assert made.value == [] or len(made.value) == 3
        else:
            assert made.unfinished


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_season(cast)


@pytest.fixture
def token(cast: Cast, survey: Survey) -> str:
    return tokens.mint(survey, cell(survey, "teachers", cast.creekside).number)


def send(token: str, page: int, **fields: Any) -> Any:
    return Client().post(f"/a/{token}/{page}/", fields)


def answers() -> dict[str, Any]:
    return dict(Answer.everything.values_list("question__key", "value"))


@pytest.mark.django_db
class TestPages:
    def test_both_are_saved_and_stand_there_again(self, token: str) -> None:
        send(token, MINUTES_PAGE, answer="45")
        send(token, ORDER_PAGE, **{"place-making": "2", "place-talking": "1", "place-pace": "3"})
        assert answers() == {"minutes": 45, "order": ["talking", "making", "pace"]}

    def test_zero_is_an_answer(self, token: str) -> None:
        send(token, MINUTES_PAGE, answer="0")
        assert answers() == {"minutes": 0}

    @pytest.mark.parametrize("go", ["next", "back"])
    def test_half_an_answer_stays_on_the_page_and_keeps_what_was_saved(self, token: str, go: str) -> None:
        send(token, ORDER_PAGE, **{"place-making": "2", "place-talking": "1", "place-pace": "3"})
        page = send(token, ORDER_PAGE, go=go, **{"place-pace": "1"})
        assert page.status_code == 422
        assert "1 of 3 has a place so far" in page.text
        assert answers() == {"order": ["talking", "making", "pace"]}
        assert send(token, MINUTES_PAGE, answer="lots").status_code == 422

    def test_saving_by_itself_keeps_half_an_answer_to_itself(self, token: str) -> None:
        assert send(token, ORDER_PAGE, go="stay", **{"place-pace": "1"}).status_code == 202
        assert send(token, MINUTES_PAGE, go="stay", answer="4,").status_code == 202
        assert answers() == {}

    def test_half_a_ranking_can_be_taken_back(self, token: str) -> None:
        assert send(token, ORDER_PAGE, go="clear", **{"place-pace": "1"}).status_code == 302

    def test_whoever_changes_the_language_in_the_middle_reads_it_in_that_language(self, token: str) -> None:
        page = send(token, ORDER_PAGE, go="lang-es", **{"place-pace": "1"})
        assert page.status_code == 422
        assert "¿Qué es lo más importante para usted?" in page.text
        assert 'value="1" selected' in page.text
        assert f'action="/a/{token}/{ORDER_PAGE}/?lang=es"' in page.text

    def test_the_number_s_unit_and_range_are_tied_to_its_box(self, token: str) -> None:
        page = Client().get(f"/a/{token}/{MINUTES_PAGE}/")
        send(token, 1, answer="yes")
        page = Client().get(f"/a/{token}/{MINUTES_PAGE}/")
        assert 'aria-describedby="range"' in page.text
        assert 'id="range">From 0 to 600.' in page.text
        assert "<span>minutes</span>" in page.text

    @pytest.mark.parametrize(("key", "value"), [("minutes", 601), ("minutes", True), ("minutes", float("nan")), ("minutes", "4")])
    def test_no_way_around_the_page_puts_in_what_does_not_fit(self, survey: Survey, token: str, key: str, value: object) -> None:
        with pytest.raises(DoesNotFit):
            responses.save_answer(
                survey=survey,
                token=tokens.read(survey, token),
                question=questions_of(survey)[key],
                value=value,
                language="en",
            )

    @pytest.mark.parametrize("value", [["making"], ["making", "making", "pace"], ["making", "talking", "pace", "x"], "making"])
    def test_nor_half_a_ranking(self, survey: Survey, token: str, value: object) -> None:
        with pytest.raises(DoesNotFit):
            responses.save_answer(
                survey=survey,
                token=tokens.read(survey, token),
                question=questions_of(survey)["order"],
                value=value,
                language="en",
            )
